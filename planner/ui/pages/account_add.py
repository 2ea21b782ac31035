"""Adding an account in three questions: where, whose, and which hours; a personal account is refused with the reason."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

import streamlit as st

from planner.domain.account import PERSONAL_REFUSED, Account
from planner.domain.schedule import WEEKDAYS, Window
from planner.ui import furniture, half, session

if TYPE_CHECKING:
    from connectors.registry import PlatformInfo
    from planner.services.house import Planner

KINDS = {
    "practice": "A practice (one person or a few)",
    "agency": "An agency or clinic",
    "advocacy": "An advocacy group or campaign",
    "personal": "My personal account",
}
AUTHORS = {
    "therapist": "Therapist or counselor",
    "social-worker": "Social worker",
    "agency": "Agency communications",
    "advocacy": "Advocate or organizer",
    "student": "Student",
}
ORGANIZATIONS = {
    "": "None of these",
    "501c3": "Charity under 501(c)(3) (United States)",
    "charity": "Registered charity (elsewhere)",
    "government": "Public body",
}
COUNTRIES = {
    "US": "United States", "GB": "United Kingdom", "CA": "Canada", "CA-ON": "Canada, Ontario", "AU": "Australia", "NZ": "New Zealand", "IE": "Ireland", "ZA": "South Africa",
    "IN": "India", "DE": "Germany", "AT": "Austria", "CH": "Switzerland", "NL": "Netherlands", "FR": "France", "ES": "Spain", "IT": "Italy",
    "PT": "Portugal", "SE": "Sweden", "NO": "Norway", "DK": "Denmark", "FI": "Finland", "PL": "Poland", "MX": "Mexico", "BR": "Brazil",
    "JP": "Japan", "KE": "Kenya", "NG": "Nigeria", "PH": "Philippines", "SG": "Singapore",
}  # fmt: skip
FIRST_ZONES = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles", "America/Anchorage", "Pacific/Honolulu",
    "America/Toronto", "Europe/London", "Europe/Dublin", "Europe/Berlin", "Australia/Sydney", "Pacific/Auckland",
)  # fmt: skip
_DAY = (time(9), time(17))
_NIGHT = (time(20), time(8))


def zones() -> list[str]:
    """Return the IANA zones to choose from, the usual ones first."""
    return [*FIRST_ZONES, *sorted(name for name in available_timezones() if "/" in name and name not in FIRST_ZONES)]


def draw(planner: Planner) -> None:
    """Draw the steps; what was filled in stays until it is stored, through other pages and a reload."""
    half.bring_back(planner, "add")
    furniture.heading("Add an account")
    st.button("Back to the accounts", icon=":material/arrow_back:", type="tertiary", key="add.do.back", on_click=st.query_params.clear)
    _steps(planner)
    half.keep(planner, "add")


def _steps(planner: Planner) -> None:
    kind = st.radio("Whose account is it?", list(KINDS), format_func=KINDS.__getitem__, index=None, key="add.kind", persist_state="session")
    if kind == "personal":
        st.error(PERSONAL_REFUSED, icon=":material/block:")
        return
    if kind is None:
        return
    known = {info.name: info for info in planner.accounts.platforms()}
    name = st.selectbox(
        "Which platform?", list(known), format_func=lambda key: known[key].title, index=None, key="add.platform", persist_state="session"
    )
    if name is None:
        return
    _grade(known[name])
    with st.container(border=True):
        _form(known[name], kind)
        st.button("Add this account", type="primary", key="add.do.store", on_click=_store, args=(planner, kind, known[name]))


def _grade(info: PlatformInfo) -> None:
    if info.mode == "hand":
        st.info(
            "Posted by hand: when a post is due you get a card with the text, the images and a copy button, and you post it yourself.",
            icon=":material/front_hand:",
        )
    else:
        st.info("Can be posted automatically, once you have connected it. By hand works too.", icon=":material/verified:")
        st.caption(f"Tested against: {session.plain(info.tested_against)}")
        if info.mode == "beta":
            st.warning(f"In beta: never tried on the live service. Not tested: {session.plain(info.not_tested)}", icon=":material/science:")


def _first(info: PlatformInfo) -> int:
    """Return which way is chosen at first: what was never tried on the live service is off until somebody wants it."""
    return info.modes.index("hand") if info.mode == "beta" else 0


def _here() -> int | None:
    """Return where the browser's own zone stands among the choices, when it is one of them."""
    mine = st.context.timezone
    return zones().index(mine) if mine in zones() else None


def _form(info: PlatformInfo, kind: str) -> None:
    """Draw the fields; what was filled in stays while the window is open, also when another page is looked at in between."""
    if len(info.modes) > 1:
        st.radio(
            "How are its posts published?", info.modes, index=_first(info), key="add.mode", horizontal=True, persist_state="session",
            format_func={"api": "Automatically", "hand": "By hand, from a card"}.__getitem__,
        )  # fmt: skip
    st.text_input(
        "Name of the account there", key="add.handle", placeholder="@yourpractice", help="As people see it: the handle or page name.",
        persist_state="session",
    )  # fmt: skip
    for field in info.hand_fields:
        if field.name != "handle":
            st.text_input(
                session.plain(field.label), key=f"add.field.{field.name}", help=session.plain(field.help) or None, persist_state="session"
            )
    st.text_input("Whose voice is it?", key="add.owner", placeholder="Ridge Counseling, Dana Smith LCSW", persist_state="session")
    st.text_area(
        "What is it for?", key="add.purpose", height=80, placeholder="Helps parents in our county find support; no counseling here.",
        persist_state="session",
    )  # fmt: skip
    left, right = st.columns(2)
    left.selectbox("Time zone", zones(), key="add.zone", index=_here(), placeholder="Such as America/Denver", persist_state="session")
    right.multiselect(
        "Countries it speaks to", list(COUNTRIES), format_func=COUNTRIES.__getitem__, key="add.countries", persist_state="session",
        help="The first one decides which rules and help lines hold; Ontario has rules of its own.",
    )  # fmt: skip
    left, right = st.columns(2)
    first = list(AUTHORS).index(kind) if kind in AUTHORS else 0
    left.selectbox("Who writes?", list(AUTHORS), index=first, format_func=AUTHORS.__getitem__, key="add.author", persist_state="session")
    right.selectbox(
        "The organization is", list(ORGANIZATIONS), format_func=ORGANIZATIONS.__getitem__, key="add.org", persist_state="session"
    )
    _hours()


def _hours() -> None:
    left, start, end = st.columns([2, 1, 1])
    left.pills(
        "Days when somebody answers",
        WEEKDAYS,
        selection_mode="multi",
        default=WEEKDAYS[:5],
        key="add.days",
        wrap=True,
        persist_state="session",
    )
    start.time_input("From", _DAY[0], key="add.from", persist_state="session")
    end.time_input("To", _DAY[1], key="add.to", persist_state="session")
    st.toggle("Quiet at night: nothing goes out from 20:00 to 08:00", value=True, key="add.quiet", persist_state="session")


def _store(planner: Planner, kind: str, info: PlatformInfo) -> None:
    account = session.attempt(lambda: planner.accounts.add(session.actor(planner), _account(planner, kind, info)))
    if account is None:
        return
    half.forget(planner, "add")
    st.query_params.clear()
    st.query_params["account"] = account.id
    done = "Now connect it." if account.mode == "api" else "It is ready: posts for it come to you as cards."
    session.tell("success", f"{account.handle} has been added. {done}")


def _account(planner: Planner, kind: str, info: PlatformInfo) -> Account:
    state: Any = st.session_state
    settings = {field.name: (state.get(f"add.field.{field.name}") or "").strip() for field in info.hand_fields if field.name != "handle"}
    days = [WEEKDAYS.index(day) for day in state["add.days"]]
    quiet = tuple(Window(day, *_NIGHT) for day in range(7)) if state["add.quiet"] else ()
    return Account(
        id="",
        owner=state["add.owner"].strip(),
        purpose=state["add.purpose"].strip(),
        kind=kind,  # type: ignore[arg-type]  # one of KINDS
        platform=info.name,
        handle=state["add.handle"].strip(),
        mode=state.get("add.mode", info.modes[_first(info)]),
        zone=state["add.zone"] or "",
        countries=tuple(state["add.countries"]),
        created_at=planner.clock.now(),
        org_type=state["add.org"] or None,
        author=state["add.author"],
        business_hours=tuple(Window(day, state["add.from"], state["add.to"]) for day in days),
        quiet_hours=quiet,
        settings={name: value for name, value in settings.items() if value},
    )
