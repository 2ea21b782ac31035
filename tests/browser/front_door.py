"""The front door of the browser tests: the product over a folder of its own, with a checklist of four words or its own."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT)] if str(ROOT) not in sys.path else []

import streamlit as st  # noqa: E402 - the path comes first

from planner.adapters import SystemClock  # noqa: E402 - the same
from planner.ui import navigation  # noqa: E402 - the same
from tests.ui.ui_house import house  # noqa: E402 - the same


@st.cache_resource(show_spinner=False)
def planner():  # noqa: ANN201 - a test's helper
    return house(Path(os.environ["PLANNER_TEST_FOLDER"]), SystemClock(), real="PLANNER_TEST_REAL" in os.environ)


time.sleep(float(os.environ.get("PLANNER_TEST_DELAY", "0")))  # a slow machine: what is lost there, a quick laptop hides
navigation.show(planner())
