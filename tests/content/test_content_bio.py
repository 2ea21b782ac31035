"""The parts of a bio in the content bank: every example shows its own part and passes the checklist, and real bios are read rightly."""

from __future__ import annotations

from datetime import date

import pytest

from planner.checklist.check import check
from planner.checklist.report import Draft
from planner.domain.bio import read
from planner.services.bios import load
from planner.services.help_lines import countries, lines
from planner.settings import ROOT

BANK = ROOT / "content_bank"
WORDS = load(BANK)
CODES = sorted({one.code for one in countries(BANK)})
KINDS = ("practice", "agency", "advocacy")
TODAY = date(2026, 11, 26)


def numbers(code: str) -> set[str]:
    return {
        number.strip(" ,")
        for item in lines(BANK)
        if item.fields["region"] == code[:2]
        for number in item.fields["contact"].replace("call", "").replace("text", "").split(", or ")
    } | {code}


@pytest.mark.clause("C52")
@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("kind", KINDS)
def test_the_examples_make_a_whole_bio_that_passes_the_checklist(code: str, kind: str) -> None:
    asked = [one.part for one in read("", WORDS, kind=kind, pseudonym=False, numbers=())]
    bio = " ".join(part.wording(code) for part in asked)
    missing = [one.part.id for one in read(bio, WORDS, kind=kind, pseudonym=False, numbers=numbers(code)) if one.missing]
    assert missing == []
    author = {"practice": "therapist"}.get(kind, kind)
    found = [check(Draft(part.id, part.wording(code), kind="bio", author=author, country=code), today=TODAY).findings for part in asked]  # type: ignore[arg-type]
    assert [one for each in found for one in each] == []
    assert check(Draft("bio", bio, kind="bio", author=author, country=code), today=TODAY).findings == ()  # type: ignore[arg-type]


@pytest.mark.clause("C52")
@pytest.mark.parametrize(
    ("bio", "missing"),
    [
        ("LCSW, Denver CO. Trauma and grief. Not therapy. DMs are not monitored. In crisis: 988. Policy: ridge.example/policy", []),
        ("Psychologist mom of two. Coffee first.", ["credential", "place-of-license", "area", "not-advice", "not-a-crisis-service", "policy-link", "crisis-line"]),
        ("Licensed psychologist, registered in Oregon. I write about sleep.", ["not-advice", "not-a-crisis-service", "policy-link", "crisis-line"]),
        ("Jo Park, LMFT (CA). Couples work. For education only.", ["not-a-crisis-service", "policy-link", "crisis-line"]),
        ("PhD. Posts about burnout. No medical advice. Not for emergencies; call or text 988.", ["place-of-license", "policy-link"]),
        ("Samaritans: 116 123. LCSW in Ohio, anxiety. Isn't therapy. Not monitored. See my online policy.", ["crisis-line"]),
    ],
)  # fmt: skip
def test_each_missing_part_of_a_bio_is_named(bio: str, missing: list[str]) -> None:
    seen = read(bio, WORDS, kind="practice", pseudonym=False, numbers=numbers("US"))
    assert [one.part.id for one in seen if one.missing] == missing
