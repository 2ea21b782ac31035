"""The audit trail: who did what when, page by page and as a table to take along."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from planner.domain.people import authorize
from planner.domain.withheld import Withheld
from planner.services.cells import cell

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from planner.domain.audit import AuditEvent
    from planner.domain.people import Actor
    from planner.ports import Store

PAGE = 50
_MOST = 100_000


class Trail:
    """Reading the audit log; nothing can change it."""

    def __init__(self, store: Store) -> None:
        """Take the store."""
        self._store = store

    def page(
        self, actor: Actor, *, actions: Sequence[str] = (), person: str = "", since: datetime | None = None, before: str | None = None
    ) -> tuple[AuditEvent, ...]:
        """Return up to 50 events, the newest first; `before` is the last id of the page before."""
        authorize(actor, "review")
        with self._store.read() as tx:
            return tx.talk.trail(actions=actions, actor=person, since=since, before=before, limit=PAGE)

    def actions(self) -> tuple[str, ...]:
        """Return every action that the log knows, by name."""
        with self._store.read() as tx:
            return tx.talk.actions()

    def as_csv(self, actor: Actor, *, actions: Sequence[str] = (), person: str = "", since: datetime | None = None) -> str:
        """Return the events as CSV with a header, the newest first: time (UTC), person, action, subject, details."""
        authorize(actor, "review")
        with self._store.read() as tx:
            events = tx.talk.trail(actions=actions, actor=person, since=since, limit=_MOST)
            names = {member.id: member.name for member in tx.members.all()}
            withheld = Withheld(tx.accounts.all(archived=True))
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(("at", "person", "action", "subject", "details"))
        for event in events:
            told = "; ".join(f"{key}: {value}" for key, value in sorted(event.details.items()))
            row = (event.at.isoformat(), names.get(event.actor, event.actor), event.action, event.subject, told)
            writer.writerow([cell(value) for value in row])
        return withheld.hide(out.getvalue())
