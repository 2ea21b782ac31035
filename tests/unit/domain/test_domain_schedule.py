"""Local time: every wall clock means one moment, gaps and overlaps are said, windows and slots hold over midnight and week's end."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from planner.domain.errors import Invalid
from planner.domain.schedule import (
    STALE_AFTER,
    WEEKDAYS,
    Slot,
    Wall,
    Window,
    full_hours,
    inside,
    is_stale,
    local_wall,
    resolve,
    same_hour,
    upcoming_slots,
    zone,
)

MINUTE = timedelta(minutes=1)
ZONES = (
    "America/New_York",
    "America/Denver",
    "Europe/Dublin",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Asia/Kathmandu",
    "Africa/Casablanca",
    "UTC",
)


def wall(text: str) -> Wall:
    return Wall.parse(text)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def readings(day: date, at: time, zone_name: str) -> list[datetime]:
    """Return every UTC minute around a wall clock at which a clock in the zone shows it: the oracle, by walking, not by folding."""
    around = datetime.combine(day, at, tzinfo=UTC)
    place = ZoneInfo(zone_name)
    found = []
    for minutes in range(-15 * 60, 13 * 60, 15):
        moment = around + timedelta(minutes=minutes)
        local = moment.astimezone(place)
        if (local.date(), local.hour, local.minute) == (day, at.hour, at.minute):
            found.append(moment)
    return found


# --- Wall -------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-24T09:00", Wall(date(2026, 11, 24), time(9))),
        ("2026-11-24 09:00", Wall(date(2026, 11, 24), time(9))),
        ("  2026-11-24 09:05:59 ", Wall(date(2026, 11, 24), time(9, 5))),
    ],
)
def test_a_wall_clock_is_read_to_the_minute(text: str, expected: Wall) -> None:
    assert Wall.parse(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tomorrow",
        "2026-11-24",
        "20261124T0900",
        "2026-W48-2",
        "2026-02-30 09:00",
        "2026-11-24 24:00",
        "2026-11-24 09:60",
        "2026-11-24x09:00",
        "2026-11-24 9:00",
        "\uff12026-11-24 09:00",
        "Z",
        "2026-11-24 09:00 America/Denver",
        "2026-11-24 09:00\n2026-11-25 09:00",
    ],
)
def test_what_is_no_full_time_is_refused_with_the_form_that_is_wanted(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        Wall.parse(text)
    assert caught.value.field == "time"
    assert caught.value.sentence == f"“{text.strip()}” is not a time. Write it as 2026-11-24 09:00."


@pytest.mark.parametrize("text", ["2026-11-24T09:00Z", "2026-11-24 09:00+01:00", "2026-11-24T09:00:30-0700", "2026-11-24T09:00z"])
def test_an_offset_is_refused_by_name(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        Wall.parse(text)
    assert caught.value.field == "time"
    assert caught.value.sentence == "Give the time as the account's clock shows it, without an offset: 2026-11-24 09:00."


def test_a_long_wrong_time_is_quoted_in_part() -> None:
    with pytest.raises(Invalid, match=f"^“{'9' * 40}” is not a time"):
        Wall.parse("9" * 500)


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)), st.times())
def test_a_wall_clock_survives_being_written(day: date, at: time) -> None:
    short = at.replace(second=0, microsecond=0)
    assert Wall.parse(str(Wall(day, at))) == Wall(day, short)
    assert str(Wall(day, short)) == f"{day:%Y-%m-%d}T{short:%H:%M}".rjust(16, "0")


@given(st.text())
def test_any_words_give_a_wall_clock_or_one_sentence(text: str) -> None:
    try:
        outcome = str(Wall.parse(text))
    except Invalid as error:
        outcome = error.sentence
    assert outcome.endswith("2026-11-24 09:00.") or outcome in text.replace(" ", "T")


# --- zones ------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["", "Denver", "America", "../../etc/passwd", "/etc/localtime", "UTC\x00", "\ud800", "Mars/Olympus" * 9])
def test_an_unknown_zone_is_refused_with_an_example(name: str) -> None:
    with pytest.raises(Invalid) as caught:
        zone(name)
    assert caught.value.field == "zone"
    assert caught.value.sentence == f"“{name[:60]}” is not a time zone. Choose an IANA name such as America/Denver."


def test_a_known_zone_is_given() -> None:
    assert zone("America/Denver").key == "America/Denver"


# --- resolve ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "place", "expected"),
    [
        ("2026-11-24T09:00", "America/Denver", "2026-11-24T16:00"),
        ("2026-07-01T09:00", "America/Denver", "2026-07-01T15:00"),
        ("2026-07-01T09:00", "Europe/Dublin", "2026-07-01T08:00"),
        ("2026-12-01T09:00", "Europe/Dublin", "2026-12-01T09:00"),
        ("2026-07-01T09:00", "Australia/Lord_Howe", "2026-06-30T22:30"),
        ("2026-12-01T09:00", "Australia/Lord_Howe", "2026-11-30T22:00"),
        ("2026-12-01T09:00", "Asia/Kathmandu", "2026-12-01T03:15"),
    ],
)
def test_an_ordinary_time_has_its_moment_and_no_remark(text: str, place: str, expected: str) -> None:
    moment = resolve(wall(text), place)
    assert (moment.wall, moment.zone, moment.utc, moment.remark) == (wall(text), place, utc(expected), None)
    assert moment.utc.tzinfo is UTC


GAPS = [
    # asked, zone, UTC of the first minute after the gap, what the clock then shows
    ("2026-03-08T02:00", "America/New_York", "2026-03-08T07:00", "03:00"),
    ("2026-03-08T02:30", "America/New_York", "2026-03-08T07:00", "03:00"),
    ("2026-03-08T02:59", "America/New_York", "2026-03-08T07:00", "03:00"),
    ("2026-03-29T01:15", "Europe/Dublin", "2026-03-29T01:00", "02:00"),
    ("2026-10-04T02:00", "Australia/Lord_Howe", "2026-10-03T15:30", "02:30"),
    ("2026-10-04T02:29", "Australia/Lord_Howe", "2026-10-03T15:30", "02:30"),
    ("2011-12-30T00:00", "Pacific/Apia", "2011-12-30T10:00", "Sat 31 Dec 2011, 00:00"),
    ("2011-12-30T12:00", "Pacific/Apia", "2011-12-30T10:00", "Sat 31 Dec 2011, 00:00"),
    ("2011-12-30T23:59", "Pacific/Apia", "2011-12-30T10:00", "Sat 31 Dec 2011, 00:00"),
]


@pytest.mark.parametrize(("text", "place", "expected", "shown"), GAPS)
def test_a_time_that_does_not_exist_is_the_first_minute_after_the_gap(text: str, place: str, expected: str, shown: str) -> None:
    moment = resolve(wall(text), place)
    assert (moment.wall, moment.zone, moment.utc, moment.utc.tzinfo) == (wall(text), place, utc(expected), UTC)
    assert moment.remark == f"{text[-5:]} does not exist that day; set to {shown}."


OVERLAPS = [
    ("2026-11-01T01:00", "America/New_York", "2026-11-01T05:00"),
    ("2026-11-01T01:59", "America/New_York", "2026-11-01T05:59"),
    ("2026-10-25T01:30", "Europe/Dublin", "2026-10-25T00:30"),
    ("2026-04-05T01:30", "Australia/Lord_Howe", "2026-04-04T14:30"),
    ("2026-04-05T01:59", "Australia/Lord_Howe", "2026-04-04T14:59"),
]


@pytest.mark.parametrize(("text", "place", "expected"), OVERLAPS)
def test_a_time_that_comes_twice_is_the_first_of_the_two(text: str, place: str, expected: str) -> None:
    moment = resolve(wall(text), place)
    assert (moment.wall, moment.zone, moment.utc, moment.utc.tzinfo) == (wall(text), place, utc(expected), UTC)
    assert moment.remark == f"{text[-5:]} comes twice that day; the first of the two is used."


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("2026-03-08T01:59", "America/New_York"),
        ("2026-03-08T03:00", "America/New_York"),
        ("2026-11-01T00:59", "America/New_York"),
        ("2026-11-01T02:00", "America/New_York"),
        ("2026-10-04T01:59", "Australia/Lord_Howe"),
        ("2026-10-04T02:30", "Australia/Lord_Howe"),
        ("2026-04-05T01:29", "Australia/Lord_Howe"),
        ("2026-04-05T02:00", "Australia/Lord_Howe"),
        ("2011-12-29T23:59", "Pacific/Apia"),
        ("2011-12-31T00:00", "Pacific/Apia"),
    ],
)
def test_just_outside_a_clock_change_nothing_is_remarked(text: str, place: str) -> None:
    assert resolve(wall(text), place).remark is None


@given(st.integers(0, 2**26), st.sampled_from(ZONES))
def test_what_a_clock_shows_means_that_moment_or_the_first_of_two(minutes: int, place: str) -> None:
    moment = datetime(1996, 1, 1, tzinfo=UTC) + minutes * MINUTE / 2
    moment = moment.replace(second=0)
    shown = local_wall(moment, place)
    found = resolve(shown, place)
    assert found.utc == min(readings(shown.day, shown.at, place))
    assert (found.remark is None) == (len(readings(shown.day, shown.at, place)) == 1)
    assert local_wall(found.utc, place) == shown


CHANGES = [("America/New_York", date(2026, 3, 8)), ("America/New_York", date(2026, 11, 1)), ("Europe/Dublin", date(2026, 3, 29))]
CHANGES += [("Europe/Dublin", date(2026, 10, 25)), ("Australia/Lord_Howe", date(2026, 10, 4)), ("Australia/Lord_Howe", date(2026, 4, 5))]
CHANGES += [("Pacific/Apia", date(2011, 12, 30)), ("Pacific/Apia", date(2011, 4, 2)), ("America/Denver", date(2026, 11, 24))]


@pytest.mark.parametrize(("place", "day"), CHANGES)
def test_through_a_whole_day_every_quarter_hour_is_right(place: str, day: date) -> None:
    """Each wall time is a reading of the clock, or lies in a gap and becomes the moment at which the clock jumps over it."""
    for quarter in range(96):
        asked = Wall(day, time(quarter // 4, quarter % 4 * 15))
        found, shown = resolve(asked, place), readings(asked.day, asked.at, place)
        if shown:
            assert found.utc == min(shown)
        else:
            before, after = local_wall(found.utc - MINUTE, place), local_wall(found.utc, place)
            assert before < asked < after


@given(st.dates(date(2009, 1, 1), date(2030, 1, 1)), st.times(), st.times(), st.sampled_from(ZONES))
def test_later_on_the_wall_is_never_earlier_in_the_world(day: date, one: time, two: time, place: str) -> None:
    first, second = sorted((Wall(day, one.replace(fold=0)), Wall(day, two.replace(fold=0))))
    assert resolve(first, place).utc <= resolve(second, place).utc


def test_the_second_of_two_readings_shows_the_same_wall_clock_and_means_the_first() -> None:
    """`fold` must not leak into a wall clock: two equal walls mean the same moment."""
    second = utc("2026-11-01T06:30")
    shown = local_wall(second, "America/New_York")
    assert (shown, shown.at.fold) == (wall("2026-11-01T01:30"), 0)
    assert resolve(Wall(shown.day, shown.at.replace(fold=1)), "America/New_York").utc == utc("2026-11-01T05:30")


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [("9999-12-31T23:00", "America/Denver", "Fri 31 Dec 9999"), ("0001-01-01T01:00", "Pacific/Apia", "Mon 1 Jan 1")],
)
def test_a_day_beyond_the_calendar_is_refused(text: str, place: str, said: str) -> None:
    with pytest.raises(Invalid) as caught:
        resolve(wall(text), place)
    assert caught.value.field == "time"
    assert caught.value.sentence == f"{said} is too far away for any calendar. Choose another day."


def test_a_wall_clock_is_shown_to_the_minute() -> None:
    assert local_wall(datetime(2026, 11, 24, 16, 5, 59, 999999, tzinfo=UTC), "America/Denver") == wall("2026-11-24T09:05")


# --- windows ----------------------------------------------------------------------------------------------------------------------

WEEK = 7 * 24 * 60
TIMES = st.integers(0, 24 * 60 - 1)


def minutes_of(window: Window) -> set[int]:
    """Return the minutes of the week that a window covers, by walking from start to end: the oracle."""
    start = window.start.hour * 60 + window.start.minute
    end = window.end.hour * 60 + window.end.minute
    covered, at = set(), start
    while True:
        covered.add((window.day * 24 * 60 + at) % WEEK)
        at += 1
        if at % (24 * 60) == end:
            return covered


@given(st.lists(st.tuples(st.integers(0, 6), TIMES, TIMES), max_size=3), st.integers(0, WEEK - 1))
def test_a_time_is_inside_exactly_when_a_walk_through_a_window_meets_it(spans: list[tuple[int, int, int]], minute: int) -> None:
    windows = [Window(day, time(start // 60, start % 60), time(end // 60, end % 60)) for day, start, end in spans]
    monday = date(2026, 11, 23)
    asked = Wall(monday + timedelta(days=minute // 1440), time(minute % 1440 // 60, minute % 60))
    assert inside(windows, asked) == any(minute in minutes_of(window) for window in windows)


@pytest.mark.clause("C75")
def test_quiet_hours_over_midnight_and_over_the_end_of_the_week() -> None:
    sunday_night = [Window(6, time(22), time(7))]
    assert [
        inside(sunday_night, wall(text))
        for text in ("2026-11-22T21:59", "2026-11-22T22:00", "2026-11-23T06:59", "2026-11-23T07:00", "2026-11-22T06:59")
    ] == [False, True, True, False, False]


@pytest.mark.parametrize(
    ("at", "within"),
    [
        ("2026-11-24T08:59", False),
        ("2026-11-24T09:00", True),
        ("2026-11-24T16:59", True),
        ("2026-11-24T17:00", False),
        ("2026-11-25T12:00", False),
    ],
)
def test_a_span_holds_its_start_and_not_its_end(at: str, within: bool) -> None:
    assert inside([Window(1, time(9), time(17))], wall(at)) is within


def test_no_window_holds_nothing() -> None:
    assert not inside((), wall("2026-11-24T09:00"))


# --- slots ------------------------------------------------------------------------------------------------------------------------


def test_slots_come_soonest_first_without_those_taken_or_past() -> None:
    slots = (Slot(1, time(12)), Slot(1, time(9)), Slot(3, time(9)))
    after = utc("2026-11-24T16:00")  # Tuesday 09:00 in Denver: that slot is not after it
    found = islice(upcoming_slots(slots, "America/Denver", after, [utc("2026-11-26T16:00")]), 4)
    assert [str(moment.wall) for moment in found] == ["2026-11-24T12:00", "2026-12-01T09:00", "2026-12-01T12:00", "2026-12-03T09:00"]


def test_a_slot_keeps_its_wall_time_over_a_clock_change() -> None:
    found = list(islice(upcoming_slots([Slot(6, time(9))], "America/New_York", utc("2026-10-24T00:00"), []), 3))
    assert [moment.utc for moment in found] == [utc("2026-10-25T13:00"), utc("2026-11-01T14:00"), utc("2026-11-08T14:00")]


def test_two_slots_that_the_clock_moves_onto_one_minute_are_one() -> None:
    slots = [Slot(6, time(2, 15)), Slot(6, time(2, 45)), Slot(6, time(3)), Slot(6, time(4))]
    found = list(islice(upcoming_slots(slots, "America/New_York", utc("2026-03-08T00:00"), []), 3))
    assert [moment.utc for moment in found] == [utc("2026-03-08T07:00"), utc("2026-03-08T08:00"), utc("2026-03-15T06:15")]


def test_the_first_day_is_the_accounts_own_day() -> None:
    """Shortly after midnight UTC it is still the day before in Denver."""
    found = next(upcoming_slots([Slot(0, time(20))], "America/Denver", utc("2026-11-24T01:00"), []))
    assert str(found.wall) == "2026-11-23T20:00"


def test_full_hours_leave_out_what_the_clock_skips_and_doubles() -> None:
    spring = list(full_hours(utc("2026-03-08T05:30"), "America/New_York", timedelta(hours=4)))
    assert [str(moment.wall)[11:] for moment in spring] == ["01:00", "03:00", "04:00", "05:00"]
    autumn = list(full_hours(utc("2026-11-01T04:00"), "America/New_York", timedelta(hours=3)))
    assert [(str(moment.wall)[11:], moment.utc) for moment in autumn] == [("02:00", utc("2026-11-01T07:00"))]


def test_slots_end_after_a_little_over_a_year_and_nothing_comes_from_none() -> None:
    assert not list(upcoming_slots((), "UTC", utc("2026-11-24T00:00"), []))
    found = list(upcoming_slots([Slot(day, time(9)) for day in range(7)], "UTC", utc("2026-11-24T00:00"), []))
    assert (len(found), found[-1].utc) == (400, utc("2027-12-28T09:00"))


@given(
    st.lists(st.builds(Slot, st.integers(0, 6), st.times().map(lambda at: at.replace(second=0, microsecond=0, fold=0))), max_size=4),
    st.sampled_from(ZONES),
    st.integers(0, 2_000_000),
)
def test_every_slot_is_after_free_ascending_and_a_slot_of_that_weekday(slots: list[Slot], place: str, minutes: int) -> None:
    after = datetime(2024, 1, 1, tzinfo=UTC) + minutes * MINUTE
    everything = list(islice(upcoming_slots(slots, place, after, []), 12))
    taken = [moment.utc for moment in everything[::2]]
    free = list(islice(upcoming_slots(slots, place, after, taken), 6))
    assert free == everything[1::2]
    assert all(first.utc < second.utc for first, second in pairwise(everything))
    assert all(moment.utc > after and Slot(moment.wall.day.weekday(), moment.wall.at) in slots for moment in everything)


# --- conflicts and staleness --------------------------------------------------------------------------------------------------------


@given(st.lists(st.integers(-200, 200)))
@example([-61, -60, -59, 0, 59, 60, 61])
def test_the_same_hour_is_less_than_sixty_minutes_away_on_either_side(offsets: list[int]) -> None:
    due = utc("2026-11-24T16:00")
    others = [due + offset * MINUTE for offset in offsets]
    assert same_hour(due, others) == tuple(due + offset * MINUTE for offset in sorted(offsets) if -60 < offset < 60)


@pytest.mark.parametrize(("timing", "minutes"), [("plain", 120), ("time-critical", 15), ("evergreen", 1440)])
def test_a_post_is_stale_once_its_window_is_over(timing: str, minutes: int) -> None:
    due = utc("2026-11-24T16:00")
    assert not is_stale(due, due + minutes * MINUTE, timing)  # type: ignore[arg-type]
    assert is_stale(due, due + minutes * MINUTE + timedelta(microseconds=1), timing)  # type: ignore[arg-type]
    assert not is_stale(due, due - timedelta(days=1), timing)  # type: ignore[arg-type]


def test_the_tables_are_whole() -> None:
    assert list(STALE_AFTER) == ["plain", "time-critical", "evergreen"]
    assert [date(2026, 11, 23 + index).strftime("%a") for index in range(7)] == list(WEEKDAYS)
