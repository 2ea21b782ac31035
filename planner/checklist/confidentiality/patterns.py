"""Reads the pattern language of the cue file: a pattern is a row of word classes and words, one item a token."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.checklist.confidentiality.words import Lexicon

_ITEM = re.compile(r"(?P<negate>!?)(?:<(?P<classes>[\w|']+)>|(?P<any>\.)|(?P<words>[^\W_][^\s?*{}<>()]*))(?P<times>\?|\*|\{\d+,\d+\})?")
_GROUP = re.compile(r"\(\s+([^()<>]*?)\s+\)(\?)?")
_BREAK = ("stop", "nl")
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
        "^": f"(?:\\A|(?<=[{openers}]))",
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
    hit = _ITEM.fullmatch(item)
    if hit is None:
        raise PatternError(f"pattern {pattern!r}: cannot read {item!r}")
    if hit["any"]:
        return f"[^{breaks}]{hit['times'] or ''}"
    if hit["classes"]:
        names = [name if name in lexicon.members else f"={name}" for name in hit["classes"].split("|")]
    else:
        names = [f"={word}" for word in hit["words"].split("|")]
    unknown = [name for name in names if name not in lexicon.members]
    if unknown:
        raise PatternError(f"pattern {pattern!r}: no class or word {unknown[0]!r}")
    chars = "".join(sorted({char for name in names for char in lexicon.members[name]}))
    head = f"[^{breaks}" if hit["negate"] else "["
    return f"{head}{re.escape(chars)}]{hit['times'] or ''}"
