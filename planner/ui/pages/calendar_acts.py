"""What can be done with posts on the calendar besides moving them: another time, a hold, a cancellation."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

import streamlit as st

from planner.domain.errors import PlannerError
from planner.domain.schedule import Wall
from planner.ui import records, session, words
from planner.ui.pages.composer_plan import warnings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.services.calendar import Entry
    from planner.services.house import Planner

CLEARED = "calendar.cleared"


def toolbar(planner: Planner, entries: Mapping[str, Entry], picked: tuple[str, ...]) -> None:
    """Draw the actions on the selected posts."""
    chosen = [entries[key] for key in picked if key in entries]
    if not chosen:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{words.count(len(chosen), 'post')} selected**")
        if len(chosen) == 1:
            st.button("Change time", icon=":material/schedule:", key="acts.time", on_click=_ask_time, args=(chosen[0].delivery.id,))
        with st.popover("Move", icon=":material/event_repeat:", key="acts.several"), st.form("acts.several.form", border=False):
            st.number_input("By how many days? (minus: earlier)", -365, 365, 1, key="acts.days")
            st.time_input("To what time? (empty: each keeps its own)", None, key="acts.time.of.day", step=300)
            st.form_submit_button("Move these posts", type="primary", on_click=_move_all, args=(planner, tuple(chosen)))
        with st.popover("Hold", icon=":material/pause_circle:", key="acts.hold"), st.form("acts.hold.form", border=False):
            st.text_input("Why?", key="acts.why", placeholder="A crisis in the news; wait and see")
            st.date_input("Look again on", None, key="acts.resume", format="YYYY-MM-DD")
            st.form_submit_button("Hold these posts", type="primary", on_click=_hold, args=(planner, tuple(chosen)))
        with st.popover("Cancel", icon=":material/block:", key="acts.cancel"), st.form("acts.cancel.form", border=False):
            st.text_input("Why? (kept in the record)", key="acts.cancel.why")
            st.form_submit_button("Take these posts off the calendar", type="primary", on_click=_cancel, args=(planner, tuple(chosen)))
        st.button("Clear the selection", type="tertiary", key="acts.clear", on_click=_clear, args=(planner,))
    if st.session_state.pop("acts.asked", None):
        reschedule(planner, chosen[0].delivery.id)


def reschedule(planner: Planner, delivery_id: str) -> None:
    """Open the dialog for another date and time."""
    item = records.delivery(planner, delivery_id)

    @st.dialog("Another time")
    def ask() -> None:
        st.text(planner.composer.load(item.post_id).headline)
        st.caption(f"So far: {words.moment(item.due_at, item.zone)}")
        gone = item.due_at <= planner.clock.now()  # a missed post: its old time is no offer
        at = planner.calendar.next_time(item.account_id) if gone else Wall.parse(item.wall)
        chosen = st.datetime_input(
            f"New time ({words.town(item.zone)})",
            datetime.combine(at.day, at.at),
            key=f"acts.when.{delivery_id}.{item.generation}",
            step=300,
        )
        if chosen is None:
            return
        wall = Wall(chosen.date(), chosen.time().replace(second=0, microsecond=0))
        try:
            plan = planner.calendar.preview(item.post_id, item.account_id, wall, delivery_id=delivery_id)
        except PlannerError as error:
            st.error(session.plain(error.sentence))
            return
        accepted = warnings(plan, f"acts.accept.{delivery_id}")
        ready = len(accepted) == len({warning.kind for warning in plan.warnings}) and str(wall) != item.wall
        if st.button(f"Move to {words.moment(plan.moment.utc, item.zone)}", type="primary", disabled=not ready, key="acts.move"):
            session.attempt(
                lambda: planner.calendar.move(session.actor(planner), delivery_id, item.generation, wall, accepted=accepted), "Moved."
            )
            st.rerun()

    ask()


def _move_all(planner: Planner, chosen: tuple[Entry, ...]) -> None:
    """Move each on its own clock; what cannot move stays, with the reason, and keeps its selection."""
    days, at = int(st.session_state["acts.days"]), st.session_state["acts.time.of.day"]
    moved, refused = 0, ""
    for entry in chosen:
        item, before = entry.delivery, Wall.parse(entry.delivery.wall)
        wall = Wall(before.day + timedelta(days=days), at.replace(second=0, microsecond=0) if at else before.at)
        try:
            plan = planner.calendar.preview(item.post_id, item.account_id, wall, delivery_id=item.id)
            gentle = frozenset(warning.kind for warning in plan.warnings if warning.kind in ("clock-change", "outside-hours"))
            planner.calendar.move(session.actor(planner), item.id, item.generation, wall, accepted=gentle)
            moved += 1
        except PlannerError as error:
            refused += f" “{entry.headline}” stayed: {error.sentence}"
    session.tell("error" if refused else "success", f"{words.count(moved, 'post')} moved.{refused}")
    if moved == len(chosen):
        _clear(planner)


def _ask_time(_delivery_id: str) -> None:
    st.session_state["acts.asked"] = True


def _hold(planner: Planner, chosen: tuple[Entry, ...]) -> None:
    why, day = st.session_state["acts.why"], st.session_state["acts.resume"]
    resume = datetime.combine(day, time(8), planner.clock.now().tzinfo) if day else None
    for entry in chosen:
        session.attempt(lambda entry=entry: planner.holds.hold(session.actor(planner), "delivery", entry.delivery.id, why or "", resume))  # type: ignore[misc]  # bound now
    _clear(planner)


def _cancel(planner: Planner, chosen: tuple[Entry, ...]) -> None:
    why = st.session_state["acts.cancel.why"]
    done = 0
    for entry in chosen:
        item = entry.delivery
        made = session.attempt(lambda item=item: planner.calendar.cancel(session.actor(planner), item.id, item.generation, why))  # type: ignore[misc]  # bound now
        done += made is not None
    if done == len(chosen):
        session.tell("success", f"{words.count(done, 'post')} taken off the calendar. The texts stay in Compose.")
    _clear(planner)


def _clear(planner: Planner) -> None:
    st.session_state[CLEARED] = planner.ids.new()
