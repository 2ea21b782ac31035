"""What stands on every page: heading, notices, banners that matter, empty states; drawn the same everywhere."""

from __future__ import annotations

import zlib
from datetime import timedelta
from typing import TYPE_CHECKING

import streamlit as st

from planner.ui import records, session, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from streamlit.delta_generator import DeltaGenerator

    from planner.services.house import Planner
    from planner.ui.charts import Chart

SILENT = timedelta(seconds=90)
"""A worker that has not been heard of for so long counts as stopped."""

_TOOLS = {
    "displaylogo": False,
    "modeBarButtons": [["toImage"]],
    "toImageButtonOptions": {"format": "png", "scale": 2, "filename": "discreet-chart"},
}
"""A chart offers one thing beside itself: to be saved as a picture, made by the browser."""

# White on the light primary color of dark mode has a contrast of 1.96: dark words there.
_DARK_BUTTONS = """<style>
[data-testid="stBaseButton-primary"]:enabled, [data-testid="stBaseButton-primaryFormSubmit"]:enabled,
[data-testid="stBaseButton-primary"]:enabled p, [data-testid="stBaseButton-primaryFormSubmit"]:enabled p,
[data-testid="stBaseLinkButton-primary"] p { color: #06282d; }
.st-key-notice { background: #0b1215; }
[data-testid="stDialog"] { background: rgba(0, 0, 0, 0.6); }
[data-testid="stDialog"] > div { border: 1px solid #3a4a52; }
[data-testid="stMain"]:focus-visible, [data-testid="stPageLink-NavLink"]:focus-visible { outline-color: #5cc8d6; }
</style>"""
_LAYOUT = """<style>
[data-testid="stMainBlockContainer"] { padding-top: 3.5rem; padding-bottom: 4rem; max-width: 84rem; }
[data-testid="stHeading"] h1 { font-size: 2rem; padding: 0.25rem 0 0.4rem; }
[data-testid="stHeading"] h2 { font-size: 1.375rem; padding: 0.75rem 0 0.5rem; }
[data-testid="stHeading"] h3 { font-size: 1.125rem; padding: 0.25rem 0 0.5rem; }
[data-testid="stCaptionContainer"] p { line-height: 1.45; }
[data-testid="stMain"]:focus-visible, [data-testid="stPageLink-NavLink"]:focus-visible { outline: 2px solid #0b7a89; outline-offset: -2px; }
[data-testid="stCodeCopyButton"] { opacity: 1; transform: none; }
[class*="st-key-card-"] [data-testid="stCode"] :is(pre, code, span), [class*="st-key-exact-"] [data-testid="stCode"] :is(pre, code, span) { font-family: inherit; font-size: 1rem; }
[role="spinbutton"] { display: inline-block; line-height: 24px; min-height: 24px; min-width: 24px; text-align: center; vertical-align: middle; }
[data-testid="stLayoutWrapper"]:has(> .st-key-notice) { position: sticky; top: 3.75rem; z-index: 90; }
.st-key-notice { background: #ffffff; border-radius: 0.5rem; }
[class*="st-key-table-"] > :first-child { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
[class*="st-key-table-"] table { width: 100%; margin: 0 0 0.5rem; }
[class*="st-key-table-"] :is(td, th) { overflow-wrap: break-word; }
[class*="st-key-table-"] :is(td, th):not([style]) { text-align: start; }
@media (max-width: 640px) {
  [data-testid="stColumn"]:not(:has([data-testid="stElementContainer"], [data-testid="stPopover"])) { display: none; }
  [data-testid="stHorizontalBlock"] { row-gap: 1rem; }
  [data-testid="stButtonGroup"] button { padding-inline: 0.6rem; }
  [data-testid="stTabs"] [role="tablist"] { flex-wrap: wrap; row-gap: 0; }
  [class*="st-key-table-"] table { table-layout: fixed; }
  [class*="st-key-table-"] :is(td, th) { font-size: 0.875rem; padding-inline: 0.3rem; }
  [class*="st-key-row-"] [data-testid="stHorizontalBlock"] { column-gap: 0.75rem; row-gap: 0.25rem; flex-flow: row wrap; align-items: center; }
  [class*="st-key-row-"] [data-testid="stColumn"] { flex: 0 1 auto; min-width: 0; width: auto; }
  [class*="st-key-row-"] [data-testid="stColumn"]:first-child { flex: 1 1 100%; }
  [class*="st-key-row-"] [data-testid="stColumn"]:first-child:nth-last-child(2) { flex: 1 1 0; }
  [class*="st-key-row-"] [data-testid="stColumn"]:last-child { flex: 0 0 6rem; margin-inline-start: auto; }
  [class*="st-key-row-delivery-"] [data-testid="stColumn"]:last-child { flex-basis: 8rem; }
  [data-testid^="stBaseLinkButton"] :is(div, p) { overflow: visible; text-overflow: clip; white-space: normal; }
  .st-key-audit-rows th { width: 22%; }
  .st-key-audit-rows th:nth-child(2) { width: 16%; }
  .st-key-audit-rows th:nth-child(4) { width: 40%; }
  .st-key-lobbying-rows th:nth-child(3) { width: 23%; }
}
[data-testid="stText"] { font-family: inherit; white-space: pre-wrap; overflow-wrap: anywhere; }
</style>"""


def style() -> None:
    """Add our few style rules: constants only."""
    st.html(_LAYOUT)
    if st.context.theme.type == "dark":
        st.html(_DARK_BUTTONS)


def heading(title: str, lead: str = "") -> None:
    """Draw the page's one heading, an optional sentence under it, and what the last click left to say."""
    st.title(title, anchor=False)
    if lead:
        st.caption(lead)
    session.show_notice()


def empty(sentence: str, *, to: str = "", label: str = "") -> None:
    """Say what belongs here (`sentence` is ours) and offer the first step on the page `to`."""
    with st.container(border=True):
        st.markdown(sentence)
        if to:
            session.link(to, label, icon=":material/arrow_forward:")


def shipped(markdown: str) -> None:
    """Draw a text that comes with the product as Markdown: a connector's steps, never a user's words."""
    st.markdown(markdown)


def banner(planner: Planner) -> None:
    """Draw what every page has to say: no worker, a hold in force, an account that needs a new login; looked at again every 30 s."""

    @session.part(planner, "frame.banner", every=30)
    def draw() -> None:
        _worker(planner)
        _holds(planner)
        _logins(planner)

    draw()


def chart(made: Chart, *, key: str) -> None:
    """Draw a chart with its sentence, and its caution under it."""
    st.plotly_chart(made.figure, key=key, alt=made.alt, config=_TOOLS)
    if made.caution:
        st.caption(f":material/warning: {session.plain(made.caution)}")


def table(rows: Sequence[Sequence[object]], columns: Sequence[str], *, alt: str) -> None:
    """Draw a table that Tab passes by; its cells read Markdown, so every text in it is made plain here. Columns are our own words.

    Markdown, because Streamlit's own table makes Arrow of its rows: that loads 36 MB here, and a library in the browser.
    """
    lines = [[session.plain(str(cell)) for cell in row] for row in rows]
    below = ["---:" if numbers else "---" for numbers in _numbers(rows, len(columns))]
    markdown = "\n".join(f"| {' | '.join(cells)} |" for cells in (columns, below, *lines))
    with st.container(key=f"table-{zlib.crc32(alt.encode()):08x}", gap=None):
        st.markdown(alt)
        st.markdown(markdown)


def _numbers(rows: Sequence[Sequence[object]], width: int) -> list[bool]:
    """Tell for each column whether all its cells are numbers, which stand flush right."""
    return [bool(rows) and all(isinstance(row[place], int) for row in rows) for place in range(width)]


def side_by_side(number: int = 2) -> Iterator[DeltaGenerator]:
    """Return places row by row, without end: Tab and a phone then go as the eye does, not down one column and then the other."""
    while True:
        yield from st.columns(number)


def confirm(label: str, question: str, act: Callable[[], None], *, key: str, icon: str | None = None) -> None:
    """Draw a button that asks once more before it does something that cannot be undone."""
    with st.popover(label, icon=icon, key=f"{key}.ask"):
        st.markdown(question)
        st.button(label, key=key, type="primary", on_click=act)


def _worker(planner: Planner) -> None:
    now, seen = planner.clock.now(), planner.workspace.heartbeat()
    if seen is None:
        st.warning(
            "**No worker has started yet.** Nothing is published until one runs. Start the planner with `python -m planner run`.",
            icon=":material/heart_broken:",
        )
    elif now - seen > SILENT:
        st.error(
            f"**The worker is silent**, last heard {words.ago(seen, now)}. Nothing is published meanwhile. Start it with `python -m planner run`.",
            icon=":material/heart_broken:",
        )


def _holds(planner: Planner) -> None:
    for hold in records.holds(planner):
        if hold.scope == "delivery":
            continue
        resume = f" Look again on {words.day(hold.resume_at.date())}." if hold.resume_at else ""
        scope = {"all": "Everything", "account": "One account"}.get(hold.scope, "One campaign")
        st.warning(f"**{scope} is on hold.** {session.plain(hold.reason)}{resume}", icon=":material/pause_circle:")


def _logins(planner: Planner) -> None:
    for account in planner.accounts.all():
        if account.health in ("needs-login", "flagged"):
            st.error(
                f"**{session.plain(records.title(planner, account))} needs a new login.** Its posts wait. Open Accounts and connect it again.",
                icon=":material/key_off:",
            )
