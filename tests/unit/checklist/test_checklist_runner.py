"""The runner gives every candidate its words, level, fingerprint and place, and the summary never says safe."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from test_checklist_rules import RULE, bank

from planner.checklist import runner
from planner.checklist.report import Candidate, Draft, Examination, MediaItem, Note, Profile, Question
from planner.checklist.rules import load
from planner.checklist.text import views

if TYPE_CHECKING:
    from pathlib import Path

    from planner.checklist.report import Finding, Report


def ran(text: str, examination: Examination | None = None, profile: Profile | None = None, **facts: Any) -> Report:
    return runner.run(Draft("d", text, **facts), views(text), examination or Examination(), packs=load(), profile=profile)


def made(tmp_path: Path, text: str, rules: str, profile: Profile | None = None, **facts: Any) -> Report:
    return runner.run(Draft("d", text, **facts), views(text), Examination(), packs=load(bank=bank(tmp_path, rules)), profile=profile)


def only(report: Report, rule: str) -> Finding:
    (finding,) = [one for one in report.findings if one.rule == rule]
    return finding


def test_a_finding_tells_all_that_a_person_needs() -> None:
    text = "We feed junkies every Sunday."
    report = ran(text)
    finding = only(report, "tone.stigmatising-language")
    assert (finding.id, finding.variant, finding.level) == ("f1", "sud-label", "ask")
    assert text[finding.start : finding.end] == finding.quote == "junkies"
    assert finding.message == "“junkies” names people by a condition."
    assert finding.source.id == "nida-words-matter"
    assert finding.suggestion.text == "people who use drugs"
    assert finding.question is not None
    assert report.verdict == "revise"
    assert report.summary == "Found: 1 to answer. 2 questions remain." or report.summary.startswith("Found: 1 to answer.")


def test_nothing_found_is_told_without_praise() -> None:
    report = ran("Soup at noon.")
    assert report.verdict == "pass"
    assert report.summary.startswith("Nothing matched these ")
    assert "safe" not in report.summary
    assert report.packs["digest"] == load().digest


def test_findings_stand_in_the_order_of_the_text() -> None:
    report = ran("JUST STOP THIS NOW. Junkies need beds. #mentalhealthmatters")
    places = [(finding.start, finding.end, finding.rule, finding.variant) for finding in report.findings]
    assert places == sorted(places)
    assert [finding.id for finding in report.findings] == [f"f{number}" for number in range(1, len(places) + 1)]


def test_fingerprints_survive_other_sentences_only() -> None:
    first = only(ran("Junkies need beds."), "tone.stigmatising-language").fingerprint
    assert first == only(ran("Soup at noon. Junkies need beds."), "tone.stigmatising-language").fingerprint
    assert first != only(ran("Junkies need more beds."), "tone.stigmatising-language").fingerprint
    keyed = only(ran("Junkies need beds.", profile=Profile(key=b"secret")), "tone.stigmatising-language").fingerprint
    assert len(keyed) == 32
    assert first != keyed


def test_capitals_of_a_replaced_word_are_kept() -> None:
    assert only(ran("Junkies need beds."), "tone.stigmatising-language").suggestion.text == "People who use drugs"


def test_candidates_of_the_detector_are_worded_by_their_rule() -> None:
    text = "My 15-year-old client cried."
    candidates = (
        Candidate("confidentiality.client-reference", "", "block", 3, 21, subject="s1"),
        Candidate("confidentiality.quasi-identifier", "age", "block", 3, 14, subject="s1", clue="c1", evidence=("cue",)),
        Candidate("confidentiality.quasi-identifier", "age", "block", 3, 14),
        Candidate("nobody.knows-this", "", "block", 0, 2),
    )
    question = Question("q", "Who?", "topic")
    report = ran(text, Examination(candidates, None, (question,), (Note("hint", "n", 0, 1),), ("step",)))
    kept = [(finding.rule, finding.quote) for finding in report.findings if finding.rule.startswith("confidentiality")]
    assert kept == [("confidentiality.quasi-identifier", "15-year-old"), ("confidentiality.client-reference", "15-year-old client")]
    assert report.verdict == "block"
    assert question in report.questions
    assert [note.kind for note in report.notes] == ["hint"]
    assert report.explained[0] == "step"


def test_settings_raise_any_and_lower_only_the_harmless() -> None:
    text = "We feed junkies. After a failed suicide attempt he sings, call 988."
    raised = ran(text, profile=Profile(raised={"tone.stigmatising-language": "block"}))
    assert only(raised, "tone.stigmatising-language").level == "block"
    low = ran(
        text,
        profile=Profile(
            lowered=frozenset({"tone.stigmatising-language", "safety.suicide-messaging"}), raised={"tone.stigmatising-language": "advise"}
        ),
    )
    assert only(low, "tone.stigmatising-language").level == "advise"
    assert only(low, "safety.suicide-messaging").level == "ask"


def test_a_lowered_advice_becomes_a_note_and_a_raised_note_a_finding() -> None:
    text = "Stay curious #mentalhealthmatters. Share if you care."
    report = ran(text, profile=Profile(lowered=frozenset({"accessibility.hashtag-case"}), raised={"advocacy.engagement-bait": "ask"}))
    assert [finding.rule for finding in report.findings] == ["advocacy.engagement-bait"]
    assert "accessibility.hashtag-case" in {note.kind for note in report.notes}


def test_levels_follow_the_kind_of_organization(tmp_path: Path) -> None:
    rules = RULE + 'levels = { "501c3" = "block", "AU" = "block", "student" = "advise" }\n'
    assert made(tmp_path, "A widget", rules).verdict == "revise"
    assert made(tmp_path, "A widget", rules, org_type="501c3").verdict == "block"
    assert made(tmp_path, "A widget", rules, country="AU").verdict == "block"
    assert made(tmp_path, "A widget", rules, country="AU-NSW").verdict == "block"
    assert made(tmp_path, "A widget", rules, author="student").findings[0].level == "advise"


@pytest.mark.parametrize(
    ("condition", "facts", "hit"),
    [
        ('jurisdiction = ["GB"]', {"country": "GB"}, True),
        ('jurisdiction = ["GB"]', {"country": "UK"}, True),
        ('jurisdiction = ["GB"]', {}, False),
        ('jurisdiction = ["CA-ON"]', {"country": "CA-ON"}, True),
        ('jurisdiction = ["CA"]', {"country": "CA-ON"}, True),
        ('jurisdiction = ["CA-ON"]', {"country": "CA"}, False),
        ('org_types = ["charity"]', {"org_type": "charity"}, True),
        ('org_types = ["charity"]', {}, False),
        ('platforms = ["x"]', {"platform": "bluesky"}, False),
        ('kinds = ["bio"]', {"kind": "bio"}, True),
        ('kinds = ["bio"]', {}, False),
        ('post_types = ["quote"]', {}, False),
        ('authors = ["agency"]', {}, True),
        ('authors = ["agency"]', {"author": "agency"}, True),
        ('authors = ["agency"]', {"author": "student"}, False),
        ('needs_topic = ["eating"]', {}, False),
        ('needs_absent = ["eating"]', {}, True),
        ('unless = ["widget maker*"]', {}, True),
        ('unless = ["blue widget*"]', {}, False),
        ('unless = ["paint"]', {}, True),
        ('unless_near = ["paint"]', {}, False),
        ('unless_near = ["glue"]', {}, True),
        ("also = ['blue']", {}, True),
        ("also = ['red']", {}, False),
        ("without = ['blue']", {}, False),
        ("without = ['red']", {}, True),
        ("also_draft = ['end']", {}, True),
        ("also_draft = ['start']", {}, False),
        ("without_draft = ['end']", {}, False),
    ],
)
def test_conditions_decide_where_a_rule_stands(tmp_path: Path, condition: str, facts: dict[str, str], *, hit: bool) -> None:
    report = made(tmp_path, "A blue widget with paint. The end.", RULE + condition + "\n", **facts)
    assert bool(report.findings) is hit


def test_once_reports_the_first_hit_only(tmp_path: Path) -> None:
    text = "A widget and a widget."
    assert len(made(tmp_path / "a", text, RULE).findings) == 2
    assert len(made(tmp_path / "b", text, RULE + "once = true\n").findings) == 1


def test_groups_mark_the_words_to_show(tmp_path: Path) -> None:
    report = made(tmp_path, "See my widget", RULE.replace("\\bwidgets?\\b", "my (widget)|x()y"))
    assert [finding.quote for finding in report.findings] == ["widget"]
    assert made(tmp_path / "b", "a xy", RULE.replace("\\bwidgets?\\b", "x()y")).findings == ()


def test_the_words_view_reads_inside_hashtags(tmp_path: Path) -> None:
    rules = RULE.replace("\\bwidgets?\\b", "\\bhealth\\b") + 'view = "words"\nwithout_draft = ["soup"]\n'
    text = "Now #MentalHealth"
    assert [finding.quote for finding in made(tmp_path, text, rules).findings] == ["Health"]


def test_the_question_guard_lowers_and_is_traced(tmp_path: Path) -> None:
    rules = RULE + 'guards = ["question", "mention"]\n'
    report = made(tmp_path, "Is it a widget?", rules)
    assert report.findings[0].level == "advise"
    assert report.explained == ("demo.word plain [8:14] question: lower",)
    assert made(tmp_path / "b", "Is it a widget?", rules.replace('level = "ask"', 'level = "advise"')).findings == ()
    assert made(tmp_path / "c", "Is it a widget?", rules.replace('level = "ask"', 'level = "block"')).findings[0].level == "ask"


def test_guards_judge_plug_ins_too(tmp_path: Path) -> None:
    rules = RULE.replace("match = ['\\bwidgets?\\b']", 'plugin = "statistic-source"') + (
        "guards = ['mention']\n[rule.options]\nfigures = ['\\d+%']\nnot_figures = ['off']\nsources = ['CDC']\nsources_anywhere = ['http']\n"
    )
    assert len(made(tmp_path, "It is 80% now.", rules).findings) == 1
    assert made(tmp_path / "b", "Stop saying 80% now.", rules).findings == ()


@pytest.mark.parametrize(
    ("offer", "text", "suggested"),
    [
        ('kind = "delete"', "A widget here", ("delete", 2, 8, "")),
        ('kind = "insert"\ntext = "More."', "A widget here", ("insert", 13, 13, "More.")),
        ('kind = "replace"\ntext = "thing"', "Widget here", ("replace", 0, 6, "Thing")),
        ('kind = "replace"\ntext = "thing"', "say WIDGET here", ("replace", 4, 10, "thing")),
        ('kind = "replace"\ntext = "thing"', "WIDGET here", ("replace", 0, 6, "Thing")),
        ('kind = "replace"\ntext = { gadget = "thing" }', "A widget here", None),
    ],
)
def test_suggestions_fit_their_place(tmp_path: Path, offer: str, text: str, suggested: tuple[str, int, int, str] | None) -> None:
    (finding,) = made(tmp_path, text, f"{RULE}[rule.suggestion]\n{offer}\n").findings
    offered = finding.suggestion
    assert (offered and (offered.kind, offered.start, offered.end, offered.text)) == suggested


def test_words_beside_the_text_are_read_too() -> None:
    text = "Our evening."
    media = (MediaItem(alt="A room for junkies.", description="A room for junkies."), MediaItem(alt="A room."))
    report = ran(text, media=media, link_preview="Junkies welcome")
    findings = [finding for finding in report.findings if finding.rule == "tone.stigmatising-language"]
    assert [(finding.start, finding.end, finding.quote) for finding in findings] == [(12, 12, "")]
    assert "junkies" in findings[0].message.lower()
    assert findings[0].suggestion is None
    assert len(findings[0].fingerprint) == 32
    assert [one.rule for one in ran(text, media=(MediaItem(alt="The word junkies."),)).findings] == []


def test_an_overdue_rule_still_runs_and_says_so() -> None:
    def kinds(day: date | None) -> set[str]:
        report = runner.run(Draft("d", "We feed junkies."), views("We feed junkies."), Examination(), packs=load(), today=day)
        assert report.findings
        return {note.kind for note in report.notes}

    assert "review-due" in kinds(date(2031, 1, 1))
    assert "review-due" not in kinds(date(2026, 12, 1))
    assert "review-due" not in kinds(None)


def test_long_quotes_are_shortened_in_messages(tmp_path: Path) -> None:
    report = made(tmp_path, "w" + "i" * 120, RULE.replace("\\bwidgets?\\b", "wi+"))
    assert report.findings[0].message.startswith("“wiii")
    assert "…" in report.findings[0].message


def test_a_report_without_questions_ends_after_the_first_sentence() -> None:
    packs = load()
    assert runner.summary((), 0, packs).endswith(").")
    assert runner.summary((), 1, packs).endswith("One question remains.")
    assert runner.summary((), 3, packs).endswith("3 questions remain.")
    assert replace(packs, versions={}).versions == {}
