"""The therapist's Monday and Tuesday in the composer: a version of its own, a thread, a disclaimer, a cut-down, and words never lost."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from planner.domain.account import Facts
from planner.services.composer import Details
from tests.browser.conftest import serving, settle
from tests.browser.test_typing import show, until

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Page

    from tests.ui.conftest import Desk

pytestmark = pytest.mark.slow
OWN = "This is education, not therapy."


@pytest.mark.clause("C128", "C138", "C139")
@pytest.mark.feature("Threads, first comment")
def test_monday_a_thread_a_disclaimer_and_a_version_of_its_own(desk: Desk, tmp_path: Path, page: Page) -> None:
    sky, board = desk.account("@clinic", "bluesky", facts=Facts(disclaimer=OWN)), desk.account()
    post = desk.draft("Three tips for tonight.", sky, board)
    with serving(tmp_path) as served:
        show(page, served.url, post)
        box = page.locator("textarea[data-text]")
        page.locator("[data-offer]").click()
        expect(box).to_have_value(f"Three tips for tonight.\n\n{OWN}")
        expect(page.locator("[data-offer]")).to_have_count(0)
        box.click()
        page.keyboard.press("Control+End")
        page.keyboard.type("\n---\nMy client sleeps.", delay=10)
        expect(page.locator('[data-part="1"]')).to_contain_text("nothing matched")
        expect(page.locator('[data-part="2"]')).to_contain_text("Blocks")
        expect(page.locator("[data-differs]")).to_be_hidden()
        page.get_by_role("radio", name="Bluesky").click()
        settle(page)
        box.click()
        page.keyboard.press("Control+A")
        page.keyboard.type("Two tips for tonight.", delay=10)
        expect(page.locator("[data-differs] ins").first).to_contain_text("Two")
        expect(page.locator("[data-differs] del").first).to_contain_text("Three")
        until(lambda: desk.planner.composer.load(post.id).content_for(sky.id).text, "Two tips for tonight.", page)
    assert desk.planner.composer.load(post.id).content_for(board.id).text.startswith("Three tips for tonight.")


@pytest.mark.clause("C114")
def test_tuesday_a_change_of_the_blog_post_asks_for_its_cut_down_again(desk: Desk, tmp_path: Path, page: Page) -> None:
    blog, sky = desk.account("blog", "wordpress"), desk.account("@clinic", "bluesky")
    parent = desk.draft("Worry keeps people awake.", blog)
    desk.planner.composer.save(desk.me, parent.id, 1, parent.base, parent.variants, Details(type="long-form"))
    with serving(tmp_path) as served:
        show(page, served.url, parent)
        page.get_by_text("Short posts from this text (0)").click()
        settle(page)
        sky_pill = page.locator(".st-key-cuts-accounts").get_by_role("button", name="@clinic (Bluesky)")
        sky_pill.click()
        expect(sky_pill).to_have_attribute("aria-pressed", "true")
        page.get_by_role("button", name="Start a short post").click()
        expect(page.get_by_text("Made from “Worry keeps people awake.”")).to_be_visible()
        ((child, _),) = desk.planner.cut_downs.of(parent.id)
        assert child.account_ids == (sky.id,)
        page.get_by_role("button", name="Open the long text").click()
        settle(page)
        page.locator("textarea[data-text]").click()
        page.keyboard.press("Control+End")
        page.keyboard.type(" Much more follows.", delay=10)
        until(lambda: desk.planner.cut_downs.of(parent.id)[0][1].stale_at is not None, wanted=True, page=page)
        show(page, served.url, child)
        expect(page.get_by_text("has changed since this was made")).to_be_visible()
        page.get_by_role("button", name="It still fits").click()
        expect(page.get_by_text("has changed since this was made")).to_have_count(0)


def test_words_that_met_a_newer_version_are_still_there_after_a_restart(desk: Desk, tmp_path: Path, context: BrowserContext) -> None:
    desk.account("@clinic", "bluesky")
    post = desk.draft("start")
    page = context.new_page()  # its console may complain about the server that is away
    with serving(tmp_path) as served:
        show(page, served.url, post)
        now = desk.planner.composer.load(post.id)
        desk.planner.composer.save(desk.me, post.id, now.version, replace(now.base, text="theirs"), now.variants)
        page.locator("textarea[data-text]").click()
        page.keyboard.press("Control+A")
        page.keyboard.type("mine, and not lost")
        expect(page.get_by_text("Somebody saved a newer version")).to_be_visible()
    with serving(tmp_path) as served:
        show(page, served.url, post)
        expect(page.locator("[data-testid=stCode]").first).to_contain_text("mine, and not lost")
        page.get_by_role("button", name="Go on with my text").click()
        expect(page.locator("textarea[data-text]")).to_have_value("mine, and not lost")
    assert desk.planner.composer.load(post.id).base.text == "mine, and not lost"


def test_typed_without_a_network_and_saved_when_it_is_back(desk: Desk, tmp_path: Path, context: BrowserContext) -> None:
    desk.account("@clinic", "bluesky")
    post = desk.draft("start")
    page = context.new_page()  # its console may complain about the lost connection
    with serving(tmp_path) as served:
        show(page, served.url, post)
        page.locator("textarea[data-text]").click()
        page.keyboard.press("Control+A")
        context.set_offline(offline=True)
        page.keyboard.type("typed in a tunnel")
        page.wait_for_timeout(500)
        context.set_offline(offline=False)
        until(lambda: desk.planner.composer.load(post.id).base.text, "typed in a tunnel", page)
        expect(page.locator("textarea[data-text]")).to_have_value("typed in a tunnel")
