"""Everything that the content bank ships passes the product's own gate, and tells of nobody who was helped."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from datetime import date

import pytest

from planner.checklist.check import check
from planner.checklist.report import Draft, Record
from planner.domain.library import FIELDS, LITERACY, STARTER, Item, check_item
from planner.domain.observances import between
from planner.services.shelf import load
from planner.settings import ROOT

SHELF = load(ROOT / "content_bank")
ITEMS = list(SHELF.items.values())
FILES = sorted([*(ROOT / "content_bank" / "templates").glob("*.toml"), *(ROOT / "content_bank" / "shelf").glob("*.toml")])
TODAY = date(2026, 11, 26)
PLACE = re.compile(r"\{[^}]*\}")
PERSON_SHAPE = re.compile(
    r"\b(?:today|yesterday|this week|last (?:week|night)) (?:i|we) (?:helped|saw|met|worked with|sat with|had)\b"
    r"|\b(?:helped|met|saw) (?:someone|somebody|a (?:man|woman|person|family|client|teen)) (?:in|from|who)\b|\bclients?\b(?! relationship)",
    re.IGNORECASE,
)


def filled(item: Item) -> str:
    """Return the words of an item with every place filled by its sample."""
    return PLACE.sub(lambda found: SHELF.samples[found[0][1:-1]], item.for_post())


@pytest.mark.clause("C92")
@pytest.mark.feature("Templates")
@pytest.mark.parametrize("author", ["therapist", "agency", "advocacy"])
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_shipped_text_passes_the_gate(path: object, author: str) -> None:
    ids = {row["id"] for row in tomllib.loads(path.read_text(encoding="utf-8"))["item"]}  # type: ignore[attr-defined]
    found = []
    for item in ITEMS:
        if item.id not in ids:
            continue
        kind = "reply" if item.kind == "reply" else "post"
        record = Record(fields=tuple((name, "x") for name in ("url", "checked", "starts", "place", "access", "target", "ask", "deadline")))
        country = "GB" if item.id.endswith("-gb") or item.fields.get("region") == "GB" else "US"
        draft = Draft(
            item.id, filled(item), kind=kind, post_type=item.type, author=author, country=country, platform="bluesky", record=record
        )  # type: ignore[arg-type]
        report = check(draft, today=TODAY)
        found += [
            (item.id, one.rule, one.quote) for one in report.findings if (one.rule, one.variant) != ("claims.unsourced-statistic", "record")
        ]
    assert ids
    assert found == []


@pytest.mark.feature("Templates")
def test_a_place_that_was_left_is_asked_about() -> None:
    for item in ITEMS:
        places = PLACE.findall(item.for_post())
        report = check(Draft(item.id, item.for_post(), country="US"), today=TODAY)
        asked = [one for one in report.findings if (one.rule, one.variant) == ("claims.incomplete-record", "placeholder")]
        assert bool(places) == bool(asked), item.id


@pytest.mark.feature("Templates")
def test_no_text_tells_of_somebody_who_was_helped() -> None:
    assert PERSON_SHAPE.search("Today I helped someone in Springfield.")
    assert [item.id for item in ITEMS if PERSON_SHAPE.search(item.text)] == []


@pytest.mark.feature("Templates")
def test_there_are_templates_for_every_purpose_and_type() -> None:
    templates = [item for item in ITEMS if item.kind == "template"]
    assert len(templates) >= 30
    assert {item.purpose for item in templates} == {pillar.purpose for pillar in STARTER}
    assert {item.type for item in [*templates, *ITEMS]} >= {"plain", "statistic", "quote", "resource", "event", "petition", "long-form"}
    assert len({item.text for item in ITEMS}) == len(ITEMS)


@pytest.mark.clause("C92")
def test_the_media_literacy_kit_has_posts_on_sources_and_on_charged_content() -> None:
    kit = [item for item in ITEMS if item.category == LITERACY]
    assert len([item for item in kit if item.kind == "template"]) >= 5
    assert {"Snopes", "FactCheck.org"} <= {item.title for item in kit}
    assert all(item.purpose == "educate" for item in kit)


@pytest.mark.clause("C30", "C31")
def test_every_reply_names_another_channel_and_confirms_nobody() -> None:
    replies = [item for item in ITEMS if item.kind == "reply"]
    assert {item.fields["situation"] for item in replies} >= {"friend request", "direct message", "review", "crisis message"}
    for item in replies:
        assert item.fields["channel"] in item.text, item.id
        assert "{phone}" in item.text
        assert "policy: {link}" in item.text or "policy says how we work here: {link}" in item.text, item.id
        assert not re.search(
            r"\b(?:your|our) (?:sessions?|therapist|appointments?|treatment|care)\b|\bas (?:a|our) client\b", item.text, re.IGNORECASE
        )


@pytest.mark.clause("C90")
def test_every_item_tells_its_source_and_nothing_from_outside_claims_to_be_checked() -> None:
    counts = Counter(item.kind for item in ITEMS)
    assert min(counts[kind] for kind in ("quote", "resource", "service", "disclaimer")) >= 4
    for item in ITEMS:
        assert check_item(item).fields == item.fields
        assert item.source
        assert set(FIELDS[item.kind]) <= set(item.fields)
        outside = item.kind in ("quote", "resource", "service")
        assert (item.checked_on is None) == outside, item.id
        assert bool(item.due(TODAY)) == outside


@pytest.mark.feature("Templates")
def test_observances_are_dated_by_rule_and_their_words_pass() -> None:
    ids = [one.id for one in SHELF.observances]
    assert len(set(ids)) == len(ids) >= 12
    found = {one.observance.id: one.first for one in between(SHELF.observances, date(2026, 1, 1), date(2027, 1, 1))}
    assert (found["social-work-day"], found["giving-tuesday"]) == (date(2026, 3, 17), date(2026, 12, 1))
    for one in SHELF.observances:
        report = check(Draft(one.id, f"{one.title}. {one.about}", country="US"), today=TODAY)
        assert [finding.rule for finding in report.findings if finding.level == "block"] == [], one.id
        assert one.source.startswith("https://")


@pytest.mark.clause("C47", "C48")
def test_guidelines_tell_country_edition_and_what_stands_in_their_place() -> None:
    every = {one.id: one for one in SHELF.guidelines}
    for one in every.values():
        assert one.edition
        assert one.country
        assert not one.superseded_by or one.superseded_by in every
    assert every["gscc-2002"].superseded_by == "swe-5-6"
    assert (every["nasw-code-2021"].country, every["nasw-code-2021"].profession) == ("US", "social work")
