"""Figures: collected when due, typed in where nobody reports them, never invented."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from connectors.base import AccountMetrics, PostMetrics, Ref
from connectors.errors import AuthExpired, RateLimited, Temporary
from planner.domain.connection import ConnectionNote
from planner.domain.errors import Invalid, Missing, NotAllowed, NotReady
from planner.domain.metrics import AccountReading, PostReading
from tests.unit.services.rig import NOW, Rig
from tests.unit.services.test_services_accounts import LOGIN

if TYPE_CHECKING:
    from planner.domain.account import Account
    from planner.domain.delivery import Delivery

HOUR = timedelta(hours=1)
SENT = NOW + timedelta(days=1, hours=1)


def connected(rig: Rig, **changes: object) -> Account:
    account = rig.account(mode="api", **changes)
    rig.accounts.connect(rig.alone(), account.id, LOGIN)
    rig.platforms.remote.seen.clear()
    return rig.accounts.get(account.id)


def sent(rig: Rig, account: Account, ref: str = "at://1") -> Delivery:
    """A post that went out tomorrow at 10:00, with the clock standing there."""
    item = rig.out(rig.scheduled(f"Words {ref}", account, accepted=frozenset({"same-hour", "near-duplicate"})), ref=ref)
    rig.clock.at = SENT
    return item


def posts(rig: Rig, **values: int | None) -> dict[Ref, PostMetrics]:
    return {Ref("at://1"): PostMetrics(values, rig.clock.now(), raw="{}")}


def followers(rig: Rig, count: int | None = 9) -> AccountMetrics:
    return AccountMetrics({"followers": count}, rig.clock.now(), raw="{}")


def history(rig: Rig, item: Delivery) -> list[dict[str, int | None]]:
    return [dict(reading.values) for reading in rig.insights.history(item.id)]


# --- collect ----------------------------------------------------------------------------------------------------------------------


def test_figures_are_read_six_times_in_four_weeks_and_followers_daily(rig: Rig) -> None:
    account = connected(rig)
    item = sent(rig, account)
    remote = rig.platforms.remote
    taken = []
    for hours in range(0, 24 * 31, 6):
        rig.clock.at = SENT + hours * HOUR
        remote.posts, remote.account = [posts(rig, likes=hours)], [followers(rig, hours)]
        remote.seen.clear()
        rig.insights.collect()
        taken.append((hours, [name for name, _ in remote.seen]))
    assert [hours for hours, names in taken if "posts" in names] == [6, 24, 72, 168, 336, 672]
    assert [hours for hours, names in taken if "account" in names] == list(range(0, 24 * 31, 24))
    assert history(rig, item) == [{"likes": hours} for hours in (6, 24, 72, 168, 336, 672)]
    readings = rig.insights.followers(account.id, SENT, SENT + timedelta(days=31)).readings
    assert [reading.values["followers"] for reading in readings] == list(range(0, 24 * 31, 24))
    assert {(reading.source, reading.raw) for reading in readings} == {("api", "{}")}


@pytest.mark.clause("C122")
def test_a_figure_that_was_not_reported_stays_missing(rig: Rig) -> None:
    item = sent(rig, connected(rig))
    rig.clock.on(hours=1)
    rig.platforms.remote.posts = [posts(rig, likes=0, reposts=None)]
    rig.platforms.remote.account = [followers(rig, None)]
    assert rig.insights.collect() == 2
    assert history(rig, item) == [{"likes": 0, "reposts": None}]
    reading = rig.insights.history(item.id)[0]
    assert (reading.source, reading.gone, reading.raw, reading.taken_at) == ("api", False, "{}", SENT + HOUR)
    row = rig.insights.posts(SENT, SENT + HOUR)[0]
    assert (row.total, row.values.get("replies", "absent")) == (0, "absent")


def test_a_post_that_the_platform_did_not_answer_for_is_asked_again(rig: Rig) -> None:
    account = connected(rig)
    first, second = sent(rig, account), sent(rig, account, "at://2")
    rig.clock.on(hours=1)
    remote = rig.platforms.remote
    remote.posts, remote.account = [posts(rig, likes=1)], [followers(rig)]
    assert rig.insights.collect() == 2
    assert (history(rig, first), history(rig, second)) == ([{"likes": 1}], [])
    remote.seen.clear()
    remote.posts = [{Ref("at://2"): PostMetrics({"likes": 2}, rig.clock.now())}]
    assert rig.insights.collect() == 1
    assert remote.seen == [("posts", (Ref("at://2"),))]
    assert history(rig, second) == [{"likes": 2}]
    assert rig.insights.collect() == 0


def test_a_deleted_post_is_marked_and_keeps_its_figures(rig: Rig) -> None:
    item = sent(rig, connected(rig))
    remote = rig.platforms.remote
    rig.clock.on(hours=1)
    remote.posts, remote.account = [posts(rig, likes=4)], [followers(rig)]
    rig.insights.collect()
    rig.clock.on(days=1)
    remote.posts = [{Ref("at://1"): PostMetrics({}, rig.clock.now(), gone=True)}]
    rig.insights.collect()
    assert [(reading.gone, dict(reading.values)) for reading in rig.insights.history(item.id)] == [(False, {"likes": 4}), (True, {})]
    assert rig.insights.posts(SENT, SENT + HOUR)[0].gone


def test_a_dead_token_is_refreshed_once_and_the_figures_are_read(rig: Rig) -> None:
    account = connected(rig)
    item = sent(rig, account)
    rig.clock.on(hours=1)
    remote = rig.platforms.remote
    remote.posts, remote.account = [AuthExpired("Dead."), posts(rig, likes=3)], [followers(rig)]
    assert rig.insights.collect() == 2
    assert [name for name, _ in remote.seen] == ["posts", "refresh", "posts", "account"]
    assert remote.seen[1] == ("refresh", LOGIN)
    assert history(rig, item) == [{"likes": 3}]
    assert rig.accounts.get(account.id) == account


@pytest.mark.parametrize("where", ["refresh", "again"])
def test_a_token_that_cannot_be_refreshed_is_said_on_the_account(rig: Rig, where: str) -> None:
    account = connected(rig)
    sent(rig, account)
    rig.clock.on(hours=1)
    remote = rig.platforms.remote
    remote.posts = [AuthExpired("Dead.")]
    if where == "refresh":
        remote.refresh = [AuthExpired("Log in again.")]
    assert rig.insights.collect() == 0
    after = rig.accounts.get(account.id)
    assert (after.health, after.health_note) == ("needs-login", "Log in again." if where == "refresh" else "Dead.")
    remote.seen.clear()
    assert (rig.insights.collect(), remote.seen) == (0, [])


@pytest.mark.parametrize("fault", [Temporary("No answer."), RateLimited("Too many.", NOW)])
@pytest.mark.parametrize("where", ["posts", "account", "refresh", "start"])
def test_a_platform_that_does_not_answer_is_asked_again_later(rig: Rig, fault: Exception, where: str) -> None:
    account = connected(rig)
    sent(rig, account)
    rig.clock.on(hours=1)
    remote = rig.platforms.remote
    remote.posts, remote.account = [posts(rig, likes=1)], [followers(rig)]
    if where == "refresh":
        remote.posts, remote.refresh = [AuthExpired("Dead.")], [fault]
    elif where == "start":
        rig.platforms.refuses = fault
    else:
        setattr(remote, where, [fault])
    assert rig.insights.collect() == 0
    assert rig.accounts.get(account.id) == account
    remote.posts, remote.account, remote.refresh, rig.platforms.refuses = [posts(rig, likes=1)], [followers(rig)], [None], None
    assert rig.insights.collect() >= 1


def test_a_platform_that_is_asked_too_often_is_left_alone_until_it_says(rig: Rig) -> None:
    account = connected(rig)
    other = connected(rig, handle="@two")
    remote = rig.platforms.remote
    remote.account = [RateLimited("Too many.", NOW + HOUR), followers(rig)]
    assert rig.insights.collect() == 1
    rig.clock.at = NOW + HOUR - timedelta(microseconds=1)
    remote.seen.clear()
    assert (rig.insights.collect(), remote.seen) == (0, [])
    rig.clock.at = NOW + HOUR
    assert rig.insights.collect() == 1
    spans = (NOW - HOUR, NOW + 2 * HOUR)
    assert [len(rig.insights.followers(one.id, *spans).readings) for one in (account, other)] == [1, 1]


def test_one_accounts_trouble_does_not_stop_another(rig: Rig) -> None:
    first, second = connected(rig), connected(rig, handle="@two")
    remote = rig.platforms.remote
    remote.account = [Temporary("No answer."), followers(rig)]
    assert rig.insights.collect() == 1
    spans = (NOW - HOUR, NOW + HOUR)
    assert (rig.insights.followers(first.id, *spans).readings, len(rig.insights.followers(second.id, *spans).readings)) == ((), 1)


def test_an_accounts_posts_are_asked_for_in_one_call(rig: Rig) -> None:
    account = connected(rig)
    refs = [f"at://{number}" for number in range(12)]
    items = [sent(rig, account, ref) for ref in refs]
    rig.clock.at = SENT + HOUR
    remote = rig.platforms.remote
    remote.account = [followers(rig)]
    remote.posts = [{Ref(ref): PostMetrics({"likes": number}, rig.clock.now(), raw="{}") for number, ref in enumerate(refs)}]
    remote.seen.clear()
    assert rig.insights.collect() == 13
    (asked,) = [set(argument) for name, argument in remote.seen if name == "posts"]
    assert asked == {Ref(ref) for ref in refs}
    assert [history(rig, item) for item in items] == [[{"likes": number}] for number in range(12)]


@pytest.mark.parametrize("how", ["hand", "needs-login", "archived", "unsent", "no ref"])
def test_nobody_is_asked_where_there_is_nothing_to_ask(rig: Rig, how: str) -> None:
    account = connected(rig)
    item = rig.scheduled("Words", account)
    remote = rig.platforms.remote
    remote.account = [followers(rig)]
    if how == "unsent":
        rig.clock.at = SENT + HOUR
    else:
        rig.out(item, ref=None if how == "no ref" else "at://1")
        rig.clock.at = SENT + HOUR
    if how == "hand":
        rig.accounts.switch_mode(rig.alone(), account.id, "hand")
    elif how == "needs-login":
        remote.auth = [AuthExpired("Dead.")]
        rig.accounts.test(rig.alone(), account.id)
    elif how == "archived":
        rig.accounts.archive(rig.alone(), account.id)
    remote.seen.clear()
    rig.insights.collect()
    assert [name for name, _ in remote.seen] == (["account"] if how in ("unsent", "no ref") else [])


def test_a_figure_typed_in_does_not_replace_the_platforms_own(rig: Rig) -> None:
    item = sent(rig, connected(rig))
    rig.clock.on(hours=2)
    rig.insights.enter(rig.alone(), item.id, {"impressions": 90})
    rig.clock.on(minutes=1)
    rig.platforms.remote.posts, rig.platforms.remote.account = [posts(rig, likes=1)], [followers(rig)]
    rig.insights.collect()
    assert [reading.source for reading in rig.insights.history(item.id)] == ["hand", "api"]


# --- by hand ----------------------------------------------------------------------------------------------------------------------

EMPTY = dict.fromkeys(("likes", "reposts", "replies", "quotes", "comments", "impressions"))


def test_figures_are_typed_in_and_what_is_left_empty_stays_missing(rig: Rig) -> None:
    item = sent(rig, rig.account())
    rig.clock.on(hours=5)
    reading = rig.insights.enter(rig.alone(), item.id, {"likes": 0, "comments": 3, "reposts": None})
    assert rig.insights.history(item.id) == (reading,)
    assert reading == PostReading(item.id, SENT + 5 * HOUR, "hand", {**EMPTY, "likes": 0, "comments": 3})
    assert rig.actions(f"delivery:{item.id}")[-1] == "metrics.enter"
    assert rig.insights.enter(rig.alone(), item.id, {"likes": 10**9}, SENT + HOUR).taken_at == SENT + HOUR


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"hearts": 3}, "“hearts” is not a figure that can be kept. Use: likes, reposts, replies, quotes, comments, impressions."),
        ({"likes": -1}, "likes: -1 is not a count. Leave it empty when the platform does not show it."),
        ({"likes": 10**9 + 1}, "likes: 1000000001 is not a count. Leave it empty when the platform does not show it."),
        ({}, "No figure was given. Enter at least one, and leave empty what the platform does not show."),
        ({"likes": None}, "No figure was given. Enter at least one, and leave empty what the platform does not show."),
    ],
)
def test_what_is_no_figure_is_refused(rig: Rig, values: dict[str, int | None], sentence: str) -> None:
    item = sent(rig, rig.account())
    with pytest.raises(Invalid) as caught:
        rig.insights.enter(rig.alone(), item.id, values)
    assert (caught.value.field, caught.value.sentence) == ("metrics", sentence)
    assert rig.insights.history(item.id) == ()


@pytest.mark.parametrize(
    ("at", "taken"),
    [
        (SENT - timedelta(microseconds=1), False),
        (SENT, True),
        (SENT + HOUR + timedelta(minutes=5), True),
        (SENT + HOUR + timedelta(minutes=5, microseconds=1), False),
        (datetime(2026, 11, 25, 17, 30), False),  # noqa: DTZ001 - a time without a zone is what is tested
    ],
)
def test_a_reading_lies_between_the_post_and_now(rig: Rig, at: datetime, taken: bool) -> None:
    item = sent(rig, rig.account())
    rig.clock.on(hours=1)
    if taken:
        assert rig.insights.enter(rig.alone(), item.id, {"likes": 1}, at).taken_at == at
        return
    with pytest.raises(Invalid) as caught:
        rig.insights.enter(rig.alone(), item.id, {"likes": 1}, at)
    assert caught.value.field == "time"


@pytest.mark.parametrize("state", ["queued", "unconfirmed", "missed", "cancelled", "failed"])
def test_figures_belong_to_posts_that_are_out(rig: Rig, state: str) -> None:
    item = rig.scheduled("Words", rig.account())
    if state != "queued":
        rig.force(item, state)
    with pytest.raises(NotReady, match="Figures belong to posts that are out"):
        rig.insights.enter(rig.alone(), item.id, {"likes": 1})


def test_a_follower_count_is_typed_in(rig: Rig) -> None:
    account = rig.account()
    reading = rig.insights.enter_followers(rig.alone(), account.id, 0)
    assert reading == AccountReading(account.id, NOW, "hand", {"followers": 0})
    assert rig.insights.followers(account.id, NOW, NOW + HOUR).readings == (reading,)
    with pytest.raises(Invalid):
        rig.insights.enter_followers(rig.alone(), account.id, -1)
    with pytest.raises(Invalid):
        rig.insights.enter_followers(rig.alone(), account.id, 3, NOW + HOUR)
    with pytest.raises(Missing):
        rig.insights.enter_followers(rig.alone(), "nothing", 3)


def test_who_may_only_read_types_nothing_in(rig: Rig) -> None:
    item, viewer = sent(rig, rig.account()), rig.member("vera", "viewer")
    with pytest.raises(NotAllowed):
        rig.insights.enter(viewer, item.id, {"likes": 1})
    with pytest.raises(NotAllowed):
        rig.insights.enter_followers(viewer, item.account_id, 1)


# --- reading ----------------------------------------------------------------------------------------------------------------------


def test_the_posts_that_went_out_stand_with_their_latest_figures(rig: Rig) -> None:
    one, two = rig.account(), rig.account(handle="@two")
    first, second = sent(rig, one), sent(rig, two, "at://2")
    rig.clock.at = NOW
    rig.scheduled("Something quite different for everybody", one, accepted=frozenset({"same-hour"}))
    rig.clock.at = SENT + 2 * HOUR
    rig.insights.enter(rig.alone(), first.id, {"likes": 2, "impressions": 50}, SENT + HOUR)
    rig.insights.enter(rig.alone(), first.id, {"likes": 3, "comments": 1}, SENT + 2 * HOUR)
    rows = {row.delivery.id: row for row in rig.insights.posts(SENT, SENT + HOUR)}
    assert set(rows) == {first.id, second.id}
    with_figures, without = rows[first.id], rows[second.id]
    assert (with_figures.total, with_figures.taken_at, with_figures.source, with_figures.gone) == (4, SENT + 2 * HOUR, "hand", False)
    assert (with_figures.headline, with_figures.account, with_figures.purpose, with_figures.labels, with_figures.campaign) == (
        "Words at://1", one, "educate", (), "",
    )  # fmt: skip
    assert (without.values, without.total, without.taken_at, without.source, without.gone) == ({}, None, None, None, False)
    assert [row.delivery.id for row in rig.insights.posts(SENT, SENT + HOUR, two.id)] == [second.id]
    assert rig.insights.posts(SENT + HOUR, SENT + 2 * HOUR) == ()


@pytest.mark.clause("C122", "C126")
def test_followers_come_with_the_notes_of_the_same_days(rig: Rig) -> None:
    account = rig.account()
    for day in (23, 24, 25, 26):
        rig.connections.note(
            rig.alone(),
            ConnectionNote("", account.id, date(2026, 11, day), f"Library {day}", "Met for coffee.", "contact", "meeting", "", NOW),
        )
    midnight = datetime.fromisoformat("2026-11-24T00:00:00+00:00")
    found = rig.insights.followers(account.id, midnight, midnight + timedelta(days=2))
    assert found.account == account
    assert [note.day.day for note in found.notes] == [24, 25]
    assert [note.day.day for note in rig.insights.followers(account.id, midnight, midnight + timedelta(days=2, hours=1)).notes] == [
        24,
        25,
        26,
    ]
