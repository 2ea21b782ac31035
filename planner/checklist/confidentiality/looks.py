"""Says what a word looks like by itself: a name of which kind and how common, a place, letters as names have them, names grown together.

The lists are written by `tools/build_names.py` and `tools/build_looks.py`; what each look counts is fitted by `tools/fit_names.py`.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from planner.checklist.bank import english
from planner.checklist.confidentiality import places
from planner.checklist.confidentiality.lists import name_lists, read
from planner.checklist.listing import Listing

if TYPE_CHECKING:
    from planner.checklist.confidentiality.weights import Trait

_LETTERS = {letter: at for at, letter in enumerate("abcdefghijklmnopqrstuvwxyz ")}
_BASE = len(_LETTERS)
_NEUTRAL = ord("i")
_STRONGEST = 4
_ENDING = 3
_LONGEST = 12
_LEAST, _LEAST_TAG = 3, 4
_GIVEN, _FAMILY, _NAMES = "abc", "pqr", frozenset("FLP")
_TAG = re.compile(
    r"#?(?:team|rip|vote|hbd|happybirthday|follow|ask|(?:we)?love|thankyou|thanks|prayfor|justicefor|meet)?(?P<name>[^\W\d_]+)\d*"
)


@cache
def _wider() -> Listing:
    return Listing(read("name_looks"), small=True)


@cache
def _letters() -> str:
    return read("name_letters")


@lru_cache(maxsize=1024)
def spelled(low: str) -> str:
    """Say which lists know a word: given names, surnames, names that are words too, common English words."""
    lists = name_lists()
    return ("g" * (low in lists.given)) + ("f" * (low in lists.family)) + ("w" * (low in lists.words)) + ("e" * (low in english()))


def known(low: str) -> str:
    """Return what `name_looks.txt` says of a word: a, b, c a common given name and p, q, r a common surname (most common first).

    F and L stand for given names and surnames of other lands, P, T and O for a person, a place or something else that bears the name,
    C for a word that is always capitalized.
    """
    lines = _wider().lines(low)
    return lines[0].partition("\t")[2] if lines else ""


def resemblance(low: str) -> int:
    """Say how much the letters of a word are those of a name rather than of a common word, from -4 to 4; a foreign letter says nothing."""
    weights, runs = _letters(), [_LETTERS.get(letter, -1) for letter in f" {low} "]
    told = [
        ord(weights[(a * _BASE + b) * _BASE + c]) - _NEUTRAL for a, b, c in zip(runs, runs[1:], runs[2:], strict=False) if min(a, b, c) >= 0
    ]
    return max(-_STRONGEST, min(_STRONGEST, round(sum(told) / max(1, len(low)))))


@lru_cache(maxsize=512)
def common_surname(low: str) -> bool:
    """Tell whether a word is one of the more common surnames."""
    return not set(_FAMILY).isdisjoint(known(low))


@lru_cache(maxsize=512)
def grown(low: str) -> tuple[str, str]:
    """Say how a word, or a hashtag without numbers and "team" or the like before it, holds a name, and the (given) name.

    "one": it is a name; "two": a given name and a surname; "begins": it begins with a common given name; else nothing.
    """
    found, lists = _TAG.fullmatch(low), name_lists()
    name = found["name"] if found else ""
    if len(name) < _LEAST_TAG or name in english():
        return "", ""
    if name in lists.given or name in lists.family or not _NAMES.isdisjoint(known(name)):
        return "one", name
    starts = [name[:at] for at in range(len(name) - _LEAST, _LEAST - 1, -1) if name[:at] in lists.given]
    for start in starts:
        if name[len(start) :] in lists.family:
            return "two", start
    begun = next((one for one in starts if len(one) >= _LEAST_TAG and one not in english() and not set(_GIVEN).isdisjoint(known(one))), "")
    return ("begins", begun) if begun else ("", "")


def first_word(low: str, shape: str) -> list[Trait]:
    """Describe the first word of a run (in small letters, without 's), whose letters have a shape: 1 one, u upper case, l small, c capital."""
    lists, told, letters = spelled(low), known(low), resemblance(low)
    given, family = _of(told, _GIVEN), _of(told, _FAMILY)
    capital = f"{'C' in told:d}"
    found: list[Trait] = [
        ("lists", lists),
        ("word", low),
        ("ends", low[-_ENDING:]),
        ("ends short", low[1 - _ENDING :]),
        ("length", f"{min(len(low), _LONGEST)}{shape}"),
        ("letters", f"{letters}{shape}"),
        ("often", f"{given}{family}{lists[-1:] == 'e':d}"),
        ("often shape", f"{shape}{given}{family}"),
        ("wide", f"{'F' in told:d}{'L' in told:d}{shape}"),
        ("capital", capital + lists),
        ("capital shape", capital + shape),
        ("proper", f"{'P' in told:d}{'T' in told:d}{'O' in told:d}"),
        ("town", f"{places.listed(low):d}{lists}"),
    ]
    if not lists:
        found.append(("letters unknown", f"{letters}{shape}"))
    return found


def last_word(low: str) -> list[Trait]:
    """Describe the last word of a run of several."""
    lists, told = spelled(low), known(low)
    return [
        ("last", low),
        ("letters last", str(resemblance(low))),
        ("often last", f"{_of(told, _FAMILY)}{lists[-1:] == 'e':d}"),
        ("wide last", f"{'F' in told:d}{'L' in told:d}"),
        ("capital last", f"{'C' in told:d}"),
        ("proper last", f"{'P' in told:d}{'T' in told:d}{'O' in told:d}"),
        ("town last", f"{places.listed(low):d}"),
    ]


def _of(told: str, letters: str) -> str:
    return next((letter for letter in letters if letter in told), "-")
