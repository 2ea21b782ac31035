"""The agency's week, Monday to Friday, in a real browser with the product's own checklist: three people, one campaign, two bad moments."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from planner.checklist.report import Draft
from tests.browser.conftest import serving
from tests.browser.conftest import settle as rest
from tests.browser.test_advocacy_week import write
from tests.browser.test_main_way import choose
from tests.ui.conftest import Desk
from tests.ui.ui_house import StillClock, house

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page


pytestmark = pytest.mark.slow
MARCH = "We met a student from Lincoln High School whose mother is a nurse."
STORY = "So proud of her: the 16-year-old from Lincoln High School whose mother is a nurse graduated on Friday."
GENERAL = "Many families tell us that the first call is the hardest step. We answer on weekdays, and we listen first."
TABLE = """account,text
@families,"Our walk-in clinic is open on Saturday mornings. No appointment is needed."
@nobody,"This row names an account that is not here."
@families,"I have a client with PTSD and am wondering what has helped others."
"""


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Desk]:
    """A planner with its own checklist, by the machine's clock, an account whose office never closes, and a post of March that tells of a school."""
    clock = StillClock(datetime.now(UTC))
    made: Any = house(tmp_path, clock, real=True)
    made.workspace.start(made.workspace.actor(), "empty")
    desk = Desk(made, clock)
    desk.account("@families", "x", kind="agency", author="agency", business_hours=desk.account_hours)
    post = desk.draft(MARCH)
    told = made.checker.remember(Draft("march", MARCH), day=date(2026, 3, 2))
    with made.store.write() as tx:
        tx.ledgers.replace(desk.accounts[0].id, post.id, told)
    yield desk
    made.store.close()


def settle(page: Page, ms: int = 150) -> None:
    """Wait until the script rests: a week has many clicks, so each waits no longer than it has to."""
    rest(page, ms)


def press(page: Page, name: str) -> None:
    settle(page)
    page.get_by_role("button", name=name, exact=True).last.click()
    settle(page)


def unfold(page: Page, name: str) -> None:
    page.get_by_text(name, exact=True).click()
    settle(page)


def be(page: Page, name: str) -> None:
    settle(page)
    choose(page, "Working as", name)
    settle(page)
    expect(page.get_by_role("listbox")).to_have_count(0)


def visit(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).first.click()
    settle(page)


def open_first(page: Page) -> None:
    page.get_by_test_id("stMain").get_by_role("button", name="Open", exact=True).first.click()
    settle(page)


def type_text(page: Page, words: str) -> None:
    page.locator("textarea[data-text]").click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(words)
    settle(page, 900)


def ready(page: Page) -> None:
    """Tick the readers, answer what is asked as the careful author would, hand in."""
    for who in ("my boss", "the family", "a client of mine", "a colleague"):
        page.get_by_text(f"… {who}").click()
        settle(page)
    asked = page.locator("[data-testid=stRadio]")
    for number in range(asked.count()):
        asked.nth(number).get_by_text("No", exact=True).click()
        settle(page)
    press(page, "Hand in for review")


def monday(page: Page) -> None:
    """Three people, stories allowed, a campaign with its plan and a tag that somebody has looked at, a table of drafts."""
    visit(page, "Settings")
    for name, role in (
        ("Ann", "Author: writes"),
        ("Robin", "Reviewer: writes and approves"),
        ("Pat", "Publisher: writes, schedules, connects accounts"),
    ):
        write(page, "Name", name)
        choose(page, "Role", role)
        press(page, "Add this person")
    write(page, "Why switch them on? Kept in the audit trail", "The awareness week tells composites only")
    press(page, "Switch stories on")
    visit(page, "Campaigns")
    write(page, "Title", "Walk-in week")
    write(page, "What will be different, for whom?", "Families know how to reach the walk-in clinic")
    press(page, "Begin")
    page.get_by_role("link", name="Backlash plan").click()
    settle(page)
    choose(page, "Who owns this plan?", "Robin")
    write(page, "When do we pause?", "A tragedy in the county")
    press(page, "Save the plan")
    page.get_by_role("link", name="Walk-in week").click()
    settle(page)
    page.get_by_role("tab", name="Hashtags").click()
    settle(page)
    write(page, "Tags of this campaign, separated by blanks", "#MentalHealthMatters #LakewoodListens")
    press(page, "Save the tags")
    unfold(page, "Write a card")
    write(page, "Tag", "#LakewoodListens")
    write(page, "What it means", "Neighbors in Lakewood who meet about mental health")
    press(page, "Save the card")
    expect(page.get_by_text("1 popular, 1 niche")).to_be_visible()
    visit(page, "Import and export")
    page.locator("input[type=file]").set_input_files({"name": "week.csv", "mimeType": "text/csv", "buffer": TABLE.encode()})
    settle(page)
    press(page, "Look at it first")
    for said in ("Not taken in, row 2", "A draft that the checklist blocks, row 3"):
        expect(page.get_by_text(said)).to_be_visible()


def tuesday(page: Page) -> None:
    """The proud story is read beside the post of March; made general, it goes to the reviewer, comes back, goes again."""
    be(page, "Ann (author)")
    visit(page, "Compose")
    press(page, "New post")
    type_text(page, STORY)
    panel = page.locator("[data-panel]")
    expect(panel).to_contain_text("2026-03-02")
    expect(page.get_by_role("button", name="Hand in for review")).to_be_disabled()
    unfold(page, "Purpose and labels")
    choose(page, "Type", "Story of a person")
    choose(page, "Campaign", "Walk-in week")
    page.get_by_role("button", name="Save", exact=True).first.click()
    settle(page)
    expect(page.get_by_text("consent or composite to choose")).to_be_visible()
    type_text(page, GENERAL)
    choose(page, "Basis", "A composite of many people")
    settle(page)
    ready(page)
    visit(page, "Approvals")
    expect(page.get_by_text("This is your own post: it waits for a colleague.")).to_be_visible()
    be(page, "Robin (reviewer)")
    page.get_by_role("button", name="Send back").click()
    write(page, "What should change?", "Say the weekdays.")
    press(page, "Send back to the author")
    be(page, "Ann (author)")
    visit(page, "Compose")
    open_first(page)
    expect(page.get_by_text("Came back: Say the weekdays.")).to_be_visible()
    type_text(page, GENERAL.replace("weekdays", "weekdays, nine to five"))
    ready(page)


def wednesday(page: Page) -> None:
    """A yes, then a comma: back to the queue with the difference, and a second yes."""
    be(page, "Robin (reviewer)")
    visit(page, "Approvals")
    press(page, "Approve exactly this text")
    expect(page.get_by_text("Nothing waits for a yes.")).to_be_visible()
    be(page, "Ann (author)")
    visit(page, "Compose")
    open_first(page)
    type_text(page, GENERAL.replace("weekdays,", "weekdays from nine to five,"))
    ready(page)
    be(page, "Robin (reviewer)")
    visit(page, "Approvals")
    expect(page.get_by_text("Changed since the last yes")).to_be_visible()
    press(page, "Approve exactly this text")


def thursday(page: Page, desk: Desk) -> None:
    """A doubtful outcome is looked for and kept as one post; then everything stops, with a reason and a day."""
    be(page, "Pat (publisher)")
    visit(page, "Compose")
    open_first(page)
    page.get_by_text("Send it right away").click()
    settle(page)
    press(page, "Give me its card now")
    hand_over(desk)
    visit(page, "Today")
    open_first(page)
    press(page, "I am not sure")
    expect(page.get_by_text("Nobody can tell whether it is live.")).to_be_visible()
    write(page, "It is live, at this address", "https://x.example/families/status/1")
    press(page, "It is live")
    expect(page.get_by_text("Stored as gone out.")).to_be_visible()
    page.get_by_role("button", name="All deliveries").click()
    press(page, "Hold everything, one account or one campaign")
    write(page, "Why?", "A tragedy in the county; nothing goes out today")
    press(page, "Hold now")
    expect(page.get_by_text("Everything is on hold. A tragedy in the county; nothing goes out today")).to_be_visible()


def friday(page: Page) -> None:
    """Walk-in calls from posters, the report with its conversations, the log as a table for the supervisor."""
    visit(page, "Connections")
    write(page, "Who? (a professional or an organization)", "County library")
    write(page, "What happened?", "Three calls to the walk-in line came from our posters there.")
    choose(page, "Where?", "Call")
    page.get_by_text("This is about a professional or an organization, nobody we serve").click()
    press(page, "Save the note")
    visit(page, "Engagement")
    page.get_by_role("link", name="Monthly report to print").click()
    settle(page)
    expect(page.get_by_text("1 note, 1 of them away from the screen.")).to_be_visible()
    be(page, "Owner (admin)")
    visit(page, "Settings")
    page.get_by_role("link", name="Audit trail: who did what when").click()
    settle(page)


def hand_over(desk: Desk) -> None:
    """Do what the worker does when a card is due."""
    desk.clock.at = datetime.now(UTC)
    with desk.planner.store.read() as tx:
        (item,) = tx.deliveries.by_state(("queued",), limit=5)
    desk.planner.publisher.deliver(item.id, item.generation)


@pytest.mark.clause("C14", "C23", "C94", "C95", "C97", "C100", "C124", "C126")
@pytest.mark.feature("Roles and comments", "CSV and JSON import")
@pytest.mark.timeout(240)
def test_an_awareness_week_from_monday_to_friday(office: Desk, tmp_path: Path, page: Page) -> None:
    with serving(tmp_path, real=True) as served:
        served.open(page)
        monday(page)
        tuesday(page)
        wednesday(page)
        thursday(page, office)
        friday(page)
        with page.expect_download() as got:
            page.get_by_role("button", name="All of it as CSV").click()
        rows = list(csv.DictReader(io.StringIO(Path(got.value.path()).read_text("utf-8"))))
    with office.planner.store.read() as tx:
        assert tx.deliveries.counts() == {"sent": 1}
    done = {(row["person"], row["action"]) for row in rows}
    assert {("Robin", "approve"), ("Pat", "hold")} <= done
    assert {row["person"] for row in rows if row["action"] == "approve"} == {"Robin"}
