"""Delivering many at once: one claim, calls side by side, one commit for their outcomes, and no delivery that harms another."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from connectors.errors import Rejected
from planner.domain.delivery import Delivery, Ready
from planner.domain.errors import Conflict
from planner.engine import tasks
from tests.unit.services import sky as skies

if TYPE_CHECKING:
    from planner.store import SqlStore
    from tests.unit.services.sky import House


@pytest.fixture
def house(store: SqlStore) -> House:
    return skies.build(store)


def rows_of(house: House, *entries: Delivery) -> list[Ready]:
    return [Ready(row.id, row.generation, row.account_id) for row in map(house.row, entries)]


def test_a_batch_claims_one_delivery_an_account_and_every_attempt_is_written_before_a_call(house: House) -> None:
    accounts = [house.account(f"@a{number}") for number in range(3)]
    entries = [house.plan(f"Number {number} of {account.handle}", account) for account in accounts for number in range(2)]
    calls = house.publisher.take(rows_of(house, *entries))
    assert [call.delivery.account_id for call in calls] == [account.id for account in accounts]
    assert [house.row(call.delivery) for call in calls] == [call.delivery for call in calls]
    assert [house.attempts(call.delivery) for call in calls] == [(call.attempt,) for call in calls]
    assert house.sky.calls == []
    assert house.publisher.keep([house.publisher.send(call) for call in calls]) == []
    assert [house.row(entry).state for entry in entries] == ["sent", "queued"] * 3


def test_a_batch_sorts_out_what_may_not_go_and_what_a_platform_refuses(house: House) -> None:
    good, held, refused, by_hand, thread = (house.account(f"@a{number}") for number in range(5))
    with house.store.write() as tx:
        tx.accounts.swap(by_hand, replace(by_hand, mode="hand", version=by_hand.version + 1))
    first, second, third, card = (house.plan(f"By {one.handle}", one) for one in (good, held, refused, by_hand))
    parts = house.plan("One\n---\nTwo", thread)
    house.holds.hold(house.rig.alone(), "account", held.id, "Wait.")
    calls = house.publisher.take(rows_of(house, first, second, third, card, parts))
    assert [call.delivery.id for call in calls] == [first.id, third.id, parts.id]
    house.sky.script = [None, Rejected("No."), None]
    following = house.publisher.keep([house.publisher.send(call) for call in calls])
    assert [(call.delivery.id, call.part.index) for call in following] == [(parts.id, 1)]
    assert house.publisher.keep([house.publisher.send(call) for call in following]) == []
    states = [house.row(entry).state for entry in (first, second, third, card, parts)]
    assert states == ["sent", "held", "failed", "sending", "sent"]
    assert sorted(house.sky.texts) == ["By @a0", "One", "Two"]


def test_an_outcome_that_cannot_be_stored_with_the_others_is_stored_alone(house: House) -> None:
    entries = [house.plan(f"By @a{number}", house.account(f"@a{number}")) for number in range(2)]
    answers = [house.publisher.send(call) for call in house.publisher.take(rows_of(house, *entries))]
    with house.store.write() as tx:
        tx.deliveries.part_sent(entries[0].id, 0, "somebody else's", None, house.rig.clock.at)
    with pytest.raises(Conflict):
        house.publisher.keep(answers)
    assert tasks.keep(house.publisher, answers) == []
    assert [house.row(entry).state for entry in entries] == ["unconfirmed", "sent"]


def test_outcomes_that_are_stored_twice_are_stored_once(house: House) -> None:
    entry = house.plan("A", house.account())
    answers = [house.publisher.send(call) for call in house.publisher.take(rows_of(house, entry))]
    house.publisher.keep(answers)
    row = house.row(entry)
    house.publisher.keep(answers)
    assert house.row(entry) == row
    assert house.outcomes(entry) == ["sent"]
    assert house.notices() == []
