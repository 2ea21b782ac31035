"""Moving to another database: everything arrives, it can be repeated, and nothing that was worked with is overwritten."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import func, select
from stores import ENTRY, NOW, fill

from connectors.base import Credentials
from planner.domain.audit import AuditEvent
from planner.domain.errors import Conflict, NotReady, SetupError
from planner.domain.people import Member
from planner.store import SqlStore, copy_store, move, open_store, tables

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection, Table

KEY = Fernet.generate_key()


class Ids:
    last = 0

    def event(self, action: str) -> AuditEvent:
        Ids.last += 1
        return AuditEvent(f"e{Ids.last}", NOW, "m1", action, "post:p1", {"a": "b"})


@pytest.fixture
def old(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'old.sqlite'}"
    store = open_store(url, KEY, backups=tmp_path)
    fill(store)
    with store.write() as tx:
        tx.members.put(Member("m1", "Dana", "admin", active=True, created_at=NOW))
        tx.deliveries.add(ENTRY)
        tx.vault.write("acc1", Credentials({"token": "secret"}))
        tx.log.audit(Ids().event("post.submit"))
        tx.log.put_setting("workspace.started", "empty")
    store.close()
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def new(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'new.sqlite'}" if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))


def work(url: str, tmp_path: Path) -> SqlStore:
    return open_store(url, KEY, backups=tmp_path)


def test_everything_arrives_and_the_copy_can_be_repeated(old: str, new: str, tmp_path: Path) -> None:
    first = copy_store(old, new, KEY, tmp_path)
    assert first == copy_store(old, new, KEY, tmp_path)
    assert (first["post"], first["delivery"], first["audit"], first["credential"]) == (1, 1, 1, 1)
    store = work(old, tmp_path)
    with store.write() as tx:
        tx.deliveries.add_all([ENTRY.__class__(**{**_fields(), "id": f"d{n}", "due_at": NOW + timedelta(hours=n)}) for n in range(2, 9)])
        tx.log.audit(Ids().event("post.approve"))
    store.close()
    assert copy_store(old, new, KEY, tmp_path)["delivery"] == 8
    moved = work(new, tmp_path)
    with moved.read() as tx:
        assert tx.deliveries.get("d1") == ENTRY
        assert tx.vault.read("acc1") == Credentials({"token": "secret"})
        assert [event.action for event in tx.log.events()] == ["post.approve", "post.submit"]
    with moved.write() as tx:  # the counters go on where they were
        tx.log.audit(Ids().event("post.void"))
    with moved._readers.connect() as connection:
        assert connection.execute(select(func.count()).select_from(tables.audit)).scalar_one() == 3
    moved.close()


def _fields() -> dict[str, object]:
    return {name: getattr(ENTRY, name) for name in ENTRY.__dataclass_fields__}


def test_a_database_that_was_worked_with_since_is_not_overwritten(old: str, new: str, tmp_path: Path) -> None:
    copy_store(old, new, KEY, tmp_path)
    moved = work(new, tmp_path)
    with moved.write() as tx:
        tx.log.audit(Ids().event("post.approve"))
    moved.close()
    with pytest.raises(Conflict, match="worked with"):
        copy_store(old, new, KEY, tmp_path)


def test_a_worker_that_is_at_the_copy_already_goes_by_nothing_it_read_before(old: str, new: str, tmp_path: Path) -> None:
    copy_store(old, new, KEY, tmp_path)
    idle = work(new, tmp_path)

    def look() -> tuple[int, bool, object]:
        with idle.read() as tx:
            number = tx.foresee((ENTRY,), subjects=(), settings=())
            return number, tx.accounts.get("acc1").archived, tx.vault.read("acc1")

    before = look()
    store = work(old, tmp_path)
    with store.write() as tx:
        account = tx.accounts.get("acc1")
        assert tx.accounts.swap(account, replace(account, archived=True, version=account.version + 1))
        tx.vault.write("acc1", Credentials({"token": "another"}))
    store.close()
    copy_store(old, new, KEY, tmp_path)
    number, *rest = look()
    idle.close()
    assert rest == [True, Credentials({"token": "another"})]
    assert number > before[0]


def test_a_copy_that_differs_is_taken_back_as_a_whole(old: str, new: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = move._fill

    def changes_a_value(there: Connection, here: Connection, table: Table) -> int:
        count = real(there, here, table)
        if table is tables.post:
            here.execute(table.update().values(campaign="another"))
        return count

    monkeypatch.setattr(move, "_fill", changes_a_value)
    with pytest.raises(Conflict, match="copy of post differs"):
        copy_store(old, new, KEY, tmp_path)
    store = work(new, tmp_path)
    with store._readers.connect() as connection:
        assert connection.execute(select(func.count()).select_from(tables.post)).scalar_one() == 0
    store.close()
    monkeypatch.undo()
    assert copy_store(old, new, KEY, tmp_path)["post"] == 1


def test_another_workspace_is_not_overwritten(old: str, new: str, tmp_path: Path) -> None:
    other = work(new, tmp_path)
    with other.write() as tx:
        tx.members.put(Member("x", "Else", "admin", active=True, created_at=NOW))
    other.close()
    with pytest.raises(Conflict, match="another workspace"):
        copy_store(old, new, KEY, tmp_path)


def test_nothing_is_copied_from_under_a_running_worker(old: str, new: str, tmp_path: Path) -> None:
    from datetime import UTC, datetime  # noqa: PLC0415 - the machine's own time, here alone

    store = work(old, tmp_path)
    with store.write() as tx:
        tx.log.beat("worker", datetime.now(UTC), {})
    store.close()
    with pytest.raises(NotReady, match="Stop it"):
        copy_store(old, new, KEY, tmp_path)


def test_wrong_addresses_and_keys_are_refused(old: str, tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="same database"):
        copy_store(old, old, KEY, tmp_path)
    with pytest.raises(SetupError, match="no database"):
        copy_store(f"sqlite:///{tmp_path / 'nothing.sqlite'}", old, KEY, tmp_path)
    with pytest.raises(SetupError, match="key"):
        copy_store(old, f"sqlite:///{tmp_path / 'new.sqlite'}", Fernet.generate_key(), tmp_path)
