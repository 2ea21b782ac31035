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
from itertools import chain
from typing import TYPE_CHECKING

from planner.checklist.bank import BANK
from planner.checklist.patterns import branches, expand

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Row = tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]
"""What the list says of a pattern: its openings, and its sets of pieces."""

_GRAM = 4
_LEFT, _RIGHT = 2, 4
_BEGINS = re.compile(r"\w+")
_OPENING = "^"
_TWO_FACED = re.compile("[\u0130\u0131\u017f\u212a]")
"""Letters that a case-blind match takes for an ASCII one although their small form is another."""


@lru_cache(maxsize=8)
def haystack(text: str) -> Haystack:
    """Return the text prepared for quick looks; whoever looks at the same text shares it."""
    return Haystack(text)


class Haystack:
    """A text prepared for many quick looks."""

    def __init__(self, text: str) -> None:
        """Keep the text in lower case."""
        self.low = text.lower()
        self.plain = len(self.low) == len(text) and not _TWO_FACED.search(text)

    @cached_property
    def begins(self) -> dict[str, list[int]]:
        """Where words begin, by their first one to four characters; only where small letters stand place for place (`plain`)."""
        begins: dict[str, list[int]] = {}
        low, wanted = self.low, _short_openings()
        for match in _BEGINS.finditer(low):
            at = match.start()
            piece = low[at : at + _GRAM]
            if piece in begins:
                begins[piece].append(at)
            else:
                begins[piece] = [at]
        for piece, places in list(begins.items()):
            for size in range(1, len(piece)):
                if piece[:size] in wanted:
                    begins[piece[:size]] = sorted({*begins.get(piece[:size], ()), *places})
        return begins

    @cached_property
    def met(self) -> set[int]:
        """The numbers of those sets of pieces of which the text holds a piece, and of those openings with which a word begins."""
        low, wanted = self.low, _wanted()
        met: set[int] = set()
        met.update(*map(_met_by_word, set(low.split(" "))))
        blanks = list(self._blanks())
        joints = {low[at - _LEFT : at + _RIGHT] for at in blanks if at >= _LEFT}
        joints.update([low[at - 1 : at + 2] for at in blanks])
        for joint in wanted.joined.keys() & joints:
            for piece in wanted.joined[joint]:
                if not met.issuperset(wanted.sets[piece]) and piece in low:
                    met.update(wanted.sets[piece])
        if self.plain:
            return met.union(*map(wanted.openings.__getitem__, wanted.openings.keys() & self.begins.keys()))
        return met.union(*wanted.openings.values())

    def _blanks(self) -> Iterator[int]:
        """Yield where the blanks stand that have something before them."""
        find = self.low.find
        at = find(" ", 1)
        while at > 0:
            yield at
            at = find(" ", at + 1)

    def places(self, pattern: str) -> list[int] | None:
        """Return where alone the (unexpanded) pattern can begin, in order; None if that is not known."""
        opening = openings(pattern)
        if not opening or not self.plain:
            return None
        begins = self.begins
        found = [begins[piece] for piece in opening if piece in begins]
        return found[0] if len(found) == 1 else sorted({*chain.from_iterable(found)})

    def matches(self, finder: re.Pattern[str], pattern: str, text: str) -> Iterator[re.Match[str]]:
        """Yield the matches as `finditer` does, but look only where the (unexpanded) pattern can begin.

        `finder` is the pattern compiled, `text` the text of the haystack, as typed or in small letters.
        """
        places = self.places(pattern)
        if places is None:
            yield from finder.finditer(text)
        else:
            yield from at_places(finder, text, places)

    def may_hold(self, pattern: str) -> bool:
        """Tell whether the (unexpanded) pattern could match the text at all."""
        return _needs(pattern) <= self.met

    def worth_trying(self, sieve: Sieve) -> set[str]:
        """Return those patterns of the sieve that could match the text."""
        met = self.met
        return {pattern for pattern, needs in sieve.needs if needs <= met}


@dataclass(frozen=True, slots=True)
class Sieve:
    """Patterns with the numbers of what a text must meet to be worth trying; those without any must always be tried."""

    needs: tuple[tuple[str, frozenset[int]], ...]


def at_places(finder: re.Pattern[str], text: str, places: Iterable[int]) -> Iterator[re.Match[str]]:
    """Yield the matches as `finditer` does, but look only at the given places, which stand in order."""
    last, match_at = 0, finder.match
    for at in places:
        if at >= last and (match := match_at(text, at)) is not None:
            last = match.end()
            yield match


@dataclass(frozen=True, slots=True, eq=False)
class Sieves:
    """The sieves of all rules by the view they read; two are the same only if they are one, so that caches can go by it."""

    by_view: Mapping[str, Sieve]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What the list asks of a text: every different set of pieces and every different row of openings has a number.

    `sets` and `openings` map a piece to the numbers that it meets. `short` are the pieces of up to four characters within a word, `long`
    the others, by their first four; a blank may stand before and after the word. `joined` are the pieces of several words, by what
    stands around a blank in them: two characters before it and three behind it, or one on either side.
    """

    numbers: Mapping[tuple[str, ...], int]
    sets: Mapping[str, list[int]]
    openings: Mapping[str, list[int]]
    short: frozenset[str]
    long: Mapping[str, list[str]]
    joined: Mapping[str, list[str]]


@lru_cache(maxsize=1)
def _wanted() -> _Wanted:
    numbers: dict[tuple[str, ...], int] = {}
    of_sets: dict[str, list[int]] = {}
    of_openings: dict[str, list[int]] = {}
    for opened, sets in _listed().values():
        for row, meets in (((_OPENING, *opened), of_openings), *((one, of_sets) for one in sets)):
            if row in numbers:
                continue
            number = numbers[row] = len(numbers)
            for piece in row[meets is of_openings :]:
                meets.setdefault(piece, []).append(number)
    longer: dict[str, list[str]] = {}
    joined: dict[str, list[str]] = {}
    for piece in of_sets:
        if " " in piece[1:-1]:
            joined.setdefault(_joint(piece), []).append(piece)
        elif len(piece) > _GRAM:
            longer.setdefault(piece[:_GRAM], []).append(piece)
    short = frozenset(piece for piece in of_sets if len(piece) <= _GRAM and " " not in piece[1:-1])
    return _Wanted(numbers, of_sets, of_openings, short, longer, joined)


def _joint(piece: str) -> str:
    """Return what stands around a blank within the piece: as much of it as its blanks allow."""
    for at in range(_LEFT, len(piece) - _RIGHT + 1):
        if piece[at] == " ":
            return piece[at - _LEFT : at + _RIGHT]
    at = piece.index(" ", 1)
    return piece[at - 1 : at + 2]


@lru_cache(maxsize=20_000)
def _met_by_word(word: str) -> tuple[int, ...]:
    """Return the numbers of the sets of which the word, with a blank before and after it, holds a piece."""
    low, wanted = f" {word} ", _wanted()
    fours = {low[at : at + _GRAM] for at in range(len(low))}
    threes = {gram[:3] for gram in fours}
    held = {*(wanted.short & fours), *(wanted.short & threes), *(wanted.short & {gram[:2] for gram in threes})}
    held.update(piece for gram in wanted.long.keys() & fours for piece in wanted.long[gram] if piece in low)
    return tuple({number for piece in held for number in wanted.sets[piece]})


def sieve_of(patterns: Iterable[str]) -> Sieve:
    """Return the sieve for patterns that were split at their outer `|`."""
    return Sieve(tuple((pattern, _needs(pattern)) for pattern in dict.fromkeys(patterns)))


@lru_cache(maxsize=8192)
def _needs(pattern: str) -> frozenset[int]:
    """Return the numbers of what a text must meet for the pattern; empty if nothing is known."""
    (opened, sets), numbers = _row(pattern), _wanted().numbers
    return frozenset(numbers[row] for row in (*sets, *([(_OPENING, *opened)] if opened else [])))


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
