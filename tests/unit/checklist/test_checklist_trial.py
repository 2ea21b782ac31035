"""Every gate that can keep a rule silent is told, in the order in which a draft passes them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from planner.checklist.examples import disagreements
from planner.checklist.report import Draft, Examination, Profile, Record
from planner.checklist.rules import load
from planner.checklist.trial import explained, gates, stopped_by, wording_of
from tests.unit.checklist.test_checklist_rules import RULE, bank

if TYPE_CHECKING:
    from pathlib import Path

    from planner.checklist.trial import Gate

MATCH = "match = ['\\bwidgets?\\b']"
SHIPPED = load()


def tried(folder: Path, text: str, more: str = "", *, match: str = MATCH, profile: Profile | None = None, **facts: Any) -> tuple[Gate, ...]:
    packs = load(bank=bank(folder, RULE.replace(MATCH, match) + more))
    return gates(packs.rules[0], Draft("d", text, **facts), Examination(), packs=packs, profile=profile)


def told(passed: tuple[Gate, ...]) -> list[str]:
    return [str(gate) for gate in passed]


def test_a_rule_that_speaks_passes_every_gate(tmp_path: Path) -> None:
    passed = tried(tmp_path, "A widget.", 'guards = ["mention"]')
    assert told(passed) == [
        "pattern: passed: '\\bwidgets?\\b' matches “widget”",
        "guards: passed: “widget”: none of mention holds it back",
        "report: passed: ask for “widget”",
    ]
    assert stopped_by(passed) == ""


@pytest.mark.parametrize(
    ("more", "facts", "said"),
    [
        ('jurisdiction = ["NZ"]', {"country": "AU"}, "country (the rule speaks for NZ, the draft tells AU)"),
        ('org_types = ["agency"]', {}, "organization (the rule speaks for agency, the draft tells none)"),
        ('platforms = ["x"]', {"platform": "linkedin"}, "platform (the rule speaks for x, the draft tells linkedin)"),
        ('kinds = ["bio"]', {}, "kind (the rule speaks for bio, the draft tells post)"),
        ('post_types = ["quote"]', {}, "type of post (the rule speaks for quote, the draft tells none)"),
        ('authors = ["agency"]', {"author": "student"}, "author (the rule speaks for agency, the draft tells student)"),
        ('needs_topic = ["suicide"]', {}, "topic (needs suicide; the draft touches none)"),
        ("also_draft = ['gears']", {}, "also_draft (the draft nowhere matches 'gears')"),
        ("without_draft = ['works']", {}, "without_draft (the draft somewhere matches 'works')"),
        ("also = ['gears']", {}, "also (“widget”: its sentence does not match 'gears')"),
        ("without = ['works']", {}, "without (“widget”: its sentence matches 'works')"),
        ('unless = ["widget works"]', {}, "unless (“widget”: it stands inside “widget works”)"),
        ('unless_near = ["works"]', {}, "unless_near (“widget”: within six words stands “works”)"),
        (
            'guards = ["own"]',
            {"profile": Profile(names=("widget",))},
            "guard own (“widget”: it is the account's own name or contact; dropped)",
        ),
    ],
)
def test_the_gate_that_stopped_a_draft_is_the_last(tmp_path: Path, more: str, facts: dict[str, Any], said: str) -> None:
    assert stopped_by(tried(tmp_path, "A widget works.", more, **facts)) == said


def test_a_topic_that_must_not_be_there(tmp_path: Path) -> None:
    (gate,) = tried(tmp_path, "A widget against suicide.", 'needs_absent = ["suicide"]')
    assert str(gate).startswith("topic: STOPPED: must not touch suicide; the draft touches ")


def test_gates_that_were_passed_stand_before_the_one_that_stopped(tmp_path: Path) -> None:
    passed = tried(tmp_path, "A gadget.", 'authors = ["agency"]\nkinds = ["post"]', author="agency")
    assert [(gate.name, gate.passed) for gate in passed] == [("kind", True), ("author", True), ("pattern", False)]
    assert passed[-1].told == "'\\bwidgets?\\b' matches nowhere (view folded, case ignored)"
    many = tried(tmp_path / "b", "A gadget.", 'case = "exact"', match="match = ['a b c', 'd e f']")
    assert many[-1].told == "none of its 2 patterns matches (view folded, case exact)"


def test_each_place_has_its_own_gates(tmp_path: Path) -> None:
    passed = tried(
        tmp_path, "Is it a widget? No, and nobody here ever said so. A widget near soap.", 'guards = ["question"]\nunless_near = ["soap"]'
    )
    assert told(passed)[1:] == [
        "guard question: passed: “widget”: its sentence asks; a milder level",
        "unless_near: STOPPED: “widget”: within six words stands “soap”",
        "report: passed: advise for “widget”",
    ]


def test_long_words_are_cut(tmp_path: Path) -> None:
    passed = tried(tmp_path, "a" * 90, match="match = ['a+']")
    assert f"“{'a' * 59}…”" in passed[0].told


def test_what_another_finding_of_the_rule_outvotes(tmp_path: Path) -> None:
    longer = RULE.replace('variant = "plain"', 'variant = "longer"').replace("widgets?", "widgets? indeed")
    packs = load(bank=bank(tmp_path, RULE + longer))
    passed = gates(packs.rules[0], Draft("d", "A widget indeed."), Examination(), packs=packs)
    assert stopped_by(passed).startswith("report (outvoted: a stricter or longer finding of the same rule stands there")


def test_a_note_is_reported_as_one(tmp_path: Path) -> None:
    packs = load(bank=bank(tmp_path, RULE.replace('level = "ask"', 'level = "note"')))
    passed = gates(packs.rules[0], Draft("d", "A widget."), Examination(), packs=packs)
    assert told(passed)[-1] == "report: passed: note “““widget” is a widget.”".replace("“““", "““")


def test_plug_ins_tell_what_they_find() -> None:
    rules = {(rule.id, rule.variant): rule for rule in SHIPPED.rules}

    def lines(rule: str, variant: str, text: str) -> list[str]:
        return list(explained([rules[rule, variant]], Draft("d", text), packs=SHIPPED, profile=None, today=date(2026, 11, 27)))

    assert lines("safety.missing-crisis-resource", "crisis", "Suicide took him.")[1] == "  plug-in: passed: crisis-line finds “Suicide”"
    assert lines("safety.missing-crisis-resource", "crisis", "Soup.")[1:] == ["  plug-in: STOPPED: crisis-line finds nothing"]
    scored = lines("tone.sensational", "reads-like", "You will not believe this shocking story.")
    assert scored[0] == "rule tone.sensational/reads-like (advise):"
    assert "the word score of the whole draft is 0.00 and needs 0." in scored[1]
    assert "strongest words: “" in scored[1]
    seen = lines("confidentiality.client-reference", "", "My client Maya cried in session today.")
    assert "finds “My client Maya”" in seen[1]
    assert seen[2].startswith("  report: passed: block for “My client Maya”")
    unseen = lines("confidentiality.client-reference", "", "Soup at noon.")
    assert unseen[1].endswith("which this entry only words, finds nothing")


def test_what_is_missing_beside_a_text_is_told() -> None:
    other = next(one for one in SHIPPED.rules if one.plugin == "source-needed")
    draft = Draft("d", "", post_type=other.post_types[0], record=Record())
    assert "plug-in: passed: source-needed finds what is missing" in told(gates(other, draft, Examination(), packs=SHIPPED))


def test_a_draft_that_reads_otherwise_is_told_by_its_score(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("planner.checklist.reading.Reading.speaks_against", lambda _self, _rule: True)
    assert stopped_by(tried(tmp_path, "A widget.")) == "score (“widget”: the whole draft reads otherwise; dropped)"


def test_an_example_that_does_not_flag_names_the_gate(tmp_path: Path) -> None:
    packs = load(bank=bank(tmp_path, RULE.replace('"Two widgets."', '"Two gadgets."')))
    (fault,) = disagreements(packs)
    assert fault == (
        "demo.toml, demo.word (plain): the example 'Two gadgets.' must flag, but does not, stopped by pattern "
        "('\\bwidgets?\\b' matches nowhere (view folded, case ignored)): mend the rule or the example"
    )


def test_the_words_behind_the_wording_are_named() -> None:
    assert "“session”" in wording_of(Draft("d", "My client Maya cried in session today."))
    assert wording_of(Draft("d", "!")) == "words that speak most for one particular person: none"
