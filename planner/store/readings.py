"""Metrics as reported, and the connection notes beside them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, exists, func, select, update

from planner.domain.connection import ConnectionNote
from planner.domain.delivery import SEEN, Delivery
from planner.domain.metrics import COLLECT_AFTER, AccountReading, PostReading
from planner.store import tables
from planner.store.rows import Room, Rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

_DELIVERIES = Rows(tables.delivery, Delivery)
_POSTS = Rows(tables.post_reading, PostReading)
_ACCOUNTS = Rows(tables.account_reading, AccountReading)
_NOTES = Rows(tables.note, ConnectionNote, "This note does not exist any more. Reload the page.")
_READ = (
    select(tables.account_reading.c.account_id)
    .where(tables.account_reading.c.taken_at >= bindparam("start"), tables.account_reading.c.taken_at < bindparam("end"))
    .distinct()
)
_AT_ONCE = 900  # below SQLite's smallest limit of bound values
_KEPT = COLLECT_AFTER[-1] + timedelta(days=1)


class SqlReadings(Room):
    """The figures of posts and accounts."""

    def add_post(self, reading: PostReading) -> None:
        """Insert; the same delivery and time twice is one row."""
        self._upsert(tables.post_reading, _POSTS.values(reading), only_new=True)
        row = tables.delivery.c
        sent_at = self._connection.execute(select(row.sent_at).where(row.id == reading.delivery_id)).scalar()
        if sent_at is not None and reading.source == "api":
            following = next((sent_at + after for after in COLLECT_AFTER if sent_at + after > reading.taken_at), None)
            self._write(update(tables.delivery).where(row.id == reading.delivery_id).values(collect_at=following))

    def add_account(self, reading: AccountReading) -> None:
        """Insert; the same account and time twice is one row."""
        self._upsert(tables.account_reading, _ACCOUNTS.values(reading), only_new=True)

    def of_delivery(self, delivery_id: str) -> tuple[PostReading, ...]:
        """Return the readings of one delivery, oldest first."""
        table = tables.post_reading.c
        return _POSTS.all(self._connection, _POSTS.select.where(table.delivery_id == delivery_id).order_by(table.taken_at))

    def latest(self, delivery_ids: Sequence[str]) -> Mapping[str, PostReading]:
        """Return the latest reading of each delivery that has one."""
        table = tables.post_reading.c
        found: dict[str, PostReading] = {}
        for start in range(0, len(delivery_ids), _AT_ONCE):
            some = list(delivery_ids[start : start + _AT_ONCE])
            newest = select(table.delivery_id, func.max(table.taken_at).label("taken_at")).where(table.delivery_id.in_(some))
            last = newest.group_by(table.delivery_id).subquery()
            query = _POSTS.select.join(last, (last.c.delivery_id == table.delivery_id) & (last.c.taken_at == table.taken_at))
            found.update((reading.delivery_id, reading) for reading in _POSTS.all(self._connection, query))
        return found

    def of_account(self, account_id: str, start: datetime, end: datetime) -> tuple[AccountReading, ...]:
        """Return the readings of an account in [start, end), oldest first."""
        table = tables.account_reading.c
        inside = (table.account_id == account_id, table.taken_at >= start, table.taken_at < end)
        return _ACCOUNTS.all(self._connection, _ACCOUNTS.select.where(*inside).order_by(table.taken_at))

    def accounts_read(self, account_ids: Sequence[str], start: datetime, end: datetime) -> frozenset[str]:
        """Return those of these accounts that have a reading in [start, end)."""
        found = self._among(_READ, tables.account_reading.c.account_id, account_ids, start=start, end=end)
        return frozenset(account_id for (account_id,) in found)

    def uncollected(self, now: datetime, *, limit: int = 200) -> tuple[Delivery, ...]:
        """Return sent api deliveries of the last four weeks and a day that lack a planned reading, longest waiting first; none that only a person saw."""
        row, part = tables.delivery.c, tables.part.c
        seen = exists().where(part.delivery_id == row.id, part.ref.startswith(SEEN))
        waiting = (row.collect_at <= now, row.state == "sent", row.mode == "api", row.sent_at >= now - _KEPT, ~seen)
        return _DELIVERIES.all(self._connection, _DELIVERIES.select.where(*waiting).order_by(row.collect_at, row.id).limit(limit))


class SqlNotes(Room):
    """Connection notes."""

    def all(self, *, account_id: str | None = None, start: date | None = None, end: date | None = None) -> tuple[ConnectionNote, ...]:
        """Return the notes in [start, end), by day."""
        table = tables.note.c
        query = _NOTES.select.order_by(table.day, table.at, table.id)
        if account_id is not None:
            query = query.where(table.account_id == account_id)
        if start is not None:
            query = query.where(table.day >= start)
        if end is not None:
            query = query.where(table.day < end)
        return _NOTES.all(self._connection, query)

    def get(self, note_id: str) -> ConnectionNote:
        """Return one; raise Missing."""
        return _NOTES.one(self._connection, id=note_id)

    def add(self, note: ConnectionNote) -> None:
        """Insert."""
        self._insert(tables.note, _NOTES.values(note))

    def swap(self, before: ConnectionNote, after: ConnectionNote) -> bool:
        """Replace when the version still stands."""
        table = tables.note.c
        return self._swap(_NOTES, before, after, table.id == before.id, table.version == before.version)

    def delete(self, note_id: str) -> None:
        """Delete; a note is the writer's own."""
        self._write(delete(tables.note).where(tables.note.c.id == note_id))
