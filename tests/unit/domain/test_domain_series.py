"""Recurrence: the month's end, weekdays, borders, and the change of the clocks in three zones."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.domain.errors import Invalid
from planner.domain.schedule import Wall
from planner.domain.series import Rule, check, horizon, moments, occurrences, spaced

START = Wall(date(2026, 1, 31), time(9))
MONTHLY = Rule(START, "month")
YEAR = (date(2026, 1, 1), date(2026, 12, 31))


def days(rule: Rule, first: date = YEAR[0], last: date = YEAR[1]) -> list[str]:
    return [wall.day.isoformat()[5:] for wall in occurrences(rule, first, last)]


def test_monthly_from_the_31st_is_the_last_day_and_never_slides() -> None:
    assert days(MONTHLY) == [
        "01-31", "02-28", "03-31", "04-30", "05-31", "06-30", "07-31", "08-31", "09-30", "10-31", "11-30", "12-31",
    ]  # fmt: skip
    assert days(replace(MONTHLY, month_end="skip")) == ["01-31", "03-31", "05-31", "07-31", "08-31", "10-31", "12-31"]


def test_the_29th_is_the_29th_wherever_there_is_one() -> None:
    rule = Rule(Wall(date(2028, 1, 29), time(9)), "month")
    assert days(rule, date(2028, 2, 1), date(2028, 4, 30)) == ["02-29", "03-29", "04-29"]
    assert days(rule, date(2029, 2, 1), date(2029, 3, 31)) == ["02-28", "03-29"]
    assert days(replace(rule, start=Wall(date(2026, 1, 28), time(9))), date(2026, 2, 1), date(2026, 3, 31)) == ["02-28", "03-28"]


def test_every_second_month_from_the_31st() -> None:
    assert days(replace(MONTHLY, interval=3)) == ["01-31", "04-30", "07-31", "10-31"]


def test_weekly_on_its_own_day_or_on_chosen_ones() -> None:
    start = Wall(date(2026, 11, 24), time(9))  # a Tuesday
    assert days(Rule(start, "week"), date(2026, 11, 1), date(2026, 12, 9)) == ["11-24", "12-01", "12-08"]
    assert days(Rule(start, "week", days=(1, 3)), date(2026, 11, 1), date(2026, 12, 3)) == ["11-24", "11-26", "12-01", "12-03"]
    assert days(Rule(start, "week", interval=2), date(2026, 11, 1), date(2026, 12, 31)) == ["11-24", "12-08", "12-22"]


def test_daily_within_its_borders_only() -> None:
    rule = Rule(Wall(date(2026, 11, 24), time(9)), "day", interval=2, until=date(2026, 11, 28))
    assert days(rule) == ["11-24", "11-26", "11-28"]
    assert days(rule, date(2026, 11, 26), date(2026, 11, 26)) == ["11-26"]
    assert days(rule, date(2026, 11, 29)) == []
    assert days(rule, date(2026, 11, 1), date(2026, 11, 23)) == []


@pytest.mark.feature("Recurrence and evergreen")
@pytest.mark.parametrize(
    ("zone", "day", "at", "utc", "remark"),
    [
        (
            "America/Denver",
            date(2026, 3, 8),
            time(2, 30),
            datetime(2026, 3, 8, 9, tzinfo=UTC),
            "02:30 does not exist that day; set to 03:00.",
        ),
        (
            "Europe/Berlin",
            date(2026, 3, 29),
            time(2, 15),
            datetime(2026, 3, 29, 1, tzinfo=UTC),
            "02:15 does not exist that day; set to 03:00.",
        ),
        (
            "Australia/Lord_Howe",
            date(2026, 10, 4),
            time(2, 10),
            datetime(2026, 10, 3, 15, 30, tzinfo=UTC),
            "02:10 does not exist that day; set to 02:30.",
        ),
        (
            "America/Denver",
            date(2026, 11, 1),
            time(1, 30),
            datetime(2026, 11, 1, 7, 30, tzinfo=UTC),
            "01:30 comes twice that day; the first of the two is used.",
        ),
        (
            "Europe/Berlin",
            date(2026, 10, 25),
            time(2, 30),
            datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
            "02:30 comes twice that day; the first of the two is used.",
        ),
        (
            "Australia/Lord_Howe",
            date(2026, 4, 5),
            time(1, 45),
            datetime(2026, 4, 4, 14, 45, tzinfo=UTC),
            "01:45 comes twice that day; the first of the two is used.",
        ),
    ],
)
def test_a_daily_series_over_a_clock_change_keeps_its_wall_time(zone: str, day: date, at: time, utc: datetime, remark: str) -> None:
    before, changed, after = moments(Rule(Wall(day - timedelta(days=1), at), "day"), zone, day - timedelta(days=1), day + timedelta(days=1))
    assert (changed.utc, changed.remark) == (utc, remark)
    assert (before.remark, after.remark) == (None, None)
    assert [moment.wall.at for moment in (before, changed, after)] == [at, at, at]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"every": "year"}, "every"),
        ({"interval": 0}, "interval"),
        ({"interval": 53}, "interval"),
        ({"month_end": "slide"}, "month_end"),
        ({"days": (1,)}, "days"),
        ({"every": "week", "days": (7,)}, "days"),
        ({"until": date(2026, 1, 30)}, "until"),
    ],
)
def test_a_rule_that_means_nothing_is_refused(changes: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        check(replace(MONTHLY, **changes))  # type: ignore[arg-type]
    assert caught.value.field == field


@pytest.mark.parametrize(
    "rule",
    [MONTHLY, replace(MONTHLY, interval=52), replace(MONTHLY, until=START.day), Rule(START, "week", days=(0, 6)), Rule(START, "day")],
)
def test_a_rule_that_means_something_is_kept(rule: Rule) -> None:
    assert check(rule) is rule


@given(day=st.integers(1, 31), interval=st.integers(1, 12))
def test_a_monthly_series_has_one_day_in_every_month_of_its_turn(day: int, interval: int) -> None:
    rule = Rule(Wall(date(2026, 1, day), time(9)), "month", interval)
    found = [wall.day for wall in occurrences(rule, date(2026, 1, 1), date(2029, 12, 31))]
    months = [(2026 + number // 12, number % 12 + 1) for number in range(0, 48, interval)]
    assert found == [date(year, month, min(day, monthrange(year, month)[1])) for year, month in months]


def test_the_horizon_is_some_days_on() -> None:
    assert horizon(date(2026, 12, 30), 3) == date(2027, 1, 2)


@pytest.mark.parametrize(
    ("rule", "field", "sentence"),
    [
        (replace(MONTHLY, every="year"), "every", "Choose one of: day, week, month."),  # type: ignore[arg-type]
        (replace(MONTHLY, interval=0), "interval", "Choose a whole number from 1 to 52."),
        (replace(MONTHLY, interval=53), "interval", "Choose a whole number from 1 to 52."),
        (replace(MONTHLY, month_end="slide"), "month_end", "Choose one of: last-day, skip."),  # type: ignore[arg-type]
        (replace(MONTHLY, days=(1,)), "days", "Weekdays belong to a weekly series: 0 is Monday, 6 is Sunday."),
        (Rule(START, "week", days=(0, 7)), "days", "Weekdays belong to a weekly series: 0 is Monday, 6 is Sunday."),
        (replace(MONTHLY, until=date(2026, 1, 30)), "until", "The series ends before it begins. Choose a later last day."),
    ],
)
def test_a_wrong_rule_says_what_to_mend(rule: Rule, field: str, sentence: str) -> None:
    with pytest.raises(Invalid) as caught:
        check(rule)
    assert (caught.value.field, caught.value.sentence) == (field, sentence)


def test_a_series_ends_after_so_many_dates_whenever_one_looks() -> None:
    for rule, found in (
        (Rule(START, "day", most=3), 3),
        (Rule(START, "week", most=2), 2),
        (Rule(START, "month", most=2), 2),
        (Rule(Wall(date(2028, 1, 31), time(9)), "month", most=4), 4),
    ):
        assert len(list(occurrences(rule, rule.start.day, date(2031, 1, 1)))) == found
        assert list(occurrences(rule, date(2029, 1, 1), date(2031, 1, 1))) == []


def test_dates_keep_their_distance_from_what_is_taken_and_from_each_other() -> None:
    walls = list(occurrences(Rule(START, "day"), START.day, START.day + timedelta(days=9)))
    first = START.day + timedelta(days=2)
    assert [wall.day - START.day for wall in spaced(walls, [START.day - timedelta(days=1)], 3)] == [
        timedelta(days=2), timedelta(days=5), timedelta(days=8),
    ]  # fmt: skip
    assert list(spaced(walls, [first], 30)) == []


@pytest.mark.parametrize(("name", "value"), [("most", 0), ("most", 501), ("gap", -1), ("gap", 366)])
def test_caps_and_gaps_have_bounds(name: str, value: int) -> None:
    with pytest.raises(Invalid) as refused:
        check(replace(Rule(START, "week"), **{name: value}))
    assert refused.value.field == name
