"""Below the list view: a search over all posts, drafts and published ones alike, page by page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from planner.ui import session, words

if TYPE_CHECKING:
    from planner.domain.post import Post
    from planner.services.house import Planner

PAGE = 20
_BEFORE = "calendar.list.before"
_STATES = {"draft": "draft", "in_review": "waits for a review", "returned": "came back", "ready": "ready", "archived": "put away"}


def draw(planner: Planner) -> None:
    """Draw the search and one page of what it finds, the latest change first."""
    st.subheader("All posts", anchor=False)
    wanted = st.text_input("Search in all posts", key="calendar.search", placeholder="Words, a label or a campaign", on_change=_restart)
    pages: list[str] = st.session_state.setdefault(_BEFORE, [])
    found = planner.composer.recent(search=wanted or "", before=pages[-1] if pages else None, limit=PAGE + 1)
    if not found:
        st.caption("Nothing found." if wanted else "Nothing here yet.")
    for post in found[:PAGE]:
        _row(planner, post)
    with st.container(horizontal=True):
        st.button("Newer", icon=":material/chevron_left:", key="calendar.list.newer", disabled=not pages, on_click=_newer)
        more = len(found) > PAGE
        st.button(
            "Older", icon=":material/chevron_right:", icon_position="right", key="calendar.list.older", disabled=not more, on_click=_older,
            args=(found[PAGE - 1].id,) if more else (),
        )  # fmt: skip


def _row(planner: Planner, post: Post) -> None:
    with st.container(border=True, key=f"row-list-{post.id}"):
        text, times, act = st.columns([5, 4, 1.4], vertical_alignment="center")
        with text.container(gap="xxsmall"):
            st.text(post.headline or "Empty draft")
            word = _STATES[post.state]
            st.caption(f"{word}, changed {words.ago(post.updated_at, planner.clock.now())}")
        with times.container(gap="xxsmall"):
            for item in planner.calendar.of_post(post.id)[:3]:
                st.caption(f"{words.STATE_ICONS[item.state]} {words.state_of(item)}: {words.moment(item.due_at, item.zone, year=True)}")
        act.button("Open", key=f"calendar.list.{post.id}", on_click=_open, args=(post.id,), width="stretch")
    if st.session_state.get("calendar.list.go") == post.id:
        del st.session_state["calendar.list.go"]
        session.go("compose", post=post.id)


def _open(post_id: str) -> None:
    st.session_state["calendar.list.go"] = post_id


def _restart() -> None:
    st.session_state[_BEFORE] = []


def _older(last: str) -> None:
    st.session_state[_BEFORE] = [*st.session_state[_BEFORE], last]


def _newer() -> None:
    st.session_state[_BEFORE] = st.session_state[_BEFORE][:-1]
