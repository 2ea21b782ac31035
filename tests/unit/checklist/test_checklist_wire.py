"""Drafts, profiles and reports go through JSON without loss, and what is malformed is named."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from planner.checklist.report import (
    Anonymity,
    Answer,
    Draft,
    Finding,
    MediaItem,
    Note,
    Question,
    Record,
    Report,
    Source,
    SourceFact,
    Suggestion,
)
from planner.checklist.wire import Malformed, day_of, draft_from, profile_from, report_data, report_line, with_inferred_kind

SOURCE = Source("own", "Our own", "https://example.org", "1", "2026-11-21")
QUESTION = Question("q", "Really?", "finding", (Answer("yes", "Yes", "clear"),))


def test_a_full_draft_is_read() -> None:
    data = {
        "id": "d1",
        "text": "Hi",
        "author": "agency",
        "platform": "x",
        "country": "uk",
        "org_type": "501c3",
        "kind": "reply",
        "post_type": "quote",
        "account": "a",
        "location": "b",
        "link_preview": "c",
        "media": [
            {"kind": "video", "name": "n", "alt": "a", "description": "d", "has_gps": True, "has_captions": True, "decorative": False},
            {"name": None},
        ],
        "verdict": "ignored",
    }
    assert draft_from(data) == Draft(
        "d1",
        "Hi",
        kind="reply",
        author="agency",
        platform="x",
        country="GB",
        org_type="501c3",
        post_type="quote",
        media=(MediaItem("video", "n", "a", "d", has_gps=True, has_captions=True), MediaItem()),
        account="a",
        location="b",
        link_preview="c",
    )


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("@maya thanks", "reply"),
        ("Hi Priya, thanks for asking", "reply"),
        ("Replying to @maya: yes", "reply"),
        ("Hi everyone", "post"),
        ("Soup at noon", "post"),
    ],
)
def test_answers_are_told_by_their_opening(text: str, kind: str) -> None:
    assert with_inferred_kind(Draft("d", text)).kind == kind
    assert with_inferred_kind(Draft("d", text, kind="bio")).kind == "bio"


def test_a_labelled_draft_may_carry_notes_of_its_reviewers() -> None:
    assert draft_from({"id": "d1", "text": "x", "verdict": "pass", "why": "Fine.", "trap": ""}) == Draft("d1", "x")


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ("New Zealand", "NZ"),
        ("nz", "NZ"),
        ("UK", "GB"),
        ("U.K.", "GB"),
        ("GBR", "GB"),
        ("uk-sct", "GB-SCT"),
        ("Scotland", "GB-SCT"),
        ("ca-on", "CA-ON"),
        ("Ontario", "CA-ON"),
        ("the Netherlands", "NL"),
        ("DE-BY", "DE-BY"),
        ("Georgia", "GE"),
    ],
)
def test_countries_are_told_by_code_or_name(told: str, code: str) -> None:
    assert draft_from({"id": "d", "text": "x", "country": told}).country == code


def test_platforms_and_organizations_are_read_as_people_write_them() -> None:
    read = draft_from({"id": "d", "text": "x", "platform": "Twitter", "org_type": "501C3", "author": "Agency"})
    assert (read.platform, read.org_type, read.author) == ("x", "501c3", "agency")
    assert draft_from({"id": "d", "text": "x", "platform": " LinkedIn "}).platform == "linkedin"


def test_the_day_of_a_draft() -> None:
    assert day_of({}) is None
    assert day_of({"today": "2026-01-31"}) == day_of({"today": date(2026, 1, 31)}) == date(2026, 1, 31)
    for wrong in ("soon", 7):
        with pytest.raises(Malformed, match="which is no day: write it as 2026-01-31"):
            day_of({"today": wrong})


def test_a_profile_may_name_known_rules_only() -> None:
    assert profile_from({"raised": {"tone.hostile": "ask"}, "lowered": ["tone.hostile"]}, {"tone.hostile"}).lowered == {"tone.hostile"}
    with pytest.raises(Malformed, match=r"`lowered` names the rule 'tone.hostle', which is none we know .did you mean 'tone.hostile'"):
        profile_from({"lowered": ["tone.hostle"]}, {"tone.hostile"})


def test_absent_facts_stay_absent() -> None:
    assert draft_from({"id": "d1", "text": "", "author": None, "country": "", "media": None}) == Draft("d1", "")


def test_fields_of_other_programs_and_other_platforms_stand() -> None:
    draft = draft_from({"id": "1", "text": "x", "why": "x", "batch": 3, "platform": "Gab"})
    assert (draft.text, draft.platform) == ("x", "gab")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ([], "must be a JSON object"),
        ({"text": "x"}, "`id` is missing"),
        ({"id": 1, "text": "x"}, "`id` is missing or no text"),
        ({"id": "1"}, "`text` is missing"),
        ({"id": "1", "text": "x", "author": "poet"}, "`author` is 'poet'"),
        ({"id": "1", "text": "x", "kind": "song"}, "`kind` is 'song'"),
        ({"id": "1", "text": "x", "contry": "NZ"}, "the field 'contry' is unknown .did you mean 'country'"),
        ({"id": "1", "text": "x", "contry": "NZ", "verdict": "pass"}, "the field 'contry' is unknown .did you mean 'country'"),
        ({"id": "1", "text": "x", "country": "XX"}, "`country` is 'XX', which is no country we know: use two letters"),
        ({"id": "1", "text": "x", "country": "CA-XX"}, "`country` is 'CA-XX', which is no country we know: use two letters"),
        ({"id": "1", "text": "x", "country": "Austrlia"}, "which is no country we know .did you mean AU"),
        ({"id": "1", "text": "x", "platform": "facebok"}, "`platform` is 'facebok' .did you mean 'facebook'"),
        ({"id": "1", "text": "x", "org_type": "ngo"}, "`org_type` is 'ngo': use practice, agency"),
        ({"id": "1", "text": "x", "post_type": "song"}, "`post_type` is 'song': use plain"),
        ({"id": "1", "text": "x", "platform": ["x"]}, "`platform` is no text"),
        ({"id": "1", "text": "x", "media": {}}, "`media` must be a list"),
        ({"id": "1", "text": "x", "media": [1]}, "`media` must be a list"),
        ({"id": "1", "text": "x", "media": [{"alt": 1}]}, "alt and description must be texts"),
    ],
)
def test_what_is_no_draft_is_named(data: Any, said: str) -> None:
    with pytest.raises(Malformed, match=said):
        draft_from(data)


def test_a_profile_is_read() -> None:
    data = {"names": ["A"], "town": "B", "channels": ["phone"], "raised": {"tone.hostile": "block"}, "lowered": ["x"]}
    profile = profile_from(data)
    assert (profile.names, profile.town, profile.channels, profile.hashtag_cards) == (("A",), "B", ("phone",), None)
    assert profile.raised == {"tone.hostile": "block"}
    assert profile.lowered == frozenset({"x"})


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (1, "must be a JSON object"),
        ({"names": "A"}, "`names` must be a list of texts"),
        ({"names": [1]}, "`names` must be a list of texts"),
        ({"town": 1}, "must be texts"),
        ({"raised": {"a": "loud"}}, "`raised` must map"),
        ({"raised": []}, "`raised` must map"),
    ],
)
def test_what_is_no_profile_is_named(data: Any, said: str) -> None:
    with pytest.raises(Malformed, match=said):
        profile_from(data)


def report(finding: Finding, anonymity: Anonymity | None) -> Report:
    return Report("d1", "block", (finding,), (QUESTION,), (Note("n", "note", 0, 1),), anonymity, {"tone": "1"}, "sum \ud800", ("step",))


def test_a_report_becomes_one_line_of_ascii() -> None:
    finding = Finding(
        "f1", "r", "v", "block", "0" * 32, 0, 1, "é", "m", "w", SOURCE, Suggestion("replace", 0, 1, "e"), QUESTION, "s1", "c1", ("cue",)
    )
    line = report_line(report(finding, Anonymity("t", 1.0, 0.5, 2.0, ("a",), "2020")), explain=True)
    assert line.isascii()
    assert "\n" not in line
    data = json.loads(line)
    assert list(data) == ["id", "verdict", "findings", "questions", "notes", "anonymity", "packs", "summary", "explained"]
    assert data["findings"][0]["suggestion"] == {"kind": "replace", "start": 0, "end": 1, "text": "e"}
    assert data["findings"][0]["question"]["answers"] == [{"key": "yes", "label": "Yes", "effect": "clear"}]
    assert data["findings"][0]["evidence"] == ["cue"]
    assert data["anonymity"]["ingredients"] == ["a"]


def test_evidence_stays_inside_without_explain() -> None:
    finding = Finding("f1", "r", "v", "ask", "0" * 32, 0, 1, "e", "m", "w", SOURCE)
    data = report_data(report(finding, None))
    assert "explained" not in data
    assert "evidence" not in data["findings"][0]
    assert data["findings"][0]["suggestion"] is None
    assert data["findings"][0]["question"] is None
    assert data["anonymity"] is None


def test_what_stands_beside_a_draft_is_read() -> None:
    told = {
        "sources": [{"title": "Survey", "tier": "journal", "published": "2025-01-31"}, {"title": "Paper", "kind": "article"}],
        "fields": {"place": "Hall"},
        "expired": [["Clinic", "nobody has checked it yet"]],
        "apps": ["Calm Corner"],
        "called": ["line-us-988"],
    }
    assert draft_from({"id": "d", "text": "t", "record": told}).record == Record(
        (SourceFact("Survey", "journal", "statistic", "2025-01-31"), SourceFact("Paper", "other", "article")),
        (("place", "Hall"),),
        (("Clinic", "nobody has checked it yet"),),
        ("Calm Corner",),
        ("line-us-988",),
    )
    assert draft_from({"id": "d", "text": "t", "record": {}}).record == Record()
    assert draft_from({"id": "d", "text": "t"}).record is None


@pytest.mark.parametrize(
    "told", [7, {"sources": [{}]}, {"sources": [{"title": "a", "published": "soon"}]}, {"fields": []}, {"expired": [["a"]]}, {"sources": 3}]
)
def test_a_malformed_record_is_named(told: object) -> None:
    with pytest.raises(Malformed, match="`record` must be an object"):
        draft_from({"id": "d", "text": "t", "record": told})


@pytest.mark.parametrize("key", ["names", "phones", "emails", "domains", "addresses", "handles", "channels", "hashtag_cards"])
def test_every_list_of_a_profile_reaches_its_own_place(key: str) -> None:
    read = profile_from({key: ["one", "two"]})
    assert getattr(read, key) == ("one", "two")
    others = {"names", "phones", "emails", "domains", "addresses", "handles"} - {key}
    assert {getattr(read, other) for other in others} == {()}


@pytest.mark.parametrize("level", ["block", "ask", "advise"])
def test_a_rule_may_be_raised_to_any_level(level: str) -> None:
    assert profile_from({"raised": {"tone.hostile": level}}).raised == {"tone.hostile": level}
