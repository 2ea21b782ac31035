"""What a platform's answer makes of a delivery, and how it is written down so that no answer is lost."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

from connectors.errors import AuthExpired, Doubtful, Duplicate, Forbidden, OutOfCredit, RateLimited, Rejected, Temporary
from planner.domain import delivery as moves
from planner.domain.errors import Unavailable
from planner.domain.schedule import is_stale
from planner.services import notice_words
from planner.services.fresh import STALE, pause_name
from planner.services.outgoing import FENCED, FOUND, LOST_SIGHT, SENT
from planner.services.sharing import group

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from connectors.base import Receipt
    from connectors.errors import ConnectorError
    from planner.domain.account import Account, AccountHealth
    from planner.domain.delivery import Attempt, Delivery, Hold
    from planner.ports import Clock, Ids, Store, Transaction
    from planner.services.outgoing import Answer, Live, Tuning

T = TypeVar("T")
_LOG = logging.getLogger(__name__)
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.05, 5.0
_JITTER = 0.1

OUTCOMES: dict[type[ConnectorError], str] = {
    Rejected: "rejected",
    Duplicate: "duplicate",
    AuthExpired: "auth-expired",
    Forbidden: "forbidden",
    RateLimited: "rate-limited",
    OutOfCredit: "out-of-credit",
    Temporary: "temporary",
    Doubtful: "doubtful",
}
LOST: dict[type[ConnectorError], AccountHealth] = {AuthExpired: "needs-login", Forbidden: "flagged", OutOfCredit: "flagged"}
"""Errors after which the account cannot post any more, and how it is marked."""


def outcome_of(error: ConnectorError) -> str:
    """Return the name under which the attempt is kept; an unknown class counts as doubtful."""
    return OUTCOMES.get(type(error), "doubtful")


def words_of(error: ConnectorError) -> str:
    """Return the reason that is kept, with the post that the platform named."""
    existing = error.existing if isinstance(error, Duplicate) else None
    return f"{error.reason} The post that is there: {existing}" if existing else error.reason


def after_error(delivery: Delivery, error: ConnectorError, now: datetime, tuning: Tuning) -> Delivery:
    """Return what the delivery becomes; the closed table of errors, nothing else."""
    if isinstance(error, Rejected):
        return moves.fail(delivery, now, error.reason)
    if isinstance(error, RateLimited):
        spread = max(error.until - now, timedelta()) * (_JITTER * tuning.chance())
        return _again(delivery, now, error.until + spread, error.reason)
    if isinstance(error, Temporary):
        step = min(max(delivery.attempts, 1), len(tuning.backoff)) - 1
        return _again(delivery, now, now + tuning.backoff[step], error.reason)
    if type(error) in LOST:
        return moves.hold(delivery, now, error.reason, "account", None)
    look_at = now if isinstance(error, Duplicate) else now + tuning.looks[0]
    return moves.doubt(delivery, now, error.reason, look_at)


def _again(delivery: Delivery, now: datetime, at: datetime, reason: str) -> Delivery:
    if is_stale(delivery.due_at, at, delivery.timing):
        return moves.miss(delivery, now, f"{reason} {STALE}")
    return moves.requeue(delivery, now, at, reason)


class Outcomes:
    """Writes down what happened. A locked or absent database is waited for: an answer that was given is never thrown away."""

    def __init__(self, store: Store, clock: Clock, ids: Ids, tuning: Tuning) -> None:
        """Take the store, the clock, the id maker and how to wait."""
        self._store = store
        self._clock = clock
        self._ids = ids
        self._tuning = tuning

    def keep(self, step: Callable[[Transaction], T]) -> T:
        """Run one step in a transaction of its own, again and again until it is stored."""
        pause = _FIRST_PAUSE_S
        while True:
            try:
                with self._store.write() as tx:
                    return step(tx)
            except Unavailable:
                _LOG.warning("An outcome could not be stored yet; trying again in %.2f s.", pause)
            self._tuning.pause(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_S)

    def accepted(self, found: Sequence[Live]) -> list[Delivery]:
        """Store the parts' remote ids, and `sent` where it was the last: alone in a transaction, many together. Return the rows then."""
        return self.keep(lambda tx: self._accepted(tx, found))

    def _accepted(self, tx: Transaction, found: Sequence[Live]) -> list[Delivery]:
        tx.deliveries.own([item.delivery.id for item in found])
        now = self._clock.now()
        plain = [item for item in found if item.alone and item.attempt is not None and item.attempt.number == 1]
        closed = self._close_all(tx, plain, now) if plain else {}
        return [closed.get(item.delivery.id) or self._take_in(tx, item, now) for item in found]

    def _close_all(self, tx: Transaction, found: Sequence[Live], now: datetime) -> dict[str, Delivery]:
        """Close deliveries of one part that went out at once; return those whose row and part stood as they were."""
        tx.deliveries.end_attempts([item.attempt.id for item in found if item.attempt is not None], now, SENT)
        refs = [(item.delivery.id, item.part.index, item.receipt.ref, item.receipt.url) for item in found]
        written = tx.deliveries.parts_sent(refs, now)
        rows = {item.delivery.id: item for item in found if item.delivery.id in written}
        after = {key: moves.sent(item.delivery, now, item.receipt.url, _told(item.delivery, item.receipt)) for key, item in rows.items()}
        moved = tx.deliveries.swap_all([(item.delivery, after[key]) for key, item in rows.items()])
        return {key: row for key, row in after.items() if key in moved}

    def _take_in(self, tx: Transaction, item: Live, now: datetime) -> Delivery:
        delivery_id, part, attempt = item.delivery.id, item.part, item.attempt
        if attempt is not None:
            tx.deliveries.end_attempt(attempt.id, now, SENT, None)
        for other in () if attempt is not None and attempt.number == 1 else tx.deliveries.attempts(delivery_id):
            if other.part == part.index:
                tx.deliveries.end_attempt(other.id, now, LOST_SIGHT if attempt else FOUND, None)
        tx.deliveries.part_sent(delivery_id, part.index, item.receipt.ref, item.receipt.url, now)
        row = tx.deliveries.get(delivery_id)
        return self.close(tx, row, now, _told(row, item.receipt))

    def close(self, tx: Transaction, row: Delivery, now: datetime, warning: str | None) -> Delivery:
        """Mark the row as sent, with all its warnings, when every part is live; say so when somebody had decided otherwise in between."""
        parts = tx.deliveries.parts(row.id)
        if row.state not in ("sending", "unconfirmed"):
            return self._late(tx, row, now, whole=all(part.ref is not None for part in parts))
        whole = all(part.ref is not None for part in parts)
        after = moves.sent(row, now, parts[0].url, warning) if whole else replace(row, warning=warning)
        if after != row:
            tx.deliveries.swap(row, after)
        return after

    def _late(self, tx: Transaction, row: Delivery, now: datetime, *, whole: bool) -> Delivery:
        """Say so when a post turned out to be live after a person had decided; a queued one is closed when its turn comes."""
        if whole and row.state not in ("sent", "queued"):
            tx.log.put_notice(notice_words.for_delivery(self._ids, now, "late", row, tx.accounts.get(row.account_id)))
        return row

    def failed(self, answers: Sequence[Answer]) -> None:
        """Store how attempts failed and what the deliveries become, with the accounts' states and the notices that follow."""

        def step(tx: Transaction) -> None:
            tx.deliveries.own([answer.call.delivery.id for answer in answers])
            for answer in sorted(answers, key=_platform):  # what a platform's accounts share is noted in one order, too
                if answer.error is not None:
                    self._refused(tx, answer.call.delivery, answer.attempt, answer.error)
                else:
                    self._fenced(tx, answer.call.delivery, answer.attempt)

        self.keep(step)

    def _refused(self, tx: Transaction, delivery: Delivery, attempt: Attempt, error: ConnectorError) -> None:
        now = self._clock.now()
        tx.deliveries.end_attempt(attempt.id, now, outcome_of(error), words_of(error))
        after = after_error(delivery, error, now, self._tuning)
        if tx.deliveries.swap(delivery, after):
            account = self.mark(tx, delivery.account_id, error, now)
            self.tell(tx, after, account, now)

    def _fenced(self, tx: Transaction, delivery: Delivery, attempt: Attempt) -> None:
        """Nothing left because the lease was over; the row is free again when it is still ours."""
        now = self._clock.now()
        tx.deliveries.end_attempt(attempt.id, now, FENCED, None)
        tx.deliveries.swap(delivery, moves.requeue(delivery, now, now, "The worker was stopped for too long; nothing was sent."))

    def mark(self, tx: Transaction, account_id: str, error: ConnectorError, now: datetime) -> Account:
        """Note on the account what an error says about it, once, and return it."""
        account = tx.accounts.get(account_id)
        if isinstance(error, RateLimited):
            tx.log.put_setting(pause_name(group(account) if error.shared else account.id), error.until.isoformat())
        health = LOST.get(type(error))
        if health is None or account.health in ("needs-login", "flagged"):
            return account
        lost = replace(account, health=health, health_note=error.reason, checked_at=now, version=account.version + 1)
        if tx.accounts.swap(account, lost):
            tx.log.put_notice(notice_words.for_account(self._ids, now, lost, error.reason))
        return lost

    def tell(self, tx: Transaction, delivery: Delivery, account: Account, now: datetime) -> None:
        """Write the notice that a final or human state asks for; about an example nobody is called."""
        if delivery.demo:
            return
        waiting = delivery.state == "unconfirmed" and delivery.next_attempt_at is None
        if waiting or delivery.state in ("missed", "held", "failed"):
            tx.log.put_notice(notice_words.for_delivery(self._ids, now, delivery.state, delivery, account))

    def remind(self, tx: Transaction, hold: Hold, now: datetime) -> None:
        """Tell a person, once, that a hold was meant to end now; only a person lifts it."""
        tx.log.put_notice(notice_words.for_hold(self._ids, now, hold))


def _platform(answer: Answer) -> str:
    return answer.call.job.account.platform


def _told(row: Delivery, receipt: Receipt) -> str | None:
    """Return the row's warning with what the platform warns about now."""
    return " ".join(filter(None, (row.warning, *receipt.warnings))) or None
