"""`run` as a person or a service manager meets it: two children that come back, and one end for all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import urllib.request
from contextlib import suppress
from typing import TYPE_CHECKING

import psutil

from planner.settings import ROOT
from tests.integration.shell import Shell, until
from tests.servers.process import free_port

if TYPE_CHECKING:
    from pathlib import Path


def _ready(port: int) -> bool:
    with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
        return int(answer.status) == 200
    return False


def _children(process: subprocess.Popen[bytes]) -> dict[int, psutil.Process]:
    return {one.pid: one for one in psutil.Process(process.pid).children() if one.status() != psutil.STATUS_ZOMBIE}


def test_a_child_that_ends_is_started_again_and_both_end_with_the_supervisor(tmp_path: Path) -> None:
    port = free_port()
    env = {**Shell(tmp_path / "work").env, "PLANNER_PORT": str(port)}
    with (tmp_path / "said").open("wb") as said:
        process = subprocess.Popen([sys.executable, "-m", "planner", "run"], cwd=ROOT, env=env, stdout=said, stderr=said)
        try:
            until(lambda: _ready(port))
            first = _children(process)
            assert len(first) == 2
            for pid in first:
                os.kill(pid, signal.SIGKILL)
            until(lambda: len(_children(process).keys() - first.keys()) == 2)
            until(lambda: _ready(port))
            second = _children(process)
            process.send_signal(signal.SIGTERM)
            assert process.wait(40) == 0
            assert not any(one.is_running() for one in second.values())
        finally:
            process.kill()
    told = (tmp_path / "said").read_text()
    assert told.count("it is started again") == 2
    assert "Traceback" not in told
    assert told.splitlines()[-1].startswith("Stopped.")


def test_rules_that_cannot_be_read_stop_the_start_with_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "broken.toml").write_text("[[rule]\n")
    said = Shell(tmp_path / "work").run(
        "run", status=1, env={"PLANNER_RULES_DIR": str(tmp_path / "rules"), "PLANNER_PORT": str(free_port())}
    )
    assert "broken.toml" in said
