"""The views of one text (raw, folded, masked, words) with maps back to raw offsets, and its sentence and clause spans."""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from planner.checklist import folding
from planner.checklist.hashtags import split_tag
from planner.checklist.needles import at_places

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Span = tuple[int, int]

_FILLER = "~"
_MASK = re.compile(
    r"""(?xi)
    (?:https?://|www\.)[^\s<>"]+[^\s<>".,;:!?)\]']                                   # addresses
    | (?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+                                                   # e-mail
    | (?<![\w-])[\w-]{1,63}(?:\.[\w-]{1,63}){0,30}\.(?:com|org|net|edu|gov|int|info|io|co|uk|ie|ca|au|nz|za|in|us|eu|health|care|app|me|ly|help|social|tv)\b(?:/[^\s<>"]*[^\s<>".,;:!?)\]'])?
    | (?<![\w@])@\w[\w.-]*\w                                                         # handles
    | (?<![\w.,/$-])(?:\+\d{1,3}[ .-]?)?(?:\(\d{2,5}\)[ .-]?|\d{2,5}[ .-])\d{3,4}(?:[ .-]?\d{2,4}){1,2}(?![\w,%])  # phones
    """
)
_MAY_MASK = re.compile(
    r"[@.:\d](?:(?<=\d)\d*|(?<=@)|(?<=:)(?=//)|(?<=[wW][wW][wW]\.)"
    r"|(?<=\.)(?i:com|org|net|edu|gov|int|info|io|co|uk|ie|ca|au|nz|za|in|us|eu|health|care|app|me|ly|help|social|tv)\b)"
)
"""What all that is filled up holds: it begins in the same stretch without a blank, or at the digits or a sign before them.

One of four signs stands first, so that most of a text is leapt over.
"""
_TAG = re.compile(r"#(\w+)")
_END = re.compile(r"""[.!?]+["')\]]*(?=\s|$)|(?<=[a-z]{2})[.!?](?=[A-Z][a-z])|\n+""")
WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
"""A word as one counts it, apostrophes and hyphens within."""
_MAY_END_AT = re.compile(r"[.!?\n]")
_LAST_WORD = re.compile(r"[\w.'&-]+$")
_ABBREVIATIONS = frozenset(
    [
        "st",
        "dr",
        "mr",
        "mrs",
        "ms",
        "mx",
        "prof",
        "rev",
        "hon",
        "fr",
        "sr",
        "gov",
        "sen",
        "rep",
        "pres",
        "gen",
        "col",
        "capt",
        "lt",
        "sgt",
        "vs",
        "e.g",
        "i.e",
        "cf",
        "no",
        "nos",
        "ave",
        "blvd",
        "rd",
        "apt",
        "dept",
        "est",
        "approx",
        "mt",
        "ft",
        "ext",
        "fig",
        "vol",
        "pp",
        "ed",
        "eds",
        "al",
    ]
)
_MAY_END = frozenset({"a.m", "p.m", "u.s", "u.k", "n.s.w", "d.c", "etc", "inc", "ltd", "co", "jr", "ph.d", "m.d"})
_AFTER_TIME = re.compile(r"\s+(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|[ECMP]S?T\b|GMT|UTC|[a-z\d(])")
_CLAUSE = re.compile(
    r"[;:()]\s|,[\"']?\s+|\s-+\s|--|\s(?=(?:but|because|although|though|whereas|unless|until|except)\b)",
    re.IGNORECASE,
)


class View(NamedTuple):
    """One reading of a text: per view character the raw position where it starts and ends (half-open)."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def to_raw(self, start: int, end: int) -> Span:
        """Map the view's `[start, end)` to raw offsets; an empty span maps to an empty span."""
        if start >= end:
            at = self.starts[start] if start < len(self.starts) else (self.ends[-1] if self.ends else 0)
            return at, at
        return self.starts[start], self.ends[end - 1]


class Views:
    """All readings of one text, each made when it is first asked for."""

    def __init__(self, text: str) -> None:
        """Keep `text` exactly as typed."""
        self.raw = View(text, range(len(text)), range(1, len(text) + 1))

    @cached_property
    def folded(self) -> View:
        """Plain letters, ASCII quotes, dashes and blanks; no zero-width marks; pasted HTML and CSS blanked."""
        return View(*folding.fold(self.raw.text))

    @cached_property
    def masked(self) -> View:
        """The folded view with addresses, e-mails, handles and phone numbers filled up; as long as `folded`."""
        folded = self.folded
        return View(masked(folded.text), folded.starts, folded.ends)

    @cached_property
    def words(self) -> View:
        """The folded view with hashtags split into words."""
        folded = self.folded
        if "#" not in folded.text:
            return folded
        pieces: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        at = 0
        for match in _TAG.finditer(folded.text):
            pieces.append(folded.text[at : match.start()] + " ")
            starts.extend(folded.starts[at : match.start() + 1])
            ends.extend(folded.ends[at : match.start() + 1])
            place = match.start(1)
            for index, word in enumerate(split_tag(match[1])):
                if index:
                    pieces.append(" ")
                    starts.append(folded.starts[place])
                    ends.append(folded.starts[place])
                pieces.append(word)
                starts.extend(folded.starts[place : place + len(word)])
                ends.extend(folded.ends[place : place + len(word)])
                place += len(word)
            at = match.end()
        pieces.append(folded.text[at:])
        starts.extend(folded.starts[at:])
        ends.extend(folded.ends[at:])
        return View("".join(pieces), starts, ends)

    @cached_property
    def sentences(self) -> tuple[Span, ...]:
        """Spans of the sentences on `folded`, without the blanks around them."""
        return tuple(_trimmed(self.folded.text, _sentence_bounds(self.masked.text)))

    @cached_property
    def clauses(self) -> tuple[Span, ...]:
        """Spans of the clauses on `folded`; every clause lies within one sentence."""
        text = self.masked.text
        return tuple(span for start, end in self.sentences for span in _trimmed(self.folded.text, _clause_bounds(text, start, end)))


def views(text: str) -> Views:
    """Return the views of `text`; they are made lazily and kept."""
    return Views(text)


def around(spans: tuple[Span, ...], at: int) -> Span:
    """Return the span of `spans` that holds position `at`, else the nearest one before it, else `(0, 0)`."""
    low, high = 0, len(spans)
    while low < high:
        middle = (low + high) // 2
        if spans[middle][0] <= at:
            low = middle + 1
        else:
            high = middle
    return spans[low - 1] if low else (0, 0)


def between_breaks(text: str, start: int, end: int, first: int, last: int) -> Span:
    """Return the stretch of `[first, last)` around `start` up to the first full stop, mark or line break from `end` on, by signs alone."""
    begin = max(text.rfind(mark, first, start) for mark in ".!?\n") + 1
    closing = _MAY_END_AT.search(text, end, last)
    return max(first, begin), closing.start() if closing else last


@lru_cache(maxsize=8)
def masked(text: str) -> str:
    """Return a folded text with addresses, e-mails, handles and phone numbers filled up; the detector and the rules ask one after the other."""
    pieces, at = [], 0
    for match in at_places(_MASK, text, _maskable(text)):
        first, last = match.span()
        pieces += [text[at:first], _FILLER * (last - first)]
        at = last
    return "".join([*pieces, text[at:]]) if at else text


def _maskable(text: str) -> list[int]:
    """Return where something may have to be filled up, in order."""
    found: set[int] = set()
    done = 0
    for hint in _MAY_MASK.finditer(text):
        at = hint.start()
        if text[at].isdecimal():
            found.update((at - 1, at) if text[at - 1 : at] in {"+", "("} else (at,))
        else:
            found.update(range(max(done, text.rfind(" ", done, at) + 1, text.rfind("\n", done, at) + 1), at + 1))
            done = at + 1
    return sorted(found)


def _sentence_bounds(text: str) -> Iterator[Span]:
    begin = 0
    for match in at_places(_END, text, (sign.start() for sign in _MAY_END_AT.finditer(text))):
        if text[match.start()] == "." and _goes_on(text, begin, match):
            continue
        yield begin, match.end()
        begin = match.end()
    yield begin, len(text)


def _goes_on(text: str, begin: int, match: re.Match[str]) -> bool:
    """Tell whether a full stop belongs to an abbreviation, an initial or a trailing-off that continues in lower case."""
    if match[0].startswith("..."):
        return bool(re.match(r"\s+[a-z]", text[match.end() : match.end() + 4]))
    found = _LAST_WORD.search(text, max(begin, match.start() - 24), match.start())
    if found is None:
        return False
    word = found[0].lower()
    if word in _MAY_END:
        return _AFTER_TIME.match(text, match.end()) is not None
    return word in _ABBREVIATIONS or (len(word) == 1 and found[0].isupper() and word != "i")


def _clause_bounds(text: str, start: int, end: int) -> Iterator[Span]:
    begin = start
    for match in _CLAUSE.finditer(text, start, end):
        yield begin, match.end()
        begin = match.end()
    yield begin, end


def _trimmed(text: str, bounds: Iterator[Span]) -> Iterator[Span]:
    for start, end in bounds:
        piece = text[start:end]
        stripped = piece.strip()
        if stripped:
            first = start + len(piece) - len(piece.lstrip())
            yield first, first + len(stripped)
