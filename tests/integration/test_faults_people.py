"""What people, imports and series do around a delivery: nothing goes out that was not approved as it stands, and nothing twice."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from typing import TYPE_CHECKING

import pytest

from planner.domain.errors import NotReady, Unanswered
from planner.domain.schedule import Wall, local_wall
from planner.domain.series import Rule, moments
from planner.services.series import SeriesPlans
from tests.integration.fault_platform import LOST

if TYPE_CHECKING:
    from tests.integration.fault_stage import Stage

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("faults-people")]


def _edit(stage: Stage, post_id: str) -> None:
    post = stage.rig.composer.load(post_id)
    stage.rig.save(post, post.base.text + " (changed)")


def test_an_edit_after_approval_never_goes_out_unapproved(stage: Stage) -> None:
    stage.begin("edited")
    stage.holds.hold(stage.rig.alone(), "campaign", "edited", "wait")
    waiting = stage.plan()
    held = stage.plan()
    with stage.store.write() as tx:
        row = tx.deliveries.get(held.id)
        assert row.state == "queued"
    for entry in (waiting, held):
        _edit(stage, entry.post_id)
    stage.platform.rules["edited sent"] = [LOST]
    sent = stage.plan(text="edited sent")
    with stage.team():
        stage.until(lambda: stage.states() == {"sent": 1, "held": 2})
        with pytest.raises(NotReady, match="gone out"):
            _edit(stage, sent.post_id)
    assert stage.notices("held") == 2
    stage.verdict("9. edited after approval, before, while and after it went out", live=1)


def test_a_series_under_approval_puts_nothing_out(stage: Stage) -> None:
    stage.begin("series")
    account = stage.account()
    pattern = stage.rig.ready("series: our group meets again", account)
    plans = SeriesPlans(stage.store, stage.rig.clock, stage.rig.ids)
    today = local_wall(stage.rig.clock.now(), account.zone).day
    plan = plans.start(stage.rig.alone(), pattern.id, account.zone, Rule(Wall(today, clock_time(23, 59)), "day"))
    made = plans.generate()
    assert len(made) >= 28
    with pytest.raises(Unanswered, match="still open"):
        stage.rig.calendar.schedule(stage.rig.alone(), made[0].post_id, account.id, made[0].moment.wall)
    _edit(stage, made[1].post_id)
    assert plans.generate() == ()
    assert plans.planned(plan.id, made[1].moment.wall.day) == made[1].post_id
    plans.stop(stage.rig.alone(), plan.id)
    with stage.team():
        time.sleep(0.7)
    stage.verdict("10. recurrence under required approval", live=0)
    stage.verdict("11. one occurrence edited, the generator runs again", live=0)


def test_local_times_survive_month_ends_and_clock_changes(stage: Stage) -> None:
    """The days and the three zones are in tests/unit/domain/test_domain_series.py; here are the times that a series schedules by."""
    stage.begin("months")
    monthly = Rule(Wall(datetime(2026, 1, 31, tzinfo=UTC).date(), clock_time(9)), "month")
    found = moments(monthly, "America/Denver", monthly.start.day, monthly.start.day + timedelta(days=364))
    assert [moment.wall.day.day for moment in found] == [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    assert {local_wall(moment.utc, "America/Denver").at for moment in found} == {clock_time(9)}
    stage.verdict("12. monthly from the 31st of January, over two clock changes", live=0)
