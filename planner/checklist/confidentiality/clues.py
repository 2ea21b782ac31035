"""Finds clues: the details that narrow down who is meant, each with its kind and its own shortest span."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from planner.checklist.bank import table
from planner.checklist.spans import Stretches

if TYPE_CHECKING:
    from planner.checklist.confidentiality.cues import CueBook
    from planner.checklist.confidentiality.places import PlaceHit
    from planner.checklist.confidentiality.words import Words


_TITLE = "Ms"
"""The title of a woman; in capitals it is multiple sclerosis, in small letters either."""


class Clue(NamedTuple):
    """One detail: kind of `checklist.md` 3.2, character span on the folded view, and the words themselves."""

    kind: str
    start: int
    end: int
    text: str


@cache
def clue_rows() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Read the kinds and patterns of `content_bank/lexicons/clues.toml`."""
    rows = table("lexicons/clues.toml")["clue"]
    return tuple((str(row["kind"]), tuple(str(pattern) for pattern in row["patterns"])) for row in rows)


def find(words: Words, book: CueBook, places: tuple[PlaceHit, ...]) -> tuple[Clue, ...]:
    """Return the clues of a text, left to right; inside one kind the longer of two overlapping spans stays."""
    found: list[Clue] = []
    codes, met = words.codes, book.needs.met(words.codes)
    for kind, expressions in book.clues:
        tried = [expression for expression in expressions if expression.needs & met == expression.needs]
        spans = sorted({span for expression in tried for span in expression.spans(codes) if span[0] < span[1]})
        for first, last in _joined(spans):
            start, end = words.span(first, last)
            if words.text[start:end] != _TITLE:
                found.append(Clue(kind, start, end, words.text[start:end]))
    told = Stretches((one.start, one.end) for one in found if one.kind == "place")
    found += [
        Clue("place", place.start, place.end, place.text)
        for place in places
        if place.kind in {"town", "street", "institution"} and told.take(place.start, place.end)
    ]
    return tuple(sorted(found, key=lambda one: (one.start, one.end, one.kind)))


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join overlapping spans of one kind."""
    joined: list[tuple[int, int]] = []
    for first, last in spans:
        if joined and first < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return joined
