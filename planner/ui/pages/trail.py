"""The audit trail: who did what when."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

import streamlit as st

from planner.domain.outside import OUTSIDE
from planner.services.trail import PAGE
from planner.ui import furniture, records, session, words

if TYPE_CHECKING:
    from planner.services.house import Planner

_ID = 8
_PRINTS = ("digest", "void")
_NAMES = {"wall": "time"}
_KINDS = {
    "bank": "Content bank", "cutdown": "Short post", "key": "Link or token", "media": "Image", "member": "Person", "metrics": "Figures",
    "note": "Connection note", "outside": "Reviewer outside", "override": "Exception", "second-reader": "Second reader", "stories": "Stories",
}  # fmt: skip
_VERBS = {
    "add": "added", "again": "begun again", "aim": "aim set", "archive": "put away", "ask": "asked", "basis": "basis named", "cancel": "cancelled",
    "check": "checked", "connect": "connected", "correct": "corrected", "count": "count entered", "delete": "deleted", "draft": "drafted",
    "drop": "taken out", "edit": "changed", "enter": "typed in", "fits": "confirmed", "hold": "held", "key": "key entered", "lift": "hold lifted",
    "make": "made", "move": "moved", "off": "switched off", "on": "switched on", "pause": "paused", "put": "saved", "read": "has read",
    "resume": "went on", "return": "sent back", "revoke": "taken back", "schedule": "scheduled", "stale": "no longer approved",
    "start": "started", "stop": "ended", "submit": "handed in", "table": "table taken in", "take-down": "taken down",
    "taken-down": "taken down by hand", "update": "changed", "waive": "description left out", "withdraw": "withdrawn",
}  # fmt: skip
"""How what happened is called on the page; the table to take along keeps the names of the log."""


def render(planner: Planner) -> None:
    """Draw one page of the log with its filters, and the whole as a table to take along."""
    furniture.heading("Audit trail", "Who did what when. Nothing can change it, and no word of a draft stands in it.")
    acting = session.actor(planner)
    names = {member.id: member.name for member in planner.workspace.members()}
    what, who, when = st.columns(3)
    actions = what.multiselect(
        "What", planner.trail.actions(), format_func=named, key="trail.what", placeholder="Everything", on_change=_first
    )
    person = who.selectbox(
        "Who", ["", *names], format_func=lambda key: session.option(names.get(key, "Everybody")), key="trail.who", on_change=_first
    )
    day = when.date_input("Since", None, key="trail.since", format="YYYY-MM-DD", on_change=_first)
    since = datetime.combine(day, time(), UTC) if day else None
    before = session.id_in_url("before")
    events = planner.trail.page(acting, actions=actions, person=person, since=since, before=before)
    if not events:
        furniture.empty("Nothing of that kind has been logged.")
        return
    accounts = {account.id: records.title(planner, account) for account in planner.accounts.all()}
    rows = [
        [
            words.moment(one.at, "UTC"),
            names.get(one.actor, _outside(one.actor)),
            named(one.action),
            "; ".join(part for part in (_short(one.subject), _told(dict(one.details), accounts)) if part),
        ]
        for one in events
    ]
    with st.container(key="audit-rows"):
        furniture.table(planner.transfer.without_names(rows), ["When", "Who", "What", "Details"], alt="Audit events, the newest first")
    older, table = st.columns(2)
    if len(events) == PAGE:
        older.button("Older", icon=":material/arrow_forward:", key="trail.older", on_click=_older, args=(events[-1].id,))
    table.download_button(
        "All of it as CSV", planner.trail.as_csv(acting, actions=actions, person=person, since=since), file_name="audit.csv", mime="text/csv",
        icon=":material/download:",
    )  # fmt: skip


def named(action: str) -> str:
    """Return how people call what happened: `post.submit` -> Post: handed in."""
    kind, _, verb = action.partition(".")
    what = _KINDS.get(kind, kind.replace("-", " ").capitalize())
    return f"{what}: {_VERBS.get(verb, verb.replace('-', ' '))}" if verb else what


def _short(subject: str) -> str:
    """Return what an event is about with the beginning of its id: enough to tell two apart; the table to take along has it whole."""
    kind, _, key = subject.partition(":")
    return f"{kind} {key[:_ID]}".strip()


def _outside(actor: str) -> str:
    """Return how somebody without a seat is called; the typed name stands in the details."""
    return "a reviewer outside" if actor.startswith(OUTSIDE) else actor


def _told(details: dict[str, str], accounts: dict[str, str]) -> str:
    """Return the details in words: accounts by their names, times as everywhere, fingerprints left to the table to take along."""
    return "; ".join(
        f"{_NAMES.get(key, key)}: {_value(value, accounts)}" for key, value in sorted(details.items()) if value and key not in _PRINTS
    )


def _value(value: str, accounts: dict[str, str]) -> str:
    if value in accounts:
        return accounts[value]
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return value if " " in value else value.replace(",", ", ")
    if at.tzinfo:
        return words.moment(at, "UTC", year=True)
    return f"{words.day(at.date(), year=True)}, {at:%H:%M}" if "T" in value else value


def _first() -> None:
    """Another filter begins at the newest event again."""
    st.query_params.pop("before", None)


def _older(last: str) -> None:
    st.query_params["before"] = last
