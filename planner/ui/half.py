"""Forms that are filled in halfway: kept in this process, for the person who fills them in, so that a reload does not empty them."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import streamlit as st

from planner.ui import session

if TYPE_CHECKING:
    from planner.services.house import Planner

_LOCK = threading.Lock()
_HELD: dict[tuple[str, str, str, str], dict[str, Any]] = {}


def bring_back(planner: Planner, form: str) -> None:
    """Fill the fields `form.*` of a new session with what this person had filled in; a session with such fields keeps its own."""
    with _LOCK:
        held = dict(_HELD.get(_whose(planner, form), {}))
    if held and not _fields(form):
        st.session_state.update(held)


def keep(planner: Planner, form: str) -> None:
    """Keep the fields `form.*` as they stand; call it after they are drawn. Nothing is written to disk."""
    with _LOCK:
        _HELD[_whose(planner, form)] = _fields(form)


def forget(planner: Planner, form: str) -> None:
    """Forget the fields `form.*`, here and in the session: what was in them has been stored."""
    for name in _fields(form):
        del st.session_state[name]
    with _LOCK:
        _HELD.pop(_whose(planner, form), None)


def _fields(form: str) -> dict[str, Any]:
    """Return the fields of a form; a button, whose name begins with `form.do.`, is none."""
    named = {str(key): value for key, value in st.session_state.items()}
    return {key: value for key, value in named.items() if key.startswith(f"{form}.") and not key.startswith(f"{form}.do.")}


def _whose(planner: Planner, form: str) -> tuple[str, str, str, str]:
    return str(planner.settings.data_dir), planner.settings.database_url, session.actor(planner).id, form
