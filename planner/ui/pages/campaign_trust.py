"""Whom a campaign stands with: partners and the posts made with them, lived experience, and the lobbying log."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from planner.domain.lobbying import LOBBYING_KINDS, LobbyingEntry
from planner.domain.partner import Partner
from planner.services.campaign_words import words as bank
from planner.ui import furniture, session, words

if TYPE_CHECKING:
    from planner.services.campaigns import CampaignView
    from planner.services.house import Planner


def render(planner: Planner, view: CampaignView) -> None:
    """Draw partners, the reader with lived experience, and the log."""
    st.subheader("Partners", anchor=False)
    found = planner.campaigns.partners.all(view.campaign.id)
    if not found:
        furniture.empty("No partner yet. Keep their yes here before you post together; where money is in it, the label too.")
    for partner in found:
        _partner(planner, view, partner)
    with st.expander("Add a partner", icon=":material/handshake:"):
        _partner_form(planner, view.campaign.id)
    st.subheader("Lived experience", anchor=False)
    with st.form("voice.form", border=False):
        st.text_input(
            "Who with lived experience has read it?", view.campaign.voice, key="voice.who", placeholder="Two members of our peer council",
            help="By role, or by the name they chose. It is kept in the audit log. Let people speak for themselves: amplify, do not speak for.",
        )  # fmt: skip
        st.form_submit_button("Keep it", on_click=_voice, args=(planner, view.campaign.id))
    st.subheader("Lobbying log", anchor=False)
    st.caption(session.plain(bank("words")["legal"]["lobbying"]))
    _log(planner, view.campaign.id)


def _partner_form(planner: Planner, campaign: str) -> None:
    at = session.turn("partner")
    with st.form("partner.form", border=False):
        place = furniture.side_by_side()
        next(place).text_input("Name", key=f"partner.name{at}", placeholder="County library")
        next(place).text_input("Handle (optional)", key=f"partner.handle{at}", placeholder="@countylibrary")
        st.checkbox("Money or gifts are in it, either way", key=f"partner.paid{at}")
        next(place).text_input("If so: label of the posts", key=f"partner.label{at}", placeholder="#ad")
        next(place).text_input("Who of them agreed, and how? (can follow)", key=f"partner.yes{at}", placeholder="Their director, by mail")
        st.form_submit_button("Add", on_click=_add, args=(planner, campaign))


def _partner(planner: Planner, view: CampaignView, partner: Partner) -> None:
    key = partner.id
    with st.container(border=True):
        st.text(f"{partner.name} {partner.handle}".strip())
        money = f"paid, posts carry {partner.label}" if partner.paid else "unpaid"
        yes = (
            f"agreed: {partner.signed_by}, {words.day(partner.signed_at.date(), year=True)}" if partner.signed_at else "has not agreed yet"
        )
        st.caption(session.plain(f"{money} · {yes}"))
        if not partner.signed_at:
            with st.form(f"partner.sign.{key}", border=False):
                st.text_input("Who of them agreed, and how?", key=f"partner.who.{key}", placeholder="Their director, by mail")
                st.form_submit_button("Keep their yes", on_click=_sign, args=(planner, key))
            return
        posts = {post.id: post.headline for post in view.posts if post.state != "archived"}
        joined = [link.post_id for link in view.links if link.about == key and link.post_id in posts]
        st.multiselect(
            "Posts made together", list(posts), joined, format_func=lambda post: session.option(posts[post]), key=f"partner.posts.{key}",
            on_change=_join, args=(planner, key, joined),
        )  # fmt: skip


def _add(planner: Planner, campaign: str) -> None:
    at = session.turn("partner")
    got = {name: st.session_state[f"partner.{name}{at}"] for name in ("name", "handle", "paid", "label")}
    yes = (st.session_state[f"partner.yes{at}"] or "").strip()
    fresh = Partner(id="", campaign=campaign, created_by="", created_at=planner.clock.now(), **got)
    made = session.attempt(lambda: planner.campaigns.partners.add(session.actor(planner), fresh), "The partner is stored.", form="partner")
    if made is None:
        return
    if yes:
        session.attempt(
            lambda: planner.campaigns.partners.sign(session.actor(planner), made.id, yes), "The partner and their yes are stored."
        )


def _sign(planner: Planner, partner_id: str) -> None:
    who = st.session_state[f"partner.who.{partner_id}"] or ""
    session.attempt(lambda: planner.campaigns.partners.sign(session.actor(planner), partner_id, who), "Their yes is kept.")


def _join(planner: Planner, partner_id: str, before: list[str]) -> None:
    after = st.session_state[f"partner.posts.{partner_id}"]

    def act() -> bool:
        for post_id in {*after, *before}:
            if (post_id in after) != (post_id in before):
                planner.campaigns.partners.join(session.actor(planner), partner_id, post_id, on=post_id in after)
        return True

    session.attempt(act, "Saved.")


def _voice(planner: Planner, campaign_id: str) -> None:
    who = st.session_state["voice.who"] or ""
    session.attempt(lambda: planner.campaigns.voice(session.actor(planner), campaign_id, who), "Kept, in the audit log too.")


def _log(planner: Planner, campaign: str) -> None:
    found = planner.campaigns.lobbying.all(campaign)
    if found:
        rows = [
            (words.day(one.day, year=True), one.bill, one.kind, f"{one.minutes / 60:.2f}", f"{one.cents / 100:.2f}", one.who)
            for one in found
        ]
        columns = ["Day", "Bill", "Kind", "Hours", "Cost", "Who"]
        with st.container(key="lobbying-rows"):
            furniture.table(rows, columns, alt="Entries of the lobbying log: day, bill, kind, hours, cost, who")
        for kind, (minutes, cents) in planner.campaigns.lobbying.sums(campaign).items():
            st.text(f"{kind}: {minutes / 60:.2f} hours, {cents / 100:.2f} spent")
        st.download_button(
            "The log as CSV",
            planner.campaigns.lobbying.table(session.actor(planner), campaign),
            "lobbying.csv",
            "text/csv",
            key="lobbying.csv",
        )
    with st.expander("Add an entry", icon=":material/gavel:"):
        _entry_form(planner, campaign)


def _entry_form(planner: Planner, campaign: str) -> None:
    at = session.turn("lobbying")
    with st.form("lobbying.form", border=False):
        place = furniture.side_by_side()
        next(place).date_input("Day", words.local_now(planner.clock.now(), "UTC").date(), key=f"lobbying.day{at}", format="YYYY-MM-DD")
        next(place).text_input("Bill", key=f"lobbying.bill{at}", placeholder="HB 1234")
        next(place).selectbox(
            "Kind",
            LOBBYING_KINDS,
            format_func=str.capitalize,
            key=f"lobbying.kind{at}",
            help="Direct: you speak to lawmakers. Grassroots: you ask others to.",
        )
        next(place).text_input("Who did the work?", key=f"lobbying.who{at}")
        next(place).number_input("Hours", 0.0, 24.0, 1.0, 0.25, key=f"lobbying.hours{at}")
        next(place).number_input("Cost", 0.0, 1e9, 0.0, 1.0, key=f"lobbying.cost{at}")
        st.text_input("Note (optional)", key=f"lobbying.note{at}")
        st.form_submit_button("Add", on_click=_enter, args=(planner, campaign))


def _enter(planner: Planner, campaign: str) -> None:
    at = session.turn("lobbying")
    got = {name: st.session_state[f"lobbying.{name}{at}"] for name in ("day", "bill", "kind", "who", "note")}
    minutes, cents = round(st.session_state[f"lobbying.hours{at}"] * 60), round(st.session_state[f"lobbying.cost{at}"] * 100)
    fresh = LobbyingEntry(id="", campaign=campaign, created_by="", created_at=planner.clock.now(), minutes=minutes, cents=cents, **got)
    session.attempt(lambda: planner.campaigns.lobbying.add(session.actor(planner), fresh), "The entry is stored.", form="lobbying")
