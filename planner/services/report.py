"""The month in one page: people first, then what went out, what came of it, and what nobody could know."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from planner.domain.connection import STAGES, stage_counts
from planner.domain.errors import Invalid
from planner.domain.people import authorize
from planner.domain.withheld import Withheld

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.domain.account import Account
    from planner.domain.connection import ConnectionNote
    from planner.domain.delivery import State
    from planner.domain.people import Actor
    from planner.ports import Clock, Store
    from planner.services.insights import Insights, PostFigures

_TROUBLE: tuple[State, ...] = ("missed", "failed", "unconfirmed", "held")
_BEST = 5
_SKEW = timedelta(hours=14)


@dataclass(frozen=True, slots=True)
class AccountMonth:
    """One account's month. Followers are the first and last count that was reported in it, None where there was none."""

    account: Account
    posts: int
    reported: int
    reactions: int | None
    followers_first: int | None
    followers_last: int | None


@dataclass(frozen=True, slots=True)
class Month:
    """A month as it was. `purposes` counts posts by purpose, `trouble` deliveries that did not simply go out, by state."""

    first: date
    notes: tuple[ConnectionNote, ...]
    stages: Mapping[str, int]
    offline: int
    accounts: tuple[AccountMonth, ...]
    purposes: Mapping[str, int]
    best: tuple[PostFigures, ...]
    trouble: Mapping[State, int]

    @property
    def posts(self) -> int:
        """Return how many posts went out."""
        return sum(account.posts for account in self.accounts)


class Reports:
    """Monthly reports."""

    def __init__(self, store: Store, insights: Insights, clock: Clock) -> None:
        """Take the store, the figures and the clock."""
        self._store = store
        self._insights = insights
        self._clock = clock

    def month(self, actor: Actor, name: str) -> Month:
        """Return the month named `2026-11`; raise Invalid for anything else or a month that has not begun."""
        authorize(actor, "read")
        first = self._first(name)
        following = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
        start, end = (datetime.combine(day, time(), UTC) for day in (first, following))
        figures = tuple(row for row in self._insights.posts(start - _SKEW, end + _SKEW) if _inside(row, first, following))
        with self._store.read() as tx:
            accounts = tx.accounts.all(archived=True)
            notes = tx.notes.all(start=first, end=following)
            before = tx.notes.all(start=date.min, end=following)
            readings = {account.id: tx.readings.of_account(account.id, start, end) for account in accounts}
            withheld = Withheld(accounts)
            states = Counter(item.state for item in tx.deliveries.window(start, end))
        counts = stage_counts(before)
        return Month(
            first=first,
            notes=tuple(replace(one, who=withheld.hide(one.who), text=withheld.hide(one.text)) for one in notes),
            stages={stage: counts[stage] for stage in STAGES},
            offline=sum(note.place != "online" for note in notes),
            accounts=tuple(
                row
                for account in accounts
                if (row := _account(account, figures, [one.values.get("followers") for one in readings[account.id]])) is not None
            ),
            purposes=dict(Counter(row.purpose for row in figures)),
            best=tuple(
                replace(row, headline=withheld.hide(row.headline))
                for row in sorted((row for row in figures if row.total), key=lambda row: -(row.total or 0))[:_BEST]
            ),
            trouble={state: states[state] for state in _TROUBLE if states[state]},
        )

    def _first(self, name: str) -> date:
        try:
            first = date.fromisoformat(f"{name}-01")
        except ValueError:
            raise Invalid("month", f"“{name[:20]}” is no month. Write it as 2026-11.") from None
        if first > self._clock.now().date():
            raise Invalid("month", "That month has not begun yet. Choose an earlier one.")
        return first


def _inside(row: PostFigures, first: date, following: date) -> bool:
    """Return whether the post stood in that month on its own account's calendar."""
    return first.isoformat() <= row.delivery.wall[:10] < following.isoformat()


def _account(account: Account, figures: tuple[PostFigures, ...], followers: list[int | None]) -> AccountMonth | None:
    """Return the account's row, or None when nothing happened on it."""
    mine = [row for row in figures if row.account.id == account.id]
    totals = [row.total for row in mine if row.total is not None]
    known = [count for count in followers if count is not None]
    if not mine and not known:
        return None
    return AccountMonth(
        account=account,
        posts=len(mine),
        reported=len(totals),
        reactions=sum(totals) if totals else None,
        followers_first=known[0] if known else None,
        followers_last=known[-1] if known else None,
    )
