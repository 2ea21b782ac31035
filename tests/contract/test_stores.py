"""The store's contract on SQLite and on PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cryptography.fernet import Fernet
from stores import StoreContract

from planner.store import open_store

if TYPE_CHECKING:
    from collections.abc import Iterator
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
