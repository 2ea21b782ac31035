"""A calendar that other programs read: parsed by a library of theirs, whatever stands in the texts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.domain.ics import Event, calendar, folded

pytestmark = pytest.mark.feature("ICS feed")
NOW = datetime(2026, 11, 24, 16, tzinfo=UTC)
TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]) | st.just("\n"), max_size=120)


def test_an_event_is_read_by_a_calendar_library() -> None:
    event = Event("d1@discreet", NOW, NOW - timedelta(days=1), "Sleep, part 1; notes", "Two\nlines \\ one", "https://example.org/1")
    read = icalendar.Calendar.from_ical(calendar("Ridge Counseling", [event, Event("d2", NOW, NOW, "B", cancelled=True)]))
    assert str(read["X-WR-CALNAME"]) == "Ridge Counseling"
    first, second = read.walk("VEVENT")
    assert (str(first["UID"]), str(first["SUMMARY"]), str(first["DESCRIPTION"])) == (
        "d1@discreet",
        "Sleep, part 1; notes",
        "Two\nlines \\ one",
    )
    assert (first["DTSTART"].dt, first["DTEND"].dt, first["DTSTAMP"].dt) == (NOW, NOW + timedelta(minutes=15), NOW - timedelta(days=1))
    assert (str(first["URL"]), str(first["STATUS"]), str(second["STATUS"])) == ("https://example.org/1", "CONFIRMED", "CANCELLED")
    assert "DESCRIPTION" not in second
    assert list(icalendar.Calendar.from_ical(calendar("Empty", [])).walk("VEVENT")) == []


@given(TEXTS, TEXTS)
def test_any_text_comes_back_and_no_line_is_too_long(title: str, text: str) -> None:
    told = calendar("C", [Event("u", NOW, NOW, title, text)])
    assert all(len(line.encode()) <= 75 for line in told.split("\r\n"))
    (event,) = icalendar.Calendar.from_ical(told).walk("VEVENT")
    assert str(event["SUMMARY"]) == title
    assert str(event.get("DESCRIPTION", "")) == text


def test_what_would_end_a_line_is_left_out() -> None:
    told = calendar("C", [Event("u", NOW, NOW, "a\x00b\u2028c\x7f\ud800d\r\ne\rf", url="https://x\r\nBEGIN:VEVENT")])
    (event,) = icalendar.Calendar.from_ical(told).walk("VEVENT")
    assert str(event["SUMMARY"]) == "abcd\ne\nf"
    assert "\nBEGIN:VEVENT" in told
    assert told.count("\r\nBEGIN:VEVENT") == 1


@given(st.text(max_size=300))
def test_folding_cuts_no_character(line: str) -> None:
    pieces = list(folded(line))
    assert pieces[0] + "".join(piece[1:] for piece in pieces[1:]) == line


def test_a_long_line_goes_on_after_a_blank() -> None:
    assert list(folded("a" * 74 + "é" + "b" * 80)) == ["a" * 74, " é" + "b" * 72, " " + "b" * 8]
