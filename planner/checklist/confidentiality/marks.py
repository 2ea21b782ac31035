"""Finds what marks one served person in a draft that speaks of one: names, numbers, addresses, handwriting and pictures of them.

What each trait counts is fitted by `tools/fit_names.py` and stands in `content_bank/lexicons/name_weights.tsv`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from planner.checklist.confidentiality import names
from planner.checklist.confidentiality.lists import context, word_list
from planner.checklist.confidentiality.weights import total, weights
from planner.checklist.late import Late
from planner.checklist.needles import at_places
from planner.checklist.spans import Stretches

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from planner.checklist.confidentiality.cues import Hit
    from planner.checklist.confidentiality.subjects import Scan
    from planner.checklist.confidentiality.weights import Trait
    from planner.checklist.report import Draft

SURE = -1.2
"""From this sum on a mark is reported; chosen for a precision of .80 with each writer left out of the fit."""
_APART = 4
_BEFORE, _AFTER = 8, 7
_MANY = 4
_BLOCK = 16
_LIKENESS = frozenset(word_list("likeness"))
_RUN, _AT = re.compile(r"\d+"), re.compile("@")
_PAGES = ("facebook", "instagram", "gofundme")
_PAGE = re.compile("|".join(_PAGES))
_NUMBERS: tuple[tuple[str, Late, range], ...] = (
    (
        "street",
        Late(
            r"\b\d{1,4}[A-Za-z]?\s(?:[A-Z][\w'.]*\s){0,2}(?:Street|St|Road|Rd|Close|Court|Terrace|Lane|Ave|Avenue|Drive|Crescent|Place|Grove|Gardens|Parade|Row|Walk)\b"
        ),
        range(1),
    ),
    ("door", Late(r"\b(?:[Nn]umber|[Nn]o\.|[Rr]oom|[Bb]ed|[Uu]nit|[Cc]ell)\s#?\d{1,4}[A-Z]?\b"), range(4, 9)),
    ("digits", Late(r"#\d{3,}\b|\b\d{6,}\b|\b\d{3,}/(?:19|20)\d\d\b"), range(2)),
    ("code", Late(r"\b[A-Z]{1,4}[ -]?\d{2,}[ -]?[A-Z0-9]*\b|\b\d{1,3}[A-Z]{2,3}[ -]?\d*[A-Z]*\b"), range(6)),
    ("page", Late(rf"\b(?:{'|'.join(_PAGES)})\.\S*/\S+|(?<![\w.])@[\w.]+\w"), range(0)),
)
"""Numbers and pages with their kind, and how many characters before a run of digits they can begin; pages begin elsewhere."""


class Mark(NamedTuple):
    """One thing that may mark a person: its kind, its tokens, and its span on the folded view."""

    kind: str
    first: int
    last: int
    start: int
    end: int


class CuesBeside:
    """The cues of a text by the block of tokens that they stand in, so that whoever asks what is near looks at those alone."""

    def __init__(self, hits: Iterable[Hit]) -> None:
        """Put every cue into its blocks."""
        self._blocks: defaultdict[int, list[Hit]] = defaultdict(list)
        for hit in hits:
            for block in range(hit.first // _BLOCK, hit.last // _BLOCK + 1):
                self._blocks[block].append(hit)

    def between(self, low: int, high: int) -> set[str]:
        """Return the names of the cues that begin before token `high` and end at token `low` or later."""
        near = (self._blocks.get(block, ()) for block in range(max(low, 0) // _BLOCK, (high - 1) // _BLOCK + 1))
        return {hit.cue for hits in near for hit in hits if hit.first < high and low <= hit.last}


def find(seen: Scan, draft: Draft) -> tuple[Mark, ...]:
    """Return what marks the served person that a text speaks of, left to right and without overlap."""
    table = weights().served
    found = candidates(seen)
    everywhere = sum(table.get(("cue", cue), 0) for cue in {hit.cue for hit in seen.hits}) / 100
    beside, taken = CuesBeside(seen.hits), Stretches()
    kept: list[Mark] = []
    for one in found:
        weight = everywhere + total(table, _traits(seen, draft, one, len(found), beside))
        if weight >= SURE and not (one.kind == "name" and _nobody(seen.words.text, one)) and taken.take(one.start, one.end):
            kept.append(one)
    return tuple(sorted(kept, key=lambda one: one.start))


def _nobody(text: str, one: Mark) -> bool:
    """Tell whether a possible name is part of a size, a flat, a price or an abbreviation ("2B", "R200", "B&B", "T-shirt"), or a small word.

    It counts among the marks all the same, as it did when the weights were fitted.
    """
    before, after = text[max(0, one.start - 1) : one.start], text[one.start + 1 : one.start + 2]
    joined = before.isdigit() or before == "&" or after.isdigit() or after in {"&", "-"}
    return (joined and not after.isalpha()) or text[one.start : one.end] in context().never


def candidates(seen: Scan) -> list[Mark]:
    """Return everything that may mark a person: possible names, identifiers of unknown owners, other numbers, likenesses."""
    words = seen.words
    found = [Mark("name", first, last, *words.span(first, last)) for first, last in names.candidates(words)]
    known = [(one.type, one.start, one.end) for one in seen.identifiers if one.owner == "unknown" and one.type != "file"]
    for kind, start, end in (*known, *_numbers(words.text, Stretches((start, end) for _, start, end in known))):
        first, last = words.tokens(start, end)
        first = min(first, len(words.spans) - 1)
        found.append(Mark(kind, first, max(last, first + 1), start, end))
    last = -_APART - 1
    for at, low in enumerate(words.lower):
        if low in _LIKENESS and at > last + _APART:
            found.append(Mark("likeness", at, at + 1, *words.spans[at]))
            last = at
    return found


def _numbers(text: str, taken: Stretches) -> Iterator[tuple[str, int, int]]:
    """Yield house numbers, room numbers, plates and codes that no identifier covers; the first kind wins."""
    runs = [run.start() for run in _RUN.finditer(text)]
    pages = [hint.start() for hint in _AT.finditer(text)]
    if any(f"{page}." in text for page in _PAGES):
        pages += [hint.start() for hint in _PAGE.finditer(text)]
    for kind, pattern, before in _NUMBERS:
        begins = {at - far for at in runs for far in before if far <= at} if before else set(pages)
        for match in at_places(pattern.made, text, sorted(begins)) if begins else ():
            if taken.take(*match.span()):
                yield kind, *match.span()


def traits(seen: Scan, draft: Draft, one: Mark, count: int) -> list[Trait]:
    """Describe a mark: by its own traits, the cues near it and who writes; `count` is how many marks there are."""
    return _traits(seen, draft, one, count, CuesBeside(seen.hits))


def _traits(seen: Scan, draft: Draft, one: Mark, count: int, beside: CuesBeside) -> list[Trait]:
    words = seen.words
    if one.kind == "name":
        found = names.traits(words, one.first, one.last)
    else:
        around = names.around(words, one.first, one.last)
        found = [("mark", one.kind), (f"{one.kind} word", words.lower[one.first]), *around]
        found += [(f"{one.kind} {name}", value) for name, value in around]
    found += [("cue beside", cue) for cue in beside.between(one.first - _AFTER, one.last + _BEFORE)]
    before = bisect_left(seen.places, one.end, key=attrgetter("start"))
    if before and seen.places[before - 1].end > one.start:
        found.append(("has", "place"))
    found += (("marks", str(min(count, _MANY))), (f"{one.kind} by", draft.author or "therapist"))
    return found
