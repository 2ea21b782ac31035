"""Bring the database to this version at start: one process at a time, a copy of the SQLite file first, a newer database refused."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import func, inspect, select, text
from sqlalchemy.exc import DatabaseError

from planner.domain.errors import SetupError
from planner.store.connect import sentence
from planner.store.probe import ALL_IS_NEW

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

HEAD = "0010"
"""The newest migration. At this revision the start does not even load Alembic."""

_LOCK = 4_711_000_231_906_125_373
_WAIT_S = 120
_SCRIPTS = Path(__file__).parent / "migrations"
_NEWER = (
    "This database was written by a newer version of Discreet (its revision is {revision}, this version knows {head}). "
    "Start the newer version, or restore a backup that this version wrote."
)
_FOREIGN = "The database holds tables that are not Discreet's. Point PLANNER_DATABASE to an empty database or to Discreet's own."


def bring_up(readers: Engine, writers: Engine, path: Path | None, backups: Path) -> None:
    """Migrate when needed; raise SetupError when this version must not touch the database."""
    try:
        if _revision(readers, path) != HEAD:
            with _alone(writers, path):
                _migrate(readers, writers, path, backups)
    except DatabaseError as error:
        raise SetupError(sentence(str(error.orig))) from error


def _migrate(readers: Engine, writers: Engine, path: Path | None, backups: Path) -> None:
    revision = _revision(readers, path)
    if revision == HEAD:
        return
    _require_known(revision)
    if path is not None and revision is not None:
        from planner.store.backup import copy_into  # noqa: PLC0415 - only for a file

        copy_into(path, _free(backups, revision))
    with writers.begin() as connection:
        _upgrade(connection)
        # A worker of the version before may still be at it, with what it read.
        connection.execute(ALL_IS_NEW)


def _revision(readers: Engine, path: Path | None) -> str | None:
    """Return the database's revision, or None for an empty database; raise SetupError for somebody else's."""
    if path is not None:
        _use_wal(path)
    with readers.connect() as connection:
        names = inspect(connection).get_table_names()
        if "alembic_version" in names:
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        if names and path is not None:
            raise SetupError(_FOREIGN)
        return None


def _use_wal(path: Path) -> None:
    """Switch the file to write-ahead logging: kept in the file, but never to be changed inside a transaction."""
    import sqlite3  # noqa: PLC0415 - only for a file: a worker on PostgreSQL does without

    connection = sqlite3.connect(path, timeout=_WAIT_S)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
    except sqlite3.Error as error:
        raise SetupError(sentence(str(error))) from None
    finally:
        connection.close()


def _require_known(revision: str | None) -> None:
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - slow to load, needed once a release
    from alembic.util import CommandError  # noqa: PLC0415 - the same

    if revision is None:
        return
    try:
        ScriptDirectory(str(_SCRIPTS)).get_revision(revision)
    except CommandError:
        raise SetupError(_NEWER.format(revision=revision, head=HEAD)) from None


def _upgrade(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415 - slow to load, needed once a release
    from alembic.config import Config  # noqa: PLC0415 - the same

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


@contextmanager
def _alone(writers: Engine, path: Path | None) -> Iterator[None]:
    """Let one process migrate; the others wait. The lock goes away with its process."""
    if path is None:
        with writers.connect() as connection:
            connection.execute(select(func.pg_advisory_lock(_LOCK)))
            try:
                yield
            finally:
                connection.execute(select(func.pg_advisory_unlock(_LOCK)))
        return
    import sqlite3  # noqa: PLC0415 - only for a file

    lock = sqlite3.connect(path.with_name(path.name + ".migrating"), timeout=_WAIT_S, isolation_level=None)
    try:
        lock.execute("BEGIN EXCLUSIVE")
        yield
    finally:
        lock.close()


def _free(backups: Path, revision: str) -> Path:
    """Return a name for the copy that is not taken yet."""
    names = (backups / f"before-migration-from-{revision}{f'-{number}' if number else ''}.db" for number in range(10_000))
    return next(name for name in names if not name.exists())
