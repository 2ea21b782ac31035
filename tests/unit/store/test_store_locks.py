"""Tests of what several processes and several stores of one process do to one file."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from cryptography.fernet import Fernet

from planner.store import open_store

if TYPE_CHECKING:
    from pathlib import Path

    from planner.store import SqlStore

KEY = Fernet.generate_key()
_VISIT = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('SELECT count(*) FROM setting').fetchone(); c.close()"


def put(store: SqlStore, value: str) -> None:
    with store.write() as tx:
        tx.log.put_setting("a", value)


def test_a_store_that_is_opened_twice_keeps_its_log_when_another_process_ends(tmp_path: Path) -> None:
    file = tmp_path / "discreet.db"

    def opened() -> SqlStore:
        return open_store(f"sqlite:///{file}", KEY, backups=tmp_path / "backups")

    first = opened()
    put(first, "before")
    second = opened()
    subprocess.run([sys.executable, "-c", _VISIT, str(file)], check=True, timeout=60)
    assert file.with_name("discreet.db-wal").exists()
    put(first, "after")
    third = opened()
    for store in (first, second, third):
        with store.read() as tx:
            assert tx.log.setting("a") == "after"
        store.close()
