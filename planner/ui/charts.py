"""From data frames to Plotly figures with one sentence each that says what they show; pure functions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from planner.domain.best_hours import BAND
from planner.domain.metrics import SMALL
from planner.ui import words

if TYPE_CHECKING:
    import pandas as pd

    from planner.domain.best_hours import BestHours

_HEIGHT = 320
_HALF_WEEK = timedelta(days=3.5)
_INK = "#2b7f8c"
_SECOND = "#b4632b"
_FAINT = "rgba(43, 127, 140, 0.3)"
"""Ink that lets a mark of the second color stand out upon it, on white and on black."""
_STAGE_SYMBOLS = {"contact": "circle-open", "exchange": "circle", "relationship": "diamond", "partnership": "star"}


@dataclass(frozen=True, slots=True)
class Chart:
    """A figure and the sentence for those who do not see it; `caution` warns of conclusions from small numbers."""

    figure: go.Figure
    alt: str
    caution: str | None = None


def engagement_over_time(weekly: pd.DataFrame) -> Chart:
    """Draw reported reactions per week as bars; a week without a report stays empty."""
    figure = _base("Reactions reported")
    values = _plain(weekly["engagement"])
    hover = [f"Week of {words.day(at.date())}<br>{words.figure(value)}" for at, value in zip(weekly["week"], values, strict=True)]
    figure.add_bar(x=list(weekly["week"]), y=values, marker_color=_INK, hovertext=hover, hoverinfo="text", name="Reactions")
    figure.update_yaxes(rangemode="tozero")
    known = [value for value in values if value is not None]
    if not known:
        return Chart(figure, "No reactions were reported in this time.")
    alt = f"Reactions per week: {sum(known):,} reported in {words.count(len(known), 'week')}, between {min(known):,} and {max(known):,} a week."
    if len(known) < len(values):
        alt += f" {words.count(len(values) - len(known), 'week')} without a report, drawn as a gap."
    return Chart(figure, alt, _small(known))


def followers(readings: pd.DataFrame, notes: pd.DataFrame) -> Chart:
    """Draw follower readings with the connection notes as marks on the same time line; the notes are not optional."""
    figure = _base("Followers")
    values = _plain(readings["followers"])
    figure.add_scatter(
        x=list(readings["at"]), y=values, mode="lines+markers", connectgaps=False, name="Followers",
        line={"color": _INK, "width": 2}, marker={"size": 5}, hovertemplate="%{x|%d %b %Y}<br>%{y:,}<extra></extra>",
    )  # fmt: skip
    known = [value for value in values if value is not None]
    low, high = (min(known), max(known)) if known else (0, 1)
    room = max(high - low, 4)
    figure.update_yaxes(range=[low - room * 0.35, high + room * 0.15], tickvals=_whole_ticks(low, high))
    days = list(readings["at"])
    if len(days) == 1:  # a single reading has no span of its own: show the week around it instead of fractions of a second
        figure.update_xaxes(range=[days[0] - _HALF_WEEK, days[0] + _HALF_WEEK])
    _mark_notes(figure, notes, low - room * 0.2)
    return Chart(figure, _followers_alt(known, values, len(notes)))


def by_group(frame: pd.DataFrame, column: str, title: str) -> Chart:
    """Draw the median of reported reactions per post for each group, with the number of posts; groups without a report are left out."""
    grouped = frame.dropna(subset=["engagement"]).groupby(column)["engagement"].agg(["median", "size"]).sort_values("median")
    figure = _base("Median reactions per post")
    labels = [str(name) or "none" for name in grouped.index]
    medians = [float(value) for value in grouped["median"]]
    texts = [f"{value:g} ({words.count(int(size), 'post')})" for value, size in zip(medians, grouped["size"], strict=True)]
    figure.add_bar(
        x=medians,
        y=[_inert(name) for name in labels],
        orientation="h",
        marker_color=_INK,
        text=texts,
        textposition="auto",
        hoverinfo="skip",
    )
    figure.update_layout(yaxis_title=None, xaxis_title="Median reactions per post", height=max(160, 70 + 46 * len(labels)))
    figure.update_yaxes(type="category")
    if not labels:
        return Chart(figure, f"No reactions were reported, so {title} cannot be compared.")
    alt = f"Median reactions per post by {title}: " + ", ".join(f"{name} {text}" for name, text in zip(labels, texts, strict=True)) + "."
    thin = [name for name, size in zip(labels, grouped["size"], strict=True) if size < SMALL]
    caution = f"Fewer than {SMALL} posts in: {', '.join(thin)}. A difference there says nothing yet." if thin else None
    return Chart(figure, alt, caution)


def hours(found: BestHours) -> Chart:
    """Draw the median reactions of each part of the day with the interval that the true one lies in, in nine of ten cases."""
    figure = _base("Median reactions per post")
    names = [f"{band.start:02}-{band.start + BAND:02} h" for band in found.bands]
    under = [f"{name}<br>{words.count(band.posts, 'post')}" for name, band in zip(names, found.bands, strict=True)]
    medians = [band.median for band in found.bands]
    figure.add_bar(
        x=under, y=medians, marker={"color": _FAINT, "line": {"color": _INK, "width": 2}}, hoverinfo="skip", error_y={
            "type": "data", "symmetric": False, "color": _SECOND, "thickness": 2,
            "array": [0 if band.high is None else band.high - band.median for band in found.bands],
            "arrayminus": [0 if band.low is None else band.median - band.low for band in found.bands],
        },
    )  # fmt: skip
    figure.update_yaxes(rangemode="tozero")
    if not found.bands:
        return Chart(figure, "No reactions were reported, so no hour can be compared.")
    told = ", ".join(f"{name} {band.median:g} ({words.count(band.posts, 'post')})" for name, band in zip(names, found.bands, strict=True))
    if found.best is None:
        return Chart(figure, f"Median reactions by time of day: {told}.", "No hour stands out: the differences may be chance.")
    best = f"{found.best.start:02}-{found.best.start + BAND:02} h"
    caution = f"Only {best} stands out: in nine of ten cases its true median lies between {found.best.low} and {found.best.high}."
    return Chart(figure, f"Median reactions by time of day: {told}. {best} stands out.", caution)


def stages(counts: dict[str, int]) -> Chart:
    """Draw how many contacts stand at each stage of connection."""
    figure = _base("Contacts")
    figure.add_bar(
        x=list(counts.values()), y=list(counts), orientation="h", marker_color=_SECOND, text=list(counts.values()), hoverinfo="skip"
    )
    figure.update_yaxes(autorange="reversed", title=None)
    figure.update_layout(height=220, xaxis_title="Contacts", yaxis_title=None)
    figure.update_xaxes(rangemode="tozero", dtick=1 if max(counts.values(), default=0) <= SMALL else None)
    return Chart(figure, "Contacts by stage: " + ", ".join(f"{stage} {number}" for stage, number in counts.items()) + ".")


def signatures(counts: pd.DataFrame) -> Chart:
    """Draw the signature counts of a petition; a reading without a number is a gap."""
    figure = _base("Signatures")
    values = _plain(counts["signatures"])
    figure.add_scatter(
        x=list(counts["at"]), y=values, mode="lines+markers", connectgaps=False, line={"color": _INK, "width": 2},
        hovertemplate="%{x|%d %b %Y %H:%M} UTC<br>%{y:,}<extra></extra>",
    )  # fmt: skip
    figure.update_layout(height=220)
    known = [value for value in values if value is not None]
    if not known:
        return Chart(figure, "The site told no number of signatures yet.")
    return Chart(figure, f"Signatures: {known[0]:,} at the first reading, {known[-1]:,} at the last of {len(known)}.")


def ask_balance(weeks: pd.DataFrame) -> Chart:
    """Draw for each week how many posts ask and how many give something, side by side."""
    figure = _base("Posts a week")
    for column, name, color in (("others", "Inform, thank, tell", _INK), ("asks", "Ask", _SECOND)):
        figure.add_bar(x=list(weeks["week"]), y=list(weeks[column]), name=name, marker_color=color, hovertemplate="%{x|%d %b}: %{y}")
    figure.update_layout(height=240, showlegend=True, barmode="stack", legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"})
    figure.update_yaxes(dtick=1 if weeks[["asks", "others"]].sum(axis=1).max() <= SMALL else None)
    asks, others = int(weeks["asks"].sum()), int(weeks["others"].sum())
    alt = f"{words.count(asks, 'post')} of {asks + others} ask for something, over {words.count(len(weeks), 'week')}, scheduled ones included."
    return Chart(figure, alt)


def _base(y_title: str) -> go.Figure:
    figure = go.Figure()
    figure.update_layout(
        height=_HEIGHT, margin={"l": 8, "r": 8, "t": 16, "b": 8}, yaxis_title=y_title, showlegend=False, bargap=0.35, hovermode="closest",
        dragmode=False,
    )  # fmt: skip
    return figure


def _whole_ticks(low: int, high: int) -> list[int]:
    """Return four to six whole numbers for the axis, none below zero: there is no half follower and no negative one."""
    step = max(1, -(-(high - low) // 4))
    return list(range(low // step * step, high + step, step))


def _mark_notes(figure: go.Figure, notes: pd.DataFrame, at: float) -> None:
    if notes.empty:
        return
    hover = [
        f"{words.day(day.date())}: {_inert(who)}, {stage}"
        for day, who, stage in zip(notes["day"], notes["who"], notes["stage"], strict=True)
    ]
    figure.add_scatter(
        x=list(notes["day"]), y=[at] * len(notes), mode="markers", name="Connection notes", hovertext=hover, hoverinfo="text",
        marker={"symbol": [_STAGE_SYMBOLS.get(stage, "circle") for stage in notes["stage"]], "size": 12, "color": _SECOND},
    )  # fmt: skip


def _followers_alt(known: list[int], values: list[int | None], notes: int) -> str:
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


def _plain(column: pd.Series[int]) -> list[int | None]:
    return [None if missing else int(value) for value, missing in zip(column, column.isna(), strict=True)]


def _inert(text: str) -> str:
    """Plotly reads a little HTML in hover texts: a user's words must not become tags."""
    return text.replace("&", "&amp;").replace("<", "&lt;")
