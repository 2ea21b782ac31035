"""Connecting an account in the page, against a stand-in: there, declined, allowed, the page chosen, tested, taken back, connected anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import serving, settle
from tests.servers.door import APP
from tests.servers.meta import PAGE, FacebookPage

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.browser.conftest import Served
    from tests.ui.conftest import Desk


def to_the_door(served: Served, page: Page, account_id: str) -> None:
    """Prepare the sign-in and open the platform's page."""
    served.open(page, f"accounts?account={account_id}")
    page.get_by_label("App ID", exact=True).fill(APP["client_id"])
    page.get_by_label("App secret", exact=True).fill(APP["client_secret"])
    page.get_by_role("button", name="Prepare the sign-in").click()
    link = page.get_by_role("link", name="Open Facebook page and allow it")
    page.goto(str(link.get_attribute("href")))


def allowed(served: Served, page: Page, account_id: str) -> None:
    """Allow it there, come back, and choose the second page."""
    to_the_door(served, page, account_id)
    page.get_by_role("link", name="Allow").click()
    assert "One step is left" in page.inner_text("body")
    page.get_by_role("link", name="Back to Discreet").click()
    settle(page)
    page.get_by_text("Ridge Families", exact=True).click()
    page.get_by_role("button", name="Connect this one").click()
    page.get_by_text("Connected as Ridge Families").wait_for()


@pytest.mark.feature("Accounts' health")
def test_a_page_is_connected_taken_back_and_connected_again(desk: Desk, page: Page, tmp_path: Path) -> None:
    account = desk.account("Juniper", "facebook", mode="api")
    with FacebookPage() as facebook, serving(tmp_path, places=f"facebook={facebook.url}") as served:
        facebook.pages["42"] = ("Ridge Families", ["CREATE_CONTENT"])
        to_the_door(served, page, account.id)
        declined = page.request.get(str(page.get_by_role("link", name="Decline").get_attribute("href")))
        assert (declined.status, "The sign-in was declined" in declined.text()) == (400, True)
        allowed(served, page, account.id)
        assert f"page-token-{PAGE}" not in page.content()
        served.open(page, "accounts?show=sign-ins")
        page.get_by_text("Every sign-in works by itself.").wait_for()
        shown = page.inner_text("body")
        assert "pages_show_list, pages_read_engagement, pages_manage_posts" in shown
        assert "No end is stated" in shown
        facebook.tokens.clear()
        page.get_by_role("button", name="Test now").click()
        page.get_by_text("The platform refused this sign-in").wait_for()
        page.get_by_role("button", name="Sign in again").click()
        settle(page)
        allowed(served, page, account.id)
    assert desk.planner.accounts.get(account.id).health == "ok"
