"""The SQLite file and its key: opened, migrated, refused, backed up, restored."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography.fernet import Fernet

from connectors.base import Credentials
from planner.domain.errors import SetupError, Unavailable
from planner.store import backup as backups
from planner.store import migrate, open_store, restore, vault_key
from planner.store.connect import code, sentence, translated

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.store import SqlStore

KEY = Fernet.generate_key()
ROOT = Path(__file__).parents[3]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "discreet.db"


@pytest.fixture
def opened(file: Path, tmp_path: Path) -> Callable[..., SqlStore]:
    def open_it(key: bytes = KEY, **options: bool) -> SqlStore:
        return open_store(f"sqlite:///{file}", key, backups=tmp_path / "backups", **options)

    return open_it


def test_a_new_database_is_private_complete_and_whole(opened: Callable[..., SqlStore], file: Path) -> None:
    opened().close()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert backups.check(file) == migrate.HEAD
    connection = sqlite3.connect(file)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


def test_idle_connections_give_back_the_pages_that_they_keep(opened: Callable[..., SqlStore]) -> None:
    store, told = opened(), list[str]()
    with store.read() as tx:
        tx.accounts.all()
    with store.write() as tx:
        tx.log.put_setting("a", "b")
    for engine in (store._readers, store._writers):
        with closing(engine.raw_connection()) as connection:
            connection.driver_connection.set_trace_callback(told.append)
    store.rest()
    assert told == ["PRAGMA shrink_memory"] * 2
    with store.read() as tx:
        assert tx.log.setting("a") == "b"
    store.close()


@pytest.mark.parametrize("url", ["nonsense", "sqlite://", "sqlite:///:memory:", "mysql://u@h/d"])
def test_an_address_that_cannot_be_used_is_refused_with_an_example(url: str, tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="Examples: sqlite"):
        open_store(url, KEY, backups=tmp_path)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(SetupError, match="cannot be opened"):
        open_store(f"sqlite:///{blocked}/discreet.db", KEY, backups=tmp_path)


def test_a_file_that_is_no_database_is_left_as_it_is(opened: Callable[..., SqlStore], file: Path) -> None:
    file.parent.mkdir()
    file.write_text("Dear diary, " * 100)
    with pytest.raises(SetupError, match="damaged"):
        opened()
    assert file.read_text().startswith("Dear diary")


def test_somebody_elses_database_is_left_as_it_is(opened: Callable[..., SqlStore], file: Path) -> None:
    file.parent.mkdir()
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE songs (id)")
    connection.close()
    with pytest.raises(SetupError, match="not Discreet's"):
        opened()


def test_a_database_of_a_newer_version_is_refused(opened: Callable[..., SqlStore], file: Path, tmp_path: Path) -> None:
    opened().close()
    connection = sqlite3.connect(file)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()
    with pytest.raises(SetupError, match="newer version"):
        opened()
    assert not (tmp_path / "backups").exists()


def test_the_file_is_copied_before_a_migration(
    opened: Callable[..., SqlStore], file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened().close()
    newest = migrate.HEAD
    monkeypatch.setattr(migrate, "HEAD", "the next one")
    for name in (f"before-migration-from-{newest}.db", f"before-migration-from-{newest}-1.db"):
        opened().close()
        assert backups.check(tmp_path / "backups" / name) == newest
    assert backups.check(file) == newest


def test_a_migration_counts_for_the_looks_of_a_worker_that_is_still_at_it(
    opened: Callable[..., SqlStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = opened()
    with worker.read() as tx:
        before = tx.grounds()
    monkeypatch.setattr(migrate, "HEAD", "the next one")
    opened().close()
    with worker.read() as tx:
        assert tx.grounds() > before


def test_three_processes_that_start_at_once_make_one_database(file: Path) -> None:
    script = f"from pathlib import Path; from planner.store import open_store; open_store('sqlite:///{file}', {KEY!r}, backups=Path({str(file.parent / 'backups')!r})).close()"
    running = [subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stderr=subprocess.PIPE) for _ in range(3)]
    for process in running:
        _, error = process.communicate(timeout=60)
        assert process.returncode == 0, error
    assert backups.check(file) == migrate.HEAD


def test_head_is_the_newest_migration() -> None:
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - slow to load

    assert ScriptDirectory(str(migrate._SCRIPTS)).get_current_head() == migrate.HEAD


def test_the_migrations_make_exactly_the_tables_of_the_code(opened: Callable[..., SqlStore]) -> None:
    from alembic.autogenerate import compare_metadata  # noqa: PLC0415 - slow to load
    from alembic.migration import MigrationContext  # noqa: PLC0415 - slow to load

    from planner.store.indexes import metadata  # noqa: PLC0415 - with the two above

    store = opened()
    with store._readers.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), metadata)
    store.close()
    assert [step for step in found if not str(step[0]).startswith("modify_type")] == []


@pytest.mark.parametrize(("worker", "kb"), [(True, 1_000), (False, 4_000)])
def test_a_workers_readers_keep_fewer_pages_than_those_of_the_pages(opened: Callable[..., SqlStore], kb: int, *, worker: bool) -> None:
    store = opened(checkpoints=worker)
    with store._readers.connect() as reader, store._writers.connect() as writer:
        sizes = [int(one.exec_driver_sql("PRAGMA cache_size").scalar_one()) for one in (reader, writer)]
    store.close()
    assert sizes == [-kb, -16_000]


# The key


def test_the_key_is_made_once_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    key = vault_key(tmp_path)
    assert stat.S_IMODE((tmp_path / "planner.key").stat().st_mode) == 0o600
    assert vault_key(tmp_path) == key
    assert [path.name for path in tmp_path.iterdir()] == ["planner.key"]


def test_a_key_that_is_given_is_used(tmp_path: Path) -> None:
    assert vault_key(tmp_path, value=f" {KEY.decode()} ") == KEY
    file = tmp_path / "other.key"
    file.write_bytes(KEY)
    file.chmod(0o600)
    assert vault_key(tmp_path, file=file) == KEY


def test_a_key_file_that_others_can_read_stops_the_start(tmp_path: Path) -> None:
    vault_key(tmp_path)
    (tmp_path / "planner.key").chmod(0o640)
    with pytest.raises(SetupError, match="chmod 600"):
        vault_key(tmp_path)


def test_a_key_that_is_none_stops_the_start_and_is_not_shown(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="not valid") as caught:
        vault_key(tmp_path, value="hush-hush")
    assert "hush" not in str(caught.value)


def test_a_key_that_cannot_be_written_or_read_is_named(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(SetupError, match="cannot be"):
        vault_key(blocked / "below")
    (tmp_path / "planner.key").mkdir()
    with pytest.raises(SetupError, match="cannot be read"):
        vault_key(tmp_path)


def test_another_process_that_made_the_key_first_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.link

    def beaten(source: object, target: Path) -> None:
        target.write_bytes(KEY)
        target.chmod(0o600)
        real(source, target)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "link", beaten)
    assert vault_key(tmp_path) == KEY


def test_the_wrong_key_stops_the_start(opened: Callable[..., SqlStore]) -> None:
    opened().close()
    with pytest.raises(SetupError, match="does not fit"):
        opened(Fernet.generate_key())
    opened().close()


def test_no_key_and_no_login_is_ever_shown(opened: Callable[..., SqlStore]) -> None:
    store = opened()
    assert KEY.decode() not in repr(store._crypt)
    store.close()


# Backups


def fill(store: SqlStore, value: str) -> None:
    with store.write() as tx:
        tx.log.put_setting("a", value)


def test_a_backup_of_a_running_database_can_be_restored(opened: Callable[..., SqlStore], file: Path, tmp_path: Path) -> None:
    store = opened()
    fill(store, "before")
    with store.write() as tx:
        tx.vault.write("acc1", Credentials({"access": "hush"}))
    copy = store.backup(tmp_path / "kept" / "copy.db")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert b"hush" not in copy.read_bytes()
    fill(store, "after")
    with pytest.raises(Unavailable, match="still running"):
        restore(f"sqlite:///{file}", copy)
    store.close()
    aside = restore(f"sqlite:///{file}", copy)
    assert aside is not None
    assert backups.check(aside) == migrate.HEAD
    store = opened()
    with store.read() as tx:
        assert tx.log.setting("a") == "before"
        assert tx.vault.read("acc1") == Credentials({"access": "hush"})
    store.close()
    connection = sqlite3.connect(aside)
    assert connection.execute("SELECT value FROM setting WHERE name = 'a'").fetchone() == ("after",)
    connection.close()
    assert sorted(path.name for path in file.parent.iterdir()) == [
        "discreet.db",
        "discreet.db.before-restore-1",
        "discreet.db.migrating",
    ]


def test_a_restore_where_nothing_was_before(opened: Callable[..., SqlStore], file: Path, tmp_path: Path) -> None:
    store = opened()
    copy = store.backup(tmp_path / "copy.db")
    store.close()
    file.unlink()
    assert restore(f"sqlite:///{file}", copy) is None
    opened().close()


def test_a_damaged_database_is_kept_aside_with_its_log(opened: Callable[..., SqlStore], file: Path, tmp_path: Path) -> None:
    store = opened()
    copy = store.backup(tmp_path / "copy.db")
    store.close()
    file.write_text("Dear diary, " * 100)
    file.with_name("discreet.db-wal").write_text("x")
    aside = restore(f"sqlite:///{file}", copy)
    assert aside is not None
    assert aside.read_text().startswith("Dear diary")
    opened().close()


def test_a_backup_is_never_overwritten(opened: Callable[..., SqlStore], tmp_path: Path) -> None:
    store = opened()
    target = tmp_path / "mine.txt"
    target.write_text("precious")
    with pytest.raises(Unavailable, match="never overwritten"):
        store.backup(target)
    assert target.read_text() == "precious"
    store.close()


def test_a_backup_to_a_place_that_cannot_be_written_leaves_nothing(opened: Callable[..., SqlStore], tmp_path: Path) -> None:
    store = opened()
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(Unavailable, match="Choose a folder that can be written to"):
        store.backup(blocked / "copy.db")
    store.close()


@pytest.mark.parametrize("reason", ["database or disk is full", "unable to open database file"])
def test_a_backup_that_fails_half_way_leaves_no_half_file(
    opened: Callable[..., SqlStore], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reason: str
) -> None:
    store = opened()

    def full(_source: Path, target: Path) -> None:
        target.write_bytes(b"half")
        raise sqlite3.OperationalError(reason)

    monkeypatch.setattr(backups, "_vacuum", full)
    with pytest.raises(Unavailable, match=r"did not work\. (The disk is full|The database.s file cannot be opened or read)"):
        store.backup(tmp_path / "copy.db")
    assert not list(tmp_path.glob("copy.db*"))
    store.close()


@pytest.mark.parametrize("words", ["", "not a database" * 100])
def test_a_file_that_is_no_backup_is_refused_and_nothing_is_touched(
    opened: Callable[..., SqlStore], file: Path, tmp_path: Path, words: str
) -> None:
    opened().close()
    bad = tmp_path / "bad.db"
    bad.write_text(words)
    before = file.read_bytes()
    with pytest.raises(Unavailable, match="not a whole Discreet database"):
        restore(f"sqlite:///{file}", bad)
    assert file.read_bytes() == before


def test_a_damaged_backup_is_refused(opened: Callable[..., SqlStore], file: Path, tmp_path: Path) -> None:
    store = opened()
    copy = store.backup(tmp_path / "copy.db")
    store.close()
    data = bytearray(copy.read_bytes())
    data[8192:12288] = os.urandom(4096)
    copy.write_bytes(data)
    with pytest.raises(Unavailable):
        restore(f"sqlite:///{file}", copy)


def test_a_backup_that_is_not_there_is_named(file: Path, tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="There is no file"):
        restore(f"sqlite:///{file}", tmp_path / "none.db")


def test_a_server_is_backed_up_with_its_own_tools(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="pg_dump"):
        restore("postgresql://u@h/d", tmp_path / "copy.db")


# Under load


def test_a_long_log_is_folded_into_the_file_by_the_one_process_that_may(
    opened: Callable[..., SqlStore], file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("planner.store.work._LONG_LOG", 100_000)
    log, calm, busy = file.with_name("discreet.db-wal"), opened(checkpoints=False), opened()
    for number in range(64):
        fill(calm, str(number) * 4000)
    long = log.stat().st_size
    for number in range(200):
        fill(busy, str(number) * 4000)
    assert log.stat().st_size < long + 64 * 30_000
    calm.close()
    busy.close()


def test_a_writer_that_waits_too_long_says_so(opened: Callable[..., SqlStore], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("planner.store.convoy.BUSY_MS", 50)
    store = opened()
    with store._in_turn(), pytest.raises(Unavailable, match="busy"):
        fill(store, "x")
    store.close()


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("database is locked", "busy"),
        ("database or disk is full", "disk is full"),
        ("attempt to write a readonly database", "may not be written"),
        ("database disk image is malformed", "damaged"),
        ("locking protocol", "busy"),
        ("unable to open database file", "cannot be opened"),
        ("disk I/O error", "cannot be opened"),
        ("connection refused", "does not answer"),
    ],
)
def test_the_databases_words_become_a_sentence(reason: str, said: str) -> None:
    assert said in sentence(reason)


def test_the_log_names_the_databases_error_and_none_of_its_words(opened: Callable[..., SqlStore], caplog: pytest.LogCaptureFixture) -> None:
    store = opened()
    with pytest.raises(Unavailable), translated(), store._readers.connect() as connection:
        connection.exec_driver_sql("SELECT secret FROM nowhere")
    store.close()
    assert [record.getMessage() for record in caplog.records] == ["The database refused (SQLITE_ERROR)."]


@pytest.mark.parametrize(("reason", "told"), [(sqlite3.OperationalError("secret"), "OperationalError"), (None, "NoneType")])
def test_an_error_without_a_name_is_told_by_its_kind(reason: BaseException | None, told: str) -> None:
    assert code(reason) == told


def test_what_the_driver_says_itself_becomes_a_sentence_too() -> None:
    with pytest.raises(Unavailable, match="The database is busy"), translated():
        raise sqlite3.OperationalError("database is locked")
