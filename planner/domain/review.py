"""Answers, approvals and overrides: each bound to exact content, none survives an edit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from planner.domain.errors import Invalid, NotAllowed, NotReady

READERS = ("boss", "family", "client", "colleague")
Reader = Literal["boss", "family", "client", "colleague"]
ReasonCode = Literal["quoting", "own-identity", "name", "false-alarm", "consented", "policy-exception", "other"]
REASON_CODES: tuple[ReasonCode, ...] = ("quoting", "own-identity", "name", "false-alarm", "consented", "policy-exception", "other")

MIN_REASON = 15
SOLO_WAIT = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class AnswerGiven:
    """One answer, with name and time. `subject` is a finding's fingerprint or a question's id; `content` the digest it was given for."""

    post_id: str
    content: str
    subject: str
    key: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Comment:
    """What a colleague says about a draft, and which version they read."""

    id: str
    post_id: str
    by: str
    at: datetime
    version: int
    text: str


@dataclass(frozen=True, slots=True)
class Approval:
    """A yes to exactly this content on exactly this account (`digest` of `Post.digest_for`)."""

    id: str
    post_id: str
    account_id: str
    digest: str
    reviewer: str
    at: datetime
    own: bool
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Override:
    """A logged exception to one finding; void when its sentence or its rule changes, or when it expires. Holds no draft text.

    `prev_hash` and `hash` chain the append-only log.
    """

    id: str
    post_id: str
    fingerprint: str
    rule: str
    level: str
    version: int
    by: str
    role: str
    at: datetime
    reason_code: ReasonCode
    reason: str
    effective_at: datetime
    second_reviewer: str | None = None
    expires_at: datetime | None = None
    prev_hash: str = ""
    hash: str = ""


def approve_allowed(author: str, reviewer: str, *, team_size: int, two_person: bool) -> None:
    """Raise NotAllowed when this person may not approve: in a team, or on a two-person account, nobody approves their own post."""
    if author == reviewer and two_person and team_size == 1:
        raise NotAllowed("This account needs a second person, and you are alone here. Add a colleague, or switch the two-person rule off.")
    if author == reviewer and (team_size > 1 or two_person):
        raise NotAllowed("Nobody approves their own post in a team. Ask a colleague to review it.")


def approval_valid(approval: Approval, digest: str, now: datetime) -> bool:
    """Return whether the approval is for exactly this digest and not past its expiry."""
    return approval.digest == digest and (approval.expires_at is None or now < approval.expires_at)


def missing_ticks(given: frozenset[str]) -> tuple[str, ...]:
    """Return the readers that nobody has imagined yet, in the fixed order."""
    return tuple(reader for reader in READERS if reader not in given)


def check_override(
    level: str, reason_code: str, reason: str, *, by: str, second: str | None, team_size: int, at: datetime, locked: bool = False
) -> datetime:
    """Return the time from which the override counts; raise when it may not be made.

    A block needs a second person in a team; alone it counts after ten minutes and a second confirmation. `locked` marks rules
    that nobody may override (a method of suicide).
    """
    if locked:
        raise NotAllowed("This finding cannot be overridden. Change the words.")
    if reason_code not in REASON_CODES:
        raise Invalid("reason_code", f"Choose one of: {', '.join(REASON_CODES)}.")
    if len(reason.strip()) < MIN_REASON:
        raise Invalid("reason", f"Give the reason in at least {MIN_REASON} characters: it is kept in the log.")
    if level != "block":
        return at
    if team_size > 1:
        if second is None or second == by:
            raise NotAllowed("An override of a blocking finding needs a second person here. Ask a colleague to confirm it.")
        return at
    return at + SOLO_WAIT


def override_counts(override: Override, fingerprint: str, now: datetime) -> bool:
    """Return whether the override clears this finding now."""
    if override.fingerprint != fingerprint or now < override.effective_at:
        return False
    return override.expires_at is None or now < override.expires_at


def require_answered(open_questions: tuple[str, ...]) -> None:
    """Raise NotReady naming how many questions are open."""
    if open_questions:
        count = len(open_questions)
        raise NotReady(
            f"{count} question{'s are' if count > 1 else ' is'} still open. Answer {'them' if count > 1 else 'it'} in the composer."
        )
