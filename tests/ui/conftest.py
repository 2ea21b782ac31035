"""A planner for each test, and a way to run one page of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time
from typing import TYPE_CHECKING, Any

import pytest
from markdown_it import MarkdownIt
from streamlit.testing.v1 import AppTest

from planner.domain.account import Account
from planner.domain.post import Content
from planner.domain.review import READERS
from planner.domain.schedule import Slot, Wall, Window
from planner.services.workspace import OWNER
from planner.ui import session
from tests.ui.ui_house import NOW, StillClock, house

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from planner.domain.delivery import Delivery
    from planner.domain.people import Actor
    from planner.domain.post import Post
    from planner.services.house import Planner


def _page(planner, name):  # noqa: ANN001, ANN202 - AppTest runs this source alone, where no annotation is known
    """Run one page inside the frame's helpers; AppTest ships this source, so it imports for itself."""
    from importlib import import_module  # noqa: PLC0415

    from planner.domain.errors import PlannerError  # noqa: PLC0415
    from planner.ui import navigation, server, session  # noqa: PLC0415

    navigation.pages(planner, session.actor(planner))
    try:
        import_module(f"planner.ui.pages.{name}").render(planner)
    except PlannerError as error:
        server.on_script_error(error)


@dataclass
class Desk:
    """A planner with short ways to fill it and to open its pages."""

    planner: Planner
    clock: StillClock
    accounts: list[Account] = field(default_factory=list)

    @property
    def account_hours(self) -> tuple[Window, ...]:
        """Return business hours that never end, so that no move is outside them."""
        return tuple(Window(day, time(0), time(23, 59)) for day in range(7))

    @property
    def me(self) -> Actor:
        return self.planner.workspace.actor()

    def account(self, handle: str = "Ridge Counseling", platform: str = "linkedin", **changes: Any) -> Account:
        plain: dict[str, Any] = {
            "id": "", "owner": "Dana Smith", "purpose": "Helps parents", "kind": "practice", "platform": platform, "handle": handle, "mode": "hand",
            "zone": "America/Denver", "countries": ("US",), "created_at": NOW, "author": "therapist",
            "business_hours": tuple(Window(day, time(9), time(17)) for day in range(5)), "slots": (Slot(3, time(12, 10)),),
        }  # fmt: skip
        made = self.planner.accounts.add(self.me, Account(**{**plain, **changes}))
        self.accounts.append(made)
        return made

    def draft(self, text: str = "Sleep and worry feed each other.", *accounts: Account) -> Post:
        return self.planner.composer.new(self.me, tuple(one.id for one in accounts or self.accounts[:1]), Content(text=text))

    def ready(self, post: Post) -> Post:
        for account_id in post.account_ids:
            for reader in READERS:
                self.planner.composer.tick(self.me, post.id, account_id, reader)
        return self.planner.composer.submit(self.me, post.id, post.version)

    def booked(self, text: str = "Sleep and worry feed each other.", at: str = "2026-11-26T12:10") -> Delivery:
        account = self.accounts[0] if self.accounts else self.account()
        post = self.ready(self.draft(text, account))
        self.planner.approvals.approve(self.me, post.id, account.id, post.digest_for(account.id))
        accepted = frozenset({"quiet-hours", "outside-hours", "same-hour", "near-duplicate"})
        return self.planner.calendar.schedule(self.me, post.id, account.id, Wall.parse(at), accepted=accepted)

    def card(self) -> Delivery:
        """Return a hand post that is due now."""
        item = self.booked(at="2026-11-24T10:40")
        self.clock.later(minutes=15)
        self.planner.publisher.deliver(item.id, item.generation)
        with self.planner.store.read() as tx:
            return tx.deliveries.get(item.id)

    def state(self, item: Delivery) -> Delivery:
        with self.planner.store.read() as tx:
            return tx.deliveries.get(item.id)

    def open(self, name: str, **query: str) -> AppTest:
        app = AppTest.from_function(_page, args=(self.planner, name), default_timeout=30)
        app.session_state[session.WHO] = OWNER  # as if chosen: no page of a team opens for nobody
        for key, value in query.items():
            app.query_params[key] = value
        return app.run()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    clock = StillClock()
    planner: Any = house(tmp_path, clock)
    yield Desk(planner, clock)
    planner.store.close()


def texts(app: AppTest) -> str:
    """Return everything that the page says, one string."""
    kinds = ("title", "header", "subheader", "markdown", "caption", "text", "error", "warning", "success", "info", "code")
    found = [str(item.value) for kind in kinds for item in getattr(app, kind)]
    found += [button.label for button in app.button]
    return "\n".join(found).replace("\\", "").replace("\u2060", "")


def cells(app: AppTest, number: int = 0) -> list[dict[str, str]]:
    """Return a table as people read it, one dict a row, by its Markdown parsed: what a user's words would break apart shows here."""
    parsed = (_MARKDOWN.parse(item.value) for item in app.markdown)
    tables = [tokens for tokens in parsed if any(one.type == "table_open" for one in tokens)]
    texts = [one.content for one in tables[number] if one.type == "inline"]
    width = sum(one.type == "th_open" for one in tables[number])
    said = [text.replace("\\", "").replace("\u2060", "") for text in texts]
    return [dict(zip(said[:width], said[at : at + width], strict=True)) for at in range(width, len(said), width)]


_MARKDOWN = MarkdownIt("commonmark").enable("table")
