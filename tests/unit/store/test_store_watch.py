"""What an idle worker asks the database itself: what goes wrong there is told in a sentence, and nothing stays open."""

from __future__ import annotations

import os
import sqlite3
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from planner.domain.errors import Unavailable
from planner.store import open_store
from planner.store.connect import _server, translated
from planner.store.watch import Watch

if TYPE_CHECKING:
    from pathlib import Path


def damage(file: Path, index: str) -> None:
    """Write over the pages of an index."""
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    ((page,),) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (index,))
    ((size,),) = connection.execute("PRAGMA page_size")
    connection.close()
    with file.open("r+b") as opened:
        opened.seek((page - 1) * size)
        opened.write(os.urandom(size))


def test_a_damaged_file_is_told_as_such_by_a_look_and_by_a_question(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'discreet.db'}", Fernet.generate_key(), backups=tmp_path / "backups")
    damage(tmp_path / "discreet.db", "ix_delivery_wake_at")
    with pytest.raises(Unavailable, match="is damaged"):
        store.look()
    with pytest.raises(Unavailable, match="is damaged"), store.read() as tx:
        tx.deliveries.next_due()
    store.close()


def test_what_is_no_refusal_of_the_database_stays_what_it_is() -> None:
    for error in (sqlite3.IntegrityError("UNIQUE"), sqlite3.DatabaseError("no such thing"), KeyError("name")):
        with pytest.raises(type(error)), translated():
            raise error


def test_a_refusal_that_tells_nothing_is_told_as_one() -> None:
    with pytest.raises(Unavailable), translated():
        raise OperationalError("SELECT", {}, None)  # type: ignore[arg-type]  # a pool may have no error of a driver to show


class Connection:
    """A server's connection that breaks as soon as something is asked."""

    autocommit = closed = False

    def execute(self, *_: object, **__: object) -> object:
        raise sqlite3.OperationalError("the server went away")

    def close(self) -> None:
        self.closed = True


def test_a_connection_that_breaks_before_the_first_question_is_closed() -> None:
    connection = Connection()
    taken = SimpleNamespace(driver_connection=connection, detach=lambda: None)
    engine: Any = SimpleNamespace(raw_connection=lambda: taken, dialect=SimpleNamespace(name="postgresql"))
    with pytest.raises(Unavailable, match="does not answer"):
        Watch(engine).look()
    assert connection.closed


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("", ["tcp_user_timeout", "connect_timeout", "options"]),
        ("?connect_timeout=3", ["tcp_user_timeout", "options"]),
        ("?options=-c%20jit%3Don", ["tcp_user_timeout", "connect_timeout"]),
    ],
)
def test_a_server_that_vanished_is_given_up_after_half_a_minute_and_the_operators_own_words_stand(query: str, told: list[str]) -> None:
    asked = _server(make_url(f"postgresql://host/discreet{query}"), "10s", by_index=False)
    assert [name for name in ("tcp_user_timeout", "connect_timeout", "options") if name in asked] == told
    assert asked["tcp_user_timeout"] == 30_000
