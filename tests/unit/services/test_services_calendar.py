"""Planning: only what is approved gets a time, every time is warned about before it is taken, and nobody moves what somebody else moved."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

import pytest

from planner.domain.errors import Blocked, Conflict, Invalid, Missing, NotAllowed, NotReady
from planner.domain.schedule import Slot, Wall, Window, local_wall
from planner.services.calendar import Calendar, Warn
from planner.store.deliveries import SqlDeliveries
from tests.unit.services.rig import NOW, TOMORROW, Rig

if TYPE_CHECKING:
    from planner.domain.account import Account

ALL = frozenset({"same-hour", "quiet-hours", "outside-hours", "near-duplicate", "clock-change"})


def wall(text: str) -> Wall:
    return Wall.parse(text)


def kinds(rig: Rig, account: Account, at: str, text: str = "Words of their own") -> list[str]:
    return [warning.kind for warning in rig.calendar.preview(rig.ready(text, account).id, account.id, wall(at)).warnings]


# --- schedule ---------------------------------------------------------------------------------------------------------------------


def test_an_approved_post_gets_its_time_and_the_row_says_everything(rig: Rig) -> None:
    account = rig.account()
    post = rig.ready("Words", account)
    item = rig.calendar.schedule(rig.alone(), post.id, account.id, TOMORROW, timing="evergreen")
    assert rig.calendar.of_post(post.id) == (item,)
    assert (item.state, item.mode, item.generation, item.timing, item.demo) == ("queued", "hand", 1, "evergreen", False)
    assert (item.wall, item.zone, item.due_at) == ("2026-11-25T10:00", "America/Denver", NOW + timedelta(days=1, hours=1))
    assert (item.digest, item.created_by, item.created_at) == (post.digest_for(account.id), "owner", NOW)
    with rig.store.read() as tx:
        assert tx.reviews.approval(item.approval_id or "").digest == item.digest
        event = tx.log.events(subject=f"delivery:{item.id}")[0]
    assert (event.action, event.actor) == ("delivery.schedule", "owner")
    assert dict(event.details) == {"wall": "2026-11-25T10:00", "zone": "America/Denver", "accepted": ""}


@pytest.mark.clause("C23")
def test_what_is_not_approved_gets_no_time(rig: Rig) -> None:
    account = rig.account()
    post = rig.submit(rig.draft("Words", account))
    with pytest.raises(NotReady) as caught:
        rig.calendar.schedule(rig.alone(), post.id, account.id, TOMORROW)
    assert caught.value.sentence == (
        "@juniper (Bluesky): this version of the post is not approved. Confirm it in the composer or ask a colleague to."
    )
    assert rig.calendar.of_post(post.id) == ()


def test_an_edit_after_the_approval_takes_the_time_away(rig: Rig) -> None:
    account = rig.account()
    post = rig.ready("Words", account)
    rig.tick_all(rig.save(post, "Words."))
    with pytest.raises(NotReady, match="is not approved"):
        rig.calendar.schedule(rig.alone(), post.id, account.id, TOMORROW)


def test_an_approval_that_ends_before_the_time_is_none_for_it(rig: Rig) -> None:
    account = rig.account()
    post = rig.submit(rig.draft("Words", account))
    ends = datetime.fromisoformat("2026-11-25T17:00:00+00:00")
    rig.approvals.approve(rig.alone(), post.id, account.id, post.digest_for(account.id), ends)
    with pytest.raises(NotReady) as caught:
        rig.calendar.schedule(rig.alone(), post.id, account.id, TOMORROW)
    assert caught.value.sentence == (
        "@juniper (Bluesky): the approval ends at Wed 25 Nov 2026, 10:00 (America/Denver), before this time. Choose an earlier one."
    )
    assert rig.calendar.schedule(rig.alone(), post.id, account.id, wall("2026-11-25 09:59")).state == "queued"


@pytest.mark.clause("C49")
def test_an_account_that_is_not_set_up_takes_no_post_and_says_what_is_missing(rig: Rig) -> None:
    account = rig.account(mode="api", business_hours=())
    post = rig.ready("Words", account)
    with pytest.raises(NotReady, match="business hours, a tested connection missing"):
        rig.calendar.schedule(rig.alone(), post.id, account.id, TOMORROW)


def test_an_account_that_was_put_away_takes_no_post(rig: Rig) -> None:
    account = rig.account()
    post = rig.ready("Words", account)
    rig.accounts.archive(rig.alone(), account.id)
    with pytest.raises(NotReady, match=r"@juniper \(Bluesky\) was put away"):
        rig.calendar.schedule(rig.alone(), post.id, account.id, TOMORROW)


def test_todays_rules_count_when_the_time_is_taken(rig: Rig) -> None:
    account = rig.account()
    post = rig.ready("Words", account)
    rig.checker.find("Words", "confidentiality.live-case", "block")
    with pytest.raises(Blocked):
        rig.calendar.schedule(rig.alone(), post.id, account.id, TOMORROW)


def test_a_post_is_on_an_accounts_calendar_once(rig: Rig) -> None:
    account = rig.account()
    item = rig.scheduled("Words", account)
    with pytest.raises(NotReady) as caught:
        rig.calendar.schedule(rig.alone(), item.post_id, account.id, TOMORROW)
    assert caught.value.sentence == (
        "This post is on that account's calendar already (queued, 25 Nov 2026 17:00 UTC). Move it there, or start a new post."
    )


@pytest.mark.parametrize("state", ["sending", "sent", "unconfirmed", "held"])
def test_what_may_be_out_is_not_planned_again(rig: Rig, state: str) -> None:
    account = rig.account()
    item = rig.force(rig.scheduled("Words", account), state)
    with pytest.raises(NotReady, match=f"already .{state}, "):
        rig.calendar.schedule(rig.alone(), item.post_id, account.id, TOMORROW)


@pytest.mark.parametrize("state", ["cancelled", "failed", "missed"])
def test_what_is_certainly_not_out_may_be_planned_again(rig: Rig, state: str) -> None:
    account = rig.account()
    item = rig.force(rig.scheduled("Words", account), state)
    again = rig.calendar.schedule(rig.alone(), item.post_id, account.id, TOMORROW)
    assert (again.state, again.id == item.id) == ("queued", False)


def test_each_account_of_a_post_has_its_own_time(rig: Rig) -> None:
    one, two = rig.account(), rig.account(handle="@two", zone="Europe/Dublin")
    post = rig.ready("Words", one, two)
    first = rig.calendar.schedule(rig.alone(), post.id, one.id, TOMORROW)
    second = rig.calendar.schedule(rig.alone(), post.id, two.id, TOMORROW)
    assert rig.calendar.of_post(post.id) == (second, first)
    assert second.due_at == datetime.fromisoformat("2026-11-25T10:00:00+00:00")


@pytest.mark.parametrize("role", ["author", "reviewer", "viewer"])
def test_in_a_team_only_who_may_publish_touches_the_calendar(rig: Rig, role: str) -> None:
    account = rig.account()
    item = rig.scheduled("Words", account)
    other = rig.member("otto", role)  # type: ignore[arg-type]
    for act in (
        lambda: rig.calendar.schedule(other, item.post_id, account.id, TOMORROW),
        lambda: rig.calendar.move(other, item.id, 1, TOMORROW),
        lambda: rig.calendar.cancel(other, item.id, 1),
    ):
        with pytest.raises(NotAllowed):
            act()


# --- times ------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("at", "taken"), [("2026-11-24 08:58", False), ("2026-11-24 08:59", True), ("2026-11-24 09:00", True)])
def test_a_time_that_has_passed_is_refused_with_the_local_time(rig: Rig, at: str, taken: bool) -> None:
    account = rig.account()
    post = rig.ready("Words", account)
    if taken:
        assert rig.calendar.schedule(rig.alone(), post.id, account.id, wall(at), accepted=ALL).state == "queued"
        return
    with pytest.raises(Invalid) as caught:
        rig.calendar.schedule(rig.alone(), post.id, account.id, wall(at), accepted=ALL)
    assert (caught.value.field, caught.value.sentence) == (
        "time",
        "Tue 24 Nov 2026, 08:58 has passed in America/Denver (it is Tue 24 Nov 2026, 09:00 there now). Choose a later time.",
    )


@pytest.mark.parametrize(("at", "taken"), [("2027-12-29 09:00", True), ("2027-12-29 09:01", False), ("9999-12-31 23:59", False)])
def test_a_time_far_ahead_is_refused(rig: Rig, at: str, taken: bool) -> None:
    account = rig.account()
    post = rig.ready("Words", account)
    if taken:
        assert rig.calendar.preview(post.id, account.id, wall(at)).moment.wall == wall(at)
        return
    with pytest.raises(Invalid) as caught:
        rig.calendar.preview(post.id, account.id, wall(at))
    assert caught.value.field == "time"


def test_a_preview_stores_nothing(rig: Rig) -> None:
    account = rig.account()
    post = rig.ready("Words", account)
    before = rig.store.data_version()
    assert rig.calendar.preview(post.id, account.id, TOMORROW).warnings == ()
    assert rig.store.data_version() == before


def test_what_a_clock_change_does_is_said_before_the_time_is_taken(rig: Rig) -> None:
    account = rig.account(quiet_hours=(), business_hours=(replace(rig.account(handle="@x").business_hours[0], day=6, start=time(0)),))
    post = rig.ready("Words", account)
    plan = rig.calendar.preview(post.id, account.id, wall("2027-03-14 02:30"))
    assert plan.warnings == (Warn("clock-change", "02:30 does not exist that day; set to 03:00."),)
    with pytest.raises(Conflict, match="02:30 does not exist that day"):
        rig.calendar.schedule(rig.alone(), post.id, account.id, wall("2027-03-14 02:30"))
    item = rig.calendar.schedule(rig.alone(), post.id, account.id, wall("2027-03-14 02:30"), accepted=frozenset({"clock-change"}))
    assert local_wall(item.due_at, item.zone) == wall("2027-03-14 03:00")


@pytest.mark.clause("C70", "C75")
@pytest.mark.parametrize(
    ("at", "found"),
    [
        ("2026-11-25 10:00", []),
        ("2026-11-25 17:00", ["outside-hours"]),
        ("2026-11-25 08:59", ["outside-hours"]),
        ("2026-11-25 06:59", ["quiet-hours"]),
        ("2026-11-25 20:00", ["quiet-hours"]),
        ("2026-11-28 10:00", ["outside-hours"]),
    ],
)
def test_quiet_and_business_hours_are_warned_about(rig: Rig, at: str, found: list[str]) -> None:
    account = rig.account()
    assert kinds(rig, account, at) == found
    if found:
        post = rig.ready("More words of their own", account)
        with pytest.raises(Conflict) as caught:
            rig.calendar.schedule(rig.alone(), post.id, account.id, wall(at))
        assert caught.value.sentence.endswith(" Choose another time, or accept this.")
        item = rig.calendar.schedule(rig.alone(), post.id, account.id, wall(at), accepted=frozenset(found))
        with rig.store.read() as tx:
            assert tx.log.events(subject=f"delivery:{item.id}")[0].details["accepted"] == ",".join(found)


def test_without_hours_there_is_nothing_to_warn_about_them(rig: Rig) -> None:
    account = rig.account(quiet_hours=(), business_hours=())
    assert kinds(rig, account, "2026-11-28 23:00") == []


@pytest.mark.parametrize(("at", "found"), [("09:00", []), ("09:01", ["same-hour"]), ("10:59", ["same-hour"]), ("11:00", [])])
def test_a_second_post_of_the_account_within_the_hour_is_warned_about(rig: Rig, at: str, found: list[str]) -> None:
    account = rig.account()
    rig.scheduled("Something quite different for everybody", account)
    post = rig.ready("Words of their own", account)
    warnings = rig.calendar.preview(post.id, account.id, wall(f"2026-11-25 {at}")).warnings
    assert [warning.kind for warning in warnings] == found
    if found:
        assert warnings[0].text == "Another post of this account goes out within the hour, at 10:00."


@pytest.mark.parametrize(
    ("state", "counts"), [("sending", True), ("sent", True), ("unconfirmed", True), ("cancelled", False), ("held", False)]
)
def test_what_takes_the_hour(rig: Rig, state: str, counts: bool) -> None:
    account = rig.account()
    rig.force(rig.scheduled("Something quite different for everybody", account), state)
    assert kinds(rig, account, "2026-11-25 10:30") == (["same-hour"] if counts else [])


def test_another_account_does_not_take_the_hour(rig: Rig) -> None:
    rig.scheduled("Something quite different for everybody", rig.account())
    assert kinds(rig, rig.account(handle="@two"), "2026-11-25 10:30") == []


# --- twins ------------------------------------------------------------------------------------------------------------------------

LONG = "A small thing to try tonight write the list for tomorrow on paper an hour before bed and close the notebook"


def test_nearly_the_same_text_is_warned_about_on_every_account(rig: Rig) -> None:
    rig.scheduled(LONG, rig.account())
    two = rig.account(handle="@two")
    post = rig.ready(LONG + " please", two)
    plan = rig.calendar.preview(post.id, two.id, wall("2026-12-09 14:00"))
    assert plan.warnings == (Warn("near-duplicate", f"Nearly the same text is on the calendar: “{LONG[:59]}…”."),)


def test_at_most_three_twins_are_named(rig: Rig) -> None:
    account = rig.account()
    for hour in range(10, 15):
        rig.scheduled(LONG, account, replace(TOMORROW, at=time(hour)), accepted=ALL)
    assert kinds(rig, account, "2026-12-09 14:00", LONG) == ["near-duplicate"] * 3


def test_a_post_is_not_its_own_twin_on_another_account(rig: Rig) -> None:
    one, two = rig.account(), rig.account(handle="@two")
    post = rig.ready(LONG, one, two)
    rig.calendar.schedule(rig.alone(), post.id, one.id, TOMORROW)
    assert rig.calendar.preview(post.id, two.id, TOMORROW).warnings == ()


@pytest.mark.parametrize(
    ("platforms", "texts", "refused"),
    [
        (("x", "x"), ("Same words here", " Same words here\n"), True),
        (("x", "x"), ("Same words here", "Other words here"), False),
        (("x", "bluesky"), ("Same words here", "Same words here"), False),
        (("bluesky", "bluesky"), ("Same words here", "Same words here"), False),
    ],
)
def test_x_takes_the_same_text_on_one_account_only(rig: Rig, platforms: tuple[str, str], texts: tuple[str, str], refused: bool) -> None:
    one, two = (rig.account(handle=f"@{index}", platform=name) for index, name in enumerate(platforms))
    rig.scheduled(texts[0], one)
    post = rig.ready(texts[1], two)
    if not refused:
        assert rig.calendar.schedule(rig.alone(), post.id, two.id, TOMORROW, accepted=ALL).state == "queued"
        return
    with pytest.raises(Invalid) as caught:
        rig.calendar.schedule(rig.alone(), post.id, two.id, TOMORROW, accepted=ALL)
    assert (caught.value.field, caught.value.sentence) == (
        "text",
        "X does not allow the same text on two accounts. Write a variant of its own for one of them.",
    )


def test_one_post_for_two_x_accounts_needs_words_of_its_own_for_one(rig: Rig) -> None:
    one, two = rig.account(platform="x"), rig.account(platform="x", handle="@two")
    post = rig.ready("Same words here", one, two)
    rig.calendar.schedule(rig.alone(), post.id, one.id, TOMORROW)
    with pytest.raises(Invalid, match="X does not allow"):
        rig.calendar.schedule(rig.alone(), post.id, two.id, wall("2026-11-26 10:00"), accepted=ALL)


# --- slots ------------------------------------------------------------------------------------------------------------------------


@pytest.mark.feature("Slots and conflicts")
def test_the_next_free_slot_skips_what_is_taken(rig: Rig) -> None:
    account = rig.account(slots=(Slot(2, time(10)), Slot(3, time(12))))
    found = rig.calendar.next_slot(account.id)
    assert found is not None
    assert found.wall == TOMORROW
    item = rig.scheduled("Words", account)
    after = rig.calendar.next_slot(account.id)
    assert after is not None
    assert after.wall == wall("2026-11-26 12:00")
    rig.force(item, "held")
    assert rig.calendar.next_slot(account.id) == after
    rig.force(replace(item, state="held"), "cancelled")
    assert rig.calendar.next_slot(account.id) == found


def test_without_slots_there_is_no_next_one(rig: Rig) -> None:
    assert rig.calendar.next_slot(rig.account().id) is None


@pytest.mark.feature("Slots and conflicts")
@pytest.mark.parametrize(("state", "offered"), [("sent", "11:30"), ("unconfirmed", "11:30"), ("held", "10:30"), ("cancelled", "10:30")])
def test_the_next_slot_keeps_its_distance_from_what_just_went_out(rig: Rig, state: str, offered: str) -> None:
    account = rig.account(slots=(Slot(2, time(10, 30)), Slot(2, time(11, 30))))
    rig.force(rig.scheduled("Something quite different for everybody", account), state)
    rig.clock.on(days=1, hours=1, minutes=5)
    found = rig.calendar.next_slot(account.id)
    assert found is not None
    assert found.wall == wall(f"2026-11-25 {offered}")
    post = rig.ready("Words of their own", account)
    assert rig.calendar.schedule(rig.alone(), post.id, account.id, found.wall).due_at == found.utc


@pytest.mark.feature("Slots and conflicts")
def test_the_time_offered_first_is_one_that_nothing_warns_about(rig: Rig) -> None:
    account = rig.account()
    assert rig.calendar.next_time(account.id) == wall("2026-11-24 10:00")
    rig.scheduled("Something quite different for everybody", account)
    rig.clock.on(days=1, minutes=40)
    assert rig.calendar.next_time(account.id) == wall("2026-11-25 11:00")
    assert kinds(rig, account, "2026-11-25 11:00") == []
    rig.clock.on(hours=7)
    assert rig.calendar.next_time(account.id) == wall("2026-11-26 09:00")


@pytest.mark.feature("Slots and conflicts")
def test_without_an_hour_for_answers_the_distance_counts_most(rig: Rig) -> None:
    account = rig.account(quiet_hours=())
    rig.force(rig.scheduled("Something quite different for everybody", account), "sent")
    rig.accounts.update(rig.alone(), replace(rig.accounts.get(account.id), business_hours=()))
    rig.clock.on(days=1, hours=1, minutes=10)
    assert rig.calendar.next_time(account.id) == wall("2026-11-25 11:00")
    night = rig.account(handle="@night", business_hours=(), quiet_hours=tuple(Window(day, time(0), time(23, 59)) for day in range(7)))
    assert rig.calendar.next_time(night.id) == wall("2026-11-25 11:00")


def test_where_every_hour_is_near_a_post_the_next_one_is_offered(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    account = rig.account()
    monkeypatch.setattr("planner.services.calendar.same_hour", lambda due, _: (due,))
    assert rig.calendar.next_time(account.id) == wall("2026-11-24 10:00")


# --- move and cancel ----------------------------------------------------------------------------------------------------------------


def test_a_move_keeps_the_wall_time_over_a_clock_change_and_raises_the_generation(rig: Rig) -> None:
    account = rig.account()
    item = rig.scheduled("Words", account)
    rig.clock.on(minutes=1)
    after = rig.calendar.move(rig.alone(), item.id, 1, wall("2027-03-15 10:00"), timing="time-critical")
    assert (after.wall, after.due_at) == ("2027-03-15T10:00", datetime.fromisoformat("2027-03-15T16:00:00+00:00"))
    assert (after.state, after.generation, after.timing, after.updated_at) == ("queued", 2, "time-critical", NOW + timedelta(minutes=1))
    assert rig.calendar.of_post(item.post_id) == (after,)
    with rig.store.read() as tx:
        event = tx.log.events(subject=f"delivery:{item.id}")[0]
    assert (event.action, dict(event.details)) == ("delivery.move", {"from": "2026-11-25T10:00", "to": "2027-03-15T10:00"})


def test_a_move_without_a_timing_keeps_it(rig: Rig) -> None:
    item = rig.scheduled("Words", rig.account(), timing="evergreen")
    assert rig.calendar.move(rig.alone(), item.id, 1, wall("2026-11-26 10:00")).timing == "evergreen"


def test_somebody_elses_move_is_not_overwritten(rig: Rig) -> None:
    item = rig.scheduled("Words", rig.account())
    moved = rig.calendar.move(rig.alone(), item.id, 1, wall("2026-11-26 10:00"))
    for act in (lambda: rig.calendar.move(rig.alone(), item.id, 1, TOMORROW), lambda: rig.calendar.cancel(rig.alone(), item.id, 1)):
        with pytest.raises(Conflict, match="Somebody changed this post's time in between"):
            act()
    assert rig.calendar.of_post(item.post_id) == (moved,)


@pytest.mark.parametrize("step", ["move", "cancel"])
def test_a_post_that_is_just_going_out_is_not_moved(rig: Rig, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    item = rig.scheduled("Words", rig.account())
    monkeypatch.setattr(SqlDeliveries, "swap", lambda *_: False)
    with pytest.raises(Conflict, match="it may be going out right now"):
        rig.calendar.move(rig.alone(), item.id, 1, TOMORROW) if step == "move" else rig.calendar.cancel(rig.alone(), item.id, 1)


def test_a_move_checks_the_new_time(rig: Rig) -> None:
    account = rig.account()
    item = rig.scheduled("Words", account)
    rig.scheduled("Something quite different for everybody", account, wall("2026-11-26 10:00"))
    with pytest.raises(Conflict, match="within the hour, at 10:00"):
        rig.calendar.move(rig.alone(), item.id, 1, wall("2026-11-26 10:30"))
    with pytest.raises(Invalid, match="has passed"):
        rig.calendar.move(rig.alone(), item.id, 1, wall("2026-11-20 10:00"))
    assert rig.calendar.move(rig.alone(), item.id, 1, wall("2026-11-26 10:30"), accepted=frozenset({"same-hour"})).generation == 2


def test_a_post_is_not_in_its_own_way(rig: Rig) -> None:
    account = rig.account()
    item = rig.scheduled("Words", account)
    assert rig.calendar.preview(item.post_id, account.id, wall("2026-11-25 10:15"), delivery_id=item.id).warnings == ()
    assert rig.calendar.move(rig.alone(), item.id, 1, wall("2026-11-25 10:15")).wall == "2026-11-25T10:15"


@pytest.mark.parametrize("state", ["held", "missed"])
def test_what_waits_for_a_person_gets_a_new_time(rig: Rig, state: str) -> None:
    item = rig.force(rig.scheduled("Words", rig.account()), state)
    assert rig.calendar.move(rig.alone(), item.id, 1, wall("2026-11-26 10:00")).state == "queued"


@pytest.mark.parametrize("state", ["sending", "sent", "unconfirmed", "failed", "cancelled"])
def test_what_is_out_or_ended_stays_where_it_is(rig: Rig, state: str) -> None:
    item = rig.force(rig.scheduled("Words", rig.account()), state)
    with pytest.raises(NotReady):
        rig.calendar.move(rig.alone(), item.id, 1, wall("2026-11-26 10:00"))
    with pytest.raises(NotReady):
        rig.calendar.cancel(rig.alone(), item.id, 1)


def test_a_cancelled_post_stays_in_the_record_with_the_reason(rig: Rig) -> None:
    item = rig.scheduled("Words", rig.account())
    after = rig.calendar.cancel(rig.alone(), item.id, 1, "The workshop moved")
    assert (after.state, after.reason, after.generation) == ("cancelled", "The workshop moved", 2)
    assert rig.actions(f"delivery:{item.id}") == ["delivery.schedule", "delivery.cancel"]
    other = rig.scheduled("Something quite different for everybody", rig.account(handle="@two"))
    assert rig.calendar.cancel(rig.alone(), other.id, 1).reason is None


def test_what_is_not_there_is_not_moved(rig: Rig) -> None:
    with pytest.raises(Missing):
        rig.calendar.move(rig.alone(), "nothing", 1, TOMORROW)


# --- window -----------------------------------------------------------------------------------------------------------------------


def test_the_calendar_shows_each_delivery_with_its_post_and_its_own_clock(rig: Rig) -> None:
    one, two = rig.account(), rig.account(handle="@two", zone="Europe/Dublin")
    first = rig.scheduled("Words", one)
    second = rig.scheduled("Something quite different for everybody", two, wall("2026-11-26 10:00"))
    rig.accounts.update(rig.alone(), replace(two, purpose="Other"))
    start = NOW
    found = rig.calendar.window(start, start + timedelta(days=7))
    assert [(entry.delivery, entry.headline, str(entry.wall)) for entry in found] == [
        (first, "Words", "2026-11-25T10:00"),
        (second, "Something quite different for everybody", "2026-11-26T10:00"),
    ]
    assert (found[0].account, found[0].labels, found[0].purpose, found[0].campaign) == (one, (), "educate", "")
    assert rig.calendar.window(start, start + timedelta(days=7), account_id=two.id) == found[1:]
    assert rig.calendar.window(start, start + timedelta(days=7), states=("sent",)) == ()
    assert rig.calendar.window(start, first.due_at) == ()
    assert isinstance(rig.calendar, Calendar)


# --- what later drafts are put beside ---------------------------------------------------------------------------------------------


def told(rig: Rig, account: Account) -> list[tuple[str, str, str]]:
    with rig.store.read() as tx:
        return [(entry.post_id, entry.date, entry.display) for entry in tx.ledgers.entries(account.id)]


@pytest.mark.clause("C14")
def test_what_a_scheduled_post_tells_is_kept_until_it_is_cancelled(rig: Rig) -> None:
    rig.checker.told = ["veteran", "Bozeman", "aside"]
    one, two = rig.account(), rig.account(handle="@two")
    post = rig.ready("A veteran", one, two, title="From Bozeman", first_comment="aside")
    assert told(rig, one) == []
    item = rig.calendar.schedule(rig.alone(), post.id, one.id, TOMORROW)
    assert told(rig, one) == [(post.id, "2026-11-25", word) for word in ("veteran", "Bozeman", "aside")]
    assert told(rig, two) == []
    moved = rig.calendar.move(rig.alone(), item.id, 1, wall("2026-11-30 16:30"))
    assert [date for _, date, _ in told(rig, one)] == ["2026-11-30"] * 3
    rig.calendar.cancel(rig.alone(), moved.id, moved.generation)
    assert told(rig, one) == []


def test_the_day_of_a_post_is_the_accounts_own(rig: Rig) -> None:
    rig.checker.told = ["veteran"]
    account = rig.account(zone="Pacific/Auckland")
    item = rig.scheduled("A veteran", account, wall("2026-11-26 09:30"))
    assert item.due_at.date().isoformat() == "2026-11-25"
    assert [day for _, day, _ in told(rig, account)] == ["2026-11-26"]


@pytest.mark.clause("C14")
def test_a_post_is_put_beside_the_older_ones_of_two_years_and_never_beside_itself(rig: Rig) -> None:
    rig.checker.told = ["veteran"]
    account = rig.account()
    first = rig.scheduled("A veteran", account)
    second = rig.scheduled("Another veteran altogether different", account, wall("2026-11-26 10:00"))
    assert [entry.post_id for entry in rig.checker.ledgers[-1]] == [first.post_id]
    rig.composer.check(second.post_id)
    assert [entry.post_id for entry in rig.checker.ledgers[-1]] == [first.post_id]
    post = rig.draft("New words", account)
    rig.composer.check(post.id)
    assert [entry.post_id for entry in rig.checker.ledgers[-1]] == [first.post_id, second.post_id]
    rig.clock.at = datetime.fromisoformat("2028-11-24T12:00:00+00:00")
    rig.composer.check(post.id)
    assert [entry.post_id for entry in rig.checker.ledgers[-1]] == [first.post_id, second.post_id]
    rig.clock.on(days=1)
    rig.composer.check(post.id)
    assert [entry.post_id for entry in rig.checker.ledgers[-1]] == [second.post_id]
