"""The passages of a long text, each seen by itself: three sentences about one person drown among thirty about people in general."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from planner.checklist.confidentiality.subjects import Scan
    from planner.checklist.confidentiality.words import Words

    Range = tuple[int, int]

LONG = 400
"""Letters from which on a text is seen in passages as well. Nearly all drafts that the detector was fitted on are shorter."""

_SIZE = 200
"""Letters of a passage at most, unless a single sentence has more: two or three sentences."""

_ENDS = frozenset({"stop", "nl"})
_AS_WELL = 2.0
"""How much less than the most telling passage another one may tell (logits) and still count as told about the same person."""


def cut(words: Words) -> tuple[Range, ...]:
    """Return the token ranges of the passages of a long text, whole sentences each; nothing for a text that is short or all one passage."""
    if len(words.text) < LONG:
        return ()
    found: list[Range] = []
    for first, last in _sentences(words):
        if found and words.spans[last - 1][1] - words.spans[found[-1][0]][0] <= _SIZE:
            found[-1] = (found[-1][0], last)
        else:
            found.append((first, last))
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


def _sentences(words: Words) -> Iterator[Range]:
    """Yield the token ranges of the sentences, with what ends them."""
    first = 0
    for at, kind in enumerate(words.kinds, 1):
        if kind in _ENDS or at == len(words.kinds):
            yield first, at
            first = at


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
        hits=tuple(
            [hit._replace(first=hit.first - first, last=hit.last - first) for hit in seen.hits if first <= hit.first and hit.last <= last]
        ),
        clues=tuple([one for one in seen.clues if start <= one.start and one.end <= end]),
        names=tuple(
            [hit._replace(first=hit.first - first, last=hit.last - first) for hit in seen.names if first <= hit.first and hit.last <= last]
        ),
        places=tuple([one for one in seen.places if start <= one.start and one.end <= end]),
        identifiers=tuple([one for one in seen.identifiers if start <= one.start and one.end <= end]),
    )


def within(seen: Scan, spans: Sequence[Range]) -> Scan:
    """Return what was seen within some spans of letters, all of it where there are none; the words outside are nobody's words."""
    if not spans:
        return seen
    words = seen.words
    inside = [any(start <= here[0] < end for start, end in spans) for here in words.spans]
    hits = tuple([hit for hit in seen.hits if inside[hit.first]])
    lower = tuple([word if here else "" for word, here in zip(words.lower, inside, strict=True)])
    clues = tuple([one for one in seen.clues if any(start <= one.start < end for start, end in spans)])
    return seen._replace(words=words._replace(lower=lower), hits=hits, clues=clues)
