"""Rules in use: which findings people mend, which they call mistakes, and what exceptions stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from planner.domain.people import ALLOWED
from planner.domain.rule_use import ENOUGH
from planner.ui import furniture, session, words

if TYPE_CHECKING:
    from planner.domain.rule_use import RuleUse
    from planner.services.house import Planner

VERDICTS = {
    "too few": "too few decisions to say",
    "holds": "holds",
    "drops": "drops one level at the next release",
    "review": "needs a review",
}


def render(planner: Planner) -> None:
    """Draw the record of each rule and the exceptions that count now."""
    furniture.heading(
        "Rules in use", "What became of the findings that people here have read. Only counts are kept, never a word of a draft."
    )
    acting = session.actor(planner)
    table = planner.rule_use.table(acting)
    spoke = [row for row in table if row.shown]
    if not spoke:
        furniture.empty(
            "No finding has been read yet. The table fills while drafts are written and handed in.", to="compose", label="Write a post"
        )
    else:
        _table(spoke)
    silent = [row.rule for row in table if not row.shown]
    if silent and spoke:
        with st.expander(words.count(len(silent), "rule that never spoke", "rules that never spoke")):
            st.text("\n".join(silent))
    _exceptions(planner)
    if "review" in ALLOWED[acting.role]:
        st.download_button(
            "Exceptions as CSV",
            planner.rule_use.exceptions_csv(acting),
            file_name="exceptions.csv",
            mime="text/csv",
            icon=":material/download:",
        )


def _table(spoke: list[RuleUse]) -> None:
    rows = [
        (row.rule, row.shown, row.fixed, row.answered, row.false_alarms, row.excepted, _precision(row), VERDICTS[row.verdict])
        for row in spoke
    ]
    names = ["Rule", "Read", "Mended", "Answered", "Called a mistake", "Other exceptions", "Justified", "What it means"]
    furniture.table(rows, names, alt="What became of the findings of each rule")
    st.caption(
        f"Justified: mended, of mended and called a mistake. It says something from {words.count(ENOUGH, 'decision')} on. A rule below 80 % drops one level "
        "when its pack is next released; one that protects a client's confidence is looked at by a person first."
    )


def _precision(row: RuleUse) -> str:
    return "not known" if row.precision is None else f"{row.precision:.0%} of {row.decisions}"


def _exceptions(planner: Planner) -> None:
    st.header("Exceptions that count now", anchor=False)
    now = planner.clock.now()
    logged = planner.rule_use.exceptions(session.actor(planner), now)
    if not logged:
        st.caption("None. An exception is logged in the composer, with a reason, and ends when its sentence changes.")
        return
    rows = [(row.person, row.rule, row.number, words.ago(row.oldest, now)) for row in logged]
    furniture.table(rows, ["Person", "Rule", "Exceptions", "Oldest"], alt="Exceptions by person and rule")
