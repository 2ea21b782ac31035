"""One order for the locks of delivery rows on PostgreSQL: by id, before anything that belongs to them. Who keeps to it never waits in a circle.

An UPDATE of many rows takes them as its plan finds them, by id or by their place in the file, and a row's place moves with each change.
SQLite lets one writer in at a time and needs no order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from planner.store import tables
from planner.store.rows import among, array
from planner.store.straight import Straight

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import ColumnElement, Connection

_ROWS = select(tables.delivery.c.id).where(among("postgresql", tables.delivery.c.id)).order_by(tables.delivery.c.id)
_OWN = Straight(_ROWS.with_for_update(key_share=True))
_IDLE = Straight(_ROWS.with_for_update(key_share=True, skip_locked=True))


def own(connection: Connection, ids: Collection[str]) -> None:
    """Wait until these deliveries are this transaction's alone."""
    if ids and connection.dialect.name == "postgresql":
        _OWN(connection, values=array(list(ids)))


def idle(connection: Connection, ids: Collection[str]) -> frozenset[str]:
    """Own those of these deliveries that no other transaction is at, without waiting, and return them; on PostgreSQL only."""
    return frozenset(key for (key,) in _IDLE(connection, values=array(list(ids))))


def taken(connection: Connection, *which: ColumnElement[bool]) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of an UPDATE whose rows nobody has named yet, such that it takes them in this order."""
    if connection.dialect.name != "postgresql":
        return which
    row = tables.delivery.c
    found = select(row.id).where(*which).order_by(row.id).with_for_update(key_share=True).cte("found")
    return (*which, row.id.in_(select(found.c.id)))
