"""The set-up says in one sentence what is wrong, and does nothing twice."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from tools import setup

if TYPE_CHECKING:
    from pathlib import Path


def test_an_old_python_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    with pytest.raises(SystemExit, match=r"Python 3.11 or newer is needed; this is 3\.9\.2"):
        setup.check_python()


def test_this_python_is_new_enough() -> None:
    setup.check_python()


def test_no_network_is_told_so() -> None:
    with pytest.raises(SystemExit, match="The package index could not be reached"):
        setup._explain(["Collecting x", "error: dns error: failed to lookup address information"])


def test_another_failure_shows_its_last_lines() -> None:
    with pytest.raises(SystemExit, match="No matching distribution"):
        setup._explain(["Collecting x", "ERROR: No matching distribution found for x==9"])


def test_nothing_is_installed_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    wanted = tmp_path / "requirements.txt"
    wanted.write_text("x==1\n")
    monkeypatch.setattr(setup, "VENV", tmp_path)
    (tmp_path / setup.STAMP).write_text(setup.wanted([wanted]))
    setup.install(tmp_path / "no-such-python", [wanted])
    assert capsys.readouterr().out == "Everything is installed.\n"


def test_a_changed_list_is_installed_again(tmp_path: Path) -> None:
    wanted = tmp_path / "requirements.txt"
    wanted.write_text("x==1\n")
    before = setup.wanted([wanted])
    wanted.write_text("x==2\n")
    assert setup.wanted([wanted]) != before
