"""Taking down or correcting what is out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from planner.domain.people import ALLOWED
from planner.ui import session, words

if TYPE_CHECKING:
    from planner.services.house import Planner
    from planner.services.takedown import TakeDown
    from planner.ui.records import Record


def draw(planner: Planner, found: Record) -> None:
    """Draw what the record says of a take-down, and the two ways: take it down here, correct it everywhere."""
    item, acting = found.delivery, session.actor(planner)
    if item.state not in ("sent", "unconfirmed"):
        return
    taken = planner.take_downs.taken(item.id)
    if taken is not None:
        state = "Taken down" if taken.complete else "To be taken down, not all of it is gone yet"
        st.info(session.plain(f"{state}: {words.moment(taken.at, item.zone)}, by {taken.by}. {taken.reason}"), icon=":material/delete:")
    with st.expander("Take it down, or correct it", icon=":material/edit_off:"):
        st.caption(session.plain(planner.take_downs.words["remain"]))
        if "publish" in ALLOWED[acting.role]:
            with st.form("take-down", border=False):
                st.text_input("Why? Kept with the post", key=f"take-down.why.{item.id}")
                st.form_submit_button("Take it down", icon=":material/delete:", on_click=_take_down, args=(planner, item.id))
        if "write" in ALLOWED[acting.role] and st.button(
            "Write a correction for every account that carried it", key="take-down.correct", icon=":material/edit_note:"
        ):
            made = session.attempt(lambda: planner.take_downs.correct(acting, found.post.id))
            if made is not None:
                session.go("compose", post=made.id)


def _take_down(planner: Planner, delivery_id: str) -> None:
    reason = st.session_state[f"take-down.why.{delivery_id}"]
    done = session.attempt(lambda: planner.take_downs.take_down(session.actor(planner), delivery_id, reason or ""))
    if done is not None:
        session.tell("error" if done.problem else "success", outcome(done))


def outcome(done: TakeDown) -> str:
    """Return what became of it, in plain words."""
    parts = [f"{words.count(done.deleted, 'post')} deleted on the platform."] if done.deleted else []
    if done.problem:
        parts.append(f"The rest was not deleted: {done.problem}")
    if done.by_hand:
        parts.append(f"Take this down by hand: {', '.join(done.by_hand)}")
    return " ".join(parts) or "Nothing of it is known to the platform. Take it down by hand where you posted it."
