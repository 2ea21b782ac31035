"""Rows to frozen values and back: a dataclass's fields are a table's columns of the same name."""

from __future__ import annotations

import json
from dataclasses import fields
from functools import lru_cache
from itertools import compress
from operator import attrgetter, is_not
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sqlalchemy import bindparam, func, insert, select, update

from planner.domain.errors import Missing
from planner.domain.making import Maker
from planner.store.straight import Straight

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Column, ColumnElement, Connection, Insert, Row, Select, Table

T = TypeVar("T")


class Rows(Generic[T]):
    """What stands between one table and its dataclass. `renamed` maps a field to a column of another name."""

    def __init__(self, table: Table, kind: type[T], missing: str = "", renamed: Mapping[str, str] | None = None) -> None:
        """Take the table, the class, and the sentence for a row that is not there."""
        self.table = table
        self.missing = missing
        self._make = Maker(kind).make
        self._names = {field.name: (renamed or {}).get(field.name, field.name) for field in fields(kind)}  # type: ignore[arg-type]
        self.columns = tuple(self._names.values())
        self._places = range(len(self.columns))
        self.read: Callable[[T], tuple[Any, ...]] = attrgetter(*self._names)
        """Returns the values of an item in the order of the columns."""
        self.select: Select[Any] = select(*(table.c[column] for column in self._names.values()))
        self._queries: dict[tuple[tuple[str, ...], tuple[str, ...]], Straight] = {}

    def value(self, row: Row[Any]) -> T:
        """Return the value of a row that `select` gave."""
        return self._make(*row)

    def values(self, item: T) -> dict[str, Any]:
        """Return column -> value."""
        return {column: getattr(item, field) for field, column in self._names.items()}

    def changed(self, before: T, after: T) -> dict[str, Any]:
        """Return column -> new value, only those that differ: the database then leaves the other indexes alone."""
        old, new = self.read(before), self.read(after)
        places = [place for place in compress(self._places, map(is_not, old, new)) if old[place] != new[place]]
        return {self.columns[place]: new[place] for place in places}

    def all(self, connection: Connection, query: Select[Any]) -> tuple[T, ...]:
        """Run a query that was made from `select`."""
        return tuple(self._make(*row) for row in connection.execute(query).all())

    def asked(self, connection: Connection, query: Straight, **bound: object) -> tuple[T, ...]:
        """Run one that was made from `select` and whose text never changes."""
        return tuple([self._make(*row) for row in query(connection, **bound)])

    def by(self, connection: Connection, order: tuple[str, ...] = (), **equal: object) -> tuple[T, ...]:
        """Return the rows whose columns have these values; the statement is built once."""
        return self.asked(connection, self._query(tuple(equal), order), **equal)

    def among(self, connection: Connection, column: str, values: Sequence[str], order: tuple[str, ...] = ()) -> tuple[T, ...]:
        """Return the rows whose column has one of these values, in one query; the order holds for each value."""
        dialect = connection.dialect.name
        return self.asked(connection, self._among(dialect, column, order), values=packed(dialect, values))

    def one(self, connection: Connection, **equal: object) -> T:
        """Return the only row whose columns have these values, or raise Missing."""
        found = self.by(connection, (), **equal)
        if not found:
            raise Missing(self.missing)
        return found[0]

    def _among(self, dialect: str, column: str, order: tuple[str, ...]) -> Straight:
        key = ((column, dialect), order)
        if key not in self._queries:
            columns = self.table.c
            chosen = self.select.where(among(dialect, columns[column])).order_by(*(columns[name] for name in order))
            self._queries[key] = Straight(chosen)
        return self._queries[key]

    def _query(self, names: tuple[str, ...], order: tuple[str, ...]) -> Straight:
        if (names, order) not in self._queries:
            columns = self.table.c
            query = self.select.where(*(columns[name] == bindparam(name) for name in names))
            self._queries[names, order] = Straight(query.order_by(*(columns[name] for name in order)))
        return self._queries[names, order]


class Room:
    """One subject's rows inside one transaction; `touch` is called by everything that changes what a page may show.

    A read transaction sees one state of the data, so what was read ahead for many keys at once is kept and given out again.
    """

    empty: frozenset[Table] = frozenset()
    """Tables that hold nothing for the keys that are read ahead, so that they need no question."""

    def __init__(self, connection: Connection, touch: Callable[[], None]) -> None:
        """Take the open connection and what to call on a change."""
        self._connection = connection
        self._touch = touch
        self._known: dict[tuple[str, str], Any] = {}

    def keep(self, known: dict[tuple[str, str], Any]) -> None:
        """Know what was read for a look before, and add to it."""
        self._known = known

    def _unknown(self, name: str, keys: Sequence[str]) -> list[str]:
        """Return those of the keys of which nothing is known yet."""
        return [key for key in keys if (name, key) not in self._known]

    def _single(self, name: str, rows: Rows[T], key: str) -> T:
        """Return the row of this id, read ahead or now; raise Missing."""
        known: T | None = self._known.get((name, key))
        return rows.one(self._connection, id=key) if known is None else known

    def _list(self, name: str, rows: Rows[T], column: str, key: str, order: tuple[str, ...]) -> tuple[T, ...]:
        """Return the rows of this key, read ahead or now."""
        known: tuple[T, ...] | None = self._known.get((name, key))
        return rows.by(self._connection, order, **{column: key}) if known is None else known

    def _ahead(self, name: str, rows: Rows[T], column: str, keys: Sequence[str], order: tuple[str, ...]) -> None:
        """Read the rows of many keys ahead, for `_list`."""
        if rows.table in self.empty:
            self._known.update(((name, key), ()) for key in keys)
        else:
            self._known.update(((name, key), items) for key, items in self._by_key(rows, column, keys, order).items())

    def _by_key(self, rows: Rows[T], column: str, keys: Sequence[str], order: tuple[str, ...]) -> dict[str, tuple[T, ...]]:
        """Return key -> its rows in this order, in one query; a key without any has an empty tuple."""
        found: dict[str, list[T]] = {key: [] for key in keys}
        for item in rows.among(self._connection, column, keys, order):
            found[getattr(item, column)].append(item)
        return {key: tuple(items) for key, items in found.items()}

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

    def _among(self, query: Select[Any], column: Column[Any], values: Sequence[str], **bound: object) -> list[tuple[Any, ...]]:
        """Run a query for these values of a column; it is compiled once."""
        dialect = self._connection.dialect.name
        return _narrowed(query, dialect, column)(self._connection, values=packed(dialect, values), **bound)

    def _swap(self, rows: Rows[T], before: T, after: T, *conditions: ColumnElement[bool]) -> bool:
        """Update the changed columns where the conditions still hold; return whether exactly one row changed."""
        changes = rows.changed(before, after)
        return self._write(update(rows.table).where(*conditions).values(**changes)) == 1


def among(dialect: str, column: Column[Any], name: str = "values") -> ColumnElement[bool]:
    """Return the condition that a column has one of the `values`, which are bound as one: the statement stays the same for any number."""
    if dialect == "postgresql":
        return column == func.any(bindparam(name))
    return column.in_(select(func.json_each(bindparam(name)).table_valued("value").c.value))


@lru_cache(maxsize=64)
def _narrowed(query: Select[Any], dialect: str, column: Column[Any]) -> Straight:
    return Straight(query.where(among(dialect, column)))


def packed(dialect: str, values: Sequence[str]) -> object:
    """Return the values as `among` has them bound."""
    return _packed(dialect, tuple(values))


@lru_cache(maxsize=16)  # a look at many deliveries asks a dozen tables for the same few lists
def _packed(dialect: str, values: tuple[str, ...]) -> object:
    wanted = list(dict.fromkeys(values))
    return array(wanted) if dialect == "postgresql" else json.dumps(wanted)


def array(values: Sequence[str]) -> str:
    """Return texts as PostgreSQL writes an array of them; the driver's own way takes ten times as long."""
    joined = "\x00".join(values)  # which no text there can hold
    if joined.count("\x00") >= max(len(values), 1):
        raise ValueError("A text with a zero byte reached the store.")
    if '"' in joined or "\\" in joined:
        joined = joined.replace("\\", "\\\\").replace('"', '\\"')
    return '{"' + joined.replace("\x00", '","') + '"}' if values else "{}"


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
