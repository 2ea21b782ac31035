"""Finds situations: live matters and places, searching for served people, and words that confirm a service relation."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache

from planner.checklist.confidentiality.words import LEXICONS

_CLAUSE = 40
_FAR = 60


@dataclass(frozen=True, slots=True)
class Situation:
    """One situation: its kind (live, location, search, care-search, named, addressed) and its span on the folded view."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Book:
    """The expressions of `situations.toml` by kind, and what clears a search."""

    expressions: tuple[tuple[str, re.Pattern[str]], ...]
    unless: re.Pattern[str]


@cache
def book() -> Book:
    """Read and fill `content_bank/lexicons/situations.toml` once."""
    table = tomllib.loads((LEXICONS / "situations.toml").read_text(encoding="utf-8"))
    parts: dict[str, str] = table["parts"]

    def filled(expression: str) -> str:
        for name, part in parts.items():
            expression = expression.replace("{" + name + "}", part)
        return expression

    matter, time = table["live"]["matter"], table["live"]["time"]
    rows = [("live", rf"\b{matter}\b[^.!?\n]{{0,{_FAR}}}?\b{time}\b"), ("live", rf"\b{time}\b[^.!?\n]{{0,{_FAR}}}?\b{matter}\b")]
    for kind, group, key in (
        ("search", "search", "served"),
        ("care-search", "search", "care"),
        ("location", "location", "any"),
        ("named", "relation", "named"),
        ("addressed", "relation", "addressed"),
    ):
        rows += [(kind, filled(expression)) for expression in table[group][key]]
    return Book(
        tuple((kind, re.compile(expression, re.IGNORECASE)) for kind, expression in rows),
        re.compile(table["search"]["unless"], re.IGNORECASE),
    )


def find(text: str) -> tuple[Situation, ...]:
    """Return the situations of `text` (folded view); the caller decides whether they are of served people.

    Of overlapping situations of one kind the longest stays; a search that the writer says they do not do is none.
    """
    found: list[Situation] = []
    known = book()
    for kind, expression in known.expressions:
        for match in expression.finditer(text):
            start, end = match.span()
            if kind.endswith("search") and known.unless.search(text[max(0, start - _CLAUSE) : start]):
                continue
            found.append(Situation(kind, start, end))
    found.sort(key=lambda one: (one.start - one.end, one.start, one.kind))
    kept: list[Situation] = []
    for one in found:
        if not any(one.kind == other.kind and one.start < other.end and other.start < one.end for other in kept):
            kept.append(one)
    return tuple(sorted(kept, key=lambda one: (one.start, one.end, one.kind)))
