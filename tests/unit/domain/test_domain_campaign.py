"""What belongs to a campaign, as values: goals, links, events, asks, cards, partners, the lobbying log."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from planner.domain import ask, campaign, event, hashtag, ics, lobbying, partner
from planner.domain.ask import Ask, Week
from planner.domain.campaign import Campaign
from planner.domain.errors import Invalid
from planner.domain.event import Event
from planner.domain.hashtag import HashtagCard, Mix
from planner.domain.lobbying import LobbyingEntry
from planner.domain.partner import Partner

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = datetime(2026, 11, 24, 16, tzinfo=UTC)
DAY = timedelta(days=1)
CAMPAIGN = Campaign("c", "Walk-in week", "m", NOW, goal="Families know the way", owner="m", plan_owner="m")
EVENT = Event("e", "c", "Hearing", "m", NOW, wall="2026-12-03T18:00", zone="America/Denver", place="Town hall")
ASK = Ask("a", "c", "call", "m", NOW, "Call", "your commissioner", "Two minutes are enough", date(2026, 12, 1), "Each call counts")
CARD = HashtagCard("lakewood", "Lakewood", "A town", "m", NOW, checked_on=date(2026, 11, 24))
PARTNER = Partner("p", "c", "Library", "m", NOW)
ENTRY = LobbyingEntry("l", "c", date(2026, 11, 24), "HB 1", "direct", 90, "Maya", "m", NOW)


@pytest.mark.clause("C124")
@pytest.mark.parametrize(
    ("goal", "refused"),
    [
        ("500 likes", True),
        ("More followers by spring", True),
        ("Grow our reach", True),
        ("10k views of the film", True),
        ("Families know how to reach the walk-in clinic", False),
        ("Three more counselors in the county", False),
        ("Nobody shares a cell in the ward any longer", False),
        ("", False),
    ],
)
def test_a_number_of_reactions_is_no_goal(goal: str, refused: bool) -> None:
    assert campaign.counts_reactions(goal, ["likes", "followers", "reach", "views", "shares"], ["more", "grow"]) is refused


@pytest.mark.clause("C108")
def test_a_campaign_without_goal_owner_and_plan_owner_is_not_ready() -> None:
    assert campaign.open_items(CAMPAIGN) == ()
    bare = replace(CAMPAIGN, goal="", owner="", plan_owner="")
    assert campaign.open_items(bare) == ("a goal", "an owner", "the owner of the backlash plan")


def test_the_word_of_a_campaign_is_plain() -> None:
    assert campaign.slug_of("Für alle: Walk-in Week 2026!") == "fur-alle-walk-in-week-2026"
    assert campaign.slug_of("…") == "campaign"
    assert len(campaign.slug_of("word " * 20)) <= 40


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("https://a.example", "https://a.example?utm_source=bluesky&utm_medium=social&utm_campaign=week"),
        ("https://a.example/x?y=1#z", "https://a.example/x?y=1&utm_source=bluesky&utm_medium=social&utm_campaign=week#z"),
        ("https://a.example/?utm_source=mine", "https://a.example/?utm_source=mine&utm_medium=social&utm_campaign=week"),
        ("https://a.example/?utm_source=a&utm_medium=b&utm_campaign=", "https://a.example/?utm_source=a&utm_medium=b&utm_campaign="),
        ("mailto:a@b.example", "mailto:a@b.example"),
    ],
)
def test_a_link_is_marked_once(before: str, after: str) -> None:
    assert campaign.tagged(before, "week", "bluesky") == after
    assert campaign.tagged(after, "week", "bluesky") == after


@pytest.mark.parametrize(
    ("check", "item", "field"),
    [
        (campaign.validate, replace(CAMPAIGN, title=""), "title"),
        (campaign.validate, replace(CAMPAIGN, risk="x" * 2001), "risk"),
        (campaign.validate, replace(CAMPAIGN, audience="martians"), "audience"),  # type: ignore[arg-type]
        (campaign.validate, replace(CAMPAIGN, starts=date(2026, 2, 1), ends=date(2026, 1, 1)), "ends"),
        (event.validate, replace(EVENT, title=""), "title"),
        (event.validate, replace(EVENT, place=""), "place"),
        (event.validate, replace(EVENT, minutes=0), "minutes"),
        (event.validate, replace(EVENT, online="x" * 1001), "online"),
        (event.validate, replace(EVENT, zone="Mars/Base"), "zone"),
        (ask.validate, replace(ASK, kind="beg"), "kind"),  # type: ignore[arg-type]
        (ask.validate, replace(ASK, why="x" * 1001), "why"),
        (ask.validate, replace(ASK, link="example.org"), "link"),
        (ask.validate, replace(ASK, kind="donate", link="http://example.org"), "link"),
        (hashtag.validate, replace(CARD, meaning=""), "meaning"),
        (hashtag.validate, replace(CARD, reach="huge"), "reach"),  # type: ignore[arg-type]
        (hashtag.validate, replace(CARD, origin="x" * 1001), "meaning"),
        (partner.validate, replace(PARTNER, name=""), "name"),
        (partner.validate, replace(PARTNER, note="x" * 501), "name"),
        (partner.validate, replace(PARTNER, paid=True), "label"),
        (lobbying.validate, replace(ENTRY, bill=""), "bill"),
        (lobbying.validate, replace(ENTRY, who=""), "who"),
        (lobbying.validate, replace(ENTRY, kind="secret"), "kind"),  # type: ignore[arg-type]
        (lobbying.validate, replace(ENTRY, minutes=-1), "minutes"),
        (lobbying.validate, replace(ENTRY, cents=-1), "minutes"),
        (lobbying.validate, replace(ENTRY, note="x" * 501), "bill"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_its_field(check: Callable[[object], None], item: object, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        check(item)
    assert refused.value.field == field


def test_what_can_be_kept_passes() -> None:
    campaign.validate(replace(CAMPAIGN, starts=date(2026, 1, 1), ends=date(2026, 1, 1)))
    event.validate(EVENT)
    ask.validate(replace(ASK, kind="donate", link="https://example.org/give"))
    hashtag.validate(CARD)
    partner.validate(replace(PARTNER, paid=True, label="#ad"))
    lobbying.validate(ENTRY)
    assert (CAMPAIGN.campaign, CARD.campaign) == ("", "")


@pytest.mark.clause("C95", "C96")
def test_a_look_at_a_tag_counts_for_a_year() -> None:
    assert hashtag.last_day(CARD) == date(2027, 11, 24)
    assert hashtag.is_valid(CARD, date(2027, 11, 24))
    assert not hashtag.is_valid(CARD, date(2027, 11, 25))
    assert hashtag.last_day(replace(CARD, expires=date(2026, 12, 1))) == date(2026, 12, 1)
    assert not hashtag.is_valid(replace(CARD, checked_on=None), date(2026, 11, 24))


@pytest.mark.clause("C97")
def test_the_mix_says_what_is_missing() -> None:
    popular = replace(CARD, id="big", tag="Big", reach="popular")
    old = replace(CARD, id="old", tag="Old", checked_on=date(2020, 1, 1))
    today = date(2026, 11, 24)
    assert hashtag.mix(["Big", "Lakewood", "Old", "New"], [CARD, popular, old], today) == Mix(1, 1, 2)
    assert [Mix(2, 0, 0).advice, Mix(0, 1, 1).advice, Mix(1, 1, 0).advice, Mix(0, 0, 3).advice] == ["add-niche", "add-popular", "", ""]


@pytest.mark.parametrize("wrong", ["two words", "123", "", "a-b"])
def test_a_hashtag_is_one_word(wrong: str) -> None:
    assert hashtag.plain_tag(" #Mental_Health ") == "Mental_Health"
    with pytest.raises(Invalid):
        hashtag.plain_tag(wrong)


@pytest.mark.clause("C102", "C112")
def test_an_event_names_what_its_access_line_lacks() -> None:
    assert event.access_missing(EVENT) == ("online", "transport", "mobility")
    assert event.access_missing(replace(EVENT, online="Zoom", transport="Bus 16", mobility="Step-free")) == ()


@pytest.mark.clause("C102")
def test_reminders_stand_a_week_a_day_and_two_hours_before() -> None:
    start = datetime(2026, 12, 4, 1, tzinfo=UTC)
    assert EVENT.starts_at == start
    every = {"7-days": start - 7 * DAY, "1-day": start - DAY, "2-hours": start - timedelta(hours=2)}
    assert event.reminders(EVENT, NOW) == every
    assert list(event.reminders(EVENT, start - DAY)) == ["2-hours"]


@pytest.mark.clause("C102")
def test_an_event_stands_in_a_calendar_feed() -> None:
    named = replace(EVENT, title="Hearing, now", link="https://example.org", state="cancelled", version=3, minutes=90)
    lines = ics.calendar("All", [event.calendar_entry(named, NOW)]).split("\r\n")
    assert lines[5:-2] == [
        "BEGIN:VEVENT", "UID:e@discreet", "DTSTAMP:20261124T160000Z", "DTSTART:20261204T010000Z", "DTEND:20261204T023000Z",
        "SUMMARY:Hearing\\, now", "STATUS:CANCELLED", "SEQUENCE:2", "LOCATION:Town hall", "URL:https://example.org", "END:VEVENT",
    ]  # fmt: skip
    assert event.calendar_entry(replace(EVENT, place="", online="By phone"), NOW).place == "By phone"


@pytest.mark.clause("C103", "C104")
def test_an_ask_lists_what_a_reader_would_not_know() -> None:
    assert ask.open_items(ASK) == ()
    assert ask.open_items(replace(ASK, how="", by_when=None, why="")) == ("how to do it", "by when", "why it helps")
    assert ask.sentence(ASK) == "Call your commissioner by 1 December. Two minutes are enough. Each call counts."
    assert ask.sentence(Ask("a", "c", "sign", "m", NOW)) == ""


@pytest.mark.clause("C105")
def test_the_third_ask_in_five_days_is_crowded() -> None:
    assert ask.crowded(NOW, []) == 1
    assert ask.crowded(NOW, [NOW - 2 * DAY, NOW - 4 * DAY]) == 3
    assert ask.crowded(NOW, [NOW - 2 * DAY, NOW + 4 * DAY]) == 2
    assert ask.crowded(NOW, [NOW - 5 * DAY, NOW + 5 * DAY]) == 1
    assert ask.crowded(NOW, [NOW - 4 * DAY, NOW - 3 * DAY, NOW + 4 * DAY]) == 3


@pytest.mark.clause("C106")
def test_asks_and_the_rest_are_counted_by_week() -> None:
    posts = [(date(2026, 11, 24), True), (date(2026, 11, 29), False), (date(2026, 12, 1), False), (date(2026, 10, 1), True)]
    found = ask.weeks(posts, date(2026, 11, 25), date(2026, 12, 1))
    assert found == (Week(date(2026, 11, 23), 1, 1), Week(date(2026, 11, 30), 0, 1))
