"""What all accounts of a platform have together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from planner.domain.sharing import Quota, Spending

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
FIVE = Quota(5, HOUR)


def test_what_is_spent_is_free_again_when_the_span_is_over() -> None:
    spending = Spending().more(FIVE, 3, NOW).more(FIVE, 2, NOW + HOUR / 2)
    assert spending.free(FIVE) == 0
    first, second = NOW + HOUR + HOUR / 100, NOW + HOUR * 1.51
    assert spending.again_at(FIVE, 1, NOW) == first
    assert spending.again_at(FIVE, 3, NOW) == first
    assert spending.again_at(FIVE, 4, NOW) == second
    assert spending.again_at(FIVE, 9, NOW) == second  # longer than the quota: it waits for the whole
    assert Spending.read(spending.text, FIVE, first).free(FIVE) == 3
    assert Spending.read(spending.text, FIVE, first - timedelta(microseconds=1)).free(FIVE) == 0
    assert Spending.read(spending.text, FIVE, second) == Spending()


def test_nothing_written_yet_leaves_everything_free() -> None:
    assert Spending.read("", FIVE, NOW).free(FIVE) == 5
    assert Spending().again_at(FIVE, 1, NOW) == NOW


def test_more_than_the_quota_leaves_nothing_and_no_less() -> None:
    assert Spending().more(FIVE, 8, NOW).free(FIVE) == 0


@given(st.lists(st.tuples(st.integers(0, 7200), st.integers(1, 3)), max_size=60))
def test_no_span_ever_holds_more_than_the_quota_and_the_count_stays_short(calls: list[tuple[int, int]]) -> None:
    spending, made = Spending(), []
    for after, posts in sorted(calls):
        now = NOW + timedelta(seconds=after)
        spending = Spending.read(spending.text, FIVE, now)
        if posts <= spending.free(FIVE):
            spending = spending.more(FIVE, posts, now)
            made.append((now, posts))
    for start, _ in made:
        assert sum(posts for at, posts in made if start <= at < start + HOUR) <= 5
    assert len(spending.counts) <= 102
