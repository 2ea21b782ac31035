"""The therapist's week after its Monday (`test_main_way`): the card of Tuesday, the look back of Thursday, in a real browser."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from planner.domain.schedule import local_wall
from tests.browser.conftest import settle
from tests.browser.test_advocacy_week import press, write

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.conftest import Served
    from tests.ui.conftest import Desk

pytestmark = pytest.mark.slow


@pytest.fixture
def card(desk: Desk) -> str:
    """The headline of a post whose card is due now."""
    account = desk.account("Dana Whitlock", business_hours=desk.account_hours)
    wall = str(local_wall(desk.clock.now(), account.zone))
    item = desk.booked("Grounding, in one breath: name five things you can see.", wall)
    desk.clock.at = datetime.now(UTC)
    desk.planner.publisher.deliver(item.id, item.generation)
    return "Grounding, in one breath"


@pytest.mark.clause("C122", "C123")
@pytest.mark.feature("Hand-posting")
def test_a_card_is_posted_from_today_and_its_figures_stand_beside_two_notes(desk: Desk, card: str, fresh: Served, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})  # the window between two sessions is a phone's
    fresh.open(page)
    expect(page.get_by_text(f"Post by hand: {card}")).to_be_visible()
    press(page, "Open")
    expect(page.get_by_text("check that it is Dana Whitlock")).to_be_visible()
    page.get_by_role("textbox", name="Paste the address of the post here").fill("https://www.linkedin.com/feed/update/1")
    press(page, "I have posted it")
    expect(page.get_by_text("Stored as gone out.")).to_be_in_viewport()
    fresh.open(page, "connections")
    for who, what in (("School counselor", "Asked for the grounding handout."), ("County library", "Wants a joint evening.")):
        write(page, "Who? (a professional or an organization)", who)
        write(page, "What happened?", what)
        sure(page)
        press(page, "Save the note")
        expect(page.get_by_text("The note is stored.")).to_be_in_viewport()
    write(page, "Who? (a professional or an organization)", "A mother")
    write(page, "What happened?", "My client liked it.")
    sure(page)
    press(page, "Save the note")
    expect(page.get_by_text("seems to speak of a client")).to_be_in_viewport()
    assert [note.who for note in desk.planner.connections.all()] == ["School counselor", "County library"]
    fresh.open(page, "engagement")
    settle(page, 900)
    expect(page.get_by_text("County library: Wants a joint evening.")).to_be_visible()
    fresh.open(page, "report")
    expect(page.get_by_text("2 notes")).to_be_visible()
    expect(page.get_by_text("By purpose: 1 post to educate (100%)")).to_be_visible()


def sure(page: Page) -> None:
    box = page.get_by_role("checkbox", name="This is about a professional or an organization, nobody we serve")
    if not box.is_checked():
        page.get_by_text("This is about a professional or an organization, nobody we serve").click()
        settle(page)
