"""Series: one draft a date, edited ones left alone, and nothing goes out that nobody approved."""

from __future__ import annotations

from datetime import date, time
from typing import TYPE_CHECKING

import pytest

from planner.domain.errors import Invalid, Missing, NotReady
from planner.domain.schedule import Wall
from planner.domain.series import Rule
from planner.services.series import SeriesPlans

if TYPE_CHECKING:
    from tests.unit.services.rig import Rig

DENVER = "America/Denver"
START = Wall(date(2026, 11, 25), time(10))  # the rig's tomorrow, a Wednesday
WEEKLY = Rule(START, "week", until=date(2026, 12, 31))


@pytest.fixture
def plans(rig: Rig) -> SeriesPlans:
    return SeriesPlans(rig.store, rig.clock, rig.ids)


def test_the_coming_weeks_become_drafts_once(rig: Rig, plans: SeriesPlans) -> None:
    pattern = rig.ready("Our group meets again.", rig.account())
    made = plans.start(rig.alone(), pattern.id, DENVER, WEEKLY)
    first = plans.generate()
    assert [str(item.moment.wall) for item in first] == [f"2026-{day}T10:00" for day in ("11-25", "12-02", "12-09", "12-16")]
    assert plans.generate() == ()
    for item in first:
        draft = rig.composer.load(item.post_id)
        assert (draft.state, draft.base, draft.variants, draft.version) == ("draft", pattern.base, pattern.variants, 1)
        assert rig.calendar.of_post(item.post_id) == ()
    assert plans.planned(made.id, date(2026, 12, 2)) == first[1].post_id
    assert plans.planned(made.id, date(2026, 12, 3)) is None
    rig.clock.on(days=7)
    assert [item.moment.wall.day for item in plans.generate()] == [date(2026, 12, 23)]
    rig.clock.on(days=7)
    assert [item.moment.wall.day for item in plans.generate()] == [date(2026, 12, 30)]


def test_an_occurrence_that_was_edited_or_deleted_is_not_made_again(rig: Rig, plans: SeriesPlans) -> None:
    pattern = rig.draft("Our group meets again.", rig.account())
    plans.start(rig.alone(), pattern.id, DENVER, WEEKLY)
    edited, deleted, *_ = plans.generate()
    rig.save(rig.composer.load(edited.post_id), "This time in the other room.")
    rig.composer.delete(rig.alone(), deleted.post_id)
    assert plans.generate() == ()
    assert rig.composer.load(edited.post_id).base.text == "This time in the other room."
    assert len(rig.composer.recent()) == 4


def test_no_occurrence_inherits_an_approval(rig: Rig, plans: SeriesPlans) -> None:
    account = rig.account()
    pattern = rig.ready("Our group meets again.", account)
    plans.start(rig.alone(), pattern.id, DENVER, WEEKLY)
    (first, *_) = plans.generate()
    with pytest.raises(NotReady, match="not approved"):
        rig.calendar.schedule(rig.alone(), rig.submit(rig.composer.load(first.post_id)).id, account.id, first.moment.wall)


def test_a_time_of_today_that_has_passed_is_left_out(rig: Rig, plans: SeriesPlans) -> None:
    pattern = rig.draft("Good morning.", rig.account())
    plans.start(rig.alone(), pattern.id, DENVER, Rule(Wall(date(2026, 11, 24), time(9)), "day", until=date(2026, 11, 25)))
    assert [item.moment.wall.day.day for item in plans.generate()] == [25]


def test_a_series_ends_when_it_is_stopped_or_its_pattern_is_gone(rig: Rig, plans: SeriesPlans) -> None:
    pattern, other = rig.draft("One.", rig.account()), rig.draft("Two.")
    one = plans.start(rig.alone(), pattern.id, DENVER, Rule(START, "month"))
    two = plans.start(rig.alone(), other.id, DENVER, Rule(START, "week", days=(2, 4)))
    assert plans.all() == (one, two)
    rig.composer.delete(rig.alone(), pattern.id)
    stopped = plans.stop(rig.alone(), two.id)
    assert plans.all() == (one, stopped)
    assert not stopped.active
    assert plans.generate() == ()
    assert rig.actions(f"series:{two.id}") == ["series.start", "series.stop"]


def test_a_series_that_means_nothing_is_refused(rig: Rig, plans: SeriesPlans) -> None:
    pattern = rig.draft("One.")
    with pytest.raises(Invalid, match="whole number"):
        plans.start(rig.alone(), pattern.id, DENVER, Rule(START, "day", 0))
    with pytest.raises(Invalid, match="time zone"):
        plans.start(rig.alone(), pattern.id, "Mars/Olympus", Rule(START, "day"))
    with pytest.raises(Missing):
        plans.start(rig.alone(), "nothing", DENVER, Rule(START, "day"))
    with pytest.raises(Missing, match="series"):
        plans.stop(rig.alone(), "nothing")
    assert plans.all() == ()


def test_two_generators_at_once_make_one_draft(rig: Rig, plans: SeriesPlans) -> None:
    pattern = rig.draft("One.", rig.account())
    plans.start(rig.alone(), pattern.id, DENVER, WEEKLY)
    (item, moment), *_ = plans._missing()
    assert plans._make(item, moment) is not None
    assert plans._make(item, moment) is None
    assert len(plans.generate()) == 3


@pytest.mark.feature("Calendar")
def test_a_paused_series_makes_nothing_and_goes_on_later(rig: Rig, plans: SeriesPlans) -> None:
    pattern = rig.draft("Our group meets again.", rig.account())
    made = plans.start(rig.alone(), pattern.id, DENVER, WEEKLY)
    assert plans.pause(rig.alone(), made.id, on=True).paused
    assert plans.generate() == ()
    assert [moment.wall.day.day for moment, draft in plans.coming(made.id) if draft is None] == [25, 2, 9, 16]
    plans.pause(rig.alone(), made.id, on=False)
    drafts = [one.post_id for one in plans.generate()]
    assert [draft for _, draft in plans.coming(made.id)] == drafts
    assert plans.headline(made.id) == "Our group meets again."
    assert rig.actions(f"series:{made.id}") == ["series.start", "series.pause", "series.resume"]
    plans.stop(rig.alone(), made.id)
    for refused in (made.id, "nobody"):
        with pytest.raises(Missing, match="has ended or does not exist"):
            plans.pause(rig.alone(), refused, on=True)
    with pytest.raises(Missing):
        plans.headline("nobody")


def test_a_series_whose_post_is_gone_says_so(rig: Rig, plans: SeriesPlans) -> None:
    pattern = rig.draft("Our group meets again.", rig.account())
    made = plans.start(rig.alone(), pattern.id, DENVER, WEEKLY)
    rig.composer.delete(rig.alone(), pattern.id)
    assert plans.headline(made.id) == "The post was deleted, so nothing comes any more."


@pytest.mark.feature("Calendar")
def test_an_evergreen_post_keeps_its_distance_and_its_cap(rig: Rig, plans: SeriesPlans) -> None:
    account = rig.account()
    item = rig.scheduled("Crisis lines, kept up to date.", account)
    daily = Rule(START, "day", most=20, gap=10)
    made = plans.start(rig.alone(), item.post_id, DENVER, daily)
    assert [one.moment.wall.day for one in plans.generate()] == [date(2026, 12, 5)]
    rig.clock.on(days=13)
    assert [one.moment.wall.day for one in plans.generate()] == []
    assert [moment.wall.day for moment, _ in plans.coming(made.id)] == []
    assert plans.all()[0].rule == daily
