"""A bio is read part by part: what it tells, what is missing, and for whom a part is asked."""

from __future__ import annotations

import re

import pytest

from planner.domain.bio import BioPart, BioWords, offers, read


def part(name: str, *patterns: str, **more: object) -> BioPart:
    return BioPart(name, name.title(), "Why.", tuple(re.compile(one, re.IGNORECASE) for one in patterns), f"Say {name}.", **more)  # type: ignore[arg-type]


WORDS = BioWords(
    (
        part("license", r"\blcsw\b", r"licensed\s+worker", kinds=("practice",), named=True),
        part("area", "grief", examples={"GB": "Bereavement."}),
        part("line", numbers=True),
    ),
    part("offer", "taking new clients"),
)


@pytest.mark.clause("C52")
def test_each_part_is_seen_by_its_words_or_missing() -> None:
    seen = read("A licensed\nworker. Call 9 8 8.", WORDS, kind="practice", pseudonym=False, numbers={"988"})
    assert [(one.part.id, one.words, one.missing) for one in seen] == [
        ("license", "licensed worker", False),
        ("area", "", True),
        ("line", "9 8 8", False),
    ]


def test_a_number_inside_a_longer_one_is_no_help_line() -> None:
    (line,) = [
        one for one in read("Call 555-9884.", WORDS, kind="practice", pseudonym=False, numbers={"988", "116 123"}) if one.part.id == "line"
    ]
    assert line.missing
    assert read("On 116123.", WORDS, kind="agency", pseudonym=False, numbers={"988", "116 123"})[-1].words == "116123"


def test_an_agency_and_a_pseudonym_are_not_asked_for_a_license() -> None:
    assert [one.part.id for one in read("", WORDS, kind="agency", pseudonym=False, numbers=())] == ["area", "line"]
    assert [one.part.id for one in read("", WORDS, kind="practice", pseudonym=True, numbers=())] == ["area", "line"]


@pytest.mark.clause("C53")
def test_an_offer_of_services_is_named_under_a_pseudonym_only() -> None:
    bio = "Quiet notes. Taking new clients."
    found = offers(bio, WORDS, pseudonym=True)
    assert found is not None
    assert found.words == "Taking new clients"
    assert offers(bio, WORDS, pseudonym=False) is None
    assert offers("Quiet notes.", WORDS, pseudonym=True) is None
    assert offers(bio, BioWords(), pseudonym=True) is None


def test_the_example_fits_the_country() -> None:
    area = WORDS.parts[1]
    assert [area.wording(code) for code in ("US", "GB", "GB-SCT")] == ["Say area.", "Bereavement.", "Bereavement."]
