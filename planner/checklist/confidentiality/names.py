"""Finds names of people by lists and by evidence around them: titles, initials, kin, pairs; no downloaded model."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from functools import cache
from typing import TYPE_CHECKING, Literal

from planner.checklist.confidentiality.words import CAPITALS, LEXICONS, NAMES
from planner.checklist.listing import Listing

if TYPE_CHECKING:
    from planner.checklist.confidentiality.words import Words

Role = Literal["private", "public", "published"]

SURE = 2.0
_LONGEST = 8
_PARTICLES = frozenset({"van", "de", "der", "la", "bin", "al", "von", "del"})
_STARTS = frozenset({"stop", "nl", "quote", "open", "sign"})
_NAMED = frozenset({"name", "call", "calls", "called", "known", "surname"})


@dataclass(frozen=True, slots=True)
class Context:
    """Words around names: titles, kin, acts of people, staff, and words that are never part of a person's name."""

    titles: frozenset[str]
    public_titles: frozenset[str]
    kin: frozenset[str]
    acts: frozenset[str]
    staff: frozenset[str]
    no_person: frozenset[str]
    never: frozenset[str]


@cache
def word_list(name: str) -> frozenset[str]:
    """Return one list of `content_bank/lexicons/name_context.toml`."""
    table = tomllib.loads((LEXICONS / "name_context.toml").read_text(encoding="utf-8"))
    return frozenset(str(table[name]).split())


@cache
def context() -> Context:
    """Read the words around names once."""
    return Context(*(word_list(field.name) for field in fields(Context)))


@dataclass(frozen=True, slots=True)
class NameHit:
    """A person's name: its token range, its spelling, how sure, and whether it belongs to someone in a public role."""

    first: int
    last: int
    text: str
    confidence: float
    role: Role


@dataclass(frozen=True, slots=True)
class NameLists:
    """The gazetteer: given names, surnames, and those of them that are common words too."""

    given: Listing
    family: Listing
    words: frozenset[str]


@cache
def name_lists() -> NameLists:
    """Read the name lists of the content bank once."""
    given, family, words = ((LEXICONS / f"{name}.txt").read_text(encoding="utf-8") for name in ("first_names", "surnames", "name_words"))
    return NameLists(Listing(given), Listing(family), frozenset(words.split()))


def find(words: Words) -> tuple[NameHit, ...]:
    """Return the names of people in `words`, left to right; runs of capitalized words are judged as a whole."""
    hits = []
    last = 0
    for mark in CAPITALS.finditer(words.marks):
        at = mark.start()
        if at < last:
            continue
        last = _run_end(words, at)
        hit = _judge(words, at, last) if last > at else None
        if hit is not None:
            hits.append(hit)
    return tuple(hits)


def _spelling(words: Words, at: int) -> str:
    start, end = words.spans[at]
    return words.text[start:end]


def _capital(words: Words, at: int) -> bool:
    word = _spelling(words, at)
    return word[0].isupper() and words.kinds[at] in NAMES and words.lower[at].removesuffix("'s") not in context().never


def _run_end(words: Words, at: int) -> int:
    """Return the end of the run of name-like words that starts at `at` (initials, hyphens and full stops of initials included)."""
    end = at
    limit = len(words.lower)
    while end < limit and end - at < _LONGEST:
        if _capital(words, end):
            if words.lower[end].endswith("'s"):
                return end + 1
            end += 1
        elif end > at and end + 1 < limit and _joins(words, end) and _capital(words, end + 1):
            end += 1
        else:
            break
    return end


def _joins(words: Words, at: int) -> bool:
    start, end = words.spans[at]
    piece = words.text[start:end]
    if piece == "-":
        return words.spans[at - 1][1] == start and words.spans[at + 1][0] == end
    if piece == ".":
        before = words.lower[at - 1]
        return len(before) == 1 or before in context().titles or before in context().public_titles
    return piece in _PARTICLES


def _judge(words: Words, first: int, last: int) -> NameHit | None:
    known = context()
    start = first
    role: Role = "private"
    titled = False
    before = words.lower[first - 1] if first else ""
    if before in known.titles or (before in known.public_titles and (before not in known.kin or _spelling(words, first - 1)[0].isupper())):
        titled = True
        role = "public" if before in known.public_titles else role
    while start < last and (
        words.lower[start] in known.titles or words.lower[start] in known.public_titles or words.kinds[start] not in NAMES
    ):
        titled = titled or words.kinds[start] in NAMES
        role = "public" if words.lower[start] in known.public_titles else role
        start += 1
    start = _past_common(words, start, last)
    lower = [words.lower[at].removesuffix("'s") for at in range(start, last) if words.kinds[at] in NAMES]
    if not lower or any(word in known.no_person for word in (*lower, _after(words, last))):
        return None
    sureness = _of_lists(words, lower, first) + _of_context(words, lower, first, last) + (2.0 if titled else 0.0)
    if sureness < SURE:
        return None
    if role == "private" and _of_staff(words, first, last):
        role = "public"
    text = words.text[words.spans[start][0] : words.spans[last - 1][1]]
    return NameHit(start, last, text.removesuffix("'s"), sureness, role)


def _past_common(words: Words, start: int, last: int) -> int:
    """Step over a common word that is only capitalized before a given name, as in "Little Ana"."""
    lists = name_lists()
    while (
        start + 1 < last
        and words.lower[start] in lists.words
        and words.lower[start] not in lists.given
        and words.lower[start + 1] in lists.given
    ):
        start += 1
    return start


def _of_staff(words: Words, first: int, last: int) -> bool:
    """A name beside a staff word ("our manager Ana", "Ana, our new nurse") belongs to someone in a public role."""
    staff = context().staff
    before = words.lower[max(0, first - 2) : first]
    after = words.lower[last : last + 6]
    joined = bool(after) and after[0] in {",", "(", "is"} and any(word in {"our", "the", "a"} for word in after[1:3])
    return any(word in staff for word in before) or (joined and any(word in staff for word in after[1:]))


def _after(words: Words, at: int) -> str:
    return words.lower[at] if at < len(words.lower) else ""


def _at_start(words: Words, first: int) -> bool:
    return first == 0 or words.kinds[first - 1] in _STARTS


def _of_lists(words: Words, lower: list[str], first: int) -> float:
    """Add up what the lists say: a given name, a surname, a pair, an initial; common words count less."""
    lists = name_lists()
    head, tail = lower[0], lower[-1]
    sureness = 0.0
    if head in lists.given:
        sureness = 1.0 if head in lists.words else 2.0
    elif head in lists.family and head not in lists.words:
        sureness = 0.5
    if len(lower) > 1:
        return sureness + _of_pair(lists, head, tail)
    if first and words.lower[first - 1] in word_list("before_place"):
        return sureness
    if _at_start(words, first):
        return sureness - (1.0 if head in lists.words else 0.0)
    return sureness + (1.5 if head in lists.family and head not in lists.words and head not in lists.given else 0.0)


def _of_pair(lists: NameLists, head: str, tail: str) -> float:
    sureness = 1.5 if len(head) == 1 and tail not in lists.words else 0.0
    if tail in lists.family:
        return sureness + (0.5 if tail in lists.words else 1.0)
    if head in lists.given:
        return sureness + (1.0 if len(tail) == 1 else 0.5 if tail not in lists.words else 0.0)
    return sureness


def _of_context(words: Words, lower: list[str], first: int, last: int) -> float:
    """Add up what stands around: kin or "name is" before, a hyphenated pair, an act of a person after."""
    lists, known = name_lists(), context()
    before = words.lower[first - 1] if first else ""
    sureness = 1.0 if "-" in words.lower[first:last] else 0.0
    if before in known.kin or (before in {"is", "me", "as"} and first > 1 and words.lower[first - 2] in _NAMED):
        sureness += 1.0
    if _after(words, last) in known.acts and (len(lower) > 1 or lower[0] in lists.given or lower[0] in lists.family):
        sureness += 0.5
    return sureness
