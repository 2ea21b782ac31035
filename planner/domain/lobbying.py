"""The lobbying log: which bill, direct or grassroots, how long, what it cost, who. Not legal advice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from planner.domain.errors import Invalid

if TYPE_CHECKING:
    from datetime import date, datetime

LobbyingKind = Literal["direct", "grassroots"]
LOBBYING_KINDS: tuple[LobbyingKind, ...] = get_args(LobbyingKind)
_LONGEST = 500
_DAY = 24 * 60
_MOST_CENTS = 10**11


@dataclass(frozen=True, slots=True)
class LobbyingEntry:
    """One entry. `minutes` of work, `cents` of cost in the workspace's currency; `who` is a person or role of the organization."""

    id: str
    campaign: str
    day: date
    bill: str
    kind: LobbyingKind
    minutes: int
    who: str
    created_by: str
    created_at: datetime
    cents: int = 0
    note: str = ""
    version: int = 1


def validate(entry: LobbyingEntry) -> None:
    """Raise Invalid when an entry cannot be kept."""
    for name, words in (("bill", "Name the bill, such as HB 1234."), ("who", "Say who did the work.")):
        if not getattr(entry, name):
            raise Invalid(name, words)
    if entry.kind not in LOBBYING_KINDS:
        raise Invalid("kind", f"Choose one of: {', '.join(LOBBYING_KINDS)}.")
    if not 0 <= entry.minutes <= _DAY or not 0 <= entry.cents <= _MOST_CENTS:
        raise Invalid("minutes", "Time is at most a day an entry, and neither time nor cost is below zero.")
    if max(len(entry.bill), len(entry.who), len(entry.note)) > _LONGEST:
        raise Invalid("bill", f"At most {_LONGEST} characters a field, please.")
