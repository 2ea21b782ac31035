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


@lru_cache(maxsize=20_000)
def _of_word(word: str) -> tuple[int, frozenset[int]]:
    """Return the word's own number and the buckets of its letter groups."""
    number = zlib.crc32(word.encode("utf-8", "surrogatepass"))
    bounded = f"<{word}>"
    groups = {
        zlib.crc32(f"x{bounded[at : at + size]}".encode("utf-8", "surrogatepass")) & _MASK
        for size in (3, 4, 5)
        for at in range(len(bounded) - size + 1)
    }
    return number, frozenset(groups)


def features(words: Words) -> frozenset[int]:
    """Return the buckets of `words`: words, pairs of words, pairs and triples of classes, word beside class, letter groups."""
    found: set[int] = set()
    numbers = []
    for word in words.lower:
        number, groups = _of_word(word)
        numbers.append(number)
        found |= groups
    classes = words.classes
    found.update((number * 3 + 1) & _MASK for number in numbers)
    found.update((one * 31 + two * 7 + 2) >> 3 & _MASK for one, two in zip(numbers, numbers[1:], strict=False))
    found.update((one * 1009 + two * 31 + 3) & _MASK for one, two in zip(classes, classes[1:], strict=False))
    found.update(
        (one * 10007 + two * 1009 + three * 31 + 5) & _MASK for one, two, three in zip(classes, classes[1:], classes[2:], strict=False)
    )
    found.update((one * 131 + three * 17 + 7) & _MASK for one, three in zip(classes, classes[2:], strict=False))
    found.update((one * 13 + two * 101 + 11) >> 2 & _MASK for one, two in zip(numbers, classes[1:], strict=False))
    found.update((one * 103 + two * 19 + 13) >> 2 & _MASK for one, two in zip(classes, numbers[1:], strict=False))
    return frozenset(found)


@cache
def weights() -> memoryview:
    """Read the fitted table once: one signed byte a bucket, in steps of 0.05."""
    return memoryview(zlib.decompress(_TABLE.read_bytes())).cast("b")


def score(words: Words) -> float:
    """Return the fitted score of a text; 0 for a text without words. About +2 speaks for one particular person, -2 against."""
    buckets = features(words)
    if not buckets:
        return 0.0
    table = weights()
    return _STEP * sum(table[bucket] for bucket in buckets) / math.sqrt(len(buckets))
