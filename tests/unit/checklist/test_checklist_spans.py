"""Stretches answer as a look at every pair of spans would."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from planner.checklist.spans import Stretches

if TYPE_CHECKING:
    from planner.checklist.text import Span

SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 8)).map(lambda told: (told[0], sum(told))), max_size=25)


def overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def test_spans_meet_when_they_share_a_character() -> None:
    taken = Stretches([(2, 5), (9, 12), (4, 7)])
    assert [span for span in ((0, 2), (0, 3), (6, 8), (7, 9), (8, 20), (12, 13)) if taken.meets(*span)] == [(0, 3), (6, 8), (8, 20)]


def test_a_free_span_is_taken_once() -> None:
    taken = Stretches()
    assert [taken.take(*span) for span in ((4, 6), (6, 9), (5, 7), (4, 6), (0, 4))] == [True, True, False, False, True]


def test_a_span_over_several_joins_them() -> None:
    taken = Stretches([(0, 2), (4, 6), (8, 10), (1, 9)])
    assert taken.meets(3, 4)
    assert not taken.meets(10, 11)


@given(SPANS, SPANS)
def test_stretches_answer_as_pairs_do(covered: list[Span], asked: list[Span]) -> None:
    taken = Stretches(covered)
    assert [taken.meets(*one) for one in asked] == [any(overlap(one, other) for other in covered) for one in asked]


@given(SPANS)
def test_what_is_taken_in_turn_is_what_pairs_leave(offered: list[Span]) -> None:
    kept: list[Span] = []
    for one in offered:
        if not any(overlap(one, other) for other in kept):
            kept.append(one)
    taken = Stretches()
    assert [one for one in offered if taken.take(*one)] == kept
