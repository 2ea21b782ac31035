"""Two transactions that want the same deliveries on PostgreSQL: one waits for the other, and never each for the other."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.fernet import Fernet
from stores import ACCOUNT, ENTRY, MINUTE, NOW, fill
from test_stores import handed

from planner.domain import delivery as moves
from planner.domain.delivery import Hold
from planner.store import open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from planner.domain.delivery import Delivery, HoldScope
    from planner.store import SqlStore

    Pairs = Sequence[tuple[Delivery, Delivery]]

# In the file and by their time they stand against the order of their ids.
ROWS = {key: replace(ENTRY, id=key, account_id=f"acc{place}", due_at=NOW - place * MINUTE) for key, place in (("c", 3), ("b", 2), ("a", 1))}
AGAIN = NOW + timedelta(seconds=50)


@pytest.fixture
def store(postgres_url: str, tmp_path: Path) -> Iterator[SqlStore]:
    opened = open_store(postgres_url, Fernet.generate_key(), backups=tmp_path / "backups")
    fill(opened)
    with opened.write() as tx:
        tx.accounts.add(replace(ACCOUNT, id="acc3"))
        tx.deliveries.add_all(list(ROWS.values()))
    yield opened
    opened.close()


def claimed(key: str) -> tuple[Delivery, Delivery]:
    return ROWS[key], moves.claim(ROWS[key], "w", NOW, NOW + MINUTE)


def put_off(key: str) -> tuple[Delivery, Delivery]:
    return ROWS[key], replace(ROWS[key], next_attempt_at=NOW + MINUTE)


def warned(key: str) -> tuple[Delivery, Delivery]:
    return ROWS[key], replace(ROWS[key], warning="Shortened.")


def swap_all(store: SqlStore, pairs: Pairs) -> frozenset[str]:
    with store.write() as tx:
        return tx.deliveries.swap_all(pairs)


def hold(store: SqlStore, scope: HoldScope, target: str) -> int:
    with store.write() as tx:
        return tx.deliveries.hold_queued(Hold("h", scope, target, "A look first.", "m1", NOW))


def swap_one_by_one(store: SqlStore, pairs: Pairs) -> frozenset[str]:
    with store.write() as tx:
        tx.deliveries.own([before.id for before, _ in pairs])
        return frozenset(before.id for before, after in pairs if tx.deliveries.swap(before, after))


def in_opposite_order(store: SqlStore, first: Callable[[], Any], second: Callable[[], Any]) -> tuple[Any, Any]:
    """Let both come as far as they can while somebody is at the row in the middle, then let them go on."""
    with ThreadPoolExecutor(2) as pool:
        with store._writers.begin() as other:
            other.exec_driver_sql("SELECT 1 FROM delivery WHERE id = 'b' FOR UPDATE")
            found = []
            for number, step in enumerate((first, second), 1):
                found.append(pool.submit(step))
                waits(store, number)
        return found[0].result(timeout=30), found[1].result(timeout=30)


def waits(store: SqlStore, number: int) -> None:
    """Wait until so many transactions wait for a lock."""
    asked = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    end = time.monotonic() + 10
    with store._readers.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while connection.exec_driver_sql(asked).scalar_one() < number:
            assert time.monotonic() < end, "Nobody waits."
            time.sleep(0.01)


def test_rows_that_change_alike_and_rows_that_do_not_are_taken_in_one_order(store: SqlStore) -> None:
    up = [claimed("a"), put_off("b"), warned("c")]
    down = [claimed("c"), put_off("b"), warned("a")]
    first, second = in_opposite_order(store, lambda: swap_all(store, up), lambda: swap_all(store, down))
    assert first == {"a", "b", "c"}
    assert second == {"b", "c"}  # of these neither the state nor the generation had moved


def test_who_changes_rows_one_by_one_owns_them_in_that_order_first(store: SqlStore) -> None:
    up, down = [claimed(key) for key in "abc"], [claimed(key) for key in "cba"]
    first, second = in_opposite_order(store, lambda: swap_one_by_one(store, up), lambda: swap_one_by_one(store, down))
    assert (first, second) == ({"a", "b", "c"}, frozenset())


@pytest.mark.parametrize(("scope", "target"), [("all", ""), ("campaign", "autumn")])
def test_a_hold_of_many_posts_and_a_claim_take_rows_in_one_order(store: SqlStore, scope: HoldScope, target: str) -> None:
    claims = [claimed(key) for key in "abc"]
    first, second = in_opposite_order(store, lambda: swap_one_by_one(store, claims), lambda: hold(store, scope, target))
    assert (first, second) == ({"a", "b", "c"}, 0)


def test_what_is_handed_over_again_waits_for_no_claim_and_leaves_alone_what_one_is_at(store: SqlStore) -> None:
    handover = handed(store)
    assert handover.promote(NOW) == 3
    with store._writers.begin() as connection:
        connection.exec_driver_sql("DELETE FROM pgqueuer")  # taken by a worker that is late
    with ThreadPoolExecutor(1) as pool, store.write() as tx:
        assert tx.deliveries.swap(*claimed("b"))
        promoted = pool.submit(handover.promote, AGAIN)
        assert promoted.result(timeout=30) == 2
        assert tx.deliveries.swap(*claimed("a"))
        assert tx.deliveries.swap(*claimed("c"))


def test_what_is_given_back_is_taken_in_the_same_order(store: SqlStore) -> None:
    handover = handed(store)
    assert handover.promote(NOW) == 3
    with store.read() as tx:
        ready = sorted(tx.deliveries.ready(NOW, limit=9), key=lambda row: row.id, reverse=True)
    left = [replace(row, handed=NOW) for row in ready]
    claims = [claimed(key) for key in "abc"]
    first, _ = in_opposite_order(store, lambda: swap_one_by_one(store, claims), lambda: handover.free(left))
    assert first == {"a", "b", "c"}
