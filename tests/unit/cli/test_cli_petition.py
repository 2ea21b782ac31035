"""`petition` from the shell, and the worker's round that reads a real site on this machine."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from planner import bootstrap
from planner.__main__ import main
from planner.domain.petition import Petition
from planner.services.petitions import Petitions
from planner.settings import Settings
from planner.worker import Rounds
from tests.servers.petition_site import KEY, UUID, PetitionSite
from tests.unit.services.rig import NOW, Time

if TYPE_CHECKING:
    from pathlib import Path

URL = "https://www.change.org/p/telehealth"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PLANNER_DATA_DIR", str(tmp_path))
    return tmp_path


def said(capsys: pytest.CaptureFixture[str], *words: str, status: int = 0) -> str:
    assert main(["petition", *words]) == status
    shown = capsys.readouterr()
    return shown.out if status == 0 else shown.out + shown.err


@pytest.mark.feature("Petition")
def test_a_petition_by_hand_from_the_shell(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "No petitions yet" in said(capsys, "list")
    assert "typed in" in said(capsys, "add", "Telehealth", "--url", URL, "--deadline", "2026-12-31", "--target", "The board")
    assert "Kept: 1,200 as of 2026-11-20 08:00" in said(capsys, "count", "telehealth", "1200", "--as-of", "2026-11-20T09:00+01:00")
    assert "fewer than the 1,200" in said(capsys, "count", "Telehealth", "1100", status=1)
    table = home / "counts.csv"
    table.write_text("petition,count,as_of\nTelehealth,1300,2026-11-21\nTelehealth,1250,2026-11-22\n", encoding="utf-8")
    assert "line 3" in said(capsys, "import", str(table), status=1)
    assert "Stored 2 counts" in said(capsys, "import", str(table), "--sure", "3")
    listed = said(capsys, "list")
    assert "Telehealth: 1,250 signatures as of 2026-11-22 12:00 UTC (csv). Still missing: what it asks for." in listed
    assert "by hand" in said(capsys, "read", "Telehealth", status=1)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("add", "T", "--deadline", "soon"), "no date"),
        (("add", "T", "--source", "nowhere"), "No petition can be read from"),
        (("count", "T", "1"), "no petition"),
        (("count", "T", "1", "--as-of", "soon"), "no time"),
        (("import", "/nowhere/at-all.csv"), "cannot be read"),
        (("import", __file__, "--sure", "x"), "line numbers"),
        (("key", "uk_petitions"), "no key"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], why: str
) -> None:
    assert home.exists()
    monkeypatch.setattr("sys.stdin", io.StringIO("hush\n"))
    assert why in said(capsys, *words, status=1)


@pytest.mark.feature("Petition")
def test_the_workers_round_reads_what_a_site_tells(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{KEY}\n"))
    assert "encrypted" in said(capsys, "key", "action_network")
    clock = Time()
    planner = bootstrap.build(Settings.from_env({"PLANNER_DATA_DIR": str(home)}), clock)
    actor = planner.workspace.actor()
    with PetitionSite() as site:
        floor = bootstrap.PetitionFloor(clock, {"uk_petitions": site.url, "action_network": site.url})
        planner = replace(planner, petitions=Petitions(planner.store, floor, clock, planner.ids))
        uk = planner.petitions.add(actor, Petition("", "Walk-in rooms", "", NOW, url="https://petition.parliament.uk/petitions/700123"))
        bus = planner.petitions.add(actor, Petition("", "Night bus", "", NOW, source="action_network", ref=UUID))
        rounds = Rounds(planner.insights, planner.petitions, planner.series, planner.token_care)
        assert rounds.collect() == 2
        assert rounds.collect() == 0
        clock.on(minutes=15)
        site.uk["700123"]["signature_count"] = 10_413
        site.osdi.clear()
        assert rounds.collect() == 1
    latest = {view.petition.id: view.latest.count if view.latest else None for view in planner.petitions.all()}
    assert latest == {uk.id: 10_413, bus.id: 812}
    assert "has no petition" in planner.petitions.get(bus.id).problem
    assert [info.name for info in planner.petitions.sources()] == ["uk_petitions", "action_network"]
