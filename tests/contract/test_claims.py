"""A claim that had to wait for somebody else, on SQLite and on PostgreSQL: what was changed meanwhile counts."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from planner.domain.audit import AuditEvent
from planner.domain.delivery import Ready
from planner.domain.sharing import Quota
from planner.services import approvals, fresh
from planner.store import open_store
from tests.unit.services import rig as rigs
from tests.unit.services import sky as skies

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from planner.domain.delivery import Delivery
    from planner.store import SqlStore
    from planner.store.work import SqlTransaction
    from tests.unit.services.sky import House

SECOND = timedelta(seconds=1)
SHARED = {"shared": {"bluesky": Quota(100, timedelta(hours=1))}}


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return rigs.url(tmp_path) if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def stores(url: str, tmp_path: Path) -> Iterator[tuple[SqlStore, SqlStore]]:
    opened = [open_store(url, rigs.KEY, backups=tmp_path) for _ in range(2)]
    yield opened[0], opened[1]
    for one in opened:
        one.close()


def void(tx: SqlTransaction, entry: Delivery) -> None:
    tx.log.audit(AuditEvent("e", entry.due_at, "o", approvals.STALE, f"post:{entry.post_id}", {"void": entry.approval_id or ""}))


def pause(tx: SqlTransaction, entry: Delivery) -> None:
    tx.log.put_setting(fresh.pause_name(entry.account_id), (entry.due_at + 60 * SECOND).isoformat())


def put_away(tx: SqlTransaction, entry: Delivery) -> None:
    account = tx.accounts.get(entry.account_id)
    assert tx.accounts.swap(account, replace(account, archived=True, version=account.version + 1))


@pytest.mark.parametrize("ahead", [True, False], ids=["looked at before", "looked at when due"])
@pytest.mark.parametrize(("change", "state"), [(void, "held"), (pause, "queued"), (put_away, "held")])
def test_what_changes_while_a_claim_waits_for_its_share_counts(
    stores: tuple[SqlStore, SqlStore], change: Callable[[SqlTransaction, Delivery], None], state: str, ahead: bool
) -> None:
    house, other = skies.build(stores[0], **SHARED), stores[1]
    house.ahead = ahead
    entry = house.plan("A", house.account())
    with ThreadPoolExecutor(1) as pool:
        with other.write() as tx:
            tx.log.own_note("share.platform.bluesky")
            claimed = pool.submit(house.publisher.take, [Ready(entry.id, entry.generation, entry.account_id)])
            waits(house, claimed)
            change(tx, entry)
        assert claimed.result(timeout=30) == []
    assert house.row(entry).state == state
    assert house.attempts(entry) == ()


def waits(house: House, claimed: Any) -> None:
    """Wait until the claim waits."""
    asked = "SELECT count(*) FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) OR NOT granted AND locktype = 'transactionid'"
    end = time.monotonic() + 10
    while time.monotonic() < end and not claimed.done():
        if house.store.dialect == "sqlite":
            time.sleep(0.3)
            break
        with house.store._readers.connect() as connection:
            if connection.exec_driver_sql(asked).scalar_one():
                break
        time.sleep(0.02)
    assert not claimed.done()
