"""Health: whether the worker lives, how much waits, how each account is doing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from planner.domain import model_address
from planner.domain.delivery import STATES
from planner.ui import furniture, records, session, words

if TYPE_CHECKING:
    from planner.services.house import Planner


def render(planner: Planner) -> None:
    """Draw the state of the installation."""
    furniture.heading("Health")
    now = planner.clock.now()
    st.header("Worker", anchor=False)
    beats = records.beats(planner)
    if not beats:
        st.markdown("No worker has been heard of yet. Start the planner with `python -m planner run`.")
    for worker, (at, details) in sorted(beats.items(), key=lambda pair: pair[1][0], reverse=True)[:5]:
        alive = now - at <= furniture.SILENT
        st.markdown(
            f":material/{'favorite' if alive else 'heart_broken'}: It {'runs' if alive else 'is silent'}, last heard {words.ago(at, now)}."
        )
        told = ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in details.items() if value)
        st.caption(session.plain(f"{worker[:12]}: {told}" if told else worker[:12]))
    st.header("Deliveries", anchor=False)
    counts = records.counts(planner)
    rows = [(words.STATE_WORDS[state].capitalize(), f"{counts[state]:,}") for state in STATES if counts.get(state)]
    if not rows:
        st.markdown("None yet.")
    else:
        place, _ = st.columns([2, 3])
        with place:
            furniture.table(rows, ["State", "Deliveries"], alt="Number of deliveries in each state")
    st.header("Accounts", anchor=False)
    for account in planner.accounts.all():
        if account.mode == "hand":
            told = "posted by hand, so there is no login to look at."
        else:
            checked = words.moment(account.checked_at, account.zone) if account.checked_at else "never"
            told = f"{account.health.replace('-', ' ')}; its login was last found good: {checked}. {account.health_note}".strip()
        st.text(f"{records.title(planner, account)}: {told}")
        ending = planner.platforms.info(account.platform).ending(now.date())
        if account.mode == "api" and ending:
            st.warning(session.plain(ending), icon=":material/event_busy:")
    session.link("accounts", "All sign-ins: rights, ends, renewals", icon=":material/key:", show="sign-ins")
    session.link("rules", "How the checklist's rules fare in use", icon=":material/rule:")
    _second_reader(planner)
    st.header("This installation", anchor=False)
    st.text(f"Data folder: {planner.settings.data_dir}")
    st.caption(session.plain(f"Address: {planner.settings.public_url}"))


def _second_reader(planner: Planner) -> None:
    """Say whether a second reader is set up, where, and when it last answered; its server is not called for that."""
    st.header("Second reader", anchor=False)
    url, model = planner.settings.reader_url, planner.settings.reader_model
    if not url:
        st.markdown("None is set up, and none is needed. `docs/settings.md` says how, with an example for each common server.")
        return
    at = planner.second_reader.answered()
    told = f"last answered {words.ago(at, planner.clock.now())}" if at else "has not answered yet"
    st.text(f"The model “{model}” at {model_address.place(url)} {told}.")
