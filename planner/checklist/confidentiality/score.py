"""The fitted word-level score of a text: hashed word, class and letter groups with one small weight each."""

from __future__ import annotations

import math
import zlib
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from planner.checklist.confidentiality.words import LEXICONS

if TYPE_CHECKING:
    from planner.checklist.confidentiality.words import Words

BUCKETS = 1 << 16
_TABLE = LEXICONS / "subject_words.bin"
_MASK = BUCKETS - 1
_STEP = 0.05
_SMALL = (1 << 20) - 1  # small numbers keep the arithmetic of a whole text within machine words


@lru_cache(maxsize=20_000)
def _of_word(word: str) -> tuple[int, frozenset[int]]:
    """Return the word's own number and the buckets of its letter groups."""
    number = zlib.crc32(word.encode("utf-8", "surrogatepass")) & _SMALL
    bounded = f"<{word}>"
    groups = {
        zlib.crc32(f"x{bounded[at : at + size]}".encode("utf-8", "surrogatepass")) & _MASK
        for size in (3, 4, 5)
        for at in range(len(bounded) - size + 1)
    }
    return number, frozenset(groups)


def features(words: Words) -> set[int]:
    """Return the buckets of `words`: words, pairs of words, pairs and triples of classes, word beside class, letter groups."""
    found: set[int] = set()
    for word in set(words.lower):
        number, groups = _of_word(word)
        found |= groups
        found.add((number * 3 + 1) & _MASK)
    add = found.add
    numbers = [_of_word(word)[0] for word in words.lower]
    last, kind, before = 0, 0, 0
    for at, (number, own) in enumerate(zip(numbers, words.classes, strict=True)):
        if at:
            add((last * 31 + number * 7 + 2) >> 3 & _MASK)
            add((kind * 1009 + own * 31 + 3) & _MASK)
            add((last * 13 + own * 101 + 11) >> 2 & _MASK)
            add((kind * 103 + number * 19 + 13) >> 2 & _MASK)
        if at > 1:
            add((before * 10007 + kind * 1009 + own * 31 + 5) & _MASK)
            add((before * 131 + own * 17 + 7) & _MASK)
        last, kind, before = number, own, kind
    return found


@cache
def weights() -> tuple[int, ...]:
    """Read the fitted table once: one signed byte a bucket, in steps of 0.05."""
    return tuple(memoryview(zlib.decompress(_TABLE.read_bytes())).cast("b"))


def score(words: Words) -> float:
    """Return the fitted score of a text; 0 for a text without words. About +2 speaks for one particular person, -2 against."""
    buckets = features(words)
    if not buckets:
        return 0.0
    return _STEP * sum(map(weights().__getitem__, buckets)) / math.sqrt(len(buckets))
