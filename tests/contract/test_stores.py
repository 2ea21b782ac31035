"""The store's contract on SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest
from cryptography.fernet import Fernet
from pgqueuer import AsyncpgDriver
from pgqueuer.queries import Queries
from sqlalchemy import select
from stores import ACCOUNT, ENTRY, MINUTE, NOW, StoreContract, fill

from planner.domain.delivery import Ready
from planner.domain.errors import Unavailable
from planner.store import open_store, tables
from planner.store.handover import CHANNEL, PROMOTER, Handover, Item, Turn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from planner.store import SqlStore

KEY = Fernet.generate_key()


class TestSqlite(StoreContract):
    @pytest.fixture
    def url(self, tmp_path: Path) -> str:
        return f"sqlite:///{tmp_path / 'discreet.db'}"

    @pytest.fixture
    def store(self, url: str, tmp_path: Path) -> Iterator[SqlStore]:
        opened = open_store(url, KEY, backups=tmp_path / "backups")
        yield opened
        opened.close()

    @pytest.fixture
    def twin(self, store: SqlStore, url: str, tmp_path: Path) -> Iterator[SqlStore]:
        assert store.dialect == "sqlite"
        opened = open_store(url, KEY, backups=tmp_path / "backups", checkpoints=False)
        yield opened
        opened.close()


class TestPostgres(StoreContract):
    @pytest.fixture
    def store(self, postgres_url: str, tmp_path: Path) -> Iterator[SqlStore]:
        opened = open_store(postgres_url, KEY, backups=tmp_path / "backups")
        yield opened
        opened.close()

    @pytest.fixture
    def twin(self, store: SqlStore, postgres_url: str, tmp_path: Path) -> Iterator[SqlStore]:
        assert store.dialect == "postgresql"
        opened = open_store(postgres_url, KEY, backups=tmp_path / "backups")
        yield opened
        opened.close()

    def test_a_frozen_writer_gives_its_locks_back_soon_and_a_reader_may_think(self, store: SqlStore) -> None:
        asked = "SHOW idle_in_transaction_session_timeout"
        with store._writers.connect() as writing, store._readers.connect() as reading:
            assert [one.exec_driver_sql(asked).scalar_one() for one in (writing, reading)] == ["10s", "1min"]

    def test_a_worker_finds_its_rows_by_an_index_in_a_table_that_the_server_does_not_know_yet(
        self, store: SqlStore, postgres_url: str, tmp_path: Path
    ) -> None:
        pages = open_store(postgres_url, KEY, backups=tmp_path / "backups", checkpoints=False)
        asked = "EXPLAIN SELECT * FROM part WHERE delivery_id = ANY('{a,b}')"
        try:
            with store._readers.connect() as worker, store._writers.connect() as claiming, pages._readers.connect() as page:
                assert all("pk_part" in str(one.exec_driver_sql(asked).all()) for one in (worker, claiming))
                assert page.exec_driver_sql("SHOW enable_seqscan").scalar_one() == "on"
        finally:
            pages.close()

    def test_what_was_looked_at_is_handed_over_once_and_the_next_whole_look_finds_the_rest(self, store: SqlStore) -> None:
        handover = handed(store)
        fill(store)
        first = [replace(ENTRY, id=key, account_id=account) for key, account in (("d1", "acc1"), ("d2", "acc2"))]
        with store.write() as tx:
            tx.deliveries.add_all(first)
        assert handover.promote(NOW) == 2
        with store.write() as tx:
            tx.accounts.add(replace(ACCOUNT, id="acc3"))
            tx.deliveries.add_all([replace(ENTRY, id="late", account_id="acc3", due_at=NOW - MINUTE)])
        soon = NOW + timedelta(seconds=1)
        assert handover.promote(soon, NOW) == 0
        with store._writers.begin() as other:
            other.exec_driver_sql(f"SELECT pg_advisory_xact_lock({PROMOTER})")
            assert handover.promote(soon) is None
        assert handover.promote(soon) == 1
        assert handover.promote(soon) == 0

    def test_what_will_be_due_in_a_moment_is_handed_over_once_with_its_time(self, store: SqlStore) -> None:
        handover, span = handed(store), timedelta(seconds=1)
        fill(store)
        soon, same = NOW + span / 2, replace(ENTRY, id="soon", account_id="acc1", due_at=NOW + span / 2)
        with store.write() as tx:
            tx.deliveries.add_all([same, replace(ENTRY, id="then", account_id="acc2", due_at=NOW + 2 * span)])
        assert handover.promote(NOW) == 0
        assert handover.promote(NOW, None, span) == 1
        assert [handover.promote(at, None, span) for at in (NOW, soon, soon + span / 4)] == [0, 0, 0]
        with store._writers.connect() as connection:
            (payload,) = connection.exec_driver_sql("SELECT payload FROM pgqueuer").scalars()
        assert handover.turn(payload) == Turn("acc1", again=False, items=(Item("soon", 1, "queued", soon, soon),))
        with store.write() as tx:
            assert tx.deliveries.swap(same, replace(same, next_attempt_at=soon + span))  # put off: it is handed over anew
        with store._writers.begin() as connection:
            connection.exec_driver_sql("DELETE FROM pgqueuer")
        assert handover.promote(soon, None, span) == 1

    def test_what_was_not_begun_is_given_back_and_handed_over_at_once_and_nothing_else_is(self, store: SqlStore) -> None:
        handover = handed(store)
        fill(store)
        rows = [replace(ENTRY, id=key, account_id=account) for key, account in (("left", "acc1"), ("begun", "acc2"))]
        with store.write() as tx:
            tx.deliveries.add_all(rows)
        assert handover.promote(NOW) == 2
        with store._writers.begin() as connection:
            connection.exec_driver_sql("DELETE FROM pgqueuer")  # both turns are over
        with store.write() as tx:
            assert tx.deliveries.swap(rows[1], replace(rows[1], state="sending", lease_until=NOW + MINUTE))
        assert handover.promote(NOW) == 0
        marked = [Ready(row.id, row.generation, row.account_id, "queued", None, NOW) for row in rows]
        handover.free([*(replace(row, handed=other) for row in marked for other in (None, NOW - MINUTE)), marked[1]])
        assert handover.promote(NOW) == 0  # a mark that is not one's own is not taken back
        handover.free(marked)
        with store._readers.connect() as connection:
            assert dict(connection.execute(select(tables.delivery.c.id, tables.delivery.c.handed_at)).tuples().all()) == {
                "left": None,
                "begun": NOW,
            }
        assert handover.promote(NOW) == 1

    def test_the_workers_are_told_what_has_to_be_looked_at_before_they_look_by_themselves(self, store: SqlStore) -> None:
        fill(store)
        row = replace(ENTRY, due_at=NOW + timedelta(hours=1), updated_at=NOW)
        with told(store) as calls:
            with store.write() as tx:
                tx.deliveries.add(row)
            assert calls() == 0  # they look before that
            moved = replace(row, due_at=NOW + timedelta(seconds=5), generation=2)
            with suppress(KeyError), store.write() as tx:
                assert tx.deliveries.swap(row, moved)
                raise KeyError
            assert calls() == 0
            with store.write() as tx:
                assert tx.deliveries.swap(row, moved)
            assert calls() == 1
            claimed = replace(moved, state="sending", lease_until=NOW)
            doubt = replace(moved, state="unconfirmed", next_attempt_at=NOW + timedelta(seconds=10))
            for before, after in ((moved, claimed), (claimed, doubt), (doubt, replace(moved, state="sent", sent_at=NOW))):
                with store.write() as tx:
                    assert tx.deliveries.swap(before, after)
            assert calls() == 0  # a burst tells nobody
            with store.write() as tx:
                tx.deliveries.add_all([replace(row, id=key, due_at=NOW) for key in ("now", "too")])
            assert calls() == 1

    def test_a_heartbeat_of_the_hand_over_is_read_as_any_other_and_is_no_change(self, store: SqlStore) -> None:
        handover = store.handover()
        try:
            before = handover.look()
            for at in (NOW, NOW + MINUTE):
                handover.beat("worker-1", at, {"pid": "1"})
            assert handover.look() == before
            with store.read() as tx:
                assert tx.log.beats() == {"worker-1": (NOW + MINUTE, {"pid": "1"})}
        finally:
            handover.close()

    def test_what_one_worker_alone_does_has_another_one_at_once_when_it_is_left(self, store: SqlStore) -> None:
        handover, span = store.handover(), 2 * MINUTE
        assert [handover.take_turn(name, "a-1", NOW, span) for name in ("notices", "collect")] == [True, True]
        assert handover.take_turn("tidy", "a-10", NOW, span)
        with store.write() as tx:
            tx.log.put_setting("turning", "a-1 is no turn")
        handover.leave_turns("a-1")
        assert [handover.take_turn(name, "b", NOW, span) for name in ("notices", "collect", "tidy")] == [True, True, False]
        with store.read() as tx:
            assert tx.log.setting("turning") == "a-1 is no turn"

    def test_a_look_after_the_server_ended_the_connection_says_so_and_the_next_one_works(self, store: SqlStore) -> None:
        handover = store.handover()
        try:
            found = handover.look()
            handover._watch._connection.execute("SET application_name = 'watching'")
            with store._writers.begin() as other:
                other.exec_driver_sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'watching'")
            with pytest.raises(Unavailable):
                handover.look()
            assert handover.look() == found
        finally:
            handover.close()


@contextmanager
def told(store: SqlStore) -> Iterator[Callable[[], int]]:
    """Listen as a worker does; yield what counts the calls since the last count."""
    taken = store._writers.raw_connection()
    connection: Any = taken.driver_connection
    taken.detach()
    connection.autocommit = True
    connection.execute(f"LISTEN {CHANNEL}")
    try:
        yield lambda: len(list(connection.notifies(timeout=0.3)))
    finally:
        connection.close()


def handed(store: SqlStore) -> Handover:
    """Return the store's hand-over with the engine's own tables; a browser test before may have left a loop running in this thread."""
    handover = store.handover()
    with ThreadPoolExecutor(1) as beside:
        beside.submit(lambda: asyncio.run(_install(handover.address))).result()
    return handover


async def _install(address: Mapping[str, Any]) -> None:
    """Make the engine's own tables, as its session does."""
    connection = await asyncpg.connect(**address)
    try:
        await Queries(AsyncpgDriver(connection)).upgrade()
    finally:
        await connection.close()
