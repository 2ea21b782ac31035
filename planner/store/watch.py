"""What an idle worker asks again and again: by one connection of the driver itself, in no pool and without a transaction around a question."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from planner.store.columns import UtcTime
from planner.store.connect import translated

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Engine

_TIME = UtcTime()
_LOOK = """SELECT
    (SELECT min(wake_at) FROM delivery WHERE state = 'unconfirmed' AND wake_at IS NOT NULL),
    (SELECT min(wake_at) FROM delivery WHERE state = 'queued' AND wake_at IS NOT NULL),
    (SELECT min(wake_at) FROM delivery WHERE state = 'sending' AND wake_at IS NOT NULL),
    (SELECT sum(number) FROM change)"""


class Look(NamedTuple):
    """What an idle worker has to know: when the next row is to be looked at, when the next right to send ends, and the data version."""

    due: datetime | None
    ends: datetime | None
    version: int


class Watch:
    """The connection; one thread asks."""

    def __init__(self, engine: Engine) -> None:
        """Take what connects."""
        self._engine = engine
        self._connection: Any = None

    def look(self) -> Look:
        """Return what an idle worker has to know."""
        ((doubtful, queued, ends, version),) = self.ask(_LOOK)
        doubtful, queued, ends = (_TIME.process_result_value(at, self._engine.dialect) for at in (doubtful, queued, ends))
        return Look(min((at for at in (doubtful, queued) if at is not None), default=None), ends, int(version))

    def ask(self, statement: str, *values: object) -> Sequence[Sequence[Any]]:
        """Return the rows of a statement, or none where it has none. Nothing written here has to outlive a crash of the server."""
        with translated():
            try:
                if self._connection is None:
                    self._connect()
                if self._engine.dialect.name != "postgresql":
                    return self._connection.execute(statement, values).fetchall()  # type: ignore[no-any-return]  # the driver's
                cursor = self._connection.execute(statement, values, prepare=True)
                return cursor.fetchall() if cursor.description else ()
            except Exception:
                self.close()
                raise

    def close(self) -> None:
        """Let go of the connection; the next question opens another one."""
        kept, self._connection = self._connection, None
        if kept is not None:
            kept.close()

    def _connect(self) -> None:
        """Open the connection. It is ours to close before anything is asked of it: no pool knows of it any more."""
        taken = self._engine.raw_connection()
        self._connection = taken.driver_connection
        taken.detach()
        if self._engine.dialect.name == "postgresql":
            self._connection.autocommit = True
            self._connection.execute("SET synchronous_commit = off")
