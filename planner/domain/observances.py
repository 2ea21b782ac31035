"""Days that come every year, by a rule: a fixed date, a weekday of a month, or days from Easter; nothing is scheduled by them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from dateutil.easter import easter
from dateutil.relativedelta import FR, MO, SA, SU, TH, TU, WE, relativedelta

from planner.domain.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_WEEKDAYS = {"mon": MO, "tue": TU, "wed": WE, "thu": TH, "fri": FR, "sat": SA, "sun": SU}
_LONGEST = 31


@dataclass(frozen=True, slots=True)
class Observance:
    """One day or span of the year: `rule` holds month and day, or month, weekday and nth (-1 is the last), or easter (days from it).

    `plus` moves a weekday on by so many days: the Tuesday after the fourth Thursday.
    """

    id: str
    title: str
    about: str
    source: str
    rule: Mapping[str, int | str]
    days: int = 1
    countries: tuple[str, ...] = ()

    def first(self, year: int) -> date:
        """Return its first day in a year."""
        rule = self.rule
        if "easter" in rule:
            return easter(year) + timedelta(days=int(rule["easter"]))
        month = date(year, int(rule["month"]), 1)
        if "day" in rule:
            return month.replace(day=int(rule["day"]))
        weekday, nth = _WEEKDAYS[str(rule["weekday"])], int(rule["nth"])
        start = month if nth > 0 else month + relativedelta(day=_LONGEST)
        return start + relativedelta(weekday=weekday(nth)) + timedelta(days=int(rule.get("plus", 0)))


@dataclass(frozen=True, slots=True)
class Occasion:
    """One observance in one year: [first, last], both included."""

    observance: Observance
    first: date
    last: date


def read(row: Mapping[str, object]) -> Observance:
    """Return the observance of one row of the content bank; raise SetupError naming it when its rule cannot be worked out."""
    try:
        rule = row["rule"]
        made = Observance(
            id=str(row["id"]),
            title=str(row["title"]),
            about=str(row["about"]),
            source=str(row["source"]),
            rule=dict(rule),  # type: ignore[call-overload]  # a wrong shape is told below
            days=int(str(row.get("days", 1))),
            countries=tuple(row.get("countries", ())),  # type: ignore[arg-type]  # the same
        )
        made.first(2024)
    except (KeyError, TypeError, ValueError):
        raise SetupError(
            f"The observance “{row.get('id', 'without an id')}” cannot be read. It needs id, title, about, source, and a rule: "
            '{ month = 10, day = 10 }, { month = 3, weekday = "tue", nth = 3 } or { easter = -2 }.'
        ) from None
    return made


def between(observances: Iterable[Observance], start: date, end: date, countries: Iterable[str] = ()) -> Iterator[Occasion]:
    """Yield those that touch [start, end), by their first day; with countries (regions count to theirs), those of others are left out."""
    wanted = {code.partition("-")[0] for code in countries}
    found = [
        Occasion(one, first, first + timedelta(days=one.days - 1))
        for one in observances
        if not one.countries or not wanted or wanted & set(one.countries)
        for year in range(start.year - 1, end.year + 1)
        if (first := one.first(year)) < end and first + timedelta(days=one.days) > start
    ]
    yield from sorted(found, key=lambda one: (one.first, one.observance.title))
