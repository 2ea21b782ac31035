"""The record of a rule: what counts as justified, and from when the figure means something."""

from __future__ import annotations

import pytest

from planner.domain.rule_use import RuleCount, RuleUse, uses


@pytest.mark.feature("Overrides")
def test_counts_become_one_record_a_rule_and_silent_rules_have_zeros() -> None:
    counts = [
        RuleCount("tone.hostile", "fixed", 3),
        RuleCount("tone.hostile", "false-alarm", 1),
        RuleCount("tone.hostile", "waiting", 2),
        RuleCount("claims.stale-source", "answered", 4),
        RuleCount("claims.stale-source", "excepted", 5),
        RuleCount("tone.hostile", "fixed", 1),
    ]
    assert uses(counts, ["safety.x"]) == (
        RuleUse("claims.stale-source", shown=9, fixed=0, answered=4, false_alarms=0, excepted=5),
        RuleUse("safety.x", shown=0, fixed=0, answered=0, false_alarms=0, excepted=0),
        RuleUse("tone.hostile", shown=7, fixed=4, answered=0, false_alarms=1, excepted=0),
    )


@pytest.mark.parametrize(
    ("rule", "fixed", "mistakes", "precision", "verdict"),
    [
        ("tone.hostile", 0, 0, None, "too few"),
        ("tone.hostile", 15, 4, 15 / 19, "too few"),
        ("tone.hostile", 16, 4, 0.8, "holds"),
        ("tone.hostile", 15, 5, 0.75, "drops"),
        ("confidentiality.client-reference", 15, 5, 0.75, "review"),
        ("confidentiality.client-reference", 16, 4, 0.8, "holds"),
    ],
)
def test_what_the_figure_means(rule: str, fixed: int, mistakes: int, precision: float | None, verdict: str) -> None:
    use = RuleUse(rule, fixed + mistakes, fixed, 0, mistakes, 0)
    assert use.decisions == fixed + mistakes
    assert use.precision == precision
    assert use.verdict == verdict
