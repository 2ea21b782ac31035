"""Splitting a hashtag into its words: by capitals, underscores and digits, else by the word list of the content bank."""

from __future__ import annotations

import itertools
import re
from functools import lru_cache

from planner.checklist.bank import english, lexicon

_LONGEST = 20
_SHORT, _NAME, _TWO_WORDS = 4, 3, 9
_PARTS = re.compile(r"\d+|_+|[^\W\d_A-Z]+|[A-Z]+(?![^\W\d_A-Z])|[A-Z][^\W\d_A-Z]*")


@lru_cache(maxsize=2048)
def split_tag(tag: str) -> tuple[str, ...]:
    """Return the words of `tag` (without `#`), whose concatenation is `tag` again; unknown tags stay whole."""
    if "_" not in tag and (tag.islower() or tag.isupper() or tag[1:].islower()):
        return segment(tag)
    return tuple(_PARTS.findall(tag))


@lru_cache(maxsize=2048)
def segment(tag: str) -> tuple[str, ...]:
    """Split a one-case tag into its words; a tag that is one word, or holds no known words, stays whole.

    At most one stretch may be unknown (a name), and the known words must then make up two fifths of the tag.
    """
    low = tag.lower()
    if not low.isalpha() or low in vocabulary() or low in english():
        return (tag,)
    best: list[tuple[int, tuple[int, ...], int] | None] = [(0, (), 0)] + [None] * len(low)
    for end in range(1, len(low) + 1):
        for start in range(max(0, end - _LONGEST), end):
            before = best[start]
            if before is None:
                continue
            cost, unknown = _cost(low[start:end])
            if 0 < unknown < _NAME or (unknown and len(low) < _TWO_WORDS):
                continue
            here = best[end]
            if before[2] + unknown <= len(low) * 3 // 5 and not (unknown and before[2]) and (here is None or before[0] + cost < here[0]):
                best[end] = (before[0] + cost, (*before[1], end), before[2] + unknown)
    last = best[len(low)]
    if last is None:
        return (tag,)
    return tuple(tag[first:stop] for first, stop in itertools.pairwise((0, *last[1])))


def _cost(piece: str) -> tuple[int, int]:
    """Return what a piece costs and how many of its letters are unknown: words of the trade are cheapest."""
    if piece in vocabulary():
        return 10, 0
    if len(piece) >= _SHORT and piece in english():
        return 12, 0
    return 30 + 2 * len(piece), len(piece)


@lru_cache(maxsize=1)
def vocabulary() -> frozenset[str]:
    """Return the words that hashtags are made of, from `content_bank/lexicons/hashtag_words.toml`."""
    data = lexicon("hashtag_words")
    return frozenset(word for words in data.values() if isinstance(words, str) for word in words.split())
