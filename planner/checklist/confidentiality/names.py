"""Finds names of people among capitalized and unknown words, by lists and by what stands around them; no downloaded model.

What each trait counts is fitted by `tools/fit_names.py` and stands in `content_bank/lexicons/name_weights.tsv`.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import repeat
from typing import TYPE_CHECKING, Literal, NamedTuple

from planner.checklist.bank import english
from planner.checklist.confidentiality import looks
from planner.checklist.confidentiality.lists import context, name_lists, read
from planner.checklist.confidentiality.looks import spelled
from planner.checklist.confidentiality.weights import total, weights
from planner.checklist.confidentiality.words import CAPITALS, NAMES, without_capitals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.checklist.confidentiality.weights import Trait
    from planner.checklist.confidentiality.words import Words

    Range = tuple[int, int]
    Facts = tuple[str, str, str, int, str, str, str, int, tuple[bool, bool, bool, bool]]

Role = Literal["private", "public", "published"]

SURE = -1.1
"""From this sum on a run of words is taken for a person's name."""
POSSIBLE = -1.5
"""From this sum on it may be one, which is enough where names are hidden."""
POSSIBLE_SMALL = -2.3
"""The same in a text without any capital, where less tells."""
_PAIR = 3.0
_LONGEST = 8
_SIGHT = 3
_SHORTEST = 3
_ENDING = 3
_MANY = 4
_NEAR = 5
_FAR = 10
_PARTICLES = frozenset({"van", "de", "der", "la", "bin", "al", "von", "del"})
_STARTS = frozenset({"stop", "nl", "quote", "open", "sign", "colon", "dash"})
_SMALL = frozenset({"word", "plain", "plural", "ed", "ing", "ly"})
"""Kinds of words in small letters; a capitalized one that the lexicon knows is a `word` too."""
_CAPITAL = frozenset({"2", "3"})
"""The marks of capitalized words."""
_TOLD = frozenset({"name", "names", "named", "call", "calls", "called", "surname", "nickname"})
_CLOSE = 3
_HE_SHE = frozenset({"he", "she", "him", "her", "his", "he's", "she's"})
_HUMP = re.compile(r"[A-Z][a-z']+")
_PLACES = 3


class NameHit(NamedTuple):
    """A person's name: its token range, its spelling, how sure (a logit), and whether it belongs to someone in a public role."""

    first: int
    last: int
    text: str
    confidence: float
    role: Role


@cache
def _small_names() -> frozenset[str]:
    """Return the given names that are no common words: in small letters they are names still."""
    common = english()
    return frozenset(name for name in read("first_names").split() if name not in common)


def find(words: Words, least: float = SURE) -> tuple[NameHit, ...]:
    """Return the names of people in `words`, left to right, each with a sum of at least `least`."""
    table, institutions = weights().person, context().no_person
    hits = []
    for first, last in candidates(words):
        shape = _shape(words, first, last)
        by_itself = _of_first(*_first(words, first, shape)) + _of_run(_facts(words, first, last, shape))
        if last - first > 1:
            by_itself += _of_last(_bare(words, last - 1))
        sureness = total(table, in_place(words, first, last, shape)) + by_itself / 100 + (_PAIR if _pair(words, first, last) else 0.0)
        if sureness >= least and institutions.isdisjoint(words.lower[first : last + 1]):
            text = words.text[words.spans[first][0] : words.spans[last - 1][1]]
            hits.append(NameHit(first, last, text.removesuffix("'s"), sureness, _role(words, first, last)))
    return tuple(hits)


def _pair(words: Words, first: int, last: int) -> bool:
    """Tell whether a run is a hyphenated pair of surnames, which tweets hardly have."""
    head, tail, lists = words.lower[first], words.lower[last - 1].removesuffix("'s"), name_lists()
    return "-" in words.lower[first:last] and all(one in lists.family and one not in lists.words for one in (head, tail))


def candidates(words: Words) -> list[Range]:
    """Return the token ranges that may be names, left to right: capitalized runs, given names in small letters, hashtags with a name."""
    found = list(_capitalized(words))
    found += _in_small_letters(words, bare=without_capitals(words))
    if "hashtag" in words.kinds:
        found += [(at, at + 1) for at, kind in enumerate(words.kinds) if kind == "hashtag" and _named_tag(words, at)]
    found.sort()
    return found


def _named_tag(words: Words, at: int) -> bool:
    """Tell whether a hashtag like #TeamMateo or #anaquintana holds a given name that is no common word, or is a name."""
    return any(hump.lower() in _small_names() for hump in _HUMP.findall(_spelling(words, at))) or looks.grown(words.lower[at])[0] != ""


def _capitalized(words: Words) -> Iterator[Range]:
    """Yield runs of capitalized words without titles and common words before the name."""
    lists, common = name_lists(), english()
    end = 0
    for mark in CAPITALS.finditer(words.marks):
        if mark.start() < end:
            continue
        end = _run_end(words, mark.start())
        first = _past_common(words, _past_titles(words, mark.start(), end), end)
        if first < end:
            low = words.lower[first].removesuffix("'s")
            if end - first > 1 or not _at_start(words, first) or low not in common or low in lists.given or looks.common_surname(low):
                yield first, end


def _past_titles(words: Words, first: int, last: int) -> int:
    known = context()
    while first < last and (
        words.lower[first] in known.titles or words.lower[first] in known.public_titles or words.kinds[first] not in NAMES
    ):
        first += 1
    return first


def _past_common(words: Words, first: int, last: int) -> int:
    """Step over common words that are only capitalized before a name, as in "Little Ana" or "Answering Kendra"."""
    lists, common = name_lists(), english()
    while first + 1 < last and words.kinds[first + 1] in NAMES:
        low, after = words.lower[first], words.lower[first + 1].removesuffix("'s")
        if len(low) == 1 or low not in common or low in lists.given or not (after in lists.given or after not in common):
            break
        first += 1
    return first


def _in_small_letters(words: Words, *, bare: bool) -> Iterator[Range]:
    """Yield runs in small letters that begin with a given name; in a text without capitals (`bare`) with any uncommon word."""
    small = _small_names()
    if not bare and small.isdisjoint(words.lower):
        return
    end = 0
    for at, low in enumerate(words.lower):
        known = _uncommon(low) if bare else low in small
        if known and at >= end and words.kinds[at] in _SMALL and words.marks[at] <= "1":
            end = at + 1
            while end < min(at + _SIGHT, len(words.lower)) and words.kinds[end] in _SMALL and _goes_on(words.lower[end], bare=bare):
                end += 1
            yield at, end


def _uncommon(low: str) -> bool:
    alone = low.removesuffix("'s")
    return len(low) >= _SHORTEST and (alone not in english() or alone in name_lists().given)


def _goes_on(low: str, *, bare: bool) -> bool:
    """Tell whether a word in small letters can be the next one of a name."""
    alone, lists = low.removesuffix("'s"), name_lists()
    return len(alone) >= _SHORTEST and alone not in english() and (bare or alone in lists.given or alone in lists.family)


def _spelling(words: Words, at: int) -> str:
    start, end = words.spans[at]
    return words.text[start:end]


def _capital(words: Words, at: int) -> bool:
    return words.marks[at] in _CAPITAL and words.lower[at].removesuffix("'s") not in context().never


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


def title_before(words: Words, at: int) -> str:
    """Return the title before a token, in lower case and without its full stop, or the word that stands there, or nothing."""
    known = context()
    before = words.lower[at - 1] if at else ""
    if before == "." and at > 1 and (words.lower[at - 2] in known.titles or words.lower[at - 2] in known.public_titles):
        return words.lower[at - 2]
    return before


def _role(words: Words, first: int, last: int) -> Role:
    known, before = context(), title_before(words, first)
    office = before in known.public_titles and (before not in known.kin or _spelling(words, first - 1)[0].isupper())
    return "public" if office or _of_staff(words, first, last) else "private"


def _of_staff(words: Words, first: int, last: int) -> bool:
    """A name beside a staff word ("our manager Ana", "Ana, our new nurse") belongs to someone in a public role."""
    staff = context().staff
    before = words.lower[max(0, first - 2) : first]
    after = words.lower[last : last + 6]
    joined = bool(after) and after[0] in {",", "(", "is"} and any(word in {"our", "the", "a"} for word in after[1:3])
    return any(word in staff for word in before) or (joined and any(word in staff for word in after[1:]))


def _at_start(words: Words, first: int) -> bool:
    return first == 0 or words.kinds[first - 1] in _STARTS


def person_traits(words: Words, first: int, last: int) -> list[Trait]:
    """Describe a run of tokens that may be a name of a person: what its words look like, its place, and what stands around it."""
    shape = _shape(words, first, last)
    found = looks.first_word(*_first(words, first, shape)) + _run(_facts(words, first, last, shape)) + in_place(words, first, last, shape)
    return found + (looks.last_word(_bare(words, last - 1)) if last - first > 1 else [])


def _first(words: Words, first: int, shape: str) -> tuple[str, str]:
    """Return the first word of a run and its shape; of a hashtag the name in it, with the shape #."""
    if words.kinds[first] == "hashtag":
        return looks.grown(words.lower[first])[1] or words.lower[first], "#"
    return _bare(words, first), shape


@lru_cache(maxsize=2048)
def _of_first(low: str, shape: str) -> int:
    return sum(map(weights().person.get, looks.first_word(low, shape), repeat(0)))


@lru_cache(maxsize=1024)
def _of_last(low: str) -> int:
    return sum(map(weights().person.get, looks.last_word(low), repeat(0)))


def in_place(words: Words, first: int, last: int, shape: str) -> list[Trait]:
    """Describe where a run stands, and whether it is a name grown together."""
    count, kinds = len(words.lower), words.kinds
    found = beside(words, first, last)
    found += (
        ("kinds", f"{kinds[first - 1] if first else '^'} {kinds[last] if last < count else '$'}"),
        ("place", f"{min(first, _PLACES)}{last >= count - 1:d}"),
    )
    if last == first + 1:
        tag = "#" if kinds[first] == "hashtag" or (first and words.lower[first - 1] == "#") else shape
        if tag != "c":
            found.append(("grown", tag + looks.grown(_bare(words, first))[0]))
    return found


def traits(words: Words, first: int, last: int) -> list[Trait]:
    """Describe a run of tokens that may be the name of somebody served: its spelling, its place, and what stands around it."""
    head = _bare(words, first)
    found: list[Trait] = [
        ("lists", spelled(head)),
        ("word", head),
        ("ends", head[-_ENDING:]),
        ("ends short", head[1 - _ENDING :]),
    ]
    if last - first > 1:
        found.append(("last", _bare(words, last - 1)))
    return found + _run(_facts(words, first, last, _shape(words, first, last))) + around(words, first, last)


def _bare(words: Words, at: int) -> str:
    return words.lower[at].removesuffix("'s")


def _shape(words: Words, first: int, last: int) -> str:
    """Say how a run is written: 1 an initial, u upper case, l small letters, c capitalized."""
    piece = words.text[words.spans[first][0] : words.spans[last - 1][1]]
    return "1" if len(_bare(words, first)) == 1 else "u" if piece.isupper() else "l" if piece[0].islower() else "c"


def _facts(words: Words, first: int, last: int, shape: str) -> Facts:
    marks, size, inner = words.marks, min(last - first, _MANY), words.lower[first:last]
    tail = _bare(words, last - 1) if size > 1 else ""
    parts = f"{len(tail) == 1:d}{'-' in inner:d}{'.' in inner:d}" if tail else ""
    sides = f"{marks[first - 1] if first else 9}{marks[last] if last < len(marks) else 9}"
    institution = not context().no_person.isdisjoint(words.lower[first : last + 1])
    place = (_at_start(words, first), inner[-1].endswith("'s"), institution, inner[0].isascii())
    return (
        spelled(_bare(words, first)),
        spelled(tail) if tail else "",
        shape,
        size,
        parts,
        sides,
        words.kinds[first],
        words.senses[first],
        place,
    )


def _run(facts: Facts) -> list[Trait]:
    own, tail, shape, size, parts, sides, kind, sense, (start, owner, institution, plain) = facts
    found: list[Trait] = [
        ("lists shape", f"{own} {shape}{start:d}"),
        ("lists run", f"{own} {size} {tail}"),
        ("lists owner", f"{own} {owner:d}"),
        ("shape", f"{shape}{size}{start:d}"),
        ("shape beside", f"{shape} {sides}"),
        ("kind", kind),
        ("sense", sense),
    ]
    if parts:
        found.append(("run", parts))
    if institution:
        found.append(("has", "institution"))
    if not plain:
        found.append(("has", "letters"))
    return found


@lru_cache(maxsize=1024)
def _of_run(facts: Facts) -> int:
    return sum(map(weights().person.get, _run(facts), repeat(0)))


def around(words: Words, first: int, last: int) -> list[Trait]:
    """Describe what stands around a run of tokens: the words, their classes and meanings, titles, kin, staff, pronouns."""
    lower, classes, count = words.lower, words.classes, len(words.lower)
    return [
        *beside(words, first, last),
        ("before2", lower[first - 2] if first > 1 else "^"),
        ("after2", lower[last + 1] if last + 1 < count else "$"),
        ("class before2", classes[first - 2] if first > 1 else 0),
        ("class after2", classes[last + 1] if last + 1 < count else 0),
    ]


def beside(words: Words, first: int, last: int) -> list[Trait]:
    """Describe the neighbors of a run of tokens: the words, their classes and meanings, titles, kin, staff, pronouns."""
    known, lower, count, classes = context(), words.lower, len(words.lower), words.classes
    before = title_before(words, first) or "^"
    second = lower[first - 2] if first > 1 else "^"
    after = lower[last] if last < count else "$"
    third = lower[last + 1] if last + 1 < count else "$"
    found: list[Trait] = [
        ("before", before),
        ("after", after),
        ("before both", f"{second} {before}"),
        ("after both", f"{after} {third}"),
        ("class before", classes[first - 1] if first else 0),
        ("class after", classes[last] if last < count else 0),
        ("sense before", words.senses[first - 1] if first else 0),
        ("sense after", words.senses[last] if last < count else 0),
    ]
    if before in known.titles:
        found.append(("has", "titled"))
    elif before in known.public_titles:
        found.append(("has", "office"))
    if before in known.kin:
        found.append(("has", "kin"))
    if not _TOLD.isdisjoint(lower[max(0, first - _CLOSE) : first]):
        found.append(("has", "told"))
    if not known.staff.isdisjoint(lower[max(0, first - _NEAR) : first]):
        found.append(("has", "staff before"))
    if not known.staff.isdisjoint(lower[last : last + _NEAR]):
        found.append(("has", "staff after"))
    if not _HE_SHE.isdisjoint(lower[last : last + _FAR]):
        found.append(("has", "he or she"))
    return found
