"""Every page, light and dark, wide and narrow: no accessibility finding, nothing wider than the screen, no foreign request."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ViewportSize, expect

from tests.browser.conftest import settle

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.browser.conftest import Served

pytestmark = pytest.mark.slow
PAGES = (
    "", "calendar", "calendar?view=week", "calendar?view=day", "calendar?view=list", "compose", "approvals", "deliveries", "campaigns", "plan", "engagement", "engagement?show=posts",
    "connections", "accounts", "accounts?add=1", "settings", "health",
    "bank", "bank?shelf=Services", "bank?shelf=Help+lines", "bank?shelf=Pillars", "bank?shelf=Guidelines", "bank?shelf=Hashtags",
    "bank?shelf=Observances", "imports", "keys", "report", "rules", "audit", "welcome", "clients_eye",
)  # fmt: skip
DETAILS = {"compose?post=": "post", "campaigns?campaign=": "campaign", "accounts?account=": "account", "deliveries?delivery=": "delivery"}
"""Pages of one thing: their address, and the table whose first row they show."""

DRAWN = ("engagement", "engagement?show=posts", "report", "connections")
"""Pages with charts, which a browser draws a moment later."""
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
TOO_WIDE = (
    "() => document.querySelector('[data-testid=stMain]').scrollWidth > document.querySelector('[data-testid=stMain]').clientWidth + 1"
)
Scheme = Literal["light", "dark"]
NARROW: ViewportSize = {"width": 390, "height": 2600}
WIDE: ViewportSize = {"width": 1440, "height": 2600}


def findings(page: Page) -> list[str]:
    answer: Any = Axe().run(page, options=RULES).response
    return [f"{rule['id']}: {node['html'][:160]}" for rule in answer["violations"] for node in rule["nodes"]]


def details(demo: Served) -> list[str]:
    with contextlib.closing(sqlite3.connect(demo.folder / "planner.sqlite")) as store:
        return [address + store.execute(f"SELECT id FROM {table} ORDER BY id").fetchone()[0] for address, table in DETAILS.items()]  # noqa: S608 - names of ours


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_can_be_used_by_everybody(demo: Served, browser: Browser, scheme: Scheme) -> None:
    """Each page is opened narrow and then made wide: its layout follows the width, and opening takes the time. The menu has a test of its own."""
    context = browser.new_context(color_scheme=scheme, viewport=NARROW, locale="en-US", reduced_motion="reduce")
    page = context.new_page()
    foreign: list[str] = []
    page.on(
        "request",
        lambda request: foreign.append(request.url) if "127.0.0.1" not in request.url and request.url.startswith("http") else None,
    )
    found: dict[str, list[str]] = {}
    for path in (*PAGES, *details(demo)):
        page.set_viewport_size(NARROW)
        demo.open(page, path)
        for size in (NARROW, WIDE):
            page.set_viewport_size(size)
            page.wait_for_timeout(700 if path in DRAWN else 200)
            faults = [f"{size['width']}: {one}" for one in findings(page)]
            if page.evaluate(TOO_WIDE):
                faults.append(f"{size['width']}: wider than the screen")
            if page.locator("h1").count() != 1:
                faults.append("not one main heading")
            if faults:
                found[path] = found.get(path, []) + faults
    context.close()
    assert found == {}
    assert foreign == []


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_open_menu_can_be_used_by_everybody(demo: Served, browser: Browser, scheme: Scheme, size: ViewportSize) -> None:
    context = browser.new_context(color_scheme=scheme, viewport=size, locale="en-US", reduced_motion="reduce")
    page = context.new_page()
    demo.open(page, "calendar")
    if size == NARROW:
        page.get_by_test_id("stExpandSidebarButton").click()
    expect(page.get_by_role("link", name="Settings", exact=True)).to_be_visible()
    page.wait_for_timeout(400)
    assert findings(page) == []
    context.close()


def test_one_post_and_one_delivery_can_be_used_by_everybody(demo: Served, page: Page) -> None:
    page.set_viewport_size({"width": 1440, "height": 2600})
    demo.open(page, "compose")
    page.get_by_role("button", name="Open").nth(1).click()
    settle(page, 1200)
    assert "client" in page.locator("mark").all_inner_texts()
    assert findings(page) == []
    demo.open(page, "deliveries")
    page.get_by_role("button", name="Decide").nth(1).click()
    settle(page, 800)
    assert findings(page) == []


def test_the_menu_walks_through_all_pages_by_keyboard(demo: Served, page: Page) -> None:
    demo.open(page)
    for name in (
        "Calendar",
        "Compose",
        "Approvals",
        "Deliveries",
        "Campaigns",
        "Engagement",
        "Connections",
        "Accounts",
        "Settings",
        "Health",
    ):
        page.get_by_role("link", name=name, exact=True).focus()
        page.keyboard.press("Enter")
        settle(page)
        expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()


def test_the_server_keeps_its_session_figures_and_sends_its_headers(demo: Served) -> None:
    assert "script-src 'self'" in httpx.get(f"{demo.url}/").headers["content-security-policy"]
    assert httpx.get(f"{demo.url}/_stcore/metrics").status_code == 404
    assert httpx.get(f"{demo.url}/", headers={"Host": "evil.example"}).status_code == 400
    assert httpx.get(f"{demo.url}/readyz").json() == {"ready": True, "reason": None}


def test_a_followers_chart_stands_beside_its_notes(demo: Served, page: Page) -> None:
    demo.open(page, "engagement")
    page.wait_for_timeout(1000)
    chart = page.locator(".js-plotly-plot").first
    expect(chart).to_be_visible()
    expect(page.get_by_text("Front Range Library District")).to_be_visible()


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="Linux tells what a process has loaded")
def test_no_page_loads_arrow(demo: Served, page: Page) -> None:
    for address in ("engagement?show=posts", "compose", "audit", "report"):
        demo.open(page, address)
        settle(page)
    loaded = Path(f"/proc/{demo.process.pid}/maps").read_text("utf-8")
    assert "/pandas/" in loaded
    assert "/pyarrow/" not in loaded
