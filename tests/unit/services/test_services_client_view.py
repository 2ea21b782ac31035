"""A profile from outside: what is there newest first, the next nine in order, honest gaps, and what the words already tell."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from planner.domain.audit import AuditEvent
from planner.domain.errors import Missing
from planner.domain.schedule import Wall, local_wall
from planner.services.bios import Bio, Bios, load
from planner.services.client_view import ClientViews
from planner.services.shelf import load as load_shelf
from planner.services.takedown import TAKEN_DOWN
from planner.settings import ROOT
from tests.unit.services.rig import NOW

if TYPE_CHECKING:
    from planner.domain.account import Account
    from planner.domain.delivery import Delivery
    from tests.unit.services.rig import Rig

ACCEPT = frozenset({"same-hour", "outside-hours", "quiet-hours", "near-duplicate"})


def booked(rig: Rig, account: Account, text: str, days: int) -> Delivery:
    wall = Wall.parse(f"{local_wall(NOW, account.zone).day + timedelta(days=days)} 10:00")
    return rig.scheduled(text, account, wall, accepted=ACCEPT)


def gone_out(rig: Rig, account: Account, text: str, days_ago: int) -> Delivery:
    row = booked(rig, account, text, 1)
    at = NOW - timedelta(days=days_ago)
    return rig.force(row, "sent", due_at=at, sent_at=at)


@pytest.mark.clause("C55", "C56")
def test_what_is_there_and_the_next_nine_in_order(rig: Rig) -> None:
    account, other = rig.account(), rig.account(handle="@other")
    for day in range(12, 0, -1):
        booked(rig, account, f"Coming {day}", day)
    for day in (30, 20, 2):
        gone_out(rig, account, f"Out {day}", day)
    booked(rig, other, "Elsewhere", 1)
    view = ClientViews(rig.store, rig.clock).of(rig.alone(), account.id)
    assert [one.content.text for one in view.coming] == [f"Coming {day}" for day in range(1, 10)]
    assert [one.content.text for one in view.past] == ["Out 2", "Out 20", "Out 30"]
    assert [one.gap for one in view.past] == [17, 9, None]
    assert [one.gap for one in view.coming] == [2, *[0] * 8]


@pytest.mark.clause("C55")
def test_nine_of_many_are_shown_and_the_days_before_the_first_are_counted(rig: Rig) -> None:
    account = rig.account()
    for day in range(1, 13):
        gone_out(rig, account, f"Out {day}", day)
    view = ClientViews(rig.store, rig.clock).of(rig.alone(), account.id)
    assert [one.content.text for one in view.past] == [f"Out {day}" for day in range(1, 10)]
    assert {one.gap for one in view.past} == {0}
    assert view.coming == ()


@pytest.mark.clause("C55")
def test_what_was_taken_down_is_not_there_and_what_waits_says_so(rig: Rig) -> None:
    account = rig.account()
    held = booked(rig, account, "On hold", 2)
    rig.force(held, "held", reason="Crisis in town.")
    rig.force(booked(rig, account, "Given up", 3), "cancelled")
    doubtful = gone_out(rig, account, "In doubt", 1)
    rig.force(doubtful, "unconfirmed")
    for text, left in (("Gone", "0"), ("Half gone", "1")):
        row = gone_out(rig, account, text, 4)
        with rig.store.write() as tx:
            details = {"reason": "Wrong.", "deleted": "1", "left": left}
            tx.log.audit(AuditEvent(rig.ids.new(), NOW, "owner", TAKEN_DOWN, f"delivery:{row.id}", details))
    view = ClientViews(rig.store, rig.clock).of(rig.alone(), account.id)
    assert [(one.content.text, one.delivery.state) for one in view.coming] == [("On hold", "held")]
    assert [(one.content.text, one.delivery.state) for one in view.past] == [("In doubt", "unconfirmed"), ("Half gone", "sent")]


def test_an_account_that_is_not_there_is_missing(rig: Rig) -> None:
    with pytest.raises(Missing):
        ClientViews(rig.store, rig.clock).of(rig.alone(), "nobody")


@pytest.mark.clause("C55", "C14")
def test_the_bio_joins_with_a_later_post(real: Rig) -> None:
    """The same words say nothing more on an account without a bio; beside a small town they point to one person."""
    words = "A man of 34, a refugee, told me that he sleeps again."
    account = real.account()

    def mosaic() -> list[tuple[str, str]]:
        draft = real.draft(words, real.accounts.get(account.id))
        with real.store.read() as tx:
            passage = real.gate.examine(tx, draft, tx.accounts.get(account.id), real.clock.now())
        return [(one.finding.variant, one.finding.why) for one in passage.findings if one.finding.rule == "confidentiality.mosaic"]

    assert mosaic() == []
    bank = ROOT / "content_bank"
    bios = Bios(real.store, real.accounts, real.checker, load(bank), load_shelf(bank))
    bios.keep(real.alone(), account.id, account.version, Bio("LCSW at Whitefish Middle School in Ennis, Montana."))
    found = mosaic()
    assert {variant for variant, _ in found} == {"profile"}
    assert all("Ennis, Montana, Whitefish Middle School" in why for _, why in found)


@pytest.mark.clause("C55", "C14")
def test_what_the_posts_tell_stands_beside_the_profile(rig: Rig) -> None:
    rig.checker.told = ["widower"]
    account = rig.account()
    booked(rig, account, "A widower said it.", 1)
    view = ClientViews(rig.store, rig.clock).of(rig.alone(), account.id)
    assert [entry.display for entry in view.told] == ["widower"]
    rig.clock.on(days=1000)
    assert ClientViews(rig.store, rig.clock).of(rig.alone(), account.id).told == ()
