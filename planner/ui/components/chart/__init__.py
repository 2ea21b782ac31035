"""The chart component: columns, bars and lines as one small SVG each, which a browser draws in milliseconds and saves as a picture."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from planner.ui.components.chart.contract import Drawing, wire
from planner.ui.components.outbox import boxed

if TYPE_CHECKING:
    from collections.abc import Callable

_HERE = Path(__file__).parent
_HTML = '<div class="discreet-chart"></div>\n'


@cache
def _renderer() -> Callable[..., Any]:
    return st.components.v2.component(
        "discreet_chart", html=_HTML, css=(_HERE / "chart.css").read_text("utf-8"), js=(_HERE / "chart.js").read_text("utf-8")
    )


def mount(drawing: Drawing, alt: str, *, key: str) -> None:
    """Draw a chart; `alt` says what it shows."""
    _renderer()(data=boxed(wire(drawing, alt)), key=key, height=drawing.height)
