"""Tidying up by the rows: leases whose owner is gone, cards nobody answered, holds that hold nothing any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.domain import delivery as moves
from planner.domain.schedule import is_stale
from planner.services.fresh import STALE, covering

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from planner.domain.delivery import Delivery, Hold
    from planner.ports import Clock, Store, Transaction
    from planner.services.outcomes import Outcomes
    from planner.services.outgoing import Tuning

_GONE = "The worker stopped in the middle of sending, so nobody can tell yet whether the post is live."
_CARD = "Nobody said whether this post was made by hand."


class Reaper:
    """Runs at the worker's start and every few seconds."""

    def __init__(self, store: Store, outcomes: Outcomes, clock: Clock, tuning: Tuning) -> None:
        """Take the store, the notice writer, the clock and the times."""
        self._store = store
        self._outcomes = outcomes
        self._clock = clock
        self._tuning = tuning
        self._reminded: set[str] = set()

    def reap(self) -> int:
        """Return how many rows were moved."""
        now = self._clock.now()
        with self._store.read() as tx:
            gone, cards = tx.deliveries.expired(now), tx.deliveries.expired(now, mode="hand")
            holds = tx.deliveries.holds()
            free = _free(tx, holds)
            reminders = [hold for hold in holds if hold.resume_at and hold.resume_at <= now and hold.id not in self._reminded]
        if not (gone or cards or free or reminders):
            return 0
        with self._store.write() as tx:
            tx.deliveries.own([row.id for row in (*gone, *cards, *free)])
            for hold in reminders:
                self._outcomes.remind(tx, hold, now)
            moved = [self._move(tx, row, moves.doubt(row, now, _GONE, now + self._tuning.looks[0])) for row in gone]
            moved += [self._move(tx, row, moves.miss(row, now, f"{_CARD} {STALE}")) for row in cards]
            moved += [release(tx, row, now, self._outcomes) for row in free]
        self._reminded |= {hold.id for hold in reminders}
        return sum(moved)

    def _move(self, tx: Transaction, before: Delivery, after: Delivery) -> bool:
        if not tx.deliveries.swap(before, after):
            return False
        self._outcomes.tell(tx, after, tx.accounts.get(after.account_id), after.updated_at)
        return True


def release(tx: Transaction, row: Delivery, now: datetime, outcomes: Outcomes | None = None) -> bool:
    """Queue a held delivery again while it is fresh; a stale one comes to review as missed, never out late."""
    stale = is_stale(row.due_at, now, row.timing)
    after = moves.miss(row, now, f"It was held past its time. {STALE}") if stale else moves.release(row, now)
    if not tx.deliveries.swap(row, after):
        return False
    if outcomes is not None:
        outcomes.tell(tx, after, tx.accounts.get(row.account_id), now)
    return True


def _free(tx: Transaction, holds: Sequence[Hold]) -> list[Delivery]:
    """Return the held deliveries that no hold covers any more and whose account works."""
    if any(hold.scope == "all" for hold in holds):
        return []
    held = tx.deliveries.held()
    accounts = {account.id: account for account in tx.accounts.all()} if held else {}
    working = {key for key, account in accounts.items() if account.mode == "hand" or account.health == "ok"}
    posts = tx.posts.many([row.post_id for row in held])
    return [row for row in held if row.account_id in working and covering(holds, row, posts[row.post_id].campaign) is None]
