"""How many busy people one machine carries, how soon the first screen stands, and how much memory it takes: `make bench-sessions`.

A busy session asks for another page every five seconds, over the same websocket and messages as a browser. Time is from the request
until the server says that the script has finished. `--folder` uses a workspace made by `tests.bench.pages_data`.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import websockets
from playwright.sync_api import sync_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.bench.pages import ROOT, environment, p95, say
from tests.bench.pages_data import Size, fill

if TYPE_CHECKING:
    from collections.abc import Iterator

EVERY_S = 5.0
ROUND_S = 30.0
LEAST = 30
"""So many requests are asked for in a round, also by a single session: the 95th percentile of six is the slowest of them."""

CROWDS = (1, 5, 10, 15, 20, 25, 30, 40)
PAGES = ("home", "calendar", "compose", "deliveries", "engagement")


@contextlib.contextmanager
def running(folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Run what `make run` runs on a machine that is set up; yield its port and process once it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    process = subprocess.Popen([sys.executable, "-m", "planner", "run"], cwd=ROOT, env={**os.environ, **environment(folder, port)})
    try:
        for _ in range(1_200):
            with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2):
                break
            time.sleep(0.05)
        yield str(port), process
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


async def person(port: str, until: float, chance: random.Random, samples: list[float]) -> None:
    """Be one busy session: another page every five seconds, the first after a part of that."""
    where = f"ws://localhost:{port}/_stcore/stream"
    async with websockets.connect(where, subprotocols=["streamlit"], max_size=None, origin=f"http://localhost:{port}") as line:  # type: ignore[arg-type,list-item]  # plain strings are what they are
        pages: dict[str, str] = {}
        await line.send(BackMsg(rerun_script={"query_string": ""}).SerializeToString())
        await _finished(line, pages)
        await asyncio.sleep(chance.uniform(0, EVERY_S))
        for number in itertools.count(chance.randrange(len(PAGES))):
            begun = time.perf_counter()
            if time.monotonic() >= until:
                return
            wanted = pages[PAGES[number % len(PAGES)]]
            await line.send(BackMsg(rerun_script={"query_string": "", "page_script_hash": wanted}).SerializeToString())
            await _finished(line, pages)
            spent = time.perf_counter() - begun
            samples.append(spent * 1_000)
            await asyncio.sleep(max(0.0, EVERY_S - spent))


async def _finished(line: websockets.ClientConnection, pages: dict[str, str]) -> None:
    while True:
        message = ForwardMsg.FromString(await asyncio.wait_for(line.recv(), 60))  # type: ignore[arg-type]  # the server sends bytes
        kind = message.WhichOneof("type")
        if kind == "navigation":
            pages.update({page.url_pathname or "home": page.page_script_hash for page in message.navigation.app_pages})
        elif kind == "script_finished" and message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
            return


async def crowd(port: str, number: int) -> list[float]:
    """Return ms of each request of so many sessions."""
    samples: list[float] = []
    until = time.monotonic() + max(ROUND_S, LEAST * EVERY_S / number)
    await asyncio.gather(*(person(port, until, random.Random(one), samples) for one in range(number)))  # noqa: S311 - who clicks when
    return samples


def first_screen(folder: Path) -> tuple[float, float, float]:
    """Return seconds from the command until Today stands in a browser, and MB of all processes after each page was opened once.

    The MB are given twice: what the machine has to hold, with pages that processes share counted once, and the plain sum of resident sets.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        begun = time.perf_counter()
        with running(folder) as (port, process):
            page.goto(f"http://localhost:{port}/")
            page.get_by_role("heading", level=1, name="Today").wait_for()
            stands = time.perf_counter() - begun
            for name in (*PAGES[1:], "approvals", "campaigns", "connections", "bank", "accounts", "health", "report"):
                page.goto(f"http://localhost:{port}/{name}")
                page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
                page.wait_for_timeout(800)
            everyone = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
            held = sum(one.memory_full_info().pss for one in everyone) / 1e6
            resident = sum(one.memory_info().rss for one in everyone) / 1e6
        browser.close()
    return stands, held, resident


def main() -> int:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, help="a workspace made by tests.bench.pages_data; without it one is made")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as kept:
        folder = args.folder or Path(kept)
        if args.folder is None:
            fill(folder, datetime.now(UTC), Size())
        starts = [first_screen(folder) for _ in range(3)]
        say(
            f"first screen: {', '.join(f'{one:.1f}' for one, _, _ in starts)} s; memory of supervisor, web and worker: "
            f"{max(mb for _, mb, _ in starts):.0f} MB, {max(mb for _, _, mb in starts):.0f} MB as a sum of resident sets"
        )
        say("| busy sessions | requests | p50 | p95 |\n|---|---|---|---|")
        with running(folder) as (port, _process):
            asyncio.run(crowd(port, 2))  # the first visitors pay for what is loaded once
            for number in CROWDS:
                samples = asyncio.run(crowd(port, number))
                say(f"| {number} | {len(samples)} | {statistics.median(samples):.0f} ms | {p95(samples):.0f} ms |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
