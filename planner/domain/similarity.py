"""How much two texts repeat each other: overlap of three-word runs, links and tags left out."""

from __future__ import annotations

import re

NEAR = 0.6
"""From this share of common three-word runs on, two posts are near-duplicates."""

_NOISE = re.compile(r"https?://\S+|#\w+|@[\w.-]+")
_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
_RUN = 3


def runs(text: str) -> frozenset[tuple[str, ...]]:
    """Return the set of three-word runs of a text, case and apostrophes folded; a shorter text is one run."""
    words = tuple(word.casefold().replace("\u2019", "'") for word in _WORD.findall(_NOISE.sub(" ", text)))
    if not words:
        return frozenset()
    if len(words) < _RUN:
        return frozenset({words})
    return frozenset(words[at : at + _RUN] for at in range(len(words) - _RUN + 1))


def overlap(first: frozenset[tuple[str, ...]], second: frozenset[tuple[str, ...]]) -> float:
    """Return the Jaccard overlap of two sets of runs, 0 to 1; two empty texts have nothing in common."""
    union = len(first | second)
    return len(first & second) / union if union else 0.0
