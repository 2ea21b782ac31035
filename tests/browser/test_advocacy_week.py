"""The advocacy group's week, Monday to Friday, in a real browser: on the page of its campaign, and what its posts are held to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from playwright.sync_api import expect

from planner.domain.campaign import Campaign
from planner.domain.event import Event
from planner.domain.partner import Partner
from planner.domain.petition import Petition
from planner.domain.review import READERS
from planner.domain.schedule import local_wall
from planner.services.composer import Details
from tests.browser.conftest import serving, settle
from tests.browser.test_main_way import choose
from tests.ui.conftest import Desk
from tests.ui.ui_house import StillClock, house

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    from planner.domain.post import Post
    from tests.browser.conftest import Served

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


@pytest.fixture
def coalition(tmp_path: Path) -> Iterator[Desk]:
    """A charity's planner with the product's own checklist and a running campaign for rural readers."""
    clock = StillClock(datetime.now(UTC))
    made: Any = house(tmp_path, clock, real=True)
    made.workspace.start(made.workspace.actor(), "empty")
    desk = Desk(made, clock)
    desk.account("@ruraltelehealth", "bluesky", kind="advocacy", author="advocacy", org_type="501c3", business_hours=desk.account_hours)
    plan = Campaign(
        "", "Rural push", "owner", clock.now(), goal="People far out can keep their counselor", owner="owner", plan_owner="owner"
    )
    begun = made.campaigns.start(desk.me, made.campaigns.add(desk.me, plan).id)
    asked = {"campaign": begun.id, "target": "The health board", "url": "https://change.example/p/1"}
    made.petitions.add(desk.me, Petition("", "Keep counseling by phone", "owner", clock.now(), **asked))
    yield desk
    made.store.close()


def campaign(desk: Desk) -> str:
    (view,) = desk.planner.campaigns.all()
    return view.campaign.id


def approved(desk: Desk, text: str) -> Post:
    """An ask of the campaign, read, answered and approved as its writer would."""
    composer, (account,) = desk.planner.composer, desk.accounts
    draft = desk.draft(text)
    post = composer.save(desk.me, draft.id, draft.version, draft.base, draft.variants, Details("ask", campaign=campaign(desk)))
    for reader in READERS:
        composer.tick(desk.me, post.id, account.id, reader)
    (passage,) = composer.check(post.id)
    for finding in passage.unanswered:
        composer.answer(desk.me, post.id, account.id, finding.finding.fingerprint, "no")
    for question in passage.open_questions:
        composer.answer(desk.me, post.id, account.id, question.id, question.answers[0].key)
    ready = composer.submit(desk.me, post.id, composer.load(post.id).version)
    desk.planner.approvals.approve(desk.me, post.id, account.id, ready.digest_for(account.id))
    return ready


def show(served: Served, page: Page, post: Post) -> None:
    served.open(page, f"compose?post={post.id}")
    expect(page.locator("textarea[data-text]")).to_be_visible()
    settle(page)


def type_text(page: Page, words: str) -> None:
    page.locator("textarea[data-text]").fill(words)
    settle(page, 900)


@pytest.mark.clause("C106", "C109")
def test_what_the_posts_of_a_push_are_held_to(coalition: Desk, tmp_path: Path, page: Page) -> None:
    desk, panel = coalition, page.locator("[data-panel]")
    partner = desk.planner.campaigns.partners.add(
        desk.me, Partner("", campaign(desk), "Ridge Radio", "owner", desk.clock.now(), paid=True, label="#ad")
    )
    post = desk.draft("Rural counties need counseling by phone.")
    with serving(tmp_path, real=True) as served:
        show(served, page, post)
        type_text(page, "Vote out Senator Smith this November. She voted against telehealth.")  # Monday
        expect(page.locator("mark.block")).to_contain_text("Vote out Senator Smith")
        expect(panel).to_contain_text("takes sides in an election")
        type_text(page, "Please sign our petition.")
        unfold(page, "Purpose and labels")
        choose(page, "Purpose", "Ask for something")
        choose(page, "Type", "Petition")
        choose(page, "Campaign", "Rural push")
        page.get_by_role("button", name="Save", exact=True).first.click()
        expect(panel).to_contain_text("This type of post still lacks: what it asks for, by when.")
        expect(panel).to_contain_text("A petition post has to carry the petition's link")
        desk.planner.campaigns.partners.sign(desk.me, partner.id, "Their director, by mail")
        desk.planner.campaigns.partners.join(desk.me, partner.id, post.id)  # Tuesday: a paid partner has to be named as one
        show(served, page, post)
        type_text(page, "Ridge Radio tells how counseling by phone works.")
        expect(panel.locator(".finding.block").filter(has_text="Ridge Radio")).to_have_count(1)
        type_text(page, "Ridge Radio tells how counseling by phone works. #ad")
        expect(panel.locator(".finding.block").filter(has_text="Ridge Radio")).to_have_count(0)


@pytest.mark.clause("C106")
def test_a_third_ask_in_five_days_is_spoken_of_and_partners_follow_a_feed(coalition: Desk, tmp_path: Path, page: Page) -> None:
    desk, (account,) = coalition, coalition.accounts
    for days in (1, 2):
        ask = approved(desk, f"Please call the county board on day {days}: one sentence is enough, because they count each call.")
        wall = local_wall(desk.clock.now() + timedelta(days=days), account.zone)
        desk.planner.calendar.schedule(desk.me, ask.id, account.id, wall, accepted=frozenset({"near-duplicate", "ask-pacing"}))
    third = approved(desk, "Write to the health committee before the hearing: it reads letters from every county.")
    desk.planner.campaigns.events.add(
        desk.me, Event("", campaign(desk), "Hearing on rural telehealth", "owner", desk.clock.now(), f"{desk.clock.now():%Y}-12-30T18:00", account.zone, place="Town hall")
    )  # fmt: skip
    with serving(tmp_path, real=True) as served:
        show(served, page, third)  # Wednesday
        # On some days of the week the next free slot lies within the five days too, and says the same.
        expect(page.get_by_text("This would be 3 asks within five days to the same readers.").first).to_be_visible()
        expect(page.get_by_role("button", name="Put on the calendar")).to_be_disabled()
        served.open(page, "keys")  # Thursday
        write(page, "For whom or what?", "Partners of the push")
        press(page, "Make a link")
        link = page.locator("[data-testid=stCode]").first.inner_text().strip()
        told = httpx.get(served.url + link[link.index("/feeds/") :])
    assert (told.status_code, told.headers["content-type"].split(";")[0]) == (200, "text/calendar")
    assert "SUMMARY:Hearing on rural telehealth" in told.text
