"""The end of a campaign: what came of it in words, in connections and in figures, and the drafts that say thank you."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from planner.ui import furniture, session, words
from planner.ui.pages import campaign_acts

if TYPE_CHECKING:
    from planner.services.campaigns import CampaignView
    from planner.services.house import Planner

_CLOSING = ("thanks", "result", "petition-closing", "petition-result")


def render(planner: Planner, view: CampaignView) -> None:
    """Draw the outcome or the way to write it, the closing drafts, the notes, and the figures beside them."""
    campaign = view.campaign
    if view.state == "closed":
        st.subheader("What came of it", anchor=False)
        st.text(campaign.outcome)
    elif view.state == "planned":
        furniture.empty("It has not started yet.")
    else:
        with st.form("close.form", border=True):
            st.text_area(
                "What came of it?", key="close.outcome", height=100, placeholder="Three families walked in who had read the poster."
            )
            st.caption("Closing drafts a thank-you, the result, and the last word of each petition. Nothing goes out by itself.")
            st.form_submit_button("Close the campaign", type="primary", on_click=_close, args=(planner, campaign.id))
        st.button("Draft the closing posts now", key="close.prepare", on_click=_prepare, args=(planner, campaign.id))
    posts = {post.id: post for post in view.posts}
    for link in view.links:
        if link.role in _CLOSING and posts[link.post_id].state != "archived":
            campaign_acts.post_row(planner, posts[link.post_id], campaign_acts.ROLE_WORDS[link.role])
    _aftermath(planner, campaign.id)


def _aftermath(planner: Planner, campaign_id: str) -> None:
    found = planner.campaigns.aftermath(campaign_id)
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("Connections", anchor=False)
        if not found.notes:
            furniture.empty("No note yet. Who got in touch?", to="connections", label="Write a note")
        for note in found.notes:
            st.text(f"{words.day(note.day)}: {note.who} ({note.stage}). {note.text}")
    with right:
        st.subheader("Posts that went out", anchor=False)
        if not found.posts:
            st.caption("None yet.")
        for row in found.posts:
            st.text(row.headline)
            st.caption(session.plain(f"{row.account.title} · reactions: {words.figure(row.total)}"))


def _close(planner: Planner, campaign_id: str) -> None:
    said = st.session_state["close.outcome"] or ""
    session.attempt(
        lambda: planner.campaigns.close(session.actor(planner), campaign_id, said), "Closed. The thank-you and the result are drafts."
    )


def _prepare(planner: Planner, campaign_id: str) -> None:
    session.attempt(lambda: planner.campaigns.prepare(session.actor(planner), campaign_id), "The closing posts are drafts below.")
