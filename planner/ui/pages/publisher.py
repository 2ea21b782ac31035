"""Deliveries: what needs a person, what waits, what went out; holds; and one delivery with its attempts or its card."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

import streamlit as st

from planner.ui import furniture, records, session, words
from planner.ui.pages import delivery

if TYPE_CHECKING:
    from planner.domain.delivery import HoldScope
    from planner.services.house import Planner
    from planner.ui.records import Line

_PERSON = ("unconfirmed", "missed", "held", "failed")
_DAYS = 30
_SHOWN = 30


def render(planner: Planner) -> None:
    """Draw the three lists, or the delivery that the address names."""
    chosen = session.id_in_url("delivery")
    if chosen:
        delivery.draw(planner, chosen)
        return
    furniture.heading("Deliveries", "One post to one account at one time. Each goes out once, or you are told the truth about it.")
    cards = [line for line in records.lines(planner, ("sending",)) if line.delivery.mode == "hand"]
    trouble = records.lines(planner, _PERSON)
    _hold_bar(planner)
    person, waiting, out = st.tabs(
        [f"Needs you ({len(cards) + len(trouble)})", "Waits", "Went out"], key="deliveries.tabs", on_change="rerun", default=None
    )
    if person.open:
        with person:
            _needs(cards, trouble)
    if waiting.open:
        with waiting:
            found = records.lines(planner, ("queued", "sending"), limit=_most("waits") + 1)
            _rows(found, "waits", "Nothing waits. Approved posts get their time in Compose.")
    if out.open:
        with out:
            now = planner.clock.now()
            found = records.sent(planner, now - timedelta(days=_DAYS), now + timedelta(minutes=1), limit=_most("out") + 1)
            _rows(found, "out", "Nothing went out in the last 30 days.")


def _needs(cards: list[Line], trouble: tuple[Line, ...]) -> None:
    if not cards and not trouble:
        furniture.empty("Nothing needs you right now.")
    if cards:
        st.subheader("To post by hand now", anchor=False)
        for line in cards:
            _row(line, "Open the card", primary=True)
    if trouble:
        st.subheader("To decide", anchor=False)
        for line in trouble:
            _row(line, "Decide")


def _rows(lines: tuple[Line, ...], name: str, nothing: str) -> None:
    """Draw the rows of a list and the way to the next ones, when there is one more than is shown."""
    if not lines:
        furniture.empty(nothing)
    most = _most(name)
    for line in lines[:most]:
        _row(line, "Open")
    if len(lines) > most:
        st.button("Show more", icon=":material/expand_more:", key=f"deliveries.more.{name}", on_click=_more, args=(name,))


def _most(name: str) -> int:
    most: int = st.session_state.get(f"deliveries.most.{name}", _SHOWN)
    return most


def _more(name: str) -> None:
    st.session_state[f"deliveries.most.{name}"] = _most(name) + _SHOWN


def _row(line: Line, label: str, *, primary: bool = False) -> None:
    item = line.delivery
    with st.container(border=True, key=f"row-delivery-{item.id}"):
        text, state, act = st.columns([5, 4, 1.8], vertical_alignment="center")
        with text.container(gap="xxsmall"):
            st.text(line.headline)
            st.caption(
                session.plain(f"{line.title} · {words.moment(item.sent_at or item.due_at, item.zone)}{' · demo' if item.demo else ''}")
            )
        with state:
            st.markdown(f"{words.STATE_ICONS[item.state]} {words.state_of(item)}")
            if item.reason:
                st.text(item.reason)
        act.button(
            label,
            key=f"deliveries.open.{item.id}",
            type="primary" if primary else "secondary",
            on_click=_open,
            args=(item.id,),
            width="stretch",
        )


def _open(delivery_id: str) -> None:
    st.query_params["delivery"] = delivery_id


def _hold_bar(planner: Planner) -> None:
    every = _scopes(planner)
    for hold in records.holds(planner):
        if hold.scope == "delivery":
            continue
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(f":material/pause_circle: **On hold since {words.day(hold.at.date())}**")
            st.text(f"{every.get((hold.scope, hold.target), 'Something that was put away')}: {hold.reason}")
            st.button("Lift this hold", key=f"hold.lift.{hold.id}", on_click=_lift, args=(planner, hold.id))
    label = "Hold everything, one account or one campaign"
    with st.popover(label, icon=":material/pause_circle:", key="hold.ask"), st.form("hold.form", border=False):
        st.selectbox("What?", list(every), format_func=lambda key: session.option(every[key]), key="hold.what")
        st.text_input("Why?", key="hold.why", placeholder="A tragedy in town")
        st.date_input("Look again on", None, key="hold.resume", format="YYYY-MM-DD", help="A reminder: a hold is lifted by a person only.")
        st.form_submit_button("Hold now", type="primary", on_click=_hold, args=(planner,))


def _scopes(planner: Planner) -> dict[tuple[HoldScope, str], str]:
    """Return what can be held, and how it is called."""
    every: dict[tuple[HoldScope, str], str] = {("all", ""): "Everything"}
    every |= {("account", account.id): records.title(planner, account) for account in planner.accounts.all()}
    return every | {("campaign", key): f"Campaign: {title}" for key, title in planner.campaigns.open_names().items()}


def _hold(planner: Planner) -> None:
    (scope, target), why, day = (st.session_state[f"hold.{name}"] for name in ("what", "why", "resume"))
    resume = datetime.combine(day, time(8), planner.clock.now().tzinfo) if day else None
    act = lambda: planner.holds.hold(session.actor(planner), scope, target, why or "", resume)  # noqa: E731 - handed on at once
    session.attempt(act, "On hold. Nothing of it goes out until somebody lifts it.")


def _lift(planner: Planner, hold_id: str) -> None:
    session.attempt(
        lambda: planner.holds.lift(session.actor(planner), hold_id), "Lifted. What is still in time goes out; the rest is listed here."
    )
