"""Hashtags of a campaign: the ones it uses, their cards, the mix, and the tags to read in one's own time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from planner.domain.hashtag import REACHES, HashtagCard
from planner.services.campaigns import camel_case
from planner.ui import furniture, session, words

if TYPE_CHECKING:
    from planner.services.campaigns import CampaignView
    from planner.services.hashtags import CardView
    from planner.services.house import Planner

_PARTS = {"meaning": "What it means", "origin": "Where it comes from", "used_by": "Who uses it", "risk": "Risk"}


def render(planner: Planner, view: CampaignView) -> None:
    """Draw the campaign's tags with their cards and the mix, then the form of a card and the listening list."""
    tags = view.campaign.tags
    st.caption("A tag is used once somebody has looked at what is posted under it. The look counts for a year.")
    with st.form("tags.form", border=False, enter_to_submit=True):
        st.text_input("Tags of this campaign, separated by blanks", " ".join(f"#{tag}" for tag in tags), key="tags.words")
        st.form_submit_button("Save the tags", on_click=_save_tags, args=(planner, view))
    _mix(planner, view)
    cards = {one.card.id: one for one in planner.campaigns.hashtags.cards()}
    for tag in tags:
        _card(planner, tag, cards.get(tag.lower()))
    with st.expander("Write a card", icon=":material/sell:"):
        _form(planner, [tag for tag in tags if tag.lower() not in cards])
    with st.expander("Tags to read in your own time", icon=":material/hearing:"):
        st.caption("For your engagement window. Nothing is followed for you.")
        for card in planner.campaigns.hashtags.listening():
            st.text(f"#{card.tag}: {card.meaning}")


def _mix(planner: Planner, view: CampaignView) -> None:
    found, advice = planner.campaigns.hashtags.mix(view.campaign.tags)
    if not view.campaign.tags:
        furniture.empty("No tags yet. Two or three are enough: one that many use, one that your own people use.")
        return
    st.markdown(
        f":material/equalizer: **Mix:** {words.count(found.popular, 'popular', 'popular')}, {words.count(found.niche, 'niche', 'niche')}, "
        f"{words.count(found.unknown, 'without a valid card', 'without a valid card')}"
    )
    if advice:
        st.text(advice)
    for tag in view.campaign.tags:
        better = camel_case(tag)
        if better != tag:
            st.button(
                f"Write {session.plain('#' + better)}, which screen readers read as words",
                key=f"tags.camel.{tag}", icon=":material/text_format:", on_click=_camel, args=(planner, view, tag, better),
            )  # fmt: skip


def _card(planner: Planner, tag: str, one: CardView | None) -> None:
    with st.container(border=True, gap="xsmall"):
        st.text(f"#{tag}")
        if one is None:
            st.markdown(":material/help: No card yet: posts with this tag will ask.")
            return
        card = one.card
        reach = "used by many" if card.reach == "popular" else "used by few"
        last = f"counts until {words.day(one.last, year=True)}" if one.last else "nobody has looked yet"
        parts = (reach, "a movement" if card.movement else "", "comes with Discreet" if one.starter else "", last)
        st.caption(session.plain(" · ".join(part for part in parts if part)))
        for name, label in _PARTS.items():
            if getattr(card, name):
                st.text(f"{label}: {getattr(card, name)}")
        if card.movement:
            st.markdown(":material/groups: It belongs to a movement. Beside an offer or a price it is asked about.")
        st.button(
            "I looked today" if one.valid else "Expired: I looked today",
            key=f"tags.renew.{card.id}", icon=":material/event_available:", on_click=_renew, args=(planner, card.tag),
        )  # fmt: skip


def _form(planner: Planner, open_tags: list[str]) -> None:
    at = session.turn("card")
    with st.form("card.form", border=False):
        st.text_input("Tag", open_tags[0] if open_tags else "", key=f"card.tag{at}", placeholder="#LakewoodListens")
        place = furniture.side_by_side()
        next(place).text_input("What it means", key=f"card.meaning{at}", placeholder="Neighbors in Lakewood who meet about mental health")
        next(place).text_input("Where it comes from", key=f"card.origin{at}")
        next(place).text_input("Who uses it", key=f"card.used_by{at}")
        next(place).text_input("Risk", key=f"card.risk{at}", placeholder="A shop of the same name uses it too")
        st.radio("How many use it?", REACHES[::-1], format_func=str.capitalize, key=f"card.reach{at}", horizontal=True)
        st.checkbox("It belongs to a movement", key=f"card.movement{at}")
        st.form_submit_button("Save the card", on_click=_save_card, args=(planner,))


def _save_card(planner: Planner) -> None:
    at = session.turn("card")
    got = {name: st.session_state[f"card.{name}{at}"] for name in ("tag", *_PARTS, "reach", "movement")}

    def act() -> HashtagCard:
        before = planner.campaigns.hashtags.card(got["tag"])
        fresh = HashtagCard(id="", created_by="", created_at=planner.clock.now(), **got)
        return planner.campaigns.hashtags.save(session.actor(planner), replace(fresh, version=before.card.version) if before else fresh)

    session.attempt(act, "The card is stored. The look counts for a year.", form="card")


def _save_tags(planner: Planner, view: CampaignView) -> None:
    tags = tuple(st.session_state["tags.words"].replace(",", " ").split())
    session.attempt(lambda: planner.campaigns.update(session.actor(planner), replace(view.campaign, tags=tags)), "Saved.")


def _camel(planner: Planner, view: CampaignView, tag: str, better: str) -> None:
    tags = tuple(better if one == tag else one for one in view.campaign.tags)
    session.attempt(lambda: planner.campaigns.update(session.actor(planner), replace(view.campaign, tags=tags)), "Saved.")


def _renew(planner: Planner, tag: str) -> None:
    session.attempt(lambda: planner.campaigns.hashtags.renew(session.actor(planner), tag), "The look is dated today.")
