"""The calendar's controls: view, day and filters, all of them in the address so that a look can be kept or passed on."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import streamlit as st

from planner.domain.delivery import STATES
from planner.ui import records, session, words
from planner.ui.components.calendar.contract import VIEWS, View

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from planner.domain.account import Account
    from planner.services.calendar import Entry
    from planner.services.house import Planner

ALL = "all"
LIST_DAYS = 35
PURPOSES = {"educate": "Educate", "thank": "Thank", "story": "Tell a story", "ask": "Ask for something"}
_ONE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the filters ask for; None asks for everything. `label` and `campaign` are marks of words, never the words."""

    account: str | None = None
    state: str | None = None
    purpose: str | None = None
    campaign: str | None = None
    label: str | None = None

    def fits(self, entry: Entry) -> bool:
        """Return whether a post on the calendar is asked for."""
        return (
            self.account in (None, entry.account.id)
            and self.state in (None, entry.delivery.state)
            and self.purpose in (None, entry.purpose)
            and (self.campaign is None or self.campaign == mark(entry.campaign))
            and (self.label is None or self.label in map(mark, entry.labels))
        )


def mark(word: str) -> str:
    """Return a short mark of a user's word: addresses are kept by browsers and proxies, so the word itself stays out of them."""
    return hashlib.blake2b(word.casefold().encode(), digest_size=5).hexdigest()


def turn(today: date) -> tuple[View, date]:
    """Draw the way through time, what is shown, and the views; return the view and the day."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        ways = st.container(horizontal=True, vertical_alignment="center", gap="small", width="content")
        title = st.container(width="content")
        choices = st.container(width="content")
    with choices:
        asked: View = session.choice_in_url("view", VIEWS, "month")
        view = st.segmented_control(
            "View", VIEWS, default=asked, required=True, key="calendar.view", format_func=str.capitalize, on_change=_keep, args=("view",),
            label_visibility="collapsed",
        )  # fmt: skip
    stored = st.session_state.setdefault("calendar.day", _asked_day(today)) or today
    with ways:
        st.button("Earlier", icon=":material/chevron_left:", key="calendar.back", on_click=_step, args=(view, stored, -1))
        st.button("Today", key="calendar.today", on_click=_turn_to, args=(today,), disabled=stored == today)
        st.button(
            "Later", icon=":material/chevron_right:", icon_position="right", key="calendar.next", on_click=_step, args=(view, stored, 1)
        )
        day = st.date_input("Day", key="calendar.day", format="YYYY-MM-DD", on_change=_keep_day, label_visibility="collapsed", width=150)
    day = day if isinstance(day, date) else today
    title.header(session.plain(named(view, day)), anchor=False)
    return view, day


def named(view: View, day: date) -> str:
    """Return what a view shows, as people call it: `November 2026`, `23 to 29 Nov 2026`, `26 Nov to 30 Dec 2026`."""
    if view == "month":
        return f"{day:%B %Y}"
    if view == "day":
        return words.day(day, year=True)
    start, after = window(view, day)
    end = after - _ONE
    first = f"{start.day}" if (start.year, start.month) == (end.year, end.month) else f"{start.day} {start:%b}"
    return f"{first} to {end.day} {end:%b %Y}"


def choose(planner: Planner, every: tuple[Account, ...], entries: Iterable[Entry]) -> Wanted:
    """Draw the filters and return what they ask for; campaigns and labels are those of the posts in view."""
    entries = tuple(entries)
    names = {account.id: records.title(planner, account) for account in every}
    campaigns = {mark(name): name for name in dict.fromkeys(entry.campaign for entry in entries) if name}
    labels = {mark(label): label for label in dict.fromkeys(label for entry in entries for label in entry.labels)}
    number = sum(st.query_params.get(key, ALL) != ALL for key in ("for", "state", "purpose", "campaign", "label"))
    with st.popover(f"Filters ({number})" if number else "Filters", icon=":material/filter_list:"):
        return Wanted(
            account=_pick("Account", "for", names, "All accounts"),
            state=_pick("State", "state", {key: words.STATE_WORDS[key] for key in STATES}, "All states"),
            purpose=_pick("Purpose", "purpose", PURPOSES, "All purposes"),
            campaign=_pick("Campaign", "campaign", campaigns, "All campaigns"),
            label=_pick("Label", "label", labels, "All labels"),
        )


def _pick(title: str, key: str, names: Mapping[str, str], every: str) -> str | None:
    options = [ALL, *names]
    asked = st.query_params.get(key, ALL)
    chosen = st.selectbox(
        title, options, index=options.index(asked) if asked in options else 0, key=f"calendar.{key}", on_change=_keep, args=(key,),
        format_func=lambda one: every if one == ALL else session.option(names[one]),
    )  # fmt: skip
    return None if chosen == ALL else chosen


def _keep(key: str) -> None:
    """Write a choice into the address; Streamlit's own binding would write the words that are shown."""
    chosen = st.session_state[f"calendar.{key}"]
    if chosen == ALL:
        st.query_params.pop(key, None)
    else:
        st.query_params[key] = chosen


def _keep_day() -> None:
    day = st.session_state["calendar.day"]
    if isinstance(day, date):
        st.query_params["day"] = day.isoformat()


def _asked_day(today: date) -> date:
    try:
        return date.fromisoformat(st.query_params.get("day", ""))
    except ValueError:
        return today


def _turn_to(day: date) -> None:
    st.session_state["calendar.day"] = day
    _keep_day()


def _step(view: View, day: date, by: int) -> None:
    if view == "month":
        month = day.month - 1 + by
        day = date(day.year + month // 12, month % 12 + 1, 1)
    else:
        day += by * {"week": 7, "day": 1, "list": LIST_DAYS}[view] * _ONE
    _turn_to(day)


def window(view: View, day: date) -> tuple[date, date]:
    """Return the first day and the day after the last one that a view shows; weeks begin on Monday."""
    if view == "day":
        return day, day + _ONE
    if view == "list":
        return day, day + LIST_DAYS * _ONE
    start = (day if view == "week" else day.replace(day=1)) - _ONE * (day if view == "week" else day.replace(day=1)).weekday()
    if view == "week":
        return start, start + 7 * _ONE
    after = (day.replace(day=1) + 31 * _ONE).replace(day=1)
    return start, start + -(-(after - start).days // 7) * 7 * _ONE
