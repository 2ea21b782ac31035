"""Finds answers, thanks and good wishes that confirm a service, places where served people are now, and looking people up."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from planner.checklist.bank import english, table
from planner.checklist.confidentiality import lists, names
from planner.checklist.confidentiality.live_case import lowered
from planner.checklist.needles import haystack, probe
from planner.checklist.spans import Stretches
from planner.checklist.text import between_breaks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.checklist.confidentiality.names import NameHit
    from planner.checklist.confidentiality.subjects import Scan
    from planner.checklist.confidentiality.words import Words
    from planner.checklist.report import Draft, Level

    Span = tuple[int, int]
    Bond = Literal["relation", "place", "search"]
    Need = Literal["", "name", "near", "service", "person"]

_MARK = "\x01"
_NAME = rf"(?<!{_MARK}){_MARK}++"
"""The whole name, from its first letter: a word of thousands of letters would else be cut in every possible way."""

_NEAR = 140
_BESIDE = 60
_GLANCE = 300
_LONGEST = 3
_AFTERTHOUGHT = 10
_SHORTEST = 3
_BREAK = re.compile(r"[.!?\n]")
_OPENING = frozenset({"stop", "nl", "sign", "colon", "quote"})


class Tie(NamedTuple):
    """Expressions of one kind: what they show, what else the text must hold, how sure they are, and which contexts take them back.

    They are compiled when a text first has what the kind needs: all of them together take longer than a first check may.
    """

    bond: Bond
    needs: Need
    level: Level
    unless: tuple[str, ...]
    expressions: tuple[str, ...]


class Shape(NamedTuple):
    """One place where a draft confirms a service, tells where somebody is, or looks somebody up (span on the folded view)."""

    bond: Bond
    level: Level
    start: int
    end: int


@cache
def _table() -> dict[str, Any]:
    """Read `content_bank/lexicons/replies.toml` once."""
    return table("lexicons/replies.toml")


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(str(_table()["words"][name]).split())


@cache
def _pseudonym() -> re.Pattern[str]:
    return re.compile(_table()["pseudonym"]["said"])


def invented_name(text: str) -> bool:
    """Tell whether `text` says that the name in it is not the person's own."""
    return _pseudonym().search(lowered(text)) is not None


@cache
def context(name: str) -> re.Pattern[str]:
    """Return a context that places somebody outside the service."""
    return re.compile(_table()["contexts"][name])


@cache
def _expression(source: str) -> re.Pattern[str]:
    return re.compile(source)


@cache
def _thanks() -> tuple[re.Pattern[str], tuple[re.Pattern[str], ...]]:
    row = _table()["thanks"]
    return re.compile(row["said"]), tuple(map(context, row["contexts"]))


def thanks_in_role(seen: Scan) -> bool:
    """Tell whether a short text only thanks or congratulates staff, donors, partners, speakers, readers or the writer's own family."""
    low = lowered(seen.words.text)
    closing = _BREAK.search(low)
    first, rest = (low[: closing.start()], low[closing.end() :]) if closing else (low, "")
    if len(rest.split()) > _AFTERTHOUGHT or not _words("third").isdisjoint(seen.words.lower):
        return False
    said, around = _thanks()
    return said.search(first) is not None and any(one.search(first) for one in around)


def of_others(text: str, start: int, end: int) -> bool:
    """Tell whether the words around a span of `text` place it among readers, learners or shoppers, in the writer's family, or in a rule or example."""
    around = lowered(text)[max(0, start - _BESIDE) : end + _BESIDE]
    return any(context(name).search(around) for name in ("trade", "private", "rule"))


@cache
def ties() -> tuple[Tie, ...]:
    """Fill the expressions of the lexicon once."""
    told = _table()
    parts: dict[str, str] = {**told["parts"], "name": _NAME}

    def filled(expression: str) -> str:
        for _ in range(2):  # a part may name another one
            for name, part in parts.items():
                expression = expression.replace("{" + name + "}", part)
        return expression

    return tuple(Tie(row["rule"], row["needs"], row["level"], tuple(row["unless"]), tuple(map(filled, row["any"]))) for row in told["tie"])


def expressions() -> list[str]:
    """Return the patterns that are looked up in the list of needles, by their pieces alone: a mark can end within a word."""
    return [source for tie in ties() for source in tie.expressions]


def people(seen: Scan) -> tuple[Span, ...]:
    """Return whom the text names or addresses: private names, foreign handles, and unlisted names that stand where one speaks to somebody."""
    words, never = seen.words, lists.context().never  # the given name In is a small word too
    named = [hit for hit in seen.names if hit.role == "private" and hit.text not in never and not _lone_surname(words, hit)]
    found = [words.span(hit.first, hit.last) for hit in named]
    found += [(one.start, one.end) for one in seen.identifiers if one.type == "handle" and one.owner == "unknown"]
    listed = (hit for hit in seen.names if not _lone_surname(words, hit) or hit.text.lower() in lists.name_lists().family)
    taken = [*found, *(words.span(hit.first, hit.last) for hit in listed), *((place.start, place.end) for place in seen.places)]
    known = Stretches(taken)
    found += [span for span in _spoken_to(seen) if not known.meets(*span)]
    return tuple(sorted(found))


def _lone_surname(words: Words, hit: NameHit) -> bool:
    """Tell whether a name is one word that no list of given names has, without a title: a town or a brand as often as a person."""
    before = names.title_before(words, hit.first)
    alone = hit.last == hit.first + 1 and before not in lists.context().titles and before not in _words("greetings") | _words("before")
    return alone and hit.text.lower() not in lists.name_lists().given


def _spoken_to(seen: Scan) -> Iterator[Span]:
    """Yield capitalized words that no word list knows where one speaks to somebody, or of somebody who does something."""
    words, known, count = seen.words, english(), len(seen.words.lower)
    never = lists.context().never | lists.context().no_person
    for at, kind in enumerate(words.kinds):
        low = words.lower[at].removesuffix("'s")
        if kind != "cap" or len(low) < _SHORTEST or low in known or low in never:
            continue
        last = _end_of(words, at)
        before = words.lower[at - 1] if at else ""
        after = words.lower[last] if last < count else "."
        ends = last >= count or words.kinds[last] in _OPENING
        opens = (at == 0 or words.kinds[at - 1] in _OPENING) and (ends or after in _words("after"))
        closes = before == "," and (ends or after == ",")
        if before in _words("greetings") or before in _words("before") or after in _words("does") or opens or closes:
            start, end = words.span(at, last)
            yield start, end - 2 * words.lower[last - 1].endswith("'s")


def _end_of(words: Words, at: int) -> int:
    """Return the end of the capitalized words from `at`, hyphens between them included."""
    end = at + 1
    while end < min(at + _LONGEST, len(words.lower)) and (words.kinds[end] in {"cap", "upper"} or words.lower[end] == "-"):
        end += 1
    return end - (words.lower[end - 1] == "-")


def find(seen: Scan, draft: Draft, *, person: bool = False) -> tuple[Shape, ...]:
    """Return the shapes of one text; of overlapping ones of a kind the surest, then the longest, stays.

    Args:
        seen: the scanned text.
        draft: the draft that it stands in; who writes it decides whether there is a service to confirm.
        person: whether other cues have shown that one served person is spoken of.
    """
    text = seen.words.text
    addressed = people(seen)
    low = lowered(text)
    masked = list(low)
    for start, end in addressed:
        masked[start:end] = _MARK * (end - start)
    low = "".join(masked)
    serves, letters = draft.author != "advocacy", haystack(text)
    found = [
        Shape(tie.bond, tie.level, *hit.span())
        for tie in ties()
        if serves and _wanted(tie, named=bool(addressed), person=person)
        for source in tie.expressions
        if letters.may_hold(probe(source))
        for hit in _expression(source).finditer(low)
        if _about_somebody(tie, low, hit) and not _elsewhere(tie, low, hit)
    ]
    found.sort(key=lambda one: (one.level != "block", one.start - one.end, one.start, one.bond))
    kept: list[Shape] = []
    taken: defaultdict[Bond, Stretches] = defaultdict(Stretches)
    for shape in found:
        if shape.start < shape.end and not taken[shape.bond].meets(shape.start, shape.end):
            kept.append(_trimmed(shape, text))
            taken[shape.bond].add(kept[-1].start, kept[-1].end)
    return tuple(sorted(kept, key=lambda one: (one.start, one.end, one.bond)))


def _wanted(tie: Tie, *, named: bool, person: bool) -> bool:
    """Tell whether the text as a whole has what a kind asks for."""
    return person if tie.needs == "person" else named or tie.needs not in {"name", "near"}


def _about_somebody(tie: Tie, low: str, hit: re.Match[str]) -> bool:
    """Tell whether the match has the name that its kind asks for, in its sentence or not far from it."""
    if tie.needs == "name":
        return _MARK in low[max(0, hit.start() - _NEAR) : hit.end() + _NEAR]
    return tie.needs != "near" or _in_sentence(low, hit)


def _in_sentence(low: str, hit: re.Match[str]) -> bool:
    """Tell whether a name stands in the sentence of a match."""
    start, end = _sentence(low, hit)
    return _MARK in low[start:end]


def _sentence(low: str, hit: re.Match[str]) -> Span:
    """Return the bounds of the sentence or sentences that a match stands in, no farther than one reads at a glance."""
    first, last = max(0, hit.start() - _GLANCE), min(len(low), hit.end() + _GLANCE)
    return between_breaks(low, hit.start(), max(hit.start(), hit.end() - 1), first, last)


def _elsewhere(tie: Tie, low: str, hit: re.Match[str]) -> bool:
    """Tell whether the words around a match speak of readers, staff, family or rules instead of served people."""
    start, end = _sentence(low, hit)
    beside = 0 if tie.needs == "near" else _BESIDE
    around = low[max(0, start - beside) : end + beside]
    return any(context(name).search(around) for name in tie.unless)


def _trimmed(shape: Shape, text: str) -> Shape:
    """Return the shape without blanks and breaks at its edges."""
    piece = text[shape.start : shape.end]
    return Shape(
        shape.bond,
        shape.level,
        shape.start + len(piece) - len(piece.lstrip(" .!?\n,")),
        shape.end - len(piece) + len(piece.rstrip(" .!?\n,")),
    )
