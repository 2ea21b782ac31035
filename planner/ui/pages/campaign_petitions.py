"""A campaign's petitions: what each asks for and until when, its counts as read, typed in or taken from a table, and the table back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from planner.domain.errors import Invalid
from planner.domain.petition import HAND, Petition
from planner.ui import charts, frames, furniture, session, words

if TYPE_CHECKING:
    from planner.services.campaigns import CampaignView
    from planner.services.house import Planner
    from planner.services.petitions import PetitionView

_SOURCES = {"hand": "typed in", "csv": "from a table", "api": "read"}
_BY_HAND = "By hand: I type the count in"
_SHOWN = 20


def render(planner: Planner, view: CampaignView) -> None:
    """Draw the petitions with their counts, the form of a new one, and the way in for tables."""
    found = planner.petitions.all(view.campaign.id)
    if not found:
        furniture.empty(
            "No petition yet. It needs whom it asks, what for, its link and its last day; a petition post is refused without them."
        )
    for one in found:
        _petition(planner, one)
    with st.expander("Add a petition", icon=":material/signature:"):
        _form(planner, view.campaign.id, None)
    if found:
        with st.expander("Take in a table of counts", icon=":material/upload_file:"):
            _table_in(planner)


def _form(planner: Planner, campaign: str, now: Petition | None) -> None:
    at = f".{now.id}" if now else session.turn("petition")
    sources = {HAND: _BY_HAND, **{one.name: one.title for one in planner.petitions.sources()}}
    with st.form(f"petition.form{at}", border=False):
        st.text_input("Title", now.title if now else "", key=f"petition.title{at}")
        place = furniture.side_by_side()
        next(place).text_input(
            "Whom does it ask?", now.target if now else "", key=f"petition.target{at}", placeholder="The state's health committee"
        )
        next(place).text_input("What does it ask for?", now.ask if now else "", key=f"petition.ask{at}")
        next(place).text_input("Link", now.url if now else "", key=f"petition.url{at}", placeholder="https://www.change.org/p/…")
        next(place).date_input("Last day", now.deadline if now else None, key=f"petition.deadline{at}", format="YYYY-MM-DD")
        with st.expander(
            "How it is counted (by hand, unless you say more)", icon=":material/123:", expanded=bool(now and now.source != HAND)
        ):
            next(place).selectbox(
                "Who counts?", list(sources), index=list(sources).index(now.source) if now and now.source in sources else 0,
                format_func=sources.__getitem__, key=f"petition.source{at}",
                help="A UK Parliament petition is known by its link. Sites that show their count to people only, such as Change.org, are counted by hand.",
            )  # fmt: skip
            next(place).text_input(
                "Its number or id there", now.ref if now else "", key=f"petition.ref{at}",
                help="Only where it is read. UK Parliament: the digits in its address. Action Network: five groups of letters and digits.",
            )  # fmt: skip
        st.form_submit_button("Save the petition" if now else "Add", on_click=_save, args=(planner, campaign, now))


def _petition(planner: Planner, one: PetitionView) -> None:
    petition = one.petition
    with st.container(border=True):
        st.subheader(session.plain(petition.title), anchor=False)
        st.text(_count_words(planner, one))
        if petition.deadline:
            st.caption(session.plain(_until(planner, petition)))
        if one.open_items:
            st.text(f"Still missing: {', '.join(one.open_items)}.")
        if one.problem:
            st.markdown(f":material/sync_problem: {session.plain(one.problem)}")
        if len(one.counts) > 1:
            furniture.chart(charts.signatures(frames.signatures(one.counts)), key=f"petition.chart.{petition.id}")
        if petition.source == HAND:
            _type_in(planner, petition)
        with st.container(horizontal=True):
            if petition.source != HAND:
                st.button(
                    "Read now", key=f"petition.read.{petition.id}", icon=":material/refresh:", on_click=_read, args=(planner, petition.id)
                )
            with st.popover("Change", key=f"petition.change.{petition.id}"):
                _form(planner, petition.campaign, petition)
            if any(count.count is not None for count in one.counts):
                st.download_button(
                    "Counts as CSV", planner.petition_tables.table(session.actor(planner), petition.id), "signatures.csv", "text/csv",
                    key=f"petition.csv.{petition.id}", icon=":material/download:",
                )  # fmt: skip
            _key(planner, petition)


def _count_words(planner: Planner, one: PetitionView) -> str:
    """Return the last number with its source and age; a count that nobody could read is missing, never 0."""
    last, now = one.latest, planner.clock.now()
    if last is None or last.count is None:
        if not one.looked_at:
            return "No count yet"
        looked = f", last look {words.ago(one.looked_at, now)}" if one.looked_at else ""
        return f"Signatures {words.NOT_REPORTED}{looked}"
    return f"{last.count:,} signatures, {_SOURCES[last.source]} {words.ago(last.as_of, now)}"


def _until(planner: Planner, petition: Petition) -> str:
    day = petition.deadline
    if day is None:
        return ""
    left = (day - planner.clock.now().date()).days
    told = "its last day is today" if left == 0 else f"{words.count(left, 'day')} left" if left > 0 else "its time is over"
    return f"Until {words.day(day, year=True)}: {told}"


def _type_in(planner: Planner, petition: Petition) -> None:
    with st.form(f"petition.count.{petition.id}", border=False):
        left, right = st.columns([2, 3], vertical_alignment="bottom")
        left.number_input("Signatures now", 0, 10**9, None, key=f"petition.number.{petition.id}")
        right.checkbox("It is right although it is lower than before", key=f"petition.sure.{petition.id}")
        st.form_submit_button("Keep the count", on_click=_count, args=(planner, petition.id))


def _key(planner: Planner, petition: Petition) -> None:
    """Draw the way to enter a source's key, where it asks for one."""
    info = next((one for one in planner.petitions.sources() if one.name == petition.source), None)
    if info is None or not info.needs_key:
        return
    with st.popover("Key", key=f"petition.key.{petition.id}", icon=":material/key:"):
        furniture.shipped(info.setup)
        with st.form(f"petition.key.form.{petition.id}", border=False, clear_on_submit=True):
            st.text_input("Key of your group", type="password", key=f"petition.key.value.{petition.id}", autocomplete="off")
            st.caption("Stored encrypted on this computer, and never shown again. It holds for every petition that is read there.")
            st.form_submit_button("Keep the key", on_click=_set_key, args=(planner, petition))


def _table_in(planner: Planner) -> None:
    """Draw the upload, then every row with what is wrong or odd about it, then the button that stores all or nothing."""
    st.caption(
        "A first line with petition,count,as_of and, if you like, source_url; then a line for each count. Rows without a count are left out."
    )
    file = st.file_uploader("A CSV file of counts", type=["csv"], key="petition.table")
    if file is None:
        return
    text = session.attempt(lambda: _text(file.getvalue()))
    rows = session.attempt(lambda: planner.petition_tables.preview(session.actor(planner), text)) if text is not None else None
    if text is None or rows is None:
        session.show_notice()
        return
    for row in [row for row in rows if row.error][:_SHOWN]:
        st.text(f"Line {row.line}: {row.error}")
    odd = [row for row in rows if row.question and not row.error]
    for row in odd:
        st.checkbox(session.plain(f"Line {row.line}: {row.question} Yes, it is right."), key=f"petition.row.{row.line}")
    if any(row.error for row in rows):
        st.markdown(":material/block: Nothing can be taken in until these lines are mended in the file.")
        return
    st.button(
        f"Take in {words.count(len(rows), 'count')}", type="primary", key="petition.table.store", on_click=_store,
        args=(planner, text, tuple(row.line for row in odd)),
    )  # fmt: skip


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid("file", "The file is not in UTF-8. Save it again as “CSV UTF-8”, then choose it here.") from None


def _store(planner: Planner, text: str, odd: tuple[int, ...]) -> None:
    sure = frozenset(line for line in odd if st.session_state.get(f"petition.row.{line}"))
    stored = session.attempt(lambda: planner.petition_tables.store(session.actor(planner), text, sure))
    if stored is not None:
        session.tell("success", f"{words.count(stored, 'count')} taken in.")


def _save(planner: Planner, campaign: str, now: Petition | None) -> None:
    at = f".{now.id}" if now else session.turn("petition")
    got = {name: st.session_state[f"petition.{name}{at}"] for name in ("title", "target", "ask", "url", "deadline", "source", "ref")}
    if now:
        session.attempt(lambda: planner.petitions.update(session.actor(planner), replace(now, **got)), "Saved.")
        return
    fresh = Petition(id="", created_by="", created_at=planner.clock.now(), campaign=campaign, **got)
    session.attempt(lambda: planner.petitions.add(session.actor(planner), fresh), "The petition is stored.", form="petition")


def _count(planner: Planner, petition_id: str) -> None:
    number, sure = st.session_state[f"petition.number.{petition_id}"], st.session_state[f"petition.sure.{petition_id}"]
    if number is None:
        session.tell("error", "Type the number of signatures first.")
        return
    session.attempt(lambda: planner.petitions.enter(session.actor(planner), petition_id, int(number), sure=sure), "The count is kept.")


def _read(planner: Planner, petition_id: str) -> None:
    view = session.attempt(lambda: planner.petitions.look(session.actor(planner), petition_id))
    if view is None:
        return
    if view.problem:
        session.tell("error", f"No new count: {view.problem}")
    else:
        session.tell("success", f"Read: {_count_words(planner, view)}.")


def _set_key(planner: Planner, petition: Petition) -> None:
    key = st.session_state[f"petition.key.value.{petition.id}"] or ""
    session.attempt(
        lambda: planner.petitions.set_key(session.actor(planner), petition.source, key),
        "The key is kept." if key.strip() else "The key is forgotten.",
    )
