"""Finds places: names of the place list with their population, streets, rooms, schools and other institutions."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from planner.checklist.confidentiality.lists import name_lists, word_list
from planner.checklist.confidentiality.words import CAPITALS, LEXICONS
from planner.checklist.late import Late
from planner.checklist.listing import Listing
from planner.checklist.needles import haystack, probe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.checklist.confidentiality.words import Words

PlaceKind = Literal["town", "state", "country", "street", "institution"]

_TABLE = LEXICONS.parent / "population" / "places.tsv"
_MOST_WORDS = 4
_BEFORE_LOWER = frozenset({"in", "from", "near", "to", "at"})
_SHORT = 4
_WORDS = frozenset({"word", "cap", "upper", "plain", "plural", "ed", "ing", "ly"})
_NAMED = Late(r"[A-Z][\w'-]+(?:\s[A-Z][\w'-]+)*(?:,\s*([A-Z][\w'-]+(?:\s[A-Z][\w'-]+)*))?")
_STREET = re.compile(
    r"\b\d{1,5}[A-Za-z]?(?:-\d{1,5})?\s+(?:[NSEW]\.?\s+)?(?:[A-Z][\w'-]+\s+|\d{1,3}(?:st|nd|rd|th)\s+){1,3}"
    r"(?:St|Street|Ave|Avenue|Rd|Road|Dr|Drive|Ln|Lane|Ct|Court|Cres|Crescent|Blvd|Boulevard|Way|Close|Pl|Place|Terrace|Tce|Hwy|Highway|Square|Sq|Plaza|Parade|Grove)\b\.?"
)
_ROAD = re.compile(
    r"\b(?:[A-Z][\w'-]+\s+|\d{1,3}(?:st|nd|rd|th)\s+){1,3}(?:St|Street|Ave|Avenue|Rd|Road|Drive|Lane|Cres|Crescent|Blvd|Boulevard|Terrace|Tce|Highway|Bridge|Hwy)\b"
)
_INSTITUTION = re.compile(
    r"\b(?:[A-Z][\w'.&-]+\s+){1,4}(?:High|Elementary|Middle|Primary|Secondary|School|Academy|College|University|Uni|Hospital|Church|Courthouse|Court|Prison|Jail|Center|Centre|House|Shelter|Tower|Towers|Library|Clinic|Estate|Mall|Plant|Unified)\b"
    r"(?:\s+School)?"
)


class Place(NamedTuple):
    """One entry of the place list: `population` is None where the list has none (US states).

    `origins` has a letter for each [[origin]] column of `shares.toml`, read by `anonymity.share_of`; it is empty outside the United States.
    """

    name: str
    country: str
    area: str
    population: int | None
    origins: str = ""

    @property
    def kind(self) -> PlaceKind:
        """Tell a country from a state from a town."""
        if self.area == "-":
            return "country"
        return "state" if self.population is None else "town"


class PlaceHit(NamedTuple):
    """A place in the text: character span on the folded view, kind, and the entries of that name, largest first."""

    start: int
    end: int
    text: str
    kind: PlaceKind
    entries: tuple[Place, ...] = ()


@cache
def _listing() -> Listing:
    """Return the place list, found by lower-cased names; its lines are split only when they are asked for."""
    return Listing(_TABLE.read_text(encoding="utf-8"))


def listed(name: str) -> bool:
    """Tell whether the list knows a place of this name, given in lower case."""
    return name in _listing()


@lru_cache(maxsize=512)
def entries(name: str) -> tuple[Place, ...]:
    """Return the places of that name, largest first; empty when the list does not know it."""
    rows = (line.split("\t") for line in _listing().lines(name.lower()))
    places = (Place(row[0], row[1], row[2], int(row[3]) if row[3] else None, *row[4:]) for row in rows)
    return tuple(sorted(places, key=lambda place: -(place.population or 10**9)))


def named_in(text: str) -> tuple[Place, ...]:
    """Return the town of every listed name in a short text, such as an older clue: the largest, or the one in the state behind its comma."""
    found = (town_of(match[0], match[1] or "") for match in _NAMED.finditer(text))
    return tuple(place for place in found if place is not None)


def town_of(name: str, area: str = "") -> Place | None:
    """Return the largest town of a name ("Ennis, MT"), one in that state (its code or name) first; None when the list knows none."""
    towns = [place for place in entries(name.partition(",")[0]) if place.kind == "town"]
    state = next((place.area for place in entries(area) if place.kind == "state"), area)
    return next((place for place in towns if place.area == state), towns[0] if towns else None)


def home(town: str, employer: str = "") -> Place | None:
    """Return the smallest town that a profile names: its own, or the one that an employer's name begins with ("Ennis High School")."""
    parts = employer.split()
    called = (" ".join(parts[:size]) for size in range(1, min(len(parts), _MOST_WORDS + 1)))
    told = (*named_in(town)[:1], *(place for name in called if (place := town_of(name)) is not None))
    return min((place for place in told if place.population), key=lambda place: place.population or 0, default=None)


def expressions() -> list[str]:
    """Return the patterns that are looked up in the list of needles."""
    return [pattern.pattern for pattern in (_STREET, _ROAD, _INSTITUTION)]


def find(words: Words) -> tuple[PlaceHit, ...]:
    """Return streets, institutions and listed places of the text; longer ones win over those inside them."""
    shaped: tuple[tuple[re.Pattern[str], PlaceKind], ...] = ((_STREET, "street"), (_ROAD, "street"), (_INSTITUTION, "institution"))
    letters, text = haystack(words.text), words.text
    hits = [
        PlaceHit(match.start(), match.end(), match[0], kind)
        for pattern, kind in shaped
        if letters.may_hold(tried := probe(pattern.pattern))
        for match in letters.matches(tried, pattern, text)
    ]
    hits.extend(_listed(words))
    hits.sort(key=lambda hit: (hit.start, -hit.end))
    kept: list[PlaceHit] = []
    for hit in hits:
        if not kept or hit.start >= kept[-1].end:
            kept.append(hit)
    return tuple(kept)


def _listed(words: Words) -> Iterator[PlaceHit]:
    table, lower = _listing(), words.lower
    capital = {mark.start() for mark in CAPITALS.finditer(words.marks)}
    after = {at for at, before in enumerate(lower, 1) if before in _BEFORE_LOWER}
    done = 0
    for at in sorted(capital | after):
        if at < done or at == len(lower) or words.kinds[at] not in _WORDS or not (at in capital or _lower_place(words, at)):
            continue
        size = _longest(words, at, table)
        if size:
            start, stop = words.span(at, at + size)
            text = words.text[start:stop]
            if _is_place(words, at, size):
                found = entries(_plain(text))
                yield PlaceHit(start, start + len(_plain(text)), _plain(text), found[0].kind, found)
            done = at + size


def _lower_place(words: Words, at: int) -> bool:
    """A place in lower case (after a preposition) counts when its name is neither a person's nor a common word."""
    lists = name_lists()
    word = words.lower[at]
    return (
        len(word) > _SHORT
        and words.kinds[at] != "word"
        and word not in lists.given
        and word not in lists.family
        and word not in lists.words
        and word not in word_list("no_place")
    )


def _plain(text: str) -> str:
    return text.removesuffix("'s")


def _longest(words: Words, at: int, table: Listing) -> int:
    alone, longer = _begins(words.text[slice(*words.spans[at])])
    most = min(_MOST_WORDS, len(words.lower) - at)
    if longer and most > 1:
        start, stop = words.span(at, at + 2)
        two, more = _begins(words.text[start:stop])
        for size in range(most, 2, -1) if more else ():
            if _plain(words.text[start : words.spans[at + size - 1][1]]).lower() in table:
                return size
        if two:
            return 2
    return int(alone)


@lru_cache(maxsize=4096)
def _begins(word: str) -> tuple[bool, bool]:
    """Tell whether a word or two are a listed name, and whether a longer one begins with them."""
    return _plain(word).lower() in _listing(), _listing().goes_on(word.lower())


def _is_place(words: Words, at: int, size: int) -> bool:
    """A single word that is a name or a common word needs a preposition before it; others stand alone."""
    word = words.lower[at].removesuffix("'s")
    before = words.lower[at - 1] if at else ""
    if before in word_list("before_place"):
        return True
    if size > 1:
        return True
    lists = name_lists()
    return word not in lists.given and word not in lists.words and word not in lists.family and words.kinds[at] == "cap"
