"""A profile as a client who looks the person up meets it: the bio, the posts that are there, and the next nine on their way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from planner.domain.people import authorize
from planner.domain.schedule import local_wall
from planner.services import render
from planner.services.takedown import TAKEN_DOWN

if TYPE_CHECKING:
    from datetime import date, datetime

    from planner.checklist.report import LedgerEntry
    from planner.domain.account import Account
    from planner.domain.delivery import Delivery
    from planner.domain.people import Actor
    from planner.domain.post import Content
    from planner.ports import Clock, Store, Transaction

NINE = 9
"""What a profile page shows at a glance: three rows of three, on the platforms that show rows."""

_SPANS = (timedelta(days=40), timedelta(days=366))
"""How far to look: a month is enough for most accounts, and a busy one has too many posts in a year."""

_REMEMBERED = timedelta(days=2 * 365)
_THERE, _ON_THE_WAY = ("sent", "unconfirmed"), ("queued", "sending", "held")


@dataclass(frozen=True, slots=True)
class Shown:
    """One post on the profile. `gap`: whole days without any post before it, as a reader scrolls; None for the first in time."""

    delivery: Delivery
    content: Content
    gap: int | None


@dataclass(frozen=True, slots=True)
class ClientView:
    """What a client meets. `past` is newest first, as a profile shows it; `coming` is in the order in which it goes out."""

    account: Account
    past: tuple[Shown, ...]
    coming: tuple[Shown, ...]
    told: tuple[LedgerEntry, ...]


class ClientViews:
    """Looking at one's own accounts from outside. Everything comes out of this planner: no platform is asked."""

    def __init__(self, store: Store, clock: Clock) -> None:
        """Take the store and the clock."""
        self._store = store
        self._clock = clock

    def of(self, actor: Actor, account_id: str) -> ClientView:
        """Return the account's profile; what was taken down is not there, and what is on hold still stands among the next nine."""
        authorize(actor, "read")
        now = self._clock.now()
        with self._store.read() as tx:
            account = tx.accounts.get(account_id)
            sent = _latest(tx, account_id, now)
            ahead = _next(tx, account_id, now)
            posts = tx.posts.many([item.post_id for item in (*sent, *ahead)])
            line = [*sent, *ahead]
            shown = [Shown(item, render.marked(tx, posts[item.post_id], account), _gap(line, at)) for at, item in enumerate(line)]
            since = (now - _REMEMBERED).date().isoformat()
            told = tuple(entry for entry in tx.ledgers.entries(account_id) if entry.date >= since)
        return ClientView(account, tuple(shown[: len(sent)][-NINE:][::-1]), tuple(shown[len(sent) :]), told)


def _latest(tx: Transaction, account_id: str, now: datetime) -> list[Delivery]:
    """Return the latest posts that are there, earliest first, and one more to count the days before the first of them."""
    found: list[Delivery] = []
    for span in _SPANS:
        rows = tx.deliveries.window(now - span, now + timedelta(seconds=1), account_id=account_id, states=_THERE)
        found = [item for item in rows[-3 * NINE :] if not _gone(tx, item)][-NINE - 1 :]
        if len(found) > NINE:
            break
    return found


def _next(tx: Transaction, account_id: str, now: datetime) -> tuple[Delivery, ...]:
    """Return the next nine on their way, earliest first; what is late and still waits comes first."""
    found: tuple[Delivery, ...] = ()
    for span in _SPANS:
        found = tx.deliveries.window(now - _SPANS[0], now + span, account_id=account_id, states=_ON_THE_WAY)[:NINE]
        if len(found) == NINE:
            break
    return found


def _gone(tx: Transaction, item: Delivery) -> bool:
    """Return whether a person has taken the post down, whole."""
    events = tx.log.events(subject=f"delivery:{item.id}")
    return any(event.action == TAKEN_DOWN and event.details["left"] == "0" for event in events)


def _gap(line: list[Delivery], at: int) -> int | None:
    """Return the days without a post between this one and the one before it, on the account's own calendar."""
    return (_day(line[at]) - _day(line[at - 1])).days - 1 if at else None


def _day(item: Delivery) -> date:
    return local_wall(item.sent_at or item.due_at, item.zone).day
