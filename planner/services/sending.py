"""The call itself: written down before, fenced right before it leaves, made anew once with a refreshed login."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from connectors.base import Credentials, Found, NotFound, Ref, Unknown
from connectors.errors import AuthExpired, ConnectorError, Doubtful
from planner.domain.delivery import Attempt, renew
from planner.domain.errors import Unavailable
from planner.domain.making import quickly
from planner.services.accounts import VaultTokens
from planner.services.outgoing import Fence, FencedTokens, LeaseOverError, PostMedia, RowJournal, make_answer, make_job, part_of

if TYPE_CHECKING:
    from datetime import datetime

    from connectors.base import Connector
    from planner.domain.delivery import Delivery, DeliveryPart
    from planner.ports import Clock, Ids, Platforms, Store, Transaction
    from planner.services.outcomes import Outcomes
    from planner.services.outgoing import Answer, Call, Job, Tuning

_make = quickly(Attempt)


class Sender:
    """Makes calls for attempts that are written down."""

    def __init__(
        self, store: Store, platforms: Platforms, outcomes: Outcomes, clock: Clock, ids: Ids, *, worker: str, tuning: Tuning
    ) -> None:
        """Take the store, the connector floor, the outcome keeper, the clock, the id maker, this worker's name and the times."""
        self._store = store
        self._platforms = platforms
        self._outcomes = outcomes
        self._clock = clock
        self._ids = ids
        self._worker = worker
        self._tuning = tuning

    def connect(self, job: Job, credentials: Credentials | None) -> Job:
        """Return the job with its account's connector; raise a ConnectorError when its login cannot be used at all."""
        tokens = FencedTokens(VaultTokens(self._store, job.account.id), credentials or Credentials({}))
        connector = self._platforms.connect(job.account, credentials, tokens)
        return make_job(job.delivery, job.post, job.account, job.parts, connector, tokens, job.thaw, job.grounds, job.opened)

    def attempt(self, tx: Transaction, delivery: Delivery, part: DeliveryPart, started: datetime, until: datetime) -> Attempt:
        """Return the attempt that is about to be made."""
        first = delivery.state == "sending" and delivery.attempts == 1
        before = () if first else tx.deliveries.attempts(delivery.id)
        number = 1 + sum(item.part == part.index for item in before)
        return self._attempt(delivery, part, number, (started, until))

    def write_down(self, tx: Transaction, delivery: Delivery, part: DeliveryPart, started: datetime, until: datetime) -> Attempt:
        """Insert the attempt that is about to be made; the caller's transaction commits before the call."""
        attempt = self.attempt(tx, delivery, part, started, until)
        tx.deliveries.add_attempt(attempt)
        return attempt

    def _attempt(self, delivery: Delivery, part: DeliveryPart, number: int, lease: tuple[datetime, datetime]) -> Attempt:
        return _make(
            id=self._ids.new(),
            delivery_id=delivery.id,
            part=part.index,
            number=number,
            generation=delivery.generation,
            key=part.key,
            fingerprint=part.fingerprint,
            worker=self._worker,
            started_at=lease[0],
            lease_until=lease[1],
        )

    def call(self, call: Call) -> Answer:
        """Send one part; with a dead login refresh it once and send the same part with the same key once more."""
        answer = self._once(call, call.attempt)
        if not isinstance(answer.error, AuthExpired) or not self.refresh(call.job):
            return answer
        reason = answer.error.reason
        second = self._outcomes.keep(lambda tx: self._second(tx, call, reason))
        return self._once(call, second) if second is not None else answer

    def _second(self, tx: Transaction, call: Call, reason: str) -> Attempt | None:
        """Write the second attempt down with a lease of its own; None when the row is not ours any more."""
        now = self._clock.now()
        until = now + self._tuning.lease
        row = tx.deliveries.get(call.delivery.id)
        tx.deliveries.end_attempt(call.attempt.id, now, "auth-expired", reason)
        if row.state == "sending" and row.lease_owner == self._worker:
            tx.deliveries.swap(row, renew(row, now, until))
        elif row.state == "unconfirmed":
            tx.deliveries.swap(row, replace(row, next_attempt_at=until + self._tuning.transit))
        else:
            return None
        second = self._attempt(row, call.part, call.attempt.number + 1, (now, until))
        tx.deliveries.add_attempt(second)
        return second

    def find(self, job: Job, part: DeliveryPart, since: datetime) -> Found | NotFound | Unknown:
        """Ask whether the part is on the account; a dead login is refreshed once. Raise a ConnectorError when nobody answers."""
        try:
            return self._find(job, part, since)
        except AuthExpired:
            if not self.refresh(job):
                raise
            return self._find(job, part, since)

    def refresh(self, job: Job) -> bool:
        """Refresh the account's login by compare-and-swap; return whether there is one to try again with."""
        connector, login = _login(job, None)
        try:
            connector.refresh_auth(VaultTokens(self._store, job.account.id))
        except ConnectorError:
            return False
        finally:
            login.forget()
        return True

    def _once(self, call: Call, attempt: Attempt) -> Answer:
        job, part = call.job, call.part
        fence = Fence(self._clock, attempt.lease_until, self._tuning.longest_call)
        first = part.index == 0 and attempt.number == 1
        journal, previous = self._around(job, part, fence, begun=not first)
        media = PostMedia(self._store, job.post.content_for(job.account.id), fence)
        if not fence.open:
            return make_answer(call, attempt)
        connector, login = _login(job, fence)
        try:
            opened = job.opened if first and job.opened is not None else part_of(part)
            receipt = connector.publish(opened, attempt_key=part.key, journal=journal, media=media, previous=previous)
        except ConnectorError as error:
            return make_answer(call, attempt, error=error)
        except (Unavailable, LeaseOverError):
            broken = Doubtful("The call was broken off by Discreet itself: the database or the time was gone.")
            return make_answer(call, attempt, error=broken)
        finally:
            login.forget()
        return make_answer(call, attempt, receipt=receipt)

    def _find(self, job: Job, part: DeliveryPart, since: datetime) -> Found | NotFound | Unknown:
        journal, previous = self._around(job, part, None)
        connector, _ = _login(job, None)
        return connector.find(part_of(part), attempt_key=part.key, since=since, journal=journal, previous=previous)

    def _around(self, job: Job, part: DeliveryPart, fence: Fence | None, *, begun: bool = True) -> tuple[RowJournal, tuple[Ref, ...]]:
        """Return the part's journal and what stands before it in the thread; a first part that was never begun has neither."""
        if not begun:
            return RowJournal(self._store, job.delivery.id, part.index, {}, fence), ()
        with self._store.read() as tx:
            steps, parts = tx.deliveries.journal(job.delivery.id), tx.deliveries.parts(job.delivery.id)
        previous = tuple(Ref(item.ref) for item in parts if item.index < part.index and item.ref)
        return RowJournal(self._store, job.delivery.id, part.index, steps, fence), previous


def _login(job: Job, fence: Fence | None) -> tuple[Connector, FencedTokens]:
    """Return the account's connector and its login, which asks this fence from now on."""
    if job.connector is None or job.tokens is None:
        raise TypeError("A hand post has no connector to call.")
    job.tokens.fence = fence
    return job.connector, job.tokens
