"""From an empty workspace to a post on the calendar, in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import settle

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.conftest import Served

pytestmark = pytest.mark.slow


def choose(page: Page, label: str, option: str) -> None:
    page.get_by_role("combobox", name=label).click()
    page.get_by_role("option", name=option, exact=True).click()


def add_account(served: Served, page: Page) -> None:
    served.open(page, "accounts?add=1")
    page.get_by_text("A practice (one person or a few)").click()
    settle(page)
    choose(page, "Which platform?", "LinkedIn")
    settle(page)
    page.get_by_role("textbox", name="Name of the account there").fill("Ridge Counseling")
    page.get_by_role("textbox", name="Whose voice is it?").fill("Dana Smith, LCSW")
    page.get_by_role("textbox", name="What is it for?").fill("Helps parents find support.")
    choose(page, "Time zone", "America/Denver")
    page.get_by_role("combobox", name="Countries it speaks to").click()
    page.get_by_role("option", name="United States", exact=True).click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Add this account").click()
    settle(page)
    expect(page.get_by_role("heading", name="Ridge Counseling")).to_be_visible()


@pytest.mark.main_job
def test_from_an_empty_workspace_to_a_post_on_the_calendar(fresh: Served, page: Page) -> None:
    fresh.open(page)
    page.get_by_role("button", name="Start empty").click()
    settle(page)
    add_account(fresh, page)
    fresh.open(page, "compose")
    page.get_by_role("button", name="New post").click()
    settle(page)
    box = page.locator("textarea[data-text]")
    box.click()
    page.keyboard.type("My client always sleeps badly.", delay=15)
    expect(page.locator("[data-panel]")).to_contain_text("1 blocks")
    expect(page.locator("mark.block")).to_have_text("client")
    page.locator("[data-apply]").first.click()
    expect(box).to_have_value("My person always sleeps badly.")
    expect(page.locator("[data-verdict]")).to_have_attribute("data-verdict", "revise")
    page.locator("[data-dismiss]").click()
    expect(page.locator("[data-verdict]")).to_have_attribute("data-verdict", "pass")
    expect(page.get_by_role("button", name="Done writing")).to_be_disabled()
    for who in ("my boss", "the family", "a client of mine", "a colleague"):
        page.get_by_text(f"… {who}").click()
        settle(page)
    page.get_by_role("button", name="Done writing").click()
    settle(page)
    page.get_by_role("button", name="Yes, exactly this text").click()
    settle(page)
    for box_ in page.get_by_text("Take this time all the same").all():
        box_.click()
        settle(page)
    page.get_by_role("button", name="Put on the calendar").click()
    settle(page)
    expect(page.get_by_text("On the calendar:")).to_be_visible()
    fresh.open(page, "calendar")
    expect(page.locator("[data-item]")).to_have_count(1)
    expect(page.locator("[data-item]")).to_contain_text("My person always sleeps badly.")


def test_a_personal_account_is_refused_with_the_reason(fresh: Served, page: Page) -> None:
    fresh.open(page)
    page.get_by_role("button", name="Start empty").click()
    settle(page)
    fresh.open(page, "accounts?add=1")
    page.get_by_text("My personal account").click()
    settle(page)
    expect(page.get_by_text("professional accounts only, so that clients")).to_be_visible()
    expect(page.get_by_role("button", name="Add this account")).to_have_count(0)
