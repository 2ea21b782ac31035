"""Who is at the keyboard: asked once a browser where several people work, before anything can carry a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from planner.ui import furniture, session
from planner.ui.pages.settings import ROLES

if TYPE_CHECKING:
    from planner.services.house import Planner


def render(planner: Planner) -> None:
    """Draw one button a person; the page that was asked for follows."""
    furniture.heading(
        "Who is at the keyboard?",
        "Several people work here, and there is no sign-in: approvals, comments and changes carry the name that you choose. "
        "This browser remembers it until you choose another one in the menu, under “Working as”.",
    )
    with st.container(width=460):
        for member in planner.workspace.members():
            if member.active:
                st.button(
                    session.plain(f"{member.name} · {ROLES[member.role]}"),
                    key=f"who.{member.id}",
                    icon=":material/person:",
                    width="stretch",
                    on_click=session.stay,
                    args=(member.id,),
                )
