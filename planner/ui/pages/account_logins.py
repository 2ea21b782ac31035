"""Sign-ins: how each account's login stands, when it ends and is renewed, what it may do, and what a person has to do."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Literal

import streamlit as st

from planner.domain.schedule import zone
from planner.ui import furniture, session, words

if TYPE_CHECKING:
    from datetime import datetime

    from planner.services.house import Planner
    from planner.services.logins import SignIn

STANDING = {
    "well": (":material/check_circle:", "works", "green"),
    "soon": (":material/schedule:", "needs you soon", "orange"),
    "ended": (":material/key_off:", "needs a new sign-in", "red"),
    "missing": (":material/help:", "not connected yet", "orange"),
}

_NEAR = timedelta(days=2)


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
    account = one.account
    with st.container(border=True):
        name, state, act = st.columns([5, 3, 2], vertical_alignment="center")
        with name.container(gap="xxsmall"):
            st.subheader(session.plain(account.handle), anchor=False)
            st.caption(f"{session.plain(planner.platforms.info(account.platform).title)} · {session.plain(account.owner)}")
        with state:
            icon, word, color = STANDING[one.standing]
            st.badge(word, icon=icon, color=color)  # type: ignore[arg-type]  # one of ours above
        with act:
            _main(planner, one)
        if one.to_do:
            st.markdown(f":material/arrow_forward: **{session.plain(one.to_do)}**")
            if account.health_note:
                st.caption(session.plain(account.health_note))
        if one.standing != "missing":
            facts(planner, one)
        if one.standing in ("soon", "ended"):
            _test_button(planner, one, "tertiary")


def _main(planner: Planner, one: SignIn) -> None:
    """Draw the one thing that is most useful to do now."""
    key = one.account.id
    if one.standing == "well":
        _test_button(planner, one, "secondary")
    else:
        label = "Connect" if one.standing == "missing" else "Sign in again"
        st.button(label, key=f"logins.open.{key}", type="primary", on_click=_open, args=(key,), width="stretch")


def _test_button(planner: Planner, one: SignIn, kind: Literal["secondary", "tertiary"]) -> None:
    key = one.account.id
    st.button(
        "Test now", key=f"logins.test.{key}", type=kind, icon=":material/network_check:", on_click=test, args=(planner, key),
        width="stretch" if kind == "secondary" else "content",
    )  # fmt: skip


def facts(planner: Planner, one: SignIn) -> None:
    """Draw when a sign-in ends, was tested and renewed, is renewed next, and what it may do; never a token."""
    now = planner.clock.now()
    rows = {
        "Ends": _end(one, now),
        "Last tested": words.ago(one.tested_at, now) if one.tested_at else "Never",
        "Last renewed": words.ago(one.renewed_at, now) if one.renewed_at else "Not yet",
        "Next renewal": _renewal(one, now),
        "It may": ", ".join(one.rights) if one.rights else "The platform does not say",
    }
    with st.container(horizontal=True, gap="medium"):
        for label, value in rows.items():
            with st.container(width="content", gap="xxsmall"):
                st.caption(label)
                st.text(value)


def _end(one: SignIn, now: datetime) -> str:
    if one.ends_at is None:
        return "No end is stated"
    return f"Ended {_when(one.ends_at, one, now)}" if one.ends_at <= now and not one.renews else _when(one.ends_at, one, now)


def _renewal(one: SignIn, now: datetime) -> str:
    if one.standing == "ended":
        return "After you have signed in again"
    if one.renews_at is not None:
        return _when(one.renews_at, one, now) if one.renews_at > now else "Within ten minutes"
    if one.renews:
        return "By itself, when needed"
    return "Not needed" if one.ends_at is None else "Only you can: sign in again"


def _when(moment: datetime, one: SignIn, now: datetime) -> str:
    """Return a day; the time of day too where that matters."""
    if abs(moment - now) > _NEAR:
        return words.day(moment.astimezone(zone(one.account.zone)).date(), year=True)
    return words.moment(moment, one.account.zone)


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
