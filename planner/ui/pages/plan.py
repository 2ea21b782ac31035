"""The backlash plan of one campaign: what could go wrong, who replies, when to pause; and the pause itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import streamlit as st

from planner.ui import furniture, session, words
from planner.ui.pages import campaigns

if TYPE_CHECKING:
    from planner.domain.campaign import Campaign
    from planner.services.house import Planner

_FIELDS = {
    "risk": ("What could go wrong, and for whom?", "Somebody who was refused at the clinic may write in anger. Others may tell their story in the replies."),
    "replies_by": ("Who replies, and when?", "Maya, weekdays 9 to 12 and 3 to 5. Nobody replies at night."),
    "pause_when": ("When do we pause?", "A threat, a person in crisis in the replies, or more than ten hostile replies in an hour."),
}  # fmt: skip


def render(planner: Planner) -> None:
    """Draw the plan of the campaign that the address names."""
    key = session.id_in_url("campaign")
    if key is None:
        furniture.heading("Backlash plan")
        furniture.empty("A plan belongs to a campaign. Open one, then its plan.", to="campaigns", label="Campaigns")
        return
    view = planner.campaigns.get(key)
    furniture.heading("Backlash plan", "Written on a calm day, for the other days.")
    session.link("campaigns", session.plain(view.campaign.title), icon=":material/arrow_back:", campaign=key)
    left, right = st.columns([3, 1.4], gap="large")
    with left:
        _form(planner, view.campaign)
    with right, st.container(border=True):
        st.markdown(words.campaign_state(view.state))
        people = {member.id: member.name for member in planner.workspace.members()}
        st.text(f"Owner of this plan: {people.get(view.campaign.plan_owner, 'nobody yet')}")
        st.caption("The owner may pause the campaign, whatever their role. A pause holds every post of it.")
        campaigns.pause_and_resume(planner, view)


def _form(planner: Planner, campaign: Campaign) -> None:
    people = {member.id: member.name for member in planner.workspace.members() if member.active}
    with st.form("plan.form", border=False):
        chosen = list(people).index(campaign.plan_owner) if campaign.plan_owner in people else None
        st.selectbox(
            "Who owns this plan?", list(people), index=chosen, format_func=lambda who: session.option(people[who]), key="plan.plan_owner"
        )
        for name, (label, example) in _FIELDS.items():
            st.text_area(label, getattr(campaign, name), key=f"plan.{name}", placeholder=example, height=110)
        st.form_submit_button("Save the plan", type="primary", on_click=_save, args=(planner, campaign))


def _save(planner: Planner, campaign: Campaign) -> None:
    got: dict[str, Any] = {name: st.session_state[f"plan.{name}"] or "" for name in ("plan_owner", *_FIELDS)}
    session.attempt(lambda: planner.campaigns.update(session.actor(planner), replace(campaign, **got)), "The plan is saved.")
