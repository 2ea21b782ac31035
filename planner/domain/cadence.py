"""How often an account wants to speak, and the days of a coming week on which it says nothing. A remark, never a score."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from planner.domain.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

MOST = 21
"""Three posts a day: more than any reader wants from one account."""

_WEEK = 7
_ONE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Gap:
    """A week (its Monday) with fewer posts than the account aims for; `runs` are its empty days from today on, first and last of each."""

    account_id: str
    monday: date
    planned: int
    target: int
    runs: tuple[tuple[date, date], ...]


def check_target(number: int) -> int:
    """Return the posts a week that an account aims for, 0 for no aim, or raise Invalid."""
    if not 0 <= number <= MOST:
        raise Invalid("target", f"Choose between 0 (no aim) and {MOST} posts a week.")
    return number


def gap(account_id: str, target: int, days: Collection[date], monday: date, today: date, rest: Collection[int] = ()) -> Gap | None:
    """Return what a week lacks, or None: enough is planned, there is no aim, or no empty day is left. `days`: one entry a post.

    `rest`: weekdays (0 is Monday) on which nobody is there; an empty one is no gap.
    """
    week = [monday + timedelta(days=step) for step in range(_WEEK)]
    planned = sum(day in week for day in days)
    empty = [day for day in week if day >= today and day not in days and day.weekday() not in rest]
    if planned >= target or not empty:
        return None
    runs: list[tuple[date, date]] = []
    for day in empty:
        if runs and runs[-1][1] + _ONE == day:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return Gap(account_id, monday, planned, target, tuple(runs))
