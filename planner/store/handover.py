"""Handing what is due to a distributed engine: enqueued and marked on the rows in one transaction, on PostgreSQL only.

One job is one account's turn, so that PgQueuer's own key lets no account have two turns at once, whichever machine takes them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, func, or_, select, text, update

from planner.store import batches, order, tables
from planner.store.connect import translated
from planner.store.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection, Engine

    from planner.domain.delivery import Ready, State
    from planner.store.watch import Look

LANE = "lane"
"""The one kind of job."""

AGAIN_AFTER = timedelta(seconds=45)
"""What was handed over and not claimed by then is handed over again, whatever became of its job."""

CHANNEL = "discreet_due"
"""Where the workers listen for what has to be looked at in a moment."""

CALL = text(f"NOTIFY {CHANNEL}")

_KNOWN = frozenset({"host", "port", "sslmode", "sslrootcert", "sslcert", "sslkey", "sslcrl", "target_session_attrs"})
_MOST = 5000
_TURN = 25
PROMOTER = 4_711_000_231_906_125_374
"""The lock of the one that hands over."""

_BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)
_ROW = tables.delivery.c
_STANDS = ("id", "generation", "state")
_HANDED = or_(_ROW.handed_at.is_(None), _ROW.handed_at < _ROW.wake_at, _ROW.handed_at <= bindparam("again"))


def _ready(state: str) -> Any:  # noqa: ANN401 - a Select of a tuple of columns
    columns = (_ROW.id, _ROW.generation, _ROW.account_id, _ROW.state, _ROW.wake_at, _ROW.handed_at)
    return (
        select(*columns)
        .where(_ROW.state == state, _ROW.wake_at <= bindparam("until"), _ROW.wake_at > bindparam("since"), _HANDED)
        .order_by(_ROW.wake_at, _ROW.id)
        .limit(_MOST)
    )


_READY = (_ready("unconfirmed"), _ready("queued"))
_LOCK = select(func.pg_try_advisory_xact_lock(PROMOTER))
_UNHURRIED = text("SET LOCAL synchronous_commit = off")
_BEAT = """INSERT INTO beat (worker, at, details) VALUES (%s, %s, %s)
    ON CONFLICT (worker) DO UPDATE SET at = excluded.at, details = excluded.details"""
_BUSY = select(func.count()).where(
    _ROW.account_id == bindparam("account"), _ROW.state == "sending", _ROW.mode == "api", _ROW.wake_at > bindparam("now")
)
_FREE = (
    update(tables.delivery)
    .where(
        _ROW.id == bindparam("row"),
        _ROW.generation == bindparam("number"),
        _ROW.state == bindparam("stood"),
        _ROW.handed_at == bindparam("mark"),
    )
    .values(handed_at=None)
)
_PRUNE = text("DELETE FROM pgqueuer_log WHERE aggregated AND created < now() - interval '1 hour'")


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do in an account's turn, not before its time: deliver this generation, or look for it.

    `mark` is what its row is marked with: the moment of the hand-over, or its time where that comes later. A mark from before its time
    says that the row was put off since.
    """

    id: str
    generation: int
    state: State
    at: datetime
    mark: datetime | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """One account's turn. `again`: an earlier turn may still be going on somewhere."""

    account_id: str
    again: bool
    items: tuple[Item, ...]

    def payload(self) -> bytes:
        """Return it as the engine carries it."""
        items = [[item.id, item.generation, item.state, *(at.isoformat() for at in (item.at, item.mark) if at)] for item in self.items]
        return json.dumps([self.account_id, self.again, items]).encode()

    @classmethod
    def of(cls, payload: bytes | None) -> Turn:
        """Read what `payload` wrote; a job that an older version handed over tells no times, and what it holds was due."""
        account, again, items = json.loads(payload or b'["", false, []]')
        read = ((key, number, state, [datetime.fromisoformat(at) for at in told]) for key, number, state, *told in items)
        return cls(account, again, tuple(Item(key, number, state, *(told or [_BEFORE_ALL])) for key, number, state, told in read))


class Handover:
    """The promoter's side of the database."""

    channel = CHANNEL

    def __init__(self, readers: Engine, writers: Engine) -> None:
        """Take the store's two kinds of connections."""
        self._readers = readers
        self._writers = writers
        self._watch = Watch(writers)

    @property
    def address(self) -> dict[str, Any]:
        """Return where the server is, for a driver of the engine's own; it holds the password."""
        url = self._writers.url
        known = {name: value for name, value in url.query.items() if name in _KNOWN}
        return {"dsn": url.set(drivername="postgresql", query=known).render_as_string(hide_password=False)}

    def promote(self, now: datetime, since: datetime | None = None, ahead: timedelta = timedelta()) -> int | None:
        """Hand over what will be due `ahead` of now, or only what falls due after `since`; return how many rows.

        None when another worker is at it: one at a time, the lock ends with the commit.
        """
        with translated(), self._writers.begin() as connection:
            if not connection.execute(_LOCK).scalar_one():
                return None
            bound = {"until": now + ahead, "again": now - AGAIN_AFTER, "since": since or _BEFORE_ALL}
            rows = [row for query in _READY for row in connection.execute(query, bound)]
            turns = _turns(rows, now)
            if not turns:
                return 0
            connection.execute(_UNHURRIED)  # handed over in vain or not marked as such: either is handed over again
            taken = _enqueue(connection, turns, now)
            items = [item for turn in taken for item in turn.items]
            idle = order.idle(connection, [item.id for item in items])
            handed = [(item.id, item.generation, item.state, item.mark) for item in items if item.id in idle]
            # A row that was moved since it was read, or that somebody is at, is not marked; its item in the turn finds nothing to do.
            return len(batches.change(connection, tables.delivery, _STANDS, ("handed_at",), handed))

    def look(self) -> Look:
        """Return what an idle worker has to know."""
        return self._watch.look()

    def beat(self, worker: str, at: datetime, details: Mapping[str, str]) -> None:
        """Write a worker's heartbeat."""
        self._watch.ask(_BEAT, worker, at.astimezone(UTC), json.dumps(details))

    def close(self) -> None:
        """Let go of the connection that is kept open."""
        self._watch.close()

    def busy(self, account_id: str, now: datetime) -> bool:
        """Return whether somebody sends for this account right now, by the rows."""
        with translated(), self._readers.begin() as connection:
            return bool(connection.execute(_BUSY, {"account": account_id, "now": now}).scalar_one())

    def take_turn(self, name: str, worker: str, now: datetime, span: timedelta) -> bool:
        """Return whether this worker is the one that does a thing which one worker alone does; it stays so while it keeps asking."""
        row, key = tables.setting.c, f"turn.{name}"
        with translated(), self._writers.begin() as connection:
            connection.execute(select(func.pg_advisory_xact_lock(PROMOTER + 1)))
            held = connection.execute(select(row.value).where(row.name == key)).scalar()
            owner, _, until = (held or "").partition(" ")
            if held and owner != worker and datetime.fromisoformat(until) > now:
                return False
            value = f"{worker} {(now + span).isoformat()}"
            if held is None:
                connection.execute(tables.setting.insert().values(name=key, value=value))
            else:
                connection.execute(update(tables.setting).where(row.name == key).values(value=value))
            return True

    def leave_turns(self, worker: str) -> None:
        """Let another worker have at once what this one alone did."""
        row = tables.setting.c
        with translated(), self._writers.begin() as connection:
            connection.execute(
                delete(tables.setting).where(
                    row.name.startswith("turn.", autoescape=True), row.value.startswith(f"{worker} ", autoescape=True)
                )
            )

    def turn(self, payload: bytes | None) -> Turn:
        """Read a turn that was handed over."""
        return Turn.of(payload)

    def free(self, rows: Sequence[Ready]) -> None:
        """Take back the mark of what was handed over and not begun, so that any worker has it at once.

        A row that was handed over again meanwhile has another mark and keeps it: its account may have a turn elsewhere.
        """
        marked = [
            {"row": row.id, "number": row.generation, "stood": row.state, "mark": row.handed} for row in rows if row.handed is not None
        ]
        if marked:
            with translated(), self._writers.begin() as connection:
                order.own(connection, [row.id for row in rows])
                connection.execute(_FREE, marked)

    def prune(self) -> None:
        """Forget the engine's own log of an hour ago."""
        with translated(), self._writers.begin() as connection:
            connection.execute(_PRUNE)


def _turns(rows: Sequence[Any], now: datetime) -> list[Turn]:
    """Return one turn an account: what is due first, as it was read, then the rest by time, so that nothing due waits for what is not."""
    found: dict[tuple[str, bool], list[Item]] = {}
    for row in sorted(rows, key=lambda row: max(row.wake_at, now)):
        again = row.handed_at is not None and row.wake_at <= row.handed_at <= now - AGAIN_AFTER
        items = found.setdefault((row.account_id, again), [])
        if len(items) < _TURN:
            items.append(Item(row.id, row.generation, row.state, row.wake_at, max(now, row.wake_at)))
    return [Turn(account, again, tuple(items)) for (account, again), items in found.items()]


def _enqueue(connection: Connection, turns: Sequence[Turn], now: datetime) -> list[Turn]:
    """Enqueue in the open transaction; return the turns that were taken. An account that has a turn already keeps that one."""
    from pgqueuer.queries import SyncQueries  # noqa: PLC0415 - only where the engine is

    again = int(now.timestamp() // AGAIN_AFTER.total_seconds())
    keys: list[str | None] = [f"{turn.account_id}:{again}" if turn.again else turn.account_id for turn in turns]
    payloads: list[bytes | None] = [turn.payload() for turn in turns]
    queries = SyncQueries(_InTransaction(connection))
    ids = queries.enqueue([LANE] * len(turns), payloads, [0] * len(turns), dedupe_key=keys, on_conflict="skip")
    return [turn for turn, job in zip(turns, ids, strict=True) if job is not None]


class _InTransaction:
    """PgQueuer's driver over the connection of an open transaction."""

    def __init__(self, connection: Connection) -> None:
        self._raw: Any = connection.connection.driver_connection

    def fetch(self, query: str, *args: object) -> list[dict[str, object]]:
        from psycopg import RawCursor  # noqa: PLC0415 - only where the engine is
        from psycopg.rows import dict_row  # noqa: PLC0415 - the same

        cursor = RawCursor(self._raw, row_factory=dict_row)
        cursor.execute(query, args or None)
        return cursor.fetchall()
