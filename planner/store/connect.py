"""Connections: what is set on each of them, and how the database's own errors become ours."""

from __future__ import annotations

import errno
import logging
import os
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, InternalError, NoSuchModuleError, OperationalError

from planner.domain.errors import SetupError, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import URL, Connection

_LOG = logging.getLogger(__name__)

BUSY_MS = 10_000
"""How long a writer waits for another one before it says that the database is busy."""

_ALIVE = {"connect_timeout": 10, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3, "tcp_user_timeout": 30_000}
"""A server that vanished without a word (its machine died, a firewall forgot the connection) is given up after half a minute. What was
sent to it would otherwise be sent again for a quarter of an hour, for which no keep-alive is asked, and the worker would wait with it."""

_READING, _WRITING = "60s", "10s"
"""How long a transaction may be silent. A worker that freezes or loses its network gives its locks back after that: the promoter's
lock stops every other worker, and nothing is called while something is written. A reader holds no lock, and thinks for longer."""

_WAL_LIMIT = 64 * 1024 * 1024
_READ_KB, _ROWS_KB, _WRITE_KB = 4_000, 1_000, 16_000
"""SQLite's own cache of each connection. Every reader of a busy moment keeps one, and the operating system keeps the same pages once for all.
A worker's readers ask for single rows, and each commit beside them makes their pages old: a fourth serves them as well (6 MB in a rush)."""


def parse(url: str) -> URL:
    """Return the URL of a database that we can use; raise SetupError with an example otherwise."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise SetupError(_EXAMPLE) from None
    if parsed.get_backend_name() == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
        raise SetupError(_EXAMPLE)
    return parsed


_EXAMPLE = "The database address is not one that Discreet can use. Examples: sqlite:////home/me/discreet/discreet.db or postgresql://user@host/discreet."


def sqlite_path(url: URL) -> Path | None:
    """Return the file of a SQLite database, or None for a server."""
    return Path(str(url.database)) if url.get_backend_name() == "sqlite" else None


def engines(url: URL, *, by_index: bool = False) -> tuple[Engine, Engine]:
    """Return (readers, writers). `by_index`: a server answers by an index wherever there is one, as a worker asks for single rows only.

    For the same reason its readers of a SQLite file keep few pages.
    """
    path = sqlite_path(url)
    try:
        if path is None:
            read_only = {"postgresql_readonly": True, "isolation_level": "REPEATABLE READ"}
            common: dict[str, Any] = {"hide_parameters": True, "pool_pre_ping": True, "pool_use_lifo": True}
            reading = create_engine(url, pool_size=5, max_overflow=15, connect_args=_server(url, _READING, by_index=by_index), **common)
            writing = create_engine(url, pool_size=5, max_overflow=10, connect_args=_server(url, _WRITING, by_index=by_index), **common)
            return reading.execution_options(**read_only), writing
    except (NoSuchModuleError, ModuleNotFoundError):
        raise SetupError("PostgreSQL needs one more package. Run: pip install -r requirements-team.txt") from None
    _make_file(path)
    readers = create_engine(url, hide_parameters=True, pool_size=5, max_overflow=40)
    writers = create_engine(url, hide_parameters=True, pool_size=1, max_overflow=4)
    _tune(readers, "BEGIN", ("PRAGMA query_only=ON", f"PRAGMA cache_size=-{_ROWS_KB if by_index else _READ_KB}"))
    # FULL: a power cut may not take back an attempt that was written down before the call.
    _tune(writers, "BEGIN IMMEDIATE", ("PRAGMA synchronous=FULL", f"PRAGMA cache_size=-{_WRITE_KB}"))
    return readers, writers


def _server(url: URL, silent: str, *, by_index: bool) -> dict[str, Any]:
    """Return what is asked of a server; what an operator says in the address stands."""
    alive = {name: value for name, value in _ALIVE.items() if name not in url.query}
    if "options" in url.query:
        return alive
    # Compiling a statement pays after seconds of work; ours take milliseconds, and a wrong guess would cost a hundred of them.
    # A statement is planned once and kept: planned while a table was small, it would read the whole of it, batch after batch, as it grows.
    planned = " -c enable_seqscan=off" if by_index else ""
    # In UTC every time comes as it is kept here, instead of being turned into it one by one.
    return {"options": f"-c idle_in_transaction_session_timeout={silent} -c jit=off -c timezone=UTC{planned}", **alive}


def _make_file(path: Path) -> None:
    """Make the folder and an empty file that only its owner reads.

    A file that is there is not opened: closing it would drop the locks of every connection that this process has on it (that is how
    POSIX counts them), and the next process that ends would take itself for the last one and delete the log with what it holds.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            with suppress(FileExistsError):  # another process was first
                os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        if not (path.is_file() and os.access(path, os.R_OK | os.W_OK)):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as error:
        raise SetupError(
            f"The database {path} cannot be opened ({error.strerror}). Make its folder writable, or set PLANNER_DATA."
        ) from None


def _tune(engine: Engine, begin: str, own: tuple[str, ...]) -> None:
    # Checkpoints are made by one process at a fixed place (SQLite before 3.51.3 can corrupt the WAL when two make them at once).
    common = (
        f"PRAGMA busy_timeout={BUSY_MS}",
        "PRAGMA foreign_keys=ON",
        "PRAGMA wal_autocheckpoint=0",
        f"PRAGMA journal_size_limit={_WAL_LIMIT}",
    )

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:  # noqa: ANN401 - the driver's own classes
        connection.isolation_level = None
        for pragma in (*common, *own):
            connection.execute(pragma)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)


@contextmanager
def translated() -> Iterator[None]:
    """Turn the database's refusals into one sentence for a person."""
    try:
        yield
    except Exception as error:
        reason = _refusal(error)
        if reason is None:
            raise
        _LOG.warning("The database refused (%s).", code(reason))
        raise Unavailable(sentence(str(reason))) from error


def _refusal(error: Exception) -> BaseException | None:
    """Return the driver's own error where the database refused, or None: where it was asked itself, or through SQLAlchemy."""
    reason: BaseException | None = error
    classes = _of_a_driver()
    if isinstance(error, DBAPIError):
        reason, classes = error.orig, (OperationalError, InterfaceError, InternalError)
    # SQLite's driver tells of a damaged file by the class that every other one of its errors extends.
    damaged = str(getattr(reason, "sqlite_errorname", "")).startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB"))
    return (reason or error) if damaged or isinstance(error, classes) else None


def code(reason: BaseException | None) -> str:
    """Return the database's own name of an error (`SQLITE_BUSY`, an SQLSTATE), for a log: its words may quote what was written."""
    return getattr(reason, "sqlite_errorname", None) or getattr(reason, "sqlstate", None) or type(reason).__name__


def _of_a_driver() -> tuple[type[Exception], ...]:
    """Return what the drivers raise when they are asked themselves: of those that are loaded, for each worker does without one of them."""
    loaded = [sys.modules[name] for name in ("sqlite3", "psycopg") if name in sys.modules]
    return tuple(getattr(driver, name) for driver in loaded for name in ("OperationalError", "InterfaceError", "InternalError"))


def sentence(reason: str) -> str:
    """Return what to do about the database's own words."""
    low = reason.casefold()
    if "locked" in low or "busy" in low or "locking protocol" in low:
        return "The database is busy. Nothing was lost: try again in a moment."
    if "full" in low:
        return "The disk is full, so nothing could be saved. Free some space, then try again."
    if "readonly" in low or "read-only" in low:
        return "The database may not be written to. Check who owns the file and its folder, then try again."
    if "unable to open" in low or "i/o error" in low:
        return "The database's file cannot be opened or read. Nothing was lost: check its disk and folder, then try again."
    if "malformed" in low or "not a database" in low:
        return "The database file is damaged. Stop Discreet and restore the newest backup: python -m planner restore."
    return "The database does not answer. Nothing was lost: try again when it is back."
