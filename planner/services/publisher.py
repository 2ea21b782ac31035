"""Publishing: one claim, one attempt row before each call, one outcome that is never lost; in doubt nothing is sent again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from connectors.errors import ConnectorError
from planner.domain import delivery as moves
from planner.domain.delivery import Hold
from planner.domain.errors import Missing
from planner.domain.schedule import STALE_AFTER
from planner.services import notice_words
from planner.services.fresh import Fresh, Stopped, covering, wait
from planner.services.outcomes import Outcomes
from planner.services.outgoing import Job, Tuning
from planner.services.reaper import Reaper
from planner.services.reconcile import Reconciler
from planner.services.sending import Sender

if TYPE_CHECKING:
    from datetime import datetime

    from planner.domain.delivery import Attempt, Delivery, DeliveryPart
    from planner.ports import Clock, Ids, Platforms, Store, Transaction
    from planner.services.gate import Gate

_TROUBLE = "Something unexpected went wrong inside Discreet ({name})."


@dataclass(frozen=True, slots=True)
class Call:
    """One attempt that was written down, with the row as it stands then."""

    delivery: Delivery
    part: DeliveryPart
    attempt: Attempt


class Publisher:
    """Delivers what is due. The engine calls it; it may be called twice for the same thing, by anybody, at any time."""

    def __init__(self, store: Store, platforms: Platforms, gate: Gate, clock: Clock, ids: Ids, tuning: Tuning | None = None) -> None:
        """Take the store, the connector floor, the gate, the clock, the id maker and the times and limits."""
        self._store = store
        self._clock = clock
        self._ids = ids
        self._tuning = tuning or Tuning()
        self._worker = worker = ids.new()
        self._fresh = Fresh(gate, platforms, self._tuning)
        self._outcomes = Outcomes(store, clock, ids, self._tuning)
        self._sender = Sender(store, platforms, self._outcomes, clock, ids, worker=worker, tuning=self._tuning)
        self._reconciler = Reconciler(store, platforms, self._outcomes, self._sender, clock, self._tuning)
        self._reaper = Reaper(store, self._outcomes, clock, self._tuning)

    def deliver(self, delivery_id: str, generation: int) -> None:
        """Send one delivery if it is still the same, still due and still allowed; end silently otherwise."""
        requested = self._clock.now()
        job = self._prepare(delivery_id, generation, requested)
        call = self._claim(job, requested) if job else None
        while job is not None and call is not None:
            call = self._go_on(job, call) if self._send(job, call) else None

    def reconcile(self, delivery_id: str) -> None:
        """Find out about one unconfirmed delivery whose next look is due; end silently when there is nothing to look for."""
        self._reconciler.look(delivery_id)

    def reap(self) -> int:
        """Free what a vanished worker left behind, take in cards nobody answered, release what nothing holds any more."""
        return self._reaper.reap()

    def trouble(self, delivery_id: str, name: str) -> None:
        """Take in an unexpected exception of class `name`: in doubt when a call may have been made, later again when not."""
        self._outcomes.keep(lambda tx: self._trouble(tx, delivery_id, _TROUBLE.format(name=name)))

    def _prepare(self, delivery_id: str, generation: int, now: datetime) -> Job | None:
        with self._store.read() as tx:
            try:
                delivery = tx.deliveries.get(delivery_id)
            except Missing:
                return None
            due = delivery.due_at <= now and (delivery.next_attempt_at is None or delivery.next_attempt_at <= now)
            if delivery.state != "queued" or delivery.generation != generation or not due:
                return None
            verdict = self._fresh.look(tx, delivery, now)
            credentials = tx.vault.read(delivery.account_id)
        if isinstance(verdict, Stopped):
            self._stop(delivery, verdict, now)
            return None
        if verdict.account.mode == "hand":
            return verdict
        try:
            return self._sender.connect(verdict, credentials)
        except ConnectorError as error:
            self._stop(delivery, Stopped(moves.hold(delivery, now, error.reason, "delivery", None)), now)
            return None

    def _stop(self, delivery: Delivery, stopped: Stopped, now: datetime) -> None:
        with self._store.write() as tx:
            if not tx.deliveries.swap(delivery, stopped.after):
                return
            account = tx.accounts.get(delivery.account_id)
            if stopped.flood is not None:
                tx.log.put_notice(notice_words.for_flood(self._ids, now, account, stopped.flood))
                hold = Hold(self._ids.new(), "account", account.id, stopped.flood, "worker", now)
                tx.deliveries.put_hold(hold)
                tx.deliveries.hold_queued(hold)
            self._outcomes.tell(tx, stopped.after, account, now)

    def _claim(self, job: Job, requested: datetime) -> Call | None:
        """Take the right to send and write the first attempt down, in one transaction; None when there is nothing to call."""
        before, hand = job.delivery, job.account.mode == "hand"
        until = before.due_at + STALE_AFTER[before.timing] if hand else requested + self._tuning.lease
        with self._store.write() as tx:
            stored = tx.deliveries.get(before.id)
            if stored.generation != before.generation or stored.state != "queued" or not self._fresh.unchanged(tx, job):
                return None
            claimed = replace(moves.claim(stored, self._worker, requested, until), mode=job.account.mode)
            if not tx.deliveries.swap(stored, claimed):
                return None
            self._freeze(tx, job)
            if hand:
                tx.log.put_notice(notice_words.for_delivery(self._ids, requested, "card", claimed, job.account))
                return None
            part = job.open_part
            if part is None:
                self._outcomes.close(tx, claimed, requested, None)
                return None
            return Call(claimed, part, self._sender.write_down(tx, claimed, part, requested, until))

    def _freeze(self, tx: Transaction, job: Job) -> None:
        there = tx.deliveries.parts(job.delivery.id)
        if there and tuple(part.fingerprint for part in there) != tuple(part.fingerprint for part in job.parts):
            tx.deliveries.thaw(job.delivery.id)
        tx.deliveries.freeze(job.parts)

    def _send(self, job: Job, call: Call) -> bool:
        """Make the call and store its outcome; return whether the part was accepted."""
        answer = self._sender.call(job, call.part, call.attempt)
        if answer.receipt is not None:
            self._outcomes.accepted(call.delivery.id, call.part, answer.attempt, answer.receipt)
            return True
        if answer.error is not None:
            self._outcomes.refused(call.delivery, answer.attempt, answer.error)
        else:
            self._outcomes.fenced(call.delivery, answer.attempt)
        return False

    def _go_on(self, job: Job, call: Call) -> Call | None:
        if call.part.index == job.parts[-1].index:
            return None
        return self._outcomes.keep(lambda tx: self._following(tx, job, call))

    def _following(self, tx: Transaction, job: Job, call: Call) -> Call | None:
        """Return the thread's next part with a lease of its own, or None when all is said or the row is not ours any more."""
        requested = self._clock.now()
        row = tx.deliveries.get(call.delivery.id)
        part = next((item for item in tx.deliveries.parts(row.id) if item.ref is None), None)
        if part is None or row.state != "sending" or row.lease_owner != self._worker:
            return None
        hold = covering(tx.deliveries.holds(), row, job.post.campaign)
        if hold is not None:
            held = moves.hold(row, requested, hold.reason, hold.scope, hold.resume_at)
            tx.deliveries.swap(row, held)
            self._outcomes.tell(tx, held, job.account, requested)
            return None
        until = requested + self._tuning.lease
        renewed = moves.renew(row, requested, until)
        tx.deliveries.swap(row, renewed)
        return Call(renewed, part, self._sender.write_down(tx, renewed, part, requested, until))

    def _trouble(self, tx: Transaction, delivery_id: str, reason: str) -> None:
        now = self._clock.now()
        row = tx.deliveries.get(delivery_id)
        if row.state == "queued":
            after = wait(row, now, now + self._tuning.backoff[0], reason)
        elif row.state == "sending" and row.mode == "api" and row.lease_owner == self._worker:
            after = moves.doubt(row, now, reason, now + self._tuning.looks[0])
        elif row.state == "unconfirmed":
            after = moves.look_again(row, now, reason, now + self._tuning.looks[-1])
        else:
            return
        if tx.deliveries.swap(row, after):
            self._outcomes.tell(tx, after, tx.accounts.get(row.account_id), now)
