"""Finds situations: live matters and places, searching for served people, and words that confirm a service relation."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any

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
class Release:
    """What a draft may say of itself (fiction, written consent, own story, published case) and how much that weighs."""

    name: str
    weight: float
    expressions: tuple[re.Pattern[str], ...]
    unless: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Book:
    """The expressions of `situations.toml` by kind, and what clears a search."""

    expressions: tuple[tuple[str, re.Pattern[str]], ...]
    unless: re.Pattern[str]
    releases: tuple[Release, ...]


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
        ("thanks", "relation", "thanks"),
    ):
        rows += [(kind, filled(expression)) for expression in table[group][key]]
    return Book(
        tuple((kind, re.compile(expression, re.IGNORECASE)) for kind, expression in rows),
        re.compile(table["search"]["unless"], re.IGNORECASE),
        tuple(_release(row) for row in table["release"]),
    )


def _release(row: dict[str, Any]) -> Release:
    expressions = tuple(re.compile(one, re.IGNORECASE) for one in row["any"])
    return Release(row["name"], float(row["weight"]), expressions, re.compile(row["unless"] or "(?!)", re.IGNORECASE))


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


def releases(text: str) -> tuple[tuple[str, float], ...]:
    """Return what `text` says of itself, each with its weight: fiction, written consent, own story, a published case."""
    return tuple(
        (release.name, release.weight)
        for release in book().releases
        if any(
            not release.unless.search(text[max(0, match.start() - _CLAUSE) : match.start()])
            for one in release.expressions
            for match in one.finditer(text)
        )
    )
