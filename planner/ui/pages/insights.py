"""Engagement: what platforms reported, with connection notes beside follower counts; what was not reported stays empty."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

import streamlit as st

from planner.domain.best_hours import best_hours
from planner.domain.schedule import local_wall
from planner.services.insights import HAND_METRICS
from planner.ui import charts, frames, furniture, records, session, words
from planner.ui.kept import kept

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.domain.account import Account
    from planner.domain.connection import ConnectionNote
    from planner.services.house import Planner
    from planner.services.insights import PostFigures

SPANS = {28: "4 weeks", 84: "12 weeks", 182: "6 months", 364: "A year"}
GROUPS = {"account": "account", "purpose": "purpose", "campaign": "campaign", "label": "label"}
_ALL = "all"
_MOST_ROWS = 30
_NOTES = 4


@dataclass(frozen=True, slots=True)
class Side:
    """An account's followers with the conversations of the same weeks; `chart` is None when nobody reported a count."""

    account: Account
    title: str
    chart: charts.Chart | None
    notes: tuple[ConnectionNote, ...]
    stages: str


@dataclass(frozen=True, slots=True)
class Posts:
    """What is shown of the posts of a span: nothing here grows with their readings, and the rows themselves are not held."""

    weekly: charts.Chart
    hours: charts.Chart
    groups: Mapping[str, Mapping[str, Sequence[int | None]]]
    latest: tuple[tuple[str, str, str, str], ...]
    remark: str
    table: str
    choices: Mapping[str, str]


def render(planner: Planner) -> None:
    """Draw the connection side first, then the counts."""
    furniture.heading("Engagement", "What came back: people first, counts second. A figure that a platform did not report stays missing.")
    every = planner.accounts.all()
    if not every:
        furniture.empty("Figures appear here once posts have gone out.", to="accounts", label="Add an account")
        return
    session.link("report", "Monthly report to print", icon=":material/summarize:")
    days, account = _controls(planner, every)
    end = planner.clock.now() + timedelta(minutes=1)
    start = datetime.combine((end - timedelta(days=days)).date(), time(), UTC)
    key = (start, account.id if account else None)
    _followers(kept(planner, "insights.followers", key, lambda: _sides(planner, (account,) if account else every, start, end)))
    found = kept(planner, "insights.posts", key, lambda: _read(planner, start, end, key[1]))
    _posts(planner, found, key)
    _by_hand(planner, found.choices if found else {}, account or every[0])


def _controls(planner: Planner, every: tuple[Account, ...]) -> tuple[int, Account | None]:
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    days = left.segmented_control("Time", list(SPANS), default=28, required=True, format_func=SPANS.__getitem__, key="insights.days")
    by_id = {account.id: account for account in every}
    chosen = right.selectbox(
        "Account",
        [_ALL, *by_id],
        format_func=lambda key: "All accounts" if key == _ALL else session.option(records.title(planner, by_id[key])),
        key="insights.account",
    )
    return days or 28, by_id.get(chosen or "")


def _sides(planner: Planner, accounts: tuple[Account, ...], start: datetime, end: datetime) -> tuple[Side, ...]:
    """Read the followers and conversations of these accounts; those without either are left out."""
    every = (planner.insights.followers(one.id, start, end) for one in accounts)
    return tuple(
        Side(
            account=found.account,
            title=records.title(planner, found.account),
            chart=charts.followers(frames.followers(found.readings, found.account.zone), found.notes) if found.readings else None,
            notes=found.notes[-_NOTES:],
            stages=", ".join(
                words.count(number, stage) for stage, number in planner.connections.stages(found.account.id).items() if number
            ),
        )
        for found in every
        if found.readings or found.notes
    )


def _followers(shown: tuple[Side, ...]) -> None:
    st.header("Connections and followers", anchor=False)
    if not shown:
        furniture.empty(
            "No connection note and no follower count in this time. One sentence after a good conversation says more than any count.",
            to="connections", label="Write a connection note",
        )  # fmt: skip
    for side in shown:
        _account(side)


def _account(side: Side) -> None:
    st.subheader(session.plain(side.title), anchor=False)
    left, right = st.columns([3, 2], gap="large")
    with left:
        if side.chart is not None:
            furniture.chart(side.chart, key=f"insights.followers.{side.account.id}")
            st.caption("Marks under the line are connection notes: a follower count alone says nothing about them.")
        else:
            st.caption("Followers were not reported in this time.")
    with right:
        if not side.notes:
            st.markdown("No connection notes in this time.")
            session.link("connections", "Write a connection note", icon=":material/handshake:")
        for note in reversed(side.notes):
            with st.container(border=True, gap="xxsmall"):
                st.caption(f"{words.day(note.day)} · {note.stage} · {note.place}")
                st.text(f"{note.who}: {note.text}")
    if side.stages:
        st.caption(session.plain(f"Where its contacts stand: {side.stages}"))


def _read(planner: Planner, start: datetime, end: datetime, account_id: str | None) -> Posts | None:
    """Read the posts of a span and make what is drawn of them; None when none went out."""
    rows = planner.insights.posts(start, end, account_id)
    if not rows:
        return None
    lines = frames.posts(rows)
    latest, remark = _latest(lines)
    return Posts(
        weekly=charts.engagement_over_time(frames.weekly(lines)),
        hours=_hours(rows),
        groups={by: frames.groups(lines, by) for by in GROUPS},
        latest=latest,
        remark=remark,
        table=planner.transfer.without_names(frames.table(lines).decode()),
        choices={row.delivery.id: session.option(_named(row)) for row in reversed(rows)},
    )


def _named(row: PostFigures) -> str:
    return f"{words.day(row.delivery.due_at.date())}, {row.account.handle}: {row.headline}"


def _posts(planner: Planner, found: Posts | None, key: tuple[datetime, str | None]) -> None:
    st.header("Posts", anchor=False)
    if found is None:
        furniture.empty("No post went out in this time.", to="calendar", label="Open the calendar")
        return
    furniture.chart(found.weekly, key="insights.weekly")
    group = st.segmented_control(
        "Compare by", list(GROUPS), default="purpose", required=True, format_func=str.capitalize, key="insights.group"
    )
    by = group or "purpose"
    if any(found.groups[by]):
        grouped = kept(planner, f"insights.by.{by}", key, lambda: charts.by_group(found.groups[by], GROUPS[by]))
        furniture.chart(grouped, key="insights.groups")
    else:
        st.caption(session.plain(f"No post of this time has a {by}."))
    st.subheader("Hours", anchor=False)
    furniture.chart(found.hours, key="insights.hours")
    names = ["Post", "Where and when", "Reactions", "In detail"]
    furniture.table(found.latest, names, alt=f"{words.count(len(found.latest), 'post')} with the figures that were reported")
    st.caption(session.plain(found.remark))
    st.download_button("Download as CSV", found.table, "engagement.csv", "text/csv", icon=":material/download:", key="insights.csv")


def _latest(lines: tuple[frames.PostLine, ...]) -> tuple[tuple[tuple[str, str, str, str], ...], str]:
    """Return the latest posts as rows, and what is said under them: a figure that no platform reported for any post is named once."""
    told = [name for name in frames.METRICS if any(line.values[name] is not None for line in lines)]
    rows = tuple(
        (
            line.post,
            f"{line.account}, {line.local}",
            words.figure(line.engagement),
            ", ".join(f"{name} {words.figure(line.values[name])}" for name in told),
        )
        for line in lines[: -_MOST_ROWS - 1 : -1]
    )
    rest = [name for name in frames.METRICS if name not in told]
    more = f" The latest {_MOST_ROWS} are shown." if len(lines) > _MOST_ROWS else ""
    return rows, (f"Not reported by any platform: {', '.join(rest)}." if rest else "") + more


def _hours(rows: tuple[PostFigures, ...]) -> charts.Chart:
    """Return the hours of the day, each account's own clock, with what they may say."""
    told = ((row.delivery.sent_at or row.delivery.due_at, row.account.zone, row.total) for row in rows if row.total is not None)
    return charts.hours(best_hours((local_wall(at, zone).at.hour, total) for at, zone, total in told))


def _by_hand(planner: Planner, choices: Mapping[str, str], account: Account) -> None:
    with st.expander("Enter figures that you read off a platform", icon=":material/edit:", key="insights.hand"):
        left, right = st.columns(2, gap="large")
        with left.form("insights.post", border=False, clear_on_submit=True):
            st.subheader("Of one post", anchor=False)
            st.selectbox("Post", list(choices), index=None, key="hand.post", format_func=choices.__getitem__)
            for name in HAND_METRICS:
                st.number_input(
                    name.capitalize(), min_value=0, value=None, step=1, key=f"hand.{name}", placeholder="leave empty if it is not shown"
                )
            st.form_submit_button("Save these figures", on_click=_enter, args=(planner,))
        with right.form("insights.account.form", border=False, clear_on_submit=True):
            st.subheader("Of the account", anchor=False)
            st.caption(session.plain(records.title(planner, account)))
            st.number_input("Followers", min_value=0, value=None, step=1, key="hand.followers")
            st.form_submit_button("Save this count", on_click=_enter_followers, args=(planner, account.id))


def _enter(planner: Planner) -> None:
    delivery_id = st.session_state["hand.post"]
    values = {name: st.session_state[f"hand.{name}"] for name in HAND_METRICS}
    if delivery_id is None:
        session.tell("error", "Choose the post that these figures belong to.")
        return
    session.attempt(lambda: planner.insights.enter(session.actor(planner), delivery_id, values), "The figures are stored.")


def _enter_followers(planner: Planner, account_id: str) -> None:
    number = st.session_state["hand.followers"]
    if number is None:
        session.tell("error", "Enter the count that the platform shows.")
        return
    session.attempt(lambda: planner.insights.enter_followers(session.actor(planner), account_id, number), "The count is stored.")
