"""Bios: what a profile tells and leaves out, what the checklist says about its words, and which of its facts everybody knows now."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from planner.checklist.confidentiality import personal_details
from planner.checklist.report import Draft
from planner.domain import bio as rules
from planner.domain.bio import BioPart, BioWords
from planner.domain.errors import Conflict, Invalid, SetupError
from planner.domain.library import HELP_LINE
from planner.services.gate import profile_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from planner.checklist.report import Report
    from planner.domain.account import Account
    from planner.domain.bio import PartSeen
    from planner.domain.people import Actor
    from planner.ports import Checker, Store
    from planner.services.accounts import Accounts
    from planner.services.shelf import Shelf

MOST = 2_600
"""No platform takes a longer profile text (LinkedIn's)."""

_AREA = re.compile(r",\s*(?:[A-Z]{2}\b|[A-Z][a-z]+(?: [A-Z][a-z]+)?)")


@dataclass(frozen=True, slots=True)
class Bio:
    """What somebody says about a profile: its text, the two ticks, and the place and employer that it names."""

    text: str
    photo: bool = False
    pseudonym: bool = False
    town: str = ""
    employer: str = ""
    legal_name: str | None = None
    """The own name behind a pseudonym; None leaves what is known."""


@dataclass(frozen=True, slots=True)
class BioLook:
    """What a look at a bio found. `town` and `employer` are what its words name, empty when they name none."""

    parts: tuple[PartSeen, ...]
    offer: PartSeen | None
    report: Report
    town: str
    employer: str


class Bios:
    """The profile texts of accounts, kept here and read on this machine; nothing is asked of a platform."""

    def __init__(self, store: Store, accounts: Accounts, checker: Checker, words: BioWords, shelf: Shelf) -> None:
        """Take the store, the accounts, the checklist, the words to read by, and the content bank with its help lines."""
        self._store = store
        self._accounts = accounts
        self._checker = checker
        self._words = words
        self._shelf = shelf

    def look(self, account_id: str, text: str | None = None) -> BioLook:
        """Return what the account's bio (or this text in its place) tells, leaves out, and what the checklist says about it."""
        with self._store.read() as tx:
            account = tx.accounts.get(account_id)
        words, hidden = account.facts.bio if text is None else text, account.facts.pseudonym
        parts = rules.read(words, self._words, kind=account.kind, pseudonym=hidden, numbers=self._numbers(account))
        town, employer = named_in(words)
        return BioLook(parts, rules.offers(words, self._words, pseudonym=hidden), self._report(account, words), town, employer)

    def keep(self, actor: Actor, account_id: str, version: int, bio: Bio) -> Account:
        """Keep what the profile shows; a town or an employer that nobody typed is taken from its words.

        From then on both count as known in every check of this account. Raise Conflict when the account has changed since `version`.
        """
        text = bio.text.strip()
        if len(text) > MOST:
            raise Invalid("bio", f"A bio has at most {MOST:,} characters; this has {len(text):,}. Paste the profile text alone.")
        before = self._accounts.get(account_id)
        if before.version != version:
            raise Conflict("Somebody changed this account in between. Reload it, then save the bio again.")
        town, employer = named_in(text)
        facts = replace(
            before.facts, bio=text, photo=bio.photo, pseudonym=bio.pseudonym, town=bio.town.strip() or town, employer=bio.employer.strip() or employer,
            legal_name=_legal_name(bio, before.facts.legal_name),
        )  # fmt: skip
        return self._accounts.update(actor, replace(before, facts=facts))

    def _report(self, account: Account, text: str) -> Report:
        draft = Draft(
            id="bio", text=text, kind="bio", author=account.author or None, platform=account.platform, country=account.countries[0],  # type: ignore[arg-type]  # validated when the account is saved
            org_type=account.org_type, account=account.handle,
        )  # fmt: skip
        return self._checker.check(draft, profile=profile_of(account))

    def _numbers(self, account: Account) -> frozenset[str]:
        """Return every help line and the emergency numbers of the account's countries, as digits with their spaces."""
        codes = {code[:2] for code in account.countries}
        told = [
            item.fields.get("contact", "")
            for item in self._shelf.items.values()
            if item.category == HELP_LINE and item.fields.get("region") in codes
        ]
        told += [country.emergency for country in self._shelf.countries if country.code in codes]
        return frozenset(number for line in told for number in re.findall(r"\d[\d ]*\d", line))


def named_in(text: str) -> tuple[str, str]:
    """Return the first town (with its state where that follows) and the first institution that a bio names, or empty texts."""
    found = personal_details(text)
    town = next(((start, end) for start, end, kind in found if kind == "town"), None)
    employer = next((text[start:end] for start, end, kind in found if kind == "institution"), "")
    if town is None:
        return "", employer
    area = _AREA.match(text, town[1])
    return text[town[0] : town[1]] + (area[0] if area else ""), employer


def load(bank: Path) -> BioWords:
    """Read `content_bank/bio/parts.toml`; raise SetupError with one sentence when it cannot be read."""
    path = bank / "bio" / "parts.toml"
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        return BioWords(tuple(_part(row) for row in told["part"]), _part({"id": "offer", "example": "", **told["pseudonym"]}))
    except (OSError, KeyError, TypeError, re.error, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SetupError(f"content_bank/bio/parts.toml cannot be read ({type(error).__name__}: {error}). Mend that part.") from None


def _part(row: Mapping[str, Any]) -> BioPart:
    return BioPart(
        id=row["id"],
        label=row["label"],
        why=row["why"],
        match=tuple(re.compile(pattern, re.IGNORECASE) for pattern in row["match"]),
        example=row["example"],
        examples=row.get("examples", {}),
        kinds=tuple(row.get("kinds", ())),
        named=row.get("named", False),
        numbers=row.get("numbers", False),
    )


def _legal_name(bio: Bio, known: str) -> str:
    """Return the name to be kept out of everything that leaves: none without a pseudonym. Raise Invalid for one that is no full name."""
    if not bio.pseudonym:
        return ""
    name = known if bio.legal_name is None else " ".join(bio.legal_name.split())
    if name and " " not in name:
        raise Invalid(
            "legal_name", "Write your own name in full, given and family name: one word alone would be taken out of every sentence."
        )
    return name
