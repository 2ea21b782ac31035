"""Lists of names, and of words around names and places, each read once."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from planner.checklist.bank import english, lexicon
from planner.checklist.confidentiality.words import LEXICONS
from planner.checklist.listing import Listing

if TYPE_CHECKING:
    from collections.abc import Iterable


class NameLists(NamedTuple):
    """The gazetteer: given names, surnames, and those of them that are common words too."""

    given: Listing
    family: Listing
    words: frozenset[str]


def read(name: str) -> str:
    """Return the text of a list of the content bank's lexicons."""
    return (LEXICONS / f"{name}.txt").read_text(encoding="utf-8")


@cache
def name_lists() -> NameLists:
    """Read the name lists of the content bank once."""
    return NameLists(Listing(read("first_names")), Listing(read("surnames")), frozenset(read("name_words").split()))


_CAMERA = frozenset({"img", "dsc", "pxl", "vid", "mov", "scan", "screenshot", "whatsapp"})
_WORD = 3  # letters; shorter parts of a file name are versions and sizes as often as initials


def tells_somebody(parts: Iterable[str]) -> bool:
    """Tell whether the words of a file name may be somebody's: a given name, or a word that is no common English one."""
    lists, common = name_lists(), english()
    return any(part in lists.given or (len(part) >= _WORD and part not in common and part not in _CAMERA) for part in parts)


@cache
def word_list(name: str) -> frozenset[str]:
    """Return one list of `content_bank/lexicons/name_context.toml`."""
    return frozenset(str(lexicon("name_context")[name]).split())


class Context(NamedTuple):
    """Words around names: titles, kin, staff, and words that are never part of a person's name."""

    titles: frozenset[str]
    public_titles: frozenset[str]
    kin: frozenset[str]
    staff: frozenset[str]
    no_person: frozenset[str]
    never: frozenset[str]


@cache
def context() -> Context:
    """Read the words around names once."""
    return Context(*map(word_list, Context._fields))
