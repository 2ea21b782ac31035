"""Deliveries with their frozen parts, attempts, journal and holds. The rows are the truth."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, func, or_, select, update

from planner.domain.delivery import Attempt, Delivery, DeliveryPart, Hold, Ready
from planner.domain.errors import Conflict
from planner.domain.metrics import COLLECT_AFTER
from planner.store import batches, order, tables
from planner.store.rows import Room, Rows
from planner.store.straight import Straight

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from sqlalchemy import Connection, Select

    from planner.domain.delivery import HoldScope

_MISSING = "This scheduled post does not exist any more. Reload the calendar."
_DELIVERIES = Rows(tables.delivery, Delivery, _MISSING)
_PARTS = Rows(tables.part, DeliveryPart, renamed={"index": "idx"})
_ATTEMPTS = Rows(tables.attempt, Attempt)
_HOLDS = Rows(tables.hold, Hold)
_ROW = tables.delivery.c
_SCOPES: dict[HoldScope, Any] = {"account": _ROW.account_id, "delivery": _ROW.id}

_BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)
_SOON = timedelta(seconds=9)
"""Workers look by themselves every five seconds, three seconds ahead: what comes sooner than that is told to them."""

# The engine asks these thousands of times a minute, so they are built once.
_AT_ONCE = 1000
_NEW = (*_DELIVERIES.columns, "wake_at")
_STANDS = ("id", "generation", "state", "due_at", "lease_owner", "looks")
_stood = attrgetter(*_STANDS)
_TURN = func.row_number().over(partition_by=_ROW.account_id, order_by=(_ROW.wake_at, _ROW.id)).label("turn")
_READY = select(_ROW.id, _ROW.wake_at, _TURN).where(_ROW.state == "queued", _ROW.wake_at <= bindparam("now")).subquery()
_DUE = Straight(
    _DELIVERIES.select.join(_READY, _READY.c.id == _ROW.id).order_by(_READY.c.turn, _READY.c.wake_at, _READY.c.id).limit(bindparam("most"))
)
_WAKE = tuple(
    Straight(
        select(_ROW.id, _ROW.generation, _ROW.account_id, _ROW.state, _ROW.wake_at)
        .where(_ROW.state == state, _ROW.wake_at <= bindparam("now"), _ROW.wake_at > bindparam("since"))
        .order_by(_ROW.wake_at, _ROW.id)
        .limit(bindparam("most"))
    )
    for state in ("unconfirmed", "queued")
)
_NEXT = Straight(select(func.min(_ROW.wake_at)).where(_ROW.state == "queued"))
_OVER = Straight(
    _DELIVERIES.select.where(_ROW.state == "sending", _ROW.mode == bindparam("mode"), _ROW.wake_at <= bindparam("now"))
    .order_by(_ROW.wake_at)
    .limit(bindparam("most"))
)
_ACTIVE = Straight(_HOLDS.select.where(tables.hold.c.lifted_at.is_(None)).order_by(tables.hold.c.at, tables.hold.c.id))
_REF = select(tables.part.c.ref).where(tables.part.c.delivery_id == bindparam("this"), tables.part.c.idx == bindparam("number"))
_STEPS = select(tables.journal.c.step, tables.journal.c.value).where(tables.journal.c.delivery_id == bindparam("id"))
_TRIED = (
    select(tables.attempt.c.account_id, func.count())
    .where(
        tables.attempt.c.started_at >= bindparam("start"),
        tables.attempt.c.started_at < bindparam("end"),
        or_(tables.attempt.c.part == 0, tables.attempt.c.number > 1),
    )
    .group_by(tables.attempt.c.account_id)
)
_IN_ORDER, _OLDEST_FIRST = ("idx",), ("started_at", "number")
_FROZEN = tuple(name for name in tables.part.c.keys() if name not in ("ref", "url", "sent_at"))  # noqa: SIM118 - not a dict
_TRY = tuple(name for name in tables.attempt.c.keys() if name not in ("account_id", "ended_at", "outcome", "reason"))  # noqa: SIM118 - the same
_WHOSE = ("account_id", f"(SELECT account_id FROM delivery WHERE id = w.c{_TRY.index('delivery_id')})")  # noqa: S608 - a column's number


def wake_at(delivery: Delivery) -> datetime | None:
    """Return when the engine has to look at the row next, or None when only a person or nobody does."""
    if delivery.state == "queued":
        return max(delivery.due_at, delivery.next_attempt_at or delivery.due_at)
    if delivery.state == "sending":
        return delivery.lease_until
    return delivery.next_attempt_at if delivery.state == "unconfirmed" else None


def _soon(delivery: Delivery, at: datetime | None) -> bool:
    """Return whether a row that was just written has to be looked at so soon that nobody may look by himself before."""
    return at is not None and delivery.state != "sending" and at - delivery.updated_at <= _SOON


class SqlDeliveries(Room):
    """Deliveries with their frozen parts, attempts, journal and holds."""

    def __init__(self, connection: Connection, touch: Callable[[], None], unseen: Callable[[], None]) -> None:
        """Take the connection, what to call on a move, and on a change that a look would see and a claim would not."""
        super().__init__(connection, touch)
        self._unseen = unseen
        self._owned: set[str] = set()

    pressing = False
    """Whether one of the rows that were written has to be looked at in a moment."""

    def get(self, delivery_id: str) -> Delivery:
        """Return one; raise Missing."""
        return _DELIVERIES.one(self._connection, id=delivery_id)

    def add(self, delivery: Delivery) -> None:
        """Insert a new one."""
        self.add_all((delivery,))

    def add_all(self, deliveries: Sequence[Delivery]) -> None:
        """Insert many at once."""
        wakes = [wake_at(item) for item in deliveries]
        self.pressing = self.pressing or any(map(_soon, deliveries, wakes))
        self._touch()
        rows = [(*_DELIVERIES.read(item), at) for item, at in zip(deliveries, wakes, strict=True)]
        for start in range(0, len(rows), _AT_ONCE):
            batches.add(self._connection, tables.delivery, _NEW, rows[start : start + _AT_ONCE])

    def many(self, delivery_ids: Sequence[str]) -> tuple[Delivery, ...]:
        """Return the deliveries of these ids that exist."""
        return _DELIVERIES.among(self._connection, "id", delivery_ids)

    def own(self, delivery_ids: Collection[str]) -> None:
        """Wait until these are this transaction's alone: before the first change, where several rows or what belongs to one are changed."""
        wanted = set(delivery_ids) - self._owned
        order.own(self._connection, wanted)
        self._owned |= wanted

    def swap(self, before: Delivery, after: Delivery) -> bool:
        """Compare-and-set on id, generation, state, due time, lease owner and looks: exactly one row changed, or False."""
        return before.id in self.swap_all(((before, after),))

    def swap_all(self, pairs: Sequence[tuple[Delivery, Delivery]]) -> frozenset[str]:
        """Swap many rows, each by its own compare-and-set, in one statement for all that change alike; return the ids that changed."""
        self._touch()
        if len(pairs) > 1:
            self.own([before.id for before, _ in pairs])
        alike: dict[tuple[str, ...], list[list[object]]] = {}
        for before, after in pairs:
            stood = _stood(before)
            if before.state == "queued" and stood == _stood(after):
                self._unseen()
            changes = {**_DELIVERIES.changed(before, after), "wake_at": (at := wake_at(after))}
            self.pressing = self.pressing or _soon(after, at)
            if after.state == "queued":
                changes["handed_at"] = None
            if after.state == "sent" and before.state != "sent" and after.sent_at is not None:
                changes["collect_at"] = first_reading(after)
            alike.setdefault(tuple(changes), []).append([*stood, *changes.values()])
        swapped = [batches.change(self._connection, tables.delivery, _STANDS, names, rows) for names, rows in alike.items()]
        return frozenset().union(*swapped)

    def of_post(self, post_id: str) -> tuple[Delivery, ...]:
        """Return the deliveries of a post, earliest first."""
        return self._all(_DELIVERIES.select.where(_ROW.post_id == post_id).order_by(_ROW.due_at, _ROW.id))

    def of_posts(self, post_ids: Sequence[str]) -> Mapping[str, tuple[Delivery, ...]]:
        """Return post -> its deliveries, earliest first, in one query; a post without any has an empty tuple."""
        return self._by_key(_DELIVERIES, "post_id", post_ids, ("due_at", "id"))

    def window(self, start: datetime, end: datetime, *, account_id: str | None = None, states: Sequence[str] = ()) -> tuple[Delivery, ...]:
        """Return the deliveries due in [start, end), earliest first."""
        query = _DELIVERIES.select.where(_ROW.due_at >= start, _ROW.due_at < end).order_by(_ROW.due_at, _ROW.id)
        if account_id is not None:
            query = query.where(_ROW.account_id == account_id)
        return self._all(query.where(_ROW.state.in_(states)) if states else query)

    def by_state(self, states: Sequence[str], *, limit: int = 200) -> tuple[Delivery, ...]:
        """Return deliveries in these states, earliest due first."""
        # One question a state, and the ids put in order here: asked for all at once, SQLite walks through every delivery by its time.
        query = _DELIVERIES.select.order_by(_ROW.due_at).limit(limit)
        found = [item for state in dict.fromkeys(states) for item in self._all(query.where(_ROW.state == state))]
        return tuple(sorted(found, key=lambda item: (item.due_at, item.id))[:limit])

    def due(self, now: datetime, *, limit: int) -> tuple[Delivery, ...]:
        """Return queued deliveries whose time has come, the first of every account before the second of any."""
        return _DELIVERIES.asked(self._connection, _DUE, now=now, most=limit)

    def ready(self, now: datetime, *, limit: int, since: datetime | None = None, busy: Collection[str] = ()) -> tuple[Ready, ...]:
        """Return what the engine has to look at by then, in short: what is in doubt first, then what is due, each the earliest first.

        Rows of `busy` accounts are left out, before anything is made of them: in a rush they are nearly all.
        """
        bound = {"now": now, "most": limit, "since": since or _BEFORE_ALL}
        return tuple([Ready(*row) for query in _WAKE for row in query.without(self._connection, 2, busy, **bound)])

    def next_due(self) -> datetime | None:
        """Return when the next queued delivery falls due, or None."""
        ((found,),) = _NEXT(self._connection)
        return found  # type: ignore[no-any-return]  # the column's type

    def expired(self, now: datetime, *, mode: str = "api", limit: int = 200) -> tuple[Delivery, ...]:
        """Return `sending` deliveries of this mode whose lease (for a hand post: its card) is over."""
        return _DELIVERIES.asked(self._connection, _OVER, now=now, mode=mode, most=limit)

    def sent_between(self, account_id: str, start: datetime, end: datetime) -> int:
        """Return how many posts (a thread is one) and retries of this account were attempted in [start, end)."""
        return self.tried((account_id,), start, end).get(account_id, 0)

    def tried(self, account_ids: Sequence[str], start: datetime, end: datetime) -> Mapping[str, int]:
        """Return the same count for many accounts, only those that tried at all."""
        found = self._among(_TRIED, tables.attempt.c.account_id, account_ids, start=start, end=end)
        return {account: int(count) for account, count in found}

    def hold_queued(self, hold: Hold) -> int:
        """Move every queued delivery of the hold's scope to held; return how many."""
        campaign = _ROW.post_id.in_(select(tables.post.c.id).where(tables.post.c.campaign == hold.target))
        scoped = {"all": _ROW.id.is_not(None), "campaign": campaign}.get(hold.scope)
        if scoped is None:
            scoped = _SCOPES[hold.scope] == hold.target
        return self._write(
            update(tables.delivery)
            .where(*order.taken(self._connection, _ROW.state == "queued", scoped))
            .values(
                state="held",
                reason=hold.reason,
                held_scope=hold.scope,
                resume_at=hold.resume_at,
                updated_at=hold.at,
                generation=_ROW.generation + 1,
                next_attempt_at=None,
                wake_at=None,
                lease_owner=None,
                lease_until=None,
            )
        )

    def held(self, *, limit: int = 5000) -> tuple[Delivery, ...]:
        """Return deliveries that are held by a hold or by their account's state, not by what is wrong with themselves."""
        query = _DELIVERIES.select.where(_ROW.state == "held", _ROW.held_scope.in_(("all", "account", "campaign")))
        return self._all(query.order_by(_ROW.due_at, _ROW.id).limit(limit))

    def parts(self, delivery_id: str) -> tuple[DeliveryPart, ...]:
        """Return the frozen parts, in order."""
        return self._list("parts", _PARTS, "delivery_id", delivery_id, _IN_ORDER)

    def freeze(self, parts: Sequence[DeliveryPart]) -> None:
        """Insert the parts once; parts that are there already stay as they are."""
        self._touch()
        rows = ([getattr(part, "index" if name == "idx" else name) for name in _FROZEN] for part in parts)
        batches.add(self._connection, tables.part, _FROZEN, rows, only_new=True)

    def thaw(self, delivery_id: str) -> None:
        """Forget frozen parts and journal, so that another content can be frozen; a delivery with a remote id is refused."""
        if any(part.ref is not None for part in self.parts(delivery_id)):
            raise Conflict("A part of this post is already live, so its text is kept as it was.")
        self._write(delete(tables.part).where(tables.part.c.delivery_id == delivery_id))
        self._write(delete(tables.journal).where(tables.journal.c.delivery_id == delivery_id))

    def part_sent(self, delivery_id: str, index: int, ref: str, url: str | None, at: datetime) -> None:
        """Write a part's remote id once; a second, different id is refused."""
        if self.parts_sent(((delivery_id, index, ref, url),), at):
            return
        if self._connection.execute(_REF, {"this": delivery_id, "number": index}).scalar() != ref:
            raise Conflict("This part already has another remote id. It may be live twice: look at the account.")

    def parts_sent(self, found: Sequence[tuple[str, int, str, str | None]], at: datetime) -> frozenset[str]:
        """Write many remote ids (delivery, part, id, URL), one a delivery; return the deliveries whose part had none before."""
        self._touch()
        rows = [(delivery_id, index, None, ref, url, at) for delivery_id, index, ref, url in found]
        stood, names = ("delivery_id", "idx", "ref"), ("ref", "url", "sent_at")
        return frozenset(batches.change(self._connection, tables.part, stood, names, rows))

    def attempts(self, delivery_id: str) -> tuple[Attempt, ...]:
        """Return the attempts, oldest first."""
        return self._list("attempts", _ATTEMPTS, "delivery_id", delivery_id, _OLDEST_FIRST)

    def add_attempts(self, attempts: Sequence[Attempt]) -> None:
        """Insert many in one statement; how they end is written when they have ended."""
        self._touch()
        rows = ([getattr(attempt, name) for name in _TRY] for attempt in attempts)
        batches.add(self._connection, tables.attempt, _TRY, rows, looked_up=_WHOSE)

    def add_attempt(self, attempt: Attempt) -> None:
        """Insert."""
        self.add_attempts((attempt,))

    def end_attempts(self, attempt_ids: Sequence[str], at: datetime, outcome: str, reason: str | None = None) -> None:
        """Write how they ended, once."""
        self._touch()
        rows = [(attempt_id, None, at, outcome, reason) for attempt_id in attempt_ids]
        batches.change(self._connection, tables.attempt, ("id", "ended_at"), ("ended_at", "outcome", "reason"), rows)

    def end_attempt(self, attempt_id: str, at: datetime, outcome: str, reason: str | None) -> None:
        """Write how it ended, once."""
        self.end_attempts((attempt_id,), at, outcome, reason)

    def journal(self, delivery_id: str) -> Mapping[str, str]:
        """Return the journal: step -> value."""
        return dict(self._connection.execute(_STEPS, {"id": delivery_id}).tuples().all())

    def put_journal(self, delivery_id: str, step: str, value: str) -> None:
        """Insert or replace one step."""
        self._upsert(tables.journal, {"delivery_id": delivery_id, "step": step, "value": value})

    def holds(self, *, active: bool = True) -> tuple[Hold, ...]:
        """Return the holds, oldest first."""
        if active and (known := self._known.get(("holds", ""))) is not None:
            return known  # type: ignore[no-any-return]  # what `foresee` kept
        if active:
            return _HOLDS.asked(self._connection, _ACTIVE)
        return _HOLDS.all(self._connection, _HOLDS.select.order_by(tables.hold.c.at, tables.hold.c.id))

    def put_hold(self, hold: Hold) -> None:
        """Insert or replace."""
        self._unseen()
        self._upsert(tables.hold, _HOLDS.values(hold))

    def counts(self) -> Mapping[str, int]:
        """Return state -> number of deliveries, only states that occur."""
        query = select(_ROW.state, func.count()).group_by(_ROW.state)
        return {state: int(number) for state, number in self._connection.execute(query)}

    def foresee(self, delivery_ids: Sequence[str]) -> None:
        """Read ahead what a look at each of these deliveries asks for."""
        self._ahead("parts", _PARTS, "delivery_id", delivery_ids, _IN_ORDER)
        begun = [key for key in delivery_ids if self._known["parts", key]]
        if begun:
            self._ahead("attempts", _ATTEMPTS, "delivery_id", begun, _OLDEST_FIRST)
        self._known["holds", ""] = () if tables.hold in self.empty else self.holds()

    def _all(self, query: Select[Any]) -> tuple[Delivery, ...]:
        return _DELIVERIES.all(self._connection, query)


def first_reading(delivery: Delivery) -> datetime | None:
    """Return when the figures of a post that just went out are read first; None for hand posts, which no platform reports on."""
    if delivery.mode != "api" or delivery.demo or delivery.sent_at is None:
        return None
    return delivery.sent_at + COLLECT_AFTER[0]
