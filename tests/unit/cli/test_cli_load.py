"""`load` on the command line: a preview, the rows, and a whole workspace into an empty folder."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from planner.__main__ import main
from planner.bootstrap import build
from planner.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.feature("CSV and JSON import", "Export and backup", "CLI and HTTP API")
def test_rows_and_a_workspace_come_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("PLANNER_DATA_DIR", str(tmp_path / "one"))
    table, whole = tmp_path / "rows.csv", tmp_path / "workspace.json"
    table.write_text("words,purpose\nSleep comes back by itself.,educate\nThanks.,sell\n", encoding="utf-8")
    assert main(["load", str(table), "--map", "text=words", "--preview"]) == 1
    assert capsys.readouterr().out.startswith("1: draft\n2: not taken in\n   “sell” is no purpose")
    assert main(["load", str(table), "--map", "text=words"]) == 1
    planner = build(Settings.from_env())
    (post,) = planner.composer.recent()
    assert capsys.readouterr().out.startswith(f"1: draft {post.id}\n")
    planner.store.close()
    assert main(["export", "--workspace", str(whole)]) == 0
    monkeypatch.setenv("PLANNER_DATA_DIR", str(tmp_path / "two"))
    assert main(["load", "--everything", str(whole)]) == 0
    assert "The workspace is in, with 1 posts." in capsys.readouterr().out
    other = build(Settings.from_env())
    assert other.composer.recent() == (post,)
    other.store.close()
    monkeypatch.setattr("sys.stdin", io.StringIO("text\nSleep.\n"))
    assert main(["load", "-"]) == 0
    for wrong, told in ((["load", str(tmp_path / "no.csv")], "cannot be read"), (["load", str(table), "--map", "text"], "FIELD=COLUMN")):
        assert main(wrong) == 1
        assert told in capsys.readouterr().err
