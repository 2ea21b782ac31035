"""The fitted word-level score of a text: hashed word, class and letter groups with one small weight each."""

from __future__ import annotations

import math
import zlib
from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from planner.checklist.confidentiality.words import LEXICONS

if TYPE_CHECKING:
    from planner.checklist.confidentiality.words import Words

BUCKETS = 1 << 18
_TABLE = LEXICONS / "subject_words.bin"
_MASK = BUCKETS - 1
_STEP = 0.05
_EDGE = 1  # stands before the first and after the last word
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
    """Return the buckets of `words`: letter groups, words and pairs of words, and runs and gaps of classes and of kinds of meaning."""
    found: set[int] = set()
    if not words.lower:
        return found
    for word in set(words.lower):
        number, groups = _of_word(word)
        found |= groups
        found.add((number * 3 + 1) & _MASK)
    numbers = [_EDGE, *(_of_word(word)[0] for word in words.lower), _EDGE]
    found.update((last * 31 + number * 7 + 2) >> 3 & _MASK for last, number in pairwise(numbers))
    kinds = [_EDGE, *words.classes, _EDGE]
    senses = [_EDGE, *words.senses, _EDGE]
    found |= _beside(numbers, kinds)
    found |= _runs(kinds, 3) | _runs(senses, 29) | {(one * 61 + 41) & _MASK for one in senses}
    found |= _crossed(kinds, senses)
    return found


def _beside(numbers: list[int], kinds: list[int]) -> set[int]:
    """Return buckets of a word next to a class, on either side, and one word apart."""
    found = {(last * 13 + own * 101 + 11) >> 2 & _MASK for last, own in zip(numbers, kinds[1:], strict=False)}
    found.update((kind * 103 + number * 19 + 13) >> 2 & _MASK for kind, number in zip(kinds, numbers[1:], strict=False))
    found.update((before * 131 + own * 17 + 7) & _MASK for before, own in zip(numbers, kinds[2:], strict=False))
    return found


def _runs(line: list[int], salt: int) -> set[int]:
    """Return buckets of pairs and triples of neighbors in `line`, and of pairs with one or two left out between them."""
    found = {(one * 1009 + two * 31 + salt) & _MASK for one, two in pairwise(line)}
    found.update((one * 613 + three * 37 + salt * 5) & _MASK for one, three in zip(line, line[2:], strict=False))
    found.update((one * 401 + four * 43 + salt * 7) & _MASK for one, four in zip(line, line[3:], strict=False))
    found.update(
        (one * 10007 + two * 1013 + three * 31 + salt * 11) & _MASK for one, two, three in zip(line, line[1:], line[2:], strict=False)
    )
    return found


def _crossed(kinds: list[int], senses: list[int]) -> set[int]:
    """Return buckets of a class beside a kind of meaning, in either order."""
    found = {(kind * 907 + sense * 59 + 17) & _MASK for kind, sense in zip(kinds, senses[1:], strict=False)}
    found.update((sense * 811 + kind * 67 + 23) & _MASK for sense, kind in zip(senses, kinds[1:], strict=False))
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
