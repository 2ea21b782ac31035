"""Today: what needs me, what goes out next, and the first five steps until they are done."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import streamlit as st

from planner.domain.schedule import inside, local_wall
from planner.ui import furniture, records, session, words
from planner.ui.kept import kept
from planner.ui.pages import cadence

if TYPE_CHECKING:
    from planner.domain.account import Account
    from planner.services.house import Planner

_NEXT = 6


def render(planner: Planner) -> None:
    """Draw today."""
    session.go_where_asked()
    now = planner.clock.now()
    every = planner.accounts.all()
    zone = session.zone_of(every)
    furniture.heading("Today", words.moment(now, zone, year=True))
    left, right = st.columns([3, 2], gap="large")
    with left:
        _guide(planner, every)
        _needs_me(planner)
        _next(planner)
        cadence.draw(planner)
    with right:
        _now(planner, every)


def _needs_me(planner: Planner) -> None:
    st.header("Needs you", anchor=False)
    cards = [line for line in records.lines(planner, ("sending",)) if line.delivery.mode == "hand"]
    items = [(f"Post by hand: {line.headline}", line.title, "deliveries", {"delivery": line.delivery.id}) for line in cards]
    items += [
        (f"{words.state_of(line.delivery).capitalize()}: {line.headline}", line.title, "deliveries", {"delivery": line.delivery.id})
        for line in records.lines(planner, ("unconfirmed", "missed", "held", "failed"))
    ]
    titles = {account.id: records.title(planner, account) for account in planner.accounts.all()}
    items += [
        (f"Waits for a yes: {waiting.post.headline}", titles.get(waiting.account_id, ""), "compose", {"post": waiting.post.id})
        for waiting in planner.approvals.queue(session.actor(planner))
    ]
    if not items:
        furniture.empty("Nothing needs you right now.")
    for number, (what, where, page, query) in enumerate(items):
        with st.container(border=True, key=f"row-need-{number}"):
            side, act = st.columns([6, 1.4], vertical_alignment="center")
            with side.container(gap="xxsmall"):
                st.text(what)
                st.caption(session.plain(where))
            if session.reaches(page) and act.button("Open", key=f"home.open.{number}", width="stretch"):
                session.go(page, **query)


def _next(planner: Planner) -> None:
    st.header("Goes out next", anchor=False)
    lines = records.lines(planner, ("queued",), limit=_NEXT)
    if not lines:
        furniture.empty("Nothing is scheduled.", to="compose", label="Write a post")
    for line in lines:
        item = line.delivery
        with st.container(border=True, gap="xxsmall"):
            st.text(line.headline)
            st.caption(session.plain(f"{words.moment(item.due_at, item.zone)} · {line.title}{' · by hand' if item.mode == 'hand' else ''}"))


def _guide(planner: Planner, every: tuple[Account, ...]) -> None:
    """Draw the first steps until they are done: the next one with its link, so that there is one thing to do."""
    drafted, planned, noted = kept(planner, "home.steps", None, lambda: _done(planner))
    steps: tuple[tuple[str, bool, str, str, dict[str, str]], ...] = (
        ("Add an account with its time zone", bool(every), "accounts", "Add an account", {"add": "1"}),
        ("Write a draft and let the checklist read it", drafted, "compose", "Write a draft", {}),
        ("Set posting slots and quiet hours", any(one.slots and one.quiet_hours for one in every), "accounts", "Open an account", {}),
        ("Put one post on the calendar", planned, "compose", "Choose its time", {}),
        ("Write one connection note", noted, "connections", "Write a note", {}),
    )
    left = [step for step in steps if not step[1]]
    if not left:
        return
    with st.container(border=True):
        st.subheader(f"First steps: {words.count(len(left), 'is', 'are')} left", anchor=False)
        for step in steps:
            what, done, page, label, query = step
            st.markdown(f":material/{'check_circle' if done else 'radio_button_unchecked'}: {what}")
            if step is left[0]:
                session.link(page, label, icon=":material/arrow_forward:", **query)


def _done(planner: Planner) -> tuple[bool, bool, bool]:
    """Return whether there is a post, a delivery, a connection note."""
    return bool(planner.composer.recent(limit=1)), bool(records.counts(planner)), bool(planner.connections.all())


def _now(planner: Planner, every: tuple[Account, ...]) -> None:
    now, seen = planner.clock.now(), planner.workspace.heartbeat()
    with st.container(border=True):
        st.subheader("Right now", anchor=False)
        if seen is not None and now - seen <= furniture.SILENT:
            st.markdown(f":material/favorite: The worker runs, last heard {words.ago(seen, now)}.")
        else:
            st.markdown(":material/heart_broken: No worker runs: nothing is published.")
        spent = planner.workspace.spent(session.actor(planner))
        if spent:
            st.markdown(f":material/schedule: You have spent {words.count(spent, 'minute')} here since Monday. Only you see this.")
        for account in every:
            wall = local_wall(now, account.zone)
            quiet = (
                "quiet hours"
                if inside(account.quiet_hours, wall)
                else "open"
                if inside(account.business_hours, wall)
                else "outside business hours"
            )
            expiry = account.expires_at is not None and account.expires_at - now < timedelta(days=14)
            st.text(f"{records.title(planner, account)}\n{words.clock(now, account.zone)}, {quiet}")
            if expiry and account.expires_at is not None:
                st.caption(f":material/key: Its login ends {words.moment(account.expires_at, account.zone)}")
