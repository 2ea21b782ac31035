# ruff: noqa: S608 - statements are made of the names of our own tables and columns; every value is bound
"""Many rows at once, every row compared before it is set: to PostgreSQL they travel as one array a column, SQLite takes them one by one."""

from __future__ import annotations

import re
from datetime import UTC
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from planner.store.columns import UtcTime, microseconds
from planner.store.rows import array
from planner.store.straight import driver

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    Makers = tuple[Callable[[Any], object] | None, ...]

    from sqlalchemy import Column, Connection, Dialect, Table


def change(
    connection: Connection, table: Table, stood: tuple[str, ...], names: tuple[str, ...], rows: Sequence[Sequence[object]]
) -> set[str]:
    """Set the columns `names` where every column of `stood` still has the value it had; return the first one's values that changed.

    Each row holds the values that stood (the first column names the row, and no row twice), then the new ones.
    """
    if not rows:
        return set()
    if connection.dialect.name != "postgresql":
        return _change_each(connection, *_each_change(connection.dialect, table, stood, names), rows)
    statement, make = _change(connection.dialect, table, stood, names)
    return {key for (key,) in driver(connection).execute(statement, _packed(make, rows)).fetchall()}


def add(
    connection: Connection,
    table: Table,
    names: tuple[str, ...],
    rows: Iterable[Sequence[object]],
    *,
    only_new: bool = False,
    looked_up: tuple[str, str] = ("", ""),
) -> None:
    """Insert rows of these columns. `only_new`: leave alone what is there; `looked_up`: (column, SELECT by `w.c0`...) filled by the database."""
    found = list(rows)
    if found and connection.dialect.name == "postgresql":
        statement, make = _add(connection.dialect, table, names, only_new, looked_up)
        driver(connection).execute(statement, _packed(make, found))
    elif found:
        each, make = _each_add(connection.dialect, table, names, only_new, looked_up)
        driver(connection).executemany(each, _bound(make, found))


def _change_each(connection: Connection, statement: str, make: Makers, rows: Sequence[Sequence[object]]) -> set[str]:
    """Change one after the other by the driver itself, which keeps the statement prepared."""
    run = driver(connection).execute
    return {str(row[0]) for row in _bound(make, rows) if run(statement, row).rowcount}


def _bound(make: Makers, rows: Sequence[Sequence[object]]) -> list[tuple[object, ...]]:
    return [tuple([value if to is None else to(value) for to, value in zip(make, row, strict=True)]) for row in rows]


def _packed(make: Makers, rows: Sequence[Sequence[object]]) -> dict[str, str]:
    """Return the columns as arrays. What makes none of a value's own is a text, or a figure."""
    found = {}
    for number, (to, values) in enumerate(zip(make, zip(*rows, strict=True), strict=True)):
        made: Sequence[Any] = values if to is None else [to(value) for value in values]
        found[f"c{number}"] = array(made) if isinstance(made[0], str) and None not in made else _array(made)
    return found


def _array(values: Sequence[object]) -> str:
    """Return values of which some may be absent, or none is a text, as PostgreSQL writes an array of them."""
    return "{" + ",".join([_item(value) for value in values]) + "}"


def _item(value: object) -> str:
    if value is None:
        return "NULL"
    return array([value])[1:-1] if isinstance(value, str) else str(value)


@lru_cache(maxsize=256)
def _each_change(dialect: Dialect, table: Table, stood: tuple[str, ...], names: tuple[str, ...]) -> tuple[str, Makers]:
    sets = ", ".join(f"{_quoted(dialect, name)} = ?{number}" for number, name in enumerate(names, len(stood) + 1))
    here = (f"{_quoted(dialect, name)} {'=' if number == 1 else 'IS'} ?{number}" for number, name in enumerate(stood, 1))
    make = tuple(_maker(dialect, table.c[name]) for name in (*stood, *names))
    return f"UPDATE {table.name} SET {sets} WHERE {' AND '.join(here)}", make


def _columns(dialect: Dialect, names: tuple[str, ...], looked_up: tuple[str, str]) -> tuple[str, str]:
    """Return what is inserted into, and the values it gets: bound ones as `w.c0`, `w.c1`, and one that is looked up."""
    into = ", ".join(_quoted(dialect, name) for name in (*names, *filter(None, looked_up[:1])))
    return into, ", ".join((*(f"w.c{number}" for number in range(len(names))), *filter(None, looked_up[1:])))


@lru_cache(maxsize=64)
def _each_add(
    dialect: Dialect,
    table: Table,
    names: tuple[str, ...],
    only_new: bool,  # noqa: FBT001 - a key of the cache
    looked_up: tuple[str, str],
) -> tuple[str, Makers]:
    into, values = _columns(dialect, names, looked_up)
    bound = re.sub(r"\bw\.c(\d+)", lambda found: f"?{int(found[1]) + 1}", values)
    statement = f"INSERT INTO {table.name} ({into}) VALUES ({bound})" + (" ON CONFLICT DO NOTHING" if only_new else "")
    return statement, tuple(_maker(dialect, table.c[name]) for name in names)


@lru_cache(maxsize=256)
def _change(dialect: Dialect, table: Table, stood: tuple[str, ...], names: tuple[str, ...]) -> tuple[str, Makers]:
    columns = tuple(table.c[name] for name in (*stood, *names))
    sets = ", ".join(f"{_quoted(dialect, name)} = w.c{number}" for number, name in enumerate(names, len(stood)))
    here = [
        f"{table.name}.{_quoted(dialect, name)} {'IS NOT DISTINCT FROM' if number else '='} w.c{number}"
        for number, name in enumerate(stood)
    ]
    # It cannot see how few rows an array holds, and would read the whole table.
    here.append(f"{table.name}.{_quoted(dialect, stood[0])} = ANY(%(c0)s)")
    statement = f"UPDATE {table.name} SET {sets} FROM {_unpacked(dialect, columns)} WHERE {' AND '.join(here)}"
    return f"{statement} RETURNING {table.name}.{_quoted(dialect, stood[0])}", tuple(_maker(dialect, column) for column in columns)


@lru_cache(maxsize=64)
def _add(
    dialect: Dialect,
    table: Table,
    names: tuple[str, ...],
    only_new: bool,  # noqa: FBT001 - a key of the cache
    looked_up: tuple[str, str],
) -> tuple[str, Makers]:
    columns = tuple(table.c[name] for name in names)
    into, values = _columns(dialect, names, looked_up)
    statement = f"INSERT INTO {table.name} ({into}) SELECT {values} FROM {_unpacked(dialect, columns)} WHERE true"
    return statement + (" ON CONFLICT DO NOTHING" if only_new else ""), tuple(_maker(dialect, column) for column in columns)


def _unpacked(dialect: Dialect, columns: Sequence[Column[Any]]) -> str:
    """Return what makes rows of the arrays, with the columns c0, c1, ..."""
    each = (f"CAST(%(c{number})s AS {column.type.compile(dialect)}[])" for number, column in enumerate(columns))
    return f"unnest({', '.join(each)}) AS w({', '.join(f'c{number}' for number in range(len(columns)))})"


def _quoted(dialect: Dialect, name: str) -> str:
    return dialect.identifier_preparer.quote(name)


def _maker(dialect: Dialect, column: Column[Any]) -> Callable[[Any], object] | None:
    """Return what turns a column's value into one that is bound, or None when it is taken as it is."""
    if isinstance(column.type, UtcTime):
        return _iso if dialect.name == "postgresql" else microseconds
    make = getattr(column.type, "process_bind_param", None)
    return None if make is None else lambda value: make(value, dialect)


def _iso(value: datetime | None) -> str | None:
    if value is not None and value.tzinfo is None:
        raise ValueError("A time without a zone reached the store.")
    return None if value is None else _said(value if value.tzinfo is UTC else value.astimezone(UTC))


@lru_cache(maxsize=1024)
def _said(value: datetime) -> str:
    return value.isoformat()
