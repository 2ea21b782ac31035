# ruff: noqa: S608 - statements are made of the names of our own tables and columns; every value is bound
"""Many rows in one statement, the same on both databases: they travel as one JSON text, and every row is compared before it is set."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from planner.store.columns import UtcTime
from planner.store.rows import array

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import Column, Connection, Dialect, Table, TextClause


def change(
    connection: Connection, table: Table, stood: tuple[str, ...], names: tuple[str, ...], rows: Sequence[Sequence[object]]
) -> set[str]:
    """Set the columns `names` where every column of `stood` still has the value it had; return the first one's values that changed.

    Each row holds the values that stood (the first column names the row, and no row twice), then the new ones.
    """
    if not rows:
        return set()
    statement, make = _change(connection.dialect, table, stood, names)
    bound: dict[str, object] = {"rows": _packed(make, rows)}
    if connection.dialect.name == "postgresql":
        bound["keys"] = array([str(row[0]) for row in rows])
    return {str(row[0]) for row in connection.execute(statement, bound)}


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
    if found:
        statement, make = _add(connection.dialect, table, names, only_new, looked_up)
        connection.execute(statement, {"rows": _packed(make, found)})


def _packed(make: tuple[Callable[[Any], object] | None, ...], rows: Sequence[Sequence[object]]) -> str:
    return json.dumps([[value if to is None else to(value) for to, value in zip(make, row, strict=True)] for row in rows])


@lru_cache(maxsize=256)
def _change(dialect: Dialect, table: Table, stood: tuple[str, ...], names: tuple[str, ...]) -> tuple[TextClause, tuple[Any, ...]]:
    columns = tuple(table.c[name] for name in (*stood, *names))
    same = "IS NOT DISTINCT FROM" if dialect.name == "postgresql" else "IS"
    sets = ", ".join(f"{_quoted(dialect, name)} = w.c{number}" for number, name in enumerate(names, len(stood)))
    here = [f"{table.name}.{_quoted(dialect, name)} {same if number else '='} w.c{number}" for number, name in enumerate(stood)]
    if dialect.name == "postgresql":  # it cannot see how few rows a JSON text holds, and would read the whole table
        here.append(f"{table.name}.{_quoted(dialect, stood[0])} = ANY(:keys)")
    statement = f"UPDATE {table.name} SET {sets} FROM ({_unpacked(dialect, columns)}) AS w WHERE {' AND '.join(here)}"
    return text(f"{statement} RETURNING {table.name}.{_quoted(dialect, stood[0])}"), tuple(_maker(dialect, column) for column in columns)


@lru_cache(maxsize=64)
def _add(
    dialect: Dialect,
    table: Table,
    names: tuple[str, ...],
    only_new: bool,  # noqa: FBT001 - a key of the cache
    looked_up: tuple[str, str],
) -> tuple[TextClause, tuple[Any, ...]]:
    columns = tuple(table.c[name] for name in names)
    into = ", ".join(_quoted(dialect, name) for name in (*names, *filter(None, looked_up[:1])))
    values = ", ".join((*(f"w.c{number}" for number in range(len(names))), *filter(None, looked_up[1:])))
    statement = f"INSERT INTO {table.name} ({into}) SELECT {values} FROM ({_unpacked(dialect, columns)}) AS w WHERE true"
    return text(statement + (" ON CONFLICT DO NOTHING" if only_new else "")), tuple(_maker(dialect, column) for column in columns)


def _unpacked(dialect: Dialect, columns: Sequence[Column[Any]]) -> str:
    """Return the SELECT that makes rows of the JSON text, column by column c0, c1, ..."""
    if dialect.name == "postgresql":
        each = (f"CAST(value->>{number} AS {column.type.compile(dialect)}) AS c{number}" for number, column in enumerate(columns))
        return f"SELECT {', '.join(each)} FROM jsonb_array_elements(CAST(:rows AS jsonb))"
    each = (f"json_extract(value, '$[{number}]') AS c{number}" for number in range(len(columns)))
    return f"SELECT {', '.join(each)} FROM json_each(:rows)"


def _quoted(dialect: Dialect, name: str) -> str:
    return dialect.identifier_preparer.quote(name)


def _maker(dialect: Dialect, column: Column[Any]) -> Callable[[Any], object] | None:
    """Return what turns a column's value into one that JSON holds, or None when JSON holds it as it is."""
    if isinstance(column.type, UtcTime) and dialect.name == "postgresql":
        return _iso
    make = getattr(column.type, "process_bind_param", None)
    return None if make is None else lambda value: make(value, dialect)


def _iso(value: datetime | None) -> str | None:
    if value is not None and value.tzinfo is None:
        raise ValueError("A time without a zone reached the store.")
    return None if value is None else value.isoformat()
