"""The delivery state machine: one post to one account at one time, and the only moves it knows.

queued -> sending -> sent | failed | unconfirmed | missed | held | cancelled, and back to queued only by the moves below.
Each move returns a new value one step on; `Store.deliveries.swap(before, after)` writes it only when nothing moved in between.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from planner.domain.errors import NotReady
from planner.domain.making import Maker

if TYPE_CHECKING:
    from datetime import datetime

    from planner.domain.schedule import Moment, Timing

State = Literal["queued", "sending", "sent", "failed", "unconfirmed", "missed", "held", "cancelled"]
STATES: tuple[State, ...] = ("queued", "sending", "sent", "failed", "unconfirmed", "missed", "held", "cancelled")
FINAL: frozenset[State] = frozenset({"sent", "failed", "cancelled"})
NEEDS_PERSON: frozenset[State] = frozenset({"unconfirmed", "missed", "held", "failed"})
SEEN = "seen:"
"""Begins the reference of a part that a person found: its address follows, and no platform can be asked for it by that."""

HoldScope = Literal["all", "account", "campaign", "delivery"]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One post to one account at one time. `due_at` is UTC, computed from `wall` and `zone`; `digest` is what was approved.

    `generation` never goes back: it rises whenever a job that was handed out before must find nothing to do any more.
    """

    id: str
    post_id: str
    account_id: str
    state: State
    mode: Literal["api", "hand"]
    digest: str
    approval_id: str | None
    wall: str
    zone: str
    due_at: datetime
    timing: Timing
    created_by: str
    created_at: datetime
    updated_at: datetime
    generation: int = 1
    next_attempt_at: datetime | None = None
    lease_owner: str | None = None
    lease_until: datetime | None = None
    looks: int = 0
    attempts: int = 0
    reason: str | None = None
    held_scope: HoldScope | None = None
    resume_at: datetime | None = None
    sent_at: datetime | None = None
    url: str | None = None
    warning: str | None = None
    demo: bool = False


@dataclass(frozen=True, slots=True)
class Ready:
    """A delivery that an engine has to look at, in short: queued and due, or unconfirmed and to be looked for; not before `at`.

    `handed` is the mark of its hand-over, where there is one: only who holds it may give the delivery back.
    """

    id: str
    generation: int
    account_id: str = ""
    state: State = "queued"
    at: datetime | None = None
    handed: datetime | None = None


@dataclass(frozen=True, slots=True)
class DeliveryPart:
    """One frozen remote create of a delivery, and where it went. `payload` is canonical JSON; `ref` is set once, for ever."""

    delivery_id: str
    index: int
    payload: str
    media: tuple[str, ...]
    fingerprint: str
    key: str
    ref: str | None = None
    url: str | None = None
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One call, written down before it was made. `outcome` stays None while nobody knows."""

    id: str
    delivery_id: str
    part: int
    number: int
    generation: int
    key: str
    fingerprint: str
    worker: str
    started_at: datetime
    lease_until: datetime
    ended_at: datetime | None = None
    outcome: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """Nothing of this scope goes out until it is lifted. `target` is an account id or a campaign; empty for all."""

    id: str
    scope: HoldScope
    target: str
    reason: str
    by: str
    at: datetime
    resume_at: datetime | None = None
    lifted_at: datetime | None = None
    lifted_by: str | None = None

    @property
    def active(self) -> bool:
        """Return whether it is still in force. A resume date reminds a person; it never lifts the hold by itself."""
        return self.lifted_at is None


_changed = Maker(Delivery).changed
"""Every delivery makes two moves, and `dataclasses.replace` takes several times as long."""


def _require(delivery: Delivery, allowed: frozenset[State], doing: str) -> None:
    if delivery.state not in allowed:
        raise NotReady(f"This post is {delivery.state}; it cannot be {doing} any more. Reload to see what happened.")


def _step(delivery: Delivery, state: State, now: datetime, reason: str | None = None) -> Delivery:
    return _changed(delivery, state=state, reason=reason, updated_at=now, lease_owner=None, lease_until=None)


_QUEUED: frozenset[State] = frozenset({"queued"})
_SENDING: frozenset[State] = frozenset({"sending"})
_DOUBT: frozenset[State] = frozenset({"sending", "unconfirmed"})


def claim(delivery: Delivery, owner: str, now: datetime, lease_until: datetime) -> Delivery:
    """Queued -> sending: one worker takes the right to send until `lease_until`."""
    _require(delivery, _QUEUED, "sent")
    return _changed(
        delivery,
        state="sending",
        lease_owner=owner,
        lease_until=lease_until,
        updated_at=now,
        reason=None,
        next_attempt_at=None,
        attempts=delivery.attempts + 1,
    )


def renew(delivery: Delivery, now: datetime, lease_until: datetime) -> Delivery:
    """Sending stays sending: the same worker takes the right to send the next part of a thread."""
    _require(delivery, _SENDING, "continued")
    return _changed(delivery, lease_until=lease_until, updated_at=now)


def postpone(delivery: Delivery, now: datetime, again_at: datetime, reason: str) -> Delivery:
    """Queued stays queued, not before `again_at`: its account has to wait, or the post could not be prepared."""
    _require(delivery, _QUEUED, "postponed")
    return _changed(_step(delivery, "queued", now, reason), next_attempt_at=again_at, generation=delivery.generation + 1)


def sent(delivery: Delivery, now: datetime, url: str | None, warning: str | None = None) -> Delivery:
    """Sending or unconfirmed -> sent; it never changes again but for metrics."""
    _require(delivery, _DOUBT, "marked as sent")
    return _changed(
        delivery, state="sent", reason=None, updated_at=now, lease_owner=None, lease_until=None, sent_at=now, url=url, warning=warning
    )


def requeue(delivery: Delivery, now: datetime, again_at: datetime, reason: str) -> Delivery:
    """Sending or unconfirmed -> queued after a certain non-acceptance; goes out again at `again_at`."""
    _require(delivery, _DOUBT, "queued again")
    return _changed(_step(delivery, "queued", now, reason), next_attempt_at=again_at, generation=delivery.generation + 1)


def fail(delivery: Delivery, now: datetime, reason: str) -> Delivery:
    """Sending or unconfirmed -> failed: refused, or a person says that it is not live and shall be dropped."""
    _require(delivery, _DOUBT, "marked as failed")
    return _step(delivery, "failed", now, reason)


def doubt(delivery: Delivery, now: datetime, reason: str, look_at: datetime | None) -> Delivery:
    """Sending -> unconfirmed: it may be live; looked for at `look_at` (None: only a person can tell), never resent blindly."""
    _require(delivery, _SENDING, "marked as unconfirmed")
    return _changed(_step(delivery, "unconfirmed", now, reason), next_attempt_at=look_at, looks=0)


def look_again(delivery: Delivery, now: datetime, reason: str, look_at: datetime | None) -> Delivery:
    """Unconfirmed stays unconfirmed, one look further: the next one, or none any more when a person has to decide (`look_at` None)."""
    return _changed(look_later(delivery, now, reason, look_at), looks=delivery.looks + 1)


def look_later(delivery: Delivery, now: datetime, reason: str, look_at: datetime | None) -> Delivery:
    """Unconfirmed stays unconfirmed: what the present look came to, and when the next one is."""
    _require(delivery, frozenset({"unconfirmed"}), "looked for")
    return _changed(delivery, reason=reason, updated_at=now, next_attempt_at=look_at)


def miss(delivery: Delivery, now: datetime, reason: str) -> Delivery:
    """queued, held or a hand-post card nobody answered -> missed: too late, a person decides."""
    _require(delivery, frozenset({"queued", "held", "sending"}), "marked as missed")
    return _changed(_step(delivery, "missed", now, reason), generation=delivery.generation + 1)


def hold(delivery: Delivery, now: datetime, reason: str, scope: HoldScope, resume_at: datetime | None) -> Delivery:
    """queued, sending (certainly not accepted) or unanswered -> held."""
    _require(delivery, frozenset({"queued", "sending"}), "held")
    held = _step(delivery, "held", now, reason)
    return _changed(held, held_scope=scope, resume_at=resume_at, generation=delivery.generation + 1, next_attempt_at=None)


def release(delivery: Delivery, now: datetime) -> Delivery:
    """Held -> queued, when the hold is lifted while the post is still fresh."""
    _require(delivery, frozenset({"held"}), "released")
    return _changed(_step(delivery, "queued", now), held_scope=None, resume_at=None, generation=delivery.generation + 1)


def cancel(delivery: Delivery, now: datetime, reason: str | None = None) -> Delivery:
    """queued, held or missed -> cancelled."""
    _require(delivery, frozenset({"queued", "held", "missed"}), "cancelled")
    return _changed(_step(delivery, "cancelled", now, reason), generation=delivery.generation + 1, next_attempt_at=None)


def move(delivery: Delivery, now: datetime, moment: Moment, timing: Timing | None = None) -> Delivery:
    """queued, held or missed -> queued at another time; jobs handed out before find nothing to do."""
    _require(delivery, frozenset({"queued", "held", "missed"}), "moved")
    queued = _step(delivery, "queued", now)
    return _changed(
        queued,
        wall=str(moment.wall),
        zone=moment.zone,
        due_at=moment.utc,
        timing=timing or delivery.timing,
        generation=delivery.generation + 1,
        next_attempt_at=None,
        held_scope=None,
        resume_at=None,
    )
