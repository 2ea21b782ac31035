"""The fitted word-level score of a text: hashed word, class and letter groups with one small weight each."""

from __future__ import annotations

import math
import struct
import zlib
from functools import cache, lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from bitarray import bitarray
from bitarray.util import count_and

from planner.checklist.confidentiality.sums import Line, buckets_of, filled
from planner.checklist.confidentiality.words import LEXICONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.checklist.confidentiality.words import Words

BUCKETS = 1 << 20
BITS = 3
"""Bits of a weight's size: a weight is at most `2**BITS - 1` steps."""
_TABLE = LEXICONS / "subject_words.bin"
_MASK = BUCKETS - 1
_STEP = 0.5
_FEW = 3000
"""So many buckets of a text are looked up one by one in less time than it takes to go through all that there are."""
_GROUP = zlib.crc32(b"x")
"""Groups of letters are numbered as if this letter stood before each of them."""
_EDGE = 1  # stands before the first and after the last word
_SMALL = (1 << 20) - 1  # small numbers keep every sum of a line within 30 bits


@lru_cache(maxsize=8192)
def _of_word(word: str) -> tuple[int, tuple[int, ...]]:
    """Return the word's own number, and the buckets of its letter groups and of itself."""
    number = zlib.crc32(word.encode("utf-8", "surrogatepass")) & _SMALL
    bounded = f"<{word}>"
    letters = bounded.encode() if bounded.isascii() else [sign.encode("utf-8", "surrogatepass") for sign in bounded]
    groups = {
        zlib.crc32(b"".join(group) if isinstance(group := letters[at : at + size], list) else group, _GROUP) & _MASK
        for size in (3, 4, 5)
        for at in range(len(bounded) - size + 1)
    }
    return number, (*groups, (number * 3 + 1) & _MASK)


def _buckets(sums: int, size: int, drop: int = 0) -> bytes:
    """Return the buckets of the first `size` places of a line of sums, without their lowest `drop` bits, four bytes each."""
    return buckets_of(sums, size, _MASK, drop)


def features(words: Words) -> set[int]:
    """Return the buckets of `words`: letter groups, words and pairs of words, and runs and gaps of classes and of kinds of meaning."""
    return set(_told(words))


def _told(words: Words) -> list[int]:
    """Return the buckets of `words`; one that several features share stands there several times."""
    if not words.lower:
        return []
    known = {word: _of_word(word) for word in set(words.lower)}
    numbers = Line([_EDGE, *(known[word][0] for word in words.lower), _EDGE])
    kinds = Line([_EDGE, *words.classes, _EDGE])
    senses = Line([_EDGE, *words.senses, _EDGE])
    size = numbers.size
    ones = filled(size, 1)
    pairs = _buckets(numbers.all * 31 + numbers.after(1) * 7 + ones * 2, size - 1, 3)
    rows = b"".join(
        (pairs, *_beside(numbers, kinds, ones), *_runs(kinds, 3, ones), *_runs(senses, 29, ones), *_crossed(kinds, senses, ones))
    )
    found = list(chain.from_iterable(groups for _, groups in known.values()))
    found.extend(struct.unpack(f"<{len(rows) // 4}I", rows))
    found.extend((one * 61 + 41) & _MASK for one in {_EDGE, *words.senses})
    return found


def _beside(numbers: Line, kinds: Line, ones: int) -> Iterator[bytes]:
    """Yield buckets of a word next to a class, on either side, and one word apart."""
    size = numbers.size
    yield _buckets(numbers.all * 13 + kinds.after(1) * 101 + ones * 11, size - 1, 2)
    yield _buckets(kinds.all * 103 + numbers.after(1) * 19 + ones * 13, size - 1, 2)
    yield _buckets(numbers.all * 131 + kinds.after(2) * 17 + ones * 7, size - 2)


def _runs(line: Line, salt: int, ones: int) -> Iterator[bytes]:
    """Yield buckets of pairs and triples of neighbors in `line`, and of pairs with one or two left out between them."""
    size = line.size
    one, two, three, four = line.all, line.after(1), line.after(2), line.after(3)
    yield _buckets(one * 1009 + two * 31 + ones * salt, size - 1)
    yield _buckets(one * 613 + three * 37 + ones * (salt * 5), size - 2)
    yield _buckets(one * 401 + four * 43 + ones * (salt * 7), size - 3)
    yield _buckets(one * 10007 + two * 1013 + three * 31 + ones * (salt * 11), size - 2)


def _crossed(kinds: Line, senses: Line, ones: int) -> Iterator[bytes]:
    """Yield buckets of a class beside a kind of meaning, in either order."""
    yield _buckets(kinds.all * 907 + senses.after(1) * 59 + ones * 17, kinds.size - 1)
    yield _buckets(senses.all * 811 + kinds.after(1) * 67 + ones * 23, kinds.size - 1)


@cache
def _planes() -> tuple[tuple[bitarray, ...], tuple[bitarray, ...]]:
    """Read the fitted table once, bit by bit, the lowest first: a bit of every bucket's size, of the weights above 0 and of those below."""
    packed, size = zlib.decompress(_TABLE.read_bytes()), BUCKETS // 8
    planes = []
    for at in range(0, len(packed), size):
        planes.append(bitarray(endian="little"))
        planes[-1].frombytes(packed[at : at + size])
    return tuple(planes[:BITS]), tuple(planes[BITS:])


def score(words: Words) -> float:
    """Return the fitted score of a text; 0 for a text without words. About +5 speaks for one particular person, -2 against.

    The buckets of a text are bits, so that counting those that they share with one bit of every weight adds the weights up; of a passage
    with few words each bucket's bits are looked up instead.
    """
    told = _told(words)
    if not told:
        return 0.0
    if len(told) < _FEW:
        few = list(set(told))
        size, counts = len(few), [[plane[few].count() for plane in planes] for planes in _planes()]
    else:
        marked = bitarray(BUCKETS, endian="little")
        marked[told] = 1
        size, counts = marked.count(), [[count_and(marked, plane) for plane in planes] for planes in _planes()]
    above, below = (sum(count << place for place, count in enumerate(side)) for side in counts)
    return _STEP * (above - below) / math.sqrt(size)
