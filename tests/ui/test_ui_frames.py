"""Data frames, offsets and CSV: missing stays missing, every character counts as the browser counts it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from planner.domain.account import Account
from planner.domain.connection import ConnectionNote
from planner.domain.delivery import Delivery
from planner.domain.metrics import AccountReading, PostReading
from planner.services.insights import PostFigures
from planner.ui import frames

START = datetime(2026, 11, 2, 16, tzinfo=UTC)  # a Monday
ACCOUNT = Account("a1", "Dana", "Helps", "practice", "bluesky", "@clinic", "api", "America/Denver", ("US",), START)
texts = st.text(alphabet=st.one_of(st.characters(), st.sampled_from("😀👩‍👩‍👧🏳️‍🌈é𝒳")), max_size=40)


def figures(day: int, **values: int | None) -> PostFigures:
    at = START + timedelta(days=day)
    item = Delivery(
        f"d{day}", "p1", "a1", "sent", "api", "x", None, "2026-11-02T09:00", "America/Denver", at, "plain", "me", at, at, sent_at=at
    )
    known = [value for value in values.values() if value is not None]
    return PostFigures(item, "Headline", ACCOUNT, values, sum(known) if known else None, False, at, "api", (), "educate", "")


@given(texts)
def test_offsets_agree_with_utf16(text: str) -> None:
    offsets = frames.utf16_offsets(text)
    assert len(offsets) == len(text) + 1
    for index, offset in enumerate(offsets):
        assert offset == len(text[:index].encode("utf-16-le", "surrogatepass")) // 2


@given(texts, st.data())
def test_offsets_lead_back(text: str, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(text)))
    assert frames.from_utf16(text, frames.utf16_offsets(text)[index]) == index


def test_an_offset_inside_a_pair_belongs_to_its_character() -> None:
    assert frames.from_utf16("a😀b", 2) == 1
    assert frames.from_utf16("a😀b", 99) == 3


def test_a_figure_that_was_not_reported_stays_missing() -> None:
    frame = frames.posts([figures(0, likes=0, replies=None)])
    assert frame["likes"][0] == 0
    assert pd.isna(frame["replies"][0])
    assert pd.isna(frame["impressions"][0])
    assert frame["local"][0] == "Mon 2 Nov, 09:00 MST, Denver"


def test_a_week_without_a_report_is_missing_and_a_week_without_a_post_too() -> None:
    weekly = frames.weekly(frames.posts([figures(0, likes=3), figures(1, likes=4), figures(8), figures(22, likes=1)]))
    assert [None if pd.isna(value) else int(value) for value in weekly["engagement"]] == [7, None, None, 1]
    assert weekly["posts"].fillna(0).astype(int).tolist() == [2, 1, 0, 1]


def test_no_posts_give_an_empty_frame() -> None:
    assert frames.posts([]).empty
    assert frames.weekly(frames.posts([])).empty


def test_followers_get_a_hole_where_nobody_read() -> None:
    readings = [AccountReading("a1", START + timedelta(days=day), "api", {"followers": 100 + day}) for day in (0, 1, 30)]
    frame = frames.followers(readings, "America/Denver")
    assert [None if pd.isna(value) else int(value) for value in frame["followers"]] == [100, 101, None, 130]
    assert frame["at"].is_monotonic_increasing


def test_one_reading_needs_no_hole() -> None:
    assert len(frames.followers([AccountReading("a1", START, "api", {"followers": 5})], "UTC")) == 1


def test_the_history_of_a_post_keeps_each_reading() -> None:
    frame = frames.history(
        [PostReading("d1", START, "api", {"likes": 1}), PostReading("d1", START + timedelta(days=1), "hand", {"likes": 4})], "UTC"
    )
    assert frame["likes"].tolist() == [1, 4]
    assert frame["quotes"].isna().all()


def test_notes_become_one_line_each() -> None:
    note = ConnectionNote("n", "a1", date(2026, 11, 3), "Library", "Asked for the handout", "exchange", "call", "me", START)
    frame = frames.notes([note])
    assert frame.loc[0, "stage"] == "exchange"
    assert frame.loc[0, "day"] == pd.Timestamp(2026, 11, 3)


def test_csv_disarms_formulas_and_keeps_numbers() -> None:
    text = frames.csv(pd.DataFrame({"post": ["=1+1", "plain", "@me"], "likes": [-1, 2, 3]})).decode()
    assert text.splitlines() == ["post,likes", "'=1+1,-1", "plain,2", "'@me,3"]
