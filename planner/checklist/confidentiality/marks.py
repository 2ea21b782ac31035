"""Finds what marks one served person in a draft that speaks of one: names, numbers, addresses, handwriting and pictures of them.

What each trait counts is fitted by `tools/fit_names.py` and stands in `content_bank/lexicons/name_weights.tsv`.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.checklist.confidentiality import names
from planner.checklist.needles import at_places

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.checklist.confidentiality.names import Trait
    from planner.checklist.confidentiality.subjects import Scan
    from planner.checklist.report import Draft

SURE = -1.2
"""From this sum on a mark is reported; chosen for a precision of .80 with each writer left out of the fit."""
_APART = 4
_BEFORE, _AFTER = 8, 7
_MANY = 4
_LIKENESS = frozenset(names.word_list("likeness"))
_RUN, _AT = re.compile(r"\d+"), re.compile("@")
_PAGES = ("facebook", "instagram", "gofundme")
_PAGE = re.compile("|".join(_PAGES))
_NUMBERS: tuple[tuple[str, re.Pattern[str], range], ...] = (
    (
        "street",
        re.compile(
            r"\b\d{1,4}[A-Za-z]?\s(?:[A-Z][\w'.]*\s){0,2}(?:Street|St|Road|Rd|Close|Court|Terrace|Lane|Ave|Avenue|Drive|Crescent|Place|Grove|Gardens|Parade|Row|Walk)\b"
        ),
        range(1),
    ),
    ("door", re.compile(r"\b(?:[Nn]umber|[Nn]o\.|[Rr]oom|[Bb]ed|[Uu]nit|[Cc]ell)\s#?\d{1,4}[A-Z]?\b"), range(4, 9)),
    ("digits", re.compile(r"#\d{3,}\b|\b\d{6,}\b|\b\d{3,}/(?:19|20)\d\d\b"), range(2)),
    ("code", re.compile(r"\b[A-Z]{1,4}[ -]?\d{2,}[ -]?[A-Z0-9]*\b|\b\d{1,3}[A-Z]{2,3}[ -]?\d*[A-Z]*\b"), range(6)),
    ("page", re.compile(rf"\b(?:{'|'.join(_PAGES)})\.\S*/\S+|(?<![\w.])@[\w.]+\w"), range(0)),
)
"""Numbers and pages with their kind, and how many characters before a run of digits they can begin; pages begin elsewhere."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing that may mark a person: its kind, its tokens, and its span on the folded view."""

    kind: str
    first: int
    last: int
    start: int
    end: int


def find(seen: Scan, draft: Draft) -> tuple[Mark, ...]:
    """Return what marks the served person that a text speaks of, left to right and without overlap."""
    table = names.weights().served
    found = candidates(seen)
    everywhere = sum(table.get(("cue", cue), 0) for cue in {hit.cue for hit in seen.hits}) / 100
    kept: list[Mark] = []
    for one in found:
        total = everywhere + names.total(table, traits(seen, draft, one, len(found)))
        if total >= SURE and not any(one.start < other.end and other.start < one.end for other in kept):
            kept.append(one)
    return tuple(sorted(kept, key=lambda one: one.start))


def candidates(seen: Scan) -> list[Mark]:
    """Return everything that may mark a person: possible names, identifiers of unknown owners, other numbers, likenesses."""
    words = seen.words
    found = [Mark("name", first, last, *words.span(first, last)) for first, last in names.candidates(words)]
    starts, ends = [start for start, _ in words.spans], [end for _, end in words.spans]
    known = [(one.type, one.start, one.end) for one in seen.identifiers if one.owner == "unknown" and one.type != "file"]
    taken = [(start, end) for _, start, end in known]
    for kind, start, end in (*known, *_numbers(words.text, taken)):
        first = min(bisect_right(ends, start), len(ends) - 1)
        found.append(Mark(kind, first, max(bisect_left(starts, end), first + 1), start, end))
    last = -_APART - 1
    for at, low in enumerate(words.lower):
        if low in _LIKENESS and at > last + _APART:
            found.append(Mark("likeness", at, at + 1, *words.spans[at]))
            last = at
    return found


def _numbers(text: str, taken: list[tuple[int, int]]) -> Iterator[tuple[str, int, int]]:
    """Yield house numbers, room numbers, plates and codes that no identifier covers; the first kind wins."""
    runs = [run.start() for run in _RUN.finditer(text)]
    pages = [hint.start() for hint in _AT.finditer(text)]
    if any(f"{page}." in text for page in _PAGES):
        pages += [hint.start() for hint in _PAGE.finditer(text)]
    for kind, pattern, before in _NUMBERS:
        begins = {at - far for at in runs for far in before if far <= at} if before else set(pages)
        for match in at_places(pattern, text, sorted(begins)):
            start, end = match.span()
            if not any(start < other and one < end for one, other in taken):
                taken.append((start, end))
                yield kind, start, end


def traits(seen: Scan, draft: Draft, one: Mark, count: int) -> list[Trait]:
    """Describe a mark: by its own traits, the cues near it and who writes; `count` is how many marks there are."""
    words = seen.words
    if one.kind == "name":
        found = names.traits(words, one.first, one.last)
    else:
        beside = names.around(words, one.first, one.last)
        found = [("mark", one.kind), (f"{one.kind} word", words.lower[one.first]), *beside]
        found += [(f"{one.kind} {name}", value) for name, value in beside]
    low, high = one.first - _AFTER, one.last + _BEFORE
    found += [("cue beside", cue) for cue in {hit.cue for hit in seen.hits if hit.first < high and low <= hit.last}]
    if any(place.start < one.end and one.start < place.end for place in seen.places):
        found.append(("has", "place"))
    found += (("marks", str(min(count, _MANY))), (f"{one.kind} by", draft.author or "therapist"))
    return found
