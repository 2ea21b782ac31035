"""What a pattern cannot do without: a quick look at the letters of a text that spares most patterns their work.

`content_bank/needles.tsv.z` (built by `tools/build_needles.py`) lists, per pattern, one or more sets of pieces of text: every match
holds at least one piece of every set. Most patterns begin with a known word or sign: their openings, up to four letters, stand first,
and such a pattern is tried there alone; others are tried at the words that stand near enough to what they need. A pattern that is not
listed is always tried, so an outdated list costs time and never a finding.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from bisect import bisect_left, bisect_right
from collections import defaultdict
from functools import cached_property, lru_cache, reduce
from itertools import chain, islice, repeat
from operator import or_
from sys import intern
from typing import TYPE_CHECKING, NamedTuple

import ahocorasick

from planner.checklist.bank import BANK
from planner.checklist.patterns import branches, compiled, expand, small

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Row = tuple[str, tuple[str, ...], "Near | None"]
"""What the list says of a pattern: its openings, its sets of pieces, and what stands near the beginning of each match.

Openings and sets stay the cells that they are in the list (`^ab|cd`, `one|other`): cut into pieces all of them take eight times as much.
"""

GRAM = 4
"""So many characters of a word tell which openings it has."""
_KEPT = 8192
_BEGINS = re.compile(r"\w+")
_BLANKS = "".join(sign for sign in map(chr, range(0x3001)) if sign.isspace() and sign != "\n")
_SIGNS = re.compile(f"[^\\w{_BLANKS}]")
"""Signs and line breaks; one set of characters is looked for twice as fast as two."""
_OPENING, _BREAK = "^", "\\n"
_NEAR = re.compile(r"[@*]\d+-\d+:")
_TWO_FACED = frozenset("\u0130\u0131\u017f\u212a")
"""Letters that a case-blind match takes for an ASCII one although their small form is another."""
_ODD = (("i\u0307", "i"), ("\u0131", "i"), ("\u017f", "s"))
"""What small letters of such texts hold in place of the ASCII letter that a match takes it for."""
LONGEST_WORD, LONGEST_CHAIN, LONGEST_BLANK = 40, 80, 6
_WILD = re.compile(rf"\w{{{LONGEST_WORD + 1}}}|\S{{{LONGEST_CHAIN + 1}}}|[\s-]{{{LONGEST_BLANK + 1}}}")
"""What makes a text wild: in a tame one, an open repeat of letters, of anything but blanks, or of blanks and hyphens takes no more than these."""
_LONG_BLANK = re.compile(rf"[\s-]{{{LONGEST_BLANK + 1}}}")
"""What of this a text can have whose longest chain is no longer than a word may be."""


@lru_cache(maxsize=8)
def haystack(text: str) -> Haystack:
    """Return the text prepared for quick looks; whoever looks at the same text shares it."""
    return Haystack(text)


@lru_cache(maxsize=16)
def lower(text: str) -> str:
    """Return the text in small letters; many ask for those of the same one, and beyond ASCII each letter is looked up."""
    return text.lower()


class Near(NamedTuple):
    """What every match has `least` to `most` characters behind its beginning, which is the beginning of a word: openings or pieces."""

    least: int
    most: int
    opened: bool
    texts: tuple[str, ...]


class Probe:
    """One part of a pattern, ready to be tried: what it needs, where alone it can begin, and its expressions, compiled when needed."""

    __slots__ = ("_finders", "near", "needs", "opening", "pattern")

    def __init__(self, pattern: str) -> None:
        """Look the (unexpanded) pattern up; one that is not listed needs nothing and can begin anywhere."""
        self.pattern = pattern
        opened, sets, self.near = _row(pattern)
        self.opening = opening_of(opened)
        self.needs = _bits(_wanted().numbers[cell] for cell in (*sets, opened) if cell)
        self._finders: list[tuple[re.Pattern[str], bool] | None] = [None] * 4

    def finder(self, blind: bool, plain: bool) -> tuple[re.Pattern[str], bool]:  # noqa: FBT001 - asked hundreds of times a draft
        """Return the expression, and whether it reads small letters, which finds the same places twice as fast.

        Args:
            blind: whether it ignores case.
            plain: whether small letters stand place for place.
        """
        way = blind + 2 * plain
        found = self._finders[way]
        if found is None:
            quick = small(self.pattern) if blind and plain else None
            found = (compiled(self.pattern, ignore_case=blind), False) if quick is None else (quick, True)
            self._finders[way] = found
        return found


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
        self.low = lower(text)
        self._places: dict[Probe, list[int] | None] = {}
        self.plain = text.isascii() or (len(self.low) == len(text) and not any(map(_odd, set(text))))

    @cached_property
    def begins(self) -> Mapping[str, list[list[int]]]:
        """Where words begin, by those openings that they have, and where signs stand: lists in order each; only for `plain` texts.

        Words are put together by their first letters before the openings of these are asked for: a text has half as many.
        """
        alike: defaultdict[str, list[int]] = defaultdict(list)
        begins: defaultdict[str, list[list[int]]] = defaultdict(list)
        low, openings = self.low, _openings()
        for at in self.words:
            alike[low[at : at + GRAM]].append(at)
        for gram, places in alike.items():
            for opening in openings[gram]:
                begins[opening].append(places)
        signs: defaultdict[str, list[int]] = defaultdict(list)
        for match in _SIGNS.finditer(low):
            signs[match[0]].append(match.start())
        for sign, places in signs.items():
            begins[sign].append(places)
        return begins

    @cached_property
    def words(self) -> list[int]:
        """Where words begin."""
        return [match.start() for match in _BEGINS.finditer(self.low)]

    @cached_property
    def tame(self) -> bool:
        """Tell whether no word and no run of blanks is so long that it could stand between a beginning and what is near it."""
        few = max(map(len, self.low.split()), default=0) <= LONGEST_WORD
        return (_LONG_BLANK if few else _WILD).search(self.low) is None

    @cached_property
    def met(self) -> int:
        """The numbers, as bits, of those sets of pieces of which the text holds a piece, and of those openings with which a word begins."""
        low, wanted = self.low, _wanted()
        if not self.plain:
            for odd, even in _ODD:
                low = low.replace(odd, even)
        pieces, _ = _pieces()
        held = {kind for _, kind in pieces.iter(low)} if len(pieces) else ()
        met = reduce(or_, map(_met_by_piece, held), 0)
        opened = wanted.openings.keys() & self.begins.keys() if self.plain else wanted.openings.keys()
        return reduce(or_, map(_met_by_opening, opened), met)

    def places(self, tried: Probe) -> list[int] | None:
        """Return where alone a pattern can begin, in order; None if that is not known."""
        if tried not in self._places:
            self._places[tried] = self._sought(tried) if self.plain else None
        return self._places[tried]

    def _sought(self, tried: Probe) -> list[int] | None:
        near = tried.near if self.tame else None
        if not tried.opening:
            return None if near is None else self._before(near, self.words)
        return self._at(tried.opening) if near is None else self._before(near, self._at(tried.opening))

    def _at(self, opening: tuple[str, ...]) -> list[int]:
        found = list(chain.from_iterable(filter(None, map(self.begins.get, opening))))
        return found[0] if len(found) == 1 else sorted(chain.from_iterable(found))

    def _before(self, near: Near, among: list[int]) -> list[int]:
        """Return the places from which what is near can be reached."""
        found, first = list[int](), 0
        for at in self._at(near.texts) if near.opened else sorted({at for piece in near.texts for at in self._all(piece)}):
            first = max(first, bisect_left(among, at - near.most))
            last = bisect_right(among, at - near.least)
            if first < last:
                found += among[first:last]
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
        later = islice(places, bisect_left(places, start), None) if start else places
        return next(filter(None, map(finder.match, repeat(text), later)), None)

    def may_hold(self, tried: Probe) -> bool:
        """Tell whether a pattern could match the text at all."""
        return tried.needs & self.met == tried.needs


def _odd(sign: str) -> bool:
    """Tell whether a sign is a two-faced letter or a digit of another script."""
    return sign > "\x7f" and (sign in _TWO_FACED or sign.isdecimal())


def at_places(finder: re.Pattern[str], text: str, places: Iterable[int]) -> list[re.Match[str]]:
    """Return the matches as `finditer` does, but look only at the given places, which stand in order.

    Up to the first match, which most texts do not have, nothing but the expression itself runs.
    """
    rest, match_at = iter(places), finder.match
    first = next(filter(None, map(match_at, repeat(text), rest)), None)
    if first is None:
        return []
    found, last = [first], first.end()
    for at in rest:
        if at >= last and (match := match_at(text, at)) is not None:
            last = match.end()
            found.append(match)
    return found


class _Wanted(NamedTuple):
    """What the list asks of a text: every different set of pieces and every different row of openings has a number, which is a bit.

    `numbers` map a cell of the list to its number, `openings` an opening to the numbers that it meets; `near` are the openings of words
    that stand near a beginning.
    """

    numbers: Mapping[str, int]
    openings: Mapping[str, tuple[int, ...]]
    near: frozenset[str]


@lru_cache(maxsize=1)
def _wanted() -> _Wanted:
    numbers, beside = dict[str, int](), set[str]()
    for opened, sets, near in map(_split, _listed().values()):
        for cell in (opened, *sets):
            if cell:
                numbers.setdefault(cell, len(numbers))
        if near is not None and near.opened:
            beside.update(near.texts)
    return _Wanted(numbers, _met_by(numbers), frozenset(beside))


@lru_cache(maxsize=1)
def _pieces() -> tuple[ahocorasick.Automaton, tuple[tuple[int, ...], ...]]:
    """Return what finds the pieces of all sets in one go through a text, and the numbers that each kind of piece meets.

    It is made when a text is first read. It tells the kinds by number: a set of those is made in half the time of one of their numbers.
    """
    pieces, kinds = ahocorasick.Automaton(ahocorasick.STORE_INTS), dict[tuple[int, ...], int]()
    met: dict[str, tuple[int, ...]] = {}
    for cell, number in _wanted().numbers.items():
        if not cell.startswith(_OPENING):
            alone: tuple[int, ...] = (number,)
            held = dict.fromkeys(cell.split("|"), alone)
            held.update((piece, met[piece] + alone) for piece in met.keys() & held.keys())
            met |= held
    for piece, numbers in met.items():
        pieces.add_word(piece, kinds.setdefault(numbers, len(kinds)))
    pieces.make_automaton()
    return pieces, tuple(kinds)


def _met_by(numbers: Mapping[str, int]) -> dict[str, tuple[int, ...]]:
    """Return each opening with the numbers of the rows that hold it."""
    met: defaultdict[str, tuple[int, ...]] = defaultdict(tuple)
    for cell, number in numbers.items():
        if cell.startswith(_OPENING):
            for opening in opening_of(cell):
                met[opening] += (number,)
    shared: dict[tuple[int, ...], tuple[int, ...]] = {}
    return {opening: shared.setdefault(found, found) for opening, found in met.items()}


@lru_cache(maxsize=8192)
def _met_by_piece(kind: int) -> int:
    """Return the numbers that a kind of piece meets as bits."""
    return _bits(_pieces()[1][kind])


@lru_cache(maxsize=8192)
def _met_by_opening(opening: str) -> int:
    """Return the numbers, as bits, of the rows of openings that a beginning meets."""
    return _bits(_wanted().openings[opening])


def _bits(numbers: Iterable[int]) -> int:
    return reduce(or_, (1 << number for number in numbers), 0)


class _Openings(dict[str, tuple[str, ...]]):
    """Which openings of the list a word has, by its first four characters; kept, up to a number."""

    def __init__(self, wanted: Iterable[str]) -> None:
        """Begin with none."""
        self.wanted = frozenset(wanted)

    def __missing__(self, gram: str) -> tuple[str, ...]:
        """Look for the openings."""
        found = tuple(gram[:size] for size in range(1, len(gram) + 1) if gram[:size] in self.wanted)
        if len(self) < _KEPT:
            self[gram] = found
        return found


def _row(pattern: str) -> Row:
    return _split(_listed().get(_key_of(pattern), ""))


@lru_cache(maxsize=1)
def _openings() -> _Openings:
    return _Openings(_wanted().near.union(_wanted().openings))


def known(pattern: str) -> bool:
    """Tell whether every part of an unexpanded pattern was there when the list was built.

    Raises:
        BadPattern: it names a word class that does not exist.
    """
    return all(_key_of(branch) in _listed() for branch in branches(pattern))


def forget() -> None:
    """Keep the list no longer: that takes 1 MB, and who looks at a text reads it again in 10 ms."""
    _listed.cache_clear()


@lru_cache(maxsize=4096)
def _key_of(pattern: str) -> str:
    """Return the name in the list of an unexpanded pattern, which is asked for when rules are loaded and when a text is read."""
    return key(expand(pattern))


def key(expanded: str) -> str:
    """Return the name of an expanded pattern in the list."""
    return hashlib.sha256(expanded.encode()).hexdigest()[:16]


@lru_cache(maxsize=1)
def _listed() -> dict[str, str]:
    """Return the cells of every listed pattern, as they stand there, by its key."""
    path = BANK / "needles.tsv.z"
    if not path.exists():
        return {}
    lines = zlib.decompress(path.read_bytes()).decode().splitlines()
    return {name: cells for name, _, cells in (line.partition("\t") for line in lines)}


def _split(row: str) -> Row:
    """Return the openings of a row, its sets of pieces, and what is near."""
    cells = row.split("\t")
    opened = cells.pop(0) if cells[0].startswith(_OPENING) else ""
    near = _near(cells.pop(0)) if cells and _NEAR.match(cells[0]) else None
    return opened, tuple(filter(None, cells)), near


@lru_cache(maxsize=2048)
def opening_of(cell: str) -> tuple[str, ...]:
    """Return the openings of a cell of the list; many patterns share a row of them, and many rows an opening."""
    return tuple(map(intern, cell.removeprefix(_OPENING).replace(_BREAK, "\n").split("|"))) if cell else ()


def _near(cell: str) -> Near:
    reach, _, texts = cell[1:].partition(":")
    least, _, most = reach.partition("-")
    return Near(int(least), int(most), cell.startswith("@"), tuple(texts.split("|")))
