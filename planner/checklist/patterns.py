"""Patterns of the rule files: word classes filled in, dangerous constructions refused, compiled when first needed."""

from __future__ import annotations

import re
import sys
from functools import lru_cache
from typing import TYPE_CHECKING

from planner.checklist.bank import lexicon
from planner.checklist.lines import word_classes

if TYPE_CHECKING:
    from planner.checklist.late import Late

_CLASS = re.compile(r"<([a-z][a-z_]*)>")
_GAP = re.compile(r"<gap(\d{1,2})>")
_FORBIDDEN = (
    ("(?=", "look-ahead"),
    ("(?!", "look-ahead"),
    ("(?<=", "look-behind"),
    ("(?<!", "look-behind"),
    ("(?P=", "a back-reference"),
)
_BACK_REFERENCE = re.compile(r"\\[1-9]")
_TOKEN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[()|]", re.DOTALL)
_OPEN = re.compile(r"\{\d+,\}")
_CASELESS = re.compile(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)", re.DOTALL)
_ANYTHING, _ANYTHING_QUICK = r"[\s\S]", "(?s:.)"
"""A run of anything: written so, a pattern leaps over it instead of asking each character."""
_LINES, _LINES_QUICK = r"\n]\s*", r"\n]\s{0,20}"
"""Blanks behind a sign or a line break: without a limit, a page of empty lines is read to its end from every one of them."""
_STRANGE = re.compile(r"\(\?(?!:)|[ -@]-[\[^_`]")


class BadPattern(ValueError):
    """A pattern that must not run; the message says why and what to write instead."""


def shown(pattern: str) -> str:
    """Return a pattern as it stands in a rule file, to be found and pasted back: in single quotes, a backslash as one backslash."""
    return f"'{pattern}'" if "'" not in pattern else f"'''{pattern}'''"


def gap(words: int) -> str:
    """Return a pattern for up to `words` words of the same sentence between two parts."""
    return rf"(?:[^\w.!?\n]+[\w'-]+){{0,{words}}}[^\w.!?\n]+"


def expand(pattern: str) -> str:
    """Fill in `<class>` and `<gapN>`.

    Raises:
        BadPattern: a class that `lexicons/classes.toml` does not know.
    """
    return _CLASS.sub(_words, _GAP.sub(lambda match: gap(int(match[1])), pattern))


@lru_cache(maxsize=256)
def class_pattern(name: str) -> str:
    """Return the alternation of a word class; `*` in a word stands for any ending, a blank for any blanks or a hyphen.

    `<help_line>` and `<emergency_number>` are no lists of words: they hold the numbers of `crisis_lines.toml` and `countries.toml`.
    """
    if name in word_classes():
        return word_classes()[name]
    listed = lexicon("classes").get("classes", {}).get(name)
    if listed is None:
        raise BadPattern(f"the word class <{name}> is not in content_bank/lexicons/classes.toml: add it there or write the words out")
    words = sorted({word.strip() for word in re.split(r"[,\n]", listed) if word.strip()}, key=lambda word: (-len(word), word))
    return "(?i:" + "|".join(_word(word) for word in words) + ")"


@lru_cache(maxsize=8192)
def compiled(pattern: str, *, ignore_case: bool) -> re.Pattern[str]:
    """Compile an unexpanded pattern once.

    Raises:
        BadPattern: it is no regular expression, or names an unknown class.
    """
    try:
        quick = expand(pattern).replace(_ANYTHING, _ANYTHING_QUICK).replace(_LINES, _LINES_QUICK)
        return re.compile(quick, re.MULTILINE | (re.IGNORECASE if ignore_case else 0))
    except re.error as error:
        raise BadPattern(f"the pattern {shown(pattern)} is no regular expression ({error}): mend it at that place") from error


@lru_cache(maxsize=8192)
def small(pattern: str) -> re.Pattern[str] | None:
    """Compile an unexpanded pattern for texts that are all in small letters, twice as fast as one that ignores case.

    None when it may not find there what a case-blind one finds: a capital or a letter beyond ASCII in it, a span over the capitals,
    or a group with flags of its own.
    """
    plain = expand(pattern).replace("(?i:", "(?:").replace(_LINES, _LINES_QUICK)
    spelled = _CASELESS.sub(_cased, plain)
    if not spelled.isascii() or spelled != spelled.lower() or _STRANGE.search(spelled):
        return None
    return re.compile(plain, re.MULTILINE)


def _cased(match: re.Match[str]) -> str:
    """Return the letter that an escape stands for when it has two cases, else nothing."""
    code = match[0][2:]
    sign = chr(int(code, 16)) if code else ""
    return sign if sign.lower() != sign.upper() else ""


@lru_cache(maxsize=8192)
def branches(pattern: str) -> tuple[str, ...]:
    """Split a pattern at the `|` that stand outside of every group and class, so that each part can be tried alone."""
    if "|" not in pattern:
        return (pattern,)
    parts, depth, first = [], 0, 0
    for token in _TOKEN.finditer(pattern):
        sign = token[0]
        depth += (sign == "(") - (sign == ")")
        if sign == "|" and depth == 0:
            parts.append(pattern[first : token.start()])
            first = token.end()
    return (*parts, pattern[first:])


@lru_cache(maxsize=8192)
def phrase(text: str) -> str:
    """Turn a plain phrase with `*` into a pattern; nothing in it is read as an expression."""
    body = r"\w*".join(re.escape(part) for part in text.split("*")).replace(r"\ ", r"\s+")
    before = r"\b" if text[:1].isalnum() else ""
    after = r"\b" if text[-1:].isalnum() else ""
    return before + body + after


@lru_cache(maxsize=64)
def holds(pattern: re.Pattern[str] | Late, text: str, start: int = 0, end: int = sys.maxsize) -> bool:
    """Tell whether a pattern is met in a part of a text. A sentence with hundreds of hits is asked about each of them, and read once."""
    return pattern.search(text, start, end) is not None


@lru_cache(maxsize=64)
def spans(words: str, text: str, start: int, end: int) -> tuple[tuple[int, int], ...]:
    """Return where a plain phrase (`phrase`) stands in a part of a text, in order; looked for once as well."""
    return tuple(match.span() for match in compiled(phrase(words), ignore_case=True).finditer(text, start, end))


def lint(pattern: str) -> tuple[str, ...]:
    """Return what is wrong with the construction of a pattern, in words; empty when nothing is."""
    faults = [
        f"it uses {name} ({mark}): describe the neighborhood with `also` or `without` instead"
        for mark, name in _FORBIDDEN
        if mark in pattern
    ]
    if _BACK_REFERENCE.search(pattern):
        faults.append("it refers back to a group: write the words out instead")
    if _nests_repeats(pattern):
        faults.append("a repeat without upper limit stands inside another: give one of them a limit like {0,5}")
    return tuple(faults)


def _words(match: re.Match[str]) -> str:
    return class_pattern(match[1])


def _word(word: str) -> str:
    return re.escape(word).replace(r"\*", r"\w*").replace(r"\ ", r"[\s-]+").replace(r"\-", "-")


def _nests_repeats(pattern: str) -> bool:
    """Scan once: an open-ended repeat of a group that itself holds an open-ended repeat."""
    stack: list[bool] = []
    bare = re.sub(r"\[\^?\]?(?:\\.|[^\]\\])*\]", "c", re.sub(r"\\.", "e", pattern))
    at = 0
    while at < len(bare):
        char = bare[at]
        if char == "(":
            stack.append(False)
        elif char == ")" and stack:
            held = stack.pop()
            repeated = _is_open(bare, at + 1)
            if held and repeated:
                return True
            if stack and (held or repeated):
                stack[-1] = True
        elif stack and _is_open(bare, at):
            stack[-1] = True
        at += 1
    return False


def _is_open(bare: str, at: int) -> bool:
    return bare[at : at + 1] in {"*", "+"} or _OPEN.match(bare, at) is not None
