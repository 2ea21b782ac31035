"""What colleagues say about a draft, what a story rests upon, and the draft's older versions."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

import streamlit as st

from planner.ui import session, words
from planner.ui.pages import composer_state as state

if TYPE_CHECKING:
    from planner.domain.post import Post
    from planner.services.house import Planner

_VERSIONS = 30


def draw(planner: Planner, post: Post) -> None:
    """Draw the story's basis where there is a story, the comments, and the history."""
    if post.type == "story":
        _story(planner, post)
    talk(planner, post, key=post.id)
    _history(planner, post)


def talk(planner: Planner, post: Post, *, key: str) -> None:
    """Draw the comments on a draft and a place to write one; `key` keeps two of them on one page apart."""
    said = planner.approvals.talk(post.id)
    names = {member.id: member.name for member in planner.workspace.members()}
    with st.expander(f"Comments ({len(said)})" if said else "Comments", icon=":material/forum:"):
        for one in said:
            with st.container(gap="xxsmall"):
                st.caption(session.plain(f"{names.get(one.by, 'Somebody who left')}, {words.ago(one.at, planner.clock.now())}"))
                st.text(one.text)
        with st.form(f"talk.{key}", border=False, clear_on_submit=True):
            st.text_area("Comment for your colleagues", key=f"talk.text.{key}", height=80)
            st.form_submit_button("Add the comment", on_click=_say, args=(planner, post.id, f"talk.text.{key}"))


def _say(planner: Planner, post_id: str, key: str) -> None:
    text = st.session_state[key]
    session.attempt(lambda: planner.approvals.comment(session.actor(planner), post_id, text))


def _story(planner: Planner, post: Post) -> None:
    basis = planner.consents.basis(post.id)
    today = planner.clock.now().date()
    usable = {
        one.id: one.pointer
        for one in planner.consents.register(session.actor(planner))
        if one.withdrawn_at is None and (one.expires_on is None or one.expires_on > today)
    }
    options = ["", "composite", *usable]
    current = "" if basis is None else (basis.consent_id or basis.basis)
    with st.container(border=True):
        st.markdown("**What does this story rest upon?**")
        st.caption("Somebody's signed consent, or your word that it is made of many people and nobody can find themself in it.")
        st.selectbox(
            "Basis", options, index=options.index(current) if current in options else 0, key=f"story.{post.id}",
            format_func=lambda key: {"": "Not chosen yet", "composite": "A composite of many people"}.get(key)
            or session.option(f"Consent: {usable[key]}"),
            on_change=_rest, args=(planner, post.id),
        )  # fmt: skip
        if not usable:
            session.link("approvals", "Add a signed consent", icon=":material/add:")


def _rest(planner: Planner, post_id: str) -> None:
    chosen = st.session_state[f"story.{post_id}"]
    if chosen:
        basis = "composite" if chosen == "composite" else "consent"
        session.attempt(lambda: planner.consents.rest(session.actor(planner), post_id, basis, chosen if basis == "consent" else None))


def _history(planner: Planner, post: Post) -> None:
    if post.version == 1:
        return
    place = st.expander("Earlier versions", icon=":material/history:", key="compose.history", on_change="rerun")
    if not place.open:
        return
    with place:
        numbers = list(range(post.version - 1, max(0, post.version - 1 - _VERSIONS), -1))
        chosen = st.selectbox("Compare with version", numbers, key=f"history.{post.id}")
        before = planner.composer.version(post.id, chosen)
        lines = [
            line for line in difflib.ndiff(before.base.text.splitlines(), post.base.text.splitlines()) if line.startswith(("- ", "+ "))
        ]
        if lines:
            st.code("\n".join(lines), language=None, wrap_lines=True)
            st.caption("Lines with - stood there, lines with + stand there now.")
        else:
            st.caption("The text was the same; something beside it changed.")
        state.known(post)
