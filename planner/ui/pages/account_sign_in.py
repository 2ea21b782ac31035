"""Signing an account in through the browser, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from planner.ui import session

if TYPE_CHECKING:
    from connectors.registry import PlatformInfo
    from planner.domain.account import Account
    from planner.services.house import Planner

_ADDRESS = "sign-in.address"


def draw(planner: Planner, account: Account, info: PlatformInfo) -> None:
    """Draw what has to be filled in, then the way to the platform's own page."""
    with st.container(border=True):
        st.header("Sign in through the browser", anchor=False)
        if any(one.name == "client_id" for one in info.sign_in_fields):
            st.caption("The platform's developer page asks for a redirect address. Give it exactly this one:")
            st.code(planner.sign_ins.redirect_uri, language=None, wrap_lines=True)
        with st.form("account.sign-in", border=False):
            for field in info.sign_in_fields:
                st.text_input(
                    session.plain(field.label), value="" if field.secret else account.settings.get(field.name) or field.default,
                    type="password" if field.secret else "default", key=f"sign-in.{field.name}", help=session.plain(field.help) or None,
                    autocomplete="off",
                )  # fmt: skip
            names = tuple(field.name for field in info.sign_in_fields)
            st.form_submit_button("Prepare the sign-in", type="primary", on_click=_begin, args=(planner, account.id, names))
        kept: tuple[str, str] | None = st.session_state.get(_ADDRESS)
        if kept is not None and kept[0] == account.id:
            st.link_button(session.plain(f"Open {info.title} and allow it"), kept[1], type="primary", icon=":material/open_in_new:")
            st.caption(
                "It opens in a new tab, where you are asked to allow Discreet. Come back here afterwards; the way is open for 10 minutes."
            )


def _begin(planner: Planner, account_id: str, names: tuple[str, ...]) -> None:
    values = {name: st.session_state.get(f"sign-in.{name}") or "" for name in names}
    address = session.attempt(lambda: planner.sign_ins.begin(session.actor(planner), account_id, values))
    if address is None:
        st.session_state.pop(_ADDRESS, None)
    else:
        st.session_state[_ADDRESS] = (account_id, address)
