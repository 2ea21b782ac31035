"""Sign-ins: how each account's login stands, when it ends and is renewed, what it may do, and what a person has to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from planner.ui import furniture, session, words

if TYPE_CHECKING:
    from planner.services.house import Planner
    from planner.services.logins import SignIn

STANDING = {
    "well": (":material/check_circle:", "works", "green"),
    "soon": (":material/schedule:", "needs you soon", "orange"),
    "ended": (":material/key_off:", "needs a new sign-in", "red"),
    "missing": (":material/help:", "not connected yet", "orange"),
}


def draw(planner: Planner) -> None:
    """Draw every sign-in, those that need a person first."""
    found = planner.logins.all()
    if not found:
        furniture.empty("No account is posted to automatically yet. Accounts that are posted by hand need no sign-in here.")
        return
    need = sum(bool(one.to_do) for one in found)
    st.caption(
        "Every sign-in works by itself."
        if not need
        else f"{words.count(need, 'sign-in')} of {len(found)} {'needs' if need == 1 else 'need'} a person."
    )
    for one in found:
        _card(planner, one)


def _card(planner: Planner, one: SignIn) -> None:
    account, key = one.account, one.account.id
    with st.container(border=True):
        name, state, act = st.columns([5, 3, 2], vertical_alignment="center")
        with name.container(gap="xxsmall"):
            st.subheader(session.plain(account.handle), anchor=False)
            st.caption(f"{session.plain(planner.platforms.info(account.platform).title)} · {session.plain(account.owner)}")
        with state:
            icon, word, color = STANDING[one.standing]
            st.badge(word, icon=icon, color=color)  # type: ignore[arg-type]  # one of ours above
        if one.standing == "missing":
            act.button("Connect", key=f"logins.open.{key}", on_click=_open, args=(key,), width="stretch")
        else:
            act.button(
                "Test now", key=f"logins.test.{key}", icon=":material/network_check:", on_click=test, args=(planner, key), width="stretch"
            )
        if one.to_do:
            st.markdown(f":material/arrow_forward: **{session.plain(one.to_do)}**")
            if account.health_note:
                st.caption(session.plain(account.health_note))
            if one.standing in ("soon", "ended"):
                st.button("Sign in again", key=f"logins.again.{key}", on_click=_open, args=(key,))
        if one.standing != "missing":
            facts(planner, one)


def facts(planner: Planner, one: SignIn) -> None:
    """Draw when a sign-in ends, was tested and renewed, is renewed next, and what it may do; never a token."""
    zone, now = one.account.zone, planner.clock.now()
    if one.ends_at is None:
        ends = "Not stated by the platform"
    elif one.ends_at <= now and not one.renews:
        ends = f"Ended {words.moment(one.ends_at, zone, year=True)}"
    else:
        ends = words.moment(one.ends_at, zone, year=True)
    if one.renews_at is not None:
        renewal = words.moment(one.renews_at, zone, year=True) if one.renews_at > now else "At the next look, within ten minutes"
    else:
        renewal = "By itself, when it is needed" if one.renews else "Not needed" if one.ends_at is None else "Only you can: sign in again"
    rows = {
        "Ends": ends,
        "Last tested": words.ago(one.tested_at, now) if one.tested_at else "Never",
        "Last renewed": words.ago(one.renewed_at, now) if one.renewed_at else "Not yet",
        "Next renewal": renewal,
    }
    for place, (label, value) in zip(st.columns(len(rows)), rows.items(), strict=True):
        with place.container(gap="xxsmall"):
            st.caption(label)
            st.text(value)
    with st.container(gap="xxsmall"):
        st.caption("It may")
        st.text(", ".join(one.rights) if one.rights else "The platform does not say what this sign-in may do.")


def test(planner: Planner, account_id: str) -> None:
    """Ask the platform who we are, and say what it answered."""
    state = session.attempt(lambda: planner.accounts.test(session.actor(planner), account_id))
    if state is None:
        return
    if state.ok:
        session.tell("success", f"The platform answered: you are {state.handle or 'logged in'}. Nothing was posted.")
    else:
        session.tell("error", f"The platform refused this sign-in: {(state.needs_login or 'no reason given').rstrip('.')}. Sign in again.")


def _open(account_id: str) -> None:
    st.query_params.clear()
    st.query_params["account"] = account_id
