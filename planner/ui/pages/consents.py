"""The consent register: what people have agreed to in writing, what rests upon it, and taking it back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import streamlit as st

from planner.domain.consent import Consent
from planner.domain.people import ALLOWED
from planner.ui import furniture, session, words

if TYPE_CHECKING:
    from planner.domain.people import Actor
    from planner.services.consents import Withdrawal
    from planner.services.house import Planner

_A_YEAR = timedelta(days=365)
_LIVE = ("sent", "sending", "unconfirmed")


def draw(planner: Planner, acting: Actor) -> None:
    """Draw the register with its form."""
    st.caption("What somebody has signed before their story is told. The register says where the form lies, never who signed it.")
    if not planner.consents.stories_on():
        st.info("Stories are switched off here. An admin can switch them on in Settings, with the reason.", icon=":material/auto_stories:")
    if ("review" if acting.team_size > 1 else "write") in ALLOWED[acting.role]:
        with st.expander("Add a signed consent", icon=":material/add:"):
            _form(planner)
    register = planner.consents.register(acting)
    if not register:
        furniture.empty("No consent yet. A story needs one, or your word that it is a composite of many people.")
    for consent in register:
        _record(planner, acting, consent)


def _form(planner: Planner) -> None:
    today = planner.clock.now().date()
    with st.form("consent.form", border=False):
        st.text_input("Where does the signed form lie?", key="consent.pointer", placeholder="File 2026-114, cabinet 2", max_chars=60)
        st.text_area("What was agreed to? One use a line", key="consent.uses", placeholder="Our Facebook page\nAnnual report 2026")
        left, right = st.columns(2)
        left.date_input("Signed on", today, key="consent.given", format="YYYY-MM-DD")
        right.date_input("Ends on", today + _A_YEAR, key="consent.ends", format="YYYY-MM-DD")
        st.checkbox("It is signed, on paper or electronically", key="consent.written")
        st.checkbox("The risks were told: a post can be copied, found and recognized for ever", key="consent.risks")
        st.checkbox("How to take it back was told, and that copies may stay", key="consent.withdrawal")
        st.form_submit_button("Add to the register", on_click=_add, args=(planner,))


def _add(planner: Planner) -> None:
    got, now = st.session_state, planner.clock.now()
    ends: date | None = got["consent.ends"]
    made = Consent(
        "", got["consent.pointer"], tuple(got["consent.uses"].splitlines()), got["consent.given"], ends, got["consent.written"],
        got["consent.risks"], got["consent.withdrawal"], "", now,
    )  # fmt: skip
    kept = session.attempt(lambda: planner.consents.add(session.actor(planner), made), "Added to the register.")
    if kept is not None:
        for name in ("pointer", "uses"):
            got[f"consent.{name}"] = ""
        for name in ("written", "risks", "withdrawal"):
            got[f"consent.{name}"] = False


def _record(planner: Planner, acting: Actor, consent: Consent) -> None:
    resting = planner.consents.resting_on(consent.id)
    with st.container(border=True):
        text, side = st.columns([3, 2], gap="large")
        with text:
            st.subheader(session.plain(consent.pointer), anchor=False)
            icon, sentence = _state(consent, planner.clock.now().date())
            st.caption(f":material/{icon}: {session.plain(sentence)}")
            st.text("\n".join(f"• {use}" for use in consent.uses))
        with side:
            st.caption(
                words.count(len(resting), "story rests upon it", "stories rest upon it") if resting else "No story rests upon it yet."
            )
            for one in resting:
                live = sum(item.state in _LIVE for item in one.deliveries)
                st.text(one.post.headline or "Empty draft")
                if live:
                    st.caption(f":material/public: live in {words.count(live, 'place')}")
                session.link("compose", "Open", icon=":material/edit_note:", post=one.post.id)
            if consent.withdrawn_at is None and "hold" in ALLOWED[acting.role]:
                _withdraw(planner, consent)


def _state(consent: Consent, today: date) -> tuple[str, str]:
    """Return an icon and a sentence."""
    if consent.withdrawn_at is not None:
        why = f": {consent.withdrawn_why}" if consent.withdrawn_why else ""
        return "block", f"withdrawn on {words.day(consent.withdrawn_at.date())}{why}"
    if consent.expires_on is not None and consent.expires_on <= today:
        return "event_busy", f"has ended on {words.day(consent.expires_on)}"
    ends = f"ends on {words.day(consent.expires_on)}" if consent.expires_on else "without an end"
    return "check", f"signed on {words.day(consent.given_on)}, {ends}"


def _withdraw(planner: Planner, consent: Consent) -> None:
    with (
        st.popover("Withdrawn", icon=":material/undo:", key=f"consent.back.{consent.id}"),
        st.form(f"consent.back.form.{consent.id}", border=False),
    ):
        st.caption("Everything that rests upon it is held at once. What is live is listed, so that you can take it down.")
        st.text_input("Said when and how? (no name)", key=f"consent.why.{consent.id}")
        st.form_submit_button("The person has withdrawn it", on_click=_take_back, args=(planner, consent.id))


def _take_back(planner: Planner, consent_id: str) -> None:
    why = st.session_state[f"consent.why.{consent_id}"]
    done = session.attempt(lambda: planner.consents.withdraw(session.actor(planner), consent_id, why))
    if done is not None:
        session.tell("success", outcome(done))


def outcome(done: Withdrawal) -> str:
    """Return what a withdrawal did, in one sentence."""
    held = f"{words.count(done.held, 'post')} held." if done.held else "Nothing was waiting to go out."
    if not done.live:
        return f"Withdrawn. {held} Nothing of it is live."
    return f"Withdrawn. {held} {words.count(len(done.live), 'post')} still live: take each one down on its platform, copies may stay."
