"""The rule packs keep their word: every example, every suggestion, every source, and time on hostile text."""

from __future__ import annotations

import time
import tomllib
import zlib
from datetime import date
from typing import TYPE_CHECKING

import pytest

from planner.checklist import kinds
from planner.checklist.bank import BANK, lexicon
from planner.checklist.examples import disagreements
from planner.checklist.needles import Haystack, key, known, probe
from planner.checklist.patterns import branches, compiled, expand, lint
from planner.checklist.report import Draft, Examination
from planner.checklist.rulefacts import GUARDS
from planner.checklist.rules import load
from planner.checklist.runner import run
from planner.checklist.text import views
from planner.checklist.topics import every
from tools.build_needles import listed, patterns

if TYPE_CHECKING:
    from planner.checklist.rule import Rule

RULES = load().rules
OWN = [rule for rule in RULES if rule.plugin != kinds.ELSEWHERE]
FAMILIES = {"accessibility", "advocacy", "boundaries", "claims", "confidentiality", "safety", "tone"}


def name(rule: Rule) -> str:
    return f"{rule.id}/{rule.variant}"


def test_every_family_is_there() -> None:
    assert {rule.pack for rule in RULES} == FAMILIES
    assert {rule.id.split(".")[0] for rule in RULES} == FAMILIES


@pytest.mark.clause("C40", "C82", "C85", "C86", "C87", "C88", "C91", "C137")
@pytest.mark.feature(
    "Tone and respect", "Responsible messaging", "Sensational, too good", "Treatment and conspiracy claims", "Remaining families"
)
def test_every_example_agrees_with_its_rule() -> None:
    assert disagreements(load()) == ()


@pytest.mark.parametrize("rule", [rule for rule in OWN if rule.offer], ids=name)
def test_every_suggestion_passes_the_packs(rule: Rule) -> None:
    for text in rule.offer.texts.values():
        report = run(Draft("d", text), views(text), Examination(), packs=load())
        strict = {finding.rule for finding in report.findings if finding.level != "advise"}
        assert strict <= {"safety.missing-crisis-resource"}, "a phrase alone cannot bring its own help line"


@pytest.mark.parametrize("rule", RULES, ids=name)
def test_every_rule_speaks_plainly(rule: Rule) -> None:
    assert rule.level == "note" or rule.question is not None
    assert set(rule.guards) <= GUARDS
    assert rule.plugin in {"", kinds.ELSEWHERE, *kinds.PLUGINS}
    assert {*rule.needs_topic, *rule.needs_absent} <= {topic.name for topic in every()}
    for word in ("should be ashamed", "forbidden", "compliant with"):
        assert word not in rule.message.lower()
    assert rule.review_after is None or rule.review_after > rule.reviewed


@pytest.mark.parametrize("pattern", patterns(), ids=lambda pattern: key(expand(pattern)))
def test_every_pattern_is_safe_and_listed(pattern: str) -> None:
    assert lint(pattern) == ()
    assert compiled(pattern, ignore_case=True) is not None
    assert known(pattern), "run: python -m tools.build_needles"


def test_the_list_of_needles_is_up_to_date() -> None:
    assert zlib.decompress((BANK / "needles.tsv.z").read_bytes()).decode() == listed(), "run: python -m tools.build_needles"


def test_needles_never_hide_a_match() -> None:
    """Every example is judged the same when each pattern is tried on it."""
    for rule in OWN:
        for example in (*rule.flags, *rule.passes):
            read = views(example.text)
            text = getattr(read, rule.view).text
            haystack = Haystack(text)
            for whole in rule.match:
                for branch in branches(whole):
                    if compiled(branch, ignore_case=rule.ignore_case).search(text):
                        assert haystack.may_hold(probe(branch)), (rule.id, branch)


HOSTILE = [
    "a" * 50_000,
    "you " * 12_500,
    "the client " * 4_500,
    '"' * 20_000,
    "if you are struggling " * 2_200,
    "@a " * 16_000,
    "1 in 2 " * 7_000,
    "A B " * 12_500,
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:8])
def test_no_pattern_hangs_on_hostile_text(text: str) -> None:
    for rule in OWN:
        for whole in rule.match:
            for branch in branches(whole):
                began = time.perf_counter()
                sum(1 for _ in compiled(branch, ignore_case=rule.ignore_case).finditer(text))
                assert time.perf_counter() - began < 3.0, (rule.id, rule.variant, branch[:80])


def test_sources_are_complete_and_none_is_unused_without_reason() -> None:
    listed = tomllib.loads((BANK / "sources.toml").read_text(encoding="utf-8"))
    for row in listed.values():
        assert row["publisher"]
        assert row["url"]
        assert date.fromisoformat(row["retrieved"]) < date.fromisoformat(row["review_after"])
    assert {rule.source.id for rule in RULES} <= set(listed)


def test_no_crisis_line_counts_as_verified_without_a_name_and_a_day() -> None:
    listed = tomllib.loads((BANK / "crisis_lines.toml").read_text(encoding="utf-8"))["line"]
    assert {line["country"] for line in listed} >= {"US", "CA", "GB", "IE", "AU"}
    for line in listed:
        assert line["call"] or line["text"]
        assert bool(line["verified_by"]) == bool(line["verified_on"])
        assert date.fromisoformat(line["review_after"]) > date(2026, 11, 21)


def test_word_classes_are_used_and_plain() -> None:
    used = {name for pattern in patterns() for name in lexicon("classes")["classes"] if f"<{name}>" in pattern}
    assert used == set(lexicon("classes")["classes"])
