"""A link by which somebody without a seat reads one draft and says yes or sends it back; it opens nothing else and ends by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from planner.domain.errors import Invalid, NotAllowed
from planner.domain.people import ALLOWED

if TYPE_CHECKING:
    from datetime import datetime

    from planner.domain.people import Actor

Verdict = Literal["", "approved", "returned"]
MOST_DAYS = 30
_LONGEST = 120
OUTSIDE = "outside:"
"""Begins the name under which the log keeps what somebody outside did; the link's id follows."""


@dataclass(frozen=True, slots=True)
class OutsideLink:
    """One link. `digest` is the SHA-256 of its secret, `content` the digest of exactly what may be read and answered through it."""

    id: str
    post_id: str
    account_id: str
    content: str
    digest: str
    made_by: str
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
    verdict: Verdict = ""
    name: str = ""
    answered_at: datetime | None = None

    @property
    def who(self) -> str:
        """Return the name under which the log keeps the person."""
        return OUTSIDE + self.id

    def stands(self, now: datetime) -> bool:
        """Return whether it still opens something: not taken back, not over, not answered."""
        return self.revoked_at is None and now < self.expires_at and not self.verdict


def lasting(days: int) -> timedelta:
    """Return how long a link lasts, or raise Invalid."""
    if not 1 <= days <= MOST_DAYS:
        raise Invalid("days", f"A link lasts between 1 and {MOST_DAYS} days.")
    return timedelta(days=days)


def check_reader(name: str) -> str:
    """Return the typed name on one line, or raise Invalid."""
    line = " ".join(name.split())
    if not line or len(line) > _LONGEST:
        raise Invalid("name", f"Write your name, in at most {_LONGEST} characters: it stands in the record beside your answer.")
    return line


def may_ask(actor: Actor, writers: frozenset[str]) -> None:
    """Raise NotAllowed when this person may not hand out a yes from outside: in a team nobody does that for words of their own."""
    if not ALLOWED[actor.role] & {"review", "publish"}:
        raise NotAllowed(f"Your role ({actor.role}) does not allow this. Ask somebody who may review or publish.")
    if actor.team_size > 1 and actor.id in writers:
        raise NotAllowed("In a team nobody asks somebody outside about their own post. Let a colleague make the link.")
