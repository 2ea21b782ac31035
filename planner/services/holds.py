"""Holds: nothing of their scope goes out until a person lifts them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from planner.domain.audit import AuditEvent
from planner.domain.delivery import Hold
from planner.domain.errors import Invalid, Missing, NotReady
from planner.domain.people import authorize
from planner.services.fresh import covering
from planner.services.reaper import release

if TYPE_CHECKING:
    from datetime import datetime

    from planner.domain.delivery import HoldScope
    from planner.domain.people import Actor
    from planner.ports import Clock, Ids, Store, Transaction

SCOPES: tuple[HoldScope, ...] = ("all", "account", "campaign", "delivery")
_LONGEST_REASON = 500


class Holds:
    """Stopping posts, all at once or by account, campaign or post, and letting them go again."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        """Take the store, the clock and the id maker."""
        self._store = store
        self._clock = clock
        self._ids = ids

    def active(self) -> tuple[Hold, ...]:
        """Return the holds in force, oldest first."""
        with self._store.read() as tx:
            return tx.deliveries.holds()

    def hold(self, actor: Actor, scope: HoldScope, target: str, reason: str, resume_at: datetime | None = None) -> Hold:
        """Stop everything of the scope from this moment; `resume_at` reminds a person, it lifts nothing. One in force is returned as it is."""
        authorize(actor, "hold")
        with self._store.write() as tx:
            return self.hold_in(tx, actor, scope, target, reason, resume_at)

    def hold_in(self, tx: Transaction, actor: Actor, scope: HoldScope, target: str, reason: str, resume_at: datetime | None = None) -> Hold:
        """Stop everything of the scope inside a transaction; the caller has looked whether the actor may."""
        _check(scope, target, reason)
        there = next((item for item in tx.deliveries.holds() if (item.scope, item.target) == (scope, target)), None)
        if there is not None:
            return there
        hold = Hold(self._ids.new(), scope, target, reason.strip(), actor.id, self._clock.now(), resume_at)
        tx.deliveries.put_hold(hold)
        count = tx.deliveries.hold_queued(hold)
        self._audit(tx, actor, "hold", hold, {"reason": hold.reason, "held": str(count)})
        return hold

    def lift(self, actor: Actor, hold_id: str) -> int:
        """Lift a hold: fresh posts are queued again, stale ones come to review as missed. Return how many were queued or moved."""
        authorize(actor, "hold")
        with self._store.write() as tx:
            hold = next((item for item in tx.deliveries.holds(active=False) if item.id == hold_id), None)
            if hold is None:
                raise Missing("This hold does not exist. Reload the page.")
            if not hold.active:
                raise NotReady("This hold was lifted already. Reload the page.")
            return self.lift_in(tx, actor, hold)

    def lift_in(self, tx: Transaction, actor: Actor, hold: Hold) -> int:
        """Lift an active hold inside a transaction; the caller has looked whether the actor may."""
        now = self._clock.now()
        tx.deliveries.put_hold(replace(hold, lifted_at=now, lifted_by=actor.id))
        freed = self._release(tx, hold, now)
        self._audit(tx, actor, "lift", hold, {"released": str(freed)})
        return freed

    def _release(self, tx: Transaction, lifted: Hold, now: datetime) -> int:
        left = tx.deliveries.holds()
        held = [row for row in tx.deliveries.by_state(("held",), limit=100_000) if row.held_scope == lifted.scope]
        campaigns = {key: post.campaign for key, post in tx.posts.many([row.post_id for row in held]).items()}
        accounts = {account.id: account for account in tx.accounts.all(archived=True)}
        working = {key for key, account in accounts.items() if account.mode == "hand" or account.health == "ok"}
        mine = [row for row in held if row.account_id in working and covering((lifted,), row, campaigns[row.post_id]) is not None]
        free = [row for row in mine if covering(left, row, campaigns[row.post_id]) is None]
        tx.deliveries.own([row.id for row in free])
        return sum([release(tx, row, now) for row in free])

    def _audit(self, tx: Transaction, actor: Actor, action: str, hold: Hold, details: dict[str, str]) -> None:
        subject = f"hold:{hold.scope}:{hold.target}" if hold.target else f"hold:{hold.scope}"
        tx.log.audit(AuditEvent(self._ids.new(), self._clock.now(), actor.id, action, subject, details))


def _check(scope: str, target: str, reason: str) -> None:
    if scope not in SCOPES:
        raise Invalid("scope", f"Choose one of: {', '.join(SCOPES)}.")
    if (scope == "all") == bool(target):
        raise Invalid("target", "Name the account, campaign or post to hold, or hold everything without naming one.")
    if not reason.strip() or len(reason) > _LONGEST_REASON:
        raise Invalid("reason", f"Say why, in at most {_LONGEST_REASON} characters: it stands beside every held post.")
