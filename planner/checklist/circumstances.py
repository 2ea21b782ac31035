"""What a draft or a rule may name as its country, organization, platform, kind, author or type of post, and what a slip probably meant."""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING, get_args

from planner.checklist.bank import lexicon
from planner.checklist.report import Author, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

AUTHORS: tuple[str, ...] = get_args(Author)
KINDS: tuple[str, ...] = get_args(Kind)
ANYWHERE = "any"
COUNTRY_HINT = (
    "use two letters such as US, CA, GB, IE, AU or NZ, a region such as CA-ON, or the name in English; "
    "content_bank/lexicons/circumstances.toml lists them all"
)
_REGION = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}")
_BESIDE = re.compile(r"^the |[.,]")


def org_types() -> tuple[str, ...]:
    """Return the kinds of organization that rules and drafts may name."""
    return tuple(lexicon("circumstances")["org_types"])


def platforms() -> tuple[str, ...]:
    """Return the platforms that rules and drafts may name."""
    return tuple(lexicon("circumstances")["platforms"])


def post_types() -> tuple[str, ...]:
    """Return the types of post that rules and drafts may name."""
    return tuple(lexicon("circumstances")["post_types"])


def country_of(word: str) -> str | None:
    """Return the code of a country or region (`NZ`, `CA-ON`) by its code or English name; UK is read as GB. None when it is none we know."""
    code = word.strip().upper()
    if is_code(code):
        return code
    if code.startswith("UK-") and is_code(f"GB{code[2:]}"):
        return f"GB{code[2:]}"
    return _names().get(_plain(word))


def is_code(word: str) -> bool:
    """Tell whether a word is the code of a country or region as rules write it, in capitals."""
    told = lexicon("circumstances")
    countries, regions = told["countries"], told["regions"]
    if word in countries or word in regions:
        return True
    nation = word.partition("-")[0]
    return _REGION.fullmatch(word) is not None and nation in countries and not any(one.startswith(f"{nation}-") for one in regions)


def platform_of(word: str) -> str | None:
    """Return a platform as rules write it (`LinkedIn` -> linkedin, Twitter -> x), or None when it is none we know."""
    told = " ".join(word.lower().split())
    named: Mapping[str, str] = lexicon("circumstances")["platform_names"]
    return told if told in platforms() else named.get(told)


def meant_country(word: str) -> str:
    """Return what was probably meant by a word that is no country, as the end of a clause; empty when nothing comes near."""
    regions: Mapping[str, str] = lexicon("circumstances")["regions"]
    within = [code for code in regions if code.partition("-")[2] == word.strip().upper()]
    if within:
        return f" (did you mean {' or '.join(within)}?)"
    near = get_close_matches(_plain(word), _names(), n=1, cutoff=0.75)
    return f" (did you mean {_names()[near[0]]}?)" if near else ""


def meant(word: str, listed: Iterable[str], *, surely: bool = False) -> str:
    """Return the listed word that was probably (or `surely`) meant, as the end of a clause; empty when nothing comes near."""
    near = get_close_matches(word, sorted(listed), n=1, cutoff=0.8 if surely else 0.6)
    return f" (did you mean {near[0]!r}?)" if near else ""


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    """Return the codes by plain names; a country goes before a region of the same name (Georgia)."""
    told = lexicon("circumstances")
    named = {_plain(name): code for part in ("regions", "countries") for code, name in told[part].items()}
    named.update(told["country_names"])
    return named


def _plain(name: str) -> str:
    return " ".join(_BESIDE.sub("", name.strip().lower().replace("\u2019", "'")).split())
