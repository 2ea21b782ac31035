"""What people say about posts: holds, decisions, cards, and what they are told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from connectors.base import Unknown
from planner.domain.errors import Conflict, Invalid, Missing, NotAllowed, NotReady
from planner.domain.people import Actor
from planner.services.decisions import BY_HAND
from planner.services.notices import Notices
from tests.unit.services import sky as skies
from tests.unit.services.sky import LOST, VANISH, Sky

if TYPE_CHECKING:
    from planner.domain.delivery import Delivery
    from planner.store import SqlStore
    from tests.unit.services.sky import House

VIEWER = Actor("v", "Vic", "viewer", 2)
URL = "https://sky.example/mine"


@pytest.fixture
def house(store: SqlStore) -> House:
    return skies.build(store, Sky(idempotency="none"))


def unconfirmed(house: House, text: str = "A", how: str = LOST) -> Delivery:
    entry = house.plan(text, house.account())
    house.sky.script = [how]
    house.sky.looks = [Unknown("Cannot be read back.")] * 3
    house.deliver(entry)
    house.run(until=house.rig.clock.at + timedelta(minutes=6))
    assert house.row(entry).next_attempt_at is None
    return entry


# Doubt


def test_it_is_live_keeps_the_address_that_the_person_found(house: House) -> None:
    entry = unconfirmed(house)
    row = house.decide.it_is_live(house.rig.alone(), entry.id, f" {URL} ")
    assert (row.state, row.url, row.warning) == ("sent", URL, None)
    assert (house.parts(entry)[0].ref, house.parts(entry)[0].url) == (f"seen:{URL}", URL)
    with house.store.read() as tx:
        assert tx.readings.uncollected(house.rig.clock.at + timedelta(days=1)) == ()
    assert house.rig.actions(f"delivery:{entry.id}")[-1] == "delivery.it-is-live"


def test_it_is_live_for_the_doubtful_part_of_a_thread_says_what_is_missing(house: House) -> None:
    entry = unconfirmed(house, "One\n---\nTwo")
    row = house.decide.it_is_live(house.rig.alone(), entry.id, URL)
    assert (row.state, row.warning) == ("sent", "Not all parts of this thread went out: 1 of 2 are live.")


def test_it_is_live_when_every_part_is_known_already(house: House) -> None:
    entry = unconfirmed(house)
    with house.store.write() as tx:
        tx.deliveries.part_sent(entry.id, 0, "ref-0", "https://sky.example/0", house.rig.clock.at)
    assert house.decide.it_is_live(house.rig.alone(), entry.id, URL).url == "https://sky.example/0"


@pytest.mark.parametrize("url", ["", "sky.example/1", "ftp://sky.example", "https://", "https://a b", "https://a/" + "x" * 2000])
def test_an_address_that_is_none_is_refused(house: House, url: str) -> None:
    entry = unconfirmed(house)
    with pytest.raises(Invalid):
        house.decide.it_is_live(house.rig.alone(), entry.id, url)


def test_drop_is_final(house: House) -> None:
    entry = unconfirmed(house)
    assert house.decide.drop(house.rig.alone(), entry.id).state == "failed"
    with pytest.raises(NotReady, match="failed"):
        house.decide.send_again(house.rig.alone(), entry.id)


def test_send_again_is_a_logged_decision_and_sends_once_more(house: House) -> None:
    entry = unconfirmed(house, how=VANISH)
    assert house.decide.send_again(house.rig.alone(), entry.id).state == "queued"
    assert house.deliver(entry).state == "sent"
    assert len(house.sky.copies) == 1
    assert house.rig.actions(f"delivery:{entry.id}")[-1] == "delivery.send-again"


def test_send_again_after_the_post_has_grown_stale_is_for_now(house: House) -> None:
    entry = unconfirmed(house, how=VANISH)
    house.rig.clock.on(days=1)
    row = house.decide.send_again(house.rig.alone(), entry.id)
    assert (row.state, row.due_at, row.wall) == ("queued", house.rig.clock.at, "2026-11-26T10:06")
    assert house.deliver(entry).state == "sent"


def test_only_who_may_publish_decides(house: House) -> None:
    entry = unconfirmed(house)
    with pytest.raises(NotAllowed):
        house.decide.drop(VIEWER, entry.id)


def test_a_decision_about_a_row_that_moved_on_is_refused(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = unconfirmed(house)
    monkeypatch.setattr("planner.store.deliveries.SqlDeliveries.swap", lambda *_: False)
    with pytest.raises(Conflict):
        house.decide.drop(house.rig.alone(), entry.id)


# Cards


def card(house: House) -> Delivery:
    entry = house.plan("One\n---\nTwo", house.rig.account())
    house.deliver(entry)
    return entry


@pytest.mark.feature("Hand-posting")
@pytest.mark.parametrize(("url", "ref"), [(URL, URL), (" ", BY_HAND)])
def test_a_card_that_was_posted_is_sent(house: House, url: str, ref: str) -> None:
    entry = card(house)
    row = house.decide.posted(house.rig.alone(), entry.id, url)
    assert (row.state, row.url) == ("sent", URL if ref == URL else None)
    assert [part.ref for part in house.parts(entry)] == [ref, ref]


def test_a_card_that_could_not_be_posted_fails_with_the_reason(house: House) -> None:
    entry = card(house)
    for reason in (" ", "x" * 2001):
        with pytest.raises(Invalid):
            house.decide.could_not(house.rig.alone(), entry.id, reason)
    row = house.decide.could_not(house.rig.alone(), entry.id, " The site was down. ")
    assert (row.state, row.reason) == ("failed", "The site was down.")


def test_a_card_nobody_is_sure_about_waits_for_a_person(house: House) -> None:
    entry = card(house)
    row = house.decide.not_sure(house.rig.alone(), entry.id)
    assert (row.state, row.next_attempt_at) == ("unconfirmed", None)
    house.run(until=house.rig.clock.at + timedelta(minutes=10))
    assert house.sky.calls == []
    assert house.decide.it_is_live(house.rig.alone(), entry.id, URL).state == "sent"


def test_a_post_that_the_worker_is_sending_has_no_card(house: House) -> None:
    entry = house.plan("A", house.account())
    house.rig.force(entry, "sending", lease_owner="w", lease_until=house.rig.clock.at)
    with pytest.raises(NotReady):
        house.decide.posted(house.rig.alone(), entry.id)


# Holds


@pytest.mark.clause("C100")
def test_a_hold_stops_everything_and_lifting_it_lets_fresh_posts_go(house: House) -> None:
    account = house.account()
    entry, late = house.plan("A", account), house.plan("B", account, timing="time-critical")
    actor = house.rig.alone()
    hold = house.holds.hold(actor, "all", "", " Crisis in town. ", house.rig.clock.at + timedelta(days=1))
    assert house.holds.hold(actor, "all", "", "Again.") == hold
    assert house.holds.active() == (hold,)
    assert [house.row(item).state for item in (entry, late)] == ["held", "held"]
    assert house.row(entry).reason == "Crisis in town."
    house.rig.clock.on(minutes=30)
    assert house.holds.lift(actor, hold.id) == 2
    assert [house.row(item).state for item in (entry, late)] == ["queued", "missed"]
    assert house.deliver(entry).state == "sent"
    assert house.rig.actions("hold:all") == ["hold", "lift"]


def test_a_hold_whose_date_has_come_reminds_a_person_once_and_stays(house: House) -> None:
    hold = house.holds.hold(house.rig.alone(), "all", "", "Pause.", house.rig.clock.at + timedelta(hours=1))
    assert house.publisher.reap() == 0
    assert house.notices() == []
    house.rig.clock.on(hours=1)
    house.publisher.reap()
    house.publisher.reap()
    house.another().reap()
    assert house.notices() == ["resume"]
    assert house.holds.active() == (hold,)


def test_what_is_scheduled_under_a_hold_is_held_when_its_time_comes(house: House) -> None:
    account = house.account()
    house.holds.hold(house.rig.alone(), "account", account.id, "Pause.")
    entry = house.plan("A", account)
    assert house.row(entry).state == "queued"
    assert (house.deliver(entry).state, house.row(entry).held_scope) == ("held", "account")


def test_lifting_one_hold_leaves_what_another_covers_or_an_account_without_login(house: House) -> None:
    account, lost = house.account(), house.account("@lost")
    entry, other = house.plan("A", account), house.plan("B", lost)
    actor = house.rig.alone()
    house.holds.hold(actor, "delivery", entry.id, "Wait for the photo.")
    everything = house.holds.hold(actor, "all", "", "Crisis in town.")
    with house.store.write() as tx:
        tx.accounts.swap(lost, replace(lost, health="flagged", version=lost.version + 1))
        held = tx.deliveries.get(entry.id)
        tx.deliveries.swap(held, replace(held, held_scope="all"))
    assert house.holds.lift(actor, everything.id) == 0
    assert [house.row(item).state for item in (entry, other)] == ["held", "held"]


@pytest.mark.feature("Hold")
def test_a_campaign_is_held_alone(house: House) -> None:
    account = house.account()
    entry, other = house.plan("A", account), house.plan("B", account)
    post = house.post(entry)
    with house.store.write() as tx:
        tx.posts.swap(post, replace(post, campaign="autumn", version=post.version + 1))
    hold = house.holds.hold(house.rig.alone(), "campaign", "autumn", "Pause.")
    assert [house.row(item).state for item in (entry, other)] == ["held", "queued"]
    assert house.holds.lift(house.rig.alone(), hold.id) == 1


@pytest.mark.parametrize(
    ("scope", "target", "reason"),
    [("week", "", "Pause."), ("all", "x", "Pause."), ("account", "", "Pause."), ("all", "", " "), ("all", "", "x" * 501)],
)
def test_a_hold_says_what_and_why(house: House, scope: str, target: str, reason: str) -> None:
    with pytest.raises(Invalid):
        house.holds.hold(house.rig.alone(), scope, target, reason)


def test_a_hold_is_lifted_once(house: House) -> None:
    actor = house.rig.alone()
    hold = house.holds.hold(actor, "all", "", "Pause.")
    house.holds.lift(actor, hold.id)
    with pytest.raises(NotReady):
        house.holds.lift(actor, hold.id)
    with pytest.raises(Missing):
        house.holds.lift(actor, "nobody")
    with pytest.raises(NotAllowed):
        house.holds.hold(VIEWER, "all", "", "Pause.")


def test_a_held_row_that_moved_on_meanwhile_is_not_counted(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.plan("A", house.account())
    hold = house.holds.hold(house.rig.alone(), "all", "", "Pause.")
    monkeypatch.setattr("planner.store.deliveries.SqlDeliveries.swap", lambda *_: False)
    assert house.holds.lift(house.rig.alone(), hold.id) == 0


# Notices


class Phone:
    """A notifier that takes what it is told to take."""

    def __init__(self) -> None:
        self.takes = True
        self.told: list[tuple[str, str]] = []

    def tell(self, subject: str, text: str, key: str) -> bool:
        assert key
        self.told.append((subject, text))
        return self.takes


NIGHT = datetime(2026, 11, 26, 3, tzinfo=UTC)


@pytest.mark.clause("C77")
def test_urgent_things_are_told_at_once_and_the_rest_in_business_hours(house: House) -> None:
    account, phone = house.account("@other"), Phone()
    notices = Notices(house.store, phone, house.rig.clock, "http://localhost:8501/")
    missed = house.plan("B", account)
    house.rig.force(missed, "queued", next_attempt_at=missed.due_at + timedelta(hours=3))
    unconfirmed(house)
    house.rig.clock.on(hours=3)
    house.deliver(missed)
    house.rig.clock.at = NIGHT
    assert notices.tick() == 1
    assert [subject for subject, _ in phone.told] == ["A post may be live: please look"]
    assert notices.tick() == 0
    house.rig.clock.at = NIGHT + timedelta(hours=14)
    assert notices.tick() == 1
    subject, text = phone.told[1]
    assert subject == "Discreet: 1 thing to look at"
    assert f"http://localhost:8501/deliveries?delivery={missed.id}" in text
    assert "B" not in text.replace("Bluesky", "")
    assert notices.tick() == 0


def test_what_is_not_taken_is_tried_again_after_growing_pauses(house: House) -> None:
    phone = Phone()
    notices = Notices(house.store, phone, house.rig.clock)
    house.deliver(house.plan("A", house.rig.account()))
    phone.takes = False
    tries = []
    for minute in range(100):
        before = len(phone.told)
        notices.tick()
        if len(phone.told) > before:
            tries.append(minute)
        house.rig.clock.on(minutes=1)
    assert tries == [0, 1, 3, 7, 15, 31, 61, 91]
    phone.takes = True
    house.rig.clock.on(minutes=30)
    assert notices.tick() == 1
    with house.store.read() as tx:
        assert tx.log.waiting_notices() == ()


def test_an_account_without_hours_waits_for_nobody(house: House) -> None:
    account, phone = house.account(), Phone()
    entry = house.plan("A", account)
    with house.store.write() as tx:
        tx.accounts.swap(account, replace(account, business_hours=(), version=account.version + 1))
    house.rig.clock.on(hours=3)
    house.deliver(entry)
    house.rig.clock.at = NIGHT
    assert Notices(house.store, phone, house.rig.clock).tick() == 1
