"""The audit trail: who did what when."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from planner.domain.outside import OUTSIDE
from planner.services.trail import PAGE
from planner.ui import furniture, session, words

if TYPE_CHECKING:
    from planner.services.house import Planner

_ID = 8


def render(planner: Planner) -> None:
    """Draw one page of the log with its filters, and the whole as a table to take along."""
    furniture.heading("Audit trail", "Who did what when. Nothing can change it, and no word of a draft stands in it.")
    acting = session.actor(planner)
    names = {member.id: member.name for member in planner.workspace.members()}
    what, who, when = st.columns(3)
    actions = what.multiselect("What", planner.trail.actions(), key="trail.what", placeholder="Everything", on_change=_first)
    person = who.selectbox(
        "Who", ["", *names], format_func=lambda key: session.option(names.get(key, "Everybody")), key="trail.who", on_change=_first
    )
    day = when.date_input("Since", None, key="trail.since", on_change=_first)
    since = datetime.combine(day, time(), UTC) if day else None
    before = session.id_in_url("before")
    events = planner.trail.page(acting, actions=actions, person=person, since=since, before=before)
    if not events:
        furniture.empty("Nothing of that kind has been logged.")
        return
    rows = [
        (words.moment(one.at, "UTC"), names.get(one.actor, _outside(one.actor)), one.action, _short(one.subject), _told(dict(one.details)))
        for one in events
    ]
    st.table(pd.DataFrame(rows, columns=["when", "who", "what", "where", "details"]), hide_index=True, alt="Audit events, the newest first")
    older, table = st.columns(2)
    if len(events) == PAGE:
        older.button("Older", icon=":material/arrow_forward:", key="trail.older", on_click=_older, args=(events[-1].id,))
    table.download_button(
        "All of it as CSV", planner.trail.as_csv(acting, actions=actions, person=person, since=since), file_name="audit.csv", mime="text/csv",
        icon=":material/download:",
    )  # fmt: skip


def _short(subject: str) -> str:
    """Return what an event is about with the beginning of its id: enough to tell two apart; the table to take along has it whole."""
    kind, _, key = subject.partition(":")
    return f"{kind} {key[:_ID]}".strip()


def _outside(actor: str) -> str:
    """Return how somebody without a seat is called; the typed name stands in the details."""
    return "a reviewer outside" if actor.startswith(OUTSIDE) else actor


def _told(details: dict[str, str]) -> str:
    return "; ".join(f"{key}: {value}" for key, value in sorted(details.items()) if value)


def _first() -> None:
    """Another filter begins at the newest event again."""
    st.query_params.pop("before", None)


def _older(last: str) -> None:
    st.query_params["before"] = last
