"""Reads the pattern language of the cue file: a pattern is a row of word classes and words, one item a token."""

from __future__ import annotations

import re
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.checklist.confidentiality.words import Lexicon

_ITEM = re.compile(r"(?P<negate>!?)(?:<(?P<classes>[\w|']+)>|(?P<any>\.)|(?P<words>[^\W_][^\s?*{}<>()]*))(?P<times>\?|\*|\{\d+,\d+\})?")
_GROUP = re.compile(r"\(\s+([^()<>]*?)\s+\)(\?)?")
_BREAK = ("stop", "nl")
_SIGNS = frozenset({"(", "|", ")", ")?", "^", "$"})
_OPENERS = ("open", "quote", "sign", "colon", "dash")


class PatternError(ValueError):
    """A cue pattern that cannot be read: the message names the pattern and the item."""


def literals_of(pattern: str, classes: frozenset[str]) -> frozenset[str]:
    """Return the words that a pattern names, in or outside `<>`, so that the lexicon can give them classes of their own."""
    found: set[str] = set()
    for item in _GROUP.sub(_merged, pattern).split():
        hit = _ITEM.fullmatch(item)
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


class Needs:
    """Numbers the sets of codes that patterns cannot do without, one bit each, and tells which of them a text meets."""

    def __init__(self) -> None:
        """Begin with none."""
        self._numbers: dict[str, int] = {}
        self._met_by: dict[str, int] = {}

    def of(self, pattern: str, lexicon: Lexicon) -> int:
        """Return the bits of what a pattern needs."""
        bits = 0
        for chars in needed(pattern, lexicon):
            if chars not in self._numbers:
                self._numbers[chars] = 1 << len(self._numbers)
                for char in chars:
                    self._met_by[char] = self._met_by.get(char, 0) | self._numbers[chars]
            bits |= self._numbers[chars]
        return bits

    def met(self, codes: str) -> int:
        """Return the bits of what a text has."""
        return reduce(or_, map(self._met_by.__getitem__, self._met_by.keys() & set(codes)), 0)


def needed(pattern: str, lexicon: Lexicon) -> list[str]:
    """Return sets of codes of each of which every match of the pattern holds one: those of its items that stand outside of groups.

    Raises:
        PatternError: when an item is not of the form of `compile_pattern`, or names an unknown class.
    """
    found, depth = [], 0
    for item in _GROUP.sub(_merged, pattern).split():
        depth += (item == "(") - item.startswith(")")
        hit = None if item in _SIGNS else _item(pattern, item)
        chars = _chars(pattern, hit, lexicon) if hit is not None and not hit["any"] else ""
        if hit is not None and chars and depth == 0 and not hit["negate"] and not (hit["times"] or "").startswith(("?", "*", "{0")):
            found.append(chars)
    return found


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
    return re.compile(
        "".join(fixed.get(item) or _fragment(pattern, item, lexicon, breaks) for item in _GROUP.sub(_merged, pattern).split())
    )


def _merged(group: re.Match[str]) -> str:
    """Join a group of single words to one item: a set of characters matches faster than alternatives."""
    items = [item.strip() for item in group[1].split("|")]
    if all(re.fullmatch(r"[^\W_][^\s?*{}<>()|]*", item) for item in items):
        return "|".join(items) + (group[2] or "")
    return group[0]


def _fragment(pattern: str, item: str, lexicon: Lexicon, breaks: str) -> str:
    hit = _item(pattern, item)
    if hit["any"]:
        return f"[^{breaks}]{hit['times'] or ''}"
    head = f"[^{breaks}" if hit["negate"] else "["
    return f"{head}{re.escape(_chars(pattern, hit, lexicon))}]{hit['times'] or ''}"


def _item(pattern: str, item: str) -> re.Match[str]:
    hit = _ITEM.fullmatch(item)
    if hit is None:
        raise PatternError(f"pattern {pattern!r}: cannot read {item!r}")
    return hit


def _chars(pattern: str, hit: re.Match[str], lexicon: Lexicon) -> str:
    """Return the codes of the classes and words of an item."""
    if hit["classes"]:
        names = [name if name in lexicon.members else f"={name}" for name in hit["classes"].split("|")]
    else:
        names = [f"={word}" for word in hit["words"].split("|")]
    unknown = [name for name in names if name not in lexicon.members]
    if unknown:
        raise PatternError(f"pattern {pattern!r}: no class or word {unknown[0]!r}")
    return "".join(sorted({char for name in names for char in lexicon.members[name]}))
