"""Gaps ahead, said calmly: which days of a week are empty, and an evergreen post that could fill one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from planner.ui import records, session, words

if TYPE_CHECKING:
    from datetime import date

    from planner.domain.account import Account
    from planner.domain.cadence import Gap
    from planner.services.house import Planner

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def draw(planner: Planner) -> None:
    """Draw a note for each account's next week that lacks posts; nothing where no aim is set."""
    every = {account.id: account for account in planner.accounts.all()}
    told: set[str] = set()
    for gap in planner.cadence.gaps():
        if gap.account_id not in told:
            told.add(gap.account_id)
            _note(planner, every[gap.account_id], gap)


def sentence(gap: Gap) -> str:
    """Return the empty days of a week in words: `Nothing planned for Tuesday to Friday and Sunday`."""
    runs = [DAYS[first.weekday()] if first == last else f"{DAYS[first.weekday()]} to {DAYS[last.weekday()]}" for first, last in gap.runs]
    return f"Nothing planned for {', '.join(runs[:-1])}{' and ' if runs[:-1] else ''}{runs[-1]}"


def _note(planner: Planner, account: Account, gap: Gap) -> None:
    found = planner.cadence.evergreens(account.id)
    with st.container(border=True, gap="xxsmall", key=f"cadence.note.{account.id}"):
        end = "an evergreen post could fill it." if found else "that is fine, and there is room for a post."
        st.markdown(f":material/event_available: {session.plain(f'{sentence(gap)}; {end}')}")
        planned = f"{gap.planned} of {words.count(gap.target, 'post')} planned in the week of {words.day(gap.monday)}"
        st.caption(session.plain(f"{records.title(planner, account)}: {planned}."))
        if not found:
            session.link("compose", "Write a post", icon=":material/edit_note:")
        for one in found[:1]:
            st.button(
                "Queue this one", icon=":material/replay:", key=f"cadence.again.{account.id}", on_click=_again,
                args=(planner, account.id, one.post.id, gap.monday),
                help="Makes a draft of it and opens it: it is read with today's rules, then takes the next free slot.",
            )  # fmt: skip
            st.text(f"“{one.post.headline}”")
            st.caption(session.plain(f"Last out {words.moment(one.last_out, account.zone, year=True)}."))


def aim(planner: Planner, account: Account) -> None:
    """Draw how many posts a week this account aims for."""
    st.number_input(
        "Posts a week to aim for", 0, 21, planner.cadence.targets().get(account.id, 0), key=f"cadence.aim.{account.id}",
        on_change=_aim, args=(planner, account.id),
        help="Today and the Calendar then say which days of a coming week are empty. 0: nothing is said.",
    )  # fmt: skip


def _aim(planner: Planner, account_id: str) -> None:
    number = int(st.session_state[f"cadence.aim.{account_id}"])
    session.attempt(lambda: planner.cadence.aim(session.actor(planner), account_id, number), "Saved.")


def _again(planner: Planner, account_id: str, post_id: str, monday: date) -> None:
    made = session.attempt(lambda: planner.cadence.again(session.actor(planner), account_id, post_id, monday))
    if made is not None:
        session.tell("success", "Here is a draft of it. Read it once more; its next free slot is offered when you are done.")
        session.later("compose", post=made.id)
