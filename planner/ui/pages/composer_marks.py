"""Where the mark of a finding begins and ends for the eye: whole phrases; what the checklist reports stays as it is."""

from __future__ import annotations

import re

_LEADS_ON = re.compile(
    "a|an|the|my|our|your|his|its|their|and|or|but|nor|so|of|in|on|at|to|for|from|with|by|into|onto|about|after|before|during|until|since|because"
    "|if|when|while|where|as|than|that|which|who|whose|through|over|under|between|against|without|within|near",
    re.IGNORECASE,
)
"""Articles, possessives, conjunctions, prepositions and relatives: at the end of a mark they belong to what follows it."""
_TAIL = re.compile(r"[\w'\u2019]+$")
_FOLLOWS = re.compile(r"\s+[\w'\u2019\u201c\"(]")
_OPENING, _CLOSING = "([{\u201c\u2018", ")]}\u201d\u2019"
_BETWEEN = frozenset(",;:-\u2013\u2014/&") | frozenset(_OPENING)
_BEFORE = frozenset(",;:.!?)]}/&")


def whole(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the span [start, end) without what hangs at its ends: marks of punctuation, and words that lead on to the next phrase.

    A last word is let go only where the sentence goes on behind it: "move on." ends there, "hospital and the | porter" does not. What
    would be nothing then stays as it was.
    """
    first, last = start, _inked(text, start, end)
    while last > first:
        tail = _TAIL.search(text, first, last)
        if tail is None or not _LEADS_ON.fullmatch(tail[0]) or (last == end and _FOLLOWS.match(text, end) is None):
            break
        last = _inked(text, first, tail.start())
    while first < last and (text[first].isspace() or text[first] in _BEFORE):
        first += 1
    return (first, last) if first < last else (start, end)


def _inked(text: str, start: int, end: int) -> int:
    """Return where the span ends without blanks, signs that lead on, and what closes something that did not begin in it."""
    while end > start and (text[end - 1].isspace() or text[end - 1] in _BETWEEN or _odd(text[start:end])):
        end -= 1
    return end


def _odd(part: str) -> bool:
    last = part[-1]
    if last in "\"'":
        return part.count(last) % 2 == 1
    return last in _CLOSING and part.count(last) > part.count(_OPENING[_CLOSING.index(last)])
