"""What stops or changes a post between the look and the claim, and everything that a look may ask for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from connectors.base import Credentials
from planner.domain import delivery as moves
from planner.domain.campaign import Campaign
from planner.domain.petition import Petition
from planner.domain.review import AnswerGiven
from planner.domain.schedule import Wall
from planner.services import ahead, approvals
from planner.store.work import _Marks
from tests.unit.services import rig as rigs
from tests.unit.services import sky as skies

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.domain.delivery import Delivery
    from planner.domain.post import PostType
    from planner.store import SqlStore
    from planner.store.work import SqlTransaction
    from tests.unit.services.sky import House

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
CONCERNS = frozenset({"same-hour", "quiet-hours", "outside-hours", "near-duplicate"})


@pytest.fixture
def house(store: SqlStore) -> House:
    return skies.build(store)


def ahead_of(house: House, entry: Delivery, at: timedelta = SECOND) -> Delivery:
    """Look at a post so long before its time, and be there when its time has come."""
    house.rig.clock.at = entry.due_at - at
    house.publisher.foresee(skies.ready(entry))
    house.rig.clock.at = entry.due_at
    return entry


def void(house: House, entry: Delivery) -> None:
    house.void(entry, approvals.STALE)


def another_login(house: House, entry: Delivery) -> None:
    with house.store.write() as tx:
        tx.vault.write(entry.account_id, Credentials({"access": "another"}))


def no_login(house: House, entry: Delivery) -> None:
    with house.store.write() as tx:
        tx.vault.forget(entry.account_id)


def pause(house: House, entry: Delivery) -> None:
    house.pause(entry.account_id, entry.due_at + MINUTE)


def pause_platform(house: House, entry: Delivery) -> None:
    house.pause("platform.bluesky", entry.due_at + MINUTE)


def answer(house: House, entry: Delivery) -> None:
    """Say of what the rules ask that it is so."""
    post = house.post(entry)
    with house.store.write() as tx:
        tx.reviews.put_answer(AnswerGiven(post.id, post.base.digest, "fp-rain", "yes", "owner", house.rig.clock.at))


@pytest.mark.parametrize(("change", "state"), [(void, "held"), (pause, "queued"), (pause_platform, "queued"), (answer, "held")])
@pytest.mark.parametrize("seen", [True, False], ids=["before its time", "when it was due"])
def test_what_changes_after_the_look_counts_in_the_claim(
    house: House, change: Callable[[House, Delivery], None], state: str, seen: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.rig.checker.find("rain", "a.rule", "ask")
    entry = asked(house)
    if seen:
        ahead_of(house, entry)
        change(house, entry)
    else:
        between(house, lambda: change(house, entry), monkeypatch=monkeypatch)
    assert house.deliver(entry).state == state
    assert house.sky.calls == []
    assert house.attempts(entry) == ()


def asked(house: House) -> Delivery:
    """Schedule a post of which a finding was asked and answered."""
    account = house.account()
    draft = house.rig.draft("In the rain", account)
    with house.store.write() as tx:
        tx.reviews.put_answer(AnswerGiven(draft.id, draft.base.digest, "fp-rain", "no", "owner", house.rig.clock.at))
    post = house.rig.submit(draft)
    house.rig.approvals.approve(house.rig.alone(), post.id, account.id, post.digest_for(account.id))
    entry = house.rig.calendar.schedule(house.rig.alone(), post.id, account.id, rigs.TOMORROW, accepted=CONCERNS)
    house.rig.clock.at = entry.due_at
    return entry


def between(house: House, *changes: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let something happen right after a look and before the claim: the first thing at the first look."""
    prepare, todo = house.publisher._prepare, list(changes)

    def prepared(*given: Any) -> Any:
        found = prepare(*given)
        if todo:
            todo.pop(0)()
        return found

    monkeypatch.setattr(house.publisher, "_prepare", prepared)


@pytest.mark.parametrize("seen", [True, False], ids=["before its time", "when it was due"])
def test_the_login_of_the_moment_is_used(house: House, seen: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = house.plan("A", house.account())
    if seen:
        ahead_of(house, entry)
        another_login(house, entry)
    else:
        between(house, lambda: another_login(house, entry), monkeypatch=monkeypatch)
    (call,) = house.publisher.take(skies.ready(entry))
    assert call.job.tokens is not None
    assert call.job.tokens.read() == Credentials({"access": "another"})


def test_a_login_that_was_taken_away_is_not_used(house: House) -> None:
    entry = ahead_of(house, house.plan("A", house.account()))
    no_login(house, entry)
    (call,) = house.publisher.take(skies.ready(entry))
    assert call.job.tokens is not None
    assert call.job.tokens.read() == Credentials({})


def of_another(house: House) -> None:
    house.holds.hold(house.rig.alone(), "account", "nobody", "Wait.")


def flag(house: House, entry: Delivery) -> None:
    with house.store.write() as tx:
        account = tx.accounts.get(entry.account_id)
        tx.accounts.swap(account, replace(account, health="flagged", version=account.version + 1))


def test_somebody_who_writes_all_the_time_stops_nobody_else(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = house.plan("A", house.account())
    between(house, *[lambda: of_another(house)] * 2, monkeypatch=monkeypatch)
    assert house.take(entry) == [entry.id]


def test_what_changes_itself_once_more_waits_for_the_next_round(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = house.plan("A", house.account())
    between(house, lambda: of_another(house), lambda: flag(house, entry), monkeypatch=monkeypatch)
    assert house.take(entry) == []
    assert house.row(entry).state == "queued"
    assert house.deliver(entry).state == "held"


@pytest.mark.parametrize("minutes", [-5, 5])
def test_another_time_leaves_the_look_behind(house: House, minutes: int) -> None:
    entry = house.plan("A", house.account())
    ahead_of(house, entry)
    house.rig.clock.at = entry.due_at - 10 * MINUTE
    house.publisher.foresee(skies.ready(entry))
    wall = Wall.parse(f"2026-11-25 {'09:55' if minutes < 0 else '10:05'}")
    moved = house.rig.calendar.move(house.rig.alone(), entry.id, entry.generation, wall, accepted=CONCERNS)
    house.rig.clock.at = min(entry.due_at, moved.due_at) - SECOND
    assert house.take(entry) == house.take(moved) == []
    house.publisher.foresee(skies.ready(moved))
    house.rig.clock.at = moved.due_at - SECOND / 2
    assert house.take(moved) == house.take(entry) == []
    house.rig.clock.at = moved.due_at
    assert house.take(entry) == []
    assert house.take(moved) == [entry.id]
    assert house.attempts(entry)[0].started_at == moved.due_at


def test_what_was_put_off_does_not_go_out_before(house: House) -> None:
    entry = house.plan("A", house.account())
    row = house.row(entry)
    later = moves.postpone(row, entry.due_at, entry.due_at + MINUTE, "Wait.")
    with house.store.write() as tx:
        assert tx.deliveries.swap(row, later)
    house.rig.clock.at = entry.due_at + MINUTE - 2 * SECOND
    house.publisher.foresee(skies.ready(later))
    house.rig.clock.on(seconds=1)
    assert house.take(later) == []
    house.rig.clock.on(seconds=1)
    assert house.take(later) == [entry.id]


def test_a_worker_that_freezes_after_a_look_ahead_sends_nothing_with_what_it_saw(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = ahead_of(house, house.plan("A", house.account()))
    claim = house.publisher._claim

    def frozen(*given: Any) -> Any:
        house.rig.clock.on(hours=1)
        return claim(*given)

    monkeypatch.setattr(house.publisher, "_claim", frozen)
    row = house.deliver(entry)
    assert (row.state, house.sky.calls) == ("queued", [])
    monkeypatch.undo()
    house.rig.clock.on(seconds=1)
    assert house.deliver(entry).state == "sent"
    assert house.outcomes(entry) == ["fenced", "sent"]


def test_an_attempt_is_written_down_before_the_call_of_what_was_seen_ahead(house: House) -> None:
    entry = ahead_of(house, house.plan("A", house.account()))
    there: list[Any] = []
    house.sky.on_publish = lambda *_: there.append([(one.key, one.outcome) for one in house.attempts(entry)])
    house.deliver(entry)
    assert there == [[(house.parts(entry)[0].key, None)]]


def test_the_next_part_of_a_thread_that_was_seen_ahead_waits_for_a_hold(house: House) -> None:
    entry = ahead_of(house, house.plan("One\n---\nTwo", house.account()))
    (call,) = house.publisher.take(skies.ready(entry))
    answer = house.publisher.send(call)
    house.holds.hold(house.rig.alone(), "all", "", "Wait.")
    assert house.publisher.keep([answer]) == []
    assert (house.row(entry).state, house.sky.texts) == ("held", ["One"])


def test_what_nobody_asked_for_is_forgotten_with_its_login(house: House) -> None:
    first, second = (house.plan(f"By {name}", house.account(name)) for name in ("@a", "@b"))
    ahead_of(house, first)
    assert house.publisher._ahead.room(house.rig.clock.at) == ahead._MOST - 1
    house.rig.clock.on(seconds=ahead.LASTS.seconds)
    assert house.take(second) == [second.id]
    assert house.publisher._ahead._seen == {}


KINDS: list[PostType] = ["plain", "story", "petition", "event"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_room_that_a_look_opens_raises_the_number_when_it_is_written_in(
    house: House, kind: PostType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A room whose changes a look would miss has no place in a look."""
    account = house.account()
    entry = house.plan("Call this app at 988, in the rain #grief https://change.example/p", account)
    row, post = house.row(entry), house.post(entry)
    campaign = house.rig.campaigns.add(house.rig.alone(), Campaign("", "Autumn", "", rigs.NOW, audience="rural"))
    after = replace(post, type=kind, campaign=campaign.id, purpose="ask", version=post.version + 1)
    with house.store.write() as tx:
        tx.petitions.add(Petition("s1", "Calls", "owner", rigs.NOW, campaign.id, "the committee", "Pay.", "https://change.example/p"))
        assert tx.posts.swap(post, after)
        assert tx.deliveries.swap(row, replace(row, digest=after.digest_for(account.id)))
    opened: list[SqlTransaction] = []
    look = house.publisher._fresh.look
    monkeypatch.setattr(house.publisher._fresh, "look", lambda tx, *rest: opened.append(tx) or look(tx, *rest))
    house.deliver(entry)
    (tx,) = opened
    rooms = {name: room for name, room in vars(tx).items() if hasattr(room, "_touch")}
    assert {"accounts", "posts", "reviews", "vault", "log", "library", "campaigns", "ledgers", "deliveries"} <= set(rooms)
    assert kind != "story" or "consents" in rooms
    assert kind != "petition" or "petitions" in rooms
    for name, room in rooms.items():
        raises = room._unseen if name == "deliveries" else room._touch
        assert raises.__func__ is _Marks.touch, name
