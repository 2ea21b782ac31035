"""Calendar: filters in the address, several posts at once, the search over all posts, and posts that come again."""

from __future__ import annotations

from datetime import date, time
from typing import TYPE_CHECKING

import pytest

from planner.domain.schedule import Wall
from planner.domain.series import Rule
from planner.services.composer import Details
from planner.ui.pages import calendar_filters, calendar_series
from tests.ui.conftest import texts
from tests.ui.test_ui_composer import data

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

    from planner.domain.delivery import Delivery
    from tests.ui.conftest import Desk

KEY = "calendar.component"


def titles(app: AppTest) -> list[str]:
    return [item["title"] for item in data(app)["items"]]


def labelled(desk: Desk, text: str, *, at: str, **details: object) -> Delivery:
    """Return a post on the calendar with labels, a campaign or a purpose."""
    item = desk.booked(text, at)
    post = desk.planner.composer.load(item.post_id)
    desk.planner.composer.save(desk.me, post.id, post.version, post.base, post.variants, Details(**details))  # type: ignore[arg-type]  # as given
    return item


@pytest.mark.feature("Calendar")
def test_filters_are_kept_in_the_address_without_a_users_words(desk: Desk) -> None:
    labelled(desk, "About sleep", at="2026-11-26T09:10", labels=("grief",), purpose="thank")
    labelled(desk, "About food", at="2026-11-26T12:10", campaign="autumn")
    other = desk.account("@two", "bluesky")
    for query, found in (
        ({}, ["About sleep", "About food"]),
        ({"label": calendar_filters.mark("grief")}, ["About sleep"]),
        ({"purpose": "thank"}, ["About sleep"]),
        ({"campaign": calendar_filters.mark("Autumn")}, ["About food"]),
        ({"state": "held"}, []),
        ({"for": other.id}, []),
        ({"for": desk.accounts[0].id, "purpose": "educate"}, ["About food"]),
    ):
        app = desk.open("calendar", **query)
        assert titles(app) == found, query
        assert "grief" not in str(app.query_params)


@pytest.mark.feature("Calendar")
def test_several_posts_are_moved_at_once_and_one_that_cannot_move_says_why(desk: Desk) -> None:
    desk.account(business_hours=desk.account_hours)
    first, second = desk.booked("About sleep", "2026-11-26T09:10"), desk.booked("About food", "2026-11-27T12:10")
    app = desk.open("calendar")
    app.session_state[KEY] = {"picked": [first.id, second.id]}
    app.run()
    assert "2 posts selected" in texts(app)
    app.number_input(key="acts.days").set_value(3)
    next(one for one in app.button if one.label == "Move these posts").click().run()
    assert [desk.state(one).wall for one in (first, second)] == ["2026-11-29T09:10", "2026-11-30T12:10"]
    assert "2 posts moved." in texts(app)
    app.session_state[KEY] = {"picked": [first.id, second.id]}
    app.run()
    app.number_input(key="acts.days").set_value(-5)
    app.time_input(key="acts.time.of.day").set_value(time(18, 0))
    next(one for one in app.button if one.label == "Move these posts").click().run()
    assert [desk.state(one).wall for one in (first, second)] == ["2026-11-24T18:00", "2026-11-25T18:00"]
    app.session_state[KEY] = {"picked": [first.id, second.id]}
    app.run()
    app.number_input(key="acts.days").set_value(-1)
    next(one for one in app.button if one.label == "Move these posts").click().run()
    assert [desk.state(one).wall for one in (first, second)] == ["2026-11-24T18:00", "2026-11-25T18:00"]
    assert "0 posts moved. “About sleep” stayed: Mon 23 Nov 2026, 18:00 has passed" in texts(app)


@pytest.mark.feature("Calendar")
def test_the_list_searches_all_posts_page_by_page(desk: Desk) -> None:
    desk.account()
    for number in range(23):
        desk.clock.later(minutes=1)
        desk.draft(f"Draft {number:02}")
    desk.booked("About sleep")
    app = desk.open("calendar", view="list")
    assert "About sleep" in texts(app)
    assert "Draft 22" in texts(app)
    assert "Draft 02" not in texts(app)
    app.button(key="calendar.list.older").click().run()
    assert "Draft 02" in texts(app)
    assert app.button(key="calendar.list.older").disabled
    app.button(key="calendar.list.newer").click().run()
    app.text_input(key="calendar.search").input("draft 07").run()
    assert "Draft 07" in texts(app)
    assert "Draft 08" not in texts(app)
    app.text_input(key="calendar.search").input("nobody wrote this").run()
    assert "Nothing found." in texts(app)


@pytest.mark.feature("Calendar")
def test_a_post_comes_again_and_its_series_is_paused_and_ended(desk: Desk) -> None:
    desk.account()
    post = desk.draft("Our group meets again.")
    app = desk.open("composer", post=post.id)
    app.session_state["compose.series"] = True
    app.run()
    app.date_input(key="series.day").set_value(date(2026, 11, 26))
    app.time_input(key="series.time").set_value(time(9, 30))
    app.number_input(key="series.most").set_value(2)
    next(one for one in app.button if one.label == "Begin").click().run()
    assert "2 drafts for the next four weeks" in texts(app)
    made = desk.planner.series.all()[0]
    assert (made.rule, made.zone) == (Rule(Wall(date(2026, 11, 26), time(9, 30)), "week", most=2), "America/Denver")
    app = desk.open("calendar")
    assert "Posts that come again (1)" in [one.label for one in app.expander]
    assert "Next: Thu 26 Nov, Thu 3 Dec" in texts(app)
    app.button(key=f"series.pause.{made.id}").click().run()
    assert "Paused: no new drafts." in texts(app)
    app.button(key=f"series.pause.{made.id}").click().run()
    assert "Paused" not in texts(app)
    app.button(key=f"series.stop.{made.id}").click().run()
    assert "Posts that come again (0)" in [one.label for one in app.expander]
    assert "1 series has ended" in texts(app)


@pytest.mark.feature("Calendar")
def test_days_without_business_hours_are_rest_days(desk: Desk) -> None:
    desk.account()
    app = desk.open("calendar")
    assert [day for day in data(app)["rest"] if day.startswith("2026-11-2")] == ["2026-11-21", "2026-11-22", "2026-11-28", "2026-11-29"]
    desk.account("@two", "bluesky", business_hours=())
    assert data(desk.open("calendar"))["rest"] == []


def test_a_rule_in_words() -> None:
    start = Wall(date(2026, 11, 24), time(9))
    assert calendar_series.in_words(Rule(start, "day")) == "Every day at 09:00, from Tue 24 Nov 2026"
    full = Rule(start, "week", 2, (1, 3), until=date(2026, 12, 31), most=5, gap=30)
    assert calendar_series.in_words(full) == (
        "Every 2 weeks on Tue, Thu at 09:00, from Tue 24 Nov 2026, until Thu 31 Dec 2026, 5 times at most, at least 30 days apart"
    )


@pytest.mark.parametrize(
    ("view", "told"),
    [("month", "November 2026"), ("week", "23 to 29 Nov 2026"), ("day", "Thu 26 Nov 2026"), ("list", "26 Nov to 30 Dec 2026")],
)
def test_the_calendar_says_what_it_shows_and_leads_back_to_today(desk: Desk, view: str, told: str) -> None:
    app = desk.open("calendar", view=view, day="2026-11-26")
    assert told in [one.value for one in app.header]
    app.button(key="calendar.next").click().run()
    assert told not in [one.value for one in app.header]
    app.button(key="calendar.today").click().run()
    assert app.query_params["day"] == "2026-11-24"
    assert app.button(key="calendar.today").disabled


def test_a_new_post_is_begun_from_the_calendar(desk: Desk) -> None:
    account = desk.account()
    app = desk.open("calendar")
    app.button(key="calendar.new").click().run()
    (made,) = desk.planner.composer.recent()
    assert made.account_ids == (account.id,)
