"""The content bank's lists: pillars against what went out, the days that are coming up, and the guidelines behind the rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import streamlit as st

from planner.domain.library import Pillar
from planner.ui import furniture, session, words

if TYPE_CHECKING:
    from datetime import date

    from planner.domain.library import Portion
    from planner.services.hashtags import CardView
    from planner.services.house import Planner
    from planner.services.shelf import Guideline

_DAYS = 90
_AHEAD = 120
_PURPOSES = {"educate": "Educate", "thank": "Thank", "story": "Tell a story", "ask": "Ask for something"}
FEW = 10
"""Below so many posts a share says little."""


def pillars(planner: Planner) -> None:
    """Draw the pillars with their shares, and the form that changes them."""
    now = planner.clock.now()
    found = planner.library.mix(now - timedelta(days=_DAYS), now)
    st.caption("What you want to talk about, and how much of each. A post without a pillar counts to the first one of its purpose.")
    total = sum(one.posts for one in found)
    furniture.table(tuple(map(_row, found)), ["Pillar", "Target", "Went out", "Posts"], alt="Pillars with their target and what went out")
    st.caption(f"{words.count(total, 'post')} in the last {_DAYS} days." + (" With so few, a share says little." if total < FEW else ""))
    with st.expander("Change the pillars", icon=":material/tune:", key="library.pillars"), st.form("pillars.form", border=False):
        kept = [one.pillar for one in found]
        for number, one in enumerate([*kept, Pillar("", "", 0, "educate")]):
            _line(number, one)
        st.form_submit_button("Keep these pillars", type="primary", on_click=_keep, args=(planner, [one.id for one in kept]))


def _row(one: Portion) -> tuple[str, ...]:
    actual = "no post yet" if one.actual is None else f"{one.actual:.0f} %"
    return one.pillar.name, f"{one.pillar.share} %", actual, str(one.posts)


def _line(number: int, one: Pillar) -> None:
    name, purpose, share = st.columns([3, 2, 1.2])
    name.text_input("Pillar" if one.id else "New pillar", one.name, key=f"pillar.name.{number}", placeholder="leave empty for none")
    choices = list(_PURPOSES)
    purpose.selectbox(
        "Purpose", choices, index=choices.index(one.purpose), format_func=_PURPOSES.__getitem__, key=f"pillar.purpose.{number}"
    )
    share.number_input("Share in %", 0, 100, one.share, key=f"pillar.share.{number}")


def _keep(planner: Planner, ids: list[str]) -> None:
    made = []
    for number, key in enumerate([*ids, ""]):
        got = {name: st.session_state[f"pillar.{name}.{number}"] for name in ("name", "purpose", "share")}
        if got["name"] and got["name"].strip():
            made.append(replace(Pillar(key, "", 0, "educate"), name=got["name"], purpose=got["purpose"], share=int(got["share"])))
    session.attempt(lambda: planner.library.set_pillars(session.actor(planner), made), "Kept.")


def observances(planner: Planner) -> None:
    """Draw the days of the coming months."""
    today = planner.clock.now().date()
    st.caption(
        "Days of the coming four months, in the countries of your accounts. They stand on the calendar too; nothing is posted by itself."
    )
    found = planner.library.occasions(today, today + timedelta(days=_AHEAD))
    if not found:
        furniture.empty("Nothing in the coming months.")
    for one in found:
        with st.container(border=True):
            st.markdown(
                f"**{session.plain(one.observance.title)}**, {words.day(one.first)}"
                + ("" if one.first == one.last else f" to {words.day(one.last)}")
            )
            st.caption(session.plain(f"{one.observance.about} {one.observance.source}"))


def guidelines(planner: Planner) -> None:
    """Draw the sources that rules point to."""
    today = planner.clock.now().date()
    st.caption(
        "Where the rules come from. This is product design and no legal or clinical advice; a guideline that was superseded is kept for its history."
    )
    every = planner.library.shelf.guidelines
    for pair in range(0, len(every), 2):
        for column, one in zip(st.columns(2), every[pair : pair + 2], strict=False):
            with column.container(border=True, key=f"guide-{one.id}", height="stretch"):
                _guideline(one, today)


def _guideline(one: Guideline, today: date) -> None:
    st.text(one.title)
    state = f"superseded by {one.superseded_by}, for its history only" if one.superseded_by else "in force"
    checked = f"checked {words.day(one.checked_on, year=True)}{', look again' if one.due(today) else ''}"
    st.caption(
        session.plain(" · ".join((one.publisher, one.edition, f"country: {one.country}", f"profession: {one.profession}", checked, state)))
    )
    st.link_button("Open", one.url, icon=":material/open_in_new:", type="tertiary")


def countries(planner: Planner) -> None:
    """Draw each country's emergency number and what its law changes; both say who has checked them."""
    with st.expander("Emergency numbers, and what the law asks by country", icon=":material/public:", key="library.countries"):
        titles = {one.id: one.title for one in planner.library.shelf.guidelines}
        for one in planner.library.shelf.countries:
            st.markdown(f"**{session.plain(one.name)}**: {session.plain(one.emergency)} ({session.plain(one.state)})")
            for note in one.law:
                read = "" if note.read else "; read second-hand"
                st.caption(session.plain(f"{note.text} ({titles.get(note.source, note.source)}{read})"))
            if not one.law:
                st.caption("Nothing of this country's law is built in: the rules that hold everywhere apply.")


def hashtags(planner: Planner) -> None:
    """Draw the hashtag cards: what each tag means, who uses it, what could go wrong, and when somebody looked."""
    st.caption("Read what is posted under a tag before you use it, then note the look. Cards are written and changed with a campaign.")
    cards = planner.campaigns.hashtags.cards()
    for pair in range(0, len(cards), 2):
        for column, view in zip(st.columns(2), cards[pair : pair + 2], strict=False):
            with column:
                _hashtag(planner, view)
    session.link("campaigns", "Open the campaigns", icon=":material/arrow_forward:")


def _hashtag(planner: Planner, view: CardView) -> None:
    card = view.card
    with st.container(border=True, key=f"tag-{card.id}", height="stretch"):
        st.subheader(session.plain(f"#{card.tag}"), anchor=False)
        st.text(card.meaning)
        told = [card.reach.capitalize(), f"Used by: {card.used_by}" if card.used_by else "", f"Risk: {card.risk}" if card.risk else ""]
        st.caption(session.plain(" · ".join(part.rstrip(".") for part in told if part)))
        if view.valid and view.last is not None:
            st.caption(f":material/event_available: Looked at; good until {words.day(view.last, year=True)}")
        else:
            st.caption(":material/event_busy: Look at it before use.")
        st.button("I looked at it today", key=f"tag.renew.{card.id}", on_click=_renew, args=(planner, card.tag))


def _renew(planner: Planner, tag: str) -> None:
    session.attempt(lambda: planner.campaigns.hashtags.renew(session.actor(planner), tag), "Noted.")
