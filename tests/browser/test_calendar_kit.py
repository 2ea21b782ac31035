"""The calendar beyond a single move: filters that stay in the address, several posts at once, a post that comes again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from planner.domain.schedule import Wall
from planner.services.composer import Details
from tests.browser.conftest import serving, settle
from tests.browser.test_typing import show, until

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.ui.conftest import Desk

pytestmark = [pytest.mark.slow, pytest.mark.feature("Calendar")]


def unfold(page: Page, name: str, inside: str) -> None:
    """Open a fold and wait until what is in it stands still: a popover that is opened while the page still moves shuts again."""
    page.locator("summary").filter(has_text=name).click()
    button = page.get_by_role("button", name=inside)
    expect(button).to_be_visible()
    before: object = None
    while before != (before := button.bounding_box()):
        page.wait_for_timeout(300)
    settle(page)


def test_filters_and_a_move_of_several(desk: Desk, tmp_path: Path, page: Page) -> None:
    desk.account(zone="UTC", business_hours=desk.account_hours, slots=())
    day = desk.clock.now().date() + timedelta(days=2)
    first, second = desk.booked("About sleep", f"{day}T12:00"), desk.booked("About food", f"{day}T15:00")
    post = desk.planner.composer.load(second.post_id)
    desk.planner.composer.save(desk.me, post.id, post.version, post.base, post.variants, Details(labels=("kitchen",)))
    with serving(tmp_path) as served:
        page.goto(f"{served.url}/calendar?view=list")
        settle(page)
        expect(page.locator("[data-item]")).to_have_count(2)
        page.get_by_role("button", name="Filters").click()
        page.get_by_role("combobox", name="Label").click()
        page.get_by_role("option", name="kitchen").click()
        settle(page)
        expect(page.locator("[data-item]")).to_have_count(1)
        assert "kitchen" not in page.url
        page.reload()
        settle(page)
        expect(page.locator("[data-item]")).to_contain_text("About food")
        page.goto(f"{served.url}/calendar?view=list")
        settle(page)
        for number, item in enumerate((first, second), 1):
            page.locator(f'[data-item="{item.id}"]').focus()
            page.keyboard.press("Space")
            expect(page.get_by_text(f"{number} post{'s' if number > 1 else ''} selected")).to_be_visible()
        page.get_by_role("button", name="Move", exact=True).click()
        page.get_by_role("button", name="Move these posts").click()
        expect(page.get_by_text("2 posts moved.")).to_be_visible()
    assert [Wall.parse(desk.state(item).wall).day - day for item in (first, second)] == [timedelta(days=1)] * 2


def test_a_busy_day_of_the_list_folds_and_the_arrow_keys_still_reach_every_post(desk: Desk, tmp_path: Path, page: Page) -> None:
    desk.account(zone="UTC", business_hours=desk.account_hours, slots=())
    day = desk.clock.now().date() + timedelta(days=2)
    for hour in range(8, 18):
        desk.booked(f"About hour {hour}", f"{day}T{hour:02}:00")
    with serving(tmp_path) as served:
        page.goto(f"{served.url}/calendar?view=list")
        settle(page)
        expect(page.locator("[data-item]")).to_have_count(8)
        expect(page.locator(f'[data-all="{day}"]')).to_contain_text("2")
        page.locator("[data-item]").last.focus()
        page.keyboard.press("ArrowDown")
        expect(page.locator("[data-item]")).to_have_count(10)
        expect(page.locator("[data-item]:focus")).to_contain_text("About hour 16")


def test_a_post_that_comes_again_is_begun_in_the_composer_and_ended_on_the_calendar(desk: Desk, tmp_path: Path, page: Page) -> None:
    desk.account()
    post = desk.draft("Our group meets again.")
    with serving(tmp_path) as served:
        show(page, served.url, post)
        page.get_by_text("Let this post come again").click()
        page.get_by_role("button", name="Begin").click()
        expect(page.get_by_text("It comes again.")).to_be_visible()
        (made,) = desk.planner.series.all()
        page.goto(f"{served.url}/calendar")
        settle(page)
        unfold(page, "Posts that come again (1)", "Pause")
        page.get_by_role("button", name="Pause").click()
        expect(page.get_by_text("Paused: no new drafts.")).to_be_visible()
        page.get_by_role("button", name="Open the next draft").click()
        expect(page.locator("textarea[data-text]")).to_have_value("Our group meets again.")
        page.goto(f"{served.url}/calendar")
        settle(page)
        unfold(page, "Posts that come again (1)", "Open the next draft")
        page.get_by_role("button", name="End", exact=True).click()
        page.get_by_role("button", name="End this series").click()
        until(lambda: desk.planner.series.all()[0].active, wanted=False, page=page)
    assert made.post_id == post.id
