"""The content bank's forms: a new or changed item, and the day of a check."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from planner.domain.library import FIELDS, Item
from planner.ui import session

if TYPE_CHECKING:
    from planner.domain.library import Kind
    from planner.services.house import Planner

EDITED = "library.edited"
_PURPOSES = {"educate": "Educate", "thank": "Thank", "story": "Tell a story", "ask": "Ask for something"}
_TEXT = {
    "app": "What it does, in a sentence",
    "service": "What it offers, in a sentence",
    "resource": "What one finds there, in a sentence",
}


def form(planner: Planner, kind: Kind, item: Item | None) -> None:
    """Draw the form for a new item of this kind, or for changing one."""
    at = item or Item("", kind, "", "")
    label = _TEXT.get(kind, "Words")
    with st.form(f"library.form.{kind}.{at.id}", border=False):
        st.text_input("Name", at.title, key="item.title")
        st.text_area(label, at.text, key="item.text", height=120)
        for name, told in FIELDS[kind].items():
            what = session.plain(told[0].upper() + told[1:])
            st.text_input(what, at.fields.get(name, ""), key=f"item.field.{name}")
        left, right = st.columns(2)
        left.text_input("Source: who stands behind it", at.source, key="item.source")
        purposes = list(_PURPOSES)
        right.selectbox("Purpose", purposes, index=purposes.index(at.purpose), format_func=_PURPOSES.__getitem__, key="item.purpose")
        st.form_submit_button("Keep it", type="primary", on_click=_keep, args=(planner, at))
    if at.id:
        st.button("Back without a change", key="library.back", on_click=_close, icon=":material/arrow_back:")


def edit(item_id: str) -> None:
    """Open the form on one item."""
    st.session_state[EDITED] = item_id


def check(planner: Planner, item: Item) -> None:
    """Draw the small form that notes a check."""
    with st.form(f"library.check.{item.id}", border=False):
        st.date_input("Looked at on", planner.clock.now().date(), key=f"checked.day.{item.id}", format="YYYY-MM-DD")
        st.radio(
            "Is it still what it says?",
            ["yes", "no"],
            format_func={"yes": "Yes", "no": "No, or it does not open"}.__getitem__,
            key=f"checked.ok.{item.id}",
        )
        st.form_submit_button("Note the check", on_click=_checked, args=(planner, item.id))


def _checked(planner: Planner, item_id: str) -> None:
    day, works = st.session_state[f"checked.day.{item_id}"], st.session_state[f"checked.ok.{item_id}"] == "yes"
    session.attempt(lambda: planner.library.checked(session.actor(planner), item_id, day, works=works), "Noted.")


def _keep(planner: Planner, at: Item) -> None:
    got = st.session_state
    fields = {**at.fields, **{name: got.get(f"item.field.{name}") or "" for name in FIELDS[at.kind]}}
    today = planner.clock.now().date()
    item = replace(
        at,
        title=got["item.title"] or "",
        text=got["item.text"] or "",
        source=got["item.source"] or "",
        purpose=got["item.purpose"],
        type={"quote": "quote", "resource": "resource", "service": "resource"}.get(at.kind, at.type),  # type: ignore[arg-type]  # post types
        fields=fields,
        checked_on=today,
        review_on=None,
        dead=False,
    )
    if session.attempt(lambda: planner.library.put(session.actor(planner), item), "Kept in the content bank, checked today.") is not None:
        _close()


def _close() -> None:
    st.session_state.pop(EDITED, None)
