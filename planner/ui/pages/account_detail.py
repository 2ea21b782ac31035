"""One account: its connection with the connector's own steps, its profile, its hours and posting slots."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from connectors.facts import TOLD
from planner.domain.account import open_items
from planner.ui import furniture, session
from planner.ui.pages import account_bio, account_hours, account_logins, account_sign_in
from planner.ui.pages.account_add import AUTHORS, COUNTRIES, ORGANIZATIONS, zones

if TYPE_CHECKING:
    from connectors.facts import CredentialField
    from connectors.registry import PlatformInfo
    from planner.domain.account import Account
    from planner.services.house import Planner


def draw(planner: Planner, account_id: str) -> None:
    """Draw the account with its three tabs."""
    account = planner.accounts.get(account_id)
    info = planner.platforms.info(account.platform)
    furniture.heading(session.plain(account.handle), session.plain(f"{info.title}, {account.owner}"))
    st.button("Back to the accounts", icon=":material/arrow_back:", type="tertiary", key="account.back", on_click=st.query_params.clear)
    missing = open_items(account)
    if missing:
        st.warning(f"Before its first post can be scheduled: {', '.join(missing)} missing.", icon=":material/pending:")
    connection, profile, bio, hours = st.tabs(["Connection", "Profile", "Bio", "Hours and slots"], key="account.tabs", on_change="rerun")
    if connection.open:
        with connection:
            _connection(planner, account, info)
    if profile.open:
        with profile:
            _profile(planner, account)
    if bio.open:
        with bio:
            account_bio.draw(planner, account)
    if hours.open:
        with hours:
            account_hours.draw(planner, account)


def _connection(planner: Planner, account: Account, info: PlatformInfo) -> None:
    if account.mode == "hand":
        st.markdown("**Posted by hand.** When a post is due, a card with everything to copy waits on Deliveries.")
        for reminder in info.reminders:
            st.markdown(f"- {session.plain(reminder)}")
        if "api" in info.modes:
            st.button("Switch to automatic posting", key="account.api", on_click=_switch, args=(planner, account.id, "api"))
    else:
        account_sign_in.choice(planner, account, info)
        _beta(info)
        ending = info.ending(planner.clock.now().date())
        if ending:
            st.warning(session.plain(ending), icon=":material/event_busy:")
        _status(planner, account)
        _login(planner, account, info)
        st.button("Switch to posting by hand", key="account.hand", on_click=_switch, args=(planner, account.id, "hand"))
    furniture.confirm(
        "Put this account away", "Its login is forgotten; its posts and figures stay in the record.",
        lambda: _archive(planner, account.id), key="account.archive", icon=":material/archive:",
    )  # fmt: skip


def _beta(info: PlatformInfo) -> None:
    """Say plainly that a connection was never tried on the live service."""
    if info.mode == "beta":
        st.warning(f"In beta: never tried on the live service. Not tested: {session.plain(info.not_tested)}", icon=":material/science:")


def _server(account: Account) -> None:
    """Draw what the account's own server said of itself: which software it is, and its rules."""
    told = {name.removeprefix(TOLD): value for name, value in account.settings.items() if name.startswith(TOLD)}
    if told.get("verified") == "no":
        st.badge("unverified server", icon=":material/help:", color="orange")
        st.caption("This server speaks the platform's language but is other software. Look at each post there: it may change who sees it.")
    if told.get("test_only") == "yes":
        st.badge("test only", icon=":material/visibility_off:", color="orange")
        st.caption("Only you can see what is posted here: the app behind this login has trial access on the platform.")
    if told.get("software"):
        st.text(f"Server: {told['software']}")
    if told.get("rules"):
        with st.expander("The rules of this server"):
            st.text(told["rules"])


def _status(planner: Planner, account: Account) -> None:
    one = planner.logins.of(account)
    icon, word, color = account_logins.STANDING[one.standing]
    st.badge(word, icon=icon, color=color)  # type: ignore[arg-type]  # one of ours
    if one.to_do:
        st.markdown(f":material/arrow_forward: **{session.plain(one.to_do)}**")
    if account.health_note:
        st.text(account.health_note)
    if one.standing != "missing":
        account_logins.facts(planner, one)
    _server(account)
    if one.standing != "missing":
        st.button(
            "Test the connection",
            icon=":material/network_check:",
            key="account.test",
            on_click=account_logins.test,
            args=(planner, account.id),
        )


def _login(planner: Planner, account: Account, info: PlatformInfo) -> None:
    steps, form = st.columns(2, gap="large")
    with steps:
        st.header("Steps", anchor=False)
        furniture.shipped(info.setup)
    if info.signs_in:
        with form:
            account_sign_in.draw(planner, account, info)
    with form, st.expander("Enter a login by hand") if info.signs_in else nullcontext(), st.form("account.login", border=not info.signs_in):
        st.header("Login" if account.health == "untested" else "New login", anchor=False)
        for field in info.fields:
            account_sign_in.field_of(field, f"login.{field.name}", account_sign_in.known(account, field))
        st.caption("Stored encrypted on this computer, and never shown again.")
        names = tuple(field.name for field in info.fields)
        st.form_submit_button("Test and connect", type="primary", on_click=_connect, args=(planner, account.id, names))


def _profile(planner: Planner, account: Account) -> None:
    with st.form("account.profile", border=True):
        st.text_input("Whose voice is it?", account.owner, key="profile.owner")
        st.text_area("What is it for?", account.purpose, key="profile.purpose", height=80)
        for field in _own_fields(planner, account):
            st.text_input(session.plain(field.label), account.settings.get(field.name, ""), key=f"profile.field.{field.name}")
        left, right = st.columns(2)
        every = zones()
        left.selectbox("Time zone", every, index=every.index(account.zone) if account.zone in every else None, key="profile.zone")
        right.multiselect(
            "Countries it speaks to", [*COUNTRIES, *(code for code in account.countries if code not in COUNTRIES)], default=account.countries,
            format_func=lambda code: COUNTRIES.get(code, code), key="profile.countries",
            help="The first one decides which rules and help lines hold; Ontario has rules of its own.",
        )  # fmt: skip
        left.selectbox(
            "Who writes?", list(AUTHORS), index=_at(AUTHORS, account.author), format_func=AUTHORS.__getitem__, key="profile.author"
        )
        right.selectbox(
            "The organization is", list(ORGANIZATIONS), index=_at(ORGANIZATIONS, account.org_type), format_func=ORGANIZATIONS.__getitem__,
            key="profile.org",
        )  # fmt: skip
        st.toggle("A second person has to approve each post", account.two_person, key="profile.two")
        st.markdown("**Public anyway** (so that the checklist does not report them). Separate several by commas.")
        facts = account.facts
        left, right = st.columns(2)
        left.text_input("Your names as shown", ", ".join(facts.names), key="profile.names")
        right.text_input("Practice phone", ", ".join(facts.phones), key="profile.phones")
        left.text_input("Practice e-mail", ", ".join(facts.emails), key="profile.emails")
        right.text_input("Town", facts.town, key="profile.town")
        left.text_input("Employer", facts.employer, key="profile.employer")
        right.text_input("Credential line", facts.credential_line, key="profile.credentials")
        st.text_input(
            "Your disclaimer", facts.disclaimer, key="profile.disclaimer", placeholder="This is education, not therapy.",
            help="Offered with one click where a post reads like advice.",
        )  # fmt: skip
        st.form_submit_button("Save", type="primary", on_click=_save, args=(planner, account))


def _own_fields(planner: Planner, account: Account) -> tuple[CredentialField, ...]:
    """Return what this platform wants to know of an account besides its name: a server, a page, a community."""
    return tuple(field for field in planner.platforms.info(account.platform).hand_fields if field.name != "handle")


def _save(planner: Planner, before: Account) -> None:
    state = st.session_state
    own = {field.name: state[f"profile.field.{field.name}"].strip() for field in _own_fields(planner, before)}

    def many(name: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in state[f"profile.{name}"].split(",") if part.strip())

    after = replace(
        before,
        owner=state["profile.owner"].strip(),
        purpose=state["profile.purpose"].strip(),
        zone=state["profile.zone"] or "",
        countries=tuple(state["profile.countries"]),
        author=state["profile.author"],
        org_type=state["profile.org"] or None,
        two_person=state["profile.two"],
        settings={**before.settings, **own},
        facts=replace(
            before.facts, names=many("names"), phones=many("phones"), emails=many("emails"), town=state["profile.town"].strip(),
            employer=state["profile.employer"].strip(), credential_line=state["profile.credentials"].strip(),
            disclaimer=state["profile.disclaimer"].strip(),
        ),
    )  # fmt: skip
    session.attempt(lambda: planner.accounts.update(session.actor(planner), after), "Saved.")


def _connect(planner: Planner, account_id: str, names: tuple[str, ...]) -> None:
    values = {name: account_sign_in.value_of(f"login.{name}") for name in names}
    state = session.attempt(lambda: planner.accounts.connect(session.actor(planner), account_id, values))
    for name in names:
        st.session_state.pop(f"login.{name}", None)
    if state is not None:
        session.tell("success", f"Connected as {state.handle or 'this account'}. Nothing was posted.")


def _switch(planner: Planner, account_id: str, mode: str) -> None:
    session.attempt(lambda: planner.accounts.switch_mode(session.actor(planner), account_id, mode), "Switched.")  # type: ignore[arg-type]  # ours


def _archive(planner: Planner, account_id: str) -> None:
    if session.attempt(lambda: planner.accounts.archive(session.actor(planner), account_id), "Put away.") is not None:
        st.query_params.clear()


def _at(options: dict[str, str], value: str | None) -> int:
    return list(options).index(value or "") if (value or "") in options else 0
