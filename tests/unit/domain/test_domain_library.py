"""The content bank's values: what an item has to tell, when its check is due, pillars against what went out, search links, keys."""

from __future__ import annotations

import socket
from dataclasses import replace
from datetime import UTC, date, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.domain import access
from planner.domain.errors import Invalid
from planner.domain.library import (
    FIELDS,
    STARTER,
    Item,
    Pillar,
    SourceRecord,
    check_item,
    check_links,
    check_pillars,
    check_source,
    portions,
)

NOW = datetime(2026, 11, 24, 16, tzinfo=UTC)
TODAY = NOW.date()
SERVICE = Item(
    "s1", "service", "Clinic finder", "Looking for a clinic?", source="The county",
    fields={"region": "US", "contact": "call 211", "url": "https://example.org/find"},
)  # fmt: skip
APP = Item(
    "a1", "app", "Calm Corner", "Breathing exercises.", source="Its maker",
    fields={"privacy": "keeps all on the phone", "evidence": "one small trial", "cost": "free", "age": "16", "url": "https://example.org/app"},
)  # fmt: skip
RECORD = SourceRecord("r1", "p1", "Sleep survey", "government", "statistic", "m1", NOW)


@pytest.mark.clause("C90", "C113")
@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, "nobody has checked it yet"),
        ({"checked_on": TODAY, "review_on": date(2027, 5, 1)}, ""),
        ({"checked_on": TODAY, "review_on": TODAY}, ""),
        ({"checked_on": TODAY, "review_on": date(2026, 11, 23)}, "the check was due on Mon 23 Nov 2026"),
        ({"checked_on": TODAY}, ""),
        ({"checked_on": TODAY, "dead": True}, "its address did not work at the last check"),
    ],
)
def test_an_item_says_when_it_has_to_be_checked(changes: dict[str, object], reason: str) -> None:
    assert replace(SERVICE, **changes).due(TODAY) == reason


@pytest.mark.clause("C90")
def test_a_check_is_good_for_a_year_and_for_half_a_year_where_people_call() -> None:
    assert check_item(replace(SERVICE, checked_on=TODAY)).review_on == date(2027, 5, 25)
    assert check_item(replace(APP, checked_on=TODAY)).review_on == date(2027, 11, 24)
    assert check_item(APP).review_on is None


@pytest.mark.clause("C131")
@pytest.mark.parametrize("name", sorted(FIELDS["app"]))
def test_an_app_card_tells_privacy_evidence_cost_age_and_address(name: str) -> None:
    assert check_item(APP).fields == APP.fields
    with pytest.raises(Invalid, match="Still missing") as caught:
        check_item(replace(APP, fields={**APP.fields, name: "  "}))
    assert FIELDS["app"][name] in caught.value.sentence


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "poem"}, "kind"),
        ({"title": " "}, "title"),
        ({"text": ""}, "text"),
        ({"text": "a" * 5_001}, "text"),
        ({"source": ""}, "source"),
        ({"fields": {**SERVICE.fields, "url": "example.org"}}, "url"),
        ({"fields": {**SERVICE.fields, "url": "https://[bad"}}, "url"),
        ({"fields": {**SERVICE.fields, "url": "https://example.org/a b"}}, "url"),
    ],
)
def test_what_is_wrong_with_an_item_is_named(changes: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        check_item(replace(SERVICE, **changes))
    assert caught.value.field == field


@pytest.mark.feature("Templates")
def test_what_goes_into_a_draft_depends_on_the_kind() -> None:
    quote = Item("q", "quote", "On hope", "Hope is the thing with feathers.", fields={"author": "Emily Dickinson", "work": "Poems, 1891"})
    assert quote.for_post() == "“Hope is the thing with feathers.”\n\n- Emily Dickinson, Poems, 1891"
    assert SERVICE.for_post() == "Looking for a clinic?\ncall 211\nhttps://example.org/find"
    assert Item("t", "template", "T", "Thank you.").for_post() == "Thank you."
    assert APP.for_post() == "Breathing exercises.\nhttps://example.org/app"


@pytest.mark.clause("C82", "C83", "C84")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "a" * 6_000}, "title"),
        ({"tier": "rumor"}, "tier"),
        ({"kind": "song"}, "kind"),
        ({"verdict": "mostly right"}, "verdict"),
        ({"verdict_on": TODAY}, "verdict"),
        ({"url": "ftp://example.org"}, "url"),
    ],
)
def test_a_source_record_is_whole(changes: dict[str, object], field: str) -> None:
    whole = replace(RECORD, url=" https://example.org ", verdict=" mostly  right ", verdict_on=TODAY)
    assert check_source(whole) == replace(whole, url="https://example.org", verdict="mostly right")
    with pytest.raises(Invalid) as caught:
        check_source(replace(RECORD, **changes))
    assert caught.value.field == field


@pytest.mark.clause("C84")
def test_check_links_are_built_from_the_claim_and_open_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    links = dict(check_links("  Sleep  cures & 50% of “worry”? "))
    assert list(links) == ["Snopes", "FactCheck.org"]
    assert parse_qs(urlsplit(links["Snopes"]).query)["q"] == ["Sleep cures & 50% of “worry”?"]
    assert urlsplit(links["FactCheck.org"]).hostname == "www.factcheck.org"
    assert check_links(" \n ") == ()


@pytest.mark.clause("C128")
def test_pillars_have_names_and_come_to_a_hundred() -> None:
    assert check_pillars(STARTER) == STARTER
    assert [(one.purpose, one.share) for one in STARTER] == [("educate", 50), ("thank", 20), ("story", 10), ("ask", 20)]
    for wrong in ((), (replace(STARTER[0], share=100, name=" "),), (STARTER[0], replace(STARTER[1], name="educate", share=50))):
        with pytest.raises(Invalid, match="a name of its own"):
            check_pillars(wrong)
    for wrong in (STARTER[:3], (replace(STARTER[0], share=120), replace(STARTER[1], share=-20))):
        with pytest.raises(Invalid, match="100 %"):
            check_pillars(wrong)


@pytest.mark.clause("C93", "C128")
def test_posts_count_to_their_pillar_or_to_the_first_of_their_purpose() -> None:
    pillars = (*STARTER, Pillar("grief", "Grief", 0, "educate"))
    told = [("", "educate"), ("grief", "educate"), ("gone", "thank"), ("", "ask")]
    found = {one.pillar.id: (one.posts, one.actual) for one in portions(pillars, told)}
    assert found == {"educate": (1, 25.0), "thank": (1, 25.0), "story": (0, 0.0), "ask": (1, 25.0), "grief": (1, 25.0)}
    assert {one.actual for one in portions(STARTER, [])} == {None}
    assert portions(STARTER[:1], [("", "ask")])[0].posts == 0


@given(st.lists(st.tuples(st.sampled_from(["", "educate", "ask", "unknown"]), st.sampled_from(["educate", "thank", "story", "ask"]))))
def test_no_post_is_counted_twice_or_lost(posts: list[tuple[str, str]]) -> None:
    found = portions(STARTER, posts)  # type: ignore[arg-type]
    assert sum(one.posts for one in found) == len(posts)
    assert not posts or sum(one.actual or 0 for one in found) == pytest.approx(100)


def test_keys_have_a_name_and_known_scopes() -> None:
    assert access.check_name("  The  office ") == "The office"
    assert access.check_scopes(["write", "check"]) == ("check", "write")
    assert access.digest("a") != access.digest("b")
    for name in ("", "a" * 121):
        with pytest.raises(Invalid):
            access.check_name(name)
    for scopes in ([], ["check", "everything"]):
        with pytest.raises(Invalid):
            access.check_scopes(scopes)
