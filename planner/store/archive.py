"""Everything of a workspace as plain values, and back into an empty one; on whichever database, table by table."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Boolean, Date, Integer, LargeBinary, Text, func, select, text, type_coerce
from sqlalchemy import column as bare_column
from sqlalchemy import table as bare_table

from planner.domain.errors import Conflict, Invalid
from planner.store import schema, tables, tables_library, tables_outside
from planner.store.columns import JsonText, UtcTime

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Column, Connection, Table

_SECRET = (tables.credential, tables_library.key, tables_outside.outside_link)
_SEALED = (tables.ledger,)
"""Encrypted with this installation's key: another one cannot read it, and works it out anew from the posts."""

_OF_THE_DATABASE = (tables.beat, tables.change)
PRIVATE = "private"
"""A table whose `info` has this mark belongs to one person alone and goes into no export."""

_KEPT = [
    table
    for table in schema.metadata.sorted_tables
    if table not in (*_SECRET, *_SEALED, *_OF_THE_DATABASE) and not table.info.get(PRIVATE) and not table.name.startswith("self_check")
]
_OWN_SETTINGS = ("key.check",)
_WRONG = "This file is no whole export of a workspace: {what}. Export it again, and take that file."


def dump(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    """Return table -> rows, each column -> a value that JSON can hold; no logins, no keys."""
    return {table.name: _rows(connection, table) for table in _KEPT}


def _rows(connection: Connection, table: Table) -> list[dict[str, Any]]:
    columns = [type_coerce(one, Text()).label(one.name) if isinstance(one.type, JsonText) else one for one in table.c]
    query = select(*columns).order_by(*table.primary_key)
    if table is tables.setting:
        query = query.where(tables.setting.c.name.not_in(_OWN_SETTINGS))
    return [{one.name: _plain(one, row[one.name]) for one in table.c} for row in connection.execute(query).mappings()]


def _plain(column: Column[Any], value: Any) -> Any:  # noqa: ANN401 - any value of a column
    if value is None:
        return None
    if isinstance(column.type, JsonText):
        return json.loads(value)
    if isinstance(column.type, LargeBinary):
        return base64.b64encode(value).decode()
    return value.isoformat() if isinstance(value, (datetime, date)) else value


def fill(connection: Connection, told: Mapping[str, Any]) -> dict[str, int]:
    """Put everything into an empty workspace; return table -> rows. Raise Conflict for one in use, Invalid for a file that is not whole."""
    if any(
        connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in (tables.account, tables.post, *tables.APPEND_ONLY)
    ):
        raise Conflict("This workspace has posts or accounts already. Take everything into an empty one: start with a fresh data folder.")
    known = {table.name: table for table in _KEPT}
    strange = sorted(set(told) - set(known))
    if strange or not told:
        raise Invalid(
            "file", _WRONG.format(what=f"it has a part that this version does not know ({strange[0]})" if strange else "it is empty")
        )
    for table in reversed(_KEPT):
        if table not in tables.APPEND_ONLY and table is not tables.setting:
            connection.execute(table.delete())
    return {name: _put(connection, table, told.get(name, [])) for name, table in known.items()}


def _put(connection: Connection, table: Table, rows: Any) -> int:  # noqa: ANN401 - checked here
    if not isinstance(rows, list):
        raise Invalid("file", _WRONG.format(what=f"{table.name} is no list"))
    dialect = connection.dialect.name
    there = set(connection.execute(select(table.c.name)).scalars()) if table is tables.setting else set()
    try:
        values = [{one.name: _value(one, row[one.name]) for one in table.c} for row in rows]
    except (KeyError, TypeError, ValueError, binascii.Error):
        raise Invalid("file", _WRONG.format(what=f"a row of {table.name} cannot be read")) from None
    fresh = [row for row in values if row.get("name") not in there] if there else values
    if fresh:
        connection.execute(_bare(table).insert(), fresh)
    if "seq" in table.c and dialect == "postgresql":
        # The names are our own tables'.
        connection.execute(
            text(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'seq'), (SELECT coalesce(max(seq), 1) FROM {table.name}))")  # noqa: S608 - no value from outside
        )
    return len(fresh)


def _bare(table: Table) -> Any:  # noqa: ANN401 - a table clause
    """Return the table with JSON columns as the text that they hold."""
    return bare_table(table.name, *(bare_column(one.name, Text() if isinstance(one.type, JsonText) else one.type) for one in table.c))


def _value(column: Column[Any], value: Any) -> Any:  # noqa: ANN401 - any value of a column
    kind = column.type
    if value is None:
        if not column.nullable:
            raise ValueError(column.name)
        return None
    if isinstance(kind, JsonText):
        return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    if isinstance(kind, LargeBinary):
        return base64.b64decode(value, validate=True)
    if isinstance(kind, UtcTime):
        return datetime.fromisoformat(value)
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    wanted: Sequence[type] = (bool,) if isinstance(kind, Boolean) else ((int,) if isinstance(kind, Integer) else (str, int, float))
    if not isinstance(value, tuple(wanted)):
        raise TypeError(column.name)
    return value
