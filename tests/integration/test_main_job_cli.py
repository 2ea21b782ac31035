"""The main job on the command line: finding, mend, schedule to two accounts, out by the worker, read back, liked, counted, noted."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests

from planner.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.servers.bluesky import Bluesky

BAD = "I have a client with PTSD and am wondering what has helped others. She is a 34-year-old nurse at our county hospital."
GOOD = "What helps with sleep after a hard week? Three calm ideas are on our page: https://example.org/sleep #MentalHealth"
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


@pytest.mark.main_job
@pytest.mark.slow
@pytest.mark.clause("C1", "C11", "C40", "C49", "C122", "C123")
def test_the_main_job_without_a_browser(tmp_path: Path, bluesky_network: Bluesky) -> None:
    shell = Shell(tmp_path / "data")
    person, reader = bluesky_network.person(), bluesky_network.person()
    bluesky_network.profile(person, "Juniper Street")
    secret = bluesky_network.app_password(person)
    add_accounts(shell, bluesky_network.url, person.handle, secret)

    assert "confidentiality.client-reference" in shell.run("check", text=BAD, status=2)
    both = ("--account", person.handle, "--account", "Dana Whitlock")
    stopped = shell.run("schedule", *both, "--at", now(), *READ_AS, text=BAD, status=2)
    post = stopped.split("--post ")[1].split()[0]
    answers = _open_answers(shell.run("schedule", *both, "--at", now(), "--post", post, text=GOOD, status=None))
    said = shell.run(
        "schedule", *both, "--at", now(), "--post", post, *READ_AS, *answers, "--accept", "outside-hours,same-hour,quiet-hours", text=GOOD
    )
    assert said.count("Scheduled on") == 2

    with shell.worker():
        until(lambda: shell.states()["sent"] == 1)
        assert "running" in shell.run("status", status=None)
    records = bluesky_network.records(person)
    assert len(records) == 1
    value = records[0]["value"]
    assert value["text"] == GOOD
    words = {value["text"].encode()[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode() for facet in value["facets"]}
    assert words == {"https://example.org/sleep", "#MentalHealth"}
    assert shell.states()["sending"] == 1, "the LinkedIn card waits for a person"

    bluesky_network.like(reader, records[0]["uri"])
    bluesky_network.follow(reader, person)
    until(lambda: _seen(bluesky_network, records[0]["uri"]) == 1)
    assert _collect(shell, hours=0.5) == 0, "nothing is due half an hour after the post"
    assert _collect(shell, hours=25) == 2, "the post's reading of the first day, and the day's followers"
    exported = json.loads(shell.run("export"))
    assert exported["figures"][-1]["values"]["likes"] == 1
    assert exported["figures"][-1]["values"]["replies"] == 0
    assert exported["followers"][-1]["values"]["followers"] == 1

    note = ("--account", person.handle, "--who", "Front Range Library")
    assert "Kept" in shell.run("note", "Asked for a joint evening on sleep.", *note, "--stage", "exchange")
    refused = shell.run("note", "My 3 o'clock, a 15-year-old from Lincoln High, loved it; her mother Jane Miller cried.", *note, status=1)
    assert "seems to speak of a client" in refused
    whole = json.loads(shell.run("export"))
    assert [item["who"] for item in whole["notes"]] == ["Front Range Library"]
    assert secret not in json.dumps(whole)


def _open_answers(said: str) -> list[str]:
    """Answer what is still asked: with the first answer that clears or keeps."""
    found = [line.split()[1].removesuffix("=KEY:") for line in said.splitlines() if line.strip().startswith("answer ")]
    return [word for key in found for word in ("--answer", f"{key}=no")]


def _seen(server: Bluesky, uri: str) -> int:
    """Return how many likes the network's own view counts."""
    found = requests.get(f"{server.view_url}/xrpc/app.bsky.feed.getPosts", params={"uris": uri}, timeout=10).json()["posts"]
    return int(found[0]["likeCount"]) if found else 0


def _collect(shell: Shell, hours: float) -> int:
    command = [sys.executable, str(Path(__file__).with_name("later.py")), str(hours)]
    return int(subprocess.run(command, capture_output=True, text=True, env=shell.env, cwd=ROOT, check=True).stdout)
