"""What a pattern cannot do without: a quick look at the letters of a text that spares most patterns their work.

`content_bank/needles.tsv` (built by `tools/build_needles.py`) lists, per pattern, one or more sets of pieces of text: every match
holds at least one piece of every set. Most patterns begin with a known word or sign: their openings, up to four letters, stand first,
and such a pattern is tried there alone; others are tried at the words that stand near enough to what they need. A pattern that is not
listed is always tried, so an outdated list costs time and never a finding.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property, lru_cache, reduce
from itertools import chain
from operator import or_
from typing import TYPE_CHECKING

from planner.checklist.bank import BANK
from planner.checklist.patterns import branches, compiled, expand, small

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Row = tuple[tuple[str, ...], tuple[tuple[str, ...], ...], "Near | None"]
"""What the list says of a pattern: its openings, its sets of pieces, and what stands near the beginning of each match."""

_GRAM = 4
_KEPT = 8192
_LEFT, _RIGHT = 2, 4
_BEGINS = re.compile(r"\w+")
_SIGNS = re.compile(r"[^\w\s]|\n")
_OPENING, _BREAK = "^", "\\n"
_NEAR = re.compile(r"[@*]\d+-\d+:")
_TWO_FACED = re.compile("[\u0130\u0131\u017f\u212a]|(?![\x00-\x7f])\\d")
"""Letters that a case-blind match takes for an ASCII one although their small form is another, and digits of other scripts."""
LONGEST_WORD, LONGEST_CHAIN, LONGEST_BLANK = 40, 80, 6
_WILD = re.compile(rf"\w{{{LONGEST_WORD + 1}}}|\S{{{LONGEST_CHAIN + 1}}}|[\s-]{{{LONGEST_BLANK + 1}}}")
"""What makes a text wild: in a tame one, an open repeat of letters, of anything but blanks, or of blanks and hyphens takes no more than these."""


@lru_cache(maxsize=8)
def haystack(text: str) -> Haystack:
    """Return the text prepared for quick looks; whoever looks at the same text shares it."""
    return Haystack(text)


@dataclass(frozen=True, slots=True)
class Near:
    """What every match has `least` to `most` characters behind its beginning, which is the beginning of a word: openings or pieces."""

    least: int
    most: int
    opened: bool
    texts: tuple[str, ...]


class Probe:
    """One part of a pattern, ready to be tried: what it needs, where alone it can begin, and its expressions, compiled when needed."""

    __slots__ = ("_blind", "_exact", "_small", "near", "needs", "opening", "pattern")

    def __init__(self, pattern: str) -> None:
        """Look the (unexpanded) pattern up; one that is not listed needs nothing and can begin anywhere."""
        self.pattern = pattern
        self.opening, sets, self.near = _row(pattern)
        numbers = _wanted().numbers
        self.needs = 0
        for row in (*sets, *([(_OPENING, *self.opening)] if self.opening else [])):
            self.needs |= 1 << numbers[row]
        self._small: re.Pattern[str] | None = None
        self._blind: re.Pattern[str] | None = None
        self._exact: re.Pattern[str] | None = None

    def finder(self, *, blind: bool, plain: bool) -> tuple[re.Pattern[str], bool]:
        """Return the expression, and whether it reads small letters, which finds the same places twice as fast.

        Args:
            blind: whether it ignores case.
            plain: whether small letters stand place for place.
        """
        if not blind:
            self._exact = self._exact or compiled(self.pattern, ignore_case=False)
            return self._exact, False
        if plain:
            self._small = self._small or small(self.pattern)
            if self._small is not None:
                return self._small, True
        self._blind = self._blind or compiled(self.pattern, ignore_case=True)
        return self._blind, False


@lru_cache(maxsize=8192)
def probe(pattern: str) -> Probe:
    """Return the probe of a part of a pattern; whoever tries the same one shares it."""
    return Probe(pattern)


@lru_cache(maxsize=2048)
def probes(pattern: str) -> tuple[Probe, ...]:
    """Return the probes of all parts of a pattern."""
    return tuple(map(probe, branches(pattern)))


class Haystack:
    """A text prepared for many quick looks."""

    def __init__(self, text: str) -> None:
        """Keep the text in lower case."""
        self.low = text.lower()
        self.plain = text.isascii() or (len(self.low) == len(text) and not _TWO_FACED.search(text))

    @cached_property
    def begins(self) -> dict[str, list[int]]:
        """Where words begin, by those openings that they have, and where signs stand, in order; only for `plain` texts."""
        begins: defaultdict[str, list[int]] = defaultdict(list)
        low, openings = self.low, _openings()
        for at in self.words:
            for opening in openings[low[at : at + _GRAM]]:
                begins[opening].append(at)
        for match in _SIGNS.finditer(low):
            begins[match[0]].append(match.start())
        return begins

    @cached_property
    def words(self) -> list[int]:
        """Where words begin."""
        return [match.start() for match in _BEGINS.finditer(self.low)]

    @cached_property
    def tame(self) -> bool:
        """Tell whether no word and no run of blanks is so long that it could stand between a beginning and what is near it."""
        return _WILD.search(self.low) is None

    @cached_property
    def met(self) -> int:
        """The numbers, as bits, of those sets of pieces of which the text holds a piece, and of those openings with which a word begins."""
        low, wanted = self.low, _wanted()
        met = reduce(or_, map(_met_by_word, set(low.split(" "))), 0)
        joined, at, find, starts = wanted.joined, low.find(" ", 1), low.find, low.startswith
        while at > 0:
            for joint in (low[max(0, at - _LEFT) : at + _RIGHT], low[at - 1 : at + 2]):
                if joint in joined:
                    for piece, before, meets in joined[joint]:
                        if met & meets != meets and starts(piece, at - before):
                            met |= meets
            at = find(" ", at + 1)
        openings = wanted.openings
        if self.plain:
            return reduce(or_, map(openings.__getitem__, openings.keys() & self.begins.keys()), met)
        return reduce(or_, openings.values(), met)

    def places(self, tried: Probe) -> list[int] | None:
        """Return where alone a pattern can begin, in order; None if that is not known."""
        if not self.plain:
            return None
        if tried.opening:
            return self._at(tried.opening)
        return self._before(tried.near) if tried.near is not None and self.tame else None

    def _at(self, opening: tuple[str, ...]) -> list[int]:
        begins = self.begins
        found = [begins[piece] for piece in opening if piece in begins]
        return found[0] if len(found) == 1 else sorted(chain.from_iterable(found))

    def _before(self, near: Near) -> list[int]:
        """Return the beginnings of words from which what is near can be reached."""
        words, found, first = self.words, list[int](), 0
        for at in self._at(near.texts) if near.opened else sorted({at for piece in near.texts for at in self._all(piece)}):
            first = max(first, bisect_left(words, at - near.most))
            last = bisect_right(words, at - near.least)
            if first < last:
                found += words[first:last]
                first = last
        return found

    def _all(self, piece: str) -> Iterator[int]:
        """Yield where a piece of text stands."""
        find = self.low.find
        at = find(piece)
        while at >= 0:
            yield at
            at = find(piece, at + 1)

    def matches(self, tried: Probe, finder: re.Pattern[str], text: str) -> list[re.Match[str]]:
        """Return the matches as `finditer` does, but look only where the pattern can begin.

        `finder` is the pattern compiled, `text` the text of the haystack, as typed or in small letters.
        """
        places = self.places(tried)
        return list(finder.finditer(text)) if places is None else at_places(finder, text, places)

    def after(self, tried: Probe, finder: re.Pattern[str], text: str, start: int = 0) -> re.Match[str] | None:
        """Return the first match that begins at `start` or later, as `search` does."""
        places = self.places(tried)
        if places is None:
            return finder.search(text, start)
        match_at = finder.match
        return next((match for at in places if at >= start and (match := match_at(text, at)) is not None), None)

    def may_hold(self, tried: Probe) -> bool:
        """Tell whether a pattern could match the text at all."""
        return tried.needs & self.met == tried.needs


@dataclass(frozen=True, slots=True)
class Sieve:
    """The parts of the patterns of one view: each with whether it ignores case, and the numbers of the rules that have it."""

    parts: tuple[tuple[Probe, bool, tuple[int, ...]], ...]


def at_places(finder: re.Pattern[str], text: str, places: Iterable[int]) -> list[re.Match[str]]:
    """Return the matches as `finditer` does, but look only at the given places, which stand in order."""
    last, match_at, found = 0, finder.match, []
    for at in places:
        if at >= last and (match := match_at(text, at)) is not None:
            last = match.end()
            found.append(match)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Sieves:
    """The sieves of all rules by the view they read; two are the same only if they are one, so that caches can go by it."""

    by_view: Mapping[str, Sieve]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What the list asks of a text: every different set of pieces and every different row of openings has a number, which is a bit.

    `sets` and `openings` map a piece to the numbers that it meets, as bits. `short` are the pieces of up to four characters within a word, `long`
    the others, by their first four; a blank may stand before and after the word. `joined` are the pieces of several words, by what
    stands around a blank in them (two characters before it and three behind it, or one on either side), with where that blank stands.
    """

    numbers: Mapping[tuple[str, ...], int]
    sets: Mapping[str, int]
    openings: Mapping[str, int]
    short: frozenset[str]
    long: Mapping[str, list[str]]
    joined: Mapping[str, list[tuple[str, int, int]]]


@lru_cache(maxsize=1)
def _wanted() -> _Wanted:
    numbers: dict[tuple[str, ...], int] = {}
    of_sets: defaultdict[str, int] = defaultdict(int)
    of_openings: defaultdict[str, int] = defaultdict(int)
    for opened, sets, _ in _listed().values():
        for row, asked in (((_OPENING, *opened), of_openings), *((one, of_sets) for one in sets)):
            if row in numbers:
                continue
            number = numbers[row] = len(numbers)
            for piece in row[asked is of_openings :]:
                asked[piece] |= 1 << number
    longer: dict[str, list[str]] = {}
    joined: dict[str, list[tuple[str, int, int]]] = {}
    for piece, meets in of_sets.items():
        if " " in piece[1:-1]:
            joint, at = _joint(piece)
            joined.setdefault(joint, []).append((piece, at, meets))
        elif len(piece) > _GRAM:
            longer.setdefault(piece[:_GRAM], []).append(piece)
    short = frozenset(piece for piece in of_sets if len(piece) <= _GRAM and " " not in piece[1:-1])
    return _Wanted(numbers, of_sets, of_openings, short, longer, joined)


def _joint(piece: str) -> tuple[str, int]:
    """Return what stands around a blank within the piece, as much of it as its blanks allow, and where that blank stands."""
    for at in range(_LEFT, len(piece) - _RIGHT + 1):
        if piece[at] == " ":
            return piece[at - _LEFT : at + _RIGHT], at
    at = piece.index(" ", 1)
    return piece[at - 1 : at + 2], at


@lru_cache(maxsize=8192)
def _met_by_word(word: str) -> int:
    """Return the numbers, as bits, of the sets of which the word, with a blank before and after it, holds a piece."""
    low, wanted = f" {word} ", _wanted()
    fours = {low[at : at + _GRAM] for at in range(len(low))}
    threes = {gram[:3] for gram in fours}
    held = {*(wanted.short & fours), *(wanted.short & threes), *(wanted.short & {gram[:2] for gram in threes})}
    held.update(piece for gram in wanted.long.keys() & fours for piece in wanted.long[gram] if piece in low)
    return reduce(or_, map(wanted.sets.__getitem__, held), 0)


def sieve_of(parts: Iterable[tuple[str, bool, int]]) -> Sieve:
    """Return the sieve for patterns that were split at their outer `|`, each with whether it ignores case and the number of its rule."""
    rules: dict[tuple[str, bool], list[int]] = {}
    for pattern, blind, number in parts:
        rules.setdefault((pattern, blind), []).append(number)
    return Sieve(tuple((probe(pattern), blind, tuple(numbers)) for (pattern, blind), numbers in rules.items()))


class _Openings(dict[str, tuple[str, ...]]):
    """Which openings of the list a word's first four characters have; kept, up to a number."""

    def __init__(self, wanted: frozenset[str]) -> None:
        """Begin with none."""
        self.wanted = wanted

    def __missing__(self, gram: str) -> tuple[str, ...]:
        found = tuple(gram[:size] for size in range(1, len(gram) + 1) if gram[:size] in self.wanted)
        if len(self) < _KEPT:
            self[gram] = found
        return found


@lru_cache(maxsize=8192)
def _row(pattern: str) -> Row:
    return _listed().get(key(expand(pattern)), ((), (), None))


@lru_cache(maxsize=1)
def _openings() -> _Openings:
    rows = _listed().values()
    near = (row[2].texts for row in rows if row[2] is not None and row[2].opened)
    return _Openings(frozenset(chain(chain.from_iterable(row[0] for row in rows), chain.from_iterable(near))))


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
    """Return the openings of a row, its sets of pieces, and what is near."""
    first = cells[0] if cells else ""
    opened = tuple(first[1:].replace(_BREAK, "\n").split("|")) if first.startswith(_OPENING) else ()
    near = _near(first) if _NEAR.match(first) else None
    return opened, tuple(tuple(pieces.split("|")) for pieces in cells[bool(opened or near) :] if pieces), near


def _near(cell: str) -> Near:
    reach, _, texts = cell[1:].partition(":")
    least, _, most = reach.partition("-")
    return Near(int(least), int(most), cell.startswith("@"), tuple(texts.split("|")))
