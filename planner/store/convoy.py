"""Writers of one process on SQLite: one after the other, and those that wait share one commit, which is what costs time."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from planner.domain.errors import Unavailable
from planner.store.connect import BUSY_MS, sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection, Engine
    from sqlalchemy.engine import Transaction

_MOST = 16
_LONGEST_S = 0.02
_LOOK_S = 0.05


@dataclass(slots=True)
class Shared:
    """One transaction of the database with the work of several threads in it."""

    connection: Connection
    transaction: Transaction
    began: float
    size: int = 0
    done: threading.Event = field(default_factory=threading.Event)
    error: Exception | None = None


class Convoy:
    """Gives each thread a transaction that looks like its own: it returns when its work is on the disk, or raises when it is not."""

    def __init__(self, writers: Engine, committed: Callable[[], None]) -> None:
        """Take the writing connections, and what to call after each commit while nobody writes."""
        self._writers = writers
        self._committed = committed
        self._turn = threading.Lock()
        self._count = threading.Lock()
        self._waiting = 0
        self._open: Shared | None = None

    @contextmanager
    def join(self) -> Iterator[Connection]:
        """Do one piece of work; what raises inside takes back its own work only."""
        with self._in_turn():
            shared = self._open or self._begin()
            try:
                shared.size += 1
                if shared.size == 1:
                    yield shared.connection
                else:
                    with shared.connection.begin_nested():
                        yield shared.connection
            except BaseException:
                if shared.size == 1:
                    self._roll_back(shared)
                else:
                    self._go_on(shared)
                raise
            self._go_on(shared)
        self._await(shared)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the turn while nothing is open."""
        with self._in_turn():
            if self._open is not None:
                self._commit(self._open)
            yield

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        with self._count:
            self._waiting += 1
        got = self._turn.acquire(timeout=BUSY_MS / 1000)
        with self._count:
            self._waiting -= 1
        if not got:
            raise Unavailable(sentence("busy"))
        try:
            yield
        finally:
            self._turn.release()

    def _begin(self) -> Shared:
        connection = self._writers.connect()
        try:
            return Shared(connection, connection.begin(), time.monotonic())
        except BaseException:
            connection.close()
            raise

    def _go_on(self, shared: Shared) -> None:
        """Leave the transaction to the next in the queue, who commits for all; commit it here when nobody waits."""
        if self._waiting and shared.size < _MOST and time.monotonic() - shared.began < _LONGEST_S:
            self._open = shared
        else:
            self._commit(shared)

    def _commit(self, shared: Shared) -> None:
        self._open = None
        try:
            shared.transaction.commit()
        except Exception as error:  # noqa: BLE001 - kept, and raised in every thread whose work was in it
            shared.error = error
        finally:
            shared.connection.close()
            shared.done.set()
        if shared.error is None:
            self._committed()

    def _roll_back(self, shared: Shared) -> None:
        self._open = None
        try:
            shared.transaction.rollback()
        finally:
            shared.connection.close()
            shared.done.set()

    def _await(self, shared: Shared) -> None:
        """Wait for the commit; make it when the one who was to do it gave up waiting for its turn."""
        while not shared.done.wait(_LOOK_S):
            if self._turn.acquire(blocking=False):
                try:
                    if self._open is shared:
                        self._commit(shared)
                finally:
                    self._turn.release()
        if shared.error is not None:
            raise shared.error
