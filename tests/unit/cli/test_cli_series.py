"""`series` on the command line: begin, list, end; drafts are made, nothing is scheduled."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from planner.__main__ import main
from planner.bootstrap import build
from planner.domain.post import Content
from planner.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_series_begins_is_listed_and_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("PLANNER_DATA_DIR", str(tmp_path))
    planner = build(Settings.from_env())
    post = planner.composer.new(planner.workspace.actor(), (), Content(text="Our group meets again."))
    assert main(["series", "list"]) == 0
    assert capsys.readouterr().out == "No series yet.\n"
    tomorrow = (datetime.now(UTC) + timedelta(days=2)).strftime("%Y-%m-%d 09:00")
    assert main(["series", "add", post.id, "--at", tomorrow, "--zone", "America/Denver", "--every", "week"]) == 0
    assert "4 drafts" in capsys.readouterr().out
    (item,) = planner.series.all()
    assert len(planner.composer.recent()) == 5
    assert main(["series", "stop", item.id]) == 0
    assert main(["series", "list"]) == 0
    assert f"{item.id}: every 1 week, from {item.rule.start} America/Denver, post {post.id} (ended)" in capsys.readouterr().out
    assert main(["series", "add", post.id, "--at", tomorrow, "--zone", "UTC", "--every", "week", "--days", "Monday"]) == 1
    assert "0 is Monday" in capsys.readouterr().err
    planner.store.close()
