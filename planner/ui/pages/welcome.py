"""The first start: begin with an empty workspace, or look around with an invented practice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from planner.ui import furniture, session

if TYPE_CHECKING:
    from planner.services.house import Planner


def render(planner: Planner) -> None:
    """Draw the two ways to begin."""
    session.go_where_asked()
    furniture.heading("Welcome", "Plan posts that help people, and that harm nobody you serve.")
    if planner.workspace.started() is not None:
        st.markdown("This workspace has been started already.")
        session.link("home", "Go to Today", icon=":material/today:")
        return
    left, right = st.columns(2, gap="medium")
    with left.container(border=True, height="stretch"):
        st.subheader("Look around first", anchor=False)
        st.markdown(
            "Loads a month of an invented practice: posts that went out, posts that wait, figures, and connection notes. "
            "Nothing of it is ever sent anywhere."
        )
        st.button("Look around with demo data", key="welcome.demo", on_click=_demo, args=(planner,), width="stretch")
    with right.container(border=True, height="stretch"):
        st.subheader("Start with your own", anchor=False)
        st.markdown("An empty calendar. First you add a professional account, then you write and check your first post.")
        st.button("Start empty", key="welcome.empty", type="primary", on_click=_empty, args=(planner,), width="stretch")
    st.subheader("What happens here", anchor=False)
    st.markdown(
        "- **Every text is checked on this computer**, while you type: nothing is sent to a service to be read.\n"
        "- **“Nothing matched” is not “safe”.** The checklist finds patterns; you decide.\n"
        "- **Professional accounts only.** Your personal accounts stay out of here.\n"
        "- **Nothing goes out by surprise**: each post waits for your yes to exactly its text, and goes out once."
    )


def _demo(planner: Planner) -> None:
    session.attempt(
        lambda: planner.demo.load(session.actor(planner)), "The demo practice is in. Its posts are invented and are never sent."
    )
    session.later("home")


def _empty(planner: Planner) -> None:
    session.attempt(lambda: planner.workspace.start(session.actor(planner), "empty"), "Everything is ready. The first steps stand here.")
    session.later("home")
