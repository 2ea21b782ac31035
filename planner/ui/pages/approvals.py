"""Approvals: what waits for a yes, with what has changed since the last one."""

from __future__ import annotations

import difflib
from datetime import timedelta
from typing import TYPE_CHECKING

import streamlit as st

from planner.ui import furniture, records, session, words
from planner.ui.pages import approval_outside, composer_sides, composer_talk, consents

if TYPE_CHECKING:
    from planner.domain.people import Actor
    from planner.domain.post import Content
    from planner.services.approvals import ReviewItem
    from planner.services.house import Planner

HOLDS = {0: "until the text changes", 7: "for 7 days", 30: "for 30 days", 90: "for 90 days"}


def render(planner: Planner) -> None:
    """Draw the queue."""
    acting = session.actor(planner)
    alone = acting.team_size == 1
    lead = (
        "You work alone here: your own yes, after the reader questions, belongs to exactly one text."
        if alone
        else "Nobody approves their own post."
    )
    furniture.heading("Approvals", f"{lead} Any later edit voids it.")
    waiting, register = st.tabs(["Waiting for a yes", "Consents"])
    with waiting:
        _queue(planner, acting)
    with register:
        consents.draw(planner, acting)


def _queue(planner: Planner, acting: Actor) -> None:
    queue = planner.approvals.queue(acting)
    if not queue:
        furniture.empty("Nothing waits for a yes.", to="compose", label="Write a post")
    names = {member.id: member.name for member in planner.workspace.members()}
    for item in queue:
        _item(planner, acting, item, names)


def _item(planner: Planner, acting: Actor, item: ReviewItem, names: dict[str, str]) -> None:
    account = planner.accounts.get(item.account_id)
    key = f"{item.post.id}.{item.account_id}"
    with st.container(border=True):
        text, side = st.columns([3, 2], gap="large")
        with text:
            st.subheader(session.plain(records.title(planner, account)), anchor=False)
            st.caption(
                session.plain(
                    f"By {names.get(item.author, 'somebody who left')}, changed {words.ago(item.post.updated_at, planner.clock.now())}"
                )
            )
            composer_sides.preview(planner, item.now)
        with side:
            _changes(item)
            session.link("compose", "Open with its checklist", icon=":material/edit_note:", post=item.post.id)
            own_blocked = item.mine and (acting.team_size > 1 or account.two_person)
            if own_blocked:
                st.caption(":material/hourglass_top: This is your own post: it waits for a colleague.")
            else:
                st.selectbox(
                    "This yes holds", list(HOLDS), format_func=HOLDS.__getitem__, key=f"until.{key}",
                    help="A post that has not gone out by then comes back for another look.",
                )  # fmt: skip
                st.button(
                    "Yes, exactly this text" if item.mine else "Approve exactly this text", type="primary", key=f"approve.{key}", width="stretch",
                    on_click=_approve, args=(planner, item, f"until.{key}"),
                )  # fmt: skip
            with (
                st.popover("Send back", icon=":material/undo:", key=f"back.{key}", width="stretch"),
                st.form(f"back.form.{key}", border=False),
            ):
                st.text_area("What should change?", key=f"comment.{key}")
                st.form_submit_button("Send back to the author", on_click=_send_back, args=(planner, item, f"comment.{key}"))
            approval_outside.draw(planner, acting, item, key)
            composer_talk.talk(planner, item.post, key=key)


def _changes(item: ReviewItem) -> None:
    if item.approved is None:
        st.caption("Never approved before.")
        return
    lines = difference(item.approved, item.now)
    st.caption("Changed since the last yes" if lines else "The text is as it was approved last; something else has changed.")
    if lines:
        st.code("\n".join(lines), language=None, wrap_lines=True)


def difference(before: Content, after: Content) -> list[str]:
    """Return the changed lines: `- ` what was approved, `+ ` what stands now."""
    found = difflib.ndiff(before.text.splitlines(), after.text.splitlines())
    return [line for line in found if line.startswith(("- ", "+ "))]


def _approve(planner: Planner, item: ReviewItem, key: str) -> None:
    days = st.session_state[key]
    until = planner.clock.now() + timedelta(days=days) if days else None
    session.attempt(
        lambda: planner.approvals.approve(session.actor(planner), item.post.id, item.account_id, item.digest, until),
        "Approved. Choose its time in Compose.",
    )


def _send_back(planner: Planner, item: ReviewItem, key: str) -> None:
    comment = st.session_state[key]
    session.attempt(lambda: planner.approvals.send_back(session.actor(planner), item.post.id, comment), "Sent back to its author.")
