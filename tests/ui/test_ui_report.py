"""The monthly report, and the new cuts of the Engagement page."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from planner.domain.connection import ConnectionNote
from planner.services.composer import Details
from tests.ui.conftest import cells, texts
from tests.ui.ui_house import NOW

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

    from tests.ui.conftest import Desk


def out(desk: Desk, likes: int | None = 3) -> None:
    """One post that has gone out by hand, with these likes (None: nobody reported any)."""
    card = desk.card()
    desk.planner.decisions.posted(desk.me, card.id, "https://www.linkedin.com/posts/1")
    if likes is not None:
        desk.planner.insights.enter(desk.me, card.id, {"likes": likes})


@pytest.mark.clause("C122", "C126")
def test_people_stand_before_counts_and_what_was_not_reported_is_said(desk: Desk) -> None:
    out(desk, likes=None)
    note = ConnectionNote(
        "", desk.accounts[0].id, date(2026, 11, 20), "Front *Range* Library", "Met for coffee.", "exchange", "meeting", "", NOW
    )
    desk.planner.connections.note(desk.me, note)
    app = desk.open("report")
    said = texts(app)
    assert said.index("Conversations") < said.index("Posts")
    assert "Front *Range* Library: Met for coffee." in said
    row = cells(app)[0]
    assert (row["Posts"], row["Reactions reported"], row["Followers, first to last"]) == ("1", "not reported", "not reported")
    assert "1 post to educate (100%)" in said


def test_a_month_without_anything_and_another_month_by_its_address(desk: Desk) -> None:
    desk.account()
    assert "Nothing went out, and no follower count was read." in texts(desk.open("report"))
    app = desk.open("report", month="2026-09")
    assert "September 2026" in texts(app)
    app.selectbox(key="report.month").select("2026-10").run()
    assert "October 2026" in texts(app)


def posts(desk: Desk) -> AppTest:
    """Open the Engagement page where it tells of posts."""
    return desk.open("insights", show="posts")


@pytest.mark.feature("Charts")
def test_the_page_begins_with_people_and_turns_to_posts(desk: Desk) -> None:
    out(desk)
    app = desk.open("insights")
    assert "Connections and followers" in [one.value for one in app.header]
    app.segmented_control(key="insights.view").select("posts").run()
    assert [one.value for one in app.header] == ["Posts"]


@pytest.mark.feature("Charts")
def test_posts_are_compared_by_label_and_hours_say_what_they_may(desk: Desk) -> None:
    out(desk)
    app = posts(desk)
    assert "No hour stands out: the differences may be chance." in texts(app)
    app.segmented_control(key="insights.group").select("label").run()
    assert "No post of this time has a label." in texts(app)


def test_a_label_is_a_group(desk: Desk) -> None:
    desk.account()
    item = desk.booked(at="2026-11-24T10:40")
    with desk.planner.store.read() as tx:
        other = tx.posts.get(item.post_id)
    desk.planner.composer.save(desk.me, other.id, other.version, other.base, other.variants, Details(labels=("sleep",)))
    desk.clock.later(minutes=15)
    desk.planner.publisher.deliver(item.id, item.generation)
    desk.planner.decisions.posted(desk.me, item.id, "https://www.linkedin.com/posts/1")
    desk.planner.insights.enter(desk.me, item.id, {"likes": 3})
    app = posts(desk)
    app.segmented_control(key="insights.group").select("label").run()
    assert "sleep" in str(app.get("plotly_chart")[-2].proto)
