"""Cadence: how many posts a week an account aims for, the gaps ahead, and evergreen posts that could fill one."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from planner.domain.audit import AuditEvent
from planner.domain.cadence import check_target, gap
from planner.domain.people import authorize
from planner.domain.schedule import local_wall

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from planner.domain.account import Account
    from planner.domain.cadence import Gap
    from planner.domain.people import Actor
    from planner.domain.post import Post
    from planner.ports import Clock, Ids, Store, Transaction

WEEKS = 2
"""This week and the next: further ahead an empty week is no gap yet."""

REST = timedelta(days=30)
"""An evergreen post that was out within a month is left alone."""

_PLANNED = ("queued", "sending", "sent", "unconfirmed")
_BACK, _EDGE, _WEEK = timedelta(days=365), timedelta(days=1), timedelta(days=7)
_SETTING = "cadence"
_OFFERED = 3


@dataclass(frozen=True, slots=True)
class Evergreen:
    """A post that went out with “any time that day” and may come again."""

    post: Post
    last_out: datetime


class Cadence:
    """Aims and gaps. Nothing is counted about a person, and nothing is scheduled by itself."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        """Take the store, the clock and the id maker."""
        self._store = store
        self._clock = clock
        self._ids = ids

    def targets(self) -> Mapping[str, int]:
        """Return account -> posts a week, of the accounts that have an aim."""
        with self._store.read() as tx:
            return _targets(tx)

    def aim(self, actor: Actor, account_id: str, number: int) -> None:
        """Set how many posts a week an account aims for; 0 takes the aim away, and nothing is said any more."""
        authorize(actor, "connect")
        with self._store.write() as tx:
            tx.accounts.get(account_id)
            after = {**_targets(tx), account_id: check_target(number)}
            tx.log.put_setting(_SETTING, json.dumps({key: value for key, value in sorted(after.items()) if value}))
            details = {"posts a week": str(number)}
            tx.log.audit(AuditEvent(self._ids.new(), self._clock.now(), actor.id, "account.aim", f"account:{account_id}", details))

    def gaps(self) -> tuple[Gap, ...]:
        """Return this week and the next of every account where they lack posts, soonest first."""
        now, found = self._clock.now(), []
        with self._store.read() as tx:
            targets = _targets(tx)
            for account in tx.accounts.all():
                if account.id in targets:
                    found += _gaps(tx, account, targets[account.id], now)
        return tuple(sorted(found, key=lambda one: (one.monday, one.account_id)))

    def evergreens(self, account_id: str) -> tuple[Evergreen, ...]:
        """Return posts of the last year that may come again on this account, the longest unseen first."""
        now = self._clock.now()
        with self._store.read() as tx:
            rows = tx.deliveries.window(now - _BACK, now + _BACK, account_id=account_id, states=_PLANNED)
            last = {item.post_id: item.due_at if item.state == "sent" else now for item in rows if item.timing == "evergreen"}
            old = sorted((at, post_id) for post_id, at in last.items() if at <= now - REST)[:_OFFERED]
            posts = tx.posts.many([post_id for _, post_id in old])
            return tuple(Evergreen(posts[post_id], at) for at, post_id in old)

    def again(self, actor: Actor, account_id: str, post_id: str, monday: date) -> Post:
        """Make a draft of an evergreen post for one account; asked twice for the same week it is the same draft.

        It passes the gate like any other draft: what was approved once is read again with today's rules.
        """
        authorize(actor, "write")
        now, begun = self._clock.now(), f"cadence:{account_id}:{monday.isoformat()}:{post_id}"
        with self._store.write() as tx:
            there, key = _made(tx, begun)
            if there is not None:
                return there
            pattern = tx.posts.get(post_id)
            variants = tuple(one for one in pattern.variants if one.account_id == account_id)
            draft = replace(
                pattern, id=self._ids.new(), variants=variants, created_by=actor.id, created_at=now, updated_at=now, state="draft", version=1
            )  # fmt: skip
            tx.posts.add(draft)
            tx.log.put_done(key, actor.id, draft.id, now)
            tx.log.audit(
                AuditEvent(self._ids.new(), now, actor.id, "post.again", f"post:{draft.id}", {"of": post_id, "account": account_id})
            )
            return draft


def _gaps(tx: Transaction, account: Account, target: int, now: datetime) -> list[Gap]:
    today = local_wall(now, account.zone).day
    monday = today - timedelta(days=today.weekday())
    start = datetime.combine(monday, time(), UTC)
    rows = tx.deliveries.window(start - _EDGE, start + WEEKS * _WEEK + _EDGE, account_id=account.id, states=_PLANNED)
    days = [local_wall(item.due_at, account.zone).day for item in rows]
    open_days = {window.day for window in account.business_hours}
    rest = frozenset(range(7)) - open_days if open_days else frozenset()
    weeks = (gap(account.id, target, days, monday + step * _WEEK, today, rest) for step in range(WEEKS))
    return [one for one in weeks if one is not None]


def _made(tx: Transaction, begun: str) -> tuple[Post | None, str]:
    """Return the draft that was made and is still there, else the operation id under which the next one is made."""
    number, there = 1, None
    while (made := tx.log.done(f"{begun}:{number}")) is not None and (there := tx.posts.many([made]).get(made)) is None:
        number += 1
    return there, f"{begun}:{number}"


def _targets(tx: Transaction) -> dict[str, int]:
    return {str(key): int(value) for key, value in json.loads(tx.log.setting(_SETTING) or "{}").items()}
