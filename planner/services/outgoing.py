"""What stands between a delivery and its connector: frozen parts, the journal, the image bytes, and the fence around the lease."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import SystemRandom
from time import sleep
from typing import TYPE_CHECKING

from connectors.base import Part, attempt_key
from planner.domain.delivery import DeliveryPart
from planner.domain.making import quickly

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from connectors.base import Connector, Credentials, Media, Receipt, TokenStore
    from connectors.errors import ConnectorError
    from planner.domain.account import Account
    from planner.domain.delivery import Attempt, Delivery
    from planner.domain.post import Content, Post
    from planner.domain.sharing import Quota
    from planner.ports import Clock, Store

# How an attempt ended. Everything else, and no end at all, may have been accepted.
SENT = "sent"
FOUND = "found"
FENCED = "fenced"
NOT_THERE = "not-there"
LOST_SIGHT = "lost-sight"
CERTAINLY_NOT = frozenset({"rejected", "auth-expired", "forbidden", "rate-limited", "out-of-credit", "temporary", FENCED, NOT_THERE})


@dataclass(frozen=True, slots=True)
class Tuning:
    """The times and limits of delivery.

    A call that could outlast its lease is not begun: `longest_call` is what connectors bound it by. `transit` is how long a call
    that was given up may still act at the platform. `shared`: platform -> what its accounts may post together, where an installation
    knows better than the platform's facts.
    """

    lease: timedelta = timedelta(seconds=120)
    longest_call: timedelta = timedelta(seconds=90)
    transit: timedelta = timedelta(seconds=60)
    looks: tuple[timedelta, ...] = (timedelta(seconds=10), timedelta(seconds=70), timedelta(minutes=5))
    backoff: tuple[timedelta, ...] = (timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=8), timedelta(minutes=30))
    window_margin: timedelta = timedelta(minutes=10)
    per_hour: int = 10
    per_day: int = 50
    shared: Mapping[str, Quota] = field(default_factory=dict)
    chance: Callable[[], float] = field(default_factory=lambda: SystemRandom().random)
    pause: Callable[[float], None] = sleep


class LeaseOverError(Exception):
    """The right to send has ended: somebody else may have it now."""


@dataclass(frozen=True, slots=True)
class Fence:
    """The end of the right to send, asked right before anything leaves.

    A connector bounds its own calls by a clock that cannot be set, from the moment when it asks for the login; that asking is
    fenced as well, so that there is no gap in which a frozen worker could wake up and send.
    """

    clock: Clock
    until: datetime
    longest_call: timedelta

    @property
    def open(self) -> bool:
        """Return whether a call may begin: one that could outlast the lease may not."""
        return self.clock.now() + self.longest_call <= self.until

    def check(self) -> None:
        """Raise LeaseOverError when the lease has ended."""
        if self.clock.now() >= self.until:
            raise LeaseOverError


class RowJournal:
    """A delivery's journal: every `put` commits at once, alone; nothing is read or written past the fence."""

    def __init__(self, store: Store, delivery_id: str, part: int, steps: Mapping[str, str], fence: Fence | None) -> None:
        """Take the rows as they are; steps of another part are out of sight. A look needs no `fence`: it sends nothing."""
        self._store = store
        self._delivery_id = delivery_id
        self._prefix = f"{part}:"
        self._steps = dict(steps)
        self._fence = fence

    def get(self, step: str) -> str | None:
        """Return the value stored for `step`, or None."""
        self._guard()
        return self._steps.get(self._prefix + step)

    def put(self, step: str, value: str) -> None:
        """Store `value` for `step` durably before returning."""
        with self._store.write() as tx:
            tx.deliveries.put_journal(self._delivery_id, self._prefix + step, value)
        self._steps[self._prefix + step] = value
        self._guard()

    def _guard(self) -> None:
        if self._fence is not None:
            self._fence.check()


class PostMedia:
    """The image bytes of one content, with the alt texts that were approved."""

    def __init__(self, store: Store, content: Content, fence: Fence) -> None:
        """Take the content whose images may be asked for."""
        self._store = store
        self._refs = {ref.digest: ref for ref in content.media}
        self._fence = fence

    def media(self, digest: str) -> Media:
        """Return the image; raise KeyError when the content has none of this digest."""
        ref = self._refs[digest]
        self._fence.check()
        with self._store.read() as tx:
            return replace(tx.media.get(digest), name=ref.name, alt=ref.alt)


class FencedTokens:
    """The account's login. Asking for it during a call is fenced: nothing is sent with it by a worker whose lease is over.

    The first call uses the login that was read with the delivery, moments before; whatever comes after reads the row anew.
    """

    def __init__(self, tokens: TokenStore, seen: Credentials) -> None:
        """Take the token row and what was just read of it; no fence stands before a call begins."""
        self._tokens = tokens
        self._seen: Credentials | None = seen
        self.fence: Fence | None = None

    def read(self) -> Credentials:
        """Return the credentials; the fence is asked last, so that a worker that froze while reading gets none."""
        found = self._seen or self._tokens.read()
        if self.fence is not None and not self.fence.open:
            raise LeaseOverError
        return found

    def swap(self, old: Credentials, new: Credentials) -> bool:
        """Replace `old` by `new` unless another process was faster."""
        self.forget()
        return self._tokens.swap(old, new)

    def forget(self) -> None:
        """Read the row anew from now on."""
        self._seen = None


@dataclass(frozen=True, slots=True)
class Job:
    """Everything that one call needs: the rows as they were read, the account's connector and its login.

    `thaw`: other parts are frozen, of which nothing can be live; they make room for these. `grounds`: the number of what was looked at.
    `opened`: the first part, read back from its row while there was time.
    """

    delivery: Delivery
    post: Post
    account: Account
    parts: tuple[DeliveryPart, ...]
    connector: Connector | None = None
    tokens: FencedTokens | None = None
    thaw: bool = False
    grounds: int = -1
    opened: Part | None = None

    @property
    def open_part(self) -> DeliveryPart | None:
        """Return the first part without a remote id, or None when everything is live."""
        return next((part for part in self.parts if part.ref is None), None)


@dataclass(frozen=True, slots=True)
class Call:
    """One attempt that was written down, with the row as it stands then."""

    job: Job
    delivery: Delivery
    part: DeliveryPart
    attempt: Attempt

    @property
    def last(self) -> bool:
        """Return whether the delivery has no further part."""
        return self.part.index == self.job.parts[-1].index


@dataclass(frozen=True, slots=True)
class Answer:
    """How a call ended: a receipt, an error, or neither when the lease was over and nothing left. `attempt` is the last one made."""

    call: Call
    attempt: Attempt
    receipt: Receipt | None = None
    error: ConnectorError | None = None


@dataclass(frozen=True, slots=True)
class Live:
    """A part that is on the platform. `attempt` is the one that was answered; None: the part was found.

    `alone`: the delivery has no other part, so that the row, which is as `delivery` says, can be closed without another look.
    """

    delivery: Delivery
    part: DeliveryPart
    attempt: Attempt | None
    receipt: Receipt
    alone: bool = False


_frozen, _part = quickly(DeliveryPart), quickly(Part)
make_job, make_call, make_answer, make_live = quickly(Job), quickly(Call), quickly(Answer), quickly(Live)
"""Each post that goes out needs one or two of each."""


def freeze(delivery_id: str, parts: Sequence[Part]) -> tuple[DeliveryPart, ...]:
    """Return the rows of rendered parts."""
    found = []
    for part in parts:
        payload, fingerprint = part.frozen
        key = attempt_key(delivery_id, part.index)
        found.append(_frozen(delivery_id, part.index, payload, part.media, fingerprint, key))
    return tuple(found)


def part_of(row: DeliveryPart) -> Part:
    """Return the part that a row froze."""
    return _part(row.index, json.loads(row.payload), row.media)


def may_be_live(attempts: Sequence[Attempt], index: int) -> bool:
    """Return whether one of the part's attempts may have been accepted."""
    return any(item.part == index and item.outcome not in CERTAINLY_NOT for item in attempts)
