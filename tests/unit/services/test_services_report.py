"""The month in one page: by each account's own calendar, what was reported as it was, what was not as missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from planner.domain.connection import ConnectionNote
from planner.domain.errors import Invalid
from planner.domain.metrics import AccountReading, PostReading
from planner.domain.schedule import Wall
from planner.services.report import AccountMonth, Month, Reports
from tests.unit.services.rig import NOW

if TYPE_CHECKING:
    from tests.unit.services.rig import Rig

FIRST = date(2026, 11, 1)


def reports(rig: Rig) -> Reports:
    return Reports(rig.store, rig.insights, rig.clock)


def test_an_empty_month_is_empty(rig: Rig) -> None:
    rig.account()
    month = reports(rig).month(rig.alone(), "2026-11")
    nobody = {"contact": 0, "exchange": 0, "relationship": 0, "partnership": 0}
    assert month == Month(FIRST, (), nobody, 0, (), {}, (), {})
    assert month.posts == 0


@pytest.mark.clause("C122", "C126")
def test_what_went_out_what_came_of_it_and_whom_it_met(rig: Rig) -> None:
    account, other = rig.account(), rig.account(handle="@other")
    one = rig.out(rig.scheduled("A post about sleep", account))
    two = rig.out(rig.scheduled("Another one about worry", account, Wall.parse("2026-11-25 15:00")))
    lost = rig.scheduled("A third one about rest and food", other)
    rig.force(lost, "missed")
    note = ConnectionNote("", account.id, date(2026, 11, 20), "Library", "Met.", "exchange", "meeting", "", NOW)
    online = replace(note, who="School", place="online", stage="contact", day=date(2026, 11, 2))
    early = replace(note, who="Clinic", day=date(2026, 10, 31), stage="partnership")
    kept = [rig.connections.note(rig.alone(), item) for item in (note, online, early)]
    with rig.store.write() as tx:
        tx.readings.add_post(PostReading(one.id, one.due_at, "hand", {"likes": 3, "replies": 2}))
        tx.readings.add_post(PostReading(two.id, two.due_at, "hand", {"likes": 0}))
        for day, count in ((2, 100), (9, None), (20, 104)):
            tx.readings.add_account(AccountReading(account.id, datetime(2026, 11, day, tzinfo=UTC), "hand", {"followers": count}))
    month = reports(rig).month(rig.alone(), "2026-11")
    assert month.accounts == (AccountMonth(account, 2, 2, 5, 100, 104),)
    assert month.posts == 2
    assert month.notes == tuple(sorted((kept[0], kept[1]), key=lambda item: item.day))
    assert (month.offline, month.stages) == (1, {"contact": 1, "exchange": 1, "relationship": 0, "partnership": 1})
    assert month.purposes == {"educate": 2}
    assert [row.delivery.id for row in month.best] == [one.id]
    assert month.trouble == {"missed": 1}


def test_figures_that_nobody_reported_stay_missing(rig: Rig) -> None:
    account = rig.account()
    rig.out(rig.scheduled("A post about sleep", account))
    assert reports(rig).month(rig.alone(), "2026-11").accounts == (AccountMonth(account, 1, 0, None, None, None),)


def test_a_post_belongs_to_the_month_of_its_own_calendar(rig: Rig) -> None:
    """23:30 on the last of November in Denver is December in UTC, and still November's post."""
    account = rig.account(quiet_hours=())
    late = rig.scheduled(
        "A post about sleep", account, Wall.parse("2026-11-30T23:30"), accepted=frozenset({"outside-hours", "quiet-hours"})
    )
    rig.out(late)
    rig.clock.on(days=30)
    assert reports(rig).month(rig.alone(), "2026-11").posts == 1
    assert reports(rig).month(rig.alone(), "2026-12").posts == 0


@pytest.mark.parametrize("name", ["", "2026", "2026-13", "November", "2026-11-01", "2026-12"])
def test_only_a_month_that_has_begun(rig: Rig, name: str) -> None:
    with pytest.raises(Invalid):
        reports(rig).month(rig.alone(), name)
