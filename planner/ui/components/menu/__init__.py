"""The menu's small helper: who is there is remembered in the browser, the link of the page one is on leads back to its list, and on a phone a choice closes the menu."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from planner.ui.components.outbox import boxed

_HERE = Path(__file__).parent
_HTML = "<span hidden></span>\n"
KEY = "menu.helper"


@cache
def _renderer() -> Any:  # noqa: ANN401 - Streamlit exports no public type for a mount function
    return st.components.v2.component("discreet_menu", html=_HTML, js=(_HERE / "menu.js").read_text("utf-8"))


def mount(cookie: str, who: str | None) -> None:
    """Draw nothing, keep `who` (None: nothing to keep) in the cookie of that name, and listen to the menu.

    Streamlit keeps a page's query when its own link is chosen, so the helper asks for it to go.
    """
    _renderer()(data=boxed({"cookie": cookie, "who": who}), key=KEY, on_back_change=st.query_params.clear)
