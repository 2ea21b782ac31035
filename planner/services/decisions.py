"""What only a person can say: whether a doubtful post is live, and how a hand post went. Each decision is logged."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from planner.domain import delivery as moves
from planner.domain.audit import AuditEvent
from planner.domain.errors import Conflict, Invalid, NotReady
from planner.domain.people import authorize
from planner.domain.schedule import Moment, is_stale, local_wall

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from planner.domain.delivery import Delivery, State
    from planner.domain.people import Actor
    from planner.ports import Clock, Ids, Store, Transaction

BY_HAND = "by hand"
"""The remote id of a hand post whose address nobody gave."""

_LONGEST = 2000
_REST = "Not all parts of this thread went out: {live} of {all} are live."


class Decisions:
    """A person's word about one delivery."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        """Take the store, the clock and the id maker."""
        self._store = store
        self._clock = clock
        self._ids = ids

    def it_is_live(self, actor: Actor, delivery_id: str, url: str) -> Delivery:
        """Unconfirmed -> sent: the person saw it, at this address."""
        address = _address(url)

        def step(tx: Transaction, row: Delivery, now: datetime) -> Delivery:
            parts = tx.deliveries.parts(row.id)
            doubtful = next((part for part in parts if part.ref is None), None)
            if doubtful is not None:
                tx.deliveries.part_sent(row.id, doubtful.index, moves.SEEN + address, address, now)
            live = sum(part.ref is not None for part in parts) + (doubtful is not None)
            warning = _REST.format(live=live, all=len(parts)) if live < len(parts) else None
            return moves.sent(row, now, parts[0].url or address, warning)

        return self._decide(actor, delivery_id, "unconfirmed", "it-is-live", {"url": address}, step)

    def drop(self, actor: Actor, delivery_id: str) -> Delivery:
        """Unconfirmed -> failed: the person says that it is not live, and does not want it any more."""
        words = "A person looked: it is not live, and it was dropped."
        return self._decide(actor, delivery_id, "unconfirmed", "drop", {}, lambda _tx, row, now: moves.fail(row, now, words))

    def send_again(self, actor: Actor, delivery_id: str) -> Delivery:
        """Unconfirmed -> queued: the person says that it is not live and is to go out now."""

        def step(_tx: Transaction, row: Delivery, now: datetime) -> Delivery:
            queued = moves.requeue(row, now, now, "A person looked: it is not live, and it is sent again.")
            if not is_stale(row.due_at, now, row.timing):
                return queued
            return moves.move(queued, now, Moment(local_wall(now, row.zone), row.zone, now))

        return self._decide(actor, delivery_id, "unconfirmed", "send-again", {}, step)

    def posted(self, actor: Actor, delivery_id: str, url: str = "") -> Delivery:
        """Card -> sent: the person posted it by hand; the address is optional."""
        address = _address(url) if url.strip() else None

        def step(tx: Transaction, row: Delivery, now: datetime) -> Delivery:
            for part in tx.deliveries.parts(row.id):
                tx.deliveries.part_sent(row.id, part.index, address or BY_HAND, address, now)
            return moves.sent(row, now, address)

        return self._decide(actor, delivery_id, "sending", "posted", {"url": address or ""}, step)

    def could_not(self, actor: Actor, delivery_id: str, reason: str) -> Delivery:
        """Card -> failed: the person could not post it."""
        why = reason.strip()
        if not why or len(why) > _LONGEST:
            raise Invalid("reason", f"Say in a few words what went wrong (at most {_LONGEST} characters).")
        return self._decide(actor, delivery_id, "sending", "could-not", {"reason": why}, lambda _tx, row, now: moves.fail(row, now, why))

    def not_sure(self, actor: Actor, delivery_id: str) -> Delivery:
        """Card -> unconfirmed: the person does not know whether it is live; only a person can find out."""
        words = "The person is not sure whether it was posted. Look at the account, then say so here."
        return self._decide(actor, delivery_id, "sending", "not-sure", {}, lambda _tx, row, now: moves.doubt(row, now, words, None))

    def _decide(
        self,
        actor: Actor,
        delivery_id: str,
        state: State,
        action: str,
        details: dict[str, str],
        step: Callable[[Transaction, Delivery, datetime], Delivery],
    ) -> Delivery:
        authorize(actor, "publish" if actor.team_size > 1 else "write")
        now = self._clock.now()
        with self._store.write() as tx:
            row = tx.deliveries.get(delivery_id)
            if row.state != state or (state == "sending" and row.mode != "hand"):
                raise NotReady(f"This post is {row.state}, so there is nothing to decide here any more. Reload to see what happened.")
            after = step(tx, row, now)
            if not tx.deliveries.swap(row, after):
                raise Conflict("The post moved on in between. Reload to see what happened.")
            tx.log.audit(AuditEvent(self._ids.new(), now, actor.id, f"delivery.{action}", f"delivery:{row.id}", details))
            return after


def _address(url: str) -> str:
    text = url.strip()
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc or len(text) > _LONGEST or any(mark.isspace() for mark in text):
        raise Invalid("url", "Paste the post's own address, starting with https://.")
    return text
