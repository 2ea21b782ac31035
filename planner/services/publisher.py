"""Publishing: one claim, one attempt row before each call, one outcome that is never lost; in doubt nothing is sent again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from connectors.errors import ConnectorError
from planner.domain import delivery as moves
from planner.domain.delivery import Hold, Ready
from planner.domain.schedule import STALE_AFTER
from planner.services import notice_words
from planner.services.ahead import LASTS, Ahead
from planner.services.fresh import Fresh, Stopped, covering, together, wait
from planner.services.outcomes import Outcomes
from planner.services.outgoing import Job, Tuning, make_call, make_live
from planner.services.reaper import Reaper
from planner.services.reconcile import Reconciler
from planner.services.sending import Sender
from planner.services.sharing import Sharing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from connectors.base import Credentials, Receipt
    from planner.domain.delivery import Delivery
    from planner.ports import Clock, Ids, Platforms, Store, Transaction
    from planner.services.gate import Gate
    from planner.services.outgoing import Answer, Call, Live

_TROUBLE = "Something unexpected went wrong inside Discreet ({name})."


class Publisher:
    """Delivers what is due. The engine calls it; it may be called twice for the same thing, by anybody, at any time."""

    def __init__(self, store: Store, platforms: Platforms, gate: Gate, clock: Clock, ids: Ids, tuning: Tuning | None = None) -> None:
        """Take the store, the connector floor, the gate, the clock, the id maker and the times and limits."""
        self._store = store
        self._clock = clock
        self._ids = ids
        self._tuning = tuning or Tuning()
        self._worker = worker = ids.new()
        self._ahead = Ahead()
        self._fresh = Fresh(gate, platforms, self._tuning)
        self._sharing = Sharing(platforms, self._tuning.shared)
        self._outcomes = Outcomes(store, clock, ids, self._tuning)
        self._sender = Sender(store, platforms, self._outcomes, clock, ids, worker=worker, tuning=self._tuning)
        self._reconciler = Reconciler(store, platforms, self._outcomes, self._sender, clock, self._tuning)
        self._reaper = Reaper(store, self._outcomes, clock, self._tuning)

    def deliver(self, delivery_id: str, generation: int) -> None:
        """Send one delivery if it is still the same, still due and still allowed; end silently otherwise."""
        calls = self.take((Ready(delivery_id, generation),))
        while calls:
            calls = self.keep([self.send(call) for call in calls])

    def foresee(self, rows: Sequence[Ready]) -> None:
        """Look at what falls due in a moment, so that it needs no look when its time has come, as long as nothing changes until then."""
        now = self._clock.now()
        wanted = rows[: self._ahead.room(now)]
        if not wanted:
            return
        with self._store.read() as tx:
            numbers = {row.id: row.generation for row in wanted}
            found = tx.deliveries.many(list(numbers))
            queued = [row for row in found if row.state == "queued" and row.generation == numbers[row.id] and not row.attempts]
            jobs = self._fresh.look_ahead(tx, queued, now, now + LASTS) if queued else []
            logins = {job.account.id: tx.vault.read(job.account.id) for job in jobs}
        self._ahead.keep(jobs, logins, now)

    def take(self, rows: Sequence[Ready]) -> list[Call]:
        """Look at deliveries and claim those that may go out now; return their calls, each written down. One delivery an account."""
        requested = self._clock.now()
        seen = self._seen(rows, requested)
        known = {job.delivery.id for job in seen}
        jobs = self._prepare([row for row in rows if row.id not in known], requested) if len(known) < len(rows) else []
        calls, changed = self._claim(seen, jobs, requested) if seen or jobs else ([], [])
        if changed:  # since the look: what they need is read anew
            self._ahead.forget()
            jobs = self._prepare([row for row in rows if row.id in changed], requested)
            calls += self._claim((), jobs, requested, again=True)[0] if jobs else []
        return calls

    def send(self, call: Call) -> Answer:
        """Make one call; whatever the platform answers is in the answer. It may wait for long, and runs beside others."""
        return self._sender.call(call)

    def keep(self, answers: Sequence[Answer]) -> list[Call]:
        """Store how calls ended, however long the database takes, and return the calls of the threads that go on."""
        live = [(answer.call, _live(answer, receipt)) for answer in answers if (receipt := answer.receipt) is not None]
        if live:
            self._outcomes.accepted([item for _, item in live])
        other = [answer for answer in answers if answer.receipt is None]
        if other:
            self._outcomes.failed(other)
        threads = [call for call, _ in live if not call.last]
        return self._outcomes.keep(lambda tx: self._go_on(tx, threads)) if threads else []

    def reconcile(self, delivery_id: str) -> None:
        """Find out about one unconfirmed delivery whose next look is due; end silently when there is nothing to look for."""
        self._reconciler.look(delivery_id)

    def reap(self) -> int:
        """Free what a vanished worker left behind, take in cards nobody answered, release what nothing holds any more."""
        self._ahead.tidy(self._clock.now())
        return self._reaper.reap()

    def trouble(self, delivery_id: str, name: str) -> None:
        """Take in an unexpected exception of class `name`: in doubt when a call may have been made, later again when not."""
        self._outcomes.keep(lambda tx: self._trouble(tx, delivery_id, _TROUBLE.format(name=name)))

    def _prepare(self, rows: Sequence[Ready], now: datetime) -> list[Job]:
        """Return what is to be sent, with its connector; what may not go out is moved to where it belongs."""
        with self._store.read() as tx:
            due = _due(tx.deliveries.many([row.id for row in rows]), {row.id: row.generation for row in rows}, now)
            verdicts = self._fresh.look(tx, due, now) if due else []
            logins = {item.account.id: tx.vault.read(item.account.id) for item in verdicts if isinstance(item, Job)}
        jobs: list[Job] = []
        stops: list[tuple[Delivery, Stopped]] = []
        for row, verdict in zip(due, verdicts, strict=True):
            ready = self._connected(verdict, logins[row.account_id], now) if isinstance(verdict, Job) else verdict
            if isinstance(ready, Job):
                jobs.append(ready)
            else:
                stops.append((row, ready))
        if stops:
            with self._store.write() as tx:
                tx.deliveries.own([row.id for row, _ in stops])
                for row, stopped in stops:
                    self._stop(tx, row, stopped, now)
        return jobs

    def _seen(self, rows: Sequence[Ready], now: datetime) -> list[Job]:
        """Return what was looked at ahead of these rows, with its connector; where that cannot be had, the look is made again."""
        found = [self._connected(one.job, one.login, now) for one in self._ahead.take(rows, now)]
        return [job for job in found if isinstance(job, Job)]

    def _connected(self, job: Job, credentials: Credentials | None, now: datetime) -> Job | Stopped:
        if job.account.mode == "hand":
            return job
        try:
            return self._sender.connect(job, credentials)
        except ConnectorError as error:
            return Stopped(moves.hold(job.delivery, now, error.reason, "delivery", None))

    def _stop(self, tx: Transaction, delivery: Delivery, stopped: Stopped, now: datetime) -> None:
        if not tx.deliveries.swap(delivery, stopped.after):
            return
        account = tx.accounts.get(delivery.account_id)
        if stopped.flood is not None:
            tx.log.put_notice(notice_words.for_flood(self._ids, now, account, stopped.flood))
            hold = Hold(self._ids.new(), "account", account.id, stopped.flood, "worker", now)
            tx.deliveries.put_hold(hold)
            tx.deliveries.hold_queued(hold)
        self._outcomes.tell(tx, stopped.after, account, now)

    def _claim(
        self, seen: Sequence[Job], looked: Sequence[Job], requested: datetime, *, again: bool = False
    ) -> tuple[list[Call], set[str]]:
        """Take the right to send and write the first attempts down, in one transaction; return what there is to call.

        And what has to be looked at again: of what was `seen` ahead or `looked` at just now. What was looked at `again` waits for the
        next round, and only where it changed itself, so that somebody who writes all the time stops nobody.
        """
        with self._store.write() as tx:
            own = self._sharing.own(tx, (*seen, *looked))
            tx.deliveries.own([job.delivery.id for job in (*seen, *looked)])
            grounds = tx.grounds()
            still = [*self._fresh.still(tx, seen, grounds, requested), *self._fresh.unchanged(tx, looked, grounds, again=again)]
            same = sorted(still, key=_in_turn)
            later = self._sharing.admit(tx, same, requested, own)
            for job in same:
                if job.delivery.id in later:
                    self._stop(
                        tx, job.delivery, Stopped(wait(job.delivery, requested, later[job.delivery.id], together(job.account))), requested
                    )
            claims = {job.delivery.id: self._claimed(job, requested) for job in same if job.delivery.id not in later}
            mine = tx.deliveries.swap_all([(job.delivery, claims[job.delivery.id]) for job in same if job.delivery.id in claims])
            taken = [job for job in same if job.delivery.id in mine]
            for job in taken:
                if job.thaw:
                    tx.deliveries.thaw(job.delivery.id)
            tx.deliveries.freeze([part for job in taken for part in job.parts])
            calls = [call for job in taken if (call := self._begin(tx, job, claims[job.delivery.id], requested)) is not None]
            tx.deliveries.add_attempts([call.attempt for call in calls])
        return calls, {job.delivery.id for job in (*seen, *looked)} - {job.delivery.id for job in still}

    def _claimed(self, job: Job, requested: datetime) -> Delivery:
        row, hand = job.delivery, job.account.mode == "hand"
        until = row.due_at + STALE_AFTER[row.timing] if hand else requested + self._tuning.lease
        claimed = moves.claim(row, self._worker, requested, until)
        return claimed if row.mode == job.account.mode else replace(claimed, mode=job.account.mode)

    def _begin(self, tx: Transaction, job: Job, row: Delivery, requested: datetime) -> Call | None:
        """Return the call to make for a row that is ours now; None for a card, which is a person's, and when all is live already."""
        if row.mode == "hand":
            if not row.demo:
                tx.log.put_notice(notice_words.for_delivery(self._ids, requested, "card", row, job.account))
            return None
        part = job.open_part
        if part is None:
            self._outcomes.close(tx, row, requested, row.warning)
            return None
        return make_call(job, row, part, self._sender.attempt(tx, row, part, requested, row.lease_until or requested))

    def _go_on(self, tx: Transaction, calls: Sequence[Call]) -> list[Call]:
        """Return the next parts of threads, each with a lease of its own."""
        tx.deliveries.own([call.delivery.id for call in calls])
        following = [next_call for call in calls if (next_call := self._following(tx, call)) is not None]
        tx.deliveries.add_attempts([call.attempt for call in following])
        return following

    def _following(self, tx: Transaction, call: Call) -> Call | None:
        """Return the thread's next part, or None when all is said or the row is not ours any more."""
        requested, job = self._clock.now(), call.job
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
        return make_call(job, renewed, part, self._sender.attempt(tx, renewed, part, requested, until))

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


def _due(found: Sequence[Delivery], generations: Mapping[str, int], now: datetime) -> list[Delivery]:
    """Return those that are still queued, of the generation that was asked for, and due: the earliest of each account."""
    first: dict[str, Delivery] = {}
    for row in sorted(found, key=lambda row: (row.due_at, row.id)):
        due = row.due_at <= now and (row.next_attempt_at is None or row.next_attempt_at <= now)
        if due and row.state == "queued" and row.generation == generations[row.id]:
            first.setdefault(row.account_id, row)
    return list(first.values())


def _in_turn(job: Job) -> tuple[datetime, str]:
    return job.delivery.due_at, job.delivery.id


def _live(answer: Answer, receipt: Receipt) -> Live:
    call = answer.call
    return make_live(call.delivery, call.part, answer.attempt, receipt, alone=len(call.job.parts) == 1)
