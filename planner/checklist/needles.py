"""What a pattern cannot do without: a quick look at the letters of a text that spares most patterns their work.

`content_bank/needles.tsv` (built by `tools/build_needles.py`) lists, per pattern, one or more sets of pieces of text: every match
holds at least one piece of every set. Most patterns begin with a word: their openings, up to four letters, stand first, and such a
pattern is tried at those words alone. A pattern that is not listed is always tried, so an outdated list costs time and never a finding.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from planner.checklist.bank import BANK
from planner.checklist.patterns import branches, expand

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Row = tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]
"""What the list says of a pattern: its openings, and its sets of pieces."""

_GRAM = 4
_BEGINS = re.compile(r"\w+")
_OPENING = "^"
_TWO_FACED = re.compile("[\u0130\u0131\u017f\u212a]")
"""Letters that a case-blind match takes for an ASCII one although their small form is another."""


class Haystack:
    """A text prepared for many quick looks."""

    def __init__(self, text: str) -> None:
        """Keep the text in lower case, and all its pieces of two, three and four characters."""
        self.low = text.lower()
        low = self.low
        grams = {low[at : at + _GRAM] for at in range(len(low))}
        self.grams = grams | {gram[:3] for gram in grams} | {gram[:2] for gram in grams}
        self.plain = len(low) == len(text) and not _TWO_FACED.search(text)

    @cached_property
    def begins(self) -> dict[str, list[int]]:
        """Where words begin, by their first one to four characters; only where small letters stand place for place (`plain`)."""
        whole: dict[str, list[int]] = {}
        low = self.low
        for match in _BEGINS.finditer(low):
            at = match.start()
            whole.setdefault(low[at : at + _GRAM], []).append(at)
        begins, wanted = dict(whole), _short_openings()
        for piece, places in whole.items():
            for size in range(1, len(piece)):
                if piece[:size] in wanted:
                    begins.setdefault(piece[:size], []).extend(places)
        return begins

    @cached_property
    def held(self) -> set[str]:
        """The pieces of the list that the text holds."""
        low, grams, longer = self.low, self.grams, _longer()
        held = {piece for gram in longer.keys() & grams for piece, end in longer[gram] if end in grams and piece in low}
        return held | grams

    def places(self, pattern: str) -> list[int] | None:
        """Return where alone the (unexpanded) pattern can begin, in order; None if that is not known."""
        opening = openings(pattern)
        if not opening or not self.plain:
            return None
        begins = self.begins
        return sorted({at for piece in opening if piece in begins for at in begins[piece]})

    def may_hold(self, pattern: str) -> bool:
        """Tell whether the (unexpanded) pattern could match the text at all."""
        held = self.held
        return not any(pieces.isdisjoint(held) for pieces in of(pattern))

    def worth_trying(self, sieve: Sieve) -> set[str]:
        """Return those patterns of the sieve that could match the text."""
        near = {pattern for gram in sieve.index.keys() & self.grams for pattern in sieve.index[gram]}
        if self.plain:
            near.update(pattern for piece in sieve.openings.keys() & self.begins.keys() for pattern in sieve.openings[piece])
        else:
            near.update(pattern for opened in sieve.openings.values() for pattern in opened)
        worth, held, needs = set(sieve.always), self.held, sieve.needs
        for pattern in near:
            for pieces in needs[pattern]:
                if pieces.isdisjoint(held):
                    break
            else:
                worth.add(pattern)
        return worth


@dataclass(frozen=True, slots=True)
class Sieve:
    """Which patterns to look at for which letters and for which beginnings of words, and those that must always be tried."""

    index: Mapping[str, list[str]]
    openings: Mapping[str, list[str]]
    always: frozenset[str]
    needs: Mapping[str, tuple[frozenset[str], ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Sieves:
    """The sieves of all rules by the view they read; two are the same only if they are one, so that caches can go by it."""

    by_view: Mapping[str, Sieve]


def sieve_of(patterns: Iterable[str]) -> Sieve:
    """Return the sieve for patterns that were split at their outer `|`."""
    index: dict[str, list[str]] = {}
    opened: dict[str, list[str]] = {}
    always, needs = set(), {}
    for pattern in patterns:
        sets, opening = of(pattern), openings(pattern)
        needs[pattern] = sets
        for piece in opening:
            opened.setdefault(piece, []).append(pattern)
        if not sets and not opening:
            always.add(pattern)
        for gram in {piece[:_GRAM] for piece in sets[0]} if sets and not opening else ():
            index.setdefault(gram, []).append(pattern)
    return Sieve(index, opened, frozenset(always), needs)


@lru_cache(maxsize=8192)
def of(pattern: str) -> tuple[frozenset[str], ...]:
    """Return the sets of pieces of a pattern; empty if none are known."""
    return tuple(map(frozenset, _row(pattern)[1]))


@lru_cache(maxsize=8192)
def openings(pattern: str) -> tuple[str, ...]:
    """Return the beginnings of words, up to four characters, with which alone a match of the pattern can begin; empty if not known."""
    return _row(pattern)[0]


def _row(pattern: str) -> Row:
    return _listed().get(key(expand(pattern)), ((), ()))


@lru_cache(maxsize=1)
def _short_openings() -> frozenset[str]:
    return frozenset(piece for opened, _ in _listed().values() for piece in opened if len(piece) < _GRAM)


@lru_cache(maxsize=1)
def _longer() -> dict[str, list[tuple[str, str]]]:
    """Return the pieces of more than four characters, each with its last four, by their first four."""
    found: dict[str, list[tuple[str, str]]] = {}
    for piece in {piece for _, sets in _listed().values() for pieces in sets for piece in pieces if len(piece) > _GRAM}:
        found.setdefault(piece[:_GRAM], []).append((piece, piece[-_GRAM:]))
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
def _listed() -> dict[str, Row]:
    path = BANK / "needles.tsv"
    if not path.exists():
        return {}
    rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines())
    return {row[0]: _split(row[1:]) for row in rows}


def _split(cells: list[str]) -> Row:
    """Return the openings and the sets of pieces of a row."""
    opened = tuple(cells[0][1:].split("|")) if cells and cells[0].startswith(_OPENING) else ()
    return opened, tuple(tuple(pieces.split("|")) for pieces in cells[bool(opened) :] if pieces)
