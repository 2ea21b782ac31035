"""Results that are kept: made once while nothing changes, anew after every change, and never shared between workspaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.ui.kept import MOST, kept
from tests.ui.conftest import texts

if TYPE_CHECKING:
    from tests.ui.conftest import Desk


def test_a_result_is_made_once_and_anew_after_a_change(desk: Desk) -> None:
    made: list[int] = []

    def count(key: int) -> int:
        return kept(desk.planner, "test.count", key, lambda: made.append(key) or len(made))

    assert [count(1), count(1), count(2)] == [1, 1, 2]
    desk.account()
    assert count(1) == 3
    for number in range(10, 10 + MOST):
        count(number)
    assert count(1) == len(made) == 4 + MOST


def test_a_page_shows_a_colleagues_change_at_the_next_look(desk: Desk) -> None:
    item = desk.booked()
    app = desk.open("calendar", day="2026-11-26")
    assert "Sleep and worry" in str(app.get("bidi_component")[0].proto.json)
    desk.planner.calendar.cancel(desk.me, item.id, item.generation)
    assert '"state":"cancelled"' in str(app.run().get("bidi_component")[0].proto.json).replace(" ", "")


def test_figures_are_read_anew_once_they_are_there(desk: Desk) -> None:
    item = desk.card()
    desk.planner.decisions.posted(desk.me, item.id, "")
    assert "Not reported by any platform: likes" in texts(desk.open("insights", show="posts"))
    desk.planner.insights.enter(desk.me, item.id, {"likes": 7})
    assert "Not reported by any platform: reposts" in texts(desk.open("insights", show="posts"))
