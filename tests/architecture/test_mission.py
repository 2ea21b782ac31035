"""Each feature of the mission has a test that shows it, or a dated line that says why it is not there."""

from __future__ import annotations

import re

import pytest

from planner.settings import ROOT
from tools import write_mission_page as mission

FEATURES = mission.features()
TESTS = mission.marked()


@pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: feature.name)
def test_a_feature_is_shown_or_says_why_not(feature: mission.Feature) -> None:
    shown = mission.shown(feature, TESTS)
    assert bool(shown) != bool(feature.not_built)
    assert not feature.not_built or re.match(r"\d{4}-\d\d-\d\d, ", feature.not_built)


def test_every_mark_names_a_clause_or_a_feature() -> None:
    known = {feature.name for feature in FEATURES} | {clause for feature in FEATURES for clause in feature.clauses}
    assert set(TESTS) - known == set()


def test_all_clauses_stand_in_the_plan() -> None:
    assert {clause for feature in FEATURES for clause in feature.clauses} == {f"C{number}" for number in range(1, 140)}


def test_the_page_is_up_to_date() -> None:
    assert (ROOT / "docs/mission.md").read_text(encoding="utf-8") == mission.page()
