"""Settings: the people of the workspace, exports, and what the environment has set."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from planner.services.workspace import OWNER
from planner.ui import furniture, session, words

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.domain.people import Actor, Member
    from planner.services.house import Planner

ROLES = {
    "author": "Author: writes",
    "reviewer": "Reviewer: writes and approves",
    "publisher": "Publisher: writes, schedules, connects accounts",
    "viewer": "Viewer: reads",
    "admin": "Admin: everything",
}


def render(planner: Planner) -> None:
    """Draw people and exports."""
    furniture.heading(
        "Settings",
        "Who works here, which stories may be told, and what can be taken out. Folders, mail and ports are set outside, as docs/settings.md says.",
    )
    st.header("People", anchor=False)
    st.caption("This dashboard has no sign-in yet and listens on this computer only: whoever sits here can choose who they are.")
    for member in planner.workspace.members():
        _member(planner, member)
    with st.form("settings.invite", border=True, clear_on_submit=True):
        left, right = st.columns(2)
        left.text_input("Name", key="invite.name")
        right.selectbox("Role", list(ROLES), format_func=ROLES.__getitem__, key="invite.role")
        st.form_submit_button("Add this person", on_click=_invite, args=(planner,))
    _stories(planner)
    st.header("Records", anchor=False)
    session.link("audit", "Audit trail: who did what when", icon=":material/history:")
    session.link("rules", "How the checklist's rules fare in use", icon=":material/rule:")
    st.header("Export", anchor=False)
    st.markdown("Everything you have written, planned and measured, as one JSON file. Logins are not in it.")
    if st.button("Prepare the export", key="settings.prepare"):
        text = session.attempt(lambda: planner.transfer.everything(session.actor(planner)))
        session.show_notice()
        if text is not None:
            st.download_button("Download", text, "discreet.json", "application/json", icon=":material/download:", key="settings.download")


def _member(planner: Planner, member: Member) -> None:
    """Draw one person, and what an admin may change about them."""
    key = f"member.{member.id}"
    with st.container(border=True, key=f"row-member-{member.id}"):
        who, act = st.columns([6, 1.4], vertical_alignment="center")
        with who.container(gap="xxsmall"):
            st.text(f"{member.name}{'' if member.active else ' (switched off)'}")
            st.caption(f"{ROLES[member.role]} · since {words.day(member.created_at.date(), year=True)}")
        with act.popover("Change", key=f"{key}.change", width="stretch"), st.form(f"{key}.form", border=False):
            st.text_input("Name", member.name, key=f"{key}.name")
            if member.id != OWNER:
                st.selectbox("Role", list(ROLES), index=list(ROLES).index(member.role), format_func=ROLES.__getitem__, key=f"{key}.role")
                st.checkbox(
                    "Works here now", member.active, key=f"{key}.active", help="Switched off, nobody can act under this name any more."
                )
            st.form_submit_button("Save", on_click=_change, args=(planner, member))


def _change(planner: Planner, member: Member) -> None:
    name, role, active = (
        st.session_state.get(f"member.{member.id}.{field}", getattr(member, field)) for field in ("name", "role", "active")
    )
    session.attempt(
        lambda: _staying(planner, lambda acting: planner.workspace.change(acting, member.id, name or "", role, active=active)), "Saved."
    )


def _stories(planner: Planner) -> None:
    on = planner.consents.stories_on()
    st.header("Stories of people", anchor=False)
    st.caption(
        "Off in a fresh installation: the safest story is the one that is not told. On, a story still needs a signed consent, or your word "
        "that it is a composite of many people, and passes the same checklist."
    )
    with st.form("settings.stories", border=True, clear_on_submit=True):
        st.text_input(f"Why switch them {'off' if on else 'on'}? Kept in the audit trail", key="stories.reason")
        st.form_submit_button(f"Switch stories {'off' if on else 'on'}", on_click=_switch_stories, args=(planner, not on))


def _switch_stories(planner: Planner, on: bool) -> None:  # noqa: FBT001 - a callback's argument
    reason = st.session_state["stories.reason"]
    session.attempt(
        lambda: planner.consents.switch_stories(session.actor(planner), on=on, reason=reason), f"Stories are {'on' if on else 'off'} now."
    )


def _invite(planner: Planner) -> None:
    name, role = st.session_state["invite.name"], st.session_state["invite.role"]
    session.attempt(
        lambda: _staying(planner, lambda acting: planner.workspace.invite(acting, name or "", role)),
        "Added. From now on somebody else approves each post.",
    )


def _staying(planner: Planner, act: Callable[[Actor], Member]) -> Member:
    """Do it, and keep who did: whoever makes one person into two has not left the keyboard, and need not be asked who is there."""
    acting = session.actor(planner)
    done = act(acting)
    session.stay(acting.id)
    return done
