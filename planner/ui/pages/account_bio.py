"""The bio of one account: pasted here, read on this machine, each missing part named with words to start from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from planner.services.bios import MOST, Bio
from planner.ui import furniture, session, words

if TYPE_CHECKING:
    from planner.checklist.report import Finding
    from planner.domain.account import Account
    from planner.domain.bio import PartSeen
    from planner.services.bios import BioLook
    from planner.services.house import Planner

LEVELS = {
    "block": (":material/block:", "Take this out"),
    "ask": (":material/help:", "Look at this"),
    "advise": (":material/lightbulb:", "A remark"),
}


def draw(planner: Planner, account: Account) -> None:
    """Draw the form on one side, and what the bio tells and leaves out on the other."""
    left, right = st.columns(2, gap="large")
    with left:
        _form(planner, account)
        session.link("clients_eye", "See the profile as a client does", icon=":material/visibility:", account=account.id)
    with right:
        if not account.facts.bio:
            furniture.empty("Paste the text of your profile, and it is read here: what it tells, and what a reader would miss.")
            return
        look = planner.bios.look(account.id)
        _parts(look, account)
        _findings(look)


def _form(planner: Planner, account: Account) -> None:
    facts = account.facts
    with st.form("account.bio", border=True):
        st.text_area(
            "The bio, as it stands on the platform", facts.bio, key="bio.text", height=180, max_chars=MOST,
            help="It is read on this machine. Nothing is sent to the platform, and nothing is changed there.",
        )  # fmt: skip
        st.checkbox("The profile shows a professional photo, or our mark", facts.photo, key="bio.photo")
        st.checkbox(
            "This account speaks under a pseudonym", facts.pseudonym, key="bio.pseudonym",
            help="Then no credential is asked for, and an offer of services is.",
        )  # fmt: skip
        st.text_input(
            "Your own name, to be kept out", key="bio.legal_name", type="password", autocomplete="off",
            placeholder="kept already; empty leaves it" if facts.legal_name else "only with a pseudonym; may stay empty",
            help="Never shown again. It is taken out of every export, feed and report. Untick the pseudonym to have it forgotten.",
        )  # fmt: skip
        st.markdown("**Known to every reader.** Each check joins these with the details of a post.")
        town, employer = st.columns(2)
        town.text_input("Town", facts.town, key="bio.town", help="Left empty, it is taken from the bio.")
        employer.text_input("Employer", facts.employer, key="bio.employer", help="Left empty, it is taken from the bio.")
        st.form_submit_button("Save and read it", type="primary", on_click=_save, args=(planner, account))


def _parts(look: BioLook, account: Account) -> None:
    missing = [seen for seen in look.parts if seen.missing]
    photo = account.facts.photo
    left = len(missing) + (not photo)
    st.subheader(f"{words.count(left, 'part is', 'parts are')} missing" if left else "Every part is there", anchor=False)
    for seen in missing:
        _missing(seen, account)
    if not photo:
        with st.container(border=True, gap="xxsmall"):
            st.markdown(":material/radio_button_unchecked: **A professional photo, or your mark**")
            st.caption("Look at the profile yourself, then tick it on this page. No picture is fetched.")
    if look.offer is not None:
        with st.container(border=True, gap="xxsmall"):
            st.markdown(f":material/help: **{session.plain(look.offer.part.label)}**")
            st.text(f"“{look.offer.words}”")
            st.caption(session.plain(look.offer.part.why))
    for seen in look.parts:
        if not seen.missing:
            st.markdown(f":material/check_circle: {session.plain(seen.part.label)}: {session.plain(f'“{seen.words}”')}")
    if photo:
        st.markdown(":material/check_circle: A professional photo, or your mark: ticked by hand")


def _missing(seen: PartSeen, account: Account) -> None:
    with st.container(border=True, gap="xxsmall", key=f"card-bio-{seen.part.id}"):
        st.markdown(f":material/radio_button_unchecked: **{session.plain(seen.part.label)}**")
        st.caption(session.plain(seen.part.why))
        st.code(seen.part.wording(account.countries[0]), language=None, wrap_lines=True)


def _findings(look: BioLook) -> None:
    st.subheader("What the checklist says about its words", anchor=False)
    if not look.report.findings:
        st.caption("Nothing matched in confidentiality, tone and the other rules. That is no promise: read it once as a client.")
    for finding in look.report.findings:
        _finding(finding)


def _finding(finding: Finding) -> None:
    icon, word = LEVELS[finding.level]
    with st.container(border=True, gap="xxsmall"):
        st.markdown(f"{icon} **{word}:** {session.plain(finding.message)}")
        st.caption(session.plain(f"{finding.why} Source: {finding.source.title}"))
        if finding.suggestion is not None and finding.suggestion.text:
            st.text(f"Rather: {finding.suggestion.text}")


def _save(planner: Planner, account: Account) -> None:
    state = st.session_state
    bio = Bio(
        state["bio.text"],
        state["bio.photo"],
        state["bio.pseudonym"],
        state["bio.town"],
        state["bio.employer"],
        state["bio.legal_name"] or None,
    )
    session.attempt(lambda: planner.bios.keep(session.actor(planner), account.id, account.version, bio), "Saved, and read.")
