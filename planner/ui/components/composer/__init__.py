"""The composer component: an editor that keeps its own text, marks findings while typing and never loses a word."""

from __future__ import annotations

from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from planner.ui.components.composer.contract import ComposerData, DraftMessage, Kept, parse_drafts
from planner.ui.components.outbox import Op, boxed, parse_ops

if TYPE_CHECKING:
    from collections.abc import Callable

_HERE = Path(__file__).parent
_HTML = '<div class="discreet-composer"></div>\n'
_EAR = """
export default function ({ setStateValue }) {
  window.discreetWritten = (mark) => setStateValue("written", mark);
}
"""


@cache
def _ear() -> Any:  # noqa: ANN401 - the same
    return st.components.v2.component("discreet_composer_ear", html="<span hidden></span>\n", js=_EAR)


@cache
def _renderer() -> Any:  # noqa: ANN401 - Streamlit exports no public type for a mount function
    script = "".join(path.read_text("utf-8") for path in (_HERE.parent / "outbox.js", _HERE / "findings.js", _HERE / "composer.js"))
    return st.components.v2.component("discreet_composer", html=_HTML, css=(_HERE / "composer.css").read_text("utf-8"), js=script)


@cache
def _courier() -> Any:  # noqa: ANN401 - the same
    return st.components.v2.component("discreet_courier", html="<span hidden></span>\n", js=(_HERE / "courier.js").read_text("utf-8"))


def messages(key: str) -> tuple[tuple[DraftMessage, ...], tuple[Op, ...]]:
    """Return what the browser has sent so far: drafts and operations. Safe before the first mount."""
    state = st.session_state.get(key) or {}
    return parse_drafts(state.get("draft")), parse_ops(state.get("ops"))


def mount(data: ComposerData, *, key: str, on_message: Callable[[], None]) -> None:
    """Draw the composer; `on_message` runs at once when a draft or an operation arrives, also when the page is being left."""
    _renderer()(data=boxed(data.wire()), key=key, on_draft_change=on_message, on_ops_change=on_message)


def listen(key: str) -> None:
    """Draw nothing; the part of the page in which this stands runs again when what was typed has been stored and the typing rests."""
    _ear()(key=key, on_written_change=lambda: None)


def carry(kept: tuple[Kept, ...], *, key: str, on_message: Callable[[], None]) -> None:
    """Draw nothing; on every page, send again what was typed on a page that was left before its last words had arrived.

    `kept` acknowledges what has; `on_message` runs at once when drafts arrive, which `messages` then returns.
    """
    _courier()(data=boxed({"kept": [asdict(one) for one in kept]}), key=key, on_draft_change=on_message)
