"""The advocacy group's week on the page of its campaign, Monday to Friday, in a real browser."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import settle
from tests.browser.test_main_way import choose

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.conftest import Served
    from tests.ui.conftest import Desk

pytestmark = pytest.mark.slow


def tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name).click()
    settle(page)


def write(page: Page, label: str, words: str) -> None:
    """Fill a field and leave it: what a form draws anew on leaving must not move the button between press and release."""
    field = page.get_by_role("textbox", name=label, exact=True).last
    field.fill(words)
    field.blur()
    expect(field).to_have_value(words)


def unfold(page: Page, name: str) -> None:
    page.get_by_text(name, exact=True).click()
    settle(page)


def press(page: Page, name: str) -> None:
    settle(page)
    page.get_by_role("button", name=name, exact=True).last.click()
    settle(page)


def monday(served: Served, page: Page) -> None:
    """A goal, a plan, a petition."""
    served.open(page, "campaigns")
    write(page, "Title", "Rural telehealth push")
    write(page, "What will be different, for whom?", "People far out can keep their counselor by phone")
    choose(page, "Who answers for it?", "Owner")
    choose(page, "For whom?", "Rural readers, some without a usable connection")
    press(page, "Begin")
    press(page, "Start")
    expect(page.get_by_text("still needs the owner of the backlash plan")).to_be_visible()
    page.get_by_role("link", name="Backlash plan").click()
    settle(page)
    choose(page, "Who owns this plan?", "Owner")
    write(page, "When do we pause?", "A threat in the replies")
    press(page, "Save the plan")
    page.get_by_role("link", name="Rural telehealth push").click()
    settle(page)
    press(page, "Start")
    expect(page.get_by_text("The campaign is running.")).to_be_visible()
    tab(page, "Petitions")
    unfold(page, "Add a petition")
    write(page, "Title", "Keep counseling by phone")
    write(page, "Whom does it ask?", "The health board")
    write(page, "Link", "https://change.example/p/1")
    press(page, "Add")
    expect(page.get_by_text("Still missing: what it asks for, until when.")).to_be_visible()


def until_thursday(page: Page) -> None:
    """The step off the web, the log, the hearing."""
    tab(page, "Asks")  # Tuesday: the phone step beside the link
    unfold(page, "Add an ask")
    write(page, "What to do", "Sign")
    write(page, "The same without the web", "Call us and we sign with you")
    press(page, "Add")
    expect(page.get_by_text("Without the web: Call us and we sign with you")).to_be_visible()
    tab(page, "Partners and lobbying")  # Wednesday: the log
    unfold(page, "Add an entry")
    write(page, "Bill", "HB 1234")
    write(page, "Who did the work?", "Maya")
    press(page, "Add")
    expect(page.get_by_text("direct: 1.00 hours")).to_be_visible()
    tab(page, "Events")  # Thursday: the hearing and its reminders
    unfold(page, "Add an event")
    write(page, "Title", "Hearing")
    write(page, "Place", "Town hall")
    press(page, "Add")
    expect(page.get_by_text("a reminder · for").first).to_be_visible()


def friday(page: Page) -> None:
    """Hostile replies, the count, the end."""
    tab(page, "Petitions")
    count = page.get_by_role("spinbutton", name="Signatures now")
    count.fill("64")
    count.blur()
    press(page, "Keep the count")
    expect(page.get_by_text("64 signatures, typed in")).to_be_visible()
    page.get_by_role("button", name="Pause").first.click()
    write(page, "Why?", "Hostile replies")
    press(page, "Pause now")
    expect(page.get_by_text("One campaign is on hold.").or_(page.get_by_role("button", name="Go on")).first).to_be_visible()
    press(page, "Go on")
    tab(page, "What came of it")
    write(page, "What came of it?", "The board listens.")
    press(page, "Close the campaign")
    expect(page.get_by_text("the petition's result · draft")).to_be_visible()


@pytest.mark.clause("C124", "C101", "C102", "C108", "C110", "C111")
def test_a_petition_push_from_monday_to_friday(desk: Desk, fresh: Served, page: Page) -> None:
    desk.account()
    monday(fresh, page)
    until_thursday(page)
    friday(page)
    (view,) = desk.planner.campaigns.all()
    assert view.state == "closed"
    assert sorted(link.role for link in view.links) == [
        "petition-closing",
        "petition-result",
        "reminder",
        "reminder",
        "reminder",
        "result",
        "thanks",
    ]
    (event,) = desk.planner.campaigns.events.all(view.campaign.id)
    assert event.starts_at > datetime.now(UTC) + timedelta(days=12)
