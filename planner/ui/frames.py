"""From rows to data frames, from code points to the browser's offsets, and to a safe CSV; pure functions."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

from planner.domain.schedule import zone
from planner.ui import words
from planner.ui.tables import pd

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.domain.ask import Week
    from planner.domain.connection import ConnectionNote
    from planner.domain.metrics import AccountReading, PostReading
    from planner.domain.petition import SignatureCount
    from planner.services.insights import PostFigures

METRICS = ("likes", "reposts", "replies", "quotes", "comments", "impressions")
_WIDE = 0xFFFF
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
GAP = pd.Timedelta(days=10)
"""Readings further apart than this are drawn with a gap between them."""


def utf16_offsets(text: str) -> tuple[int, ...]:
    """Return for each code point index 0..len(text) its offset in UTF-16 units, as JavaScript counts."""
    return tuple(accumulate((2 if ord(sign) > _WIDE else 1 for sign in text), initial=0))


def from_utf16(text: str, units: int) -> int:
    """Return the code point index for an offset in UTF-16 units; one inside a pair belongs to the character it splits."""
    offsets = utf16_offsets(text)
    return max(index for index, offset in enumerate(offsets) if offset <= max(units, 0))


def posts(rows: Iterable[PostFigures]) -> pd.DataFrame:
    """Return one line per sent post: local time, account, words about it, and each figure (missing stays missing)."""
    lines = [
        {
            "sent": row.delivery.sent_at or row.delivery.due_at,
            "local": words.moment(row.delivery.sent_at or row.delivery.due_at, row.account.zone),
            "post": row.headline,
            "account": row.account.title,
            "purpose": row.purpose,
            "campaign": row.campaign,
            "labels": " ".join(row.labels),
            **{name: row.values.get(name) for name in METRICS},
            "engagement": row.total,
            "source": row.source or "",
        }
        for row in rows
    ]
    columns = ["sent", "local", "post", "account", "purpose", "campaign", "labels", *METRICS, "engagement", "source"]
    frame = pd.DataFrame(lines, columns=columns)
    frame["sent"] = pd.to_datetime(frame["sent"], utc=True)
    return frame.astype(dict.fromkeys((*METRICS, "engagement"), "Int64"))


def followers(readings: Iterable[AccountReading], zone_name: str) -> pd.DataFrame:
    """Return the follower readings in local time, with an empty line wherever nobody read for more than `GAP`."""
    place = zone(zone_name)
    lines = [(reading.taken_at.astimezone(place).replace(tzinfo=None), reading.values.get("followers")) for reading in readings]
    frame = pd.DataFrame(lines, columns=["at", "followers"]).astype({"at": "datetime64[us]", "followers": "Int64"})
    return _with_gaps(frame, "followers")


def history(readings: Iterable[PostReading], zone_name: str) -> pd.DataFrame:
    """Return the readings of one post in local time, one column per figure."""
    place = zone(zone_name)
    lines = [
        {"at": reading.taken_at.astimezone(place).replace(tzinfo=None), **{name: reading.values.get(name) for name in METRICS}}
        for reading in readings
    ]
    frame = pd.DataFrame(lines, columns=["at", *METRICS])
    return frame.astype({"at": "datetime64[us]", **dict.fromkeys(METRICS, "Int64")})


def by_label(frame: pd.DataFrame) -> pd.DataFrame:
    """Return one line per post and label (`label`); a post with several stands there several times, one without not at all."""
    split = frame.assign(label=frame["labels"].str.split()).explode("label")
    return split[split["label"].notna() & (split["label"] != "")].reset_index(drop=True)


def weekly(frame: pd.DataFrame) -> pd.DataFrame:
    """Return engagement per week (its Monday) from `posts`: the sum of what was reported, and of how many posts; None when none was."""
    local = frame["sent"].dt.tz_localize(None).dt.normalize()
    week = local - pd.to_timedelta(local.dt.day_of_week, unit="D")
    grouped = frame.assign(week=week).groupby("week")
    found = grouped["engagement"].agg(engagement=lambda part: part.sum(min_count=1), posts="size", reported="count").reset_index()
    if found.empty:
        return found
    every = pd.date_range(found["week"].min(), found["week"].max(), freq="7D", name="week")
    return found.set_index("week").reindex(every).reset_index().astype({"engagement": "Int64"})


def notes(rows: Iterable[ConnectionNote]) -> pd.DataFrame:
    """Return the connection notes, one line each."""
    lines = [(pd.Timestamp(row.day), row.who, row.stage, row.place, row.text, row.next_step) for row in rows]
    frame = pd.DataFrame(lines, columns=["day", "who", "stage", "place", "text", "next_step"])
    return frame.astype({"day": "datetime64[us]"})


def csv(frame: pd.DataFrame) -> bytes:
    """Return UTF-8 CSV; cells that a spreadsheet would take for a formula begin with an apostrophe."""
    safe = frame.copy()
    for name in safe.columns:
        if not (pd.api.types.is_numeric_dtype(safe[name]) or pd.api.types.is_datetime64_any_dtype(safe[name])):
            safe[name] = [f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell for cell in safe[name]]
    return str(safe.to_csv(index=False)).encode()


def _with_gaps(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    if len(frame) < 2:  # noqa: PLR2004 - a gap needs two sides
        return frame
    late = frame.index[frame["at"].diff() > GAP]
    holes = pd.DataFrame({"at": [frame["at"].loc[index] - GAP / 2 for index in late], column: pd.array([pd.NA] * len(late), dtype="Int64")})
    if holes.empty:
        return frame
    joined = pd.concat([frame, holes.astype({"at": "datetime64[us]"})], ignore_index=True)
    return joined.sort_values("at", ignore_index=True)


def signatures(counts: Iterable[SignatureCount]) -> pd.DataFrame:
    """Return the signature counts by time (UTC); a reading without a number stays missing."""
    lines = [(count.as_of.replace(tzinfo=None), count.count) for count in counts]
    return pd.DataFrame(lines, columns=["at", "signatures"]).astype({"at": "datetime64[us]", "signatures": "Int64"})


def balance(weeks: Iterable[Week]) -> pd.DataFrame:
    """Return asking and other posts by week (its Monday)."""
    lines = [(pd.Timestamp(week.monday), week.asks, week.others) for week in weeks]
    return pd.DataFrame(lines, columns=["week", "asks", "others"])
