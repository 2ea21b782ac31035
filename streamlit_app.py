"""The front door: builds the planner once and hands it to the navigation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from planner.bootstrap import build
from planner.settings import Settings
from planner.ui import navigation

if TYPE_CHECKING:
    from planner.services.house import Planner


@st.cache_resource(show_spinner=False)
def planner() -> Planner:
    """Return the one planner of this process."""
    return build(Settings.from_env())


navigation.show(planner())
