"""Help lines as the checklist reads them: whose they are, how they are written, and what is nearly one of them."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import pytest

from planner.checklist.bank import InvalidRules
from planner.checklist.lines import Line, day, digits, emergencies, every, meant, slips, spellings, word_classes

if TYPE_CHECKING:
    from pathlib import Path

CALLED = Line("l", "US", "Night line", ("988",), "", called=True, review_after=date(2027, 5, 21))


@pytest.mark.clause("C91")
def test_a_call_counts_until_the_day_of_the_next_one() -> None:
    assert CALLED.checked(date(2027, 5, 21))
    assert not CALLED.checked(date(2027, 5, 22))
    assert CALLED.checked(None)
    assert Line("l", "US", "Night line", ("988",), "", called=True, review_after=None).checked(date(2099, 1, 1))
    assert not Line("l", "US", "Night line", ("988",), "", called=False, review_after=None).checked(None)


def test_an_entry_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    (tmp_path / "crisis_lines.toml").write_text(
        'line = [7, { country = "US", call = "988", text = "988", verified_by = "Jo", verified_on = "soon", review_after = 2027-05-21 }]',
        encoding="utf-8",
    )
    assert every(tmp_path) == (Line("", "US", "", ("988",), "", called=False, review_after=date(2027, 5, 21)),)
    assert emergencies(tmp_path) == frozenset()
    assert day("") is None


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    (tmp_path / "crisis_lines.toml").write_text("[[line]", encoding="utf-8")
    with pytest.raises(InvalidRules) as told:
        every(tmp_path)
    assert told.value.faults[0].startswith("crisis_lines.toml: it is no TOML (")


@pytest.mark.parametrize(
    ("number", "ways"),
    [
        ("988", ["988", "9-8-8"]),
        ("116 123", ["116 123", "116123", "116-123"]),
        ("741741", ["741741", "741 741", "741-741"]),
        ("1737", ["1737"]),
    ],
)
def test_a_number_is_known_however_it_is_written(number: str, ways: list[str]) -> None:
    pattern = re.compile(spellings((number,)))
    assert all(pattern.fullmatch(way) for way in ways)
    assert not pattern.fullmatch(number[:-1])
    assert {digits(way) for way in ways} == {digits(number)}


def test_patterns_know_all_lines_those_of_a_country_and_emergency_numbers() -> None:
    told = word_classes()
    for line in every():
        for number in line.numbers:
            assert re.fullmatch(told["help_line"], number)
            assert re.fullmatch(told[f"help_line_{line.country.lower()}"], number)
    assert re.fullmatch(told["emergency_number"], "999")
    assert not re.fullmatch(told["help_line_nz"], "988")


@pytest.mark.parametrize(
    ("one", "other", "count"),
    [("988", "988", 0), ("998", "988", 1), ("989", "988", 1), ("98", "988", 1), ("9888", "988", 1), ("714714", "741741", 2), ("1", "988", 3), ("12345", "988", 3), ("777", "988", 3)],
)  # fmt: skip
def test_slips_of_a_finger_are_counted(one: str, other: str, count: int) -> None:
    assert slips(one, other) == slips(other, one) == count


@pytest.mark.clause("C91")
@pytest.mark.parametrize(
    ("number", "country", "before", "wanted"),
    [
        ("998", "US", "call ", "988"),
        ("998", "", "call ", "988"),
        ("998", "GB", "call ", None),
        ("988", "GB", "call ", None),
        ("999", "US", "call ", None),
        ("116132", "GB", "call ", "116 123"),
        ("714714", "US", "text HOME to ", "741741"),
        ("714714", "US", "text ", None),
        ("11613", "IE", "on ", "116 123"),
        ("4065550142", "US", "call ", None),
    ],
)
def test_a_number_that_is_nearly_a_line_means_that_line(number: str, country: str, before: str, wanted: str | None) -> None:
    found = meant(number, country, before=before)
    assert (found and found[1]) == wanted
