"""`run`: the dashboard and its worker as two supervised processes; Ctrl-C stops both cleanly."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from planner.cli.stopping import told_to_stop
from planner.domain.errors import SetupError
from planner.settings import ROOT, Settings

if TYPE_CHECKING:
    import argparse
    import threading

READY_WITHIN = 60.0
STOP_WITHIN = 12.0
_TICK = 0.2
_CALM = 30.0
_MOST_RESTARTS = 5


def arguments(parser: argparse.ArgumentParser) -> None:
    """No arguments; the settings are environment variables."""
    parser.epilog = "Port: PLANNER_PORT (8501). Data: PLANNER_DATA_DIR. Stop with Ctrl-C."


def main(_args: argparse.Namespace) -> int:
    """Migrate, start both, print one address, keep both alive until Ctrl-C."""
    settings = Settings.from_env()
    require_free(settings.address, settings.port)
    print(f"Data folder: {settings.data_dir}", flush=True)
    _migrate()
    stop = told_to_stop()
    children = [Child("dashboard", "web"), Child("worker", "worker")]
    for child in children:
        child.start()
    try:
        if _wait_ready(settings, children[0], stop):
            print(f"Discreet is open at {settings.public_url} (the worker runs beside it). Stop with Ctrl-C.", flush=True)
        return _watch(children, stop)
    finally:
        for child in children:
            child.ask_to_stop()
        for child in children:
            child.end()
        print("Stopped. Nothing is sent while Discreet is not running; what was due meanwhile comes to review.", flush=True)


@dataclass(slots=True)
class Child:
    """One supervised process, in a session of its own so that Ctrl-C reaches the supervisor alone."""

    title: str
    command: str
    process: subprocess.Popen[bytes] | None = None
    starts: list[float] = field(default_factory=list)

    def start(self) -> None:
        """Start it (again)."""
        self.starts.append(time.monotonic())
        self.process = subprocess.Popen([sys.executable, "-m", "planner", self.command], cwd=ROOT, start_new_session=True)  # noqa: S603 - our own command

    def ended(self) -> int | None:
        """Return its exit status, or None while it runs."""
        return self.process.poll() if self.process else None

    def too_often(self) -> bool:
        """Return whether it was started too often within half a minute."""
        recent = [at for at in self.starts if at > time.monotonic() - _CALM]
        return len(recent) >= _MOST_RESTARTS

    def ask_to_stop(self) -> None:
        """Send SIGTERM."""
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)

    def end(self) -> None:
        """Wait for it, then end it."""
        if self.process is None:
            return
        try:
            self.process.wait(STOP_WITHIN)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def _migrate() -> None:
    """Bring the database up to date in a process of its own: what that loads would stay in this one as long as it watches.

    Raises:
        SystemExit: when it fails; it has said why itself.
    """
    done = subprocess.run([sys.executable, "-m", "planner", "migrate"], cwd=ROOT, check=False)
    if done.returncode:
        raise SystemExit(done.returncode)


def require_free(address: str, port: int) -> None:
    """Raise SetupError when something else listens on the port."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError:
            raise SetupError(
                f"Port {port} is taken by another program. Stop that one, or choose a port: PLANNER_PORT={port + 1} make run"
            ) from None


def _wait_ready(settings: Settings, web: Child, stop: threading.Event) -> bool:
    began = time.monotonic()
    while not stop.wait(_TICK) and time.monotonic() - began < READY_WITHIN:
        if web.ended() is not None:
            return False
        connection = http.client.HTTPConnection(settings.address, settings.port, timeout=2)
        try:
            connection.request("GET", "/readyz")
            if connection.getresponse().status == http.client.OK:
                return True
        except OSError:
            continue
        finally:
            connection.close()
    return False


def _watch(children: list[Child], stop: threading.Event) -> int:
    while not stop.wait(_TICK):
        for child in children:
            status = child.ended()
            if status is None:
                continue
            if child.too_often():
                print(
                    f"The {child.title} ended {_MOST_RESTARTS} times within half a minute. Read its last lines above, mend that, start again.",
                    flush=True,
                )
                return 1
            print(f"The {child.title} ended (status {status}); it is started again.", flush=True)
            child.start()
    return 0
