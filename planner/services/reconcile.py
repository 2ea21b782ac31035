"""Finding out about a post that may be live: by the platform's own idempotency, by a look, or by asking a person."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from connectors.base import Found, NotFound, Unknown
from connectors.errors import ConnectorError
from planner.domain import delivery as moves
from planner.domain.errors import Missing
from planner.domain.schedule import is_stale
from planner.services.fresh import covering
from planner.services.outcomes import LOST, outcome_of, words_of
from planner.services.outgoing import CERTAINLY_NOT, NOT_THERE, Call, Job, Live

if TYPE_CHECKING:
    from connectors.base import Credentials
    from planner.domain.delivery import Attempt, Delivery, DeliveryPart
    from planner.ports import Clock, Platforms, Store, Transaction
    from planner.services.outcomes import Outcomes
    from planner.services.outgoing import Tuning
    from planner.services.sending import Sender

_SETTLE = timedelta(minutes=2)
_TWO_LOOKS = timedelta(seconds=60)
_PATIENCE = timedelta(hours=24)
_SEEN = "first-not-there"
_RESENT = "The platform says for certain that it did not take this post."
_SILENT = "The platform does not answer, so nobody can tell yet whether the post is live."
_ASK = "Nobody can tell whether this post is live. Look at the account, then say so here."


@dataclass(frozen=True, slots=True)
class Doubt:
    """One unconfirmed delivery as it was read: its job, the part in doubt (None: all are live) and that part's attempts."""

    job: Job
    part: DeliveryPart | None
    attempts: tuple[Attempt, ...]
    seen: str | None
    credentials: Credentials | None
    resend: bool

    @property
    def began(self) -> datetime:
        """Return when the present doubt began: the end of its first call, or of that call's lease when nobody saw it end."""
        row = self.job.delivery
        mine = (item for item in self.attempts if item.generation == row.generation and item.outcome not in CERTAINLY_NOT)
        return min((item.ended_at or item.lease_until for item in mine), default=row.updated_at)

    @property
    def refused(self) -> bool:
        """Return whether every attempt certainly failed."""
        return all(item.outcome in CERTAINLY_NOT for item in self.attempts)


class Reconciler:
    """Resolves doubt without ever making a second post."""

    def __init__(self, store: Store, platforms: Platforms, outcomes: Outcomes, sender: Sender, clock: Clock, tuning: Tuning) -> None:
        """Take the store, the connector floor, the outcome keeper, the sender, the clock and the times of the looks."""
        self._store = store
        self._platforms = platforms
        self._outcomes = outcomes
        self._sender = sender
        self._clock = clock
        self._tuning = tuning

    def look(self, delivery_id: str) -> None:
        """Look once, when the look is due and nobody else has taken it."""
        now = self._clock.now()
        doubt = self._read(delivery_id, now)
        if doubt is None:
            return
        part = doubt.part
        if part is None or doubt.refused:
            self._outcomes.keep(lambda tx: self._settle(tx, doubt, now))
            return
        try:
            ready = replace(doubt, job=self._sender.connect(doubt.job, doubt.credentials))
        except ConnectorError as error:
            failed = error
            self._outcomes.keep(lambda tx: self._unanswered(tx, doubt, doubt.job.delivery, failed))
            return
        attempt, taken = self._take(ready, part, now)
        if attempt is not None and taken is not None:
            self._send_again(ready, part, attempt, taken)
        elif taken is not None:
            self._find(ready, part, taken)

    def _read(self, delivery_id: str, now: datetime) -> Doubt | None:
        with self._store.read() as tx:
            try:
                delivery = tx.deliveries.get(delivery_id)
            except Missing:
                return None
            if delivery.state != "unconfirmed" or delivery.next_attempt_at is None or delivery.next_attempt_at > now:
                return None
            post, account = tx.posts.get(delivery.post_id), tx.accounts.get(delivery.account_id)
            parts = tx.deliveries.parts(delivery_id)
            part = next((item for item in parts if item.ref is None), None)
            attempts = tuple(item for item in tx.deliveries.attempts(delivery_id) if part is not None and item.part == part.index)
            seen = tx.deliveries.journal(delivery_id).get(_SEEN)
            held = covering(tx.deliveries.holds(), delivery, post.campaign) is not None
            credentials = tx.vault.read(account.id)
        job = Job(delivery, post, account, parts)
        return Doubt(job, part, attempts, seen, credentials, resend=not held and self._idempotent(job, attempts, now))

    def _idempotent(self, job: Job, attempts: tuple[Attempt, ...], now: datetime) -> bool:
        """Return whether the platform itself makes one post of the same key sent twice, still now."""
        delivery, known = (
            job.delivery,
            self._platforms.planner_view(job.account.platform, job.account.mode, job.account.settings).capabilities(),
        )
        if is_stale(delivery.due_at, now, delivery.timing) or any(item.outcome == "duplicate" for item in attempts):
            return False
        if known.idempotency == "native_forever":
            return True
        if known.idempotency != "native_window" or known.idempotency_window_s is None or not attempts:
            return False
        return now < attempts[0].started_at + timedelta(seconds=known.idempotency_window_s) - self._tuning.window_margin

    def _take(self, doubt: Doubt, part: DeliveryPart, now: datetime) -> tuple[Attempt | None, Delivery | None]:
        """Take this look for this worker, and write the attempt down when it is to be sent again; (None, None) when another was faster."""
        before, until = doubt.job.delivery, now + self._tuning.lease
        after = moves.look_again(before, now, before.reason or _SILENT, until + self._tuning.transit)
        with self._store.write() as tx:
            if not tx.deliveries.swap(before, after):
                return None, None
            if not doubt.resend or covering(tx.deliveries.holds(), before, doubt.job.post.campaign) is not None:
                return None, after
            return self._sender.write_down(tx, after, part, now, until), after

    def _send_again(self, doubt: Doubt, part: DeliveryPart, attempt: Attempt, taken: Delivery) -> None:
        answer = self._sender.call(Call(doubt.job, taken, part, attempt))
        if answer.receipt is not None:
            self._outcomes.accepted((Live(taken, part, answer.attempt, answer.receipt),))
            self._outcomes.keep(lambda tx: self._go_on(tx, taken.id))
            return
        error = answer.error
        outcome = "fenced" if error is None else outcome_of(error)
        reason = None if error is None else words_of(error)
        self._outcomes.keep(lambda tx: tx.deliveries.end_attempt(answer.attempt.id, self._clock.now(), outcome, reason))
        self._find(doubt, part, taken)

    def _find(self, doubt: Doubt, part: DeliveryPart, taken: Delivery) -> None:
        since = min(item.started_at for item in doubt.attempts) - _SETTLE
        try:
            answer = self._sender.find(doubt.job, part, since)
        except ConnectorError as error:
            failed = error
            self._outcomes.keep(lambda tx: self._unanswered(tx, doubt, taken, failed))
            return
        if isinstance(answer, Found):
            self._outcomes.accepted((Live(taken, part, None, answer.receipt),))
            self._outcomes.keep(lambda tx: self._go_on(tx, taken.id))
        elif isinstance(answer, NotFound):
            self._outcomes.keep(lambda tx: self._not_there(tx, doubt, taken, answer))
        else:
            self._outcomes.keep(lambda tx: self._unknown(tx, doubt, taken, answer))

    def _settle(self, tx: Transaction, doubt: Doubt, now: datetime) -> None:
        """Close a row whose every part is live, or queue one that certainly was not sent."""
        row = doubt.job.delivery
        if doubt.part is None:
            self._outcomes.close(tx, row, now, row.warning)
        else:
            tx.deliveries.swap(row, moves.requeue(row, now, now, _RESENT))

    def _go_on(self, tx: Transaction, delivery_id: str) -> None:
        """Queue the rest of a thread whose doubtful part turned out to be live."""
        row, now = tx.deliveries.get(delivery_id), self._clock.now()
        if row.state == "unconfirmed":
            tx.deliveries.swap(row, moves.requeue(row, now, now, "The part in doubt is live; the rest of the thread follows."))

    def _not_there(self, tx: Transaction, doubt: Doubt, taken: Delivery, answer: NotFound) -> None:
        """Queue it again when that is certain: the call cannot act any more and, where one look is not enough, it was the second."""
        now = self._clock.now()
        if doubt.attempts[-1].outcome == "duplicate":
            self._move(tx, doubt, taken, moves.fail(taken, now, doubt.attempts[-1].reason or _ASK))
            return
        quiet = all((item.ended_at or item.lease_until) + self._tuning.transit <= now for item in doubt.attempts)
        second = doubt.seen is not None and datetime.fromisoformat(doubt.seen) + _TWO_LOOKS <= now
        if quiet and (answer.final or second):
            for item in doubt.attempts:
                tx.deliveries.end_attempt(item.id, now, NOT_THERE, None)
            self._move(tx, doubt, taken, moves.requeue(taken, now, now, _RESENT))
            return
        if doubt.seen is None:
            tx.deliveries.put_journal(taken.id, _SEEN, now.isoformat())
        self._move(tx, doubt, taken, moves.look_later(taken, now, _SILENT, self._next_look(doubt, now) or now + _TWO_LOOKS))

    def _unknown(self, tx: Transaction, doubt: Doubt, taken: Delivery, answer: Unknown) -> None:
        now = self._clock.now()
        if answer.existing is not None and doubt.attempts[-1].outcome == "duplicate":
            self._move(tx, doubt, taken, moves.fail(taken, now, f"{answer.reason} The post that is there: {answer.existing}"))
            return
        self._move(tx, doubt, taken, moves.look_later(taken, now, f"{answer.reason} {_ASK}", self._next_look(doubt, now)))

    def _unanswered(self, tx: Transaction, doubt: Doubt, taken: Delivery, error: ConnectorError) -> None:
        """Look later when the platform could not be asked; after a day, or without a login, a person has to."""
        now = self._clock.now()
        self._outcomes.mark(tx, taken.account_id, error, now)
        give_up = type(error) in LOST or now > doubt.began + _PATIENCE
        at = None if give_up else self._next_look(doubt, now) or now + self._tuning.looks[-1]
        self._move(tx, doubt, taken, moves.look_later(taken, now, f"{error.reason} {_ASK if give_up else _SILENT}", at))

    def _next_look(self, doubt: Doubt, now: datetime) -> datetime | None:
        """Return the time of the next planned look after now, or None after the last."""
        return next((doubt.began + after for after in self._tuning.looks if doubt.began + after > now), None)

    def _move(self, tx: Transaction, doubt: Doubt, before: Delivery, after: Delivery) -> None:
        if tx.deliveries.swap(before, after):
            self._outcomes.tell(tx, after, doubt.job.account, self._clock.now())
