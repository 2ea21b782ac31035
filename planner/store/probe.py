"""One question before many: which tables hold anything at all for the deliveries that are looked at. Most hold nothing for most of them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from sqlalchemy import exists, select

from planner.store import tables, tables_campaigns, tables_library
from planner.store.rows import among, packed
from planner.store.straight import Straight

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection, Table

_BY_KEY = (
    (tables.part.c.delivery_id, "deliveries"),
    (tables.answer.c.post_id, "posts"),
    (tables.override.c.post_id, "posts"),
    (tables_library.source.c.post_id, "posts"),
    (tables_library.beside.c.post_id, "posts"),
    (tables_library.used.c.post_id, "posts"),
    (tables.ledger.c.account_id, "accounts"),
    (tables.audit.c.subject, "subjects"),
    (tables.setting.c.name, "settings"),
)
_AT_ALL = (
    (tables.hold, (tables.hold.c.lifted_at.is_(None),)),
    (tables_campaigns.hashtag_card, ()),
    (tables_campaigns.partner, ()),
)
_ASKED = (*(column.table for column, _ in _BY_KEY), *(table for table, _ in _AT_ALL))


@lru_cache(maxsize=2)
def _question(dialect: str) -> Straight:
    keyed = (exists().where(among(dialect, column, name)) for column, name in _BY_KEY)
    return Straight(select(*keyed, *(exists(select(1).select_from(table).where(*which)) for table, which in _AT_ALL)))


def empty(connection: Connection, keys: Mapping[str, Sequence[str]]) -> frozenset[Table]:
    """Return the tables without a row for these `deliveries`, `posts`, `accounts`, `subjects` and `settings`."""
    dialect = connection.dialect.name
    (found,) = _question(dialect)(connection, **{name: packed(dialect, values) for name, values in keys.items()})
    return frozenset(table for table, there in zip(_ASKED, found, strict=True) if not there)
