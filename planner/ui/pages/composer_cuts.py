"""Long form in the composer: the short posts made from a long text, and on a short one the way back to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from planner.ui import records, session, words

if TYPE_CHECKING:
    from planner.domain.post import Post
    from planner.services.house import Planner

SHORT = 5_000
"""Platforms with a higher limit take the long text itself."""

_STATES = {"draft": "draft", "in_review": "waits for a review", "returned": "came back", "ready": "ready", "archived": "put away"}


def origin(planner: Planner, post: Post) -> None:
    """Say of a short post which long text it was made from, and whether that has changed since."""
    found = planner.cut_downs.origin(post.id)
    if found is None:
        return
    parent, link = found
    if link.stale_at is None:
        line, act = st.columns([4, 1.3], vertical_alignment="center")
        line.caption(f":material/content_cut: Made from “{session.plain(parent.headline)}”")
        act.button("Open the long text", type="tertiary", key="cuts.parent", on_click=_open, args=(parent.id,), width="stretch")
        return
    with st.container(border=True):
        st.warning(
            f"The long text “{session.plain(parent.headline)}” has changed since this was made ({words.ago(link.stale_at, planner.clock.now())}). "
            "What was approved is void. Read both, then say that this one still fits.",
            icon=":material/content_cut:",
        )
        with st.container(horizontal=True):
            st.button("It still fits", key="cuts.fits", type="primary", on_click=_fits, args=(planner, post.id))
            st.button("Open the long text", key="cuts.parent", on_click=_open, args=(parent.id,))


def draw(planner: Planner, post: Post) -> None:
    """Draw the short posts made from this one, and a way to start another."""
    if planner.cut_downs.origin(post.id) is not None:
        return
    made = planner.cut_downs.of(post.id)
    if post.type != "long-form" and not made:
        return
    stale = sum(link.stale_at is not None for _, link in made)
    label = f"Short posts from this text ({len(made)}{f', {stale} to look at again' if stale else ''})"
    with st.expander(label, icon=":material/content_cut:", key="compose.cuts"):
        st.caption("Each is checked and approved by itself. When this text changes, they have to be read again before they go out.")
        for child, link in made:
            line, mark, act = st.columns([5, 3, 1.4], vertical_alignment="center")
            line.text(child.headline or "Empty draft")
            word = _STATES[child.state]
            mark.markdown(":material/sync_problem: read it again" if link.stale_at else f":material/check: {word}")
            act.button("Open", key=f"cuts.open.{child.id}", on_click=_open, args=(child.id,), width="stretch")
        _start(planner, post)


def _start(planner: Planner, post: Post) -> None:
    every = {
        account.id: account
        for account in planner.accounts.all()
        if planner.platforms.info(account.platform).capabilities.length.limit <= SHORT
    }
    with st.form(f"cuts.{post.id}", border=False):
        st.pills(
            "For which accounts?", list(every), selection_mode="multi", key="cuts.accounts",
            format_func=lambda key: session.plain(records.title(planner, every[key])),
        )  # fmt: skip
        st.form_submit_button("Start a short post", icon=":material/add:", on_click=_make, args=(planner, post.id))


def _make(planner: Planner, parent_id: str) -> None:
    chosen = tuple(st.session_state["cuts.accounts"] or ())
    child = session.attempt(
        lambda: planner.cut_downs.start(session.actor(planner), parent_id, chosen), "A short draft has been started. Make it your own."
    )
    if child is not None:
        _open(child.id)


def _fits(planner: Planner, post_id: str) -> None:
    session.attempt(lambda: planner.cut_downs.still_fits(session.actor(planner), post_id), "Noted. Hand it in again when it is ready.")


def _open(post_id: str) -> None:
    """Open another post: the whole page, since the part that the button stands in would rerun alone with this one."""
    st.query_params["post"] = post_id
    st.rerun()
