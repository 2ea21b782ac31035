"""Splitting a hashtag into its words: by capitals, underscores and digits, else by the word list of the content bank."""

from __future__ import annotations

import itertools
import re
from functools import lru_cache

from planner.checklist.bank import lexicon

_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z']+|\d+|[^\W\d_]+|_+")


@lru_cache(maxsize=2048)
def split_tag(tag: str) -> tuple[str, ...]:
    """Return the words of `tag` (without `#`), whose concatenation is `tag` again; unknown tags stay whole."""
    if "_" not in tag and (tag.islower() or tag.isupper() or tag[1:].islower()):
        return segment(tag)
    parts = _PARTS.findall(tag)
    if "".join(parts) != tag:
        return (tag,)
    return tuple(parts)


@lru_cache(maxsize=2048)
def segment(tag: str) -> tuple[str, ...]:
    """Split a one-case tag into the fewest known words; a tag that is a word itself, or cannot be split, stays whole."""
    low = tag.lower()
    known = vocabulary()
    if low in known or not low.isalpha():
        return (tag,)
    best: list[tuple[int, tuple[int, ...]] | None] = [(0, ())] + [None] * len(low)
    for end in range(1, len(low) + 1):
        for start in range(max(0, end - 20), end):
            before = best[start]
            if before is None or low[start:end] not in known:
                continue
            here = best[end]
            if here is None or before[0] + 1 < here[0]:
                best[end] = (before[0] + 1, (*before[1], end))
    last = best[len(low)]
    if last is None:
        return (tag,)
    cuts = (0, *last[1])
    return tuple(tag[first:stop] for first, stop in itertools.pairwise(cuts))


@lru_cache(maxsize=1)
def vocabulary() -> frozenset[str]:
    """Return the words that hashtags are made of, from `content_bank/lexicons/hashtag_words.toml`."""
    data = lexicon("hashtag_words")
    return frozenset(word for words in data.values() if isinstance(words, str) for word in words.split())
