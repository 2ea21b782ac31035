"""Copies of a running SQLite database, and the way back."""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from typing import TYPE_CHECKING

from planner.domain.errors import SetupError, Unavailable
from planner.store.connect import sentence

if TYPE_CHECKING:
    from pathlib import Path

_POSTGRES = "This database is on a PostgreSQL server. Back it up and restore it with pg_dump and pg_restore."


def copy_into(source: Path, target: Path) -> Path:
    """Write a consistent copy of a running database to `target`, check it, and return its path; no half file stays behind."""
    if target.exists():
        raise Unavailable(f"{target} exists already. Choose another name: a backup is never overwritten.")
    half = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        half.unlink(missing_ok=True)
        os.close(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        _vacuum(source, half)
        check(half)
        half.replace(target)
    except sqlite3.Error as error:
        raise Unavailable(f"The backup to {target} did not work. {sentence(str(error))}") from None
    except OSError as error:
        raise Unavailable(f"The backup to {target} did not work ({error.strerror}). Choose a folder that can be written to.") from None
    finally:
        _forget(half)
    return target


def _vacuum(source: Path, target: Path) -> None:
    connection = sqlite3.connect(source, timeout=30, isolation_level=None)
    try:
        connection.execute("VACUUM INTO ?", (str(target),))
    finally:
        connection.close()


def check(path: Path) -> str:
    """Return the revision of a Discreet database file that is whole; raise Unavailable otherwise."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None)
    try:
        if connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise Unavailable(f"{path} is damaged, so it was not used. Take another backup.")
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.DatabaseError as error:
        if "full" in str(error):
            raise
        raise Unavailable(f"{path} is not a whole Discreet database, so it was not used. Take another backup.") from None
    finally:
        connection.close()
    return str(row[0]) if row else ""


def restore_into(backup: Path, target: Path) -> Path | None:
    """Put a checked copy of `backup` in the place of `target` while Discreet is stopped; return where the old file was kept."""
    if not backup.is_file():
        raise Unavailable(f"There is no file {backup}. Name the backup to restore.")
    check(backup)
    fresh = target.with_name(target.name + ".restoring")
    _forget(fresh)
    try:
        copy_into(backup, fresh)
        aside = _set_aside(target) if target.exists() else None
        fresh.replace(target)
    except OSError as error:
        raise Unavailable(f"The backup could not be restored ({error.strerror}). The database is as it was.") from None
    finally:
        _forget(fresh)
    return aside


def _set_aside(target: Path) -> Path:
    """Fold the log into the old file and rename it; refused while anything has it open."""
    connection = sqlite3.connect(target, timeout=1, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError:
        raise Unavailable("Discreet is still running on this database. Stop it, then restore.") from None
    except sqlite3.DatabaseError:
        pass  # a damaged file is the usual reason to restore: it is kept as it is
    finally:
        connection.close()
    names = (target.with_name(f"{target.name}.before-restore-{number}") for number in range(1, 10_000))
    aside = next(name for name in names if not name.exists())
    target.rename(aside)
    for suffix in ("-wal", "-shm"):
        log = target.with_name(target.name + suffix)
        if log.exists():
            log.rename(aside.with_name(aside.name + suffix))
    return aside


def _forget(path: Path) -> None:
    for suffix in ("", "-journal", "-wal", "-shm"):
        with suppress(OSError):
            path.with_name(path.name + suffix).unlink()


def refuse_server(path: Path | None) -> Path:
    """Return the SQLite file; raise SetupError for a server."""
    if path is None:
        raise SetupError(_POSTGRES)
    return path
