"""Every row of the standards has its place, every finding an answer to give, and every country its own levels and lines."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest

from planner.checklist import kinds
from planner.checklist.check import check
from planner.checklist.examples import reported
from planner.checklist.report import Draft, MediaItem
from planner.checklist.rules import load
from planner.checklist.topics import every
from planner.checklist.wire import draft_from
from planner.settings import ROOT

PACKS = load()
PAGE = (ROOT / "docs" / "rules-coverage.md").read_text(encoding="utf-8")
OWN = [rule for rule in PACKS.rules if rule.plugin != kinds.ELSEWHERE]
TODAY = date(2026, 11, 26)
DRAFTS = sorted((ROOT / "tests" / "content" / "drafts").glob("*.jsonl"))
GIVEN = ("id", "text", "author", "platform", "country")


def listed() -> set[tuple[str, str]]:
    """Return every (rule, variant) that the coverage page names; `/variant` belongs to the rule named before it."""
    found, last = set(), ""
    for line in PAGE.splitlines():
        for words in re.findall(r"`([^`]+)`", line):
            rule, _, variant = words.partition("/")
            if re.fullmatch(r"[a-z]+\.[a-z-]+", rule):
                last = rule
            if last and (rule == last or not rule):
                found.add((last, variant))
    return found


def test_the_coverage_page_names_every_entry_and_no_other() -> None:
    entries = {(rule.id, rule.variant) for rule in OWN if not rule.variant.startswith("reads-like")}
    missing, gone = sorted(entries - listed()), sorted(listed() - entries)
    assert (missing, gone) == ([], []), f"docs/rules-coverage.md lacks a line for {missing} and names {gone}, which no rule file has"


@pytest.mark.feature("Remaining families")
def test_every_finding_brings_a_suggestion_or_a_question() -> None:
    bare = [
        (rule.id, rule.variant, finding.rule, finding.variant)
        for rule in PACKS.rules
        for example in rule.flags
        for finding in (reported(example, PACKS) if rule.plugin != kinds.ELSEWHERE else check(Draft("d", example.text))).findings
        if finding.suggestion is None and finding.question is None
    ]
    assert bare == []


@pytest.mark.clause("C137")
@pytest.mark.feature("Tone and respect", "Remaining families")
def test_every_suggested_wording_passes_the_whole_checklist() -> None:
    said = []
    for rule in OWN:
        for words in rule.offer.texts.values() if rule.offer else ():
            if words and words != "988":
                found = check(Draft("d", words), today=TODAY).findings
                said += [(rule.id, words, one.rule) for one in found if one.rule != "safety.missing-crisis-resource"]
    assert said == []


@pytest.mark.clause("C2", "C7")
@pytest.mark.feature("Ask-broader rewrite")
def test_every_rewrite_of_an_example_passes_the_whole_checklist() -> None:
    offers = {
        finding.suggestion.text
        for rule in PACKS.rules
        for example in rule.flags
        for finding in check(draft_from({"id": "d", "text": example.text})).findings
        if finding.suggestion and finding.suggestion.kind == "rewrite"
    }
    assert offers, "some examples must bring a whole rewrite"
    assert [(text, check(Draft("d", text)).verdict) for text in sorted(offers)] == [(text, "pass") for text in sorted(offers)]


PROMISE = "Guaranteed results or your money back, our therapy works for everyone."
BEST = "The #1 trauma therapist in town."
PRAISE = '"She changed my life, I am finally free." - former client'


@pytest.mark.parametrize(
    ("country", "promise", "best"),
    [
        ("US", "ask", "ask"),
        ("CA", "ask", "ask"),
        ("CA-ON", "block", "block"),
        ("CA-BC", "ask", "ask"),
        ("AU", "block", "ask"),
        ("AU-NSW", "block", "ask"),
        ("GB", "ask", "ask"),
        ("UK", "ask", "ask"),
        ("IE", "ask", "ask"),
        ("NZ", "ask", "ask"),
    ],
)
def test_promises_block_where_the_law_forbids_them(country: str, promise: str, best: str) -> None:
    def levels(text: str, rule: str) -> set[str]:
        return {one.level for one in check(Draft("d", text, country=country)).findings if one.rule == rule and "reads" not in one.variant}

    assert levels(PROMISE, "claims.outcome-guarantee") == {promise}
    assert levels(BEST, "claims.outcome-guarantee") == {best}
    assert levels(PRAISE, "boundaries.testimonial") == {"block"}


LINES = {
    "US": "Need someone tonight? Call or text 988.",
    "CA": "Need someone tonight? Call or text 9-8-8.",
    "GB": "Need someone tonight? Call Samaritans on 116 123.",
    "IE": "Need someone tonight? Call Samaritans on 116 123.",
    "AU": "Need someone tonight? Call Lifeline on 13 11 14.",
    "NZ": "Need someone tonight? Call or text 1737.",
}
DANGER = {"US": "911", "CA": "911", "GB": "999", "IE": "999", "AU": "000", "NZ": "111"}
SAME = ({"US", "CA"}, {"GB", "IE"})


@pytest.mark.clause("C91")
@pytest.mark.feature("Responsible messaging")
@pytest.mark.parametrize("country", sorted(LINES))
def test_only_the_lines_of_the_own_country_stand_unasked(country: str) -> None:
    def asked(text: str) -> bool:
        return any(one.rule == "safety.stale-crisis-line" for one in check(Draft("d", text, country=country)).findings)

    for other, text in LINES.items():
        shared = other == country or any({country, other} <= pair for pair in SAME)
        assert asked(text) is not shared, (country, other)
    for other, number in DANGER.items():
        foreign = number != DANGER[country] and not (number == "111" and country != "AU")
        assert asked(f"In danger? Call {number}.") is foreign, (country, other)
    assert not asked("In danger? Call 112.")


@pytest.mark.clause("C91")
def test_the_old_us_number_blocks_everywhere() -> None:
    for country in (*LINES, None):
        found = check(Draft("d", "Call 1-800-273-8255 any time.", country=country)).findings
        assert ("safety.stale-crisis-line", "block") in {(one.rule, one.level) for one in found}


ASKED = {
    "suicide": "Suicide prevention: a film about it. Call or text 988.",
    "eating": "Our eating disorder service has 12 places.",
    "abuse": "Domestic violence: how to help. Hotline: 1-800-799-7233.",
    "health": "Tips for anxiety before exams: sleep, walk, talk.",
    "service": "Our program has proven results, see the trial: example.org",
    "contact": "Message us for the recipe.",
    "story": 'My grandmother raised five of us. She said "soup first" before any talk.',
    "politics": "Elections are near. Here is how to register, nonpartisan.",
    "picture": "The garden.",
}


@pytest.mark.clause("C6", "C19", "C21", "C22")
@pytest.mark.feature("Reader questions")
@pytest.mark.parametrize("topic", [*sorted(ASKED), "care"])
def test_every_topic_of_the_standards_asks_its_question(topic: str) -> None:
    def ids(text: str) -> set[str]:
        media = (MediaItem(alt="Beans in rows."),) if topic == "picture" and text == ASKED["picture"] else ()
        return {one.id for one in check(Draft("d", text, media=media), today=TODAY).questions}

    known = {one.name: one.question for one in every()}
    if topic == "care":
        assert known["care"] == "", "the standing question asks it of every draft"
        assert {"standing/real-person", "standing/readers"} <= ids("Soup at noon.")
    else:
        assert known[topic].endswith("?")
        assert f"topic/{topic}" in ids(ASKED[topic])
        answers = [one.answers for one in check(Draft("d", ASKED[topic]), today=TODAY).questions if one.id == f"topic/{topic}"]
        assert [[answer.effect for answer in told] for told in answers] == [["clear", "keep"]] * (topic != "picture")
        assert f"topic/{topic}" not in ids("Soup at noon.")


@pytest.mark.feature("Reader questions")
def test_good_drafts_are_asked_little_and_not_nothing() -> None:
    rows = [json.loads(line) for path in DRAFTS for line in path.read_text(encoding="utf-8").splitlines()]
    good = [draft_from({key: row[key] for key in GIVEN if row.get(key)}) for row in rows if row["verdict"] == "pass"][::2]
    counts = sorted(sum(one.kind != "standing" for one in check(draft).questions) for draft in good)
    assert len(counts) > 200
    assert counts[len(counts) // 2] <= 1
    assert counts[len(counts) * 9 // 10] <= 3
    assert sum(map(bool, counts)) > len(counts) / 20, "triggers so narrow that nobody is ever asked are none"


def test_twins_made_of_the_exceptions_of_the_standards_pass() -> None:
    rows = [json.loads(line) for line in (DRAFTS[0].parent / "written-rules.jsonl").read_text(encoding="utf-8").splitlines()]
    good = [draft_from({key: row[key] for key in GIVEN if row.get(key)}) for row in rows if row["verdict"] == "pass"]
    stopped = [draft.id for draft in good if check(draft).verdict != "pass"]
    assert len(good) > 130
    assert len(stopped) <= len(good) / 50, stopped
