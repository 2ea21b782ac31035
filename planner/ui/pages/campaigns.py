"""Campaigns: the list, and one campaign with its goal, its plan for trouble, and everything that belongs to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time
from typing import TYPE_CHECKING

import streamlit as st

from planner.domain.campaign import AUDIENCES, Campaign
from planner.ui import furniture, session, words
from planner.ui.pages import campaign_acts, campaign_close, campaign_petitions, campaign_tags, campaign_trust

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from streamlit.delta_generator import DeltaGenerator

    from planner.services.campaigns import CampaignView
    from planner.services.house import Planner

AUDIENCE_WORDS = {
    "general": "Everybody",
    "families": "Families",
    "rural": "Rural readers, some without a usable connection",
    "professionals": "Professionals",
    "young people": "Young people",
}


def render(planner: Planner) -> None:
    """Draw the list, or the campaign that the address names."""
    key = session.id_in_url("campaign")
    if key is None:
        _list(planner)
    else:
        _one(planner, planner.campaigns.get(key))


def _list(planner: Planner) -> None:
    furniture.heading("Campaigns", "What you want to change, with the posts, petitions, events and asks that work toward it.")
    found = planner.campaigns.all()
    if not found:
        furniture.empty(
            "No campaign yet. A campaign begins with one sentence: what will be different, for whom. "
            "Numbers of likes are not asked for anywhere."
        )
    for view in found:
        with st.container(border=True, key=f"row-campaign-{view.campaign.id}"):
            text, state, act = st.columns([6, 3, 1.6], vertical_alignment="center")
            with text.container(gap="xxsmall"):
                st.text(view.campaign.title)
                st.caption(session.plain(view.campaign.goal or "No goal yet"))
            with state.container(gap="xxsmall"):
                st.markdown(words.campaign_state(view.state))
                st.caption(f"{words.count(len(view.posts), 'post')}{' · demo' if view.campaign.demo else ''}")
            act.button("Open", key=f"campaigns.open.{view.campaign.id}", on_click=_open, args=(view.campaign.id,), width="stretch")
    with st.expander("Begin a campaign", icon=":material/add:", expanded=not found):
        _form(planner, None)


def _open(campaign_id: str) -> None:
    st.query_params["campaign"] = campaign_id


def _form(planner: Planner, campaign: Campaign | None) -> None:
    """Draw the fields of a new or a known campaign."""
    key = campaign.id if campaign else "new"
    now = campaign or Campaign("", "", "", planner.clock.now())
    with st.form(f"campaign.form.{key}", border=False):
        st.text_input("Title", now.title, key=f"campaign.title.{key}", placeholder="Walk-in clinic week")
        st.text_input(
            "What will be different, for whom?",
            now.goal,
            key=f"campaign.goal.{key}",
            placeholder="Families know how to reach the walk-in clinic",
            help="A change in the world. A number of likes, followers or clicks is no goal here.",
        )
        place = furniture.side_by_side()
        _people(planner, now, key, place)
        next(place).date_input("First day", now.starts, key=f"campaign.starts.{key}", format="YYYY-MM-DD")
        next(place).date_input("Last day", now.ends, key=f"campaign.ends.{key}", format="YYYY-MM-DD")
        next(place).selectbox(
            "For whom?",
            AUDIENCES,
            index=AUDIENCES.index(now.audience),
            format_func=AUDIENCE_WORDS.__getitem__,
            key=f"campaign.audience.{key}",
        )
        next(place).text_input(
            "A step without the web",
            now.offline_step,
            key=f"campaign.offline_step.{key}",
            placeholder="Call 303 555 0142, or a form at the library",
        )
        if campaign:
            st.text_input(
                "Word in its links", now.slug, key=f"campaign.slug.{key}",
                help="Stands as utm_campaign in every link of its posts, where readers can see it. It is added when a post goes out.",
            )  # fmt: skip
        st.form_submit_button(
            "Save changes" if campaign else "Begin", type="secondary" if campaign else "primary", on_click=_save, args=(planner, campaign)
        )


def _people(planner: Planner, now: Campaign, key: str, place: Iterator[DeltaGenerator]) -> None:
    people = {member.id: member.name for member in planner.workspace.members() if member.active}
    for name, label in (("owner", "Who answers for it?"), ("plan_owner", "Who owns the backlash plan?")):
        chosen = getattr(now, name) or (session.actor(planner).id if name == "owner" else "")
        next(place).selectbox(
            label, list(people), index=list(people).index(chosen) if chosen in people else None,
            format_func=lambda who: session.option(people[who]), key=f"campaign.{name}.{key}",
        )  # fmt: skip


def _save(planner: Planner, campaign: Campaign | None) -> None:
    key = campaign.id if campaign else "new"
    got = {
        name: st.session_state.get(f"campaign.{name}.{key}")
        for name in ("title", "goal", "owner", "plan_owner", "starts", "ends", "audience", "offline_step", "slug")
    }
    told = {name: value if value is not None or name in ("starts", "ends") else "" for name, value in got.items()}
    actor = session.actor(planner)
    if campaign:
        session.attempt(lambda: planner.campaigns.update(actor, replace(campaign, **told)), "Saved.")  # type: ignore[arg-type]
        return
    fresh = Campaign(id="", created_by="", created_at=planner.clock.now(), **told)  # type: ignore[arg-type]
    made = session.attempt(lambda: planner.campaigns.add(actor, fresh), "The campaign is planned. Write its backlash plan, then start it.")
    if made is not None:
        _open(made.id)


def _one(planner: Planner, view: CampaignView) -> None:
    campaign = view.campaign
    st.button("All campaigns", key="campaign.back", icon=":material/arrow_back:", type="tertiary", on_click=st.query_params.clear)
    furniture.heading(session.plain(campaign.title))
    _head(planner, view)
    tabs = st.tabs(
        ["Posts", "Hashtags", "Petitions", "Events", "Asks", "Partners and lobbying", "What came of it"],
        key="campaign.tabs",
        on_change="rerun",
        default=None,
    )
    draws: tuple[Callable[[Planner, CampaignView], None], ...] = (
        _posts,
        campaign_tags.render,
        campaign_petitions.render,
        campaign_acts.events,
        campaign_acts.asks,
        campaign_trust.render,
        campaign_close.render,
    )
    for tab, draw in zip(tabs, draws, strict=True):
        if tab.open:
            with tab:
                draw(planner, view)


def _head(planner: Planner, view: CampaignView) -> None:
    campaign = view.campaign
    people = {member.id: member.name for member in planner.workspace.members()}
    with st.container(border=True):
        text, act = st.columns([4, 1.6], vertical_alignment="top")
        with text.container(gap="xxsmall"):
            st.markdown(words.campaign_state(view.state))
            st.text(campaign.goal or "No goal yet")
            days = " to ".join(words.day(day, year=True) for day in (campaign.starts, campaign.ends) if day) or "no dates yet"
            st.caption(
                session.plain(
                    f"{days} · for: {AUDIENCE_WORDS[campaign.audience]} · answers for it: {people.get(campaign.owner, 'nobody yet')} · "
                    f"backlash plan: {people.get(campaign.plan_owner, 'nobody yet')}{' · demo' if campaign.demo else ''}"
                )
            )
            if view.missing and view.state == "planned":
                st.markdown(f":material/info: Before it can start it needs {session.plain(', '.join(view.missing))}.")
            if campaign.audience == "rural" and not campaign.offline_step:
                st.markdown(
                    ":material/signal_disconnected: Rural readers need a step that works without the web. Its asks will ask for one."
                )
        with act:
            session.link("plan", "Backlash plan", icon=":material/shield:", campaign=campaign.id)
            if view.state == "planned":
                st.button("Start", key="campaign.start", type="primary", on_click=_start, args=(planner, campaign.id), width="stretch")
            pause_and_resume(planner, view)
    with st.expander("Change goal, dates and people", icon=":material/tune:"):
        _form(planner, campaign)


def _start(planner: Planner, campaign_id: str) -> None:
    session.attempt(lambda: planner.campaigns.start(session.actor(planner), campaign_id), "The campaign is running.")


def pause_and_resume(planner: Planner, view: CampaignView) -> None:
    """Draw the way to pause a running campaign, or to let a paused one go on."""
    key = view.campaign.id
    if view.state == "paused":
        st.text(view.hold.reason if view.hold else "")
        st.button("Go on", key="campaign.resume", type="primary", on_click=_resume, args=(planner, key), width="stretch")
    if view.state != "running":
        return
    with (
        st.popover("Pause", icon=":material/pause_circle:", key="campaign.pause.ask", width="stretch"),
        st.form("campaign.pause.form", border=False),
    ):
        st.text_input("Why?", key="campaign.pause.why", placeholder="Hostile replies since noon")
        st.date_input(
            "Look again on", None, key="campaign.pause.until", format="YYYY-MM-DD", help="A reminder: only a person lets it go on."
        )
        st.form_submit_button("Pause now", type="primary", on_click=_pause, args=(planner, key))


def _pause(planner: Planner, campaign_id: str) -> None:
    why, day = st.session_state["campaign.pause.why"], st.session_state["campaign.pause.until"]
    resume = datetime.combine(day, time(8), planner.clock.now().tzinfo) if day else None
    session.attempt(
        lambda: planner.campaigns.pause(session.actor(planner), campaign_id, why or "", resume),
        "Paused. None of its posts goes out until somebody lets it go on.",
    )


def _resume(planner: Planner, campaign_id: str) -> None:
    session.attempt(
        lambda: planner.campaigns.resume(session.actor(planner), campaign_id),
        "It goes on. What is still in time goes out; the rest waits under Deliveries.",
    )


def _posts(planner: Planner, view: CampaignView) -> None:
    if not view.posts:
        furniture.empty(
            "No post belongs to it yet. Write one in Compose and choose this campaign there.", to="compose", label="Write a post"
        )
    roles = {link.post_id: campaign_acts.ROLE_WORDS[link.role] for link in view.links}
    for post in view.posts:
        if post.state != "archived":
            campaign_acts.post_row(planner, post, roles.get(post.id, ""))
