"""Import and export: posts from a table with a preview, posts as a table, and the whole workspace out and in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from planner.domain import intake
from planner.domain.errors import Invalid
from planner.ui import furniture, session, words

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.domain.intake import Sheet
    from planner.services.house import Planner
    from planner.services.imports import Line

OUTCOMES = {
    "draft": (":material/edit_note:", "a draft"),
    "asks": (":material/help:", "a draft that the checklist asks about"),
    "blocked": (":material/block:", "a draft that the checklist blocks"),
    "known": (":material/done:", "here already"),
    "error": (":material/error:", "not taken in"),
}
COUNTED = {
    "draft": ("draft", "drafts"),
    "asks": ("draft that the checklist asks about", "drafts that the checklist asks about"),
    "blocked": ("draft that the checklist blocks", "drafts that the checklist blocks"),
    "known": ("row here already", "rows here already"),
    "error": ("row not taken in", "rows not taken in"),
}
_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file that is prepared by one button and fetched by another."""

    key: str
    what: str
    name: str
    kind: str


_TABLE = Prepared("imports.csv", "table", "posts.csv", "text/csv")
_WORKSPACE = Prepared("imports.all", "workspace", "workspace.json", "application/json")
_NONE = ""


def render(planner: Planner) -> None:
    """Draw the way in and the ways out."""
    furniture.heading(
        "Import and export", "Every row becomes a draft and goes through the same checklist. Nothing is handed in or scheduled by itself."
    )
    st.header("Posts from a table", anchor=False)
    file = st.file_uploader("A CSV or JSON file", type=["csv", "json", "txt", "tsv"], key="imports.file", on_change=_another)
    if file is None:
        st.caption(
            "A header line, then one row a post. Needed: the words. Useful: account, title, purpose, labels, link, a key of your own."
        )
    else:
        _table(planner, file.getvalue())
    _results()
    st.header("Links and tokens", anchor=False)
    session.link("keys", "Calendar feeds and tokens", icon=":material/key:")
    st.header("Export", anchor=False)
    _out(planner)


def _table(planner: Planner, data: bytes) -> None:
    sheet = session.attempt(lambda: _read(data))
    if sheet is None:
        session.show_notice()
        return
    mapping = _mapping(sheet)
    if st.button("Look at it first", key="imports.preview", icon=":material/visibility:"):
        lines = session.attempt(lambda: planner.imports.preview(session.actor(planner), sheet, mapping))
        st.session_state["imports.lines"] = ("This is what would happen.", lines or ())
    st.button(
        f"Take in {words.count(len(sheet.rows), 'row')} as drafts", type="primary", key="imports.run", icon=":material/download_done:",
        on_click=_run, args=(planner, sheet, mapping),
    )  # fmt: skip
    session.show_notice()


def _read(data: bytes) -> Sheet:
    try:
        return intake.read(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Invalid("file", "The file is not in UTF-8. Save it again as “CSV UTF-8”, then choose it here.") from None


def _mapping(sheet: Sheet) -> dict[str, str]:
    """Draw which column means what, guessed where the names speak for themselves."""
    guess = intake.guessed(sheet.columns)
    choices = [_NONE, *sheet.columns]
    found: dict[str, str] = {}
    with st.expander("Which column is what?", expanded="text" not in guess, icon=":material/table_chart:"):
        for field, (told, _names) in intake.FIELDS.items():
            what = session.plain(told)
            chosen = st.selectbox(
                what, choices, index=choices.index(guess.get(field, _NONE)), key=f"imports.map.{field}",
                format_func=lambda name: session.option(name) if name else "not in the file",
            )  # fmt: skip
            if chosen:
                found[field] = chosen
    return found


def _run(planner: Planner, sheet: Sheet, mapping: dict[str, str]) -> None:
    lines = session.attempt(lambda: planner.imports.run(session.actor(planner), sheet, mapping))
    st.session_state["imports.lines"] = ("Done.", lines or ())


def _another() -> None:
    """What was said of one file is not said of the next."""
    st.session_state.pop("imports.lines", None)


def _results() -> None:
    lead, lines = st.session_state.get("imports.lines", ("", ()))
    if not lines:
        return
    counts = {name: sum(line.outcome == name for line in lines) for name in OUTCOMES}
    told = ", ".join(words.count(number, *COUNTED[name]) for name, number in counts.items() if number)
    st.info(session.plain(f"{lead} {told}."))
    for line in lines[:_SHOWN]:
        _line(line)
    if len(lines) > _SHOWN:
        st.caption("The first 50 rows are shown.")


def _line(line: Line) -> None:
    icon, word = OUTCOMES[line.outcome]
    with st.container(border=True):
        st.markdown(f"{icon} {word.capitalize()}, row {words.figure(line.number)}")
        st.text(line.headline)
        for problem in line.problems:
            st.caption(session.plain(problem))
        if line.post_id:
            session.link("compose", "Open the draft", icon=":material/arrow_forward:", post=line.post_id)


def _out(planner: Planner) -> None:
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("**Posts as a table.** CSV for a spreadsheet; it can be taken in again above.")
        _prepared(planner, _TABLE, lambda: planner.transfer.table(session.actor(planner), "posts"))
    with right:
        st.markdown("**The whole workspace.** One file with images, for another Discreet. Logins, keys and private notes are not in it.")
        _prepared(planner, _WORKSPACE, lambda: planner.imports.everything_out(session.actor(planner)))
        st.markdown("Take it in with `python -m planner load --everything workspace.json`, into an empty data folder.")
    session.show_notice()


def _prepared(planner: Planner, file: Prepared, make: Callable[[], str]) -> None:
    """Draw the button that prepares a file, and the one that fetches it: for whoever prepared it, until something in the workspace changes."""
    now, what = (session.actor(planner).id, planner.store.data_version()), file.what
    if st.button(f"Prepare the {what}", key=file.key):
        text = session.attempt(make)
        if text is not None:
            st.session_state[f"{file.key}.ready"] = (now, text)
    held: tuple[tuple[str, int], str] | None = st.session_state.get(f"{file.key}.ready")
    if held is None:
        return
    if held[0] == now:
        st.download_button(
            f"Download the {what}", held[1], file.name, file.kind, icon=":material/download:", key=f"{file.key}.get", on_click="ignore"
        )
        return
    del st.session_state[f"{file.key}.ready"]
    st.caption(f"Something has changed since the {what} was prepared: prepare it anew.")
