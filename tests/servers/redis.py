"""A Redis server of Debian on the loopback address, in memory only."""

from __future__ import annotations

import contextlib
import shutil
from typing import TYPE_CHECKING

from tests.servers import installed
from tests.servers.process import answers, free_port, start

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextlib.contextmanager
def redis(tmp: Path) -> Iterator[str]:
    """Run the server and yield its host:port; the Bluesky network needs it."""
    program = shutil.which("redis-server")
    if program is None:
        installed.missing("bluesky", "Redis")
    port = free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(tmp)]
    with start(command, log=tmp / "redis.log", ready=lambda: answers(port)):
        yield f"127.0.0.1:{port}"
