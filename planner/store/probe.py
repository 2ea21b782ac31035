"""One question before many: which tables hold anything at all for the deliveries that are looked at. Most hold nothing for most of them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, func, select, update

from planner.store import tables, tables_campaigns, tables_library
from planner.store.rows import among, packed
from planner.store.straight import Straight

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection, Table

SLOTS = 16
"""Of each of two kinds: the first are raised by what a look before a send may ask for, the others by everything else (claims, outcomes, figures)."""

_NUMBER = select(func.sum(tables.change.c.number)).where(tables.change.c.slot < SLOTS)
GROUNDS = Straight(_NUMBER)
ALL_IS_NEW = update(tables.change).where(tables.change.c.slot == 0).values(number=tables.change.c.number + 1)
"""For what writes past the rooms: a worker that is at it already may rely on nothing that it read before."""

_MOST = 5000

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
    return Straight(
        select(*keyed, *(exists(select(1).select_from(table).where(*which)) for table, which in _AT_ALL), _NUMBER.scalar_subquery())
    )


def empty(connection: Connection, keys: Mapping[str, Sequence[str]]) -> tuple[frozenset[Table], int]:
    """Return the tables without a row for these `deliveries`, `posts`, `accounts`, `subjects` and `settings`, and the number of the grounds."""
    dialect = connection.dialect.name
    ((*found, grounds),) = _question(dialect)(connection, **{name: packed(dialect, values) for name, values in keys.items()})
    return frozenset(table for table, there in zip(_ASKED, found, strict=True) if not there), int(grounds)


class Kept:
    """What was read for looks and does not change while the number of the grounds stands: accounts, and logins as they are sealed.

    Nothing is changed in place when the number moves, as a look in another thread may still be at the old one.
    """

    def __init__(self) -> None:
        """Begin with nothing."""
        self._rooms: dict[str, tuple[int, dict[tuple[str, str], Any]]] = {}

    def of(self, room: str, grounds: int) -> dict[tuple[str, str], Any]:
        """Return what is kept of a room at this number, to be added to."""
        number, known = self._rooms.get(room, (-1, {}))
        if number != grounds or len(known) > _MOST:
            known = {}
            self._rooms[room] = (grounds, known)
        return known
