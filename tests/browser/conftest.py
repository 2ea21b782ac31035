"""A served planner and small verbs for browser tests."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from planner.adapters import SystemClock
from tests.ui.conftest import Desk
from tests.ui.ui_house import StillClock, house

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import BrowserContext, Page

SERVE = Path(__file__).with_name("serve.py")
IDLE = "[data-testid=stApp][data-test-script-state=notRunning]"


@dataclass
class Served:
    """A running dashboard."""

    url: str
    folder: Path
    process: subprocess.Popen[bytes]

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1])

    def open(self, page: Page, path: str = "") -> None:
        page.goto(f"{self.url}/{path}")
        settle(page)


def settle(page: Page, ms: int = 400) -> None:
    """Wait until the script rests, and a little longer."""
    page.wait_for_selector(IDLE)
    page.wait_for_timeout(ms)
    page.wait_for_selector(IDLE)


@contextlib.contextmanager
def serving(folder: Path, port: int | None = None, *, delay: float = 0, real: bool = False, places: str = "") -> Iterator[Served]:
    port = port or _free_port()
    log = (folder / "server.log").open("ab")
    told = {"PLANNER_TEST_DELAY": str(delay), "PLANNER_TEST_PLACES": places, "PLANNER_TEST_ADDRESS": f"http://127.0.0.1:{port}"}
    env = {**os.environ, **told, **({"PLANNER_TEST_REAL": "1"} if real else {})}
    process = subprocess.Popen([sys.executable, str(SERVE), str(folder), str(port)], stdout=log, stderr=log, env=env)
    try:
        _ready(f"http://127.0.0.1:{port}", process, folder)
        yield Served(f"http://127.0.0.1:{port}", folder, process)
    finally:
        process.terminate()
        process.wait(20)
        log.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _ready(url: str, process: subprocess.Popen[bytes], folder: Path) -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise RuntimeError((folder / "server.log").read_text("utf-8", "replace")[-3000:])
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{url}/readyz", timeout=2) as answer:  # noqa: S310 - our own loopback address
            if answer.status == 200:
                return
        time.sleep(0.2)
    raise RuntimeError("The dashboard did not become ready within a minute.")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A planner over the folder that a server of this test uses too, by the machine's clock."""
    clock = StillClock(datetime.now(UTC))
    made: Any = house(tmp_path, clock)
    made.workspace.start(made.workspace.actor(), "empty")
    yield Desk(made, clock)
    made.store.close()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A dashboard that looks at the demo practice; tests only read it."""
    folder = tmp_path_factory.mktemp("demo")
    made: Any = house(folder, SystemClock())  # type: ignore[arg-type]  # a clock is a clock
    made.demo.load(made.workspace.actor())
    made.store.close()
    with serving(folder) as served:
        yield served


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Served]:
    """A dashboard over an empty workspace."""
    with serving(tmp_path) as served:
        yield served


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page that fails the test for errors in its console and for requests to other machines."""
    made = context.new_page()
    made.set_default_timeout(10_000)
    made.set_viewport_size({"width": 1440, "height": 1600})
    faults: list[str] = []
    made.on("console", lambda line: faults.append(line.text) if line.type == "error" and "404" not in line.text else None)
    made.on("pageerror", lambda error: faults.append(str(error)))
    made.on(
        "request",
        lambda request: None if re.match(r"(https?|wss?)://127\.0\.0\.1[:/]|data:|blob:", request.url) else faults.append(request.url),
    )
    yield made
    assert faults == []
