"""A second pair of eyes without a seat: a link to one draft, shown once, and what became of the links before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from planner.domain.people import ALLOWED
from planner.ui import session, words

if TYPE_CHECKING:
    from planner.domain.outside import OutsideLink
    from planner.domain.people import Actor
    from planner.services.approvals import ReviewItem
    from planner.services.house import Planner

DAYS = {1: "for a day", 3: "for 3 days", 7: "for a week", 30: "for 30 days"}
_MADE = "outside.made"


def draw(planner: Planner, acting: Actor, item: ReviewItem, key: str) -> None:
    """Draw the way to ask somebody outside, for those who may."""
    if not ALLOWED[acting.role] & {"review", "publish"} or (item.mine and acting.team_size > 1):
        return
    with st.popover("Ask somebody outside", icon=":material/forward_to_inbox:", key=f"outside.{key}", width="stretch"):
        st.markdown("A link opens this one text, and nothing else. Whoever has it types a name, and approves it or sends it back.")
        st.selectbox("The link holds", list(DAYS), index=1, format_func=DAYS.__getitem__, key=f"outside.days.{key}")
        st.button("Make a link", key=f"outside.make.{key}", on_click=_make, args=(planner, item, key))
        secret = st.session_state.get(_MADE, {}).get(key)
        if secret:
            st.code(f"{planner.settings.public_url.rstrip('/')}/review/{secret}", language=None, wrap_lines=True)
            st.caption("Copy it now: it is not shown again. Send it to one person, over a channel that you trust.")
        for link in planner.outside.of_post(item.post.id):
            if link.account_id == item.account_id:
                _link(planner, item, link)


def _link(planner: Planner, item: ReviewItem, link: OutsideLink) -> None:
    zone = planner.accounts.get(item.account_id).zone
    if link.stands(planner.clock.now()) and link.content == item.digest:
        st.caption(session.plain(f"A link waits for an answer until {words.moment(link.expires_at, zone)}."))
        st.button("Take this link back", key=f"outside.revoke.{link.id}", on_click=_revoke, args=(planner, item.post.id, link.id))
    elif link.verdict:
        said = {"approved": "approved it", "returned": "sent it back"}[link.verdict]
        st.caption(session.plain(f"{link.name} {said} {words.moment(link.answered_at or link.made_at, zone)}."))


def _make(planner: Planner, item: ReviewItem, key: str) -> None:
    days = st.session_state[f"outside.days.{key}"]
    made = session.attempt(lambda: planner.outside.ask(session.actor(planner), item.post.id, item.account_id, item.digest, days))
    if made is not None:
        st.session_state[_MADE] = {key: made[1]}


def _revoke(planner: Planner, post_id: str, link_id: str) -> None:
    session.attempt(lambda: planner.outside.revoke(session.actor(planner), post_id, link_id), "The link opens nothing any more.")
    st.session_state.pop(_MADE, None)
