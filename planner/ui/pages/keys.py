"""Links and tokens: secret links to calendar feeds, and tokens for the HTTP interface."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from planner.domain.access import SCOPES
from planner.ui import furniture, records, session, words

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.domain.access import AccessKey
    from planner.services.house import Planner

_SCOPES = {
    "check": "Check texts",
    "read": "Read posts and deliveries",
    "write": "Write drafts",
    "schedule": "Schedule what is approved",
    "hold": "Hold, and lift holds",
}
_FRESH = "keys.fresh"
_ALL = ""


def render(planner: Planner) -> None:
    """Draw both, and what was made by the last click, once."""
    furniture.heading("Links and tokens", "For calendar programs and for programs of your own. Each can be taken back at any time.")
    fresh = st.session_state.pop(_FRESH, None)
    if fresh is not None:
        st.success("Copy it now: it is shown once, and only a digest of it is kept.", icon=":material/key:")
        st.code(fresh, language=None, wrap_lines=True)
    st.header("Calendar feeds", anchor=False)
    st.caption(
        "A secret link that calendar programs read. It tells titles and times; texts only if you say so. Whoever has the link can read it."
    )
    _listed(planner, planner.access.keys(session.actor(planner), "feed"))
    _feed(planner)
    st.header("Tokens for the HTTP interface", anchor=False)
    st.caption("A token acts as you, at most as far as its scopes and your role go. docs/api.md shows what it can do.")
    _listed(planner, planner.access.keys(session.actor(planner), "api"))
    _token(planner)


def _listed(planner: Planner, keys: tuple[AccessKey, ...]) -> None:
    now = planner.clock.now()
    for key in keys:
        line, act = st.columns([6, 1.6], vertical_alignment="center")
        used = f"last used {words.ago(key.used_at, now)}" if key.used_at else "never used"
        told = [key.name, *(_SCOPES[scope].lower() for scope in key.scopes), *(["with texts"] if key.full_text else []), used]
        line.text(" · ".join(told))
        with act:
            furniture.confirm("Take back", "It opens nothing any more, from this moment.", _revoker(planner, key.id), key=f"key.{key.id}")


def _revoker(planner: Planner, key_id: str) -> Callable[[], None]:
    def act() -> None:
        session.attempt(lambda: planner.access.revoke(session.actor(planner), key_id) or True, "Taken back.")  # type: ignore[func-returns-value]  # attempt wants a result

    return act


def _feed(planner: Planner) -> None:
    names = {account.id: records.title(planner, account) for account in planner.accounts.all()}
    with st.form("keys.feed", border=True, clear_on_submit=True):
        left, right = st.columns(2)
        left.text_input("For whom or what?", key="feed.name", placeholder="Partners of the autumn campaign")
        right.selectbox(
            "Which posts?",
            [_ALL, *names],
            format_func=lambda key: session.option(names[key]) if key else "All accounts",
            key="feed.account",
        )
        st.checkbox("Tell the texts too", key="feed.text")
        st.form_submit_button("Make a link", on_click=_make_feed, args=(planner,))


def _make_feed(planner: Planner) -> None:
    got = st.session_state
    name, account, full = got["feed.name"] or "", got["feed.account"], got["feed.text"]
    made = session.attempt(lambda: planner.access.make_feed(session.actor(planner), name, account, full_text=full))
    if made is not None:
        st.session_state[_FRESH] = f"{planner.settings.public_url}/feeds/{made[1]}.ics"


def _token(planner: Planner) -> None:
    with st.form("keys.token", border=True, clear_on_submit=True):
        st.text_input("What is it for?", key="token.name", placeholder="The office's spreadsheet")
        st.multiselect("What may it do?", SCOPES, format_func=_SCOPES.__getitem__, key="token.scopes")
        st.form_submit_button("Make a token", on_click=_make_token, args=(planner,))


def _make_token(planner: Planner) -> None:
    name, scopes = st.session_state["token.name"] or "", st.session_state["token.scopes"]
    made = session.attempt(lambda: planner.access.make_token(session.actor(planner), name, scopes))
    if made is not None:
        st.session_state[_FRESH] = made[1]
