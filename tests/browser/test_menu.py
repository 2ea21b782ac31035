"""The menu: its own link leads from one thing back to the list, a phone's choice closes it, and a field left for it keeps its words."""

from __future__ import annotations

import contextlib
import re
import sqlite3
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import settle
from tests.browser.test_main_way import choose
from tests.browser.test_pages import findings

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.conftest import Served
    from tests.ui.conftest import Desk

pytestmark = pytest.mark.slow
THINGS = {
    "campaigns?campaign=": ("campaign", "Campaigns"),
    "accounts?account=": ("account", "Accounts"),
    "deliveries?delivery=": ("delivery", "Deliveries"),
    "compose?post=": ("post", "Compose"),
}
"""Addresses of one thing: the table that knows its id, and the menu's word for the list."""


def first(demo: Served, table: str) -> str:
    with contextlib.closing(sqlite3.connect(demo.folder / "planner.sqlite")) as store:
        return str(store.execute(f"SELECT id FROM {table} ORDER BY id").fetchone()[0])  # noqa: S608 - names of ours


@pytest.mark.parametrize("address", THINGS)
def test_the_link_of_the_page_one_is_on_leads_back_to_its_list(demo: Served, page: Page, address: str) -> None:
    table, name = THINGS[address]
    demo.open(page, address + first(demo, table))
    page.get_by_role("link", name=name, exact=True).focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{demo.url}/{address.partition('?')[0]}")
    settle(page)
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()
    page.reload()
    settle(page)
    expect(page).to_have_url(f"{demo.url}/{address.partition('?')[0]}")


def test_on_a_phone_a_choice_closes_the_menu(demo: Served, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    demo.open(page)
    for name in ("Settings", "Calendar"):
        page.get_by_test_id("stExpandSidebarButton").click()
        page.get_by_role("link", name=name, exact=True).click()
        expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()
        expect(page.get_by_test_id("stExpandSidebarButton")).to_have_attribute("aria-expanded", "false")


def test_a_refused_form_stays_open_where_it_was(demo: Served, page: Page) -> None:
    demo.open(page, "campaigns")
    page.locator("summary").filter(has_text="Begin a campaign").click()
    goal = page.get_by_role("textbox", name="What will be different, for whom?")
    goal.fill("Families know the way")
    page.get_by_role("button", name="Begin", exact=True).click()
    expect(page.get_by_text("Give the campaign a title")).to_be_visible()
    settle(page)
    expect(goal).to_be_visible()
    expect(goal).to_have_value("Families know the way")


@pytest.mark.clause("C94")
@pytest.mark.feature("Roles and comments")
def test_a_browser_remembers_who_works_there_and_another_one_asks(desk: Desk, fresh: Served, page: Page) -> None:
    desk.planner.workspace.invite(desk.me, "Anna", "reviewer")
    desk.planner.workspace.invite(desk.me, "Berta", "author")

    def working_as(tab: Page, name: str) -> None:
        expect(tab.get_by_role("combobox", name="Working as")).to_have_value(name)

    def remembered(tab: Page, name: str) -> None:
        working_as(tab, name)
        settle(tab)
        member = next(one.id for one in desk.planner.workspace.members() if one.name == name.partition(" ")[0])
        tab.wait_for_function("id => document.cookie.includes(`=${id}`)", arg=member)

    fresh.open(page, "approvals")
    expect(page.get_by_role("heading", level=1)).to_have_text("Who is at the keyboard?")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_timeout(300)
        assert findings(page) == []
    page.get_by_role("button", name="Anna").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Approvals")
    remembered(page, "Anna (reviewer)")
    page.reload()
    settle(page)
    working_as(page, "Anna (reviewer)")
    tab = page.context.new_page()
    fresh.open(tab, "approvals")
    working_as(tab, "Anna (reviewer)")
    choose(tab, "Working as", "Berta (author)")
    remembered(tab, "Berta (author)")
    page.reload()
    settle(page)
    working_as(page, "Anna (reviewer)")
    tab.reload()
    settle(tab)
    working_as(tab, "Berta (author)")
    assert not re.search("anna|berta|who", page.url + tab.url, re.IGNORECASE)
    page.context.clear_cookies()
    other = page.context.new_page()
    fresh.open(other)
    expect(other.get_by_role("heading", level=1)).to_have_text("Who is at the keyboard?")


def test_a_half_filled_account_is_still_there_after_another_page(desk: Desk, fresh: Served, page: Page) -> None:
    assert desk.planner.accounts.all() == ()
    fresh.open(page, "accounts?add=1")
    page.get_by_text("A practice (one person or a few)").click()
    page.get_by_role("combobox", name="Which platform?").click()
    page.get_by_role("option", name="LinkedIn").click()
    handle = page.get_by_role("textbox", name="Name of the account there")
    handle.fill("Ridge Counseling")
    page.get_by_role("link", name="Calendar", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="Calendar")).to_be_visible()
    settle(page)
    page.get_by_role("link", name="Accounts", exact=True).click()
    page.get_by_role("button", name="Add an account").click()
    expect(handle).to_have_value("Ridge Counseling")
