"""Previews: the text as each platform would cut it and link it, its parts numbered, images with their descriptions, the link card."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from connectors.showing import part
from planner.ui import records, session

if TYPE_CHECKING:
    from connectors.base import Capabilities
    from connectors.showing import Seen
    from planner.domain.account import Account
    from planner.domain.post import Content, Post
    from planner.services.house import Planner


def draw(planner: Planner, post: Post) -> None:
    """Draw one preview per account, side by side where there is room."""
    accounts = [planner.accounts.get(key) for key in post.account_ids]
    if not accounts:
        st.caption("Choose an account above to see its preview.")
        return
    for first in range(0, len(accounts), 2):
        for place, account in zip(st.columns(2), accounts[first : first + 2], strict=False):
            with place:
                one(planner, account, post.content_for(account.id))


def one(planner: Planner, account: Account, content: Content) -> None:
    """Draw one text as its account's platform shows it."""
    rules = planner.platforms.info(account.platform).capabilities
    with st.container(border=True):
        st.markdown(f"**{session.plain(records.title(planner, account))}**")
        if content.content_warning:
            st.text(f"Content warning: {content.content_warning}" if rules.content_warning else "The content warning cannot be shown here.")
        if content.title:
            st.text(content.title)
        parts = content.segments
        for number, text in enumerate(parts, 1):
            if len(parts) > 1:
                st.caption(f"Part {number} of {len(parts)}")
            _part(part(text, rules))
        _beside(planner, content, rules)


def _part(seen: Seen) -> None:
    st.text(seen.shown or "(no text yet)")
    if seen.behind:
        st.caption("… more (a reader has to press to see this:)")
        st.text(seen.behind)
    if seen.lost:
        st.error("Does not fit, and would be cut off:", icon=":material/content_cut:")
        st.text(seen.lost)


def _beside(planner: Planner, content: Content, rules: Capabilities) -> None:
    for ref in content.media[: rules.media.max_items]:
        st.image(planner.images.data(ref.digest).data, width="stretch", alt=ref.alt or "Image without a description")
        st.caption(
            f"Description: {session.plain(ref.alt)}" if ref.alt else f"No description: {session.plain(ref.waiver or 'not written yet')}"
        )
    if len(content.media) > rules.media.max_items:
        st.caption(session.plain(f"{rules.title} takes {rules.media.max_items} images; the others would stay behind."))
    if content.link:
        with st.container(border=True, gap="xxsmall"):
            if rules.link_card:
                st.text(content.link.title or content.link.url)
                if content.link.description:
                    st.caption(session.plain(content.link.description))
            st.caption(f":material/link: {session.plain(content.link.url)}")
    if content.first_comment:
        st.caption("First comment" if rules.first_comment else "There is no first comment here, so this would be lost:")
        st.text(content.first_comment)
