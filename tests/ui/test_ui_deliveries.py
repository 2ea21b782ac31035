"""Deliveries and the calendar: cards, decisions, holds, moves; each is looked up in the store."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from planner.domain.campaign import Campaign
from planner.domain.delivery import Attempt
from planner.domain.post import Content, LinkCard
from planner.domain.schedule import Wall
from planner.ui.components.calendar.contract import VIEWS
from planner.ui.pages import calendar as page
from planner.ui.pages import calendar_filters
from planner.ui.pages.delivery import attempt_words
from tests.ui.conftest import texts
from tests.ui.ui_house import NOW

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

    from planner.domain.delivery import Delivery
    from tests.ui.conftest import Desk


def data(app: AppTest) -> dict[str, Any]:
    component: Any = app.get("bidi_component")[0]
    found: dict[str, Any] = json.loads(component.proto.json)[0]
    return found


def moved(app: AppTest, *ops: dict[str, Any]) -> AppTest:
    app.session_state[page.KEY] = {"ops": list(ops), "picked": []}
    return app.run()


def op(name: str, item: Delivery, day: str, **changes: Any) -> dict[str, Any]:
    return {"op": name, "kind": "move", "ids": [item.id], "v": {item.id: item.generation}, "day": day, **changes}


def press(app: AppTest, label: str) -> AppTest:
    return next(button for button in app.button if button.label == label).click().run()


@pytest.mark.feature("Hand-posting")
def test_a_card_has_all_to_copy_and_takes_the_address_back(desk: Desk) -> None:
    item = desk.card()
    app = desk.open("publisher", delivery=item.id)
    said = texts(app)
    assert "Post this by hand" in said
    assert "check that it is **Ridge Counseling**" in said
    assert app.code[0].value == "Sleep and worry feed each other."
    app.text_input(key=f"card.url.{item.id}").input("https://linkedin.example/feed/1")
    press(app, "I have posted it")
    after = desk.state(item)
    assert (after.state, after.url) == ("sent", "https://linkedin.example/feed/1")


def test_the_card_of_an_example_says_that_there_is_nothing_to_post(desk: Desk) -> None:
    item = desk.card()
    assert "This is an example" not in texts(desk.open("publisher", delivery=item.id))
    with desk.planner.store.write() as tx:
        row = tx.deliveries.get(item.id)
        assert tx.deliveries.swap(row, replace(row, demo=True))
    app = desk.open("publisher", delivery=item.id)
    assert "This is an example, so there is nothing to post" in texts(app)
    press(app, "I have posted it")
    assert "**Went out** · demo" in texts(app)


def test_a_card_says_what_to_set_and_where_the_rules_are(desk: Desk) -> None:
    account = desk.account(handle="u/ridge", platform="reddit", settings={"community": "socialwork"})
    link = LinkCard("https://example.org/help")
    content = Content(text="Sleep and worry feed each other.", title="Sleep", link=link)
    post = desk.ready(desk.planner.composer.new(desk.me, (account.id,), content))
    desk.planner.approvals.approve(desk.me, post.id, account.id, post.digest_for(account.id))
    accepted = frozenset({"quiet-hours", "outside-hours", "same-hour", "near-duplicate"})
    item = desk.planner.calendar.schedule(desk.me, post.id, account.id, Wall.parse("2026-11-24T10:40"), accepted=accepted)
    desk.clock.later(minutes=15)
    desk.planner.publisher.deliver(item.id, item.generation)
    app = desk.open("publisher", delivery=item.id)
    assert [code.value for code in app.code] == ["Sleep", "Sleep and worry feed each other.", link.url]
    links = {button.proto.label: button.proto.url for button in app.get("link_button")}
    assert links["Read the rules there first"] == "https://www.reddit.com/r/socialwork/about/rules"
    assert links["Open the platform's composer"].startswith("https://www.reddit.com/r/socialwork/submit?")
    assert "A link post has no text of its own" in texts(app)


def test_a_card_that_could_not_be_posted_keeps_the_reason(desk: Desk) -> None:
    item = desk.card()
    app = desk.open("publisher", delivery=item.id)
    app.text_input(key=f"card.why.{item.id}").input("The site was down")
    press(app, "Keep it as refused")
    assert (desk.state(item).state, desk.state(item).reason) == ("failed", "The site was down")


def test_a_strange_address_is_refused_with_a_sentence(desk: Desk) -> None:
    item = desk.card()
    app = desk.open("publisher", delivery=item.id)
    app.text_input(key=f"card.url.{item.id}").input("javascript:alert(1)")
    app = press(app, "I have posted it")
    assert desk.state(item).state == "sending"
    assert "starting with https://" in texts(app)


@pytest.mark.parametrize(("label", "state"), [("It is not live: drop it", "failed"), ("It is not live: send it again", "queued")])
def test_after_a_doubt_a_person_decides(desk: Desk, label: str, state: str) -> None:
    item = desk.card()
    app = press(desk.open("publisher", delivery=item.id), "I am not sure")
    assert desk.state(item).state == "unconfirmed"
    assert "Nobody can tell whether it is live" in texts(app)
    press(app, label)
    assert desk.state(item).state == state


def test_after_a_doubt_the_address_settles_it(desk: Desk) -> None:
    item = desk.card()
    app = press(desk.open("publisher", delivery=item.id), "I am not sure")
    app.text_input(key=f"doubt.url.{item.id}").input("https://linkedin.example/2")
    press(app, "It is live")
    assert desk.state(item).state == "sent"


def test_a_waiting_post_is_taken_off(desk: Desk) -> None:
    item = desk.booked()
    press(desk.open("publisher", delivery=item.id), "Take it off the calendar")
    assert desk.state(item).state == "cancelled"


def test_everything_can_be_held_and_lifted(desk: Desk) -> None:
    item = desk.booked()
    app = desk.open("publisher")
    app.text_input(key="hold.why").input("Something happened")
    app.date_input(key="hold.resume").set_value(date(2026, 11, 30))
    app = press(app, "Hold now")
    assert desk.state(item).state == "held"
    (hold,) = desk.planner.holds.active()
    assert (hold.scope, hold.reason, str(hold.resume_at)) == ("all", "Something happened", "2026-11-30 08:00:00+00:00")
    press(app, "Lift this hold")
    assert desk.state(item).state == "queued"


@pytest.mark.clause("C100")
def test_a_campaign_and_an_account_are_held_by_name(desk: Desk) -> None:
    item = desk.booked()
    campaign = desk.planner.campaigns.add(desk.me, Campaign("", "Walk-in clinic", "", desk.clock.now()))
    for scope in (("campaign", campaign.id), ("account", item.account_id)):
        app = desk.open("publisher")
        app.selectbox(key="hold.what").set_value(scope)
        app.text_input(key="hold.why").input("Something happened")
        press(app, "Hold now")
    assert {(hold.scope, hold.target) for hold in desk.planner.holds.active()} == {("campaign", campaign.id), ("account", item.account_id)}
    said = texts(desk.open("publisher"))
    assert "Campaign: Walk-in clinic: Something happened" in said
    assert "Ridge Counseling (LinkedIn): Something happened" in said


def test_one_post_that_was_held_is_released(desk: Desk) -> None:
    item = desk.booked()
    desk.planner.holds.hold(desk.me, "delivery", item.id, "Wait")
    press(desk.open("publisher", delivery=item.id), "Release it")
    assert desk.state(item).state == "queued"


def test_a_hold_without_a_reason_is_refused(desk: Desk) -> None:
    desk.booked()
    app = press(desk.open("publisher"), "Hold now")
    assert desk.planner.holds.active() == ()
    assert "Say why" in texts(app)


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ("sent", "The platform took it."),
        ("doubtful", "may have been posted"),
        (None, "No end was written down"),
        ("strange", "It ended as strange."),
    ],
)
def test_attempts_read_in_plain_words(outcome: str | None, words: str) -> None:
    attempt = Attempt("a", "d", 1, 2, 1, "k", "f", "w", NOW, NOW, NOW, outcome, "No answer.")
    said = attempt_words(attempt, "America/Denver", parts=3)
    assert said.startswith("Attempt 2, part 2 of 3, 10:30 MST: ")
    assert words in said
    assert said.endswith("No answer.") == (outcome != "sent")


def test_the_calendar_draws_wall_clocks_of_the_account(desk: Desk) -> None:
    desk.account(quiet_hours=())
    desk.booked()
    found = data(desk.open("calendar"))
    (item,) = found["items"]
    assert (item["day"], item["time"], item["abbr"], item["badge"]) == ("2026-11-26", "12:10", "MST", "by hand")
    assert found["today"] == "2026-11-24"
    assert {"day": "2026-12-03", "time": "12:10", "account": "Ridge Counseling"} in found["slots"]
    assert all(slot["day"] != "2026-11-26" for slot in found["slots"])


def test_a_move_is_stored_once_however_often_it_comes(desk: Desk) -> None:
    item = desk.booked()
    app = moved(desk.open("calendar"), op("m1", item, "2026-11-27"))
    app = moved(app, op("m1", item, "2026-11-27"))
    assert data(app)["acked"] == [{"op": "m1", "ok": True, "reason": "", "at": ""}]
    after = desk.state(item)
    assert (after.wall, after.generation) == ("2026-11-27T12:10", item.generation + 1)


def test_fast_moves_name_their_forerunner_and_all_arrive(desk: Desk) -> None:
    item = desk.booked()
    ops = [op("m1", item, "2026-11-27"), op("m2", item, "2026-11-30", v={}, after="m1"), op("m3", item, "2026-12-01", v={}, after="m2")]
    app = moved(desk.open("calendar"), *ops)
    assert [one["ok"] for one in data(app)["acked"]] == [True, True, True]
    assert desk.state(item).wall == "2026-12-01T12:10"


def test_a_move_on_an_old_version_is_refused_and_so_is_its_follower(desk: Desk) -> None:
    item = desk.booked()
    ops = [op("m1", item, "2026-11-27", v={item.id: 99}), op("m2", item, "2026-11-30", v={}, after="m1")]
    found = data(moved(desk.open("calendar"), *ops))["acked"]
    assert [one["ok"] for one in found] == [False, False]
    assert "Somebody changed this post's time" in found[0]["reason"]
    assert desk.state(item).wall == item.wall


def test_a_move_to_a_slot_takes_its_time_and_the_past_is_refused(desk: Desk) -> None:
    item = desk.booked()
    app = moved(desk.open("calendar"), op("m1", item, "2026-12-03", time="12:10"), op("m2", item, "2020-01-01", v={}, after="m1"))
    assert [one["ok"] for one in data(app)["acked"]] == [True, False]
    assert "has passed" in data(app)["acked"][1]["reason"]


def test_a_move_into_quiet_hours_is_refused_by_the_calendar_alone(desk: Desk) -> None:
    from datetime import time  # noqa: PLC0415 - shadows nothing else here

    from planner.domain.schedule import Window  # noqa: PLC0415 - the same

    desk.account(quiet_hours=tuple(Window(day, time(20), time(8)) for day in range(7)))
    item = desk.booked()
    app = moved(desk.open("calendar"), op("m1", item, "2026-11-27", time="23:00"))
    assert "quiet hours" in data(app)["acked"][0]["reason"]


def test_picked_posts_can_be_held_and_cancelled(desk: Desk) -> None:
    first, second = desk.booked(), desk.booked("Eat and rest as well as you can today.", "2026-11-27T12:10")
    app = desk.open("calendar")
    app.session_state[page.KEY] = {"ops": [], "picked": [first.id]}
    app.run()
    assert "1 post selected" in texts(app)
    app.text_input(key="acts.why").input("Wait and see")
    press(app, "Hold these posts")
    assert (desk.state(first).state, desk.state(second).state) == ("held", "queued")
    app.session_state[page.KEY] = {"ops": [], "picked": [second.id]}
    app.run()
    press(app, "Take these posts off the calendar")
    assert desk.state(second).state == "cancelled"


def test_two_posts_within_an_hour_are_marked(desk: Desk) -> None:
    desk.booked()
    desk.booked("Eat and rest as well as you can today.", "2026-11-26T12:30")
    assert [mark for mark in data(desk.open("calendar"))["marks"] if mark["kind"] == "conflict"] == [
        {"day": "2026-11-26", "kind": "conflict", "title": "two posts within an hour, Ridge Counseling"}
    ]


@pytest.mark.parametrize("view", VIEWS)
def test_each_view_shows_its_window(view: Any) -> None:
    start, end = calendar_filters.window(view, date(2026, 11, 24))
    assert start <= date(2026, 11, 24) < end
    expected = {
        "month": ("2026-10-26", "2026-12-07"),
        "week": ("2026-11-23", "2026-11-30"),
        "day": ("2026-11-24", "2026-11-25"),
        "list": ("2026-11-24", "2026-12-29"),
    }
    assert (start.isoformat(), end.isoformat()) == expected[view]


@pytest.mark.feature("Slots and conflicts")
def test_a_missed_post_is_offered_a_time_to_come(desk: Desk) -> None:
    item = desk.booked(at="2026-11-24T12:10")
    desk.clock.later(hours=4)  # 14:30 in Denver
    desk.planner.publisher.deliver(item.id, item.generation)
    assert desk.state(item).state == "missed"
    app = press(desk.open("publisher", delivery=item.id), "Give it another time")
    assert app.datetime_input[0].value == datetime(2026, 11, 24, 15, 0)  # noqa: DTZ001 - a wall clock
    assert "has passed" not in texts(app)
