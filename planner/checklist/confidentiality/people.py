"""Finds who is mentioned and in which way, and what each he or she refers back to."""

from __future__ import annotations

import re
from functools import cache, reduce
from itertools import chain, repeat
from operator import or_
from typing import TYPE_CHECKING, Literal, NamedTuple

from planner.checklist.confidentiality.cues import members

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.checklist.confidentiality.names import NameHit
    from planner.checklist.confidentiality.words import Words

Kind = Literal[
    "served", "person", "kin", "group", "staff", "own", "public", "reader", "general", "fiction", "animal", "named", "pronoun", "outsider"
]

_BACK = 4
_NEAR, _GENERAL, _ME, _YOU = 1, 2, 4, 8
_THEIR_OWN: dict[str, Kind] = {"staff": "staff", "animal": "animal", "fiction": "fiction"}
_BY_WORD_BEFORE: dict[str, Kind] = {"reader": "reader", "general": "general", "third": "kin"}


class Mention(NamedTuple):
    """One mention: token position, the kind of person, and for a pronoun the kind it refers back to (`none` if there is nobody)."""

    at: int
    kind: Kind
    refers: str


class Sentence(NamedTuple):
    """Token range of one sentence, and how it speaks."""

    first: int
    last: int
    past: bool
    near: bool
    general: bool
    me: bool
    you: bool


class _Codes(NamedTuple):
    """Code characters of the classes that the walk asks for."""

    breaks: frozenset[str]
    heads: dict[str, str]
    plural: frozenset[str]
    mine: frozenset[str]
    your: frozenset[str]
    third: frozenset[str]
    general: frozenset[str]
    the: frozenset[str]
    particular: frozenset[str]
    if_when: frozenset[str]
    speaks: dict[str, int]
    he_she: frozenset[str]
    kin: frozenset[str]
    served_my: frozenset[str]


class _Finder(NamedTuple):
    """Expressions over code characters that find what the walks stop at: ends of sentences, and words for people."""

    breaks: re.Pattern[str]
    people: re.Pattern[str]


@cache
def _finder() -> _Finder:
    known = _codes()
    return _Finder(*(re.compile(f"[{re.escape(''.join(sorted(chars)))}]") for chars in (known.breaks, known.he_she | known.heads.keys())))


def _heads() -> tuple[tuple[str, frozenset[str]], ...]:
    """Return the codes of nouns that name people, by what they are; the first that has a code decides."""
    return (
        ("staff", members("staff") | members("drop_self")),
        ("animal", members("animal")),
        ("fiction", members("character")),
        ("served", members("served_one") | members("served_many")),
        ("served_maybe", members("served_maybe")),
        ("person", members("person_one") | members("person_many") | members("unnamed")),
        ("work", members("occupation")),
        ("general", members("people_general")),
    )


@cache
def _codes() -> _Codes:
    return _Codes(
        breaks=members("stop") | members("nl"),
        heads={code: name for name, chars in reversed(_heads()) for code in chars},
        plural=members("served_many") | members("people_general"),
        mine=members("my_our") | members("mine"),
        your=members("your_word"),
        third=members("third_poss"),
        general=members("generic_det"),
        the=members("the"),
        particular=members("a_an") | members("this_that") | members("one") | members("another") | members("ordinal") | members("quantity"),
        if_when=members("if_when"),
        speaks=_speaks(),
        he_she=members("he_she"),
        kin=members("kin"),
        served_my=members("served_my"),
    )


def _speaks() -> dict[str, int]:
    """Return the codes that tell how a sentence speaks, as bits."""
    found: dict[str, int] = {}
    for bit, names in (
        (_NEAR, ("just_now",)),
        (_GENERAL, ("if_when", "modal", "habit", "generic_det")),
        (_ME, ("i_me", "we_us")),
        (_YOU, ("you",)),
    ):
        for code in chain.from_iterable(map(members, names)):
            found[code] = found.get(code, 0) | bit
    return found


def past(words: Words) -> int:
    """Return how many tokens are verbs in the simple past, as far as their form shows."""
    return words.marks.count("1") + words.marks.count("3")


def ends(words: Words) -> Iterator[int]:
    """Yield where each sentence ends: the token of the stop or line break, and at last the number of tokens."""
    yield from (mark.start() for mark in _finder().breaks.finditer(words.codes))
    yield len(words.codes)


def sentences(words: Words) -> tuple[Sentence, ...]:
    """Cut the tokens into sentences and say how each speaks: tense, nearness, generality, first and second person."""
    speaks = _codes().speaks.get
    found = []
    first = 0
    codes, marks = words.codes, words.marks
    for at in ends(words):
        if at > first:
            how = reduce(or_, map(speaks, codes[first:at], repeat(0)))
            told = "1" in marks[first:at] or "3" in marks[first:at]
            found.append(Sentence(first, at, told, how & _NEAR > 0, how & _GENERAL > 0, how & _ME > 0, how & _YOU > 0))
        first = at + 1
    return tuple(found)


def mentions(words: Words, names: tuple[NameHit, ...]) -> tuple[Mention, ...]:
    """Return the mentions of people, left to right, with pronouns linked to the latest person before them."""
    known = _codes()
    named = {hit.first: hit for hit in names}
    found: list[Mention] = []
    latest = "none"
    done = 0
    codes = words.codes
    for at in sorted({*named, *(mark.start() for mark in _finder().people.finditer(codes))}):
        if at < done:
            continue
        hit = named.get(at)
        if hit is not None:
            latest = "public" if hit.role != "private" else "named"
            found.append(Mention(at, "public" if hit.role != "private" else "named", ""))
            done = hit.last
        elif codes[at] in known.he_she:
            found.append(Mention(at, "pronoun", latest))
        else:
            kind = _kind(words, at, codes[at], known)
            found.append(Mention(at, kind, latest if kind == "kin" else ""))
            if kind not in {"kin", "general"}:
                latest = kind
    return tuple(found)


def _kind(words: Words, at: int, code: str, known: _Codes) -> Kind:
    """Return the kind of person that the noun at `at` names, by its class and by what stands before it."""
    head = known.heads[code]
    before = _before(words, at, known)
    if head in _THEIR_OWN:
        return "general" if before == "general" else _THEIR_OWN[head]
    if head == "work" and before in {"mine", "the"}:
        return "outsider"
    if before == "mine":
        return "own" if code in known.kin and code not in known.served_my else "served"
    if before in _BY_WORD_BEFORE:
        return _BY_WORD_BEFORE[before]
    return _of_head(head, before, plural=code in known.plural)


def _of_head(head: str, before: str, *, plural: bool) -> Kind:
    """Decide by the noun alone: served nouns count even bare, doubtful ones only with a particular article."""
    if head == "served":
        return "general" if before == "bare" and plural else "served"
    if head == "person":
        return "person"
    return "person" if before in {"particular", "the"} and head != "general" else "general"


def _before(words: Words, at: int, known: _Codes) -> str:
    """Look back a few words for what determines a noun: mine, reader, third, general, particular, or bare."""
    found = "bare"
    for back in range(at - 1, max(-1, at - 1 - _BACK), -1):
        code = words.codes[back]
        if code in known.breaks:
            break
        if code in known.mine:
            return "mine"
        if code in known.your:
            return "reader"
        if code in known.general:
            return "general"
        if code in known.third and found == "bare":
            return "third"
        if code in known.if_when and found != "bare":
            return "general"
        if code in known.particular and found == "bare":
            found = "particular"
        if code in known.the and found == "bare":
            found = "the"
    return found
