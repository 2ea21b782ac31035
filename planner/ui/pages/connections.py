"""Connections: what grew out of the posts, in notes about professional contacts and organizations."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import streamlit as st

from planner.domain.connection import PLACES, STAGES, ConnectionNote
from planner.ui import charts, furniture, records, session, words

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.domain.account import Account
    from planner.services.house import Planner
    from planner.services.insights import PostFigures

STAGE_WORDS = {
    "contact": "Contact: we noticed each other",
    "exchange": "Exchange: we wrote or talked",
    "relationship": "Relationship: we keep in touch",
    "partnership": "Partnership: we do something together",
}
PLACE_WORDS = {"online": "Online", "meeting": "Meeting", "call": "Call", "referral": "Referral", "event": "Event"}
_SHOWN = 50
_LOOKS = (7, 30, 180)
_READ = "connections.read"
_FIELDS = ("account", "day", "who", "text", "stage", "place", "next", "post")


def render(planner: Planner) -> None:
    """Draw the form, the stages, and the notes."""
    furniture.heading(
        "Connections",
        "Professional contacts and organizations only. Clients are never written about here; each note is checked like a post.",
    )
    every = {account.id: account for account in planner.accounts.all()}
    if not every:
        furniture.empty(
            "Here stands who noticed you and what came of it: a school counselor who asked for the handout, a library that shared it. "
            "A note belongs to an account, so add one first.",
            to="accounts", label="Add an account",
        )  # fmt: skip
        return
    left, right = st.columns([3, 2], gap="large")
    with left:
        _form(planner, every)
    with right:
        counts = planner.connections.stages()
        st.subheader("Where contacts stand", anchor=False)
        if any(counts.values()):
            furniture.chart(charts.stages({str(stage): number for stage, number in counts.items()}), key="connections.stages")
        else:
            st.caption("From a contact to an exchange, a relationship, a partnership: the first note starts the picture.")
    st.header("Notes", anchor=False)
    _notes(planner, every)


def _form(planner: Planner, every: dict[str, Account]) -> None:
    posts = _recent_posts(planner)
    with st.form("connections.form", border=True):
        st.subheader("A new note", anchor=False)
        st.text_input("Who? (a professional or an organization)", key="note.who", placeholder="School counselor, Lincoln Middle School")
        st.text_area("What happened?", key="note.text", height=100, placeholder="Asked for the grounding handout for her classroom.")
        place = furniture.side_by_side()
        next(place).selectbox("How far has it come?", STAGES, format_func=STAGE_WORDS.__getitem__, key="note.stage")
        next(place).selectbox("Where?", PLACES, format_func=PLACE_WORDS.__getitem__, key="note.place")
        today = words.local_now(planner.clock.now(), next(iter(every.values())).zone).date()
        when, account = st.columns([2, 3])
        when.date_input("When?", today, key="note.day", format="YYYY-MM-DD")
        account.selectbox(
            "Account", list(every), format_func=lambda key: session.option(records.title(planner, every[key])), key="note.account"
        )
        st.selectbox(
            "After which post? (optional)", list(posts), index=None, format_func=lambda key: session.option(posts[key]), key="note.post"
        )
        st.text_input("Next step (optional)", key="note.next", placeholder="Send the Spanish version in January")
        for line in st.session_state.get(_READ, ()):
            st.caption(f":material/visibility: {session.plain(line)}")
        st.checkbox("This is about a professional or an organization, nobody we serve", key="note.sure")
        st.form_submit_button("Save the note", type="primary", on_click=_store, args=(planner,))


def _recent_posts(planner: Planner) -> dict[str, str]:
    now = planner.clock.now()
    rows: tuple[PostFigures, ...] = ()
    for days in _LOOKS:  # a busy account fills the list with its last week; half a year of it would make everybody wait
        rows = planner.insights.posts(now - timedelta(days=days), now)
        if len(rows) >= _SHOWN:
            break
    return {row.delivery.id: f"{words.day(row.delivery.due_at.date())}: {row.headline}" for row in reversed(rows[-_SHOWN:])}


def _store(planner: Planner) -> None:
    got = {name: st.session_state[f"note.{name}"] for name in _FIELDS}
    note = ConnectionNote(
        id="",
        account_id=got["account"],
        day=got["day"],
        who=got["who"].strip(),
        text=got["text"].strip(),
        stage=got["stage"],
        place=got["place"],
        by="",
        at=planner.clock.now(),
        next_step=got["next"].strip(),
        delivery_id=got["post"],
    )
    sure = bool(st.session_state["note.sure"])
    if session.attempt(lambda: planner.connections.note(session.actor(planner), note, sure=sure), "The note is stored.") is None:
        st.session_state[_READ] = session.attempt(lambda: planner.connections.concerns(note)) or ()
        return
    st.session_state[_READ] = ()
    st.session_state["note.sure"] = False
    for name in ("who", "text", "next"):
        st.session_state[f"note.{name}"] = ""


def _notes(planner: Planner, every: dict[str, Account]) -> None:
    found = planner.connections.all()
    if not found:
        furniture.empty("No note yet. After the next conversation that a post led to, write one sentence here.")
    for note in reversed(found[-_SHOWN:]):
        with st.container(border=True):
            line, act = st.columns([8, 1.2], vertical_alignment="top")
            with line:
                title = records.title(planner, every[note.account_id]) if note.account_id in every else "an account that was put away"
                st.caption(
                    session.plain(
                        f"{words.day(note.day, year=True)} · {note.stage} · {PLACE_WORDS[note.place]} · {title}{' · demo' if note.demo else ''}"
                    )
                )
                st.text(f"{note.who}: {note.text}")
                if note.next_step:
                    st.text(f"Next: {note.next_step}")
            with act:
                furniture.confirm("Delete", "This note is deleted for good.", _deleter(planner, note.id), key=f"note.delete.{note.id}")


def _deleter(planner: Planner, note_id: str) -> Callable[[], None]:
    def act() -> None:
        session.attempt(lambda: planner.connections.delete(session.actor(planner), note_id), "The note has been deleted.")

    return act
