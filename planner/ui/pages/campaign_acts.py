"""What a campaign asks of people: its events with their reminders, its asks with their pace."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import streamlit as st

from planner.domain.ask import KINDS, Ask, sentence
from planner.domain.event import Event, access_missing
from planner.ui import charts, frames, furniture, session, words

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from planner.domain.campaign import Campaign
    from planner.domain.post import Post
    from planner.services.campaigns import CampaignView
    from planner.services.house import Planner

ROLE_WORDS = {
    "thanks": "the thank-you", "result": "the result", "petition-closing": "the petition's closing", "petition-result": "the petition's result",
    "reminder": "a reminder", "cancelled": "the cancellation", "co-post": "made with a partner", "ask-thanks": "thanks for an ask",
}  # fmt: skip
KIND_WORDS = {"call": "Call", "write": "Write", "donate": "Donate", "attend": "Attend", "sign": "Sign"}
ACCESS_WORDS = {
    "online": "how to take part online",
    "transport": "how to get there without a car",
    "mobility": "step-free access and seating",
}
_PLACES = {
    "place": ("Place", ""),
    "link": ("Link (optional)", "https://"),
    "online": ("Taking part from home", "Video link on our page, or dial in by phone"),
    "transport": ("Getting there without a car", "Bus 16 stops at the door; we offer rides"),
    "mobility": ("Step-free access, seating", "Step-free entrance, chairs in every room"),
}
_STEPS = {
    "verb": ("What to do", "the kind's own word, if left empty"),
    "who": ("Whom it concerns", "your county commissioner"),
    "how": ("How to do it", "The number stands on your voter card; two minutes are enough"),
    "why": ("Why it helps", "Each call is counted before the vote"),
    "link": ("Link", "https://"),
    "offline": ("The same without the web", "By phone, by post, at the counter"),
}
POST_WORDS = {"draft": "draft", "in_review": "in review", "returned": "returned", "ready": "ready", "archived": "put away"}


def post_row(planner: Planner, post: Post, role: str = "", when: str = "") -> None:
    """Draw one post of the campaign with the way to it."""
    sent = [item.state for item in planner.calendar.of_post(post.id) if item.state != "cancelled"]
    state = words.STATE_WORDS[sent[0]] if sent else POST_WORDS[post.state]
    with st.container(border=True):
        text, act = st.columns([7, 1.4], vertical_alignment="center")
        with text.container(gap="xxsmall"):
            st.text(post.headline or "Image without text")
            st.caption(session.plain(" · ".join(part for part in (role, when, state) if part)))
        with act:
            session.link("compose", "Open", post=post.id)


def events(planner: Planner, view: CampaignView) -> None:
    """Draw the events with their access line and reminders, and the form of a new one."""
    found = planner.campaigns.events.all(view.campaign.id)
    if not found:
        furniture.empty("No event yet. A new one begins three reminders as drafts: a week, a day and two hours before.")
    for event in found:
        _event(planner, view, event)
    with st.expander("Add an event", icon=":material/event:"):
        _event_form(planner, view.campaign.id, None)


def _event(planner: Planner, view: CampaignView, event: Event) -> None:
    with st.container(border=True):
        st.text(f"{event.title}{' (cancelled)' if event.state == 'cancelled' else ''}")
        st.caption(session.plain(f"{words.moment(event.starts_at, event.zone, year=True)} · {event.place or 'online'}"))
        missing = [ACCESS_WORDS[name] for name in access_missing(event)]
        if missing and event.state == "planned":
            st.markdown(f":material/accessible: Its access line is missing {', '.join(missing)}. Its posts will ask.")
        posts = {post.id: post for post in view.posts}
        for link in view.links:
            if link.about == event.id and link.post_id in posts and posts[link.post_id].state != "archived":
                when = f"for {words.moment(link.due_at, event.zone)}" if link.due_at else ""
                post_row(planner, posts[link.post_id], ROLE_WORDS[link.role], when)
        if event.state == "planned":
            with st.container(horizontal=True):
                _event_acts(planner, event)


def _event_acts(planner: Planner, event: Event) -> None:
    with st.popover("Change", icon=":material/edit:", key=f"event.change.{event.id}"):
        _event_form(planner, event.campaign, event)
    with (
        st.popover("Cancel the event", icon=":material/block:", key=f"event.ask.{event.id}"),
        st.form(f"event.cancel.{event.id}", border=False),
    ):
        st.text_input("What do you tell people?", key=f"event.why.{event.id}", placeholder="The hall is closed. A new day follows.")
        st.form_submit_button("Cancel it everywhere", on_click=_cancel, args=(planner, event.id))


def _event_form(planner: Planner, campaign: str, now: Event | None) -> None:
    zones = list(dict.fromkeys([*([now.zone] if now else []), *(account.zone for account in planner.accounts.all())])) or ["UTC"]
    soon = words.local_now(planner.clock.now(), zones[0]).date() + timedelta(days=14)
    day, start = (date.fromisoformat(now.wall[:10]), now.wall[11:16]) if now else (soon, "18:00")
    at = f".{now.id}" if now else session.turn("event")
    with st.form(f"event.form{at}", border=False):
        st.text_input("Title", now.title if now else "", key=f"event.title{at}", placeholder="Hearing on rural telehealth")
        place = furniture.side_by_side()
        next(place).date_input("Day", day, key=f"event.day{at}", format="YYYY-MM-DD")
        next(place).text_input("Start", start, key=f"event.at{at}", placeholder="18:00")
        next(place).selectbox("Zone", zones, format_func=session.option, key=f"event.zone{at}")
        next(place).number_input("Minutes", 1, 10_000, now.minutes if now else 60, key=f"event.minutes{at}")
        for name, (label, example) in _PLACES.items():
            next(place).text_input(label, getattr(now, name) if now else "", key=f"event.{name}{at}", placeholder=example)
        st.caption("How to take part, to get there and to get in: what stays empty is asked about in the event's posts.")
        st.form_submit_button("Save the event" if now else "Add", on_click=_save_event, args=(planner, campaign, now))


def _save_event(planner: Planner, campaign: str, now: Event | None) -> None:
    at = f".{now.id}" if now else session.turn("event")
    got = {name: st.session_state[f"event.{name}{at}"] for name in ("title", "zone", "minutes", *_PLACES)}
    got["wall"] = f"{st.session_state[f'event.day{at}']:%Y-%m-%d}T{st.session_state[f'event.at{at}']}"
    if now:
        done = "Saved. Reminders that were not out are written anew, as drafts."
        session.attempt(lambda: planner.campaigns.events.update(session.actor(planner), replace(now, **got)), done)
        return
    fresh = Event(id="", campaign=campaign, created_by="", created_at=planner.clock.now(), **got)
    session.attempt(
        lambda: planner.campaigns.events.add(session.actor(planner), fresh),
        "The event is stored, and its reminders are drafts.",
        form="event",
    )


def _cancel(planner: Planner, event_id: str) -> None:
    why = st.session_state[f"event.why.{event_id}"] or ""
    session.attempt(
        lambda: planner.campaigns.events.cancel(session.actor(planner), event_id, why) or True,
        "Cancelled. Waiting reminders are off the calendar; where one was out, a notice is drafted.",
    )


def asks(planner: Planner, view: CampaignView) -> None:
    """Draw the asks with what they lack and what came of them, the pace, and the form of a new one."""
    balance = planner.campaigns.asks.balance(view.campaign.id)
    if any(week.asks or week.others for week in balance):
        furniture.chart(charts.ask_balance(frames.balance(balance)), key="asks.balance")
    waiting = {ask.id for ask in planner.campaigns.asks.waiting(view.campaign.id)}
    found = planner.campaigns.asks.all(view.campaign.id)
    if not found:
        furniture.empty("No ask yet. A good one says what to do, whom it concerns, how, by when, and why it helps.")
    for ask in found:
        _ask(planner, view.campaign, ask, overdue=ask.id in waiting)
    with st.expander("Add an ask", icon=":material/front_hand:"):
        _ask_form(planner, view.campaign, None)


def _ask_form(planner: Planner, campaign: Campaign, now: Ask | None) -> None:
    at = f".{now.id}" if now else session.turn("ask")

    def step(place: DeltaGenerator, name: str) -> None:
        label, example = _STEPS[name]
        place.text_input(label, getattr(now, name) if now else "", key=f"ask.{name}{at}", placeholder=example)

    with st.form(f"ask.form{at}", border=False):
        place = furniture.side_by_side()
        next(place).selectbox(
            "What kind?", KINDS, index=KINDS.index(now.kind) if now else 0, format_func=KIND_WORDS.__getitem__, key=f"ask.kind{at}"
        )
        next(place).date_input("By when", now.by_when if now else None, key=f"ask.by_when{at}", format="YYYY-MM-DD")
        for name in ("verb", "who", "how", "why"):
            step(next(place), name)
        needed = campaign.audience == "rural" or bool(now and (now.link or now.offline))
        with st.expander("A link, and the way without the web (optional)", icon=":material/link:", expanded=needed):
            for name in ("link", "offline"):
                step(next(place), name)
        st.form_submit_button("Save the ask" if now else "Add", on_click=_save_ask, args=(planner, campaign.id, now))


def _ask(planner: Planner, campaign: Campaign, ask: Ask, *, overdue: bool) -> None:
    missing = planner.campaigns.asks.missing(ask)
    with st.container(border=True):
        st.text(sentence(ask) or KIND_WORDS[ask.kind])
        if missing:
            st.markdown(f":material/checklist: Still missing: {session.plain(', '.join(missing))}.")
        if ask.offline:
            st.text(f"Without the web: {ask.offline}")
        with st.popover("Change", icon=":material/edit:", key=f"ask.change.{ask.id}"):
            _ask_form(planner, campaign, ask)
        if ask.result:
            st.text(f"What came of it: {ask.result}")
            return
        if overdue:
            st.markdown(":material/history: Its day has passed. People who did it would like to know what came of it.")
        with st.form(f"ask.answer.{ask.id}", border=False):
            st.text_input("What came of it?", key=f"ask.result.{ask.id}", placeholder="312 calls were counted; the vote is on Tuesday")
            st.form_submit_button("Keep it and draft the thanks", on_click=_answer, args=(planner, ask.id))


def _save_ask(planner: Planner, campaign: str, now: Ask | None) -> None:
    at = f".{now.id}" if now else session.turn("ask")
    got = {name: st.session_state[f"ask.{name}{at}"] for name in ("kind", "by_when", *_STEPS)}
    got["verb"] = (got["verb"] or "").strip() or KIND_WORDS[got["kind"]]
    if now:
        session.attempt(lambda: planner.campaigns.asks.update(session.actor(planner), replace(now, **got)), "Saved.")
        return
    fresh = Ask(id="", campaign=campaign, created_by="", created_at=planner.clock.now(), **got)
    session.attempt(lambda: planner.campaigns.asks.add(session.actor(planner), fresh), "The ask is stored.", form="ask")


def _answer(planner: Planner, ask_id: str) -> None:
    said = st.session_state[f"ask.result.{ask_id}"] or ""
    session.attempt(lambda: planner.campaigns.asks.answer(session.actor(planner), ask_id, said) or True, "Kept. The thanks are a draft.")
