"""The `migrate` command: a database made, a second time unchanged, and a folder that cannot be used named in a sentence."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from planner.settings import ROOT

if TYPE_CHECKING:
    from pathlib import Path


def migrate(folder: Path) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "planner", "migrate"]
    there = {**os.environ, "PLANNER_DATA_DIR": str(folder)}
    return subprocess.run(words, cwd=ROOT, env=there, capture_output=True, text=True, check=False)


def test_it_makes_the_database_and_can_be_repeated(tmp_path: Path) -> None:
    assert [migrate(tmp_path).returncode for _ in range(2)] == [0, 0]
    assert list(tmp_path.glob("*.sqlite")) or list(tmp_path.glob("*.db"))


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = migrate(tmp_path / "file" / "data")
    assert done.returncode == 1
    assert str(tmp_path / "file") in done.stderr
    assert "Traceback" not in done.stderr
