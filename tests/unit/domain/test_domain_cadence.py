"""A week with fewer posts than the aim names its empty days; nothing else is said."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from planner.domain.cadence import check_target, gap
from planner.domain.errors import Invalid

MONDAY = date(2026, 11, 23)


def day(number: int) -> date:
    return MONDAY + timedelta(days=number)


@pytest.mark.clause("C127")
@pytest.mark.parametrize(
    ("target", "days", "today", "runs"),
    [
        (3, [0], 0, [(1, 6)]),
        (3, [0, 5], 0, [(1, 4), (6, 6)]),
        (3, [0, 5], 3, [(3, 4), (6, 6)]),
        (2, [0, 5], 0, None),
        (2, [0, 0], 0, None),
        (0, [], 0, None),
        (7, [6], 6, None),
        (3, [-1, 7], 0, [(0, 6)]),
    ],
)
def test_the_empty_days_of_a_week_are_named(target: int, days: list[int], today: int, runs: list[tuple[int, int]] | None) -> None:
    found = gap("a", target, [day(one) for one in days], MONDAY, day(today))
    assert (found and found.runs) == (None if runs is None else tuple((day(first), day(last)) for first, last in runs))


def test_what_is_planned_and_aimed_for_is_said() -> None:
    found = gap("a", 3, [day(0)], MONDAY, MONDAY)
    assert found is not None
    assert (found.account_id, found.planned, found.target) == ("a", 1, 3)


def test_an_aim_has_bounds() -> None:
    assert [check_target(0), check_target(21)] == [0, 21]
    for number in (-1, 22):
        with pytest.raises(Invalid, match="between 0"):
            check_target(number)


@pytest.mark.clause("C127")
def test_rest_days_are_no_gap() -> None:
    found = gap("a", 3, [day(0)], MONDAY, MONDAY, rest={5, 6})
    assert found is not None
    assert found.runs == ((day(1), day(4)),)
    assert gap("a", 3, [], MONDAY, day(5), rest={5, 6}) is None
