"""Weighs each word of a text that speaks of one served person: is it part of a detail that narrows down who is meant?

Patterns (`clues.py`) tell of which kind a detail is; what they have no words for, and where they are wrong, is told by small weights that
`tools/fit_details.py` has fitted on labeled drafts: of a word and its neighbors, their classes and kinds of meaning, of what the patterns
found there, and of how near the person is mentioned.
"""

from __future__ import annotations

import math
import re
import zlib
from bisect import bisect_left
from functools import cache, lru_cache
from itertools import accumulate
from operator import itemgetter
from struct import unpack
from typing import TYPE_CHECKING, NamedTuple

from planner.checklist.confidentiality import people
from planner.checklist.confidentiality.clues import Clue
from planner.checklist.confidentiality.lists import read
from planner.checklist.confidentiality.sums import Line, buckets_of, filled
from planner.checklist.confidentiality.words import LEXICONS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from planner.checklist.confidentiality.subjects import Scan
    from planner.checklist.confidentiality.words import Words
    from planner.checklist.text import Span

BUCKETS = 1 << 18
STEP = 1 / 24
"""What one step of a weight adds (logit)."""
_TABLE = LEXICONS / "details.bin"
_MASK, _EVEN = BUCKETS - 1, 128
_SMALL = (1 << 20) - 1
_EDGE = 3
"""So many numbers stand before the first word and after the last one, as far as sights look."""
_LETTERS, _NONE = 3, 1
_FAR, _SENTENCES, _SIZES, _TWENTY = 12, 5, 8, 20
_HE_SHE_THEY = frozenset({"he", "she", "him", "her", "his", "hers", "he's", "she's", "they", "them", "their"})
_I_WE = frozenset({"i", "my", "me", "we", "our"})
_YOU = frozenset({"you", "your"})

_SINGLE = (
    *(("word", at) for at in (-2, -1, 0, 1, 2)),
    *((line, at) for line in ("class", "sense") for at in (-3, -2, -1, 0, 1, 2, 3)),
    *((line, at) for line in ("clue", "cue") for at in (-2, -1, 0, 1, 2)),
    *((line, 0) for line in ("end", "begin", "far", "told", "place")),
)
_TOGETHER = (
    *(((line, at), (line, at + 1)) for line in ("class", "sense") for at in (-2, -1, 0, 1)),
    *(((line, -1), (line, 0), (line, 1)) for line in ("class", "sense")),
    (("clue", 0), ("sense", 0)),
    (("clue", 0), ("far", 0)),
    (("cue", 0), ("sense", 0)),
    (("told", 0), ("sense", 0)),
    (("told", 0), ("clue", 0)),
)
SIGHTS: tuple[tuple[tuple[str, int], ...], ...] = (*((one,) for one in _SINGLE), *_TOGETHER)
"""What is looked at for each word: one or more lines of numbers, each so many words before or after it."""
_TIMES, _APART = (31, 1009, 613), 4_099
"""What the numbers of a sight are multiplied by before they are added, and how far the sights stand apart."""
_RUN = re.compile(r"!(?:\??!)*")


class Weighed(NamedTuple):
    """A detail, its kind empty where no pattern has found it, and how much its most telling word weighs."""

    clue: Clue
    weight: float


class Bounds(NamedTuple):
    """A word that weighs `likely` is part of a detail; a pattern's detail none of whose words weighs `doubtful` is none."""

    likely: float
    doubtful: float


BOUNDS = Bounds(-0.5, -0.8)
"""Writers left out of the fit, .90 of the labeled details are marked and .65 of the marks are right; by patterns alone .72 and .60."""


@lru_cache(maxsize=8192)
def _of_word(word: str) -> tuple[int, int, int]:
    """Return a word's own number, and those of its last and its first letters."""
    number, end, begin = (
        zlib.crc32(part.encode("utf-8", "surrogatepass")) & _SMALL for part in (word, word[-_LETTERS:], word[: _LETTERS + 1])
    )
    return number, end, begin


@cache
def _named(name: str) -> int:
    """Return a number for the name of a cue or of a kind of clue."""
    return zlib.crc32(name.encode()) >> 16


def find(seen: Scan, mentioned: Sequence[Span], spans: Sequence[Span]) -> tuple[Weighed, ...]:
    """Return the details of a text that begin within `spans` (anywhere, if there are none), left to right.

    Args:
        seen: what was seen in the text, with the details that patterns have found.
        mentioned: the spans of letters where the person is mentioned.
        spans: the spans of letters that tell of the person, in order and apart.

    Returns:
        What patterns have found, weighed (below `BOUNDS.doubtful` it is none), and every run of likely words beside those that stay.
    """
    words = seen.words
    weights, told = [-math.inf] * len(words.spans), lines(seen, mentioned)
    for span in spans or [(0, len(words.text))]:
        first, last = (bisect_left(words.spans, (at,)) for at in span)
        weights[first:last] = _weigh(told, first, last)
    return by_weight(seen, weights)


def by_weight(seen: Scan, weights: Sequence[float], bounds: Bounds = BOUNDS) -> tuple[Weighed, ...]:
    """Return the details of a text whose words weigh so much; words of minus infinity are not looked at."""
    words = seen.words
    marks = ["." if weight < bounds.doubtful else "?" if weight < bounds.likely else "!" for weight in weights]
    found: list[Weighed] = []
    for clue in seen.clues:
        first, last = words.tokens(clue.start, clue.end)
        most = max(weights[first:last])
        if most > -math.inf:
            found.append(Weighed(clue, most))
        if most >= bounds.doubtful:
            marks[first:last] = "." * (last - first)
    for first, last in _runs(words, "".join(marks)):
        start, end = words.span(first, last)
        found.append(Weighed(Clue("", start, end, words.text[start:end]), max(weights[first:last])))
    return tuple(sorted(found, key=lambda one: (one.clue.start, one.clue.end, one.clue.kind)))


def _runs(words: Words, marks: str) -> Iterator[tuple[int, int]]:
    """Yield the token ranges of likely words (`!`); a possible one (`?`) between two of them belongs to them.

    Signs, articles, pronouns and the like at either end do not: they tell nothing by themselves.
    """
    for run in _RUN.finditer(marks):
        told = [at for at in range(*run.span()) if words.lower[at][0].isalnum() and words.lower[at] not in _small_words()]
        if told:
            yield told[0], told[-1] + 1


@cache
def _small_words() -> frozenset[str]:
    """Return the words that tell nothing of anybody by themselves."""
    return frozenset(read("function_words").split())


def _weigh(told: Mapping[str, Line], first: int, last: int) -> list[float]:
    """Return how much each of the words from `first` up to but not including `last` speaks for being part of a detail (logit)."""
    if first == last:
        return []
    bias, weights = _table()
    columns = (itemgetter(first, *column)(weights)[1:] for column in buckets(told, first, last))  # of two and more it gives a tuple
    return [STEP * (bias + sum(row)) for row in zip(*columns, strict=True)]


@cache
def _table() -> tuple[int, bytes]:
    """Read the fitted table once, in steps: a byte for each bucket, `_EVEN` for nothing, and the bias without what that adds up to."""
    told = zlib.decompress(_TABLE.read_bytes())
    return int.from_bytes(told[:2], "little", signed=True) - _EVEN * len(SIGHTS), told[2:]


def packed(bias: int, weights: Iterable[int]) -> bytes:
    """Return the bytes of a table: its bias and the weight of each bucket, -128 to 127, all in steps."""
    return zlib.compress(bias.to_bytes(2, "little", signed=True) + bytes(weight + _EVEN for weight in weights), 9)


def buckets(told: Mapping[str, Line], first: int, last: int) -> Iterator[tuple[int, ...]]:
    """Yield for each sight the bucket of every word from `first` up to but not including `last`; `told` are the lines of the text."""
    size = last - first
    ones = filled(size, 1)
    for number, sight in enumerate(SIGHTS, 1):
        sums = ones * (number * _APART)
        for times, (name, at) in zip(_TIMES, sight, strict=False):
            sums += told[name].between(first + _EDGE + at, size) * times
        yield unpack(f"<{size}I", buckets_of(sums, size, _MASK))


def lines(seen: Scan, mentioned: Sequence[Span]) -> dict[str, Line]:
    """Return the lines that sights look at, a number a word; `mentioned` are the spans of letters where the person is mentioned."""
    words = seen.words
    told = list(map(_of_word, words.lower))
    size = len(told)
    clue, cue = [0] * size, [0] * size
    for one in reversed(seen.clues):
        first, last = words.tokens(one.start, one.end)
        clue[first:last] = [_named(one.kind)] * (last - first)
        clue[first] = _named(f"{one.kind} begins")
    for hit in reversed(seen.hits):
        cue[hit.first : hit.last] = [_named(hit.cue)] * (hit.last - hit.first)
    here = {at for start, end in mentioned for at in range(*words.tokens(start, end))}
    sentences = _sentences(seen, here)
    length = min(size // _TWENTY, _SIZES)
    found = {
        **{name: list(map(itemgetter(at), told)) for at, name in enumerate(("word", "end", "begin"))},
        "class": list(words.classes),
        "sense": list(words.senses),
        "clue": clue,
        "cue": cue,
        "far": _distances(here, size),
        "told": [signs for signs, _ in sentences],
        "place": [min(number, _SENTENCES - 1) * (_SIZES + 1) + length for _, number in sentences],
    }
    return {name: Line([_NONE] * _EDGE + line + [_NONE] * _EDGE) for name, line in found.items()}


def _distances(here: Collection[int], size: int) -> list[int]:
    """Return for every word how far after (or before) the nearest word of a mention it stands, as a number above 0; 0 without any mention."""
    if not here:
        return [0] * size
    marks = [at in here for at in range(size)]
    after, before = ([*accumulate(line, _further, initial=size)][1:] for line in (marks, reversed(marks)))
    return [
        min(_FAR, gone) + _FAR + 1 if gone <= left else _FAR + 1 - min(_FAR, left)
        for gone, left in zip(after, reversed(before), strict=True)
    ]


def _further(gone: int, mark: bool) -> int:  # noqa: FBT001 -- accumulate gives it by place
    return 0 if mark else gone + 1


def _sentences(seen: Scan, here: Collection[int]) -> list[tuple[int, int]]:
    """Return for every word what its sentence holds (somebody told of, the mention, the writer, the reader), and its number in the text."""
    lower, found = seen.words.lower, list[tuple[int, int]]()
    first, before = 0, False
    for number, end in enumerate(people.ends(seen.words)):
        last = min(end + 1, len(lower))
        held = set(lower[first:last])
        named = any(at in here for at in range(first, last))
        signs = (not held.isdisjoint(_HE_SHE_THEY), named, not held.isdisjoint(_I_WE), not held.isdisjoint(_YOU), before)
        found += [(sum(sign << at for at, sign in enumerate(signs)), number)] * (last - first)
        first, before = last, named
    return found
