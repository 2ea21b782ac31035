"""Starts a real server as a process group on the loopback address, waits until it answers, and ends the whole group."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_POLL_S = 0.05
_GRACE_S = 5.0
_ORPHANS_S = 3.0


class ServerFailedError(RuntimeError):
    """A server is installed but did not start; the message holds the end of its log."""


def free_port() -> int:
    """Return a TCP port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    """Return whether somebody accepts connections on this port."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


@dataclass(slots=True)
class Group:
    """A running process and everything that it started."""

    process: subprocess.Popen[bytes]
    log: Path

    def stop(self) -> None:
        """End the group: politely, then for good; a second call does nothing."""
        for sent, grace in ((signal.SIGTERM, _GRACE_S), (signal.SIGKILL, _GRACE_S)):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, sent)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(grace)
        deadline = time.monotonic() + _ORPHANS_S
        while _alive(self.process.pid) and time.monotonic() < deadline:
            time.sleep(_POLL_S / 10)

    def __enter__(self) -> Self:
        """Return the running group."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the group."""
        self.stop()


def _alive(group: int) -> bool:
    """Return whether a process of the group still runs; those that nobody has collected yet (state Z) do not."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, _, number = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[:3]
            if int(number) == group and state != "Z":
                return True
    return False


def start(
    command: Sequence[str],
    *,
    log: Path,
    ready: Callable[[], bool],
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    user: str | None = None,
    seconds: float = 60.0,
) -> Group:
    """Start `command` in its own process group and return once `ready()`; raise ServerFailedError with its last lines otherwise."""
    with log.open("ab") as out:
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env={**os.environ, **(env or {})},
            user=user,
            stdout=out,
            stderr=out,
            stdin=subprocess.DEVNULL,
            process_group=0,
        )
    group = Group(process, log)
    deadline = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < deadline:
        if ready():
            return group
        time.sleep(_POLL_S)
    group.stop()
    raise ServerFailedError(f"{command[0]} did not start within {seconds:.0f} s (exit code {process.returncode}):\n{tail(log)}")


def tail(log: Path, characters: int = 2000) -> str:
    """Return the end of a log file."""
    return log.read_text(encoding="utf-8", errors="replace")[-characters:] if log.exists() else ""


def says(log: Path, word: str) -> Callable[[], bool]:
    """Return a question: does the log hold a line with exactly this word?"""
    return lambda: log.exists() and word in log.read_text(encoding="utf-8", errors="replace").splitlines()
