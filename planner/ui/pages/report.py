"""The monthly report: people first, one page, made to be printed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import streamlit as st

from planner.ui import furniture, records, session, words

if TYPE_CHECKING:
    from planner.services.house import Planner
    from planner.services.report import AccountMonth, Month

_MONTHS = 12
# Only for paper: what a reader cannot click is left out.
_PRINT = """<style>@media print {
[data-testid="stSidebar"], [data-testid="stHeader"], [data-testid="stToolbar"], [data-testid="stSelectbox"], [data-testid="stAlert"] { display: none !important; }
[data-testid="stMainBlockContainer"] { padding: 0; max-width: none; }
[data-testid="stHeading"] { break-after: avoid; }
}</style>"""


def render(planner: Planner) -> None:
    """Draw one month."""
    st.html(_PRINT)
    furniture.heading("Monthly report", "People first, counts second. To keep it or pass it on, print this page (Ctrl+P).")
    months = _months(planner.clock.now().date())
    chosen = session.choice_in_url("month", months, months[0])
    st.selectbox("Month", months, index=months.index(chosen), format_func=_named, key="report.month", on_change=_choose)
    month = planner.reports.month(session.actor(planner), chosen)
    st.header(session.plain(_named(chosen)), anchor=False)
    _people(month)
    _posts(planner, month)
    _trouble(month)


def _people(month: Month) -> None:
    st.subheader("Conversations", anchor=False)
    if not month.notes:
        st.markdown("No connection note in this month.")
    else:
        st.markdown(f"{words.count(len(month.notes), 'note')}, {words.count(month.offline, 'of them', 'of them')} away from the screen.")
    for note in month.notes:
        with st.container(border=True, gap="xxsmall"):
            st.caption(f"{words.day(note.day)} · {note.stage} · {note.place}")
            st.text(f"{note.who}: {note.text}")
    if any(month.stages.values()):
        st.caption(
            "Where contacts stand at its end: " + ", ".join(words.count(number, stage) for stage, number in month.stages.items() if number)
        )


def _posts(planner: Planner, month: Month) -> None:
    st.subheader("Posts", anchor=False)
    if not month.accounts:
        st.markdown("Nothing went out, and no follower count was read.")
        return
    rows = [_row(records.title(planner, one.account), one) for one in month.accounts]
    names = ["Account", "Posts", "Reactions reported", "Followers, first to last"]
    furniture.table(rows, names, alt="Posts, reactions and followers of each account")
    if month.purposes:
        total = sum(month.purposes.values())
        shares = (
            f"{words.count(number, 'post')} to {purpose} ({number / total:.0%})" for purpose, number in sorted(month.purposes.items())
        )
        st.caption(session.plain(f"By purpose: {', '.join(shares)}"))
    for row in month.best:
        with st.container(border=True, gap="xxsmall"):
            st.text(row.headline)
            st.caption(session.plain(f"{records.title(planner, row.account)} · {words.count(row.total or 0, 'reaction')}"))


def _row(title: str, one: AccountMonth) -> tuple[str, str, str, str]:
    reactions = words.figure(one.reactions)
    if one.reactions is not None and one.reported < one.posts:
        reactions += f" (of {words.count(one.reported, 'post')}; the others: not reported)"
    if one.followers_first is None or one.followers_last is None:
        return title, f"{one.posts:,}", reactions, words.figure(None)
    return title, f"{one.posts:,}", reactions, f"{one.followers_first:,} to {one.followers_last:,}"


def _trouble(month: Month) -> None:
    if month.trouble:
        st.subheader("What did not simply go out", anchor=False)
        st.text(", ".join(f"{words.count(number, 'post')} {words.STATE_WORDS[state]}" for state, number in month.trouble.items()))


def _months(today: date) -> list[str]:
    """Return the latest twelve months, the present one first."""
    found, day = [], today.replace(day=1)
    for _ in range(_MONTHS):
        found.append(f"{day:%Y-%m}")
        day = (day - timedelta(days=1)).replace(day=1)
    return found


def _named(name: str) -> str:
    return f"{date.fromisoformat(f'{name}-01'):%B %Y}"


def _choose() -> None:
    st.query_params["month"] = st.session_state["report.month"]
