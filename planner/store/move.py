"""Copy everything from one database to another, count and compare it, all or nothing; running it again brings the copy up to date."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, text

from planner.domain.errors import Conflict, NotReady, SetupError
from planner.store import schema, tables
from planner.store.connect import engines, parse, sqlite_path, translated
from planner.store.crypt import Crypt
from planner.store.migrate import bring_up
from planner.store.probe import ALL_IS_NEW

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection, Table

_KEY_CHECK = "key.check"
_RUNNING = timedelta(seconds=30)
_BATCH = 500
_PARTS = [table for table in schema.metadata.sorted_tables if table not in (tables.beat, tables.change)]
"""Heartbeats and the data version belong to a database, not to what is kept in it."""


def copy_store(source: str, target: str, key: bytes, backups: Path) -> dict[str, int]:
    """Copy and verify; return table -> rows. Raise NotReady while a worker runs, Conflict for a target that was used since."""
    there, here = parse(source), parse(target)
    if there.set(drivername="x") == here.set(drivername="x"):
        raise SetupError("Both addresses name the same database. Give the old one first, then the new one.")
    path = sqlite_path(there)
    if path is not None and not path.exists():
        raise SetupError(f"There is no database {path}. Give the old one first, then the new one.")
    old_readers, old_writers = engines(there)
    new_readers, new_writers = engines(here)
    try:
        bring_up(old_readers, old_writers, path, backups)
        bring_up(new_readers, new_writers, sqlite_path(here), backups)
        with translated(), old_readers.begin() as old, new_writers.begin() as new:
            _require_still(old)
            _require_key(old, key)
            _require_ours(old, new)
            counts = _copy(old, new)
            _compare(old, new)
            new.execute(ALL_IS_NEW)
            return counts
    finally:
        for engine in (old_readers, old_writers, new_readers, new_writers):
            engine.dispose()


def _require_still(old: Connection) -> None:
    last = old.execute(select(func.max(tables.beat.c.at))).scalar()
    if last is not None and datetime.now(UTC) - last < _RUNNING:
        raise NotReady("Discreet still runs on the old database. Stop it and its workers, wait half a minute, then run this again.")


def _require_key(old: Connection, key: bytes) -> None:
    sealed = _setting(old)
    if sealed is not None:
        Crypt(key).open(sealed)


def _require_ours(old: Connection, new: Connection) -> None:
    """Refuse a target that holds something else, or that was worked with after an earlier copy."""
    log = tables.audit.c
    used = any(new.execute(select(func.count()).select_from(table)).scalar_one() for table in (tables.member, tables.account, tables.post))
    if used and _setting(new) != _setting(old):
        raise Conflict("The new database already holds another workspace. Give an empty one.")
    known = set(old.execute(select(log.id)).scalars())
    if used and any(event not in known for event in new.execute(select(log.id)).scalars()):
        raise Conflict(
            "The new database was worked with since it was copied, so it is not overwritten. Go on with it, or give an empty one."
        )


def _setting(connection: Connection) -> str | None:
    row = tables.setting.c
    return connection.execute(select(row.value).where(row.name == _KEY_CHECK)).scalar()


def _copy(old: Connection, new: Connection) -> dict[str, int]:
    for table in reversed(_PARTS):
        if table not in tables.APPEND_ONLY:
            new.execute(table.delete())
    counts = {}
    for table in _PARTS:
        counts[table.name] = _fill(old, new, table)
        if "seq" in table.c and new.dialect.name == "postgresql":
            # The names are our own tables'.
            new.execute(
                text(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'seq'), (SELECT coalesce(max(seq), 1) FROM {table.name}))")  # noqa: S608 - no value from outside
            )
    return counts


def _fill(old: Connection, new: Connection, table: Table) -> int:
    there = set(new.execute(select(table.c.seq)).scalars()) if table in tables.APPEND_ONLY else set()
    count = 0
    for rows in _batches(old, table):
        count += len(rows)
        fresh = [row for row in rows if not there or row["seq"] not in there]
        if fresh:
            new.execute(table.insert(), fresh)
    return count


def _batches(connection: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    query = select(table).order_by(*table.primary_key).execution_options(yield_per=_BATCH)
    for rows in connection.execute(query).mappings().partitions():
        yield [dict(row) for row in rows]


def _compare(old: Connection, new: Connection) -> None:
    for table in _PARTS:
        if _digest(old, table) != _digest(new, table):
            raise Conflict(
                f"The copy of {table.name} differs from the original, so nothing was kept. Run this again; if it stays, tell us."
            )


def _digest(connection: Connection, table: Table) -> tuple[int, str]:
    """Return the number of rows and the SHA-256 of all their values, in an order that both databases know."""
    lines = sorted(hashlib.sha256(repr(sorted(row.items())).encode()).hexdigest() for rows in _batches(connection, table) for row in rows)
    return len(lines), hashlib.sha256("".join(lines).encode()).hexdigest()
