"""What a pattern cannot do without: a quick look at the letters of a text that spares most patterns their work.

`content_bank/needles.tsv` (built by `tools/build_needles.py`) lists, per pattern, one or more sets of pieces of text: every match
holds at least one piece of every set. A pattern that is not listed is always tried, so an outdated list costs time and never a finding.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from planner.checklist.bank import BANK
from planner.checklist.patterns import branches, expand

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_GRAM = 4


class Haystack:
    """A text prepared for many quick looks."""

    def __init__(self, text: str) -> None:
        """Keep the text in lower case, and all its pieces of two, three and four characters."""
        self.low = text.lower()
        low = self.low
        self.grams = {low[at : at + size] for size in (2, 3, _GRAM) for at in range(len(low) - size + 1)}

    def may_hold(self, pattern: str) -> bool:
        """Tell whether the (unexpanded) pattern could match the text at all."""
        low, grams = self.low, self.grams
        for firsts, longer in of(pattern):
            for gram in firsts & grams:
                rest = longer.get(gram)
                if rest is None or any(piece in low for piece in rest):
                    break
            else:
                return False
        return True

    def worth_trying(self, index: Mapping[str, list[str]]) -> set[str]:
        """Return those patterns of the index that could match the text."""
        near = {pattern for gram in index.keys() & self.grams for pattern in index[gram]}
        return {pattern for pattern in near if self.may_hold(pattern)}


@dataclass(frozen=True, slots=True)
class Sieve:
    """Which patterns to look at for which letters, and those that must always be tried."""

    index: Mapping[str, list[str]]
    always: frozenset[str]


def sieve_of(patterns: Iterable[str]) -> Sieve:
    """Return the sieve for patterns that were split at their outer `|`."""
    index: dict[str, list[str]] = {}
    always = set()
    for pattern in patterns:
        sets = of(pattern)
        if not sets:
            always.add(pattern)
        for gram in sets[0][0] if sets else ():
            index.setdefault(gram, []).append(pattern)
    return Sieve(index, frozenset(always))


@lru_cache(maxsize=8192)
def of(pattern: str) -> tuple[tuple[frozenset[str], dict[str, tuple[str, ...]]], ...]:
    """Return the sets of pieces of a pattern; empty if none are known.

    Each set comes as the first letters of its pieces, and per first letters the longer pieces where those alone are no piece.
    """
    return tuple((frozenset(piece[:_GRAM] for piece in pieces), _longer(pieces)) for pieces in _listed().get(key(expand(pattern)), ()))


def _longer(pieces: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for piece in pieces:
        if len(piece) > _GRAM and piece[:_GRAM] not in pieces:
            found[piece[:_GRAM]] = (*found.get(piece[:_GRAM], ()), piece)
    return found


def known(pattern: str) -> bool:
    """Tell whether every part of an unexpanded pattern was there when the list was built.

    Raises:
        BadPattern: it names a word class that does not exist.
    """
    return all(key(expand(branch)) in _listed() for branch in branches(pattern))


def key(expanded: str) -> str:
    """Return the name of an expanded pattern in the list."""
    return hashlib.sha256(expanded.encode()).hexdigest()[:16]


@lru_cache(maxsize=1)
def _listed() -> dict[str, tuple[tuple[str, ...], ...]]:
    path = BANK / "needles.tsv"
    if not path.exists():
        return {}
    rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines())
    return {row[0]: tuple(tuple(pieces.split("|")) for pieces in row[1:]) for row in rows}
