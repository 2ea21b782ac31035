"""Rows to frozen values and back: a dataclass's fields are a table's columns of the same name."""

from __future__ import annotations

from dataclasses import fields
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sqlalchemy import bindparam, insert, select, update

from planner.domain.errors import Missing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import ColumnElement, Connection, Insert, Row, Select, Table

T = TypeVar("T")


class Rows(Generic[T]):
    """What stands between one table and its dataclass. `renamed` maps a field to a column of another name."""

    def __init__(self, table: Table, kind: Callable[..., T], missing: str = "", renamed: Mapping[str, str] | None = None) -> None:
        """Take the table, the class, and the sentence for a row that is not there."""
        self.table = table
        self.missing = missing
        self._kind = kind
        self._names = {field.name: (renamed or {}).get(field.name, field.name) for field in fields(kind)}  # type: ignore[arg-type]
        self.select: Select[Any] = select(*(table.c[column] for column in self._names.values()))
        self._queries: dict[tuple[tuple[str, ...], tuple[str, ...]], Select[Any]] = {}

    def value(self, row: Row[Any]) -> T:
        """Return the value of a row that `select` gave."""
        return self._kind(*row)

    def values(self, item: T) -> dict[str, Any]:
        """Return column -> value."""
        return {column: getattr(item, field) for field, column in self._names.items()}

    def changed(self, before: T, after: T) -> dict[str, Any]:
        """Return column -> new value, only those that differ: the database then leaves the other indexes alone."""
        return {column: getattr(after, field) for field, column in self._names.items() if getattr(before, field) != getattr(after, field)}

    def all(self, connection: Connection, query: Select[Any]) -> tuple[T, ...]:
        """Run a query that was made from `select`."""
        return tuple(self._kind(*row) for row in connection.execute(query))

    def by(self, connection: Connection, order: tuple[str, ...] = (), **equal: object) -> tuple[T, ...]:
        """Return the rows whose columns have these values; the statement is built once."""
        return tuple(self._kind(*row) for row in connection.execute(self._query(tuple(equal), order), equal))

    def one(self, connection: Connection, **equal: object) -> T:
        """Return the only row whose columns have these values, or raise Missing."""
        row = connection.execute(self._query(tuple(equal), ()), equal).first()
        if row is None:
            raise Missing(self.missing)
        return self._kind(*row)

    def _query(self, names: tuple[str, ...], order: tuple[str, ...]) -> Select[Any]:
        if (names, order) not in self._queries:
            columns = self.table.c
            query = self.select.where(*(columns[name] == bindparam(name) for name in names))
            self._queries[names, order] = query.order_by(*(columns[name] for name in order))
        return self._queries[names, order]


class Room:
    """One subject's rows inside one transaction; `touch` is called by everything that changes what a page may show."""

    def __init__(self, connection: Connection, touch: Callable[[], None]) -> None:
        """Take the open connection and what to call on a change."""
        self._connection = connection
        self._touch = touch

    def _insert(self, table: Table, *rows: Mapping[str, Any]) -> None:
        self._touch()
        if rows:
            self._connection.execute(insert(table), [dict(row) for row in rows])

    def _write(self, statement: Any, values: Mapping[str, Any] | None = None) -> int:  # noqa: ANN401 - any UPDATE, DELETE or INSERT
        self._touch()
        return int(self._connection.execute(statement, values).rowcount)

    def _upsert(self, table: Table, values: Mapping[str, Any], *, only_new: bool = False) -> bool:
        """Insert, or replace the row with the same primary key (`only_new`: leave it as it is); return whether a row was written."""
        self._touch()
        statement = upsert(self._connection.dialect.name, table, values, only_new=only_new)
        return self._connection.execute(statement, dict(values)).first() is not None

    def _swap(self, rows: Rows[T], before: T, after: T, *conditions: ColumnElement[bool]) -> bool:
        """Update the changed columns where the conditions still hold; return whether exactly one row changed."""
        changes = rows.changed(before, after)
        return self._write(update(rows.table).where(*conditions).values(**changes)) == 1


def upsert(dialect: str, table: Table, values: Mapping[str, Any], *, only_new: bool) -> Insert:
    """Return the database's own INSERT ... ON CONFLICT over the primary key; it is run with the values, and built once."""
    return _upsert(dialect, table, tuple(values), only_new)


@lru_cache(maxsize=256)
def _upsert(dialect: str, table: Table, names: tuple[str, ...], only_new: bool) -> Insert:  # noqa: FBT001 - a key of the cache
    if dialect == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as make  # noqa: PLC0415 - only where it is used
    else:
        from sqlalchemy.dialects.sqlite import insert as make  # type: ignore[assignment]  # noqa: PLC0415 - only where it is used
    statement = make(table)
    if only_new:
        return statement.on_conflict_do_nothing().returning(*table.primary_key)
    keys = [column.name for column in table.primary_key]
    kept = {name: statement.excluded[name] for name in names if name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=kept).returning(*table.primary_key)
