"""Typing: marks, undo, saved while typing, kept through a reload and through a restart of the server."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import serving, settle

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

    from planner.domain.post import Post
    from tests.ui.conftest import Desk

pytestmark = pytest.mark.slow


@pytest.fixture
def post(desk: Desk) -> Post:
    desk.account("@clinic", "bluesky")
    return desk.draft("Hello 👩‍👩‍👧")


def until(look: Callable[[], object], wanted: object, page: Page) -> None:
    """Wait until the store says so."""
    for _ in range(60):
        if look() == wanted:
            return
        page.wait_for_timeout(200)
    assert look() == wanted


def show(page: Page, url: str, post: Post) -> None:
    page.goto(f"{url}/compose?post={post.id}")
    settle(page)


def test_marks_suggestions_and_undo(desk: Desk, post: Post, tmp_path: Path, page: Page) -> None:
    with serving(tmp_path) as served:
        show(page, served.url, post)
        box = page.locator("textarea[data-text]")
        box.click()
        page.keyboard.press("Control+End")
        page.keyboard.type(" my client always knows PTSD", delay=10)
        expect(page.locator("mark")).to_have_text(["client", "always", "PTSD"])
        page.keyboard.press("Control+Home")
        page.keyboard.press("F8")
        assert page.evaluate(SELECTED) == "client"
        page.keyboard.press("F8")
        assert page.evaluate(SELECTED) == "always"
        page.keyboard.press("Shift+F8")
        assert page.evaluate(SELECTED) == "client"
        page.locator("[data-apply]").first.click()
        expect(box).to_have_value("Hello 👩‍👩‍👧 my person always knows PTSD")
        page.keyboard.press("Control+Z")
        expect(box).to_have_value("Hello 👩‍👩‍👧 my client always knows PTSD")
        until(lambda: desk.planner.composer.load(post.id).base.text, "Hello 👩‍👩‍👧 my client always knows PTSD", page)
        assert page.locator("[data-count]").get_attribute("data-used") == "35"


def test_what_is_told_of_one_person_stands_on_one_card(post: Post, tmp_path: Path, page: Page) -> None:
    with serving(tmp_path, real=True) as served:
        show(page, served.url, post)
        box = page.locator("textarea[data-text]")
        box.fill("My 3pm, a 15-year-old from Cork with OCD, cried about the fire in March.")
        card = page.locator("[data-card]")
        expect(card).to_have_count(1)
        expect(card.locator(".head")).to_contain_text("About one person")
        expect(card.locator("summary")).to_have_count(1)
        expect(card.get_by_role("button", name="someone's symptoms of OCD?")).to_have_count(1)
        row = card.locator("li").filter(has_text="an age")
        expect(row).to_have_text("“15-year-old” an ageUse “teenager”")
        expect(card.get_by_role("button", name="Take out: “from Cork”")).to_have_count(1)
        row.get_by_role("button", name="“15-year-old”", exact=True).click()
        assert page.evaluate(SELECTED) == "15-year-old"
        expect(row).to_have_class("here")
        row.get_by_role("button", name="teenager").click()
        expect(box).to_have_value("My 3pm, a teenager from Cork with OCD, cried about the fire in March.")
        expect(card.locator("li").filter(has_text="an age")).to_have_count(0)


SELECTED = """() => {
  const host = [...document.querySelectorAll('*')].find((node) => node.shadowRoot && node.shadowRoot.querySelector('textarea'));
  const area = host.shadowRoot.querySelector('textarea');
  return area.value.slice(area.selectionStart, area.selectionEnd);
}"""


def test_typed_text_survives_a_reload_and_never_lies_in_the_tabs_storage(desk: Desk, post: Post, tmp_path: Path, page: Page) -> None:
    with serving(tmp_path) as served:
        show(page, served.url, post)
        page.locator("textarea[data-text]").click()
        page.keyboard.press("Control+A")
        page.keyboard.type("Sleep and worry")
        until(lambda: desk.planner.composer.load(post.id).base.text, "Sleep and worry", page)
        assert "worry" not in page.evaluate("JSON.stringify(sessionStorage) + JSON.stringify(localStorage)")
        page.reload()
        settle(page)
        expect(page.locator("textarea[data-text]")).to_have_value("Sleep and worry")


def test_a_change_of_page_right_after_the_last_key_loses_nothing(desk: Desk, post: Post, tmp_path: Path, page: Page) -> None:
    with serving(tmp_path, delay=0.3) as served:
        show(page, served.url, post)
        page.locator("textarea[data-text]").click()
        page.keyboard.press("Control+A")
        page.keyboard.type("Last words")
        page.get_by_role("link", name="Today").click()
        settle(page, 1500)
        until(lambda: desk.planner.composer.load(post.id).base.text, "Last words", page)


def test_text_typed_while_the_server_is_away_arrives_when_it_is_back(desk: Desk, post: Post, tmp_path: Path, context: object) -> None:
    page: Page = context.new_page()  # type: ignore[attr-defined]  # a console full of lost connections is expected here
    with serving(tmp_path) as served:
        port = served.port
        show(page, served.url, post)
        page.locator("textarea[data-text]").click()
        page.keyboard.press("Control+A")
        page.keyboard.type("Before ")
        page.wait_for_timeout(800)
    page.keyboard.type("and during")
    page.wait_for_timeout(1000)
    with serving(tmp_path, port):
        until(lambda: desk.planner.composer.load(post.id).base.text, "Before and during", page)
        expect(page.locator("textarea[data-text]")).to_have_value("Before and during")


def test_markup_in_a_text_stays_text(desk: Desk, post: Post, tmp_path: Path, page: Page) -> None:
    probe = '<img src=x onerror=alert(1)> ![x](http://evil.invalid/a.png) my client "><script>alert(2)</script>'
    page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    with serving(tmp_path) as served:
        show(page, served.url, post)
        page.locator("textarea[data-text]").click()
        page.keyboard.press("Control+A")
        page.keyboard.insert_text(probe)
        expect(page.locator("mark")).to_have_text(["client"])
        for path in ("", "compose", "approvals", "deliveries", "calendar"):
            page.goto(f"{served.url}/{path}")
            settle(page)
    assert desk.planner.composer.load(post.id).base.text == probe


def test_words_that_a_busy_server_has_not_heard_outlive_the_page_they_were_typed_on(
    desk: Desk, post: Post, tmp_path: Path, page: Page
) -> None:
    with serving(tmp_path) as served:
        show(page, served.url, post)
        page.locator("textarea[data-text]").click()
        page.keyboard.press("Control+A")
        served.process.send_signal(signal.SIGSTOP)  # a server that has no time: messages pile up, and come in all at once
        try:
            page.keyboard.type("The very ")
            page.wait_for_timeout(300)
            page.keyboard.type("last words")
            page.wait_for_timeout(300)
            page.get_by_role("link", name="Today").click()
            page.wait_for_timeout(500)
        finally:
            served.process.send_signal(signal.SIGCONT)
        expect(page.get_by_role("heading", name="Today")).to_be_visible(timeout=30_000)
        until(lambda: desk.planner.composer.load(post.id).base.text, "The very last words", page)
        until(lambda: page.evaluate("window.discreetPost.unsent.size"), 0, page)
    assert desk.planner.copies.of(desk.me, post.id) is None
