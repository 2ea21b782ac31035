"""Petitions, how their reading goes, and their counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select, update

from planner.domain.petition import Petition, PetitionLook, SignatureCount
from planner.store import tables_petitions as tables
from planner.store.rows import Room, Rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_PETITIONS = Rows(tables.petition, Petition, "This petition does not exist any more. Reload the page.")
_LOOKS = Rows(tables.petition_look, PetitionLook)
_COUNTS = Rows(tables.signature_count, SignatureCount)
_AT_ONCE = 900  # below SQLite's smallest limit of bound values


class SqlPetitions(Room):
    """The petitions."""

    def all(self, *, campaign: str | None = None, archived: bool = False) -> tuple[Petition, ...]:
        """Return the petitions (of one campaign), oldest first."""
        row = tables.petition.c
        query = _PETITIONS.select.order_by(row.created_at, row.id)
        if campaign is not None:
            query = query.where(row.campaign == campaign)
        if not archived:
            query = query.where(row.archived.is_(False))
        return _PETITIONS.all(self._connection, query)

    def get(self, petition_id: str) -> Petition:
        """Return one; raise Missing."""
        return _PETITIONS.one(self._connection, id=petition_id)

    def add(self, petition: Petition) -> None:
        """Insert."""
        self._insert(tables.petition, _PETITIONS.values(petition))

    def swap(self, before: Petition, after: Petition) -> bool:
        """Replace when the version still stands."""
        row = tables.petition.c
        return self._swap(_PETITIONS, before, after, row.id == before.id, row.version == before.version)

    def look(self, petition_id: str) -> PetitionLook | None:
        """Return how its reading goes, or None before the first try."""
        return next(iter(_LOOKS.by(self._connection, petition_id=petition_id)), None)

    def claim(self, before: PetitionLook | None, after: PetitionLook) -> bool:
        """Write `after` unless another process looked in between; return whether it was written."""
        if before is None:
            return self._upsert(tables.petition_look, _LOOKS.values(after), only_new=True)
        row = tables.petition_look.c
        stands = (row.petition_id == before.petition_id, row.looked_at == before.looked_at)
        return self._write(update(tables.petition_look).where(*stands).values(**_LOOKS.values(after))) == 1

    def put_look(self, look: PetitionLook) -> None:
        """Insert or replace."""
        self._upsert(tables.petition_look, _LOOKS.values(look))

    def forget_look(self, petition_id: str) -> None:
        """Delete, so that it is read anew."""
        self._write(delete(tables.petition_look).where(tables.petition_look.c.petition_id == petition_id))

    def add_count(self, count: SignatureCount) -> None:
        """Insert; the same petition and time twice is one row, and the first stays."""
        self._upsert(tables.signature_count, _COUNTS.values(count), only_new=True)

    def drop_count(self, count: SignatureCount) -> None:
        """Delete one reading, for which a later one stands."""
        row = tables.signature_count.c
        self._write(delete(tables.signature_count).where(row.petition_id == count.petition_id, row.as_of == count.as_of))

    def newest(self, petition_id: str, number: int) -> tuple[SignatureCount, ...]:
        """Return the latest readings, newest first."""
        row = tables.signature_count.c
        query = _COUNTS.select.where(row.petition_id == petition_id).order_by(row.as_of.desc()).limit(number)
        return _COUNTS.all(self._connection, query)

    def counts(self, petition_id: str) -> tuple[SignatureCount, ...]:
        """Return every reading, oldest first."""
        return _COUNTS.by(self._connection, ("as_of",), petition_id=petition_id)

    def latest(self, petition_ids: Sequence[str]) -> Mapping[str, SignatureCount]:
        """Return the latest reading with a number of each petition that has one."""
        row = tables.signature_count.c
        found: dict[str, SignatureCount] = {}
        for start in range(0, len(petition_ids), _AT_ONCE):
            some = list(petition_ids[start : start + _AT_ONCE])
            newest = select(row.petition_id, func.max(row.as_of).label("as_of")).where(row.petition_id.in_(some), row.count.is_not(None))
            last = newest.group_by(row.petition_id).subquery()
            query = _COUNTS.select.join(last, (last.c.petition_id == row.petition_id) & (last.c.as_of == row.as_of))
            found.update((one.petition_id, one) for one in _COUNTS.all(self._connection, query))
        return found
