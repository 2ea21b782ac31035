"""A campaign's petitions: read at once, typed in, as a table in and out; a count that nobody tells stays missing."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from connectors.errors import Temporary
from connectors.petitions import PetitionCount
from planner.adapters import PetitionFloor
from planner.domain.petition import Petition
from tests.ui.conftest import texts
from tests.ui.test_ui_campaigns import begun, press, tab

if TYPE_CHECKING:
    from tests.ui.conftest import Desk


@pytest.mark.clause("C101")
def test_a_petition_is_read_now_and_a_count_that_nobody_tells_stays_missing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    answers: list[Any] = [None, 1204, Temporary("The site was not reached.")]

    def read(_self: Any, source: str, ref: str, *_: Any) -> PetitionCount:
        assert (source, ref) == ("uk_petitions", "700123")
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return PetitionCount(answer, "open", desk.clock.now(), (), source, "{}")

    monkeypatch.setattr(PetitionFloor, "read", read)
    campaign = begun(desk)
    app = tab(desk, campaign, "Petitions")
    app.text_input(key="petition.title").input("Telehealth")
    app.text_input(key="petition.url").input("https://petition.parliament.uk/petitions/700123")
    app.date_input(key="petition.deadline").set_value(desk.clock.now().date() + timedelta(days=3))
    app = press(app, "Add")
    (one,) = desk.planner.petitions.all(campaign.id)
    assert "3 days left" in texts(app)
    app = press(app, "Read now")
    assert "No new count: The site answered without a count." in texts(app)
    assert "Signatures not reported, last look just now" in texts(app)
    assert "0 signatures" not in texts(app)
    assert "asked more often" in texts(press(app, "Read now"))
    desk.clock.later(minutes=15)
    app = press(app, "Read now")
    assert "Read: 1,204 signatures, read just now." in texts(app)
    desk.clock.later(minutes=15)
    app = press(app, "Read now")
    assert "No new count: The site was not reached." in texts(app)
    assert "1,204 signatures, read 15 minutes ago" in texts(app)
    assert [count.count for count in desk.planner.petitions.get(one.petition.id).counts] == [None, 1204]


@pytest.mark.clause("C101")
def test_counts_come_in_as_a_table_and_go_out_as_one(desk: Desk) -> None:
    campaign = begun(desk)
    made = desk.planner.petitions.add(desk.me, Petition("", "Telehealth", "", desk.clock.now(), campaign=campaign.id))
    app = tab(desk, campaign, "Petitions")
    table = "petition,count,as_of\nTelehealth,40,2026-11-20\nTelehealth,35,2026-11-21\n"
    app.file_uploader(key="petition.table").set_value(
        ("counts.csv", b"petition,count,as_of\nTelehealth,none,2026-11-20\n", "text/csv")
    ).run()
    assert "Line 2: “none” is no count." in texts(app)
    assert "Take in" not in [button.label[:7] for button in app.button]
    app.file_uploader(key="petition.table").set_value(("counts.csv", table.encode(), "text/csv")).run()
    app = press(app, "Take in 2 counts")
    assert "35 is fewer than the 40" in texts(app)
    assert desk.planner.petitions.get(made.id).counts == ()
    app.checkbox(key="petition.row.3").set_value(True)
    app = press(app, "Take in 2 counts")
    assert "2 counts taken in." in texts(app)
    assert [count.count for count in desk.planner.petitions.get(made.id).counts] == [40, 35]
    assert [button.proto.label for button in app.get("download_button")] == ["Counts as CSV"]
    app.file_uploader(key="petition.table").set_value(("counts.csv", b"\xff\xfe", "text/csv")).run()
    assert "not in UTF-8" in texts(app)


def test_the_key_of_a_source_is_entered_once_and_never_shown(desk: Desk) -> None:
    campaign = begun(desk)
    ref = "11111111-2222-3333-4444-555555555555"
    made = desk.planner.petitions.add(
        desk.me, Petition("", "Telehealth", "", desk.clock.now(), campaign=campaign.id, source="action_network", ref=ref)
    )
    app = tab(desk, campaign, "Petitions")
    app.text_input(key=f"petition.key.value.{made.id}").input("a-key-of-nobody")
    app = press(app, "Keep the key")
    assert "The key is kept." in texts(app)
    assert "a-key-of-nobody" not in texts(app)
    with desk.planner.store.read() as tx:
        kept = tx.vault.read("petitions.action_network")
    assert kept is not None
    assert kept.values == {"key": "a-key-of-nobody"}
