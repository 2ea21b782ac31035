"""The command line with a data folder of its own, for the integration tests."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from planner.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


READ_AS = ("--read-as", "boss,family,client,colleague")


class Shell:
    """The command line with a data folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.env = {**os.environ, "PLANNER_DATA_DIR": str(folder), "PLANNER_LOG_LEVEL": "WARNING"}

    def run(self, *words: str, text: str = "", status: int | None = 0, env: dict[str, str] | None = None) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "planner", *words],
            input=text,
            capture_output=True,
            text=True,
            cwd=ROOT,
            env={**self.env, **(env or {})},
            check=False,
            timeout=120,
        )
        said = done.stdout + done.stderr
        assert "Traceback" not in said, said
        assert status is None or done.returncode == status, said
        return said

    @contextmanager
    def worker(self) -> Iterator[None]:
        process = subprocess.Popen([sys.executable, "-m", "planner", "worker"], cwd=ROOT, env=self.env)
        try:
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) == 0

    def states(self) -> dict[str, int]:
        return dict(json.loads(self.run("status", "--json", status=None))["deliveries"])


def until(true: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.3)


def now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M")


def add_accounts(shell: Shell, server: str, handle: str, app_password: str) -> None:
    same = (
        "--owner",
        "Dana Whitlock",
        "--purpose",
        "Plain notes for neighbors",
        "--zone",
        "UTC",
        "--country",
        "US",
        "--hours",
        "00:00-23:59",
    )
    shell.run("account", "add", "--platform", "bluesky", "--handle", handle, "--mode", "api", *same)
    shell.run("account", "add", "--platform", "linkedin", "--handle", "Dana Whitlock", *same)
    said = shell.run(
        "account",
        "connect",
        handle,
        "--set",
        f"server={server}",
        "--set",
        f"identifier={handle}",
        env={"CONNECT_APP_PASSWORD": app_password},
    )
    assert f"connected as {handle}" in said
    assert app_password not in said
