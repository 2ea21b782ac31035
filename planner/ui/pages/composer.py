"""Compose: the drafts, and one post with its text, its checklist, what goes with it, and when it goes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from planner.ui import furniture, session, words
from planner.ui.components import composer as component
from planner.ui.pages import composer_cuts, composer_editor, composer_plan, composer_reader, composer_sides, composer_state, composer_talk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.domain.delivery import Delivery
    from planner.domain.post import Post, PostState
    from planner.services.house import Planner

PAGE = 25
_ORDER = ("unconfirmed", "failed", "missed", "held", "sending", "queued", "sent")
"""What needs somebody first names a post with several deliveries."""
STATES: dict[PostState, tuple[str, str]] = {
    "draft": (":material/edit:", "draft"),
    "in_review": (":material/rate_review:", "waits for a review"),
    "returned": (":material/undo:", "came back with a comment"),
    "ready": (":material/task_alt:", "ready"),
    "archived": (":material/archive:", "put away"),
}


def render(planner: Planner) -> None:
    """Draw the list of posts, or the one that the address names."""
    post_id = session.id_in_url("post")
    if post_id is None:
        _list(planner)
    else:
        _post(planner, post_id)


def _state(post: Post, deliveries: Sequence[Delivery]) -> tuple[str, str]:
    """Return where the post stands, in words: on its way through the checks, or what became of its deliveries."""
    items = [item for item in deliveries if item.state != "cancelled"]
    if post.state != "ready" or not items:
        return STATES[post.state]
    first = min(items, key=lambda item: _ORDER.index(item.state))
    return words.STATE_ICONS[first.state], words.state_of(first)


def _list(planner: Planner) -> None:
    furniture.heading("Compose", "Write once, shape it for each account, and let the checklist read it with you.")
    st.button("New post", type="primary", icon=":material/add:", key="compose.new", on_click=_new, args=(planner,))
    words_wanted = st.text_input("Search in posts", key="compose.search", placeholder="Words in the text", type="search")
    found = planner.composer.recent(search=words_wanted or "", limit=PAGE)
    if not found:
        furniture.empty("Nothing here yet. A post starts as a draft that only you see, and is saved while you type.")
    deliveries = planner.calendar.of_posts([post.id for post in found])
    for post in found:
        _row(planner, post, deliveries[post.id])


def _row(planner: Planner, post: Post, deliveries: Sequence[Delivery]) -> None:
    icon, word = _state(post, deliveries)
    with st.container(border=True, key=f"row-post-{post.id}"):
        text, state, act = st.columns([6, 3, 1.4], vertical_alignment="center")
        with text.container(gap="xxsmall"):
            st.text(post.headline or "Empty draft")
            st.caption(f"Changed {words.ago(post.updated_at, planner.clock.now())}{' · demo' if post.demo else ''}")
        state.markdown(f"{icon} {word}")
        act.button("Open", key=f"compose.open.{post.id}", on_click=_open, args=(post.id,), width="stretch")


def _post(planner: Planner, post_id: str) -> None:
    furniture.heading("Compose")
    composer_state.arrive(planner, post_id)

    @session.part(planner, f"compose.{post_id}")
    def whole() -> None:
        composer_state.absorb(planner)
        composer_editor.acknowledge(planner, post_id)
        post = planner.composer.load(post_id)
        _top(planner, post)
        composer_cuts.origin(planner, post)
        composer_sides.accounts(planner, post)
        composer_editor.draw(planner, post)
        left, right = st.columns([3, 2], gap="large")
        with left:
            composer_sides.extras(planner, post)
            composer_talk.draw(planner, post)
        with right:
            composer_reader.draw(planner, post)
            composer_plan.draw(planner, post)
        component.listen(composer_state.LISTENER)

    whole()


def _top(planner: Planner, post: Post) -> None:
    icon, word = _state(post, planner.calendar.of_post(post.id))
    back, state = st.columns([1, 3], vertical_alignment="center")
    back.button("All posts", icon=":material/arrow_back:", type="tertiary", key="compose.back", on_click=session.leave)
    state.markdown(f"{icon} {word}")
    for event in planner.approvals.comments(post.id)[:1] if post.state == "returned" else ():
        st.info(session.plain(f"Came back: {event.details.get('comment', '')}"), icon=":material/undo:")


def _new(planner: Planner) -> None:
    accounts = tuple(account.id for account in planner.accounts.all())
    post = session.attempt(lambda: planner.composer.new(session.actor(planner), accounts if len(accounts) == 1 else ()))
    if post is not None:
        st.query_params["post"] = post.id


def _open(post_id: str) -> None:
    st.query_params["post"] = post_id
