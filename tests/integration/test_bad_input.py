"""Bad input at the front door: one clear sentence each time, no traceback, and nothing is lost."""

from __future__ import annotations

import json
import resource
import shutil
import socket
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from planner.settings import ROOT
from tests.integration.shell import READ_AS, Shell, add_accounts, now

if TYPE_CHECKING:
    from pathlib import Path

    from tests.servers.bluesky import Bluesky


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path / "data")


def sentence(said: str) -> str:
    lines = [line for line in said.strip().splitlines() if line.strip()]
    assert len(lines) == 1, said
    return lines[0]


def test_a_wrong_setting(shell: Shell) -> None:
    assert "PLANNER_PORT is “http”" in sentence(shell.run("status", status=1, env={"PLANNER_PORT": "http"}))


def test_an_unreadable_rule_file(shell: Shell, tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "ours.toml").write_text("[[rule]\nid = ")
    said = shell.run("status", status=1, env={"PLANNER_RULES_DIR": str(rules)})
    assert "ours.toml" in said
    assert "Traceback" not in said


def test_a_database_of_a_newer_version(shell: Shell, tmp_path: Path) -> None:
    shell.run("demo")
    file = tmp_path / "data" / "planner.sqlite"
    with sqlite3.connect(file) as opened:
        opened.execute("UPDATE alembic_version SET version_num = '9999_from_the_future'")
    opened.close()
    before = file.read_bytes()
    assert "newer" in sentence(shell.run("status", status=1))
    assert file.read_bytes() == before


def test_a_full_disk_on_backup(shell: Shell, tmp_path: Path) -> None:
    shell.run("demo")
    target = tmp_path / "copies" / "copy.sqlite"
    target.parent.mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "planner", "backup", str(target)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=shell.env,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000)),
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    sentence(done.stderr)
    assert list(target.parent.iterdir()) == []
    assert shell.states()["sent"] > 0


def test_backup_and_restore_bring_everything_back(shell: Shell, tmp_path: Path) -> None:
    shell.run("demo")
    whole = json.loads(shell.run("export"))
    copy = tmp_path / "copy.sqlite"
    assert str(copy) in shell.run("backup", str(copy))
    shell.run("hold", "all", "--reason", "Something that the copy does not know")
    assert "kept as" in shell.run("restore", str(copy))
    again = json.loads(shell.run("export"))
    for name in set(whole) - {"exported_at"}:
        assert again[name] == whole[name], name


def test_restoring_something_else_changes_nothing(shell: Shell, tmp_path: Path) -> None:
    shell.run("demo")
    whole = json.loads(shell.run("export"))
    (tmp_path / "letter.txt").write_text("Dear all,")
    sentence(shell.run("restore", str(tmp_path / "letter.txt"), status=1))
    sentence(shell.run("restore", str(tmp_path / "nothing.sqlite"), status=1))
    assert json.loads(shell.run("export"))["posts"] == whole["posts"]


def test_a_lost_key_is_said_and_nothing_is_overwritten(shell: Shell, tmp_path: Path) -> None:
    shell.run("demo")
    shutil.move(tmp_path / "data" / "planner.key", tmp_path / "kept.key")
    said = sentence(shell.run("status", status=1))
    assert "key" in said
    (tmp_path / "data" / "planner.key").unlink(missing_ok=True)
    shutil.move(tmp_path / "kept.key", tmp_path / "data" / "planner.key")
    assert shell.states()["sent"] > 0


def test_a_paste_of_ten_megabytes(shell: Shell) -> None:
    huge = "words and more words " * 500_000
    sentence(shell.run("check", text=huge, status=3))
    shell.run("demo")
    said = shell.run("schedule", "--account", "Dana Whitlock", "--at", now(), text=huge, status=1)
    assert "100,000" in sentence(said)


def test_a_port_that_is_taken(shell: Shell) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = sentence(shell.run("run", status=1, env={"PLANNER_PORT": str(port)}))
    assert f"Port {port} is taken" in said
    assert f"PLANNER_PORT={port + 1}" in said


def test_a_dead_server_and_a_withdrawn_login(shell: Shell, bluesky: Bluesky) -> None:
    person = bluesky.person()
    secret = bluesky.app_password(person)
    add_accounts(shell, bluesky.url, person.handle, secret)
    assert "answers as" in shell.run("account", "test", person.handle)
    dead = ("account", "connect", person.handle, "--set", "server=http://127.0.0.1:9", "--set", f"identifier={person.handle}")
    said = sentence(shell.run(*dead, status=1, env={"CONNECT_APP_PASSWORD": secret}))
    assert secret not in said
    assert "answers as" in shell.run("account", "test", person.handle), "the working login was kept"
    wrong = ("account", "connect", person.handle, "--set", f"server={bluesky.url}", "--set", f"identifier={person.handle}")
    said = sentence(shell.run(*wrong, status=1, env={"CONNECT_APP_PASSWORD": "not-the-password"}))
    assert "Nothing was stored" in said
    assert "not-the-password" not in said


def test_a_personal_account_is_refused_with_the_reason(shell: Shell) -> None:
    words = ("--platform", "bluesky", "--handle", "@me", "--owner", "Me", "--purpose", "Fun", "--zone", "UTC", "--country", "US")
    said = sentence(shell.run("account", "add", *words, "--kind", "personal", status=1))
    assert "professional accounts only" in said


def test_holding_stops_and_lifting_lets_go(shell: Shell) -> None:
    shell.run("demo")
    assert "Say why" in shell.run("hold", "all", status=1)
    before = shell.states()["queued"]
    assert before > 0
    shell.run("hold", "all", "--reason", "A local tragedy this afternoon")
    assert shell.states()["queued"] == 0
    assert "A local tragedy" in shell.run("status", status=None)
    shell.run("hold", "lift")
    assert shell.states()["queued"] >= before


def test_scheduling_twice_with_one_key_is_one_post(shell: Shell) -> None:
    words = ("--platform", "linkedin", "--handle", "Dana", "--owner", "Dana", "--purpose", "Notes", "--zone", "UTC", "--country", "US")
    shell.run("account", "add", *words, "--hours", "00:00-23:59")
    text = "Grounding, in one breath: name five things you can see."
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")  # runs of the command may take longer than a minute
    order = ("schedule", "--account", "Dana", "--at", tomorrow, "--key", "k1", *READ_AS, "--accept", "outside-hours")
    said = shell.run(*order, text=text, status=None)
    answers = [part for key in _asked(said) for part in ("--answer", f"{key}=no")]
    first = shell.run(*order, *answers, text=text)
    assert shell.run(*order, *answers, text=text) == first
    assert len(json.loads(shell.run("export"))["deliveries"]) == 1


def _asked(said: str) -> list[str]:
    return [line.split()[1].removesuffix("=KEY:") for line in said.splitlines() if line.strip().startswith("answer ")]
