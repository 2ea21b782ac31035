"""The content bank in a real browser: an item becomes a post, another one goes to the end of its text, and its open check is asked about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import serving, settle

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.ui.conftest import Desk

pytestmark = pytest.mark.slow


@pytest.mark.clause("C90", "C113")
@pytest.mark.feature("Templates")
def test_an_item_becomes_a_post_and_another_one_is_put_at_its_end(desk: Desk, page: Page) -> None:
    desk.account()
    folder = desk.planner.settings.data_dir
    with serving(folder) as served:
        served.open(page, "bank")
        page.get_by_label("Search in this shelf").fill("quiet work")
        page.get_by_label("Search in this shelf").press("Enter")
        settle(page)
        page.get_by_role("button", name="Use in a new post").click()
        settle(page, 1500)
        text = page.locator(".discreet-composer textarea").first
        expect(text).to_have_value("Thank you to {who}. Quiet work is still work, and it shows.")
        text.click()
        page.keyboard.press("Control+End")
        page.keyboard.type(" Truly.")
        page.get_by_text("From the content bank").click()
        settle(page, 800)
        page.get_by_role("combobox", name="Choose words").click()
        page.keyboard.type("211")
        page.keyboard.press("Enter")
        settle(page, 800)
        expect(page.get_by_text("nobody has checked it yet")).to_be_visible()
        page.get_by_role("button", name="Insert at the end").click()
        settle(page, 1500)
        expect(text).to_have_value(
            "Thank you to {who}. Quiet work is still work, and it shows. Truly.\n\n"
            "For food, rent, rides and local help, 211 knows who is near:\ncall 211\nhttps://www.211.org/"
        )
        (post,) = desk.planner.composer.recent()
        assert [item.id for item in desk.planner.library.in_post(post.id)] == ["tpl-thank-team", "svc-211"]
