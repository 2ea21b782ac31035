"""Lines of small numbers, side by side in one big number: one sum over them is a sum at every place of a line."""

from __future__ import annotations

import struct
from functools import lru_cache

_PLACE = 32
"""Bits of a place; every sum of a line's numbers has to stay within them."""


class Line:
    """A line of small numbers, the first one lowest."""

    def __init__(self, line: list[int]) -> None:
        """Put the numbers side by side."""
        self.size = len(line)
        self.all = int.from_bytes(struct.pack(f"<{self.size}I", *line), "little")

    def after(self, places: int) -> int:
        """Return the line from `places` further on."""
        return self.all >> (_PLACE * places)

    def between(self, first: int, size: int) -> int:
        """Return `size` places of the line, from place `first` on."""
        return self.after(first) & (1 << _PLACE * size) - 1


def buckets_of(sums: int, size: int, mask: int, drop: int = 0) -> bytes:
    """Return the buckets of the first `size` places of a line of sums, without their lowest `drop` bits, four bytes each."""
    return ((sums >> drop) & filled(size, mask)).to_bytes(size * 4, "little") if size > 0 else b""


@lru_cache(maxsize=32)
def filled(size: int, number: int) -> int:
    """Return a line with the same number at every place."""
    return int.from_bytes(number.to_bytes(4, "little") * size, "little")
