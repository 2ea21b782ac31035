"""Doubt: resolved by the platform's own idempotency, by a look, or by a person; never by a second post."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from connectors.base import Ref, Unknown
from connectors.errors import AuthExpired, Doubtful, Duplicate, Forbidden, RateLimited, Rejected, Temporary
from planner.services import reaper as reapers
from tests.unit.services import sky as skies
from tests.unit.services.sky import LOST, VANISH, Sky

if TYPE_CHECKING:
    from planner.domain.delivery import Delivery
    from planner.store import SqlStore
    from tests.unit.services.sky import House

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def house(store: SqlStore) -> House:
    return skies.build(store)


@pytest.fixture
def looking(store: SqlStore) -> House:
    """A platform that can only be asked."""
    return skies.build(store, Sky(idempotency="lookup"))


def doubtful(house: House, how: object = LOST, **options: object) -> Delivery:
    entry = house.plan("A", house.account(), **options)
    house.sky.script = [how]
    house.deliver(entry)
    return entry


@pytest.mark.parametrize("how", [LOST, VANISH])
def test_the_same_key_is_sent_again_where_the_platform_makes_one_post_of_it(house: House, how: str) -> None:
    entry = doubtful(house, how)
    assert house.reconcile(entry).state == "unconfirmed"
    house.rig.clock.on(seconds=10)
    assert house.reconcile(entry).state == "sent"
    assert len(house.sky.copies) == 1
    assert house.outcomes(entry) == ["doubtful", "sent"]
    assert house.sky.found() == 0


def test_inside_its_window_only(store: SqlStore) -> None:
    house = skies.build(store, Sky(idempotency="native_window", window_s=3600))
    entry = doubtful(house, LOST, timing="evergreen")
    house.rig.clock.on(minutes=49, seconds=59)
    assert house.reconcile(entry).state == "sent"
    assert (house.sky.published(), house.sky.found(), len(house.sky.copies)) == (2, 0, 1)


def test_past_its_window_it_is_looked_for(store: SqlStore) -> None:
    house = skies.build(store, Sky(idempotency="native_window", window_s=3600))
    entry = doubtful(house, LOST, timing="evergreen")
    house.rig.clock.on(minutes=50)
    assert house.reconcile(entry).state == "sent"
    assert (house.sky.published(), house.sky.found(), len(house.sky.copies)) == (1, 1, 1)


def test_past_the_stale_window_nothing_is_sent_any_more(house: House) -> None:
    entry = doubtful(house, VANISH)
    house.rig.clock.on(hours=3)
    assert house.reconcile(entry).state == "queued"
    assert house.deliver(entry).state == "missed"
    assert house.sky.copies == []


def test_under_a_hold_it_is_only_looked_for(house: House) -> None:
    entry = doubtful(house)
    house.holds.hold(house.rig.alone(), "all", "", "Crisis in town.")
    house.rig.clock.on(seconds=10)
    assert house.reconcile(entry).state == "sent"
    assert (house.sky.published(), house.sky.found()) == (1, 1)


def test_a_hold_between_the_reading_and_the_taking_counts(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = doubtful(house)
    connect = house.rig.platforms.connect

    def and_hold(*args: object) -> object:
        house.holds.hold(house.rig.alone(), "all", "", "Crisis in town.")
        return connect(*args)

    monkeypatch.setattr(house.rig.platforms, "connect", and_hold)
    house.rig.clock.on(seconds=10)
    assert house.reconcile(entry).state == "sent"
    assert house.sky.published() == 1


def test_an_accepted_post_is_found(looking: House) -> None:
    entry = doubtful(looking)
    looking.rig.clock.on(seconds=10)
    row = looking.reconcile(entry)
    assert (row.state, row.url) == ("sent", "https://sky.example/0")
    assert looking.sky.published() == 1


def test_a_post_that_is_not_there_goes_again_once_the_first_call_cannot_act_any_more(looking: House) -> None:
    entry = doubtful(looking, VANISH)
    looking.rig.clock.on(seconds=10)
    row = looking.reconcile(entry)
    assert (row.state, row.next_attempt_at) == ("unconfirmed", entry.due_at + 70 * SECOND)
    looking.rig.clock.on(seconds=60)
    assert looking.reconcile(entry).state == "queued"
    assert looking.deliver(entry).state == "sent"
    assert len(looking.sky.copies) == 1


@pytest.mark.parametrize("final", [True, False])
def test_a_post_that_shows_up_late_is_not_doubled(store: SqlStore, final: bool) -> None:
    house = skies.build(store, Sky(idempotency="lookup", lag=40 * SECOND, final=final))
    entry = doubtful(house)
    house.run(until=house.rig.clock.at + 10 * MINUTE)
    assert house.row(entry).state == "sent"
    assert len(house.sky.copies) == 1


def test_where_one_look_is_not_enough_a_second_one_a_minute_later_is(store: SqlStore) -> None:
    house = skies.build(store, Sky(idempotency="lookup", final=False))
    entry = doubtful(house, VANISH)
    house.rig.clock.on(minutes=6)
    row = house.reconcile(entry)
    assert (row.state, row.next_attempt_at) == ("unconfirmed", house.rig.clock.at + MINUTE)
    house.rig.clock.on(minutes=1)
    assert house.reconcile(entry).state == "queued"
    assert house.deliver(entry).state == "sent"
    assert len(house.sky.copies) == 1


def test_a_look_a_moment_after_the_first_does_not_make_it_final(store: SqlStore) -> None:
    house = skies.build(store, Sky(idempotency="lookup", final=False))
    entry = doubtful(house, VANISH)
    house.rig.clock.on(minutes=6)
    row = house.reconcile(entry)
    soon = replace(row, next_attempt_at=house.rig.clock.at)
    with house.store.write() as tx:
        tx.deliveries.swap(row, soon)
    assert house.reconcile(entry).state == "unconfirmed"


def test_what_nobody_can_tell_is_asked_of_a_person_after_three_looks(looking: House) -> None:
    entry = doubtful(looking)
    looking.sky.looks = [Unknown("Cannot be read back.")] * 3
    for wait, left in ((10, 60), (60, 230), (230, None)):
        looking.rig.clock.on(seconds=wait)
        row = looking.reconcile(entry)
        assert row.state == "unconfirmed"
        assert row.next_attempt_at == (None if left is None else looking.rig.clock.at + left * SECOND)
    assert "Look at the account" in (row.reason or "")
    assert looking.notices() == ["unconfirmed"]
    assert looking.reconcile(entry).looks == 3
    assert looking.sky.published() == 1


def test_a_platform_that_is_away_is_asked_again_for_a_day(looking: House) -> None:
    entry = doubtful(looking)
    looking.sky.looks = [Temporary("Not reached.")] * 400
    looking.run(until=entry.due_at + 23 * HOUR, step=MINUTE)
    row = looking.row(entry)
    assert row.state == "unconfirmed"
    assert row.next_attempt_at is not None
    assert looking.notices() == []
    looking.sky.looks = []
    looking.run(until=looking.rig.clock.at + 6 * MINUTE, step=MINUTE)
    assert looking.row(entry).state == "sent"
    assert len(looking.sky.copies) == 1


def test_after_a_day_without_an_answer_a_person_is_asked(looking: House) -> None:
    entry = doubtful(looking)
    looking.sky.looks = [Temporary("Not reached.")] * 400
    looking.run(until=entry.due_at + 25 * HOUR, step=MINUTE)
    assert looking.row(entry).next_attempt_at is None
    assert looking.notices() == ["unconfirmed"]


def test_a_look_with_a_dead_token_refreshes_it_once(looking: House) -> None:
    entry = doubtful(looking)
    looking.sky.looks = [AuthExpired("Expired.")]
    looking.rig.clock.on(seconds=10)
    assert looking.reconcile(entry).state == "sent"
    assert looking.sky.refreshed == 1


@pytest.mark.parametrize("refresh", [None, AuthExpired("No more.")])
def test_a_look_without_a_login_asks_a_person_and_flags_the_account(looking: House, refresh: AuthExpired | None) -> None:
    entry = doubtful(looking)
    looking.sky.looks, looking.sky.refresh_error = [AuthExpired("Expired.")] * 2, refresh
    looking.rig.clock.on(seconds=10)
    assert looking.reconcile(entry).next_attempt_at is None
    assert sorted(looking.notices()) == ["account-lost", "unconfirmed"]


def test_a_login_that_cannot_be_used_at_all_is_waited_for(looking: House) -> None:
    entry = doubtful(looking)
    looking.sky.connect_error = Rejected("The server address is not valid.")
    looking.rig.clock.on(seconds=10)
    row = looking.reconcile(entry)
    assert (row.state, row.next_attempt_at) == ("unconfirmed", entry.due_at + 70 * SECOND)


def test_a_repeat_that_fails_is_followed_by_a_look(house: House) -> None:
    entry = doubtful(house)
    house.sky.script = [Rejected("Malformed.")]
    house.rig.clock.on(seconds=10)
    assert house.reconcile(entry).state == "sent"
    assert house.outcomes(entry) == ["doubtful", "rejected"]


def test_a_repeat_with_a_dead_token_refreshes_it(house: House) -> None:
    entry = doubtful(house)
    house.sky.script = [AuthExpired("Expired.")]
    house.rig.clock.on(seconds=10)
    assert house.reconcile(entry).state == "sent"
    assert house.outcomes(entry) == ["doubtful", "auth-expired", "sent"]
    assert len(house.sky.copies) == 1


def test_a_rate_limit_on_a_repeat_pauses_the_account(house: House) -> None:
    entry = doubtful(house)
    limit = RateLimited("Wait.", house.rig.clock.at + HOUR)
    house.sky.script, house.sky.looks = [limit], [limit]
    house.rig.clock.on(seconds=10)
    assert house.reconcile(entry).state == "unconfirmed"
    second = house.plan("B", house.rig.accounts.get(entry.account_id))
    assert house.deliver(second).next_attempt_at == limit.until


def test_doubt_after_doubt_ends_with_one_post(house: House) -> None:
    entry = doubtful(house)
    house.sky.script = [Doubtful("Lost.")] * 3
    house.sky.looks = [Temporary("Not reached.")] * 3
    house.run(until=house.rig.clock.at + 20 * MINUTE)
    assert house.row(entry).state == "sent"
    assert len(house.sky.copies) == 1


def test_two_workers_look_once(looking: House) -> None:
    entry = doubtful(looking)
    looking.rig.clock.on(seconds=10)
    other, find = looking.another(), looking.sky.find

    def and_other(*args: object, **named: object) -> object:
        other.reconcile(entry.id)
        return find(*args, **named)  # type: ignore[arg-type]

    looking.sky.find = and_other  # type: ignore[method-assign,assignment]
    assert looking.reconcile(entry).state == "sent"
    assert looking.sky.found() == 1


def test_a_look_that_another_worker_took_meanwhile_ends_silently(looking: House, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = doubtful(looking)
    looking.rig.clock.on(seconds=10)
    connect, other = looking.rig.platforms.connect, looking.another()

    def and_other(*args: object) -> object:
        monkeypatch.undo()
        other.reconcile(entry.id)
        return connect(*args)

    monkeypatch.setattr(looking.rig.platforms, "connect", and_other)
    assert looking.reconcile(entry).state == "sent"
    assert looking.sky.found() == 1


@pytest.mark.parametrize("key", ["nobody", "queued", "sent"])
def test_there_is_nothing_to_look_for(house: House, key: str) -> None:
    entry = house.plan("A", house.account())
    if key == "sent":
        house.deliver(entry)
    house.publisher.reconcile("nobody" if key == "nobody" else entry.id)
    assert house.sky.found() == 0


# Duplicates


def test_a_duplicate_that_is_ours_is_sent(looking: House) -> None:
    entry = looking.plan("A", looking.account())
    looking.sky.on_publish = lambda key, *_: looking.sky.accept(key, "A") and None
    looking.sky.script = [Duplicate("Already there.")]
    looking.deliver(entry)
    assert looking.reconcile(entry).state == "sent"
    assert len(looking.sky.copies) == 1


def test_a_duplicate_that_is_not_ours_fails_and_shows_it(looking: House) -> None:
    entry = looking.plan("A", looking.account())
    looking.sky.script = [Duplicate("Already there.", Ref("ref-9"))]
    looking.deliver(entry)
    row = looking.reconcile(entry)
    assert (row.state, row.reason) == ("failed", "Already there. The post that is there: ref-9")


def test_a_duplicate_with_other_content_fails_and_shows_it(house: House) -> None:
    entry = house.plan("A", house.account())
    house.sky.script, house.sky.looks = [Duplicate("Already there.")], [Unknown("Other content.", Ref("ref-9"))]
    house.deliver(entry)
    row = house.reconcile(entry)
    assert (row.state, row.reason) == ("failed", "Other content. The post that is there: ref-9")
    assert house.sky.published() == 1


def test_a_duplicate_that_cannot_be_read_is_asked_of_a_person(looking: House) -> None:
    entry = looking.plan("A", looking.account())
    looking.sky.script, looking.sky.looks = [Duplicate("Already there.")], [Unknown("Cannot be read.")] * 9
    looking.deliver(entry)
    looking.run(until=looking.rig.clock.at + 10 * MINUTE)
    assert looking.row(entry).next_attempt_at is None
    assert looking.notices() == ["unconfirmed"]


# The reaper


@pytest.mark.parametrize("accepted", [True, False])
def test_a_worker_that_vanished_is_cleared_up_after(house: House, accepted: bool) -> None:
    entry = house.plan("A", house.account())

    def die(key: str, *_: object) -> None:
        if accepted:
            house.sky.accept(key, "A")
        raise KeyboardInterrupt

    house.sky.on_publish = die
    with pytest.raises(KeyboardInterrupt):
        house.deliver(entry)
    house.sky.on_publish = None
    assert house.publisher.reap() == 0
    house.rig.clock.on(seconds=120)
    assert house.publisher.reap() == 1
    row = house.row(entry)
    assert (row.state, row.lease_owner) == ("unconfirmed", None)
    house.rig.clock.on(seconds=10)
    assert house.reconcile(entry).state == "sent"
    assert house.sky.texts == ["A"]


def test_a_vanished_worker_on_a_platform_that_can_only_be_asked(looking: House) -> None:
    entry = looking.plan("A", looking.account())
    looking.sky.on_publish = lambda *_: (_ for _ in ()).throw(KeyboardInterrupt)
    with pytest.raises(KeyboardInterrupt):
        looking.deliver(entry)
    looking.sky.on_publish = None
    looking.run(until=looking.rig.clock.at + 10 * MINUTE)
    assert looking.row(entry).state == "sent"
    assert len(looking.sky.copies) == 1
    assert looking.outcomes(entry) == ["not-there", "sent"]


def test_a_worker_that_vanished_between_two_parts_is_known_to_have_sent_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = house.plan("One\n---\nTwo", house.account())
    monkeypatch.setattr(house.publisher, "_go_on", lambda *_: None)
    assert house.deliver(entry).state == "sending"
    monkeypatch.undo()
    house.run(until=house.rig.clock.at + 5 * MINUTE)
    assert house.row(entry).state == "sent"
    assert house.sky.texts == ["One", "Two"]
    assert house.sky.found() == 0


def test_a_row_whose_every_part_turns_out_live_is_closed_without_a_call(house: House) -> None:
    entry = doubtful(house)
    with house.store.write() as tx:
        tx.deliveries.part_sent(entry.id, 0, "ref-0", "https://sky.example/0", house.rig.clock.at)
    house.rig.clock.on(seconds=10)
    assert house.reconcile(entry).state == "sent"
    assert house.sky.published() == 1


def test_a_card_that_nobody_answered_is_missed(house: House) -> None:
    entry = house.plan("A", house.rig.account())
    house.deliver(entry)
    assert house.publisher.reap() == 0
    house.rig.clock.on(hours=2)
    assert house.publisher.reap() == 1
    assert house.row(entry).state == "missed"
    assert "by hand" in (house.row(entry).reason or "")
    assert house.notices() == ["card", "missed"]


def test_the_reaper_leaves_what_a_hold_still_covers(house: House) -> None:
    account, other = house.account(), house.account("@other")
    one, two = house.plan("A", account), house.plan("B", other)
    actor = house.rig.alone()
    first = house.holds.hold(actor, "account", account.id, "Pause.")
    house.holds.hold(actor, "account", other.id, "Pause.")
    everything = house.holds.hold(actor, "all", "", "Crisis in town.")
    assert house.publisher.reap() == 0
    with house.store.write() as tx:
        for hold in (everything, first):
            tx.deliveries.put_hold(replace(hold, lifted_at=house.rig.clock.at))
    assert house.publisher.reap() == 1
    assert [house.row(item).state for item in (one, two)] == ["queued", "held"]


def test_what_was_held_past_its_time_comes_to_review(house: House) -> None:
    account = house.account()
    entry = house.plan("A", account)
    house.sky.script = [Forbidden("A right is missing.")]
    house.deliver(entry)
    house.rig.clock.on(hours=3)
    with house.store.write() as tx:
        flagged = tx.accounts.get(account.id)
        tx.accounts.swap(flagged, replace(flagged, health="ok", version=flagged.version + 1))
    assert house.publisher.reap() == 1
    assert house.row(entry).state == "missed"


def test_a_row_that_moved_on_meanwhile_is_left_alone(house: House) -> None:
    entry = house.plan("A", house.account())
    row = house.rig.force(entry, "held", held_scope="account")
    with house.store.write() as tx:
        assert not reapers.release(tx, replace(row, generation=9), house.rig.clock.at)
        assert not house.publisher._reaper._move(tx, replace(row, generation=9), row)
