"""Posts that come again: begun from a post in the composer, seen, paused and ended on the calendar."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import streamlit as st

from planner.domain.schedule import WEEKDAYS, Wall
from planner.domain.series import Rule
from planner.ui import furniture, session, words

if TYPE_CHECKING:
    from planner.domain.post import Post
    from planner.services.house import Planner
    from planner.services.series import Series

_UNITS = {"day": ("day", "days"), "week": ("week", "weeks"), "month": ("month", "months")}
_ENDS = {"last-day": "On the month's last day", "skip": "Not at all that month"}


def draw(planner: Planner) -> None:
    """Draw every series with its next dates, and what can be done with it."""
    every = planner.series.all()
    there = [item for item in every if item.active]
    with st.expander(f"Posts that come again ({len(there)})", icon=":material/repeat:", key="calendar.series"):
        st.caption("Each date becomes a draft of its own four weeks ahead, and passes the checklist and a yes like any other post.")
        if not there:
            st.markdown("None yet. Open a post in Compose and choose “Let this post come again”.")
        for item in there:
            _row(planner, item)
        ended = len(every) - len(there)
        if ended:
            st.caption(f"{words.count(ended, 'series has ended', 'series have ended')}; the drafts stay.")


def _row(planner: Planner, item: Series) -> None:
    with st.container(border=True):
        text, acts = st.columns([3, 2], vertical_alignment="center")
        with text.container(gap="xxsmall"):
            st.text(planner.series.headline(item.id))
            st.caption(session.plain(f"{in_words(item.rule)}, {words.town(item.zone)}"))
            coming = planner.series.coming(item.id)
            next_ones = ", ".join(words.day(moment.wall.day) for moment, _ in coming[:4])
            later = f"Paused: no new drafts. Next would be {next_ones or 'none'}."
            line = later if item.paused else f"Next: {next_ones or 'none, it is over'}"
            st.caption(line)
        with acts.container(horizontal=True, horizontal_alignment="right"):
            made = next((post_id for _, post_id in coming if post_id), None)
            if made:
                st.button("Open the next draft", key=f"series.open.{item.id}", on_click=_go, args=(made,))
            st.button(
                "Go on" if item.paused else "Pause", icon=":material/play_arrow:" if item.paused else ":material/pause:",
                key=f"series.pause.{item.id}", on_click=_pause, args=(planner, item.id, not item.paused),
            )  # fmt: skip
            with st.popover("End", icon=":material/stop:", key=f"series.end.{item.id}"):
                st.markdown("No more drafts are made. Those that were made stay.")
                st.button("End this series", type="primary", key=f"series.stop.{item.id}", on_click=_stop, args=(planner, item.id))
    if st.session_state.get("series.go") == made and made:
        del st.session_state["series.go"]
        session.go("compose", post=made)


def in_words(rule: Rule) -> str:
    """Return a rule as people say it."""
    one, many = _UNITS[rule.every]
    every = f"Every {one}" if rule.interval == 1 else f"Every {rule.interval} {many}"
    days = " on " + ", ".join(WEEKDAYS[day] for day in rule.days) if rule.days else ""
    end = f", until {words.day(rule.until, year=True)}" if rule.until else ""
    cap = f", {words.count(rule.most, 'time', 'times')} at most" if rule.most else ""
    gap = f", at least {words.count(rule.gap, 'day')} apart" if rule.gap else ""
    return f"{every}{days} at {rule.start.at:%H:%M}, from {words.day(rule.start.day, year=True)}{end}{cap}{gap}"


def begin(planner: Planner, post: Post) -> None:
    """Draw the form that lets a post come again, in the composer."""
    place = st.expander("Let this post come again", icon=":material/repeat:", key="compose.series", on_change="rerun")
    if not place.open:
        return
    with place:
        mine = [item for item in planner.series.all() if item.post_id == post.id and item.active]
        for item in mine:
            st.caption(f":material/repeat: {session.plain(in_words(item.rule))}")
        st.caption("Each date becomes a draft of its own: checked anew, approved anew. Nothing is scheduled by itself.")
        account = planner.accounts.get(post.account_ids[0]) if post.account_ids else None
        if account is None:
            st.caption("Choose an account first: its clock counts.")
            return
        today = words.local_now(planner.clock.now(), account.zone)
        with st.form(f"series.{post.id}", border=False):
            cell = furniture.side_by_side()
            next(cell).date_input("First day", today.date() + timedelta(days=7), key="series.day", format="YYYY-MM-DD")
            next(cell).time_input("Time", today.replace(hour=9, minute=0).time(), key="series.time")
            next(cell).number_input("Every", 1, 52, 1, key="series.interval")
            next(cell).selectbox("Unit", list(_UNITS), index=1, format_func=lambda key: _UNITS[key][1], key="series.every")
            st.multiselect("On which weekdays? (weekly ones)", list(range(7)), format_func=WEEKDAYS.__getitem__, key="series.days")
            next(cell).date_input("Last day (optional)", None, key="series.until", format="YYYY-MM-DD")
            next(cell).number_input("At most how many times? (0: no limit)", 0, 500, 0, key="series.most")
            next(cell).number_input(
                "Days apart, at least", 0, 365, 0, key="series.gap", help="Counted from the one before; for evergreen posts."
            )
            next(cell).selectbox("A 31st in a shorter month", list(_ENDS), format_func=_ENDS.__getitem__, key="series.end")
            st.form_submit_button("Begin", on_click=_begin, args=(planner, post.id, account.zone))


def _begin(planner: Planner, post_id: str, zone: str) -> None:
    got = st.session_state
    until = got["series.until"]
    rule = Rule(
        Wall(got["series.day"], got["series.time"].replace(second=0, microsecond=0)), got["series.every"], int(got["series.interval"]),
        tuple(sorted(got["series.days"])), got["series.end"], until if isinstance(until, date) else None,
        most=int(got["series.most"]) or None, gap=int(got["series.gap"]),
    )  # fmt: skip
    made = session.attempt(lambda: planner.series.start(session.actor(planner), post_id, zone, rule))
    if made is not None:
        drafts = len(planner.series.generate())
        session.tell("success", f"It comes again. {words.count(drafts, 'draft')} for the next four weeks: each waits for its own yes.")


def _pause(planner: Planner, series_id: str, pause: bool) -> None:  # noqa: FBT001 - a callback's argument
    session.attempt(lambda: planner.series.pause(session.actor(planner), series_id, on=pause), "Paused." if pause else "It goes on.")


def _stop(planner: Planner, series_id: str) -> None:
    session.attempt(lambda: planner.series.stop(session.actor(planner), series_id), "Ended. The drafts stay.")


def _go(post_id: str) -> None:
    st.session_state["series.go"] = post_id
