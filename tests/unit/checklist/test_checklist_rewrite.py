"""Rewrites ask about people in general, and questions come from topics, findings and the standing ones."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.checklist import check as door
from planner.checklist import rewrite
from planner.checklist.bank import lexicon
from planner.checklist.check import check
from planner.checklist.report import Candidate, Draft, Examination, Finding, Level, MediaItem, Question, Source, Suggestion
from planner.checklist.rules import load
from planner.checklist.runner import run
from planner.checklist.text import views

GOLDEN = "What interventions can people use to help alleviate someone's symptoms of PTSD?"


def test_the_seed_example_word_for_word() -> None:
    assert rewrite.broader_question("I have a client with PTSD and am wondering what could help her.") == GOLDEN
    report = check(Draft("d", "I have a client with PTSD and am wondering what could help her."))
    offers = {
        finding.suggestion.text for finding in report.findings if finding.rule == "confidentiality.client-reference" and finding.suggestion
    }
    assert offers == {GOLDEN}


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("A client brought me a gift, what would you do?", "How do you handle gifts in general?"),
        ("Know of any resources for a widow I see?", "What resources do you recommend for grief after the loss of a partner?"),
        ("So proud of my guy, sober a year!", "What have you seen help people with recovery from addiction?"),
        ("Any advice on a foster kid of mine?", "What resources do you recommend for young people in foster care?"),
        ("Panic attacks again for my 4:15, ideas?", "What interventions can people use to help alleviate someone's symptoms of panic?"),
        ("I cried after the foster visit.", None),
        ("My 4:15 was late.", None),
    ],
)
def test_the_broader_question_fits_what_was_asked(text: str, question: str | None) -> None:
    assert rewrite.broader_question(text) == question


@pytest.mark.parametrize(
    ("clue", "quote", "words"),
    [
        ("age", "9-year-old", "a child"),
        ("age", "15-year-old", "a teenager"),
        ("age", "34", "an adult"),
        ("age", "72", "an older adult"),
        ("age", "in tenth grade", "someone"),
        ("sex", "boy", "a child"),
        ("sex", "gentleman", "someone"),
        ("school-or-work", "Lincoln High", "school"),
        ("school-or-work", "the Tyson plant", "work"),
        ("place", "Bozeman", ""),
        ("unheard-of", "x", None),
    ],
)
def test_each_clue_becomes_a_general_word(clue: str, quote: str, words: str | None) -> None:
    assert rewrite.general_word(clue, quote) == words


def offers(text: str, *candidates: Candidate) -> list[tuple[str, str] | None]:
    report = run(Draft("d", text), views(text), Examination(candidates), packs=load())
    return [
        (finding.suggestion.kind, finding.suggestion.text) if finding.suggestion else None
        for finding in report.findings
        if finding.rule.startswith("confidentiality.")
    ]


def test_clues_and_identifiers_get_their_own_offer() -> None:
    text = "My 15-year-old from Bozeman, call 555-0142, odd thing"
    place = text.index("Bozeman")
    made = offers(
        text,
        Candidate("confidentiality.quasi-identifier", "age", "block", 3, 14),
        Candidate("confidentiality.quasi-identifier", "place", "block", place, place + 7),
        Candidate("confidentiality.direct-identifier", "", "block", text.index("555"), text.index("555") + 8),
        Candidate("confidentiality.quasi-identifier", "unheard-of", "block", text.index("odd"), text.index("odd") + 3),
        Candidate("confidentiality.searching-clients", "", "block", 0, 2),
        Candidate("confidentiality.quasi-identifier", "media", "block", len(text), len(text)),
    )
    assert made == [None, ("replace", "teenager"), ("delete", ""), ("delete", ""), None, None]


def test_a_rewrite_that_would_be_flagged_itself_is_not_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rewrite, "broader_question", lambda _text: "What do the junkies say?")
    report = check(Draft("d", "I have a client with PTSD and am wondering what could help her."))
    assert report.findings
    assert all(finding.suggestion is None or finding.suggestion.kind != "rewrite" for finding in report.findings)
    assert door._holds("Soup at noon.", load())


def test_every_possible_rewrite_passes_every_pack() -> None:
    data = lexicon("rewrite")
    made = {data["templates"]["advice"].replace("{condition}", name) for name in data["conditions"].values()}
    for name in {*data["topics"].values(), *data["conditions"].values()}:
        made |= {data["templates"][kind].replace("{topic}", name) for kind in ("resources", "success")}
    made |= {data["templates"]["ethics"].replace("{situation}", name) for name in data["situations"].values()}
    reports = {text: run(Draft("d", text), views(text), Examination(), packs=load()) for text in sorted(made)}
    assert {text: [finding.quote for finding in report.findings] for text, report in reports.items() if report.findings} == {}


def ids(text: str, examination: Examination | None = None, **facts: object) -> list[str]:
    draft = replace(Draft("d", text), **facts)  # type: ignore[arg-type]  # facts are fields of a draft
    return [question.id for question in run(draft, views(text), examination or Examination(), packs=load()).questions]


def test_standing_questions_come_first_and_once() -> None:
    assert ids("Soup at noon.") == ["standing/real-person", "standing/readers"]


def test_topics_ask_when_touched_in_the_way_that_matters() -> None:
    assert "topic/picture" in ids("Soup.", media=(MediaItem(alt="A pot."),))
    assert "topic/contact" in ids("Comment below with your favorite soup.")
    assert "topic/health" in ids("Try this for anxiety tonight: soup.")
    assert "topic/health" not in ids("Anxiety is common.")


def test_a_finding_answers_for_its_topic() -> None:
    assert "topic/contact" not in ids("If you're struggling tonight, my DMs are open, DM me.")


def test_three_questions_of_topics_at_most_and_none_twice() -> None:
    told = (Question("topic/picture", "Who?", "topic"), Question("b", "B?", "topic"))
    text = 'Try this for anxiety: "soup" she said, comment below, proven results, vote for candidates, elections.'
    found = ids(text, Examination(questions=told), media=(MediaItem(alt="A pot."),))
    assert found[:4] == ["standing/real-person", "standing/readers", "topic/picture", "b"]
    assert len(found) == 5
    assert len(set(found)) == 5


def detail(
    start: int, end: int, kind: str | None = "delete", *, rule: str = rewrite._DETAIL, subject: str = "s1", level: Level = "block"
) -> Finding:
    offer = None if kind is None else Suggestion(kind, start, end, "")  # type: ignore[arg-type]  # the kinds are those of suggestions
    return Finding(
        "f9",
        rule,
        "",
        level,
        f"{start}-{end}-{kind}",
        start,
        end,
        "words",
        "",
        "",
        Source("s", "t", "", "", ""),
        suggestion=offer,
        subject=subject,
    )


@pytest.mark.parametrize(
    ("within", "stays"),
    [
        (detail(20, 28), False),
        (detail(10, 28), False),
        (detail(10, 30), True),
        (detail(8, 20), True),
        (detail(20, 28, "replace"), True),
        (detail(20, 28, "rewrite"), True),
        (detail(20, 28, None), True),
        (detail(20, 28, subject="s2"), True),
        (detail(20, 28, level="ask"), True),
        (detail(20, 28, rule=rewrite._NAME), True),
        (detail(30, 30), True),
    ],
)
def test_a_detail_within_another_that_is_mended_the_same_way_is_not_told_twice(within: Finding, *, stays: bool) -> None:
    found = tuple(replace(one, id=f"f{number}") for number, one in enumerate((detail(1, 5), detail(10, 30), within, detail(40, 50)), 1))
    shown = rewrite.without_echoes(found)
    assert [(one.start, one.end) for one in shown] == [
        (one.start, one.end) for one in found if stays or one.fingerprint != within.fingerprint
    ]
    assert [one.id for one in shown] == [f"f{number}" for number in range(1, len(shown) + 1)]


def test_two_words_for_one_thing_both_stay() -> None:
    both = (detail(10, 30, "replace"), detail(20, 28, "replace"))
    assert rewrite.without_echoes(both) == both
    bare = (detail(10, 30, None), replace(detail(20, 28, None), id="f10"))
    assert rewrite.without_echoes(bare) == (replace(bare[0], id="f1"),)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=30))
def test_exactly_what_lies_within_a_wider_detail_goes(places: list[tuple[int, int]]) -> None:
    spans = [(min(place), max(place)) for place in places]
    found = tuple(replace(detail(start, end), id=f"f{number}") for number, (start, end) in enumerate(spans, 1))
    wider = [any(one != other and other[0] <= one[0] and one[1] <= other[1] for other in spans) and one[0] < one[1] for one in spans]
    assert [(one.start, one.end) for one in rewrite.without_echoes(found)] == [
        one for one, gone in zip(spans, wider, strict=True) if not gone
    ]
