"""Which drafts are left out together when a fit is measured; for `tools/fit_subject.py`."""

from __future__ import annotations

import zlib

FOLDS = 5  # where all drafts are of one author
MOST_FOLDS = 12  # authors share a fold where there are more
SHINGLE = 7


def groups_of(texts: list[str]) -> list[int]:
    """Put texts that share a run of words into one group, so that near-duplicates never stand on both sides of a fold."""
    owner: dict[tuple[str, ...], int] = {}
    group = list(range(len(texts)))

    def root(at: int) -> int:
        while group[at] != at:
            at = group[at]
        return at

    for at, text in enumerate(texts):
        words = text.lower().split()
        for start in range(max(1, len(words) - SHINGLE + 1)):
            first = owner.setdefault(tuple(words[start : start + SHINGLE]), at)
            a, b = root(first), root(at)
            group[max(a, b)] = min(a, b)
    return [root(at) for at in range(len(texts))]


def folds_of(authors: list[str], texts: list[str]) -> list[int]:
    """Return the fold of every text: an author's drafts in one fold, everybody else's texts spread by group, the same on every machine.

    An author's drafts share habits that another's do not have: only a model that has read none of them tells how it will do on a stranger.
    """
    known = sorted(set(filter(None, authors)))
    count = min(len(known), MOST_FOLDS) if len(known) > 1 else FOLDS
    return [
        known.index(author) % count if author and len(known) > 1 else zlib.crc32(str(group).encode()) % count
        for author, group in zip(authors, groups_of(texts), strict=True)
    ]
