"""Best hours out of one's own posts, with how little they may say: medians of reactions by time of day, each with its 90 % interval."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

BAND = 4
"""Hours in one band: finer ones leave too few posts in each."""

_OUTSIDE = 0.10
"""The share of cases in which the true median lies outside the interval."""


@dataclass(frozen=True, slots=True)
class Hours:
    """One band of the day, `start` to `start` + 4 o'clock local time: how many posts, their median, and its interval (None: too few)."""

    start: int
    posts: int
    median: float
    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class BestHours:
    """Every band that has posts, in order of the day, and the one that stands out from all posts, if any does."""

    bands: tuple[Hours, ...]
    overall: float | None
    best: Hours | None


def best_hours(posts: Iterable[tuple[int, int]]) -> BestHours:
    """Return the bands of (local hour 0-23, reactions) pairs; posts whose reactions nobody reported must be left out before.

    A band stands out only when its whole interval lies above the median of all posts; of several the one with the highest median.
    """
    known = tuple(posts)
    groups: dict[int, list[int]] = {}
    for hour, reactions in known:
        groups.setdefault(hour // BAND * BAND, []).append(reactions)
    overall = float(median(reactions for _, reactions in known)) if known else None
    bands = tuple(_band(start, sorted(values)) for start, values in sorted(groups.items()))
    standing = [band for band in bands if overall is not None and band.low is not None and band.low > overall]
    return BestHours(bands, overall, max(standing, key=lambda band: (band.median, -band.start), default=None))


def interval(count: int) -> tuple[int, int] | None:
    """Return the ranks (from 0) between which the true median of `count` sorted values lies in at least 90 % of cases, or None.

    Order statistics of the median (binomial with p = 1/2): nothing is assumed about how reactions are spread.
    """
    below, total = 0, 2**count
    rank = None
    for first in range(count // 2):
        below += comb(count, first)
        if 2 * below / total > _OUTSIDE:
            break
        rank = first
    return None if rank is None else (rank, count - 1 - rank)


def _band(start: int, values: list[int]) -> Hours:
    ranks = interval(len(values))
    low, high = (values[ranks[0]], values[ranks[1]]) if ranks else (None, None)
    return Hours(start, len(values), float(median(values)), low, high)
