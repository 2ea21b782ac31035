"""Accounts: what each one is for, how it is connected, and how to add one step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from planner.domain.account import open_items
from planner.ui import furniture, session, words
from planner.ui.pages import account_add, account_detail, account_logins

if TYPE_CHECKING:
    from planner.domain.account import Account
    from planner.services.house import Planner

HEALTH = {
    "ok": (":material/check_circle:", "works", "green"),
    "untested": (":material/help:", "not tested yet", "orange"),
    "needs-login": (":material/key_off:", "needs a new login", "red"),
    "flagged": (":material/flag:", "stopped by the platform", "red"),
}


def render(planner: Planner) -> None:
    """Draw the list, one account, or the steps to add one."""
    chosen = session.id_in_url("account")
    if st.query_params.get("add"):
        account_add.draw(planner)
    elif chosen:
        account_detail.draw(planner, chosen)
    else:
        _list(planner)


def _list(planner: Planner) -> None:
    furniture.heading("Accounts", "Professional accounts only, each with its purpose, its time zone and its hours.")
    st.button("Add an account", type="primary", icon=":material/add:", key="accounts.add", on_click=_open_add)
    first = "Sign-ins" if st.query_params.get("show") == "sign-ins" else None
    accounts, logins = st.tabs(["Accounts", "Sign-ins"], key="accounts.tabs", on_change="rerun", default=first)
    if accounts.open:
        with accounts:
            _cards(planner)
    if logins.open:
        with logins:
            account_logins.draw(planner)


def _cards(planner: Planner) -> None:
    found = planner.accounts.all()
    if not found:
        furniture.empty("No account yet. Add the one your practice or organization speaks from; it takes about five minutes.")
    for account in found:
        _card(planner, account)


def _card(planner: Planner, account: Account) -> None:
    info = planner.platforms.info(account.platform)
    with st.container(border=True, key=f"row-account-{account.id}"):
        name, state, act = st.columns([5, 3, 2], vertical_alignment="center")
        with name.container(gap="xxsmall"):
            st.subheader(session.plain(account.handle), anchor=False)
            st.caption(f"{session.plain(info.title)} · {session.plain(account.owner)} · {words.town(account.zone)}")
            st.text(account.purpose)
        with state.container(gap="xxsmall"):
            if account.mode == "hand" and account.health in ("ok", "untested"):
                st.badge("posted by hand", icon=":material/front_hand:", color="gray")
            else:
                badge(account)
                st.caption(f"Posted automatically{' (beta)' if info.mode == 'beta' else ''}" if account.mode == "api" else "Posted by hand")
            ending = info.ending(planner.clock.now().date())
            if account.mode == "api" and ending:
                st.caption(f":material/event_busy: {session.plain(ending)}")
            missing = open_items(account)
            if missing:
                st.caption(f":material/pending: Still missing: {', '.join(missing)}")
        act.button("Open", key=f"accounts.open.{account.id}", on_click=_open, args=(account.id,), width="stretch")


def badge(account: Account) -> None:
    """Draw an account's state as icon and word."""
    icon, word, color = HEALTH[account.health]
    st.badge(word, icon=icon, color=color)  # type: ignore[arg-type]  # one of ours above


def _open(account_id: str) -> None:
    st.query_params["account"] = account_id


def _open_add() -> None:
    st.query_params["add"] = "1"
