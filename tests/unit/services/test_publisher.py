"""Delivering: the claim, the check before it, the outcome of every answer."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from connectors.base import Media, Problem
from connectors.errors import AuthExpired, ConnectorError, Forbidden, OutOfCredit, RateLimited, Rejected, Temporary
from planner.domain import delivery as moves
from planner.domain.errors import Unavailable
from planner.domain.post import MediaRef
from planner.services import fresh
from tests.unit.services import rig as rigs
from tests.unit.services import sky as skies
from tests.unit.services.sky import BUG, LOST, VANISH

if TYPE_CHECKING:
    from collections.abc import Callable

    from connectors.base import Credentials, TokenStore
    from planner.domain.account import Account
    from planner.store import SqlStore
    from tests.unit.services.sky import House

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture(params=[False, True], ids=["", "ahead"])
def house(store: SqlStore, request: pytest.FixtureRequest) -> House:
    """Whatever holds for a post holds for one that was looked at before its time, too."""
    made = skies.build(store)
    made.ahead = request.param
    return made


def test_a_post_goes_out_once_with_its_attempt_written_down(house: House) -> None:
    entry = house.plan("Grief has no timetable.", house.account())
    row = house.deliver(entry)
    assert (row.state, row.url, row.sent_at) == ("sent", "https://sky.example/0", house.rig.clock.at)
    assert house.sky.texts == ["Grief has no timetable."]
    assert house.outcomes(entry) == ["sent"]
    assert house.parts(entry)[0].ref == "ref-0"
    assert house.notices() == []
    house.publisher.deliver(entry.id, entry.generation)
    house.publisher.deliver(row.id, row.generation)
    assert house.sky.published() == 1


def test_the_attempt_is_committed_before_the_call(house: House) -> None:
    entry = house.plan("A", house.account())
    seen = []
    house.sky.on_publish = lambda _key, _journal, _media: seen.append((house.row(entry).state, house.attempts(entry)))
    house.deliver(entry)
    state, attempts = seen[0]
    assert state == "sending"
    assert [(item.number, item.outcome, item.key) for item in attempts] == [(1, None, house.parts(entry)[0].key)]
    assert attempts[0].lease_until == entry.due_at + house.tuning.lease


@pytest.mark.parametrize("change", ["early", "generation", "state", "gone", "backoff"])
def test_a_job_that_finds_nothing_to_do_ends_silently(house: House, change: str) -> None:
    entry = house.plan("A", house.account())
    generation, key = entry.generation, entry.id
    if change == "early":
        house.rig.clock.at = entry.due_at - SECOND
    if change == "generation":
        generation = 7
    if change == "state":
        house.rig.force(entry, "cancelled")
    if change == "gone":
        key = "nobody"
    if change == "backoff":
        house.rig.force(entry, "queued", next_attempt_at=entry.due_at + MINUTE)
    house.publisher.deliver(key, generation)
    assert house.sky.calls == []
    assert house.attempts(entry) == ()


def test_two_workers_with_the_same_delivery_make_one_post(house: House) -> None:
    entry = house.plan("A", house.account())
    other, barrier = house.another(), threading.Barrier(2)

    def run(publisher: object) -> None:
        barrier.wait()
        publisher.deliver(entry.id, entry.generation)  # type: ignore[attr-defined]

    threads = [threading.Thread(target=run, args=(publisher,)) for publisher in (house.publisher, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(house.sky.copies) == 1
    assert house.row(entry).state == "sent"


def test_what_is_too_late_is_missed(house: House) -> None:
    entry = house.plan("A", house.account())
    house.rig.clock.on(hours=2, seconds=1)
    row = house.deliver(entry)
    assert (row.state, row.reason) == ("missed", fresh.STALE)
    assert house.notices() == ["missed"]
    assert house.sky.calls == []


def test_an_edit_after_the_approval_holds_the_post(house: House) -> None:
    entry = house.plan("A", house.account())
    house.rig.save(house.post(entry), "Something else")
    row = house.deliver(entry)
    assert (row.state, row.reason, row.held_scope) == ("held", fresh.NOT_APPROVED, "delivery")
    assert house.sky.calls == []
    assert house.notices() == ["held"]


def test_an_edit_while_it_waits_for_its_next_attempt_holds_it_too(house: House) -> None:
    entry = house.plan("A", house.account())
    house.sky.script = [Temporary("Not reached.")]
    assert house.deliver(entry).state == "queued"
    house.rig.save(house.post(entry), "Something else")
    house.rig.clock.on(seconds=30)
    assert house.deliver(entry).state == "held"
    assert house.sky.copies == []


def test_a_post_that_is_not_for_the_account_any_more_is_held(house: House) -> None:
    account, other = house.account(), house.account("@other")
    entry = house.plan("A", account)
    post = house.post(entry)
    variants = (replace(post.variants[0], account_id=other.id),)
    house.rig.composer.save(house.rig.alone(), post.id, post.version, post.base, variants)
    assert house.deliver(entry).reason == fresh.NOT_APPROVED


def test_a_new_block_of_the_checklist_holds_the_post(house: House) -> None:
    house.ahead = False  # a process has the rules that it began with
    entry = house.plan("Our client said so", house.account())
    house.rig.checker.find("client", "privacy.client", "block")
    row = house.deliver(entry)
    assert row.state == "held"
    assert row.reason == "The checklist as it is today blocks this post (Privacy). Change the words, or override with a reason."


def test_a_new_limit_of_the_platform_holds_the_post(house: House) -> None:
    house.ahead = False  # the same of a platform's limits
    entry = house.plan("A", house.account())
    house.sky.problems = (Problem("text", "It is too long."),)
    assert house.deliver(entry).reason == "It is too long."


def test_a_picture_that_is_gone_holds_the_post(house: House) -> None:
    house.ahead = False  # nothing in the product takes a picture away
    picture = Media("a.png", "image/png", b"1", "A lake")
    with house.store.write() as tx:
        tx.media.put(picture)
    entry = house.plan("A", house.account(), media=(MediaRef(picture.digest, "a.png", "image/png", 1, alt="A lake"),))
    with house.store.write() as tx:
        tx._connection.exec_driver_sql("DELETE FROM media")
    row = house.deliver(entry)
    assert row.state == "held"
    assert "picture" in (row.reason or "")


def test_pictures_come_with_their_approved_words(house: House) -> None:
    picture = Media("a.png", "image/png", b"1", "")
    with house.store.write() as tx:
        tx.media.put(picture)
    entry = house.plan("A", house.account(), media=(MediaRef(picture.digest, "lake.png", "image/png", 1, alt="A lake"),))
    seen = []

    def look(_key: str, journal: object, media: object) -> None:
        seen.append(media.media(picture.digest))  # type: ignore[attr-defined]
        assert journal.get("upload") is None  # type: ignore[attr-defined]
        journal.put("upload", "blob-1")  # type: ignore[attr-defined]
        assert journal.get("upload") == "blob-1"  # type: ignore[attr-defined]

    house.sky.on_publish = look
    assert house.deliver(entry).state == "sent"
    assert seen == [Media("lake.png", "image/png", b"1", "A lake")]
    with house.store.read() as tx:
        assert tx.deliveries.journal(entry.id) == {"0:upload": "blob-1"}


@pytest.mark.parametrize("health", ["needs-login", "flagged", "untested"])
def test_an_account_that_cannot_post_holds_its_posts(house: House, health: str) -> None:
    account = house.account()
    entry = house.plan("A", account)
    with house.store.write() as tx:
        tx.accounts.swap(account, replace(account, health=health, version=account.version + 1))
    row = house.deliver(entry)
    assert (row.state, row.held_scope) == ("held", "account")
    assert house.sky.calls == []


def test_an_account_that_was_put_away_holds_its_posts(house: House) -> None:
    account = house.account()
    entry = house.plan("A", account)
    with house.store.write() as tx:
        tx.accounts.swap(account, replace(account, archived=True, version=account.version + 1))
    assert "put away" in (house.deliver(entry).reason or "")


def test_an_account_whose_login_cannot_even_be_used_holds_the_post(house: House) -> None:
    entry = house.plan("A", house.account())
    house.sky.connect_error = Rejected("The server address is not valid.", "server")
    assert (house.deliver(entry).state, house.row(entry).reason) == ("held", "The server address is not valid.")


def test_example_data_is_never_sent(house: House) -> None:
    entry = house.plan("A", house.account())
    house.rig.force(entry, "queued", demo=True)
    assert (house.deliver(entry).state, house.row(entry).reason) == ("cancelled", fresh.DEMO)
    assert house.sky.calls == []


def test_what_changes_between_the_look_and_the_claim_is_looked_at_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    account = house.account()
    entry = house.plan("A", account)
    connect = house.rig.platforms.connect

    def and_hold(*args: object) -> object:
        house.holds.hold(house.rig.alone(), "all", "", "Crisis in town.")
        return connect(*args)

    monkeypatch.setattr(house.rig.platforms, "connect", and_hold)
    assert house.deliver(entry).state == "held"
    assert house.sky.calls == []


def test_an_account_changed_between_the_look_and_the_claim_is_looked_at_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.ahead = False  # which is between the login and the claim
    account = house.account()
    entry = house.plan("A", account)
    connect = house.rig.platforms.connect

    def and_flag(*args: object) -> object:
        with house.store.write() as tx:
            tx.accounts.swap(account, replace(account, health="flagged", version=account.version + 1))
        return connect(*args)

    monkeypatch.setattr(house.rig.platforms, "connect", and_flag)
    assert house.deliver(entry).state == "held"
    assert house.sky.calls == []


# Answers


def test_a_refusal_is_final(house: House) -> None:
    entry = house.plan("A", house.account())
    house.sky.script = [Rejected("Too long.", "text")]
    row = house.deliver(entry)
    assert (row.state, row.reason) == ("failed", "Too long.")
    assert house.outcomes(entry) == ["rejected"]
    assert house.notices() == ["failed"]


def test_what_was_certainly_not_accepted_goes_again_after_growing_pauses(house: House) -> None:
    entry = house.plan("A", house.account(), timing="evergreen")
    house.sky.script = [Temporary("Not reached.")] * 5
    gaps = []
    for _ in range(5):
        row = house.deliver(entry)
        assert row.state == "queued"
        assert row.next_attempt_at is not None
        gaps.append((row.next_attempt_at - house.rig.clock.at).total_seconds())
        house.rig.clock.at = row.next_attempt_at
    assert gaps == [30, 120, 480, 1800, 1800]
    assert house.deliver(entry).state == "sent"
    assert len(house.sky.copies) == 1


def test_a_pause_that_ends_too_late_is_missed_at_once(house: House) -> None:
    entry = house.plan("A", house.account(), timing="time-critical")
    house.sky.script = [Temporary("Not reached.")] * 9
    while (row := house.deliver(entry)).state == "queued":
        house.rig.clock.at = row.next_attempt_at or house.rig.clock.at
    assert row.state == "missed"
    assert house.rig.clock.at < entry.due_at + timedelta(minutes=15)
    assert house.notices() == ["missed"]


def test_a_rate_limit_is_one_call_and_then_the_next_at_its_time(house: House) -> None:
    account = house.account()
    entry, second = house.plan("A", account), house.plan("B", account)
    until = house.rig.clock.at + HOUR
    house.sky.script = [RateLimited("Wait.", until)]
    row = house.deliver(entry)
    assert (row.state, row.next_attempt_at) == ("queued", until + 3 * MINUTE)
    other = house.deliver(second)
    assert (other.state, other.next_attempt_at) == ("queued", until)
    house.run(until=until - SECOND, step=MINUTE)
    assert house.sky.published() == 1
    house.run(until=until + 10 * MINUTE, step=MINUTE)
    assert [house.row(item).state for item in (entry, second)] == ["sent", "sent"]
    assert house.sky.published() == 3


def test_a_rate_limit_that_ends_too_late_is_missed(house: House) -> None:
    account = house.account()
    entry, second = house.plan("A", account), house.plan("B", account)
    house.sky.script = [RateLimited("Wait.", house.rig.clock.at + 3 * HOUR)]
    assert [house.deliver(entry).state, house.deliver(second).state] == ["missed", "missed"]
    assert house.sky.published() == 1


def test_a_rate_limit_in_the_past_is_no_reason_to_hurry(house: House) -> None:
    entry = house.plan("A", house.account())
    house.sky.script = [RateLimited("Wait.", house.rig.clock.at - HOUR)]
    row = house.deliver(entry)
    assert row.state == "queued"
    house.rig.clock.on(seconds=1)
    assert house.deliver(entry).state == "sent"


def test_a_dead_token_is_refreshed_once_and_the_same_part_sent_with_the_same_key(house: House) -> None:
    entry = house.plan("A", house.account())
    house.sky.script = [AuthExpired("Token expired.")]
    assert house.deliver(entry).state == "sent"
    assert house.outcomes(entry) == ["auth-expired", "sent"]
    assert len({key for _, key in house.sky.calls}) == 1
    assert house.sky.refreshed == 1
    assert len(house.sky.copies) == 1


def test_a_token_that_stays_dead_asks_for_a_login_and_holds_the_account(house: House) -> None:
    account = house.account()
    entry, second = house.plan("A", account), house.plan("B", account)
    house.sky.script = [AuthExpired("Token expired."), AuthExpired("Still expired.")]
    assert house.deliver(entry).state == "held"
    assert house.deliver(second).state == "held"
    assert house.sky.published() == 2
    with house.store.read() as tx:
        assert (tx.accounts.get(account.id).health, tx.accounts.get(account.id).health_note) == ("needs-login", "Still expired.")
        assert tx.vault.read(account.id).values == {"access": "token-1"}
    assert sorted(house.notices()) == ["account-lost", "held", "held"]


def test_a_refresh_that_fails_keeps_the_stored_token(house: House) -> None:
    account = house.account()
    entry = house.plan("A", account)
    house.sky.script, house.sky.refresh_error = [AuthExpired("Token expired.")], AuthExpired("No more.")
    assert house.deliver(entry).state == "held"
    with house.store.read() as tx:
        assert tx.vault.read(account.id).values == {"access": "token-0"}


def test_a_row_taken_away_during_the_refresh_is_not_sent_again(house: House) -> None:
    entry = house.plan("A", house.account())
    house.sky.script = [AuthExpired("Token expired.")]

    def reaped(*_: object) -> None:
        row = house.row(entry)
        house.rig.force(row, "held", lease_owner=None)

    house.sky.on_publish = reaped
    assert house.deliver(entry).state == "held"
    assert house.sky.published() == 1


@pytest.mark.parametrize("error", [Forbidden("A right is missing."), OutOfCredit("Top up.")])
def test_a_person_has_to_mend_the_account_then_its_posts_go_on(house: House, error: ConnectorError) -> None:
    account = house.account()
    entry = house.plan("A", account)
    house.sky.script = [error]
    assert (house.deliver(entry).state, house.row(entry).reason) == ("held", error.reason)
    assert house.publisher.reap() == 0
    with house.store.write() as tx:
        flagged = tx.accounts.get(account.id)
        assert flagged.health == "flagged"
        tx.accounts.swap(flagged, replace(flagged, health="ok", version=flagged.version + 1))
    assert house.publisher.reap() == 1
    assert house.deliver(entry).state == "sent"


def test_an_account_that_is_lost_already_is_told_once(house: House) -> None:
    account = house.account()
    entry = house.plan("A", account)

    def lost(*_: object) -> None:
        with house.store.write() as tx:
            tx.accounts.swap(account, replace(account, health="flagged", version=account.version + 1))

    house.sky.on_publish, house.sky.script = lost, [Forbidden("A right is missing.")]
    assert house.deliver(entry).state == "held"
    assert house.notices() == ["held"]


@pytest.mark.parametrize("how", [LOST, VANISH])
def test_a_lost_answer_is_never_resent_blindly(house: House, how: str) -> None:
    entry = house.plan("A", house.account())
    house.sky.script = [how]
    row = house.deliver(entry)
    assert (row.state, row.next_attempt_at) == ("unconfirmed", house.rig.clock.at + 10 * SECOND)
    assert house.outcomes(entry) == ["doubtful"]
    house.publisher.deliver(row.id, row.generation)
    assert house.sky.published() == 1
    assert house.notices() == []


def test_a_bug_in_a_connector_leaves_the_outcome_to_the_engine(house: House) -> None:
    entry = house.plan("A", house.account())
    house.sky.script = [BUG]
    with pytest.raises(ZeroDivisionError):
        house.deliver(entry)
    house.publisher.trouble(entry.id, "ZeroDivisionError")
    row = house.row(entry)
    assert (row.state, row.next_attempt_at) == ("unconfirmed", house.rig.clock.at + 10 * SECOND)
    house.rig.clock.on(seconds=10)
    assert house.reconcile(entry).state == "sent"
    assert len(house.sky.copies) == 1


def test_an_error_class_that_nobody_knows_counts_as_doubtful(house: House) -> None:
    class NewError(ConnectorError):
        pass

    entry = house.plan("A", house.account())
    house.sky.script = [NewError("Something new.")]
    assert house.deliver(entry).state == "unconfirmed"
    assert house.outcomes(entry) == ["doubtful"]


def test_a_warning_of_the_platform_is_kept(house: House) -> None:
    entry = house.plan("A", house.account())
    publish = house.sky.publish
    house.sky.publish = lambda *args, **named: replace(publish(*args, **named), warnings=("Cut.", "Alt text lost."))  # type: ignore[method-assign]
    assert house.deliver(entry).warning == "Cut. Alt text lost."


# Trouble


def test_trouble_before_the_claim_puts_the_post_off(house: House) -> None:
    entry = house.plan("A", house.account())
    house.publisher.trouble(entry.id, "KeyError")
    row = house.row(entry)
    assert (row.state, row.next_attempt_at) == ("queued", house.rig.clock.at + 30 * SECOND)
    assert "KeyError" in (row.reason or "")


def test_trouble_while_looking_puts_the_look_off(house: House) -> None:
    entry = house.plan("A", house.account())
    house.sky.script = [VANISH]
    house.deliver(entry)
    house.publisher.trouble(entry.id, "KeyError")
    assert house.row(entry).next_attempt_at == house.rig.clock.at + 5 * MINUTE


def test_trouble_with_somebody_elses_or_a_finished_row_changes_nothing(house: House) -> None:
    entry = house.plan("A", house.account())
    row = house.rig.force(entry, "sending", lease_owner="other")
    house.publisher.trouble(entry.id, "KeyError")
    assert house.row(entry) == row
    done = house.rig.force(row, "sent")
    house.publisher.trouble(entry.id, "KeyError")
    assert house.row(entry) == done


def test_trouble_past_the_stale_window_is_missed(house: House) -> None:
    entry = house.plan("A", house.account())
    house.rig.clock.on(hours=2)
    house.publisher.trouble(entry.id, "KeyError")
    assert house.row(entry).state == "missed"


# The outcome


class Locked:
    """A store whose next writes find the database locked."""

    def __init__(self, store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
        self.left = 0
        self._write = store.write
        monkeypatch.setattr(store, "write", self.write)

    def write(self) -> object:
        if self.left:
            self.left -= 1
            raise Unavailable("The database is busy.")
        return self._write()


def test_a_locked_database_right_after_the_acceptance_is_waited_for(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = house.plan("A", house.account())
    locked = Locked(house.store, monkeypatch)
    house.sky.on_publish = lambda *_: setattr(locked, "left", 9)
    row = house.deliver(entry)
    assert row.state == "sent"
    assert house.pauses == [0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]
    assert house.sky.published() == 1


def test_a_database_lost_before_the_claim_sends_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = house.plan("A", house.account())
    Locked(house.store, monkeypatch).left = 1
    with pytest.raises(Unavailable):
        house.publisher.deliver(entry.id, entry.generation)
    assert house.sky.calls == []
    assert house.deliver(entry).state == "sent"


def test_a_database_lost_inside_the_call_is_doubt(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = house.plan("A", house.account())
    locked = Locked(house.store, monkeypatch)

    def upload(_key: str, journal: object, _media: object) -> None:
        locked.left = 1
        journal.put("upload", "1")  # type: ignore[attr-defined]

    house.sky.on_publish = upload
    assert house.deliver(entry).state == "unconfirmed"


def test_an_answer_after_the_reaper_came_still_counts(house: House) -> None:
    entry = house.plan("A", house.account())

    def slow(*_: object) -> None:
        house.rig.clock.on(minutes=3)
        assert house.another().reap() == 1

    house.sky.on_publish = slow
    assert house.deliver(entry).state == "sent"
    assert house.outcomes(entry) == ["sent"]


def test_a_failure_after_the_reaper_came_leaves_the_row_to_the_look(house: House) -> None:
    entry = house.plan("A", house.account())

    def slow(*_: object) -> None:
        house.rig.clock.on(minutes=3)
        assert house.another().reap() == 1

    house.sky.on_publish, house.sky.script = slow, [Temporary("Not reached.")]
    assert house.deliver(entry).state == "unconfirmed"
    house.rig.clock.on(seconds=10)
    assert house.reconcile(entry).state == "queued"
    house.sky.on_publish = None
    assert house.deliver(entry).state == "sent"


def test_an_answer_after_a_person_dropped_it_is_told_as_urgent(house: House) -> None:
    entry = house.plan("A", house.account())

    def meanwhile(*_: object) -> None:
        house.rig.force(house.row(entry), "failed", lease_owner=None)

    house.sky.on_publish = meanwhile
    assert house.deliver(entry).state == "failed"
    assert house.parts(entry)[0].ref == "ref-0"
    assert house.notices() == ["late"]


def test_an_answer_after_a_person_queued_it_again_closes_it_without_a_second_post(house: House) -> None:
    entry = house.plan("A", house.account())

    def meanwhile(*_: object) -> None:
        row = house.row(entry)
        house.rig.force(row, "queued", lease_owner=None, generation=row.generation + 1)

    house.sky.on_publish = meanwhile
    assert house.deliver(entry).state == "queued"
    assert house.deliver(entry).state == "sent"
    assert house.sky.published() == 1


# The fence


def test_a_worker_frozen_before_the_call_sends_nothing_past_its_lease(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = house.plan("A", house.account())
    claim = house.publisher._claim

    def frozen(*args: object) -> object:
        call = claim(*args)  # type: ignore[arg-type]
        house.rig.clock.on(minutes=2)
        return call

    monkeypatch.setattr(house.publisher, "_claim", frozen)
    row = house.deliver(entry)
    assert (row.state, house.outcomes(entry)) == ("queued", ["fenced"])
    assert house.sky.calls == []
    monkeypatch.undo()
    assert house.deliver(entry).state == "sent"


def test_a_call_that_could_outlast_its_lease_is_not_begun(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = house.plan("A", house.account())
    claim = house.publisher._claim

    def slow(*args: object) -> object:
        call = claim(*args)  # type: ignore[arg-type]
        house.rig.clock.on(seconds=31)
        return call

    monkeypatch.setattr(house.publisher, "_claim", slow)
    assert house.deliver(entry).state == "queued"
    assert house.sky.calls == []


def test_a_worker_frozen_before_the_call_and_reaped_meanwhile_stays_fenced(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = house.plan("A", house.account())
    claim, other = house.publisher._claim, house.another()

    def frozen(*args: object) -> object:
        call = claim(*args)  # type: ignore[arg-type]
        house.rig.clock.on(minutes=3)
        assert other.reap() == 1
        house.rig.clock.on(minutes=3)
        other.reconcile(entry.id)
        return call

    monkeypatch.setattr(house.publisher, "_claim", frozen)
    house.deliver(entry)
    house.run(until=house.rig.clock.at + MINUTE)
    assert house.row(entry).state == "sent"
    assert len(house.sky.copies) == 1


@pytest.mark.parametrize("step", ["get", "put", "media"])
def test_nothing_of_a_call_goes_on_past_the_lease(house: House, step: str) -> None:
    picture = Media("a.png", "image/png", b"1", "")
    with house.store.write() as tx:
        tx.media.put(picture)
    entry = house.plan("A", house.account(), media=(MediaRef(picture.digest, "a.png", "image/png", 1, alt="A lake"),))

    def frozen(_key: str, journal: object, media: object) -> None:
        house.rig.clock.on(minutes=3)
        {"get": lambda: journal.get("x"), "put": lambda: journal.put("x", "1"), "media": lambda: media.media(picture.digest)}[step]()  # type: ignore[attr-defined]

    house.sky.on_publish = frozen
    assert house.deliver(entry).state == "unconfirmed"
    assert house.sky.copies == []


def test_the_login_is_not_given_to_a_call_past_its_lease(house: House) -> None:
    entry = house.plan("A", house.account())
    connect = house.rig.platforms.connect

    def and_login(account: Account, credentials: Credentials, tokens: TokenStore) -> object:
        def frozen(*_: object) -> None:
            assert tokens.read() == credentials
            assert tokens.swap(credentials, credentials)
            house.rig.clock.on(seconds=31)
            tokens.read()

        house.sky.on_publish = frozen
        return connect(account, credentials, tokens)

    house.rig.platforms.connect = and_login  # type: ignore[method-assign,assignment]
    assert house.deliver(entry).state == "unconfirmed"
    assert house.sky.copies == []


# Threads


def test_a_thread_goes_out_part_by_part_each_answering_the_one_before(house: House) -> None:
    entry = house.plan("One\n---\nTwo\n---\nThree", house.account())
    row = house.deliver(entry)
    assert (row.state, row.url) == ("sent", "https://sky.example/0")
    assert [(text, parent) for _, text, parent in house.sky.copies] == [("One", ""), ("Two", "ref-0"), ("Three", "ref-1")]
    assert [(item.part, item.number, item.outcome) for item in house.attempts(entry)] == [(0, 1, "sent"), (1, 1, "sent"), (2, 1, "sent")]


def test_a_thread_resumes_at_the_first_part_that_is_not_live(house: House) -> None:
    entry = house.plan("One\n---\nTwo\n---\nThree", house.account())
    house.sky.script = [None, Temporary("Not reached.")]
    assert house.deliver(entry).state == "queued"
    house.rig.clock.on(seconds=30)
    assert house.deliver(entry).state == "sent"
    assert house.sky.texts == ["One", "Two", "Three"]


def test_a_doubtful_part_stops_the_thread_until_it_is_found(house: House) -> None:
    entry = house.plan("One\n---\nTwo\n---\nThree", house.account())
    house.sky.script = [None, LOST]
    assert house.deliver(entry).state == "unconfirmed"
    assert house.sky.texts == ["One", "Two"]
    house.run(until=house.rig.clock.at + MINUTE)
    assert house.row(entry).state == "sent"
    assert house.sky.texts == ["One", "Two", "Three"]


def test_a_thread_that_is_half_out_when_its_time_is_over_says_so(house: House) -> None:
    entry = house.plan("One\n---\nTwo", house.account())
    house.sky.script = [None, Temporary("Not reached.")]
    house.deliver(entry)
    house.rig.clock.on(hours=3)
    row = house.deliver(entry)
    assert row.state == "missed"
    assert "1 of its 2 parts are live" in (row.reason or "")


def test_a_hold_stops_a_thread_between_its_parts(house: House) -> None:
    entry = house.plan("One\n---\nTwo", house.account())
    held = []

    def hold(*_: object) -> None:
        if not held:
            held.append(house.holds.hold(house.rig.alone(), "all", "", "Crisis in town."))

    house.sky.on_publish = hold
    row = house.deliver(entry)
    assert (row.state, row.reason) == ("held", "Crisis in town.")
    assert house.sky.texts == ["One"]
    house.holds.lift(house.rig.alone(), held[0].id)
    assert house.deliver(entry).state == "sent"
    assert house.sky.texts == ["One", "Two"]


def test_a_thread_whose_row_was_taken_away_stops(house: House) -> None:
    entry = house.plan("One\n---\nTwo", house.account())
    house.sky.on_publish = lambda *_: house.rig.force(house.row(entry), "unconfirmed", lease_owner=None)
    house.deliver(entry)
    assert house.sky.texts == ["One"]


# Frozen parts


def test_parts_are_made_anew_while_nothing_of_them_can_be_live(house: House) -> None:
    entry = house.plan("A", house.account())
    house.sky.script = [Temporary("Not reached.")]
    row = house.deliver(entry)
    later = replace(row, due_at=row.due_at + HOUR, next_attempt_at=None, generation=row.generation + 1)
    with house.store.write() as tx:
        assert tx.deliveries.swap(row, later)
    house.rig.clock.at = later.due_at
    assert house.deliver(entry).state == "sent"
    assert later.due_at.isoformat() in house.parts(entry)[0].payload


def test_parts_that_may_be_live_stay_frozen(house: House) -> None:
    entry = house.plan("A", house.account())
    house.sky.script = [VANISH]
    before = house.deliver(entry)
    frozen = house.parts(entry)
    row = moves.requeue(before, before.updated_at, before.updated_at, "Again.")
    with house.store.write() as tx:
        assert tx.deliveries.swap(before, replace(row, due_at=row.due_at - MINUTE))
    assert house.deliver(entry).state == "sent"
    assert house.parts(entry)[0].fingerprint == frozen[0].fingerprint


# The flood breaker


def test_the_flood_breaker_stops_the_account_and_tells_a_person(house: House) -> None:
    account = house.account()
    entries = [house.plan(f"Number {n}", account) for n in range(12)]
    states = [house.deliver(entry).state for entry in entries]
    assert states == ["sent"] * 10 + ["held"] * 2
    assert "limit" in (house.row(entries[10]).reason or "")
    assert house.notices() == ["flood", "held"]
    assert [hold.by for hold in house.holds.active()] == ["worker"]
    house.rig.clock.on(hours=1, minutes=1)
    assert house.holds.lift(house.rig.alone(), house.holds.active()[0].id) == 2
    assert house.deliver(entries[11]).state == "sent"


def test_the_daily_limit_counts_too(store: SqlStore) -> None:
    house = skies.build(store, per_hour=100, per_day=3)
    account = house.account()
    entries = [house.plan(f"Number {n}", account) for n in range(4)]
    assert [house.deliver(entry).state for entry in entries] == ["sent"] * 3 + ["held"]
    assert "a day" in (house.row(entries[3]).reason or "")


# Hand posts


def test_a_hand_post_becomes_a_card_and_is_called_for(house: House) -> None:
    account = house.rig.account()
    entry = house.plan("A", account)
    row = house.deliver(entry)
    assert (row.state, row.mode, row.lease_until) == ("sending", "hand", entry.due_at + 2 * HOUR)
    assert house.notices() == ["card"]
    assert house.sky.calls == []
    assert [part.ref for part in house.parts(entry)] == [None]


def test_the_card_of_an_example_waits_like_any_other_and_calls_nobody(house: House) -> None:
    account = house.rig.account()
    entries = [house.plan("A", account), house.plan("B", account)]
    house.rig.clock.at = entries[0].due_at
    for entry in entries:
        house.rig.force(entry, "queued", demo=True)
    row = house.deliver(entries[0])
    assert (row.state, row.lease_until) == ("sending", entries[0].due_at + 2 * HOUR)
    house.rig.clock.at += 3 * HOUR
    house.publisher.reap()
    assert [house.row(entries[0]).state, house.deliver(entries[1]).state] == ["missed", "missed"]
    assert (house.notices(), house.sky.calls) == ([], [])


def test_an_account_switched_to_hand_posting_gets_a_card(house: House) -> None:
    account = house.account()
    entry = house.plan("A", account)
    with house.store.write() as tx:
        tx.accounts.swap(account, replace(account, mode="hand", version=account.version + 1))
    assert (house.deliver(entry).state, house.row(entry).mode) == ("sending", "hand")


# Faster hands


@pytest.fixture
def raced(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Let every compare-and-set of a delivery fail from now on, as if another worker were always faster."""
    return lambda: monkeypatch.setattr("planner.store.deliveries.SqlDeliveries.swap_all", lambda *_: frozenset())


def test_a_claim_that_another_worker_won_sends_nothing(house: House, raced: Callable[[], None]) -> None:
    entry = house.plan("A", house.account())
    raced()
    assert house.deliver(entry) == entry
    assert house.sky.calls == []
    assert house.attempts(entry) == ()


def test_a_stop_that_another_worker_made_is_told_once(house: House, raced: Callable[[], None]) -> None:
    entry = house.plan("A", house.account())
    house.rig.clock.on(hours=3)
    raced()
    assert house.deliver(entry) == entry
    assert house.notices() == []


def test_trouble_with_a_row_that_moved_on_changes_nothing(house: House, raced: Callable[[], None]) -> None:
    entry = house.plan("A", house.account())
    raced()
    house.publisher.trouble(entry.id, "KeyError")
    assert house.row(entry) == entry


def test_a_look_at_a_row_that_moved_on_tells_nobody(house: House, raced: Callable[[], None]) -> None:
    entry = house.plan("A", house.account())
    house.sky.script, house.sky.connect_error = [VANISH], None
    row = house.deliver(entry)
    house.rig.clock.on(seconds=10)
    house.sky.connect_error = Forbidden("A right is missing.")
    raced()
    assert house.reconcile(entry) == row
    assert house.notices() == ["account-lost"]


def test_an_account_that_somebody_else_marks_at_the_same_time_is_told_by_them(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = house.plan("A", house.account())
    house.sky.script = [Forbidden("A right is missing.")]
    monkeypatch.setattr("planner.store.people.SqlAccounts.swap", lambda *_: False)
    assert house.deliver(entry).state == "held"
    assert house.notices() == ["held"]


def test_a_hand_post_is_never_called(house: House) -> None:
    entry = house.plan("A", house.account())
    with house.store.read() as tx:
        (job,) = house.publisher._fresh.look(tx, (entry,), house.rig.clock.at)
    with pytest.raises(TypeError):
        house.publisher._sender.refresh(job)  # type: ignore[arg-type]


# Approvals that are none


@pytest.mark.parametrize("approval", [None, "nobody"])
def test_a_row_that_came_in_without_an_approval_never_goes_out(house: House, approval: str | None) -> None:
    account = house.account()
    post = house.rig.draft("Straight from a file", account)
    entry = house.plan("A", account)
    bare = replace(entry, id="bare", post_id=post.id, digest=post.digest_for(account.id), approval_id=approval)
    with house.store.write() as tx:
        tx.deliveries.add(bare)
    assert house.deliver(bare).reason == fresh.NOT_APPROVED
    assert house.sky.calls == []


def test_a_post_that_was_sent_back_for_changes_is_held(house: House) -> None:
    entry = house.plan("A", house.account())
    post = house.post(entry)
    with house.store.write() as tx:
        tx.posts.swap(post, replace(post, state="returned", version=post.version + 1))
    assert house.deliver(entry).reason == fresh.NOT_APPROVED


def test_an_approval_that_has_expired_is_none(house: House) -> None:
    account = house.account()
    post = house.rig.submit(house.rig.draft("A", account))
    house.rig.approvals.approve(
        house.rig.alone(), post.id, account.id, post.digest_for(account.id), house.rig.clock.at + 25 * HOUR + 10 * MINUTE
    )
    entry = house.rig.calendar.schedule(house.rig.alone(), post.id, account.id, rigs.TOMORROW)
    house.rig.clock.at = entry.due_at + 30 * MINUTE
    assert house.deliver(entry).reason == fresh.NOT_APPROVED


def test_an_edit_under_a_hold_stays_held_when_the_hold_is_lifted(house: House) -> None:
    entry = house.plan("A", house.account())
    hold = house.holds.hold(house.rig.alone(), "all", "", "Pause.")
    house.rig.save(house.post(entry), "Something else")
    house.holds.lift(house.rig.alone(), hold.id)
    assert house.deliver(entry).reason == fresh.NOT_APPROVED


# The clock


def test_asleep_for_three_days_the_backlog_is_missed_and_nothing_floods(house: House) -> None:
    account = house.account()
    entries = [house.plan(f"Number {n}", account, timing=timing) for n, timing in enumerate(("plain", "time-critical", "evergreen"))]
    house.rig.clock.on(days=3)
    house.run(until=house.rig.clock.at + MINUTE)
    assert [house.row(entry).state for entry in entries] == ["missed"] * 3
    assert house.sky.calls == []


def test_a_clock_that_is_set_back_an_hour_sends_nothing_early_and_nothing_twice(house: House) -> None:
    account = house.account()
    first, second = house.plan("A", account), house.plan("B", account)
    assert house.deliver(first).state == "sent"
    house.rig.clock.on(hours=-1)
    house.run(until=second.due_at - SECOND, step=MINUTE)
    assert house.sky.texts == ["A"]
    house.run(until=second.due_at + MINUTE)
    assert house.sky.texts == ["A", "B"]


def test_a_clock_that_jumps_a_day_ahead_brings_what_was_due_to_review(house: House) -> None:
    entry = house.plan("A", house.account())
    house.rig.clock.on(days=1)
    assert house.deliver(entry).state == "missed"
    house.rig.clock.on(days=-1)
    assert house.deliver(entry).state == "missed"
    assert house.sky.calls == []


def test_a_lease_outlives_a_clock_that_is_set_back(house: House) -> None:
    entry = house.plan("A", house.account())
    house.sky.script = [LOST]
    house.deliver(entry)
    house.rig.clock.on(hours=-1)
    assert house.reconcile(entry).state == "unconfirmed"
    house.run(until=entry.due_at + MINUTE, step=MINUTE)
    assert house.row(entry).state == "sent"
    assert len(house.sky.copies) == 1
