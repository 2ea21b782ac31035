"""A worker that sleeps on a real PostgreSQL wakes at once for what is written, also after the server has thrown it out."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.fernet import Fernet
from stores import ENTRY, fill

from planner.adapters import SystemClock
from planner.engine import distributed
from planner.engine.distributed import DistributedEngine
from planner.store import open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from planner.domain.delivery import Ready
    from planner.store import SqlStore

LONG = 60.0
ALL_OUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


class Publisher:
    """Keeps when each delivery was looked at, and takes it off the queue."""

    def __init__(self, store: SqlStore) -> None:
        self.store = store
        self.at: dict[str, float] = {}

    def foresee(self, rows: Sequence[Ready]) -> None:
        assert rows

    def take(self, rows: Sequence[Ready]) -> tuple[()]:
        for row in rows:
            self.at.setdefault(row.id, time.monotonic())
        with self.store.write() as tx:
            for found in tx.deliveries.many([row.id for row in rows]):
                tx.deliveries.swap(found, replace(found, state="cancelled", generation=found.generation + 1))
        return ()

    def reap(self) -> int:
        return 0

    def collect(self) -> int:
        return 0

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(name)


@pytest.fixture
def store(postgres_url: str, tmp_path: Path) -> Iterator[SqlStore]:
    opened = open_store(postgres_url, Fernet.generate_key(), backups=tmp_path / "backups")
    fill(opened)
    yield opened
    opened.close()


@contextmanager
def running(store: SqlStore, publisher: Publisher) -> Iterator[DistributedEngine]:
    """Run a worker beside; what it does beside sending may not wake it."""
    engine, stop = DistributedEngine(store.handover(), publisher, publisher, SystemClock()), threading.Event()
    for chore in engine._chores._chores.values():
        chore.every = LONG
    thread = threading.Thread(target=engine.run, args=(stop,))
    thread.start()
    try:
        yield engine
    finally:
        stop.set()
        thread.join(30)
        assert not thread.is_alive()


def until(true: Callable[[], object]) -> None:
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end
        time.sleep(0.005)


def publish_now(store: SqlStore, publisher: Publisher, name: str) -> float:
    """Return how many seconds after its commit a post was looked at."""
    now = datetime.now(UTC)
    with store.write() as tx:
        tx.deliveries.add(replace(ENTRY, id=name, due_at=now - timedelta(seconds=1), updated_at=now))
    began = time.monotonic()
    until(lambda: name in publisher.at)
    return publisher.at[name] - began


def test_a_sleeping_worker_is_woken_by_a_post_and_again_after_its_session_was_ended(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(distributed, "_LONGEST_SLEEP_S", LONG)  # nothing but a call wakes it
    publisher = Publisher(store)
    with running(store, publisher) as engine:
        until(engine._told.is_set)
        time.sleep(0.5)
        assert publish_now(store, publisher, "first") < 5  # the end of its turn is not noted yet when the session is ended
        with store._writers.begin() as connection:
            connection.exec_driver_sql(ALL_OUT)
        until(lambda: not engine._told.is_set())
        assert publish_now(store, publisher, "between") < 10  # it looks each second, and its session comes back in one
        until(engine._told.is_set)
        time.sleep(0.5)
        assert publish_now(store, publisher, "last") < 5
