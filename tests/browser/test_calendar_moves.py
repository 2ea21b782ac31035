"""No move is lost: slow runs, fast keys, an instant reload, a drag; each is looked up in the store."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from planner.domain.schedule import Wall
from tests.browser.conftest import serving, settle

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from planner.domain.delivery import Delivery
    from tests.ui.conftest import Desk

pytestmark = pytest.mark.slow
MOVES = 10


def booked(desk: Desk) -> Delivery:
    """Return a post in the middle of the shown month or of the next one, so that a week's neighbors are shown too."""
    desk.account(zone="UTC", business_hours=desk.account_hours, slots=())
    today = desk.clock.now().date()
    day = today.replace(day=14) if today.day < 10 else (today.replace(day=1) + timedelta(days=31)).replace(day=14)
    return desk.booked(at=f"{day}T12:00")


def show(page: Page, url: str, item: Delivery) -> None:
    page.goto(f"{url}/calendar")
    settle(page)
    if page.locator(f'[data-item="{item.id}"]').count() == 0:
        page.get_by_role("button", name="Later").click()
        settle(page, 1200)
    expect(page.locator(f'[data-item="{item.id}"]')).to_have_count(1)


def hop(page: Page, item: Delivery, number: int) -> None:
    if number == 0:
        page.locator(f'[data-item="{item.id}"]').focus()
    page.keyboard.press("m")
    page.keyboard.press("ArrowRight" if number % 2 == 0 else "ArrowLeft")
    page.keyboard.press("Enter")


@pytest.mark.parametrize("gap", [300, 100, 0])
def test_no_move_is_lost_while_the_server_is_slow(desk: Desk, tmp_path: Path, page: Page, gap: int) -> None:
    item = booked(desk)
    with serving(tmp_path, delay=0.5) as served:
        show(page, served.url, item)
        for number in range(MOVES):
            hop(page, item, number)
            page.wait_for_timeout(gap)
        expect(page.locator("[data-status]").first).to_have_text("Saved", timeout=20_000)
    after = desk.state(item)
    assert after.generation == item.generation + MOVES
    assert after.wall == item.wall


def test_moves_in_flight_survive_an_instant_reload(desk: Desk, tmp_path: Path, page: Page) -> None:
    item = booked(desk)
    with serving(tmp_path, delay=0.5) as served:
        show(page, served.url, item)
        for number in range(5):
            hop(page, item, number)
        page.reload()
        settle(page)
        page.wait_for_timeout(4000)
        settle(page)
    after = desk.state(item)
    assert after.generation == item.generation + 5
    assert Wall.parse(after.wall).day == Wall.parse(item.wall).day + timedelta(days=1)


@pytest.mark.feature("Calendar")
def test_a_post_is_dragged_to_another_day_and_keeps_its_time(desk: Desk, tmp_path: Path, page: Page) -> None:
    item = booked(desk)
    target = Wall.parse(item.wall).day + timedelta(days=2)
    with serving(tmp_path) as served:
        show(page, served.url, item)
        page.locator(f'[data-item="{item.id}"]').drag_to(page.locator(f'[data-day="{target}"]'))
        expect(page.locator("[data-status]").first).to_have_text("Saved", timeout=10_000)
        expect(page.locator(f'[data-day="{target}"] [data-item="{item.id}"]')).to_have_count(1)
    assert desk.state(item).wall == f"{target}T12:00"


def test_a_refused_move_returns_and_says_why(desk: Desk, tmp_path: Path, page: Page) -> None:
    item = booked(desk)
    with serving(tmp_path) as served:
        show(page, served.url, item)
        there = Wall.parse(item.wall).day + timedelta(days=5)
        desk.planner.calendar.move(
            desk.me, item.id, item.generation, Wall(there, Wall.parse(item.wall).at), accepted=frozenset({"outside-hours"})
        )
        hop(page, item, 0)
        expect(page.locator('.discreet-calendar [role="status"]')).to_contain_text("Somebody changed this post's time")
        expect(page.locator(f'[data-day="{there}"] [data-item="{item.id}"]')).to_have_count(1)


def test_another_time_is_chosen_in_a_dialog(desk: Desk, tmp_path: Path, page: Page) -> None:
    item = booked(desk)
    with serving(tmp_path) as served:
        show(page, served.url, item)
        page.locator(f'[data-item="{item.id}"]').focus()
        page.keyboard.press("t")
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text("Another time")
        expect(dialog.get_by_role("button", name="Move to")).to_be_disabled()


def test_nothing_is_dropped_on_a_past_day(desk: Desk, tmp_path: Path, page: Page) -> None:
    item = desk.booked(at=f"{date.today() + timedelta(days=1)}T12:00")  # noqa: DTZ011 - the page's own day
    with serving(tmp_path) as served:
        page.goto(f"{served.url}/calendar?view=list")
        settle(page)
        page.locator(f'[data-item="{item.id}"]').focus()
        page.keyboard.press("m")
        for _ in range(4):
            page.keyboard.press("ArrowLeft")
        expect(page.locator('.discreet-calendar [role="status"]')).to_contain_text("That day has passed")
        page.keyboard.press("Escape")
    assert desk.state(item).generation == item.generation
