"""Looking at a post a moment before its time, and whatever comes in between; `test_publisher.py` is run over such posts as well."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from connectors.errors import AuthExpired, Temporary
from planner.domain.delivery import Ready
from planner.services import ahead, approvals
from planner.store.columns import microseconds
from tests.unit.services import sky as skies

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.domain.account import Account
    from planner.domain.delivery import Delivery
    from planner.store import SqlStore
    from tests.unit.services.sky import House

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.fixture
def house(store: SqlStore) -> House:
    made = skies.build(store)
    made.ahead = True
    return made


@pytest.fixture
def looks(house: House, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The posts that were read by the rules, one entry a look."""
    found: list[str] = []
    examine = house.rig.gate.examine

    def counted(tx: object, post: object, *rest: object) -> object:
        found.append(post.id)  # type: ignore[attr-defined]
        return examine(tx, post, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(house.rig.gate, "examine", counted)
    return found


def test_what_was_looked_at_ahead_goes_out_without_another_look(house: House, looks: list[str]) -> None:
    entry = house.plan("A", house.account())
    before = looks.count(entry.post_id)
    assert house.deliver(entry).state == "sent"
    assert looks.count(entry.post_id) == before
    assert house.sky.texts == ["A"]
    assert house.attempts(entry)[0].started_at == entry.due_at


def hold(house: House, entry: Delivery) -> None:
    house.holds.hold(house.rig.alone(), "account", entry.account_id, "Wait.")


def edit(house: House, entry: Delivery) -> None:
    house.rig.save(house.post(entry), "B")


def void(house: House, entry: Delivery) -> None:
    house.void(entry, approvals.RETURNED)


def put_away(house: House, entry: Delivery) -> None:
    with house.store.write() as tx:
        account = tx.accounts.get(entry.account_id)
        tx.accounts.swap(account, replace(account, archived=True, version=account.version + 1))


def pause(house: House, entry: Delivery) -> None:
    house.pause(entry.account_id, entry.due_at + MINUTE)


def cancel(house: House, entry: Delivery) -> None:
    house.rig.calendar.cancel(house.rig.alone(), entry.id, entry.generation)


def reword(house: House, entry: Delivery) -> None:
    """Change what a claim does not compare."""
    row = house.row(entry)
    with house.store.write() as tx:
        assert tx.deliveries.swap(row, replace(row, digest="other"))


@pytest.mark.parametrize(
    ("change", "state"),
    [(hold, "held"), (edit, "held"), (void, "held"), (put_away, "held"), (pause, "queued"), (cancel, "cancelled"), (reword, "held")],
)
def test_what_comes_between_the_look_and_the_claim_counts(house: House, change: Callable[[House, Delivery], None], state: str) -> None:
    entry = house.plan("A", house.account())
    change(house, entry)
    assert house.deliver(entry).state == state
    assert house.sky.calls == []
    assert house.attempts(entry) == ()


def test_a_change_that_concerns_another_only_costs_another_look(house: House, looks: list[str]) -> None:
    first, second = (house.plan(f"By {name}", house.account(name)) for name in ("@a", "@b"))
    house.holds.hold(house.rig.alone(), "account", "nobody", "Wait.")
    before = len(looks)
    assert house.take(first, second) == [first.id, second.id]
    assert len(looks) == before + 2


def test_what_was_seen_and_what_was_not_are_claimed_together(house: House, looks: list[str]) -> None:
    first = house.plan("One", house.account("@a"))
    house.ahead = False
    second = house.plan("Two", house.account("@b"))
    third = house.plan("Three", first_account(house, first))
    house.publisher.foresee(skies.ready(first))
    before = len(looks)
    assert sorted(house.take(first, second)) == sorted((first.id, second.id))
    assert len(looks) == before + 1
    assert house.take(third) == [third.id]


def first_account(house: House, entry: Delivery) -> Account:
    with house.store.read() as tx:
        return tx.accounts.get(entry.account_id)


def test_two_of_one_account_are_not_claimed_at_once(house: House) -> None:
    account = house.account()
    first, second = house.plan("One", account), house.plan("Two", account)
    assert len(house.take(first, second)) == 1


def test_another_worker_that_had_it_in_between_is_seen(house: House) -> None:
    entry = house.plan("A", house.account())
    house.sky.script = [Temporary("Not reached.")]
    house.another().deliver(entry.id, entry.generation)
    assert house.row(entry).state == "queued"
    assert house.take(entry) == []
    assert house.take(house.row(entry)) == []  # it was put off
    assert len(house.attempts(entry)) == 1


def test_a_row_that_was_tried_or_frozen_is_looked_at_when_it_is_due(house: House, looks: list[str]) -> None:
    entry = house.plan("A", house.account())
    house.sky.script = [Temporary("Not reached.")]
    row = house.deliver(entry)
    before = len(looks)
    house.publisher.foresee(skies.ready(row))
    assert len(looks) == before
    house.rig.clock.at = row.next_attempt_at or row.due_at
    assert house.deliver(entry).state == "sent"


@pytest.mark.parametrize("gone", ["early", "long", "back", "another generation"])
def test_by_the_clock_a_look_counts_for_its_time_only(house: House, looks: list[str], gone: str) -> None:
    entry = house.plan("A", house.account())
    seen = house.rig.clock.at - SECOND
    at = {"early": entry.due_at - SECOND / 2, "long": seen + ahead.LASTS, "back": seen - SECOND}.get(gone, entry.due_at)
    house.rig.clock.at = at
    before = len(looks)
    found = house.publisher.take([Ready(entry.id, entry.generation + (gone == "another generation"), entry.account_id)])
    assert [call.delivery.id for call in found] == ([entry.id] if gone == "long" else [])
    assert len(looks) == before + (gone == "long")


def test_a_look_of_yesterday_is_made_again(house: House, looks: list[str]) -> None:
    house.ahead = False
    entry = house.plan("A", house.account())
    midnight = (entry.due_at + timedelta(days=1)).replace(hour=0, minute=0, second=0)
    row = house.row(entry)
    moved = replace(row, due_at=midnight, generation=2)
    with house.store.write() as tx:
        assert tx.deliveries.swap(row, moved)
    house.rig.clock.at = midnight - SECOND
    house.publisher.foresee(skies.ready(moved))
    house.rig.clock.at = midnight
    before = len(looks)
    assert house.take(moved) == [entry.id]
    assert len(looks) == before + 1


def test_the_flood_breaker_counts_what_was_tried_since_the_look(house: House) -> None:
    account = house.account()
    entries = [house.plan(f"Number {number}", account) for number in range(11)]
    house.publisher.foresee(skies.ready(*entries))
    states = [house.deliver(entry).state for entry in entries]
    assert states == ["sent"] * 10 + ["held"]
    assert house.notices() == ["flood", "held"]


@pytest.mark.parametrize("ends", [ahead.LASTS, ahead.LASTS + SECOND])
def test_an_approval_that_ends_in_a_moment_is_asked_for_when_it_is_due(house: House, looks: list[str], ends: timedelta) -> None:
    house.ahead = False
    entry = house.plan("A", house.account())
    house.rig.clock.at = entry.due_at - SECOND
    with house.store.write() as tx:
        for one in tx.reviews.approvals(entry.post_id):
            until = house.rig.clock.at + ends
            tx._connection.exec_driver_sql(f"UPDATE approval SET expires_at = {microseconds(until)} WHERE id = '{one.id}'")  # noqa: S608 - our own
    house.publisher.foresee(skies.ready(entry))
    house.rig.clock.at = entry.due_at
    before = len(looks)
    assert house.take(entry) == [entry.id]
    assert len(looks) == before + (ends == ahead.LASTS)


def test_a_hand_post_is_looked_at_when_it_is_due(house: House, looks: list[str]) -> None:
    entry = house.plan("A", house.rig.account(handle="@hand"))
    before = len(looks)
    assert house.take(entry) == []
    assert (house.row(entry).state, len(looks)) == ("sending", before + 1)


def test_a_login_that_cannot_be_used_is_told_when_it_is_due(house: House) -> None:
    entry = house.plan("A", house.account())
    house.sky.connect_error = AuthExpired("Log in again.")
    assert house.take(entry) == []
    assert house.row(entry).state == "held"


def test_nothing_is_read_for_rows_that_are_gone_and_no_more_is_kept_than_there_is_room_for(
    house: House, looks: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    house.ahead = False
    entries = [house.plan(f"By {name}", house.account(name)) for name in ("@a", "@b")]
    house.rig.clock.at = min(entry.due_at for entry in entries) - SECOND
    house.publisher.foresee([Ready("nobody", 1, "a")])
    monkeypatch.setattr(ahead, "_MOST", 1)
    before = len(looks)
    house.publisher.foresee(skies.ready(*entries))
    house.publisher.foresee(skies.ready(*entries))
    assert len(looks) == before + 1
    house.rig.clock.on(seconds=ahead.LASTS.seconds)  # what nobody asked for makes room
    house.publisher.foresee(skies.ready(*entries))
    assert len(looks) == before + 2


def test_logins_are_not_kept_open_when_nothing_follows(house: House) -> None:
    entry = house.plan("A", house.account())
    house.publisher.foresee(skies.ready(entry))
    assert list(house.publisher._ahead._seen) == [entry.id]
    house.rig.clock.at += ahead.LASTS
    house.publisher.reap()
    assert not house.publisher._ahead._seen
