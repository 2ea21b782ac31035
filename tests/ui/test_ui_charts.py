"""Charts draw what was reported, draw gaps as gaps, and never show followers without connection notes."""

from __future__ import annotations

import inspect
from datetime import UTC, date, datetime, timedelta

import pytest

from planner.domain.ask import Week as AskWeek
from planner.domain.connection import ConnectionNote, Stage
from planner.ui import charts
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
    assert list(made.figure.data[0].y) == [7, None, 0, 12]
    assert list(made.figure.data[0].x)[:2] == ["2026-11-02", "2026-11-09"]
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
    line, marks = made.figure.data
    assert list(line.y) == [100, None, 104]
    assert line.connectgaps is False
    assert list(marks.marker.symbol) == ["circle", "star"]
    assert "&lt;b>Library" in marks.hovertext[0]
    assert (
        made.alt
        == "Followers: 104 at the last reading, 4 more than at the first. 1 gap without readings. 2 connection notes in the same time."
    )


def test_a_single_reading_stands_in_its_week_on_whole_numbers() -> None:
    figure = charts.followers(readings(0), notes()).figure
    first, last = figure.layout.xaxis.range
    assert (first, last) == ("2026-10-29T21:00:00", "2026-11-05T21:00:00")
    assert figure.layout.yaxis.tickvals == (0,)


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
    assert len(made.figure.data) == 1


def test_groups_show_medians_and_warn_of_few_posts() -> None:
    made = charts.by_group({"thank": (9,), "ask": (2, None, 4), "story": (None,)}, "purpose")
    assert list(made.figure.data[0].y) == ["ask", "thank"]
    assert list(made.figure.data[0].x) == [3.0, 9.0]
    assert made.alt == "Median reactions per post by purpose: ask 3 (2 posts), thank 9 (1 post)."
    assert "ask, thank" in (made.caution or "")


def test_enough_posts_need_no_caution_and_none_say_so() -> None:
    assert charts.by_group({"": (1,) * 5}, "purpose").caution is None
    assert charts.by_group({"ask": (None,)}, "purpose").alt == "No reactions were reported, so purpose cannot be compared."


def test_a_users_words_are_no_markup_in_a_chart() -> None:
    made = charts.by_group({"<b>x</b> & y": (1,)}, "account")
    assert list(made.figure.data[0].y) == ["&lt;b>x&lt;/b> &amp; y"]
    assert "<b>x</b> & y" in made.alt


def test_stages_are_counted_in_order() -> None:
    made = charts.stages({"contact": 3, "exchange": 1})
    assert list(made.figure.data[0].y) == ["contact", "exchange"]
    assert made.alt == "Contacts by stage: contact 3, exchange 1."


def test_a_petition_is_drawn_from_its_first_number_to_its_last() -> None:
    made = charts.signatures(readings(40, None, 55))
    assert list(made.figure.data[0].y) == [40, None, 55]
    assert made.alt == "Signatures: 40 at the first reading, 55 at the last of 2."
    assert charts.signatures(readings(None)).alt == "The site told no number of signatures yet."


def test_asks_stand_on_what_is_given() -> None:
    made = charts.ask_balance([AskWeek(MONDAY, 1, 3), AskWeek(MONDAY + timedelta(days=7), 0, 2)])
    assert [list(bars.y) for bars in made.figure.data] == [[3, 2], [1, 0]]
    assert made.alt == "1 post of 6 ask for something, over 2 weeks, scheduled ones included."
