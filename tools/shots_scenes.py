"""What is to be seen on the screenshots: each page, each thing's own page, each tab and dialog, as an address and a few clicks."""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from planner import bootstrap
from planner.domain.post import Content
from planner.domain.review import READERS
from planner.domain.schedule import local_wall
from planner.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path

    from playwright.sync_api import Page

    from planner.domain.account import Account
    from planner.domain.post import Post
    from planner.services.house import Planner

IDLE = '[data-testid="stApp"][data-test-script-state="notRunning"]'


@dataclass(frozen=True, slots=True)
class Scene:
    """One picture: its name, its address, and what is clicked before it is taken."""

    name: str
    address: str
    act: Callable[[Page], None] | None = None


def settle(page: Page, ms: int = 900) -> None:
    """Wait until the script rests, and `ms` longer for the browser to draw."""
    page.wait_for_selector(IDLE, timeout=60_000)
    page.wait_for_timeout(ms)
    page.wait_for_selector(IDLE, timeout=60_000)


def _tab(name: str, page: Page) -> None:
    page.get_by_role("tab", name=name).first.click()
    settle(page)


def _press(name: str, page: Page) -> None:
    page.get_by_role("button", name=name).first.click()
    settle(page)


def _unfold(names: tuple[str, ...], page: Page) -> None:
    for name in names:
        page.locator("summary").filter(has_text=name).first.click()
        settle(page, 500)


def _form(tab: str, label: str, page: Page) -> None:
    _tab(tab, page)
    _unfold((label,), page)


def _add(page: Page) -> None:
    page.get_by_text("A practice (one person or a few)").click()
    settle(page)
    page.get_by_role("combobox").first.click()
    page.keyboard.type("Bluesky")
    page.keyboard.press("Enter")
    settle(page)


def _another_time(page: Page) -> None:
    page.locator("[data-item]").filter(has_text="scheduled").first.focus()
    page.keyboard.press("t")
    settle(page)


def _marked(page: Page) -> None:
    page.wait_for_selector("mark.block", timeout=30_000)


def demo(ids: Mapping[str, str]) -> tuple[Scene, ...]:
    """Return the pictures of the demo practice; `ids` names one thing of each kind (`ids_of`)."""
    return (*_writing(ids), *_sending(ids), *_campaigns(ids), *_keeping(ids))


def _writing(ids: Mapping[str, str]) -> tuple[Scene, ...]:
    unfolded = ("Title, link", "Purpose and labels", "Preview as each", "From the content bank", "Let this post come again")
    return (
        Scene("home", ""),
        Scene("calendar", "calendar"),
        *(Scene(f"calendar-{view}", f"calendar?view={view}") for view in ("week", "day", "list")),
        Scene("calendar-filters", "calendar", partial(_press, "Filters")),
        Scene("calendar-time", "calendar", _another_time),
        Scene("compose", "compose"),
        Scene("composer", f"compose?post={ids['blocked']}", _marked),
        Scene("composer-open", f"compose?post={ids['post']}", partial(_unfold, unfolded)),
    )


def _sending(ids: Mapping[str, str]) -> tuple[Scene, ...]:
    return (
        Scene("approvals", "approvals"),
        Scene("approvals-back", "approvals", partial(_press, "Send back")),
        Scene("consents", "approvals", partial(_tab, "Consents")),
        Scene("review", ids["review"]),
        Scene("deliveries", "deliveries"),
        Scene("deliveries-waits", "deliveries", partial(_tab, "Waits")),
        Scene("deliveries-out", "deliveries", partial(_tab, "Went out")),
        Scene("deliveries-hold", "deliveries", partial(_press, "Hold")),
        *(Scene(name, f"deliveries?delivery={key}") for name, key in ids.items() if name.startswith("delivery-")),
    )


def _campaigns(ids: Mapping[str, str]) -> tuple[Scene, ...]:
    campaign = f"campaigns?campaign={ids['campaign']}"
    adds = {"petitions": "Add a petition", "events": "Add an event", "asks": "Add an ask", "partners": "Add a partner"}
    tabs = {"petitions": "Petitions", "events": "Events", "asks": "Asks", "tags": "Hashtags", "partners": "Partners and lobbying"}
    return (
        Scene("campaigns", "campaigns"),
        Scene("campaign", campaign),
        *(Scene(f"campaign-{name}", campaign, partial(_tab, label)) for name, label in tabs.items()),
        *(Scene(f"campaign-{name}-add", campaign, partial(_form, tabs[name], label)) for name, label in adds.items()),
        Scene("campaign-close", campaign, partial(_tab, "What came of it")),
        Scene("plan", "plan"),
        Scene("plan-one", f"plan?campaign={ids['campaign']}"),
        Scene("engagement", "engagement"),
        Scene("engagement-posts", "engagement?show=posts"),
        Scene("report", "report"),
        Scene("connections", "connections"),
    )


def _keeping(ids: Mapping[str, str]) -> tuple[Scene, ...]:
    shelves = ("Templates", "Replies", "Services", "Help lines", "Pillars", "Guidelines", "Hashtags", "Observances")
    account = f"accounts?account={ids['account']}"
    tabs = {"profile": "Profile", "bio": "Bio", "hours": "Hours"}
    return (
        Scene("library", "bank"),
        *(Scene(f"library-{shelf.lower().replace(' ', '-')}", f"bank?shelf={shelf.replace(' ', '+')}") for shelf in shelves),
        Scene("accounts", "accounts"),
        Scene("sign-ins", "accounts?show=sign-ins"),
        Scene("account-add", "accounts?add=1", _add),
        Scene("account", account),
        *(Scene(f"account-{name}", account, partial(_tab, label)) for name, label in tabs.items()),
        Scene("clients-eye", "clients_eye"),
        *(Scene(name, name) for name in ("health", "settings", "imports", "keys", "rules", "audit", "welcome")),
    )


def empty() -> tuple[Scene, ...]:
    """Return the pictures of a workspace in which nobody has done anything yet, after the first page."""
    pages = (
        "calendar", "compose", "approvals", "deliveries", "campaigns", "plan", "engagement", "connections", "bank", "accounts", "clients_eye",
        "health", "settings", "imports", "keys", "report", "rules", "audit",
    )  # fmt: skip
    return (
        Scene("empty-home", ""),
        *(Scene(f"empty-{name}", name) for name in pages),
        Scene("empty-calendar-week", "calendar?view=week"),
        Scene("empty-consents", "approvals", partial(_tab, "Consents")),
        Scene("empty-sign-ins", "accounts?show=sign-ins"),
    )


@dataclass(frozen=True, slots=True)
class _At:
    """A clock that stands."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment


def _ready(planner: Planner, account: Account, text: str) -> Post:
    """Write a draft, answer what is asked, and hand it in."""
    actor = planner.workspace.actor()
    draft = planner.composer.new(actor, (account.id,), Content(text=text))
    for reader in READERS:
        planner.composer.tick(actor, draft.id, account.id, reader)
    for question in planner.composer.check(draft.id)[0].open_questions:
        planner.composer.answer(actor, draft.id, account.id, question.id, question.answers[0].key)
    return planner.composer.submit(actor, draft.id, draft.version)


def _hand_card(env: Mapping[str, str]) -> None:
    """Let a post by hand be due, so that its card waits: example data never is."""
    planner = bootstrap.build(Settings.from_env(dict(env)))
    actor = planner.workspace.actor()
    account = next(one for one in planner.accounts.all() if one.platform == "linkedin")
    post = _ready(planner, account, "Our reading list for quiet evenings is out: six books that take an hour each.")
    planner.approvals.approve(actor, post.id, account.id, post.digest_for(account.id))
    wall = local_wall(planner.clock.now() + timedelta(minutes=30), account.zone)
    item = planner.calendar.schedule(
        actor, post.id, account.id, wall, accepted=frozenset({"quiet-hours", "outside-hours", "same-hour", "near-duplicate"})
    )
    planner.store.close()  # type: ignore[attr-defined]  # the real store
    later = bootstrap.build(Settings.from_env(dict(env)), _At(item.due_at + timedelta(minutes=1)))
    later.publisher.deliver(item.id, item.generation)
    later.store.close()  # type: ignore[attr-defined]  # the real store


def ids_of(folder: Path, env: Mapping[str, str]) -> dict[str, str]:
    """Return one thing of each kind and state in a demo workspace, and the way of an outside reviewer's link made here."""
    asked = {
        "campaign": "SELECT id FROM campaign ORDER BY id",
        "account": "SELECT id FROM account WHERE platform = 'bluesky'",
        "post": "SELECT post_id FROM delivery WHERE state = 'queued' ORDER BY id",
    }
    _hand_card(env)
    planner = bootstrap.build(Settings.from_env(dict(env)))
    try:
        with contextlib.closing(sqlite3.connect(folder / "planner.sqlite")) as store:
            found = {name: str(store.execute(query).fetchone()[0]) for name, query in asked.items()}
            found |= {f"delivery-{state}": key for key, state in store.execute("SELECT id, state FROM delivery ORDER BY id")}
        found["blocked"] = next(one.id for one in planner.composer.recent(limit=30) if one.headline.startswith("I have a client with PTSD"))
        account = planner.accounts.get(found["account"])
        ready = _ready(planner, account, "A quiet evening starts with one small habit: a cup of tea and a book.")
        _, secret = planner.outside.ask(planner.workspace.actor(), ready.id, account.id, ready.digest_for(account.id), 3)
        return found | {"review": f"review/{secret}"}
    finally:
        planner.store.close()  # type: ignore[attr-defined]  # the real store
