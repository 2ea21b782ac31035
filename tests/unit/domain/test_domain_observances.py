"""Days that come every year fall where their rule says."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.domain.errors import SetupError
from planner.domain.observances import Observance, between, read

FIXED = Observance("f", "Fixed", "about", "source", {"month": 10, "day": 10})
MONTH = Observance("m", "May", "about", "source", {"month": 5, "day": 1}, 31, ("US",))


@pytest.mark.feature("Templates")
@pytest.mark.parametrize(
    ("rule", "year", "day"),
    [
        ({"month": 10, "day": 10}, 2026, date(2026, 10, 10)),
        ({"month": 3, "weekday": "tue", "nth": 3}, 2026, date(2026, 3, 17)),
        ({"month": 3, "weekday": "tue", "nth": 3}, 2027, date(2027, 3, 16)),
        ({"month": 5, "weekday": "mon", "nth": -1}, 2026, date(2026, 5, 25)),
        ({"month": 2, "weekday": "sun", "nth": -1}, 2026, date(2026, 2, 22)),
        ({"month": 11, "weekday": "thu", "nth": 4}, 2026, date(2026, 11, 26)),
        ({"month": 11, "weekday": "thu", "nth": 4, "plus": 5}, 2026, date(2026, 12, 1)),
        ({"month": 11, "weekday": "thu", "nth": 4, "plus": 5}, 2028, date(2028, 11, 28)),
        ({"easter": -2}, 2026, date(2026, 4, 3)),
        ({"easter": 0}, 2027, date(2027, 3, 28)),
    ],
)
def test_a_rule_falls_on_its_day(rule: dict[str, int | str], year: int, day: date) -> None:
    assert Observance("o", "O", "a", "s", rule).first(year) == day


def test_a_span_shows_what_touches_it() -> None:
    found = list(between((FIXED, MONTH), date(2026, 5, 20), date(2026, 10, 11)))
    assert [(one.observance.id, one.first, one.last) for one in found] == [
        ("m", date(2026, 5, 1), date(2026, 5, 31)),
        ("f", date(2026, 10, 10), date(2026, 10, 10)),
    ]
    assert list(between((FIXED,), date(2026, 10, 11), date(2026, 12, 1))) == []
    assert list(between((FIXED,), date(2026, 10, 1), date(2026, 10, 10))) == []


def test_days_of_other_countries_are_left_out_once_a_country_is_known() -> None:
    whole = (date(2026, 1, 1), date(2027, 1, 1))
    assert [one.observance.id for one in between((FIXED, MONTH), *whole, ["GB"])] == ["f"]
    assert [one.observance.id for one in between((FIXED, MONTH), *whole, ["GB", "US"])] == ["m", "f"]
    assert [one.observance.id for one in between((FIXED, MONTH), *whole, ["US-CO"])] == ["m", "f"]
    assert [one.observance.id for one in between((FIXED, MONTH), *whole)] == ["m", "f"]


@given(st.integers(1990, 2090), st.sampled_from(["mon", "wed", "sat"]), st.integers(1, 12), st.sampled_from([1, 2, 3, 4, -1]))
def test_the_nth_weekday_stays_in_its_month(year: int, weekday: str, month: int, nth: int) -> None:
    day = Observance("o", "O", "a", "s", {"month": month, "weekday": weekday, "nth": nth}).first(year)
    assert (day.year, day.month) == (year, month)
    assert f"{day:%a}".lower() == weekday


@pytest.mark.parametrize(
    "row",
    [
        {"id": "a"},
        {"id": "a", "title": "A", "about": "b", "source": "c", "rule": {"month": 13, "day": 1}},
        {"id": "a", "title": "A", "about": "b", "source": "c", "rule": {"month": 2, "weekday": "tuesday", "nth": 1}},
        {"id": "a", "title": "A", "about": "b", "source": "c", "rule": 7},
    ],
)
def test_a_row_that_cannot_be_worked_out_is_named(row: dict[str, object]) -> None:
    with pytest.raises(SetupError, match="“a” cannot be read"):
        read(row)
    whole = read({"id": "a", "title": "A", "about": "b", "source": "c", "rule": {"easter": 1}, "countries": ["IE"], "days": 2})
    assert (whole.days, whole.countries) == (2, ("IE",))
