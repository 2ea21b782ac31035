"""A person who writes under a pseudonym: their own name is stored once, and found in nothing that leaves the house."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from planner.domain.campaign import Campaign
from planner.domain.connection import ConnectionNote
from planner.domain.errors import Invalid
from planner.domain.event import Event
from planner.domain.lobbying import LobbyingEntry
from planner.domain.petition import Petition
from planner.domain.withheld import PLACE
from planner.services.bios import Bio
from planner.services.transfer import TABLES
from planner.ui import frames
from planner.ui.api import Call, answer, encoded
from tests.ui.conftest import texts
from tests.ui.ui_house import NOW

if TYPE_CHECKING:
    from tests.ui.conftest import Desk

NAME = "Maren Q. Oduya"
SPELLINGS = ("Maren Q. Oduya", "MAREN Q. ODUYA", "maren  q.\noduya")
pytestmark = [pytest.mark.clause("C53"), pytest.mark.feature("Pseudonymous account")]


def under_a_pseudonym(desk: Desk) -> None:
    """Store the name, and let it slip into everything that people write."""
    planner, me = desk.planner, desk.me
    account = desk.account("@quietheron", "bluesky", owner=SPELLINGS[1])
    item = desk.booked(f"Rest is a skill, says {SPELLINGS[2]}.")  # before the name is stored: after that the gate stops it
    account = planner.accounts.update(me, replace(account, facts=replace(account.facts, names=(NAME,))))
    planner.bios.keep(me, account.id, account.version, Bio("Notes on rest.", pseudonym=True, legal_name=NAME))
    desk.accounts[0] = account = planner.accounts.get(account.id)
    assert account.facts.legal_name == NAME
    planner.workspace.invite(me, NAME, "author")
    planner.approvals.comment(me, item.post_id, f"{NAME} has read it.")
    planner.connections.note(me, ConnectionNote("", account.id, NOW.date(), NAME, f"Met {NAME}.", "contact", "call", "", NOW), sure=True)
    campaign = planner.campaigns.add(me, Campaign("", f"Push of {NAME}", me.id, NOW, goal="Families know the way"))
    planner.campaigns.events.add(
        me,
        Event("", campaign.id, f"Evening with {NAME}", me.id, NOW, "2026-12-03T18:00", "America/Denver", place=f"House of {SPELLINGS[1]}"),
    )
    planner.campaigns.lobbying.add(me, LobbyingEntry("", campaign.id, date(2026, 11, 24), "HB 1", "direct", 90, NAME, me.id, NOW))
    petition = planner.petitions.add(
        me, Petition("", f"Petition of {NAME}", me.id, NOW, campaign=campaign.id, url="https://change.example/p/1")
    )
    planner.petitions.enter(me, petition.id, 64)


def leaving(desk: Desk) -> dict[str, str]:
    """Return everything that can be taken along or subscribed to, by its name."""
    planner, me = desk.planner, desk.me
    (petition,) = planner.petitions.all()
    _, secret = planner.access.make_feed(me, f"For {NAME}", full_text=True)
    figures: Any = frames.csv(frames.posts(planner.insights.posts(NOW.replace(year=2025), NOW.replace(year=2027)))).decode()
    return {
        "everything": planner.transfer.everything(me),
        "workspace": planner.imports.everything_out(me),
        **{f"table {name}": planner.transfer.table(me, name) for name in TABLES},
        "audit": planner.trail.as_csv(me),
        "exceptions": planner.rule_use.exceptions_csv(me),
        "lobbying": planner.campaigns.lobbying.table(me),
        "petition": planner.petition_tables.table(me, petition.petition.id),
        "feed": planner.access.feed(secret).replace("\r\n ", ""),
        "engagement": planner.transfer.without_names(figures),
        "report": texts(desk.open("report")),
        "profile preview": "\n".join(line.value for line in desk.open("client_view").caption),
        "audit page": texts(desk.open("trail")),
        **{f"api {path}": ask(desk, path) for path in ("posts", f"posts/{planner.composer.recent()[0].id}", "deliveries", "hold")},
    }


def ask(desk: Desk, path: str) -> str:
    """Return what a program with a token reads there."""
    _, token = desk.planner.access.make_token(desk.me, "A spreadsheet", ("read",))
    found = answer(desk.planner, Call("GET", tuple(path.split("/")), {"from": "2026-11-20", "to": "2026-12-20"}, token, "", b""))
    assert found.status == 200
    return encoded(found, lines=False)


def test_the_own_name_behind_a_pseudonym_is_in_no_export_feed_or_report(desk: Desk) -> None:
    under_a_pseudonym(desk)
    found = {name: text for name, text in leaving(desk).items() if "oduya" in text.casefold()}
    assert found == {}


def test_without_the_name_stored_the_same_words_leave_as_they_are(desk: Desk) -> None:
    under_a_pseudonym(desk)
    account = desk.planner.accounts.get(desk.accounts[0].id)
    desk.planner.bios.keep(desk.me, account.id, account.version, Bio("Notes on rest."))
    kept = leaving(desk)
    assert {name for name, text in kept.items() if "oduya" in text.casefold()} == {
        "everything", "workspace", "table posts", "table notes", "lobbying", "petition", "feed", "report", "profile preview",
        f"api posts/{desk.planner.composer.recent()[0].id}",
    }  # fmt: skip
    assert not any(PLACE in text for text in kept.values())


def test_a_workspace_goes_in_again_without_the_name(desk: Desk) -> None:
    under_a_pseudonym(desk)
    told = json.loads(desk.planner.imports.everything_out(desk.me))
    assert [row["facts"]["legal_name"] for row in told["tables"]["account"]] == [""]
    assert [row["facts"]["legal_name"] for row in json.loads(desk.planner.transfer.everything(desk.me))["accounts"]] == [""]
    assert PLACE in [row["name"] for row in told["tables"]["member"]]
    assert [row["slug"] for row in told["tables"]["campaign"]] == ["push-of-name-withheld"]


def test_the_page_of_the_bio_takes_the_name_and_never_shows_it(desk: Desk) -> None:
    account = desk.account("@quietheron", "bluesky")
    app = desk.open("accounts", account=account.id)
    app.session_state["account.tabs"] = "Bio"
    app.run()
    app.checkbox(key="bio.pseudonym").check()
    app.text_input(key="bio.legal_name").set_value(NAME)
    next(button for button in app.button if button.label == "Save and read it").click().run()
    assert desk.planner.accounts.get(account.id).facts.legal_name == NAME
    again = desk.open("accounts", account=account.id)
    again.session_state["account.tabs"] = "Bio"
    again.run()
    assert again.text_input(key="bio.legal_name").value == ""
    assert NAME not in texts(again)
    next(button for button in again.button if button.label == "Save and read it").click().run()
    assert desk.planner.accounts.get(account.id).facts.legal_name == NAME


def test_one_word_is_no_full_name(desk: Desk) -> None:
    account = desk.account("@quietheron", "bluesky")
    with pytest.raises(Invalid, match="given and family name"):
        desk.planner.bios.keep(desk.me, account.id, account.version, Bio("", pseudonym=True, legal_name="Maren"))
