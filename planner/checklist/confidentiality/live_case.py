"""Finds situations: live matters and places, searching for served people, and words that confirm a service relation."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from planner.checklist.bank import lexicon
from planner.checklist.late import Late
from planner.checklist.needles import Probe, haystack, lower, probe
from planner.checklist.spans import Stretches
from planner.checklist.text import between_breaks

if TYPE_CHECKING:
    import re

KINDS = frozenset({"live", "location", "search", "care-search", "named", "addressed", "thanks"})
_CLAUSE = 40
_FAR = 60
_NEAR = 110


class Situation(NamedTuple):
    """One situation: its kind (live, location, search, care-search, named, addressed) and its span on the folded view."""

    kind: str
    start: int
    end: int


class Expression(NamedTuple):
    """One expression; `exact` ones read the text as typed, the others its lower-cased form."""

    kind: str
    source: Late
    exact: bool

    @property
    def pattern(self) -> re.Pattern[str]:
        """The expression itself."""
        return self.source.made

    @property
    def tried(self) -> Probe:
        """What the expression needs, and where alone it can begin."""
        return probe(self.source.pattern)


class Release(NamedTuple):
    """What a draft may say of itself (fiction, written consent, own story, published case) and how much that weighs."""

    name: str
    weight: float
    expressions: tuple[Expression, ...]
    unless: Late
    without: Late


class Past(NamedTuple):
    """What tells that nobody can be found at a place: it is over (unless something is still going on), or somebody lives there by now."""

    over: Late
    still: Late
    settled: Late


class Book(NamedTuple):
    """The expressions of `situations.toml` by kind, what clears a search or a place, and how one speaks of people in proceedings."""

    expressions: tuple[Expression, ...]
    unless: Late
    past: Past
    releases: tuple[Release, ...]
    proceedings: Late
    about_proceedings: Late


@cache
def book() -> Book:
    """Read and fill `content_bank/lexicons/situations.toml` once."""
    table = lexicon("situations")
    parts: dict[str, str] = table["parts"]

    def filled(expression: str) -> Late:
        for name, part in parts.items():
            expression = expression.replace("{" + name + "}", part)
        return Late(expression)

    matter, time = table["live"]["matter"], table["live"]["time"]
    rows = [
        Expression("live", Late(rf"\b{matter}\b[^.!?\n]{{0,{_FAR}}}?\b{time}\b|\b{time}\b[^.!?\n]{{0,{_FAR}}}?\b{matter}\b"), exact=False)
    ]
    for kind, group, key in (
        ("search", "search", "served"),
        ("care-search", "search", "care"),
        ("location", "location", "any"),
        ("named", "relation", "named"),
        ("named", "relation", "named_exact"),
        ("addressed", "relation", "addressed"),
        ("thanks", "relation", "thanks"),
    ):
        rows += [Expression(kind, filled(expression), key.endswith("exact")) for expression in table[group][key]]
    kin, held = table["proceedings"]["people"], table["proceedings"]["held"]
    near = Late(rf"\b{held}\b[^\n]{{0,{_NEAR}}}?\b{kin}\b|\b{kin}\b[^\n]{{0,{_NEAR}}}?\b{held}\b")
    general = Late(table["proceedings"]["unless"])
    past = Past(*(Late(table["location"][key]) for key in Past._fields))
    return Book(tuple(rows), Late(table["search"]["unless"]), past, tuple(_release(row) for row in table["release"]), near, general)


def _release(row: dict[str, Any]) -> Release:
    name = str(row["name"])
    expressions = tuple(Expression(name, Late(one), key == "exact") for key in ("any", "exact") for one in row.get(key, ()))
    return Release(name, float(row["weight"]), expressions, Late(row["unless"] or "(?!)"), Late(row.get("without") or "(?!)"))


def lowered(text: str) -> str:
    """Return `text` in lower case at the same length: the few letters that would grow stay as they are."""
    low = lower(text)
    return low if len(low) == len(text) else "".join(char.lower() if len(char.lower()) == 1 else char for char in text)


def find(text: str, kinds: frozenset[str] = KINDS) -> tuple[Situation, ...]:
    """Return the situations of `text` (folded view) of the wanted `kinds`; the caller decides whether they are of served people.

    Of overlapping situations of one kind the longest stays; a search that the writer says they do not do is none, and neither is a place
    in a sentence of what is over, or where somebody lives by now.
    """
    found: list[Situation] = []
    known = book()
    low, letters = lowered(text), haystack(text)
    for one in known.expressions:
        if one.kind not in kinds or not letters.may_hold(one.tried):
            continue
        for match in letters.matches(one.tried, one.pattern, text if one.exact else low):
            start, end = match.span()
            if one.kind.endswith("search") and known.unless.search(low[max(0, start - _CLAUSE) : start]):
                continue
            if one.kind == "location" and _past(low, start, end, known.past):
                continue
            found.append(Situation(one.kind, start, end))
    found.sort(key=lambda one: (one.start - one.end, one.start, one.kind))
    taken: defaultdict[str, Stretches] = defaultdict(Stretches)
    kept = [one for one in found if taken[one.kind].take(one.start, one.end)]
    return tuple(sorted(kept, key=lambda one: (one.start, one.end, one.kind)))


def _past(low: str, start: int, end: int, past: Past) -> bool:
    """Tell whether the sentence of a place says that nobody can be found there by it."""
    first, last = between_breaks(low, start, end, 0, len(low))
    whole = low[first:last]
    return past.settled.search(low[first:end]) is not None or (past.over.search(whole) is not None and past.still.search(whole) is None)


def releases(text: str) -> tuple[tuple[str, float], ...]:
    """Return what `text` says of itself, each with its weight: fiction, written consent, own story, a published case."""
    low = lowered(text)
    return tuple(
        (release.name, release.weight)
        for release in book().releases
        if any(_says(one, release, text, low) for one in release.expressions) and not release.without.search(low)
    )


def in_proceedings(text: str) -> bool:
    """Tell whether `text` speaks of particular people beside a court, a panel or a review that decides about them."""
    low = lowered(text)
    return book().proceedings.search(low) is not None and not book().about_proceedings.search(low)


def _says(one: Expression, release: Release, text: str, low: str) -> bool:
    letters = haystack(text)
    hits = letters.matches(one.tried, one.pattern, text if one.exact else low) if letters.may_hold(one.tried) else ()
    return any(not release.unless.search(low[max(0, hit.start() - _CLAUSE) : hit.start()]) for hit in hits)
