"""The rows of a fitted table of features, as bytes: `packed` writes what `Rows` reads.

A feature is found by its hash, so that nothing has to be worked out when the table is read: for each of 65,536 hashes the number of its
features and the length of their names (a byte each), then the names, then a row of bytes for each feature: how rare it is and the step of
its weights (two bytes), and for each rule how many steps it weighs (one byte each, 128 for nothing). Few rows have a step of more than one.
"""

from __future__ import annotations

from array import array
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from collections.abc import Set as AbstractSet

Row = tuple[str, int, "Mapping[int, int]"]
"""A feature, how rare it is in hundredths, and its weights in tenths by the number of the rule."""

LANE = 40
"""Bits of a place: the table has too few features for a sum that takes more."""
LOW, SIGN = (1 << LANE) - 1, 1 << LANE - 1
_HASHES, _SHIFT = 1 << 16, 16
_EVEN, _BREAK = 128, b"\n"
_HEAD, _RARE = 2, 12
"""Bytes before the weights of a row, and how many of their bits tell the rarity."""
_RAREST = (1 << _RARE) - 1
_PLACE = LANE // 8
_KEPT = 16_384
"""Rows that are kept as numbers; a fourth of a KB each."""


def packed(rows: Iterable[Row], rules: int) -> bytes:
    """Return the bytes of a table.

    Args:
        rows: every feature once.
        rules: how many rules there are.

    Raises:
        ValueError: too many features share a hash.
        OverflowError: a feature is too rare, or a weight too heavy.
    """
    told = sorted((crc32(name.encode()) >> _SHIFT, name, rare, weights) for name, rare, weights in rows)
    names: list[list[bytes]] = [[] for _ in range(_HASHES)]
    lines = bytearray()
    for number, name, rare, weights in told:
        names[number].append(name.encode())
        step = max(map(abs, weights.values()), default=0) // _EVEN + 1
        lines += (rare + (step - 1 << _RARE)).to_bytes(_HEAD, "little")
        lines += bytes(round(weights.get(rule, 0) / step) + _EVEN for rule in range(rules))
    found = list(map(_BREAK.join, names))
    return bytes(map(len, names)) + bytes(map(len, found)) + b"".join(found) + bytes(lines)


def parted(lanes: int, count: int) -> list[int]:
    """Return the signed numbers of the first `count` places, the lowest first."""
    found = []
    for _ in range(count):
        lane = lanes & LOW
        lane -= (lane & SIGN) << 1
        found.append(lane)
        lanes = (lanes - lane) >> LANE
    return found


class Rows:
    """The rows of a table by their features: bytes until a text first holds the feature, then one big number.

    Such a number tells in 40-bit places what the feature adds: its squared rarity, then weight x rarity per rule. Sums of whole texts are
    sums of such numbers; they are whole, so that no order of adding changes them.
    """

    __slots__ = ("_even", "_first", "_lines", "_names", "_read", "_rules", "_start")

    def __init__(self, told: bytes, rules: int) -> None:
        """Take the bytes that `packed` has made for so many rules."""
        self._rules = rules
        self._first = array("I", accumulate(told[:_HASHES], initial=0))
        self._start = array("I", accumulate(told[_HASHES : 2 * _HASHES], initial=0))
        ends = 2 * _HASHES + self._start[-1]
        self._names, self._lines = told[2 * _HASHES : ends], told[ends:]
        self._even = sum(_EVEN << LANE * (rule + 1) for rule in range(rules))
        self._read: dict[str, int] = {}

    def of(self, features: AbstractSet[str]) -> Mapping[str, int]:
        """Return the numbers of those of the features that the table has, among others."""
        if len(self._read) > _KEPT:
            self._read = {}
        read, names, start = self._read, self._names, self._start
        for feature in features - read.keys():
            sought = feature.encode()
            number = crc32(sought) >> _SHIFT
            here = names[start[number] : start[number + 1]]
            if sought in here and sought in (parts := here.split(_BREAK)):
                read[feature] = self._number(self._first[number] + parts.index(sought))
        return read

    def _number(self, row: int) -> int:
        """Return what a row adds, in one number."""
        rare, step, line = self._row(row)
        places = bytearray(_PLACE * (1 + self._rules))
        places[_PLACE::_PLACE] = line
        return (int.from_bytes(places, "little") - self._even) * step * rare + rare * rare

    def _row(self, row: int) -> tuple[int, int, bytes]:
        """Return how rare a feature is, the step of its weights, and how many steps it weighs for each rule."""
        at = row * (_HEAD + self._rules)
        head = int.from_bytes(self._lines[at : at + _HEAD], "little")
        return head & _RAREST, (head >> _RARE) + 1, self._lines[at + _HEAD : at + _HEAD + self._rules]

    def __iter__(self) -> Iterator[Row]:
        """Yield every row."""
        names = [name for one in pairwise(self._start) for name in self._names[slice(*one)].split(_BREAK) if name]
        for row, name in enumerate(names):
            rare, step, line = self._row(row)
            yield name.decode(), rare, {rule: (weight - _EVEN) * step for rule, weight in enumerate(line) if weight != _EVEN}
