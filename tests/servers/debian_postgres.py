"""A PostgreSQL 15 of Debian on the loopback address, run as the user `postgres` where we are root (it refuses root)."""

from __future__ import annotations

import contextlib
import os
import pwd
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.servers import installed
from tests.servers.process import free_port, start

if TYPE_CHECKING:
    from collections.abc import Iterator

_PROGRAMS = Path("/usr/lib/postgresql/15/bin")
_OPTIONS = ("-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "max_connections=200")


def _user() -> str | None:
    return "postgres" if os.geteuid() == 0 else None


def _is_ready(port: int) -> bool:
    asked = [str(_PROGRAMS / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
    return subprocess.run(asked, check=False).returncode == 0


@contextlib.contextmanager
def debian_postgres(log_folder: Path) -> Iterator[str]:
    """Run the server in a folder of its own and yield the database address; the Bluesky network needs it."""
    installed.need("bluesky", "PostgreSQL 15", _PROGRAMS / "initdb")
    log_folder.mkdir(parents=True)
    user, port = _user(), free_port()
    # Not in pytest's folder, which other users may not enter; and short, because a socket's path may have 107 characters.
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as made:
        home = Path(made)
        if user:
            os.chown(home, pwd.getpwnam(user).pw_uid, -1)
        init = [str(_PROGRAMS / "initdb"), "-D", str(home / "data"), "-U", "pg", "-A", "trust", "-N", "-E", "UTF8", "--locale=C"]
        subprocess.run(init, user=user, check=True, capture_output=True, cwd=home)
        command = [str(_PROGRAMS / "postgres"), "-D", str(home / "data"), "-p", str(port), "-k", str(home), *_OPTIONS]
        with start(command, log=log_folder / "postgres.log", ready=lambda: _is_ready(port), cwd=home, user=user):
            yield f"postgresql://pg@127.0.0.1:{port}/postgres"
