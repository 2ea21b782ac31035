"""Charts draw what was reported, draw gaps as gaps, and never show followers without connection notes."""

from __future__ import annotations

import inspect
import json
from datetime import UTC, date, datetime, timedelta

import pytest

from planner.domain.ask import Week as AskWeek
from planner.domain.best_hours import best_hours
from planner.domain.connection import ConnectionNote, Stage
from planner.ui import charts
from planner.ui.components.chart.contract import Bars, Columns, Line, wire
from planner.ui.frames import Point, Week

MONDAY = date(2026, 11, 2)
AT = datetime(2026, 11, 2, 9)  # noqa: DTZ001 - a wall clock


def weekly(*values: int | None) -> list[Week]:
    return [Week(MONDAY + timedelta(days=7 * number), value, 1, int(value is not None)) for number, value in enumerate(values)]


def notes(*stages: Stage) -> list[ConnectionNote]:
    return [ConnectionNote("n", "a1", date(2026, 11, 3), "<b>Library", "Met", one, "call", "me", AT.replace(tzinfo=UTC)) for one in stages]


def readings(*values: int | None) -> list[Point]:
    return [Point(AT + timedelta(days=7 * number), value) for number, value in enumerate(values)]


def test_a_week_without_a_report_is_a_gap_not_a_zero() -> None:
    made = charts.engagement_over_time(weekly(7, None, 0, 12))
    assert isinstance(made.drawing, Columns)
    assert made.drawing.series[0].values == (7, None, 0, 12)
    assert made.drawing.names == ("2 Nov", "9 Nov", "16 Nov", "23 Nov")
    assert made.drawing.told[:2] == ("Week of Mon 2 Nov 2026\n7", "Week of Mon 9 Nov 2026\nnot reported")
    assert "19 reported in 3 weeks" in made.alt
    assert "1 week without a report" in made.alt
    assert made.caution is None


def test_small_numbers_are_said() -> None:
    assert "fewer than 5" in (charts.engagement_over_time(weekly(1, 2)).caution or "")


def test_nothing_reported_is_said() -> None:
    assert charts.engagement_over_time(weekly(None)).alt == "No reactions were reported in this time."


def test_followers_cannot_be_drawn_without_notes() -> None:
    assert inspect.signature(charts.followers).parameters["notes"].default is inspect.Parameter.empty
    with pytest.raises(TypeError):
        charts.followers(readings(1))  # type: ignore[call-arg]


def test_notes_stand_as_marks_on_the_followers_time_line() -> None:
    made = charts.followers(readings(100, None, 104), notes("exchange", "partnership"))
    assert isinstance(made.drawing, Line)
    assert made.drawing.values == (100, None, 104)
    assert [mark.shape for mark in made.drawing.marks] == ["dot", "star"]
    assert made.drawing.marks[0].told == "Tue 3 Nov: <b>Library, exchange"
    assert (
        made.alt
        == "Followers: 104 at the last reading, 4 more than at the first. 1 gap without readings. 2 connection notes in the same time."
    )


def test_a_single_reading_stands_on_whole_numbers() -> None:
    drawing = charts.followers(readings(0), notes()).drawing
    assert isinstance(drawing, Line)
    assert (drawing.ticks, drawing.low, drawing.high) == ((0,), -1.4, 0.6)


@pytest.mark.parametrize(("low", "high"), [(0, 1), (3, 3), (112, 140), (0, 10_000), (7, 11)])
def test_ticks_are_few_whole_and_never_negative(low: int, high: int) -> None:
    ticks = charts._whole_ticks(low, high)
    assert 1 <= len(ticks) <= 7
    assert min(ticks) >= 0
    assert min(ticks) <= low
    assert max(ticks) >= high


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ((5, 5), "Followers: 5, unchanged."),
        ((9, 5), "4 fewer than"),
        ((None,), "Followers were not reported in this time."),
        ((), "not reported"),
    ],
)
def test_the_sentence_beside_the_followers(values: tuple[int | None, ...], words: str) -> None:
    made = charts.followers(readings(*values), notes())
    assert words in made.alt
    assert "No connection notes" in made.alt
    assert isinstance(made.drawing, Line)
    assert made.drawing.marks == ()


def test_groups_show_medians_and_warn_of_few_posts() -> None:
    made = charts.by_group({"thank": (9,), "ask": (2, None, 4), "story": (None,)}, "purpose")
    assert isinstance(made.drawing, Bars)
    assert made.drawing.names == ("thank", "ask")
    assert made.drawing.values == (9.0, 3.0)
    assert made.alt == "Median reactions per post by purpose: thank 9 (1 post), ask 3 (2 posts)."
    assert "thank, ask" in (made.caution or "")


def test_enough_posts_need_no_caution_and_none_say_so() -> None:
    assert charts.by_group({"": (1,) * 5}, "purpose").caution is None
    assert charts.by_group({"ask": (None,)}, "purpose").alt == "No reactions were reported, so purpose cannot be compared."


def test_what_crosses_to_the_browser_is_plain_and_has_the_sentence() -> None:
    made = charts.by_group({"<b>x</b> & y": (1,)}, "account")
    told = json.loads(json.dumps(wire(made.drawing, made.alt)))
    assert (told["kind"], told["names"], told["texts"], told["alt"]) == ("bars", ["<b>x</b> & y"], ["1 (1 post)"], made.alt)


@pytest.mark.parametrize(("given", "span"), [((4, 9, 12, 3, 8, 7, 11), True), ((4, 9), False)])
def test_hours_have_their_interval_where_there_are_posts_enough(given: tuple[int, ...], span: bool) -> None:
    made = charts.hours(best_hours((9, total) for total in given))
    assert isinstance(made.drawing, Columns)
    assert made.drawing.names == ("08-12 h",)
    assert made.drawing.under == (f"{len(given)} posts",)
    assert [one is not None for one in made.drawing.spans] == [span]


def test_stages_are_counted_in_order() -> None:
    made = charts.stages({"contact": 3, "exchange": 1})
    assert isinstance(made.drawing, Bars)
    assert (made.drawing.names, made.drawing.values) == (("contact", "exchange"), (3, 1))
    assert made.alt == "Contacts by stage: contact 3, exchange 1."


def test_a_petition_is_drawn_from_its_first_number_to_its_last() -> None:
    made = charts.signatures(readings(40, None, 55))
    assert isinstance(made.drawing, Line)
    assert made.drawing.values == (40, None, 55)
    assert made.drawing.told[0] == "Mon 2 Nov 2026 09:00 UTC\n40"
    assert made.alt == "Signatures: 40 at the first reading, 55 at the last of 2."
    assert charts.signatures(readings(None)).alt == "The site told no number of signatures yet."


def test_asks_stand_on_what_is_given() -> None:
    made = charts.ask_balance([AskWeek(MONDAY, 1, 3), AskWeek(MONDAY + timedelta(days=7), 0, 2)])
    assert isinstance(made.drawing, Columns)
    assert [one.values for one in made.drawing.series] == [(3, 2), (1, 0)]
    assert made.alt == "1 post of 6 ask for something, over 2 weeks, scheduled ones included."
