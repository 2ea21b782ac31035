"""What platforms charge is known before a post is scheduled: for the post, and for the account's month with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from connectors.base import AuthState
from planner.domain.post import LinkCard, MediaRef
from planner.domain.schedule import Wall
from planner.services.costs import Cost, Costs
from tests.unit.services.rig import TOMORROW

if TYPE_CHECKING:
    from planner.domain.account import Account
    from tests.unit.services.rig import Rig

ALL = frozenset({"same-hour", "quiet-hours", "outside-hours", "near-duplicate", "clock-change"})
AT = datetime(2026, 11, 26, 17, tzinfo=UTC)
DEAR, CHEAP = Decimal("0.20"), Decimal("0.015")


@pytest.fixture
def costs(rig: Rig) -> Costs:
    return Costs(rig.store, rig.platforms)


def connected(rig: Rig, platform: str = "x", **changes: object) -> Account:
    account = rig.account(platform=platform, mode="api", **changes)
    rig.platforms.remote.auth = [AuthState(ok=True)]
    fields = {field.name: "given" for field in rig.platforms.info(platform).fields}
    rig.accounts.connect(rig.alone(), account.id, fields)
    return rig.accounts.get(account.id)


def test_a_link_makes_a_post_dear(rig: Rig, costs: Costs) -> None:
    account = connected(rig)
    plain, linked = rig.draft("Words alone", account), rig.draft("See https://example.org", account)
    assert costs.of(plain.id, account.id, AT) == Cost(CHEAP, 0, CHEAP)
    assert costs.of(linked.id, account.id, AT) == Cost(DEAR, 0, DEAR)


def test_a_link_field_and_descriptions_count_too(rig: Rig, costs: Costs) -> None:
    account = connected(rig)
    post = rig.draft("Words alone", account)
    image = MediaRef("f" * 64, "a.png", "image/png", 9, "A door")
    content = replace(post.content_for(account.id), link=LinkCard("https://example.org", "Help"), media=(image,))
    with rig.store.write() as tx:
        tx.posts.swap(post, replace(post, base=content, version=post.version + 1))
    assert costs.of(post.id, account.id, AT) == Cost(DEAR + Decimal("0.005"), 0, DEAR + Decimal("0.005"))


def test_the_month_holds_what_is_planned_and_out_on_this_account(rig: Rig, costs: Costs) -> None:
    account, other = connected(rig), connected(rig, handle="@other")
    rig.out(rig.scheduled("The first words of the month", account))
    rig.scheduled("Another thing: https://example.org", account, Wall.parse("2026-11-28 10:00"), accepted=ALL)
    rig.scheduled("Next month has its own sum", account, Wall.parse("2026-12-01 10:00"), accepted=ALL)
    rig.force(rig.scheduled("This one was taken off again", account, Wall.parse("2026-11-29 10:00"), accepted=ALL), "cancelled")
    rig.scheduled("Somebody else's account", other, TOMORROW, accepted=ALL)
    post = rig.ready("The post in question", account)
    assert costs.of(post.id, account.id, AT) == Cost(CHEAP, 2, CHEAP + CHEAP + DEAR)
    assert costs.of(post.id, account.id, datetime(2026, 12, 20, tzinfo=UTC)) == Cost(CHEAP, 1, 2 * CHEAP)
    assert costs.of(post.id, account.id, datetime(2027, 1, 20, tzinfo=UTC)) == Cost(CHEAP, 0, CHEAP)
    rig.calendar.schedule(rig.alone(), post.id, account.id, Wall.parse("2026-11-27 10:00"), accepted=ALL)
    assert costs.of(post.id, account.id, AT) == Cost(CHEAP, 2, CHEAP + CHEAP + DEAR)


def test_the_month_is_the_accounts_own(rig: Rig, costs: Costs) -> None:
    """At the end of November in Denver it is December in UTC already."""
    account = connected(rig, zone="America/Denver")
    rig.scheduled("On the last evening of the month", account, Wall.parse("2026-11-30 20:00"), accepted=ALL)
    post = rig.ready("The post in question", account)
    assert costs.of(post.id, account.id, AT) == Cost(CHEAP, 1, 2 * CHEAP)
    assert costs.of(post.id, account.id, datetime(2026, 12, 1, 12, tzinfo=UTC)) == Cost(CHEAP, 0, CHEAP)


def test_what_is_posted_by_hand_was_not_charged(rig: Rig, costs: Costs) -> None:
    account = connected(rig)
    rig.force(rig.scheduled("Posted by hand", account), "sent", mode="hand")
    post = rig.ready("The post in question", account)
    assert costs.of(post.id, account.id, AT) == Cost(CHEAP, 0, CHEAP)


@pytest.mark.parametrize(("platform", "mode"), [("x", "hand"), ("bluesky", "api"), ("mastodon", "api")])
def test_where_nothing_is_charged_nothing_is_said(rig: Rig, costs: Costs, platform: str, mode: str) -> None:
    account = rig.account(platform=platform, mode=mode)
    post = rig.draft("See https://example.org", account)
    assert costs.of(post.id, account.id, AT) is None
