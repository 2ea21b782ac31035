"""Which stretches of a text are taken: spans are half-open, and two of them meet when they share a character."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from planner.checklist.text import Span


def meets(apart: Sequence[Span], start: int, end: int) -> bool:
    """Tell whether a span shares a character with one of these, which stand in order and apart from each other."""
    before = bisect_left(apart, (end,))
    return before > 0 and apart[before - 1][1] > start


class Stretches:
    """The stretches that spans cover together, asked about in a time that hardly grows with their number."""

    def __init__(self, spans: Iterable[Span] = ()) -> None:
        """Cover the spans."""
        self._apart: list[Span] = []
        for span in spans:
            self.add(*span)

    def add(self, start: int, end: int) -> None:
        """Cover one more span, which may overlap others; it becomes one stretch with those."""
        apart = self._apart
        last = first = bisect_left(apart, (end,))
        while first and apart[first - 1][1] > start:
            first -= 1
        if first < last:
            start, end = min(start, apart[first][0]), max(end, apart[last - 1][1])
            apart[first:last] = [(start, end)]
        else:
            apart.insert(bisect_left(apart, (start, end)), (start, end))

    def meets(self, start: int, end: int) -> bool:
        """Tell whether a span shares a character with one of those that were added."""
        return meets(self._apart, start, end)

    def take(self, start: int, end: int) -> bool:
        """Cover a span unless it meets one that is covered already; tell whether it was free."""
        free = not self.meets(start, end)
        if free:
            self.add(start, end)
        return free
