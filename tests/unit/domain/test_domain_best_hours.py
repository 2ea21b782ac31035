"""Best hours: few posts say nothing, and a band stands out only when its whole interval does."""

from __future__ import annotations

from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.domain.best_hours import BestHours, Hours, best_hours, interval


@pytest.mark.parametrize(
    ("count", "ranks"), [(0, None), (1, None), (4, None), (5, (0, 4)), (7, (0, 6)), (8, (1, 6)), (10, (1, 8)), (11, (2, 8)), (20, (5, 14))]
)
def test_the_interval_of_the_median_by_hand(count: int, ranks: tuple[int, int] | None) -> None:
    """Binomial by hand: 5 values outside with 2/32 = 6 %, 4 with 2/16 = 12 %; 8 with 2 x 9/256 = 7 %; 11 with 2 x 67/2048 = 7 %."""
    assert interval(count) == ranks


@pytest.mark.feature("Charts")
def test_bands_in_the_order_of_the_day_and_the_one_that_stands_out() -> None:
    posts = [*((9, value) for value in (10, 11, 12, 13, 14)), *((20, value) for value in (1, 2, 3, 4, 5)), (3, 2), (23, 6)]
    found = best_hours(posts)
    morning = Hours(8, 5, 12.0, 10, 14)
    assert found == BestHours((Hours(0, 1, 2.0, None, None), morning, Hours(20, 6, 3.5, 1, 6)), 5.5, morning)


def test_nothing_stands_out_of_noise_or_of_nothing() -> None:
    assert best_hours([]) == BestHours((), None, None)
    even = best_hours([(hour, value) for hour in (9, 13) for value in (1, 2, 3, 4, 5)])
    assert even.best is None
    assert even.overall == 3.0
    few = best_hours([(9, 100), (13, 1), (13, 2), (13, 1)])
    assert few.best is None


def test_of_two_that_stand_out_the_higher_one_and_of_equals_the_earlier() -> None:
    low = [(2, 0)] * 20
    high = [(hour, value) for hour in (9, 13) for value in (50, 51, 52, 53, 54)]
    best = best_hours([*low, *high]).best
    assert best is not None
    assert best.start == 8
    best = best_hours([*low, *high, *((17, value) for value in (60, 61, 62, 63, 64))]).best
    assert best is not None
    assert best.start == 16


@given(st.lists(st.tuples(st.integers(0, 23), st.integers(0, 1000)), max_size=60))
def test_every_post_stands_in_one_band_and_the_median_in_its_interval(posts: list[tuple[int, int]]) -> None:
    found = best_hours(posts)
    assert sum(band.posts for band in found.bands) == len(posts)
    for band in found.bands:
        mine = [reactions for hour, reactions in posts if band.start <= hour < band.start + 4]
        assert band.median == median(mine)
        if band.low is not None and band.high is not None:
            assert band.low <= band.median <= band.high
