"""Estimates how many people in the named place fit the details of a draft: a range with its ingredients, never a verdict of safety."""

from __future__ import annotations

import math
import re
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from planner.checklist import bank
from planner.checklist.confidentiality.words import LEXICONS
from planner.checklist.report import Anonymity, Note

if TYPE_CHECKING:
    from planner.checklist.confidentiality.clues import Clue
    from planner.checklist.confidentiality.places import Place
    from planner.checklist.confidentiality.subjects import Scan
    from planner.checklist.report import Profile

POPULATION = LEXICONS.parent / "population"
HOLDERS = 3.0
_BAND = 1.645
_QUANTILES = (
    -2.2509256965027937,
    -1.7917642873785156,
    -1.54663527139923,
    -1.3698564795107973,
    -1.2278262613112727,
    -1.1070028805379077,
    -1.0004905456193152,
    -0.9042673435995683,
    -0.8157657139309346,
    -0.7332357831855119,
    -0.6554235052344267,
    -0.5813930065324558,
    -0.5104216426632189,
    -0.44193452638497804,
    -0.3754617702355184,
    -0.31060942538225567,
    -0.24703899073897728,
    -0.18445243709474304,
    -0.12258084388880239,
    -0.061175411038551106,
    0.0,
    0.061175411038551106,
    0.12258084388880253,
    0.1844524370947429,
    0.24703899073897728,
    0.31060942538225567,
    0.3754617702355184,
    0.4419345263849785,
    0.5104216426632187,
    0.5813930065324558,
    0.6554235052344267,
    0.7332357831855119,
    0.8157657139309346,
    0.9042673435995677,
    1.0004905456193152,
    1.1070028805379077,
    1.2278262613112727,
    1.3698564795107975,
    1.5466352713992295,
    1.7917642873785153,
    2.2509256965027937,
)
"""The middles of 41 slices of the standard normal distribution, equally likely each; `statistics` takes long to load."""
_WORD = re.compile(r"[a-z]+")
_NUMBER = re.compile(r"\d{1,3}")
_SPELLED = dict(
    zip(("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"), range(1, 13), strict=True)
) | dict(zip(("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"), range(13, 21), strict=True))
_GROWN = 18
_YOUNG = range(18, 30)
"""Years in which colleges, barracks and prisons gather people: a county's share lies furthest from the nation's."""
_NARROW = ("uniqueness", "event", "relation")
_HE = frozenset({"he", "his", "him", "he's", "man", "boy", "guy", "lad", "gentleman"})
_SHE = frozenset({"she", "her", "she's", "hers", "woman", "girl", "lady", "lass"})


class Fact(NamedTuple):
    """One countable detail: what it is called, the share of people it fits, and the log standard deviation of that share."""

    name: str
    share: float
    spread: float


class Estimate(NamedTuple):
    """How many people fit: the middle, the 90 % range, and the chance that a stranger's best guess is right."""

    k: float
    low: float
    high: float
    chance: float


@cache
def table() -> dict[str, Any]:
    """Read `content_bank/population/shares.toml` once."""
    return bank.table("population/shares.toml")


@cache
def ages() -> tuple[tuple[int, int], ...]:
    """Read the US residents of 2019 by year of age: (men, women), index is the age; the last row is 100 and over."""
    rows = (line.split("\t") for line in (POPULATION / "age_sex.tsv").read_text(encoding="utf-8").splitlines())
    return tuple((int(row[1]), int(row[2])) for row in rows)


def estimate(base: float, facts: tuple[Fact, ...], *, holders: bool = False) -> Estimate:
    """Return how many of `base` people fit all `facts`.

    The shares are multiplied, their spreads added in quadrature; the upper end never exceeds the rarest single detail (the Frechet
    bound, true whatever the dependence). With `holders` the number is capped at the few who can hold a role of one.
    """
    k = base * math.prod(fact.share for fact in facts)
    spread = math.sqrt(sum(fact.spread**2 for fact in facts))
    low, high = k * math.exp(-_BAND * spread), k * math.exp(_BAND * spread)
    bound = base * min((fact.share for fact in facts), default=1.0)
    if holders:
        k, bound = min(k, HOLDERS), min(bound, HOLDERS)
    high = min(high, bound)
    return Estimate(k, min(low, high), high, chance(k, spread))


def chance(k: float, spread: float) -> float:
    """Return the chance that a stranger's best guess is right: the mean of (1 - e^-L) / L over a lognormal L around `k`."""
    total = 0.0
    for far in _QUANTILES:
        size = max(k, 1e-9) * math.exp(spread * far)
        total += -math.expm1(-size) / size
    return total / len(_QUANTILES)


def facts_of(seen: Scan, place: Place | None = None) -> tuple[Fact, ...]:
    """Return the countable details of one text, one a kind; of correlated details the rarer stays.

    Origins count in a `place` whose own share is known alone: national ones are off by a factor of ten and more from county to county.
    """
    told, age = table(), _age(seen)
    person = _age_and_sex(seen, age)
    found = [*person, *(fact for clue in seen.clues for fact in (_shared(clue, age), _origin(clue, place)) if fact is not None)]
    once = {fact.name: fact for fact in found}
    for group in (*told["correlated"]["sets"], *((one.name, name) for one in person for name in told["correlated"]["age_and_sex"])):
        held = sorted((once[name] for name in group if name in once), key=lambda fact: fact.share)
        for fact in held[1:]:
            del once[fact.name]
    return tuple(sorted(once.values(), key=lambda fact: (fact.share, fact.name)))


def _age(seen: Scan) -> int | None:
    return next((number for clue in seen.clues if clue.kind == "age" and (number := _years(clue.text)) is not None), None)


def _age_and_sex(seen: Scan, age: int | None) -> list[Fact]:
    spread = table()["spread"]
    words = set(seen.words.lower)
    men, women = bool(words & _HE), bool(words & _SHE)
    people = ages()
    everyone = sum(one + other for one, other in people)
    rows = people if age is None else people[age : age + 1]
    count = sum((one if men or not women else 0) + (other if women or not men else 0) for one, other in rows)
    if age is None and men == women:
        return []
    sex = "" if men == women else "man or boy" if men else "woman or girl"
    name = " ".join(part for part in (sex, "" if age is None else f"aged {age}") if part)
    return [Fact(name, count / everyone, spread["sex"] if age is None else spread["young" if age in _YOUNG else "age"])]


def _years(text: str) -> int | None:
    hit = _NUMBER.search(text)
    if hit is not None:
        return int(hit[0]) if int(hit[0]) < len(ages()) else None
    return next((_SPELLED[word] for word in text.lower().replace("-", " ").split() if word in _SPELLED), None)


def _shared(clue: Clue, age: int | None = None) -> Fact | None:
    row = _row("share", clue)
    if row is None:
        return None
    young = age is not None and age < _GROWN
    return Fact(row["name"], row.get("children", row["share"]) if young else row["share"], row["spread"])


def _row(kind: str, clue: Clue) -> dict[str, Any] | None:
    words = _WORD.findall(clue.text.lower())
    return next((row for known, row in _rows(kind) if not known.isdisjoint(words)), None)


@cache
def _rows(kind: str) -> tuple[tuple[frozenset[str], dict[str, Any]], ...]:
    """Return the rows of a part of the table, each with its words."""
    return tuple((frozenset(row["words"]), row) for row in table()[kind])


def _origin(clue: Clue, place: Place | None) -> Fact | None:
    if place is None or not place.origins:
        return None
    row = _row("origin", clue)
    return None if row is None else Fact(row["name"], share_of(place.origins[row["column"]]), table()["spread"]["origin"])


def share_of(letter: str) -> float:
    """Return the share that one letter of a place's origins stands for: 1 for "0", each further letter a sixth or so less (10^(-1/14))."""
    return float(10.0 ** ((ord("0") - ord(letter)) / 14))


def counted(clue: Clue, place: Place | None = None) -> bool:
    """Return whether a clue narrows the crowd, of that place if one is given, by a known share of people."""
    return clue.kind == "age" or _shared(clue) is not None or _origin(clue, place) is not None


def base_of(seen: Scan, profile: Profile | None) -> tuple[Place | None, bool]:
    """Return the smallest named town, and whether others share its name; the account's own state decides among namesakes."""
    home = profile.town.rsplit(",", 1)[-1].strip() if profile and "," in profile.town else ""
    towns = []
    for hit in seen.places:
        if hit.kind == "town":
            listed = [place for place in hit.entries if place.kind == "town"]
            towns.append((next((place for place in listed if home and place.area == home), listed[0]), len(listed) > 1))
    return min(towns, key=lambda town: (town[0].population or 0, town[0].name)) if towns else (None, False)


def assess(seen: Scan, profile: Profile | None) -> tuple[Anonymity | None, Note | None]:
    """Return the estimate, or a note with the ingredients where no number can be given; neither when there is nothing to count."""
    text = table()["text"]
    place, several = base_of(seen, profile)
    facts = facts_of(seen, place)
    narrow = tuple(dict.fromkeys(clue.text for clue in seen.clues if clue.kind in _NARROW))
    if not facts and not narrow:
        return None, None
    named = tuple(fact.name for fact in facts) + narrow
    if place is None or place.country != "US" or place.population is None or not facts:
        told = text["no_place" if place is None or place.country == "US" else "elsewhere"]
        return None, Note("anonymity", told.format(clues=", ".join(named)), 0, 0)
    found = estimate(place.population, facts, holders=any(clue.kind == "uniqueness" for clue in seen.clues))
    year = table()["year"]
    where = f"{place.name}, {place.area}"
    low, high = max(_rounded(found.low), 1), _rounded(found.high)
    parts = [text["one" if high < 2 else "range"].format(low=low, high=high, place=where, year=year)]  # noqa: PLR2004 - fewer than two is one
    parts += [text["several"].format(place=where)] if several else []
    parts.append(text["family"])
    parts += [text["narrow"].format(clues=", ".join(narrow))] if narrow else []
    parts.append(text["ask"])
    return Anonymity(" ".join(parts), found.k, found.low, found.high, named, year), None


def _rounded(value: float) -> int:
    """Round to one significant figure, 0 for less than one half."""
    if value < 1:
        return round(value)
    size = int(10 ** math.floor(math.log10(value)))
    return round(value / size) * size
