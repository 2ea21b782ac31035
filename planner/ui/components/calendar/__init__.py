"""The calendar component: month, week, day and list, with drag, keyboard moves and selection that lose no change."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from planner.ui.components.calendar.contract import CalendarData, parse_id, parse_ids
from planner.ui.components.outbox import Op, boxed, parse_ops

if TYPE_CHECKING:
    from collections.abc import Callable

_HERE = Path(__file__).parent
_HTML = '<div class="discreet-calendar"></div>\n'


@dataclass(frozen=True, slots=True)
class Clicked:
    """What was asked for in this run: open a post, open its reschedule dialog. Lost harmlessly."""

    open: str | None
    reschedule: str | None


@cache
def _renderer() -> Any:  # noqa: ANN401 - Streamlit exports no public type for a mount function
    script = (_HERE.parent / "outbox.js").read_text("utf-8") + (_HERE / "calendar.js").read_text("utf-8")
    return st.components.v2.component("discreet_calendar", html=_HTML, css=(_HERE / "calendar.css").read_text("utf-8"), js=script)


def operations(key: str) -> tuple[Op, ...]:
    """Return the operations that the browser has sent so far. Safe before the first mount."""
    return parse_ops((st.session_state.get(key) or {}).get("ops"))


def picked(key: str) -> tuple[str, ...]:
    """Return the selected ids."""
    return parse_ids((st.session_state.get(key) or {}).get("picked"))


def _nothing() -> None:
    """Declare a state key: Streamlit keeps only keys with a callback."""


def mount(data: CalendarData, *, key: str, on_ops: Callable[[], None]) -> Clicked:
    """Draw the calendar; `on_ops` runs at once when operations arrive, also when the page is being left."""
    result = _renderer()(
        data=boxed(data.wire()),
        key=key,
        on_ops_change=on_ops,
        on_picked_change=_nothing,
        on_open_change=_nothing,
        on_reschedule_change=_nothing,
    )
    return Clicked(parse_id(result.open), parse_id(result.reschedule))
