"""The rows of a fitted table of features, as bytes: `packed` writes what `Rows` reads.

A feature is found by its hash, so that nothing has to be worked out when the table is read: for each of 65,536 hashes the number of its
features and the length of their names (a byte each), then the names, then a row of bytes for each feature: how rare it is and the step of
its weights (two bytes), and for each rule how many steps it weighs (one byte each, 128 for nothing). Few rows have a step of more than one.
"""

from __future__ import annotations

from array import array
from functools import cached_property, lru_cache
from itertools import accumulate, compress, pairwise, repeat
from operator import not_, rshift
from struct import iter_unpack, unpack
from typing import TYPE_CHECKING
from zlib import crc32

from bitarray import bitarray

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

Row = tuple[str, int, "Mapping[int, int]"]
"""A feature, how rare it is in hundredths, and its weights in tenths by the number of the rule."""

LANE = 40
"""Bits of a place: the table has too few features for a sum that takes more."""
LOW, SIGN = (1 << LANE) - 1, 1 << LANE - 1
_HASHES, _SHIFT = 1 << 16, 16
_SHORTER, _MANY = 12, 256
"""So many bits less has a longer hash, by which most of the many new features of a long text are left out; for few the bits are not made."""
_EVEN, _BREAK = 128, b"\n"
_HEAD, _RARE = 2, 12
"""Bytes before the weights of a row, and how many of their bits tell the rarity."""
_RAREST = (1 << _RARE) - 1
_STEP = _RARE - 8
"""The bit of the second byte of a row at which its step begins."""
_PLACE, _WIDE = LANE // 8, 8
"""Bytes of a place, and of a number of `struct`."""
_KEPT, _MISSED = 8_192, 4_096
"""Rows that are kept as numbers, a fourth of a KB each, and features that the table has not, for whoever reads the same text again."""


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
    told = (lanes + even(count) & (1 << LANE * count) - 1).to_bytes(_PLACE * count, "little")
    wide = bytearray(_WIDE * count)
    for at in range(_PLACE):
        wide[at::_WIDE] = told[at::_PLACE]
    return [place - SIGN for place in unpack(f"<{count}q", wide)]


@lru_cache(maxsize=8)
def even(count: int) -> int:
    """Return what lifts the numbers of so many places above 0, so that none borrows from the next."""
    return sum(SIGN << LANE * place for place in range(count))


class Rows:
    """The rows of a table by their features: bytes until a text first holds the feature, then one big number.

    Such a number tells in 40-bit places what the feature adds: its squared rarity, then weight x rarity per rule. Sums of whole texts are
    sums of such numbers; they are whole, so that no order of adding changes them. A text asks for hundreds of features that no text before
    it had, so each step of a look is one call for all of them.
    """

    def __init__(self, told: bytes, rules: int) -> None:
        """Take the bytes that `packed` has made for so many rules."""
        self._rules = rules
        self._first = array("I", accumulate(told[:_HASHES], initial=0))
        self._start = array("I", accumulate(told[_HASHES : 2 * _HASHES], initial=0))
        ends = 2 * _HASHES + self._start[-1]
        self._names, self._lines = told[2 * _HASHES : ends], told[ends:]
        self._even = sum(_EVEN << LANE * (rule + 1) for rule in range(rules))
        self._read: dict[str, int] = {}
        self._absent: set[str] = set()

    def of(self, features: set[str]) -> dict[str, int]:
        """Return the numbers of those of the features that the table has."""
        if len(self._read) > _KEPT:
            self._read = {}
        asked = list(features)
        told = list(map(self._read.get, asked, repeat(0)))
        found = dict(compress(zip(asked, told, strict=True), told))
        new = set(compress(asked, map(not_, told))).difference(self._absent)
        if len(self._absent) > _MISSED:
            self._absent = set()
        rows = self._sought(new)
        added = dict(zip(rows, self._numbers(rows.values()), strict=True))
        self._read.update(added)
        self._absent.update(new.difference(rows))
        found.update(added)
        return found

    @cached_property
    def _marked(self) -> bitarray:
        """The longer hashes of all features, as bits: of those that the table has not, one in thirteen has such a hash."""
        marked = bitarray(1 << 32 - _SHORTER, endian="little")
        marked[[crc32(name) >> _SHORTER for name in self._every_name()]] = 1
        return marked

    def _sought(self, features: Collection[str]) -> dict[str, int]:
        """Return the rows of those of the features that the table has."""
        names, start, first, found = self._names, self._start, self._first, dict[str, int]()
        told = list(map(str.encode, features))
        hashes = list(map(crc32, told))
        likely = self._marked[list(map(rshift, hashes, repeat(_SHORTER)))] if len(told) > _MANY else repeat(1)
        for feature, name, longest in compress(zip(features, told, hashes, strict=True), likely):
            number = longest >> _SHIFT
            here = names[start[number] : start[number + 1]]
            if here == name:
                found[feature] = first[number]
            elif len(here) > len(name) and name in (parts := here.split(_BREAK)):
                found[feature] = first[number] + parts.index(name)
        return found

    def _numbers(self, rows: Collection[int]) -> list[int]:
        """Return what each of the rows adds, in one number; the bytes of all rows are set apart in one go."""
        size, lines, even, whole = _HEAD + self._rules, self._lines, self._even, int.from_bytes
        told = bytearray().join([lines[row * size : (row + 1) * size] for row in rows])
        lows, highs = told[::size], told[1::size]
        told[1::size] = bytes(len(rows))  # here stands the rarity afterwards
        places = bytearray(_PLACE * len(told))
        places[::_PLACE] = told
        apart = iter_unpack(f"{_PLACE}x{_PLACE * (size - 1)}s", places)
        rares = [low + (high << 8 & _RAREST) for low, high in zip(lows, highs, strict=True)]
        return [
            (whole(line, "little") - even) * (rare * ((high >> _STEP) + 1)) + rare * rare
            for (line,), rare, high in zip(apart, rares, highs, strict=True)
        ]

    def __iter__(self) -> Iterator[Row]:
        """Yield every row."""
        size = _HEAD + self._rules
        for row, name in enumerate(self._every_name()):
            line = self._lines[row * size : (row + 1) * size]
            head = int.from_bytes(line[:_HEAD], "little")
            rare, step = head & _RAREST, (head >> _RARE) + 1
            yield name.decode(), rare, {rule: (weight - _EVEN) * step for rule, weight in enumerate(line[_HEAD:]) if weight != _EVEN}

    def _every_name(self) -> Iterator[bytes]:
        """Yield the name of every row."""
        return (name for one in pairwise(self._start) for name in self._names[slice(*one)].split(_BREAK) if name)
