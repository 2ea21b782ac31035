"""Limits that all accounts of a platform share."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from connectors.base import Shared
from connectors.errors import RateLimited
from planner.domain.sharing import Quota
from planner.services.fresh import pause_name
from planner.services.outgoing import Tuning
from planner.services.publisher import Publisher
from planner.services.sharing import Sharing
from planner.store.log import SqlLog
from tests.unit.services import sky as skies

if TYPE_CHECKING:
    from planner.domain.delivery import Delivery, Ready
    from planner.store import SqlStore
    from tests.unit.services.sky import House

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
TWO = {"bluesky": Quota(2, HOUR)}


@pytest.fixture
def house(store: SqlStore) -> House:
    return skies.build(store, shared=TWO)


def due(house: House, *rows: Delivery) -> list[Ready]:
    with house.store.read() as tx:
        wanted = {row.id for row in rows}
        return [row for row in tx.deliveries.ready(house.rig.clock.now(), limit=50) if row.id in wanted]


def go(house: House, *rows: Delivery) -> list[str]:
    """Take these in one batch, send and store; return their states in order."""
    calls = house.publisher.take(due(house, *rows))
    while calls:
        calls = house.publisher.keep([house.publisher.send(call) for call in calls])
    return [house.row(row).state for row in rows]


def test_what_two_accounts_used_up_a_third_waits_for(house: House) -> None:
    rows = [house.plan(text, house.account(handle=f"@{text}")) for text in ("A", "B", "C")]
    assert go(house, *rows) == ["sent", "sent", "queued"]
    waiting = house.row(rows[2])
    assert waiting.reason == "All accounts on Bluesky share one limit here, and it is used up until then."
    assert waiting.next_attempt_at is not None
    assert HOUR <= waiting.next_attempt_at - house.rig.clock.at <= HOUR + MINUTE
    assert house.notices() == []
    house.rig.clock.at = waiting.next_attempt_at
    assert go(house, rows[2]) == ["sent"]
    assert house.sky.published() == 3


def test_one_busy_account_takes_no_more_of_it_than_its_turn(house: House) -> None:
    busy, other = house.account(handle="@busy"), house.account(handle="@other")
    rows = [house.plan("A1", busy), house.plan("A2", busy), house.plan("A3", busy), house.plan("B1", other)]
    assert go(house, *rows) == ["sent", "queued", "queued", "sent"]  # one an account in a batch, and then nothing is left
    assert go(house, *rows) == ["sent", "queued", "queued", "sent"]


def test_a_post_that_would_wait_for_too_long_is_missed_and_a_person_told(house: House) -> None:
    house = skies.build(house.store, shared={"bluesky": Quota(1, 5 * HOUR)})
    rows = [house.plan(text, house.account(handle=f"@{text}")) for text in ("A", "B")]
    assert go(house, *rows) == ["sent", "missed"]
    assert house.notices() == ["missed"]


def test_a_thread_spends_all_its_parts_at_once(house: House) -> None:
    thread = house.plan("one\n---\ntwo", house.account(handle="@a"))
    after = house.plan("B", house.account(handle="@b"))
    assert go(house, thread, after) == ["sent", "queued"]


def test_a_thread_longer_than_the_quota_goes_alone(house: House) -> None:
    thread = house.plan("one\n---\ntwo\n---\nthree", house.account(handle="@a"))
    after = house.plan("B", house.account(handle="@b"))
    assert go(house, thread, after) == ["sent", "queued"]


def test_a_limit_of_the_app_makes_the_other_accounts_wait_without_a_call(store: SqlStore) -> None:
    house = skies.build(store)
    first, second = house.plan("A", house.account(handle="@a")), house.plan("B", house.account(handle="@b"))
    until = house.rig.clock.at + HOUR
    house.sky.script = [RateLimited("The app has to wait.", until + HOUR / 2, shared=True)]
    assert go(house, first) == ["queued"]
    assert go(house, second) == ["queued"]
    assert house.row(second).next_attempt_at == until + HOUR / 2
    assert house.row(second).reason == "All accounts on Bluesky share one limit here, and it is used up until then."
    assert house.sky.published() == 1


def test_a_limit_of_one_account_is_no_others(store: SqlStore) -> None:
    house = skies.build(store)
    first, second = house.plan("A", house.account(handle="@a")), house.plan("B", house.account(handle="@b"))
    house.sky.script = [RateLimited("Wait.", house.rig.clock.at + HOUR)]
    assert go(house, first, second) == ["queued", "sent"]


@pytest.mark.parametrize("backwards", [False, True])
def test_what_platforms_say_of_all_their_accounts_is_noted_in_one_order(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch, backwards: bool
) -> None:
    house = skies.build(store)
    monkeypatch.setattr(skies.SkyFloor, "planner_view", lambda floor, *_: floor.sky)
    rows = [house.plan(name, house.account(handle=f"@{name}@example.org", platform=name)) for name in ("bluesky", "mastodon")]
    house.sky.script = [RateLimited("Wait.", house.rig.clock.at + HOUR, shared=True)] * 2
    answers = [house.publisher.send(call) for call in house.publisher.take(due(house, *rows))]
    noted: list[str] = []
    monkeypatch.setattr(SqlLog, "put_setting", lambda _self, name, _value: noted.append(name))
    house.publisher.keep(sorted(answers, key=lambda answer: answer.call.job.account.platform, reverse=backwards))
    assert noted == [pause_name("platform.bluesky"), pause_name("platform.mastodon")]


def test_the_installation_knows_better_than_the_platform_and_a_person_posts_as_she_likes(house: House) -> None:
    floor = house.rig.platforms
    account = house.account()
    facts = replace(house.sky.capabilities(), shared=Shared(7, 60))
    house.sky.capabilities = lambda *, refresh=False: replace(facts, shared=facts.shared if not refresh else None)  # type: ignore[method-assign]
    assert Sharing(floor, {}).quota(account) == Quota(7, MINUTE)
    assert Sharing(floor, TWO).quota(account) == Quota(2, HOUR)
    assert Sharing(floor, TWO).quota(replace(account, mode="hand")) is None


def test_two_workers_see_each_others_spending(house: House) -> None:
    rows = [house.plan(text, house.account(handle=f"@{text}")) for text in ("A", "B", "C")]
    other = Publisher(house.store, house.rig.platforms, house.rig.gate, house.rig.clock, house.rig.ids, Tuning(shared=TWO))
    assert len(house.publisher.take(due(house, rows[0]))) == 1
    assert len(other.take(due(house, rows[1]))) == 1
    assert other.take(due(house, rows[2])) == []
