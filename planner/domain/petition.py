"""Petitions that a campaign asks people to sign, and their counts as read or typed in: absent is None, never 0."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from planner.domain.errors import Invalid
from planner.domain.schedule import spoken

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime, timedelta

HAND = "hand"
"""The source of a petition that no other program can read: counted by people."""

CountSource = Literal["api", "hand", "csv"]
MOST = 10**9
_LONGEST = 2_000
_REQUIRED = {"target": "whom it asks", "ask": "what it asks for", "url": "its link", "deadline": "until when"}
_FIELDS = ("campaign", "title", "target", "ask", "url", "source", "ref")


@dataclass(frozen=True, slots=True)
class Petition:
    """A petition. `campaign` is a campaign's id or empty; `source` is `hand` or a readable source, where `ref` is its id there."""

    id: str
    title: str
    created_by: str
    created_at: datetime
    campaign: str = ""
    target: str = ""
    ask: str = ""
    url: str = ""
    deadline: date | None = None
    source: str = HAND
    ref: str = ""
    archived: bool = False
    version: int = 1


@dataclass(frozen=True, slots=True)
class PetitionLook:
    """How the reading of one petition goes: the last try, until when to wait, and why the last try brought nothing (empty: it did)."""

    petition_id: str
    looked_at: datetime
    wait_until: datetime | None = None
    problem: str = ""
    mark: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SignatureCount:
    """The count at one time. `milestones`: name -> ISO time, as the site said; `by` is a person's id, empty when a source was read."""

    petition_id: str
    as_of: datetime
    source: CountSource
    count: int | None
    state: str = ""
    milestones: Mapping[str, str] = field(default_factory=dict)
    source_url: str = ""
    by: str = ""
    raw: str = ""


def validate(petition: Petition) -> None:
    """Raise Invalid when a petition cannot be kept."""
    if not petition.title:
        raise Invalid("title", "Give the petition a title, so that people and tables can name it.")
    for name in _FIELDS:
        if len(getattr(petition, name)) > _LONGEST:
            raise Invalid(name, f"At most {_LONGEST:,} characters, please.")
    if petition.url and not petition.url.startswith(("https://", "http://")):
        raise Invalid("url", "Write the link in full, with https:// in front.")


def open_items(petition: Petition) -> tuple[str, ...]:
    """Return in plain words what an ask still lacks: its target, what it asks for, its link, its deadline."""
    return tuple(words for name, words in _REQUIRED.items() if not getattr(petition, name))


def latest(counts: Sequence[SignatureCount]) -> SignatureCount | None:
    """Return the latest reading that holds a number; `counts` are oldest first."""
    return next((one for one in reversed(counts) if one.count is not None), None)


def doubt(counts: Sequence[SignatureCount], count: int, as_of: datetime, now: datetime) -> str:
    """Return why a person should look at a typed count once more, in one sentence; empty when nothing is odd."""
    if as_of > now:
        return f"{spoken(as_of.date())} lies in the future. Is the date right? If it is, it is kept as of now."
    before = latest([one for one in counts if one.as_of <= as_of])
    if before is not None and before.count is not None and count < before.count:
        return f"{count:,} is fewer than the {before.count:,} of {spoken(before.as_of.date())}. Counts seldom fall: is it right?"
    after = next((one for one in counts if one.as_of > as_of and one.count is not None), None)
    if after is not None and after.count is not None and count > after.count:
        return f"{count:,} is more than the {after.count:,} of {spoken(after.as_of.date())}, which is later. Is it right?"
    return ""


def is_due(look: PetitionLook | None, now: datetime, every: timedelta) -> bool:
    """Return whether a source may be asked again."""
    if look is None:
        return True
    return now - look.looked_at >= every and (look.wait_until is None or now >= look.wait_until)
