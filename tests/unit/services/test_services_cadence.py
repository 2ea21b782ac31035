"""Aims and gaps: this week and the next by each account's own calendar, and an evergreen post that may come again as a draft."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from planner.domain.errors import Invalid, Missing, NotAllowed
from planner.domain.people import Actor
from planner.domain.schedule import Wall
from planner.services.cadence import Cadence
from tests.unit.services.rig import NOW

if TYPE_CHECKING:
    from planner.domain.account import Account
    from planner.domain.delivery import Delivery
    from tests.unit.services.rig import Rig

MONDAY, NEXT = date(2026, 11, 23), date(2026, 11, 30)
ACCEPT = frozenset({"same-hour", "outside-hours", "near-duplicate"})


def cadence(rig: Rig) -> Cadence:
    return Cadence(rig.store, rig.clock, rig.ids)


def evergreen(rig: Rig, text: str, account: Account, days_ago: int) -> Delivery:
    row = rig.scheduled(text, account, Wall.parse("2026-11-25 10:00"), timing="evergreen", accepted=ACCEPT)
    at = NOW - timedelta(days=days_ago)
    return rig.force(row, "sent", due_at=at, sent_at=at)


@pytest.mark.clause("C127")
def test_this_week_and_the_next_are_looked_at_for_accounts_with_an_aim(rig: Rig) -> None:
    account = rig.account()
    rig.account(handle="@other")
    assert cadence(rig).gaps() == ()
    cadence(rig).aim(rig.alone(), account.id, 2)
    rig.scheduled("Words", account, Wall.parse("2026-11-27 10:00"), accepted=ACCEPT)
    held = rig.scheduled("Other words", account, Wall.parse("2026-12-01 10:00"), accepted=ACCEPT)
    rig.force(held, "held")
    found = cadence(rig).gaps()
    assert [(one.monday, one.planned) for one in found] == [(MONDAY, 1), (NEXT, 0)]
    assert found[0].runs == ((date(2026, 11, 24), date(2026, 11, 26)),)
    assert found[1].runs == ((NEXT, date(2026, 12, 4)),)
    bare = rig.account(handle="@bare", business_hours=())
    cadence(rig).aim(rig.alone(), bare.id, 1)
    assert [one.runs for one in cadence(rig).gaps() if one.account_id == bare.id][1] == ((NEXT, date(2026, 12, 6)),)
    cadence(rig).aim(rig.alone(), bare.id, 0)
    cadence(rig).aim(rig.alone(), account.id, 0)
    assert cadence(rig).targets() == {}


def test_an_aim_is_the_account_s_and_audited(rig: Rig) -> None:
    account = rig.account()
    cadence(rig).aim(rig.alone(), account.id, 3)
    assert cadence(rig).targets() == {account.id: 3}
    assert "account.aim" in rig.actions(f"account:{account.id}")
    with pytest.raises(Missing):
        cadence(rig).aim(rig.alone(), "nobody", 3)
    with pytest.raises(Invalid):
        cadence(rig).aim(rig.alone(), account.id, 22)
    with pytest.raises(NotAllowed):
        cadence(rig).aim(Actor("a", "Ann", "author", 2), account.id, 3)


@pytest.mark.clause("C127")
def test_an_evergreen_that_has_rested_is_offered_the_longest_unseen_first(rig: Rig) -> None:
    account = rig.account()
    evergreen(rig, "Fresh words", account, 5)
    evergreen(rig, "Rested words", account, 40)
    evergreen(rig, "Oldest words", account, 90)
    plain = rig.scheduled("Plain words", account, Wall.parse("2026-11-25 11:30"), accepted=ACCEPT)
    rig.force(plain, "sent", due_at=NOW - timedelta(days=60))
    assert [one.post.base.text for one in cadence(rig).evergreens(account.id)] == ["Oldest words", "Rested words"]


@pytest.mark.clause("C127")
def test_an_evergreen_comes_again_as_one_draft_that_nobody_has_approved(rig: Rig) -> None:
    account, other = rig.account(), rig.account(handle="@other")
    old = rig.ready("Rested words", account, other)
    made = cadence(rig).again(rig.alone(), account.id, old.id, MONDAY)
    assert (made.state, made.base.text, made.account_ids) == ("draft", "Rested words", (account.id,))
    assert cadence(rig).again(rig.alone(), account.id, old.id, MONDAY).id == made.id
    assert cadence(rig).again(rig.alone(), account.id, old.id, NEXT).id != made.id
    with rig.store.read() as tx:
        assert tx.reviews.approvals(made.id) == ()
    rig.composer.delete(rig.alone(), made.id)
    assert cadence(rig).again(rig.alone(), account.id, old.id, MONDAY).id != made.id
    with pytest.raises(NotAllowed):
        cadence(rig).again(Actor("v", "Val", "viewer", 2), account.id, old.id, MONDAY)
