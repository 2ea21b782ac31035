"""Charts draw what was reported, draw gaps as gaps, and never show followers without connection notes."""

from __future__ import annotations

import inspect

import pandas as pd
import pytest

from planner.ui import charts

WEEKS = pd.date_range("2026-11-02", periods=4, freq="7D")


def weekly(*values: int | None) -> pd.DataFrame:
    return pd.DataFrame({"week": WEEKS[: len(values)], "engagement": pd.array(values, dtype="Int64")})


def notes(*stages: str) -> pd.DataFrame:
    return pd.DataFrame({"day": pd.to_datetime(["2026-11-03"] * len(stages)), "who": ["<b>Library"] * len(stages), "stage": list(stages)})


def readings(*values: int | None) -> pd.DataFrame:
    return pd.DataFrame({"at": WEEKS[: len(values)], "followers": pd.array(values, dtype="Int64")})


def test_a_week_without_a_report_is_a_gap_not_a_zero() -> None:
    made = charts.engagement_over_time(weekly(7, None, 0, 12))
    assert list(made.figure.data[0].y) == [7, None, 0, 12]
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
    assert (pd.Timestamp(last) - pd.Timestamp(first)).days == 7
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
    frame = pd.DataFrame({"purpose": ["ask", "ask", "thank", "story"], "engagement": pd.array([2, 4, 9, None], dtype="Int64")})
    made = charts.by_group(frame, "purpose", "purpose")
    assert list(made.figure.data[0].y) == ["ask", "thank"]
    assert list(made.figure.data[0].x) == [3.0, 9.0]
    assert made.alt == "Median reactions per post by purpose: ask 3 (2 posts), thank 9 (1 post)."
    assert "ask, thank" in (made.caution or "")


def test_enough_posts_need_no_caution_and_none_say_so() -> None:
    many = pd.DataFrame({"purpose": ["ask"] * 5, "engagement": pd.array([1] * 5, dtype="Int64")})
    assert charts.by_group(many, "purpose", "purpose").caution is None
    none = pd.DataFrame({"purpose": ["ask"], "engagement": pd.array([None], dtype="Int64")})
    assert charts.by_group(none, "purpose", "purpose").alt == "No reactions were reported, so purpose cannot be compared."


def test_a_users_words_are_no_markup_in_a_chart() -> None:
    frame = pd.DataFrame({"account": ["<b>x</b> & y"], "engagement": pd.array([1], dtype="Int64")})
    made = charts.by_group(frame, "account", "account")
    assert list(made.figure.data[0].y) == ["&lt;b>x&lt;/b> &amp; y"]
    assert "<b>x</b> & y" in made.alt


def test_stages_are_counted_in_order() -> None:
    made = charts.stages({"contact": 3, "exchange": 1})
    assert list(made.figure.data[0].y) == ["contact", "exchange"]
    assert made.alt == "Contacts by stage: contact 3, exchange 1."
