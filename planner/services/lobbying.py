"""The lobbying log, with its sums and its table for reports. Not legal advice."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from planner.domain.lobbying import LobbyingEntry, validate
from planner.domain.people import authorize
from planner.domain.withheld import Withheld
from planner.services.cells import cell
from planner.services.keeping import Keeper

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.domain.people import Actor
    from planner.ports import Clock, Ids, Store

COLUMNS = ("day", "campaign", "bill", "kind", "hours", "cost", "who", "note")


class Lobbying:
    """The log."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        """Take the store, the clock and the id maker."""
        self._store = store
        self._keeper = Keeper(store, clock, ids, "lobbying", lambda tx: tx.campaigns.lobbying, validate)

    def all(self, campaign: str | None = None) -> tuple[LobbyingEntry, ...]:
        """Return the entries (of one campaign) by day."""
        return tuple(sorted(self._keeper.all(campaign), key=lambda entry: entry.day))

    def add(self, actor: Actor, entry: LobbyingEntry) -> LobbyingEntry:
        """Store an entry."""
        return self._keeper.add(actor, entry)

    def delete(self, actor: Actor, entry_id: str) -> None:
        """Delete an entry; the audit log keeps that it was there."""
        self._keeper.delete(actor, entry_id)

    def sums(self, campaign: str | None = None) -> Mapping[str, tuple[int, int]]:
        """Return kind -> (minutes, cents), the kinds that occur."""
        found: dict[str, tuple[int, int]] = {}
        for entry in self.all(campaign):
            minutes, cents = found.get(entry.kind, (0, 0))
            found[entry.kind] = (minutes + entry.minutes, cents + entry.cents)
        return found

    def table(self, actor: Actor, campaign: str | None = None) -> str:
        """Return the log as CSV for a spreadsheet: hours with two decimals, cost in whole units with cents."""
        authorize(actor, "read")
        with self._store.read() as tx:
            titles = {one.id: one.title for one in tx.campaigns.campaigns.all()}
            withheld = Withheld(tx.accounts.all(archived=True))
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(COLUMNS)
        for one in self.all(campaign):
            hours, cost = f"{one.minutes / 60:.2f}", f"{one.cents // 100}.{one.cents % 100:02d}"
            row = (one.day, titles.get(one.campaign, one.campaign), one.bill, one.kind, hours, cost, one.who, one.note)
            writer.writerow([cell(value) for value in row])
        return withheld.hide(out.getvalue())
