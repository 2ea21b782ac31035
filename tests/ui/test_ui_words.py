"""Times with their zone, counts with their noun, labels that Markdown leaves alone."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from planner.domain.schedule import Window
from planner.ui import session, words

AT = datetime(2026, 11, 24, 16, tzinfo=UTC)


def test_every_time_carries_its_zone() -> None:
    assert words.moment(AT, "America/Denver") == "Tue 24 Nov, 09:00 MST, Denver"
    assert words.moment(AT, "Asia/Kathmandu", year=True) == "Tue 24 Nov 2026, 21:45 UTC+0545, Kathmandu"
    assert words.clock(AT, "Europe/London") == "16:00 GMT"
    assert words.stamp(AT) == "2026-11-24T16:00Z"
    assert words.local_now(AT, "America/New_York") == datetime(2026, 11, 24, 11)  # noqa: DTZ001 - a wall clock


@pytest.mark.parametrize(
    ("past", "said"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(hours=5), "5 hours ago"),
        (timedelta(days=3), "3 days ago"),
    ],
)
def test_how_long_ago(past: timedelta, said: str) -> None:
    assert words.ago(AT - past, AT) == said


def test_counts_and_figures() -> None:
    assert (words.count(1, "post"), words.count(1200, "post"), words.count(2, "reply", "replies")) == ("1 post", "1,200 posts", "2 replies")
    assert (words.figure(None), words.figure(0)) == ("not reported", "0")


def test_sums_show_tenths_of_a_cent_where_there_are_some() -> None:
    assert [words.dollars(Decimal(amount)) for amount in ("0.2", "0.015", "12.30", "1.005", "3")] == [
        "$0.20", "$0.015", "$12.30", "$1.005", "$3.00",
    ]  # fmt: skip


def test_hours_over_midnight_say_so() -> None:
    assert words.span(Window(0, time(20), time(8))) == "Mon 20:00 to 08:00 (next day)"
    assert words.span(Window(4, time(9), time(17))) == "Fri 09:00 to 17:00"


@given(st.text(max_size=80))
def test_a_plain_label_stays_text_for_a_markdown_parser(text: str) -> None:
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(session.plain(text))
    inline = [child for token in tokens for child in token.children or ()]
    assert {child.type for child in inline} <= {"text", "text_special"}
    assert all(token.type in ("paragraph_open", "inline", "paragraph_close") for token in tokens)


@pytest.mark.parametrize(
    "text", [":smile:", "https://evil.example/x", "www.evil.example", "me@evil.example", ":red[x]", ":material/x:", "a:1:b", "9:x:"]
)
def test_what_is_replaced_after_parsing_is_broken_up(text: str) -> None:
    inert = session.plain(text).replace("\\", "")
    assert text not in inert
    assert inert.replace("\u2060", "") == text


@pytest.mark.parametrize("text", ["@clinic (Bluesky)", "Tue 24 Nov, 09:00 MST", "Note: read it"])
def test_ordinary_words_can_still_be_searched_and_copied(text: str) -> None:
    assert session.plain(text).replace("\\", "") == text


def test_labels_are_one_short_line() -> None:
    assert session.plain("a\n\nb") == "a b"
    assert len(session.option("x" * 999)) == 300
    assert session.option("a\nb") == "a b"
