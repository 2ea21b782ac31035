"""The second reader's corner of the composer: asked by a click, after the checklist, and never in the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from planner.ui import session
from planner.ui.pages import composer_editor
from planner.ui.pages import composer_state as state

if TYPE_CHECKING:
    from planner.domain.post import Post
    from planner.services.house import Planner
    from planner.services.second_reader import Opinion

_KEPT = "compose.opinion"


def draw(planner: Planner, post: Post) -> None:
    """Draw the button and the last opinion on exactly this text; nothing at all when no second reader is set up."""
    if not planner.second_reader.on:
        return
    said = planner.second_reader.words
    text = state.content_of(post, composer_editor.variant_of(post)).text
    with st.expander(session.plain(said.heading), icon=":material/visibility:"):
        st.caption(session.plain(said.about))
        st.button("Read this draft", key="compose.reader", disabled=not text.strip(), on_click=_ask, args=(planner, post.id, text))
        kept: tuple[str, str, Opinion] | None = st.session_state.get(_KEPT)
        if kept is not None and kept[:2] == (post.id, text):
            _opinion(planner, kept[2])


def _ask(planner: Planner, post_id: str, text: str) -> None:
    opinion = session.attempt(lambda: planner.second_reader.read(session.actor(planner), post_id, text))
    if opinion is not None:
        st.session_state[_KEPT] = (post_id, text, opinion)


def _opinion(planner: Planner, opinion: Opinion) -> None:
    said = planner.second_reader.words
    if opinion.elsewhere:
        st.warning(session.plain(opinion.elsewhere), icon=":material/cloud_upload:")
    if opinion.problem:
        st.info(session.plain(opinion.problem), icon=":material/error:")
        return
    for remark in opinion.remarks:
        with st.container(border=True, gap="xxsmall"):
            st.text(f"“{remark.quote}”")
            st.text(remark.why)
    for question in opinion.questions:
        st.text(question)
    if not opinion.remarks and not opinion.questions:
        st.caption(session.plain(said.nothing))
    if opinion.dropped:
        st.caption(session.plain(said.dropped.format(count=opinion.dropped)))
    st.caption(session.plain(f"{opinion.model} {opinion.digest[:12]}, prompt {opinion.prompt}"))
