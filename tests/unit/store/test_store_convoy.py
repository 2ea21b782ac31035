"""Writers that share a commit: each one's work stands or falls by itself, and nobody returns before it is on the disk."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest
from cryptography.fernet import Fernet
from sqlalchemy.exc import OperationalError

from planner.domain.errors import Unavailable
from planner.store import open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from planner.store import SqlStore


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    opened = open_store(f"sqlite:///{tmp_path / 'a.sqlite'}", Fernet.generate_key(), backups=tmp_path)
    yield opened
    opened.close()


def settings(store: SqlStore, count: int) -> list[str | None]:
    with store.read() as tx:
        return [tx.log.setting(f"s{number}") for number in range(count)]


def at_once(store: SqlStore, works: list[Callable[[int], None]]) -> list[BaseException | None]:
    """Let these wait for one turn together; return what each of them raised."""
    raised: list[BaseException | None] = [None] * len(works)

    def run(number: int) -> None:
        try:
            works[number](number)
        except Exception as error:  # noqa: BLE001 - handed to the test
            raised[number] = error

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(works))]
    assert store._convoy is not None
    with store._convoy.alone():
        for thread in threads:
            thread.start()
        while store._convoy._waiting < len(works):
            time.sleep(0.005)
    for thread in threads:
        thread.join(20)
        assert not thread.is_alive()
    return raised


def commits(store: SqlStore) -> int:
    return store._commits


def put(store: SqlStore) -> Callable[[int], None]:
    def work(number: int) -> None:
        with store.write() as tx:
            tx.log.put_setting(f"s{number}", "there")
        assert settings(store, number + 1)[number] == "there"  # on the disk when the block is over

    return work


def broken(store: SqlStore) -> Callable[[int], None]:
    def work(number: int) -> None:
        with store.write() as tx:
            tx.log.put_setting(f"s{number}", "never")
            raise KeyError(number)

    return work


def test_those_who_wait_share_a_commit(store: SqlStore) -> None:
    before = commits(store)
    assert at_once(store, [put(store)] * 8) == [None] * 8
    assert settings(store, 8) == ["there"] * 8
    assert commits(store) - before < 8
    assert store.data_version() >= 8


def test_what_raises_takes_back_its_own_work_only(store: SqlStore) -> None:
    raised = at_once(store, [put(store), broken(store), put(store), broken(store)])
    assert [type(error) for error in raised] == [type(None), KeyError, type(None), KeyError]
    assert settings(store, 4) == ["there", None, "there", None]
    assert [type(error) for error in at_once(store, [broken(store)] * 3)] == [KeyError] * 3
    put(store)(5)


def test_a_commit_that_fails_fails_for_all_and_the_next_one_works(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    assert store._convoy is not None
    real = store._convoy._begin

    def refuse() -> object:
        shared = real()

        def commit() -> None:
            shared.transaction.rollback()
            raise OperationalError("COMMIT", {}, Exception("disk is full"))

        monkeypatch.setattr(shared, "transaction", type("T", (), {"commit": staticmethod(commit), "rollback": lambda _: None})())
        return shared

    with monkeypatch.context() as patch:
        patch.setattr(store._convoy, "_begin", refuse)
        raised = at_once(store, [put(store)] * 4)
    assert [type(error) for error in raised] == [Unavailable] * 4
    assert settings(store, 4) == [None] * 4
    put(store)(0)


def test_a_transaction_whose_next_rider_gave_up_is_committed_all_the_same(store: SqlStore) -> None:
    assert store._convoy is not None
    store._convoy._waiting += 1  # somebody who will never come
    began = time.monotonic()
    put(store)(0)
    assert time.monotonic() - began < 5
    store._convoy._waiting -= 1
    assert settings(store, 1) == ["there"]
