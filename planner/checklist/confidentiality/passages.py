"""The passages of a long text, each seen by itself: three sentences about one person drown among thirty about people in general."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from planner.checklist.confidentiality import people
from planner.checklist.spans import Stretches

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from planner.checklist.confidentiality.clues import Clue
    from planner.checklist.confidentiality.cues import Hit
    from planner.checklist.confidentiality.identifiers import Identifier
    from planner.checklist.confidentiality.names import NameHit
    from planner.checklist.confidentiality.places import PlaceHit
    from planner.checklist.confidentiality.subjects import Scan
    from planner.checklist.confidentiality.words import Words

    Range = tuple[int, int]

Counted = TypeVar("Counted", "Hit", "NameHit")
Placed = TypeVar("Placed", "Clue", "PlaceHit", "Identifier")

LONG = 400
"""Letters from which on a text is seen in passages as well. Nearly all drafts that the detector was fitted on are shorter."""

_SIZE = 200
"""Letters of a passage at most, unless a single sentence has more: two or three sentences."""

_AS_WELL = 2.0
"""How much less than the most telling passage another one may tell (logits) and still count as told about the same person."""


def cut(words: Words) -> tuple[Range, ...]:
    """Return the token ranges of the passages of a long text, whole sentences each; nothing for a text that is short or all one passage."""
    if len(words.text) < LONG:
        return ()
    found: list[Range] = []
    first = 0
    for at in people.ends(words):
        last = min(at + 1, len(words.codes))  # with what ends the sentence
        if first == last:
            continue
        if found and words.spans[last - 1][1] - words.spans[found[-1][0]][0] <= _SIZE:
            found[-1] = (found[-1][0], last)
        else:
            found.append((first, last))
        first = last
    return tuple(found) if len(found) > 1 else ()


def told(totals: Sequence[float], spans: Sequence[Range]) -> tuple[Range, ...]:
    """Return the spans of letters that tell of the person: the passage with the highest total, its neighbors, and what tells nearly as much.

    Passages that follow each other are one span.
    """
    best = max(range(len(totals)), key=totals.__getitem__)
    found: list[Range] = []
    for at, (start, end) in enumerate(spans):
        if abs(at - best) <= 1 or totals[at] >= totals[best] - _AS_WELL:
            follows = bool(found) and found[-1][1] == spans[at - 1][1]
            found[-1:] = [(found[-1][0], end)] if follows else [*found[-1:], (start, end)]
    return tuple(found)


def part(seen: Scan, first: int, last: int) -> Scan:
    """Return what was seen within a token range; the spans of its words stay those of the whole text."""
    words = seen.words
    start, end = words.span(first, last)
    here = words._replace(
        lower=words.lower[first:last],
        kinds=words.kinds[first:last],
        spans=words.spans[first:last],
        codes=words.codes[first:last],
        classes=words.classes[first:last],
        senses=words.senses[first:last],
        marks=words.marks[first:last],
    )
    return seen._replace(
        words=here,
        hits=_moved(seen.hits, first, last),
        names=_moved(seen.names, first, last),
        clues=_inside(seen.clues, start, end),
        places=_inside(seen.places, start, end),
        identifiers=_inside(seen.identifiers, start, end),
    )


def _moved(found: Iterable[Counted], first: int, last: int) -> tuple[Counted, ...]:
    """Return what lies within a token range, counted from its first token."""
    return tuple([one._replace(first=one.first - first, last=one.last - first) for one in found if first <= one.first and one.last <= last])


def _inside(found: Iterable[Placed], start: int, end: int) -> tuple[Placed, ...]:
    """Return what lies within a span of letters."""
    return tuple([one for one in found if start <= one.start and one.end <= end])


def within(seen: Scan, spans: Sequence[Range]) -> Scan:
    """Return what was seen within some spans of letters, all of it where there are none; the words outside are nobody's words."""
    if not spans:
        return seen
    words, here = seen.words, Stretches(spans)
    inside = [here.meets(*span) for span in words.spans]
    hits = tuple([hit for hit in seen.hits if inside[hit.first]])
    lower = tuple([word if told else "" for word, told in zip(words.lower, inside, strict=True)])
    clues = tuple([one for one in seen.clues if here.meets(one.start, one.start + 1)])
    return seen._replace(words=words._replace(lower=lower), hits=hits, clues=clues)
