"""Engagement: what platforms reported, with connection notes beside follower counts; what was not reported stays empty."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Literal

import streamlit as st

from planner.domain.best_hours import best_hours
from planner.domain.schedule import local_wall
from planner.services.insights import HAND_METRICS
from planner.ui import charts, frames, furniture, records, session, words
from planner.ui.kept import kept
from planner.ui.tables import pd

if TYPE_CHECKING:
    from planner.domain.account import Account
    from planner.services.house import Planner
    from planner.services.insights import Followers, PostFigures

SPANS = {28: "4 weeks", 84: "12 weeks", 182: "6 months", 364: "A year"}
View = Literal["people", "posts"]
VIEWS: dict[View, str] = {"people": "People", "posts": "Posts"}
"""One at a time: a browser draws each chart for a tenth of a second, and nobody looks at seven of them at once."""

GROUPS = {"account": "account", "purpose": "purpose", "campaign": "campaign", "label": "label"}
_ALL = "all"
_MOST_ROWS = 30
_NOTES = 4


def render(planner: Planner) -> None:
    """Draw the connection side first, then the counts."""
    furniture.heading("Engagement", "What came back: people first, counts second. A figure that a platform did not report stays missing.")
    every = planner.accounts.all()
    if not every:
        furniture.empty("Figures appear here once posts have gone out.", to="accounts", label="Add an account")
        return
    session.link("report", "Monthly report to print", icon=":material/summarize:")
    view, days, account = _controls(planner, every)
    end = planner.clock.now() + timedelta(minutes=1)
    start = datetime.combine((end - timedelta(days=days)).date(), time(), UTC)
    key = (start, account.id if account else None)
    rows = kept(planner, "insights.rows", key, lambda: planner.insights.posts(start, end, key[1]))
    if view == "posts":
        _posts(planner, rows, key)
    else:
        _followers(planner, (account,) if account else every, start, end)
    _by_hand(planner, rows, account or every[0])


def _controls(planner: Planner, every: tuple[Account, ...]) -> tuple[View, int, Account | None]:
    first, left, right = st.columns([2, 3, 3], vertical_alignment="bottom")
    asked: View = session.choice_in_url("show", tuple(VIEWS), "people")
    view = first.segmented_control(
        "Look at", tuple(VIEWS), default=asked, required=True, format_func=VIEWS.__getitem__, key="insights.view", on_change=_keep_view
    )
    days = left.segmented_control("Time", list(SPANS), default=28, required=True, format_func=SPANS.__getitem__, key="insights.days")
    by_id = {account.id: account for account in every}
    chosen = right.selectbox(
        "Account",
        [_ALL, *by_id],
        format_func=lambda key: "All accounts" if key == _ALL else session.option(records.title(planner, by_id[key])),
        key="insights.account",
    )
    return view or "people", days or 28, by_id.get(chosen or "")


def _keep_view() -> None:
    st.query_params["show"] = st.session_state["insights.view"]


def _followers(planner: Planner, accounts: tuple[Account, ...], start: datetime, end: datetime) -> None:
    st.header("Connections and followers", anchor=False)
    every = [
        kept(planner, f"insights.read.{one.id}", start, lambda key=one.id: planner.insights.followers(key, start, end))  # type: ignore[misc]  # bound now
        for one in accounts
    ]
    shown = [found for found in every if found.readings or found.notes]
    if not shown:
        furniture.empty(
            "No connection note and no follower count in this time. One sentence after a good conversation says more than any count.",
            to="connections", label="Write a connection note",
        )  # fmt: skip
    for found in shown:
        _account(planner, found, start)


def _account(planner: Planner, found: Followers, start: datetime) -> None:
    account = found.account
    st.subheader(session.plain(records.title(planner, account)), anchor=False)
    left, right = st.columns([3, 2], gap="large")
    with left:
        if found.readings:
            readings, notes = found.readings, found.notes
            made = kept(
                planner, f"insights.followers.{account.id}", start, lambda: charts.followers(frames.followers(readings, account.zone), frames.notes(notes)),
            )  # fmt: skip
            furniture.chart(made, key=f"insights.followers.{account.id}")
            st.caption("Marks under the line are connection notes: a follower count alone says nothing about them.")
        else:
            st.caption("Followers were not reported in this time.")
    with right:
        if not found.notes:
            st.markdown("No connection notes in this time.")
            session.link("connections", "Write a connection note", icon=":material/handshake:")
        for note in reversed(found.notes[-_NOTES:]):
            with st.container(border=True, gap="xxsmall"):
                st.caption(f"{words.day(note.day)} · {note.stage} · {note.place}")
                st.text(f"{note.who}: {note.text}")
    counts = planner.connections.stages(account.id)
    if any(counts.values()):
        st.caption("Where its contacts stand: " + ", ".join(words.count(number, stage) for stage, number in counts.items() if number))


def _posts(planner: Planner, rows: tuple[PostFigures, ...], key: tuple[datetime, str | None]) -> None:
    st.header("Posts", anchor=False)
    if not rows:
        furniture.empty("No post went out in this time.", to="calendar", label="Open the calendar")
        return
    frame = kept(planner, "insights.frame", key, lambda: frames.posts(rows))
    weekly = kept(planner, "insights.weekly", key, lambda: charts.engagement_over_time(frames.weekly(frame)))
    furniture.chart(weekly, key="insights.weekly")
    group = st.segmented_control(
        "Compare by", list(GROUPS), default="purpose", required=True, format_func=str.capitalize, key="insights.group"
    )
    by = group or "purpose"
    parts = frames.by_label(frame) if by == "label" else frame
    if parts[by].any():
        grouped = kept(planner, f"insights.by.{by}", key, lambda: charts.by_group(parts, by, GROUPS[by]))
        furniture.chart(grouped, key="insights.groups")
    else:
        st.caption(session.plain(f"No post of this time has a {by}."))
    _hours(planner, rows, key)
    _rows(frame)
    table = kept(planner, "insights.csv", key, lambda: planner.transfer.without_names(frames.csv(frame).decode()))
    st.download_button("Download as CSV", table, "engagement.csv", "text/csv", icon=":material/download:", key="insights.csv")


def _rows(frame: pd.DataFrame) -> None:
    """Draw the latest posts as a table; a figure that no platform reported for any of them is said once, under it."""
    told = [name for name in frames.METRICS if frame[name].notna().any()]
    latest = frame.iloc[::-1].head(_MOST_ROWS)
    rows = [
        (
            row["post"],
            f"{row['account']}, {row['local']}",
            _figure(row["engagement"]),
            ", ".join(f"{name} {_figure(row[name])}" for name in told),
        )
        for row in latest.to_dict("records")
    ]
    names = ["Post", "Where and when", "Reactions", "In detail"]
    furniture.table(rows, names, alt=f"{words.count(len(rows), 'post')} with the figures that were reported")
    rest = [name for name in frames.METRICS if name not in told]
    more = f" The latest {_MOST_ROWS} are shown." if len(frame) > _MOST_ROWS else ""
    st.caption(session.plain((f"Not reported by any platform: {', '.join(rest)}." if rest else "") + more))


def _figure(value: float | None) -> str:
    return words.figure(None if value is None or pd.isna(value) else int(value))


def _hours(planner: Planner, rows: tuple[PostFigures, ...], key: tuple[datetime, str | None]) -> None:
    """Draw the hours of the day, each account's own clock, with what they may say."""
    st.subheader("Hours", anchor=False)

    def make() -> charts.Chart:
        told = ((row.delivery.sent_at or row.delivery.due_at, row.account.zone, row.total) for row in rows if row.total is not None)
        return charts.hours(best_hours((local_wall(at, zone).at.hour, total) for at, zone, total in told))

    furniture.chart(kept(planner, "insights.hours", key, make), key="insights.hours")


def _by_hand(planner: Planner, rows: tuple[PostFigures, ...], account: Account) -> None:
    with st.expander("Enter figures that you read off a platform", icon=":material/edit:", key="insights.hand"):
        left, right = st.columns(2, gap="large")
        with left.form("insights.post", border=False, clear_on_submit=True):
            st.subheader("Of one post", anchor=False)
            by_id = {row.delivery.id: row for row in reversed(rows)}
            st.selectbox(
                "Post", list(by_id), index=None, key="hand.post",
                format_func=lambda key: session.option(f"{words.day(by_id[key].delivery.due_at.date())}, {by_id[key].account.handle}: {by_id[key].headline}"),
            )  # fmt: skip
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
