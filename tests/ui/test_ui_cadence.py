"""A gap ahead is said calmly on Today and on the calendar, and one click starts a draft that could fill it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from planner.domain.cadence import Gap
from planner.domain.schedule import Wall
from planner.ui.pages.cadence import sentence
from tests.ui.conftest import texts

if TYPE_CHECKING:
    from tests.ui.conftest import Desk


def test_empty_days_in_words() -> None:
    monday = date(2026, 11, 23)
    runs = ((monday + timedelta(days=1), monday + timedelta(days=4)), (monday + timedelta(days=6), monday + timedelta(days=6)))
    assert sentence(Gap("a", monday, 1, 3, runs)) == "Nothing planned for Tuesday to Friday and Sunday"
    assert sentence(Gap("a", monday, 1, 3, runs[:1])) == "Nothing planned for Tuesday to Friday"


@pytest.mark.clause("C127")
def test_a_gap_is_said_and_an_evergreen_fills_it_by_a_click(desk: Desk) -> None:
    account = desk.account()
    assert "Nothing planned" not in texts(desk.open("home"))
    desk.planner.cadence.aim(desk.me, account.id, 2)
    said = texts(desk.open("home"))
    assert "Nothing planned for Tuesday to Friday; that is fine, and there is room for a post." in said
    assert "0 of 2 posts planned in the week of Mon 23 Nov" in said
    post = desk.ready(desk.draft("Grounding in five steps."))
    desk.planner.approvals.approve(desk.me, post.id, account.id, post.digest_for(account.id))
    accepted = frozenset({"outside-hours", "same-hour"})
    desk.planner.calendar.schedule(desk.me, post.id, account.id, Wall.parse("2026-11-24T12:10"), timing="evergreen", accepted=accepted)
    desk.clock.later(days=40)
    app = desk.open("calendar")
    assert "an evergreen post could fill it" not in texts(app)
    with desk.planner.store.write() as tx:
        (row,) = tx.deliveries.of_post(post.id)
        tx.deliveries.swap(row, replace(row, state="sent", sent_at=row.due_at))
    app = desk.open("calendar")
    assert "an evergreen post could fill it" in texts(app)
    assert "“Grounding in five steps.”" in texts(app)
    app.button(key=f"cadence.again.{account.id}").click().run()
    drafts = [one for one in desk.planner.composer.recent() if one.state == "draft"]
    assert [one.base.text for one in drafts] == ["Grounding in five steps."]


@pytest.mark.clause("C127")
def test_the_aim_is_set_beside_the_slots(desk: Desk) -> None:
    account = desk.account()
    app = desk.open("accounts", account=account.id)
    app.session_state["account.tabs"] = "Hours and slots"
    app.run()
    app.number_input(key=f"cadence.aim.{account.id}").set_value(3).run()
    assert desk.planner.cadence.targets() == {account.id: 3}
