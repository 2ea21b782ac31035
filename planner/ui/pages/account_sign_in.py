"""Signing an account in through the browser, step by step, and choosing what it posts as."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from connectors.facts import TOLD
from planner.ui import session

if TYPE_CHECKING:
    from connectors.facts import CredentialField
    from connectors.registry import PlatformInfo
    from connectors.sign_in import Offer
    from planner.domain.account import Account
    from planner.services.house import Planner

_ADDRESS = "sign-in.address"


def field_of(field: CredentialField, key: str, known: str) -> None:
    """Draw one field of a login: a switch for a yes, else a line, hidden when it is a secret."""
    if field.yes:
        st.toggle(session.plain(field.label), known == "yes", key=key, help=session.plain(field.help) or None)
        return
    st.text_input(
        session.plain(field.label), value=known, type="password" if field.secret else "default", key=key, help=session.plain(field.help) or None,
        autocomplete="off",
    )  # fmt: skip


def value_of(key: str) -> str:
    """Return what stands in a field of a login: its words, or yes for a switch that is on."""
    value = st.session_state.get(key)
    return ("yes" if value else "") if isinstance(value, bool) else value or ""


def known(account: Account, field: CredentialField) -> str:
    """Return what stands in a login field at first: what the account says of itself anyway, else the usual; never a secret."""
    return "" if field.secret else account.settings.get(field.name) or account.settings.get(f"{TOLD}{field.name}") or field.default


def choice(planner: Planner, account: Account, info: PlatformInfo) -> None:
    """Draw the choice that a sign-in waits for, if there is one."""
    offers = {one.key: one for one in planner.sign_ins.choices(account.id)}
    if not offers:
        return
    with st.container(border=True):
        st.header(session.plain(f"Choose the {info.chooses}"), anchor=False)
        st.caption("This sign-in reaches more than one. Discreet posts to the one that you choose here, and to no other.")
        with st.form("account.choice", border=False):
            st.radio(
                session.plain(info.chooses.capitalize()), list(offers), index=None, format_func=lambda key: session.plain(offers[key].title),
                captions=[session.plain(one.note) for one in offers.values()], key="sign-in.choice", label_visibility="collapsed",
            )  # fmt: skip
            st.form_submit_button("Connect this one", type="primary", on_click=_choose, args=(planner, account.id, offers))


def draw(planner: Planner, account: Account, info: PlatformInfo) -> None:
    """Draw what has to be filled in, then the way to the platform's own page."""
    with st.container(border=True):
        st.header("Sign in through the browser", anchor=False)
        if any(one.name == "client_id" for one in info.sign_in_fields):
            st.caption("The platform's developer page asks for a redirect address. Give it exactly this one:")
            st.code(planner.sign_ins.redirect_uri, language=None, wrap_lines=True)
        with st.form("account.sign-in", border=False):
            for field in info.sign_in_fields:
                field_of(field, f"sign-in.{field.name}", known(account, field))
            names = tuple(field.name for field in info.sign_in_fields)
            st.form_submit_button("Prepare the sign-in", type="primary", on_click=_begin, args=(planner, account.id, names))
        kept: tuple[str, str] | None = st.session_state.get(_ADDRESS)
        if kept is not None and kept[0] == account.id:
            st.link_button(session.plain(f"Open {info.title} and allow it"), kept[1], type="primary", icon=":material/open_in_new:")
            st.caption(
                "It opens in a new tab, where you are asked to allow Discreet. Come back here afterwards; the way is open for 10 minutes."
            )
            if info.chooses:
                st.caption(session.plain(f"Then choose the {info.chooses} here."))


def _begin(planner: Planner, account_id: str, names: tuple[str, ...]) -> None:
    values = {name: value_of(f"sign-in.{name}") for name in names}
    address = session.attempt(lambda: planner.sign_ins.begin(session.actor(planner), account_id, values))
    if address is None:
        st.session_state.pop(_ADDRESS, None)
    else:
        st.session_state[_ADDRESS] = (account_id, address)


def _choose(planner: Planner, account_id: str, offers: dict[str, Offer]) -> None:
    key = st.session_state["sign-in.choice"] or ""
    done = session.attempt(lambda: planner.sign_ins.choose(session.actor(planner), account_id, key))
    if done is not None:
        st.session_state.pop(_ADDRESS, None)
        session.tell("success", f"Connected as {done.handle or offers[key].title}. Nothing was posted.")
