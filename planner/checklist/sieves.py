"""What is looked for in which view of a text: the parts of the patterns of all rules, each looked for once."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from planner.checklist.needles import probe
from planner.checklist.patterns import branches

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from planner.checklist.needles import Probe


class Sieve(NamedTuple):
    """The parts of the patterns of one view: each with whether it ignores case, and the numbers of the rules that have it."""

    parts: tuple[tuple[Probe, bool, tuple[int, ...]], ...]


class Sieves:
    """The sieves of all rules by the view they read, 2 MB made when a text is first read; caches go by it: none equals another one."""

    def __init__(self, told: Mapping[str, Sequence[tuple[str, bool, int]]]) -> None:
        """Take the patterns of each view, each with whether it ignores case and the number of its rule."""
        self._told = told

    @cached_property
    def by_view(self) -> Mapping[str, Sieve]:
        """Return each view's sieve."""
        return {
            view: sieve_of((part, blind, rule) for pattern, blind, rule in told for part in branches(pattern))
            for view, told in self._told.items()
        }


def sieve_of(parts: Iterable[tuple[str, bool, int]]) -> Sieve:
    """Return the sieve for patterns that were split at their outer `|`, each with whether it ignores case and the number of its rule."""
    rules: dict[tuple[str, bool], list[int]] = {}
    for pattern, blind, number in parts:
        rules.setdefault((pattern, blind), []).append(number)
    return Sieve(tuple((probe(pattern), blind, tuple(numbers)) for (pattern, blind), numbers in rules.items()))
