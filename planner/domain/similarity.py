"""How much two texts repeat each other: overlap of three-word runs, links and tags left out."""

from __future__ import annotations

import hashlib
import re

NEAR = 0.6
"""From this share of common three-word runs on, two posts are near-duplicates."""

_NOISE = re.compile(r"https?://\S+|#\w+|@[\w.-]+")
_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
_RUN = 3
_PRINTS = 8
"""Two texts with an overlap of 0.6 share none of their eight smallest prints once in 1,500 times."""


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


def prints(text: str) -> frozenset[int]:
    """Return the few numbers by which texts that repeat this one are found: its smallest run hashes, each below 2**63.

    A text without words (only links or tags) has one print of itself; an empty one has none.
    """
    found = runs(text)
    if not found:
        return frozenset({_print(text.strip())} if text.strip() else ())
    return frozenset(sorted(_print(" ".join(run)) for run in found)[:_PRINTS])


def _print(words: str) -> int:
    return int.from_bytes(hashlib.blake2b(words.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big") >> 1
