"""Reads the pattern language of the cue file: a pattern is a row of word classes and words, one item a token."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache, reduce
from itertools import pairwise, repeat
from operator import and_, or_
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.checklist.confidentiality.words import Lexicon

_ITEM = re.compile(r"(?P<negate>!?)(?:<(?P<classes>[\w|']+)>|(?P<any>\.)|(?P<words>[^\W_][^\s?*{}<>()]*))(?P<times>\?|\*|\{\d+,\d+\})?")
_WORD = re.compile(r"[^\W_][^\s?*{}<>()|]*")
_GROUP = re.compile(r"\(\s+([^()<>]*?)\s+\)(\?)?")
_BREAK = ("stop", "nl")
_SIGNS = frozenset({"(", "|", ")", ")?", "^", "$"})
_OPENERS = ("open", "quote", "sign", "colon", "dash")
_ENDLESS = 1 << 20
_TIMES = {"": (1, 1), "?": (0, 1), "*": (0, _ENDLESS)}


class PatternError(ValueError):
    """A cue pattern that cannot be read: the message names the pattern and the item."""


def literals_of(pattern: str, classes: frozenset[str]) -> frozenset[str]:
    """Return the words that a pattern names, in or outside `<>`, so that the lexicon can give them classes of their own."""
    found: set[str] = set()
    for item in _items(pattern):
        hit = _read(item)
        if hit and hit["words"]:
            found.update(hit["words"].split("|"))
        elif hit and hit["classes"]:
            found.update(name for name in hit["classes"].split("|") if name not in classes)
    return frozenset(found)


class CodePattern:
    """One pattern of the cue file: what a text must hold for it, and its expression, compiled when a text first has that."""

    __slots__ = ("_compiled", "lexicon", "needs", "source")

    def __init__(self, source: str, lexicon: Lexicon, needs: int) -> None:
        """Keep the pattern as written; `needs` has one bit for every set of codes of which a match holds one (`needed`)."""
        self.source = source
        self.lexicon = lexicon
        self.needs = needs
        self._compiled: re.Pattern[str] | None = None

    def spans(self, codes: str) -> list[tuple[int, int]]:
        """Return the places of the pattern in `codes`."""
        if self._compiled is None:
            self._compiled = compile_pattern(self.source, self.lexicon)
        return [hit.span() for hit in self._compiled.finditer(codes)]


class Part(NamedTuple):
    """A part of a pattern: the codes that its first and its last token may have, empty if any; how many tokens it takes, and its sets."""

    first: str
    last: str
    least: int
    most: int
    sets: tuple[str, ...] = ()


class Needs:
    """Numbers what patterns cannot do without, one bit each: a code of a set, or a code of one set right before one of another."""

    def __init__(self) -> None:
        """Begin with none."""
        self._numbers: dict[object, int] = {}
        self._met_by: defaultdict[str, int] = defaultdict(int)
        self._first: defaultdict[str, int] = defaultdict(int)
        self._second: defaultdict[str, int] = defaultdict(int)
        self._latest = ("", 0)

    def of(self, pattern: str, lexicon: Lexicon) -> int:
        """Return the bits of what a pattern needs."""
        parts, bits = parts_of(pattern, lexicon), 0
        for chars in {chars for part in parts if part.least for chars in part.sets}:
            bits |= self._number(chars, (chars, self._met_by))
        for one, other in pairwise(parts):
            if one.least and one.last and other.least and other.first:
                bits |= self._number((one.last, other.first), (one.last, self._first), (other.first, self._second))
        return bits

    def _number(self, need: object, *asked: tuple[str, defaultdict[str, int]]) -> int:
        """Return the bit of a need; a new one is noted at the codes that meet it."""
        if need not in self._numbers:
            self._numbers[need] = 1 << len(self._numbers)
            for chars, met_by in asked:
                for char in chars:
                    met_by[char] |= self._numbers[need]
        return self._numbers[need]

    def met(self, codes: str) -> int:
        """Return the bits of what a text has; the latest text is asked about by several readers."""
        text, bits = self._latest
        if text != codes:
            bits = reduce(or_, map(self._met_by.__getitem__, self._met_by.keys() & set(codes)), 0)
            firsts, seconds = map(self._first.get, codes, repeat(0)), map(self._second.get, codes[1:], repeat(0))
            bits = reduce(or_, filter(None, map(and_, firsts, seconds)), bits)
            self._latest = (codes, bits)
        return bits


def parts_of(pattern: str, lexicon: Lexicon) -> list[Part]:
    """Return the parts of a pattern, one after the other; a group is one part.

    Raises:
        PatternError: when an item is not of the form of `compile_pattern`, or names an unknown class.
    """
    ways, _ = _group(pattern, iter(_items(pattern)), lexicon)
    return ways[0] if len(ways) == 1 else [_any_of(ways)]


def _group(pattern: str, items: Iterator[str], lexicon: Lexicon) -> tuple[list[list[Part]], str]:
    """Read a group up to its end: its alternatives, and the item that ends it."""
    ways: list[list[Part]] = [[]]
    for item in items:
        if item == "(":
            inner, end = _group(pattern, items, lexicon)
            ways[-1].append(_any_of([*inner, []] if end == ")?" else inner))
        elif item.startswith(")"):
            return ways, item
        elif item == "|":
            ways.append([])
        elif item not in _SIGNS:
            ways[-1].append(_part(pattern, item, lexicon))
    return ways, ""


def _any_of(ways: list[list[Part]]) -> Part:
    """Return alternatives as one part: what it begins with, ends with and holds is known if it is of every alternative."""
    firsts = [way[0].first if way and way[0].least else "" for way in ways]
    lasts = [way[-1].last if way and way[-1].least else "" for way in ways]
    held = [min((chars for part in way if part.least for chars in part.sets), key=len, default="") for way in ways]
    return Part(
        "".join(firsts) if all(firsts) else "",
        "".join(lasts) if all(lasts) else "",
        min(sum(part.least for part in way) for way in ways),
        max(sum(part.most for part in way) for way in ways),
        ("".join(sorted(set("".join(held)))),) if all(held) else (),
    )


def _part(pattern: str, item: str, lexicon: Lexicon) -> Part:
    """Return the part that one item is."""
    hit = _item(pattern, item)
    times = hit["times"] or ""
    least, most = _TIMES.get(times) or map(int, times[1:-1].split(","))
    chars = "" if hit["any"] else _chars(pattern, hit, lexicon)
    return Part("", "", least, most) if hit["any"] or hit["negate"] else Part(chars, chars, least, most, (chars,))


def compile_pattern(pattern: str, lexicon: Lexicon) -> re.Pattern[str]:
    """Turn a pattern into a regular expression over code characters.

    Items, separated by blanks: `<class>` or `<a|b>`, a word or `word|word`, `.` for any token inside the sentence, `^` for the
    start of a sentence or paragraph, `(` `)` `(|)` for groups; `?`, `*`, `{m,n}` after an item repeat it; `!` before it negates it.

    Raises:
        PatternError: when an item is not of this form or names an unknown class.
    """
    breaks = "".join(lexicon.members[name] for name in _BREAK)
    openers = breaks + "".join(lexicon.members[name] for name in _OPENERS)
    fixed = {
        "(": "(?:",
        "|": "|",
        ")": ")",
        ")?": ")?",
        "^": f"(?<![^{openers}])",
        "$": f"(?=[{breaks}{lexicon.members['sign']}]|\\Z)",
    }
    return re.compile("".join(fixed.get(item) or _fragment(pattern, item, lexicon, breaks) for item in _items(pattern)))


@lru_cache(maxsize=512)
def _items(pattern: str) -> tuple[str, ...]:
    """Return the items of a pattern; three readers ask for those of each."""
    return tuple(_GROUP.sub(_merged, pattern).split())


@lru_cache(maxsize=1024)
def _read(item: str) -> re.Match[str] | None:
    """Return an item as it is read, or None; many patterns have the same ones."""
    return _ITEM.fullmatch(item)


def _merged(group: re.Match[str]) -> str:
    """Join a group of single words to one item: a set of characters matches faster than alternatives."""
    items = [item.strip() for item in group[1].split("|")]
    if all(map(_WORD.fullmatch, items)):
        return "|".join(items) + (group[2] or "")
    return group[0]


def _fragment(pattern: str, item: str, lexicon: Lexicon, breaks: str) -> str:
    hit = _item(pattern, item)
    if hit["any"]:
        return f"[^{breaks}]{hit['times'] or ''}"
    head = f"[^{breaks}" if hit["negate"] else "["
    return f"{head}{re.escape(_chars(pattern, hit, lexicon))}]{hit['times'] or ''}"


def _item(pattern: str, item: str) -> re.Match[str]:
    hit = _read(item)
    if hit is None:
        raise PatternError(f"pattern {pattern!r}: cannot read {item!r}")
    return hit


def _chars(pattern: str, hit: re.Match[str], lexicon: Lexicon) -> str:
    """Return the codes of the classes and words of an item; many patterns have the same ones."""
    told = lexicon.told.get(hit[0])
    if told is not None:
        return told
    if hit["classes"]:
        names = [name if name in lexicon.members else f"={name}" for name in hit["classes"].split("|")]
    else:
        names = [f"={word}" for word in hit["words"].split("|")]
    unknown = [name for name in names if name not in lexicon.members]
    if unknown:
        raise PatternError(f"pattern {pattern!r}: no class or word {unknown[0]!r}")
    told = lexicon.told[hit[0]] = "".join(sorted({char for name in names for char in lexicon.members[name]}))
    return told
