"""From figures by time and by group to charts with one sentence each that says what they show; pure functions."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from planner.domain.best_hours import BAND
from planner.domain.metrics import SMALL
from planner.ui import words
from planner.ui.components.chart.contract import Bars, Columns, Drawing, Line, Mark, Series, Shape

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.domain import ask
    from planner.domain.best_hours import BestHours
    from planner.domain.connection import ConnectionNote, Stage
    from planner.ui.frames import Point, Week

_STAGE_SHAPES: dict[Stage, Shape] = {"contact": "ring", "exchange": "dot", "relationship": "diamond", "partnership": "star"}


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing and the sentence for those who do not see it; `caution` warns of conclusions from small numbers."""

    drawing: Drawing
    alt: str
    caution: str | None = None


def engagement_over_time(weekly: Sequence[Week]) -> Chart:
    """Draw reported reactions per week as columns; a week without a report stays empty."""
    drawing = Columns(
        names=tuple(f"{week.monday.day} {week.monday:%b}" for week in weekly),
        series=(Series("Reactions", "ink", tuple(week.engagement for week in weekly)),),
        title="Reactions reported",
        told=tuple(f"Week of {words.day(week.monday, year=True)}\n{words.figure(week.engagement)}" for week in weekly),
        whole=True,
    )
    known = [week.engagement for week in weekly if week.engagement is not None]
    if not known:
        return Chart(drawing, "No reactions were reported in this time.")
    alt = f"Reactions per week: {sum(known):,} reported in {words.count(len(known), 'week')}, between {min(known):,} and {max(known):,} a week."
    if len(known) < len(weekly):
        alt += f" {words.count(len(weekly) - len(known), 'week')} without a report, drawn as a gap."
    return Chart(drawing, alt, _small(known))


def followers(readings: Sequence[Point], notes: Sequence[ConnectionNote]) -> Chart:
    """Draw follower readings with the connection notes as marks on the same time line; the notes are not optional."""
    values = tuple(point.value for point in readings)
    known = [value for value in values if value is not None]
    low, high = (min(known), max(known)) if known else (0, 1)
    room = max(high - low, 4)
    drawing = Line(
        times=tuple(point.at.isoformat() for point in readings),
        values=values,
        told=tuple(f"{words.day(point.at.date(), year=True)}\n{words.figure(point.value)}" for point in readings),
        title="Followers",
        low=low - room * 0.35,
        high=high + room * 0.15,
        ticks=_whole_ticks(low, high),
        marks=tuple(
            Mark(note.day.isoformat(), _STAGE_SHAPES.get(note.stage, "dot"), f"{words.day(note.day)}: {note.who}, {note.stage}")
            for note in notes
        ),
    )
    return Chart(drawing, _followers_alt(known, values, len(notes)))


def by_group(groups: Mapping[str, Sequence[int | None]], title: str) -> Chart:
    """Draw the median of reported reactions per post for each group, with the number of posts; groups without a report are left out."""
    reported = {name: [value for value in values if value is not None] for name, values in groups.items()}
    ordered = sorted(((float(median(known)), name or "none", len(known)) for name, known in reported.items() if known), reverse=True)
    texts = [f"{middle:g} ({words.count(size, 'post')})" for middle, _, size in ordered]
    labels = [name for _, name, _ in ordered]
    drawing = Bars(
        names=tuple(labels), values=tuple(middle for middle, _, _ in ordered), texts=tuple(texts), title="Median reactions per post", tone="ink",
        height=max(130, 66 + 46 * len(labels)),
    )  # fmt: skip
    if not labels:
        return Chart(drawing, f"No reactions were reported, so {title} cannot be compared.")
    alt = f"Median reactions per post by {title}: " + ", ".join(f"{name} {text}" for name, text in zip(labels, texts, strict=True)) + "."
    thin = [name for _, name, size in ordered if size < SMALL]
    caution = f"Fewer than {SMALL} posts in: {', '.join(thin)}. A difference there says nothing yet." if thin else None
    return Chart(drawing, alt, caution)


def hours(found: BestHours) -> Chart:
    """Draw the median reactions of each part of the day with the interval that the true one lies in, in nine of ten cases."""
    names = [f"{band.start:02}-{band.start + BAND:02} h" for band in found.bands]
    texts = [f"{band.median:g} ({words.count(band.posts, 'post')})" for band in found.bands]
    drawing = Columns(
        names=tuple(names),
        series=(Series("Median reactions", "ink", tuple(band.median for band in found.bands)),),
        title="Median reactions per post",
        told=tuple(f"{name}\n{text}" for name, text in zip(names, texts, strict=True)),
        under=tuple(words.count(band.posts, "post") for band in found.bands),
        spans=tuple(None if band.low is None or band.high is None else (band.low, band.high) for band in found.bands),
    )
    if not found.bands:
        return Chart(drawing, "No reactions were reported, so no hour can be compared.")
    told = ", ".join(f"{name} {text}" for name, text in zip(names, texts, strict=True))
    if found.best is None:
        return Chart(drawing, f"Median reactions by time of day: {told}.", "No hour stands out: the differences may be chance.")
    best = f"{found.best.start:02}-{found.best.start + BAND:02} h"
    caution = f"Only {best} stands out: in nine of ten cases its true median lies between {found.best.low} and {found.best.high}."
    return Chart(drawing, f"Median reactions by time of day: {told}. {best} stands out.", caution)


def stages(counts: Mapping[str, int]) -> Chart:
    """Draw how many contacts stand at each stage of connection."""
    drawing = Bars(
        names=tuple(counts), values=tuple(counts.values()), texts=tuple(map(str, counts.values())), title="Contacts", tone="second", height=220,
        whole=True,
    )  # fmt: skip
    return Chart(drawing, "Contacts by stage: " + ", ".join(f"{stage} {number}" for stage, number in counts.items()) + ".")


def signatures(counts: Sequence[Point]) -> Chart:
    """Draw the signature counts of a petition; a reading without a number is a gap."""
    values = tuple(point.value for point in counts)
    known = [value for value in values if value is not None]
    low, high = (min(known), max(known)) if known else (0, 1)
    room = max(high - low, 4)
    drawing = Line(
        times=tuple(point.at.isoformat() for point in counts),
        values=values,
        told=tuple(f"{words.day(point.at.date(), year=True)} {point.at:%H:%M} UTC\n{words.figure(point.value)}" for point in counts),
        title="Signatures",
        low=max(0, low - room * 0.1),
        high=high + room * 0.15,
        ticks=_whole_ticks(low, high),
        height=220,
    )
    if not known:
        return Chart(drawing, "The site told no number of signatures yet.")
    return Chart(drawing, f"Signatures: {known[0]:,} at the first reading, {known[-1]:,} at the last of {len(known)}.")


def ask_balance(weeks: Sequence[ask.Week]) -> Chart:
    """Draw for each week how many posts ask and how many give something, on each other."""
    asked, told = [week.asks for week in weeks], [week.others for week in weeks]
    drawing = Columns(
        names=tuple(f"{week.monday.day} {week.monday:%b}" for week in weeks),
        series=(Series("Inform, thank, tell", "ink", tuple(told)), Series("Ask", "second", tuple(asked))),
        title="Posts a week",
        told=tuple(
            f"Week of {words.day(week.monday)}\n{words.count(week.asks, 'asks', 'ask')}, {words.count(week.others, 'other')}"
            for week in weeks
        ),
        whole=True,
        height=240,
    )
    alt = f"{words.count(sum(asked), 'post')} of {sum(asked) + sum(told)} ask for something, over {words.count(len(weeks), 'week')}, scheduled ones included."
    return Chart(drawing, alt)


def _whole_ticks(low: int, high: int) -> tuple[int, ...]:
    """Return four to six whole numbers for the axis, none below zero: there is no half follower and no negative one."""
    step = max(1, -(-(high - low) // 4))
    return tuple(range(low // step * step, high + step, step))


def _followers_alt(known: list[int], values: Sequence[int | None], notes: int) -> str:
    beside = f"{words.count(notes, 'connection note')} in the same time." if notes else "No connection notes in the same time."
    if not known:
        return f"Followers were not reported in this time. {beside}"
    gaps = sum(1 for value in values if value is None)
    without = f"{words.count(gaps, 'gap')} without readings. " if gaps else ""
    change = known[-1] - known[0]
    moved = "unchanged" if change == 0 else f"{abs(change):,} {'more' if change > 0 else 'fewer'}"
    alt = f"Followers: {known[-1]:,} at the last reading, {moved} than at the first." if change else f"Followers: {known[-1]:,}, unchanged."
    return f"{alt} {without}{beside}"


def _small(known: list[int]) -> str | None:
    return f"Small numbers: fewer than {SMALL} reactions a week say little about what works." if max(known) < SMALL else None
