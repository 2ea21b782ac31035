"""A professional account: who speaks there, why, where and when; personal accounts are refused."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, get_args

from planner.domain.errors import Invalid, NotReady
from planner.domain.schedule import WEEKDAYS, Slot, Window, zone

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

_COUNTRY = re.compile(r"[A-Z]{2}(?:-[A-Z0-9]{1,3})?")
"""ISO 3166: a country, or one of its regions where that has rules of its own (`CA-ON`)."""

AccountKind = Literal["practice", "agency", "advocacy", "personal"]
AccountMode = Literal["api", "hand"]
AccountHealth = Literal["ok", "untested", "needs-login", "flagged"]

AUTHORS = ("therapist", "social-worker", "agency", "advocacy", "student")
"""Who writes: what the checklist may expect of the texts. None when nobody has said."""

ORG_TYPES = ("practice", "agency", "charity", "501c3", "501c4", "foundation", "government", "other")
"""What kind of organization speaks: decides which rules on elections apply. None when nobody has said."""

PERSONAL_REFUSED = (
    "This is a personal account. Discreet plans for professional accounts only, so that clients, friends and family never meet in one place. "
    "Create a separate professional account and connect that one."
)


_LABELS = {"change_org": "Change.org", "facebook": "Facebook page", "linkedin": "LinkedIn", "wordpress": "WordPress"}
"""Platforms that are not written as their name with a capital; a test holds this against the connectors' own titles."""


def label_of(platform: str) -> str:
    """Return how a platform is written for people: `linkedin` -> LinkedIn."""
    return _LABELS.get(platform, platform.capitalize())


@dataclass(frozen=True, slots=True)
class Facts:
    """What is public about the account's owner anyway, so that the checklist does not report it: own names, contacts, places."""

    names: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    town: str = ""
    employer: str = ""
    credential_line: str = ""
    bio: str = ""
    disclaimer: str = ""
    """The account's own sentence that a post is education and not care."""

    photo: bool = False
    """Somebody has looked and says that the profile shows a professional photo or mark."""

    pseudonym: bool = False
    """The account speaks under a name that is not the writer's own."""

    legal_name: str = ""
    """The writer's own name behind a pseudonym, kept only so that it can be taken out of everything that leaves (`domain/withheld.py`)."""


@dataclass(frozen=True, slots=True)
class Account:
    """One account on one platform. `settings` holds what a platform needs besides (server address, board, subreddit); no secrets."""

    id: str
    owner: str
    purpose: str
    kind: AccountKind
    platform: str
    handle: str
    mode: AccountMode
    zone: str
    countries: tuple[str, ...]
    created_at: datetime
    org_type: str | None = None
    author: str | None = None
    regulator: str | None = None
    business_hours: tuple[Window, ...] = ()
    quiet_hours: tuple[Window, ...] = ()
    slots: tuple[Slot, ...] = ()
    facts: Facts = field(default_factory=Facts)
    settings: Mapping[str, str] = field(default_factory=dict)
    health: AccountHealth = "untested"
    health_note: str = ""
    expires_at: datetime | None = None
    checked_at: datetime | None = None
    two_person: bool = False
    archived: bool = False
    version: int = 1

    @property
    def title(self) -> str:
        """Return how people call it: `@handle (LinkedIn)`."""
        return f"{self.handle} ({label_of(self.platform)})"


def validate(account: Account) -> Account:
    """Return the account unchanged, or raise Invalid naming the first thing to mend."""
    if account.kind == "personal":
        raise Invalid("kind", PERSONAL_REFUSED)
    for name, label in (("owner", "who it belongs to"), ("purpose", "why it exists"), ("handle", "its name on the platform")):
        if not str(getattr(account, name)).strip():
            raise Invalid(name, f"Say {label}: every account states this before it can be used.")
    _known("kind", account.kind, get_args(AccountKind))
    _known("mode", account.mode, get_args(AccountMode))
    _known("author", account.author or AUTHORS[0], AUTHORS)
    _known("org_type", account.org_type or ORG_TYPES[0], ORG_TYPES)
    zone(account.zone)
    if not account.countries:
        raise Invalid("countries", "Choose at least one country: it decides the crisis lines and the rules that apply.")
    for code in account.countries:
        if not _COUNTRY.fullmatch(code):
            raise Invalid(
                "countries", f"“{code[:20]}” is not a country code. Use two capital letters such as US or GB, or a region such as CA-ON."
            )
    _check_week(account)
    return account


def _known(name: str, given: str, known: tuple[str, ...]) -> None:
    if given not in known:
        raise Invalid(name, f"“{given[:20]}” is not known here. Choose one of: {', '.join(known)}.")


def _check_week(account: Account) -> None:
    windows = (*account.business_hours, *account.quiet_hours)
    if any(window.start == window.end for window in windows):
        raise Invalid("hours", "A span of hours needs an end that differs from its start.")
    for day in (*(window.day for window in windows), *(slot.day for slot in account.slots)):
        if not 0 <= day < len(WEEKDAYS):
            raise Invalid("hours", f"{day} is no day of the week. Count from 0 (Monday) to 6 (Sunday).")


def open_items(account: Account) -> tuple[str, ...]:
    """Return what is still missing before the account's first post can be scheduled, as plain phrases."""
    items = []
    if not account.business_hours:
        items.append("business hours")
    if account.mode == "api" and account.health == "untested":
        items.append("a tested connection")
    return tuple(items)


def require_complete(account: Account) -> None:
    """Raise NotReady naming what is missing before scheduling."""
    missing = open_items(account)
    if missing:
        raise NotReady(f"{account.title} is not set up yet: {', '.join(missing)} missing. Complete it on the Accounts page, then schedule.")
