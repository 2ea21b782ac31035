"""The main job on the command line: finding, mend, schedule to two accounts, out by the worker, read back, liked, counted, noted."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests

from planner.settings import ROOT
from tests.integration.shell import READ_AS, Shell, add_accounts, now, until

if TYPE_CHECKING:
    from tests.servers.bluesky import Bluesky

BAD = "I have a client with PTSD and am wondering what has helped others. She is a 34-year-old nurse at our county hospital."
GOOD = "What helps with sleep after a hard week? Three calm ideas are on our page: https://example.org/sleep #MentalHealth"


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
    until(lambda: seen(bluesky_network, records[0]["uri"]) == 1)
    assert collect(shell, hours=0.5) == 0, "nothing is due half an hour after the post"
    assert collect(shell, hours=25) == 2, "the post's reading of the first day, and the day's followers"
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


def seen(server: Bluesky, uri: str) -> int:
    """Return how many likes the network's own view counts."""
    found = requests.get(f"{server.view_url}/xrpc/app.bsky.feed.getPosts", params={"uris": uri}, timeout=10).json()["posts"]
    return int(found[0]["likeCount"]) if found else 0


def collect(shell: Shell, hours: float) -> int:
    command = [sys.executable, str(Path(__file__).with_name("later.py")), str(hours)]
    return int(subprocess.run(command, capture_output=True, text=True, env=shell.env, cwd=ROOT, check=True).stdout)
