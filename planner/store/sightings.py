"""Findings that people have read, and what became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from planner.domain.rule_use import RuleCount, Sighting
from planner.store import tables_use as tables
from planner.store.rows import Room, Rows

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from planner.domain.rule_use import Outcome

_SIGHTINGS = Rows(tables.sighting, Sighting)


class SqlSightings(Room):
    """What became of findings."""

    def saw(self, sightings: Iterable[Sighting]) -> None:
        """Keep these; one that is known already stays as it is."""
        for one in sightings:
            self._upsert(tables.sighting, _SIGHTINGS.values(one), only_new=True)

    def waiting(self, post_id: str) -> tuple[Sighting, ...]:
        """Return what was read in this post and is not settled yet."""
        return _SIGHTINGS.by(self._connection, ("at", "fingerprint"), post_id=post_id, outcome="waiting")

    def settle(self, post_id: str, fingerprint: str, outcome: Outcome, at: datetime) -> None:
        """Keep what became of one."""
        row = tables.sighting.c
        which = update(tables.sighting).where(row.post_id == post_id, row.fingerprint == fingerprint)
        self._write(which.values(outcome=outcome, settled_at=at))

    def counts(self) -> tuple[RuleCount, ...]:
        """Return rule, outcome and number over everything, rules in order of their names."""
        row = tables.sighting.c
        query = select(row.rule, row.outcome, func.count()).group_by(row.rule, row.outcome).order_by(row.rule, row.outcome)
        return tuple(RuleCount(*found) for found in self._connection.execute(query))
