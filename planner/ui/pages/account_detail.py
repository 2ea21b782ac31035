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
    """Draw what is known of the account; what was changed stays while the window is open, until it is saved or thrown away."""
    key = _key(account)
    with st.container(border=True):
        st.text_input("Whose voice is it?", account.owner, key=f"{key}.owner", persist_state="session")
        st.text_area("What is it for?", account.purpose, key=f"{key}.purpose", height=80, persist_state="session")
        for field in _own_fields(planner, account):
            known = account.settings.get(field.name, "")
            st.text_input(session.plain(field.label), known, key=f"{key}.field.{field.name}", persist_state="session")
        _place(account, key)
        st.toggle("A second person has to approve each post", account.two_person, key=f"{key}.two", persist_state="session")
        _public(account, key)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button("Save", type="primary", key=f"{key}.save", on_click=_save, args=(planner, account))
            if _typed(planner, account) != account:
                st.button("Throw the changes away", key=f"{key}.drop", on_click=_drop, args=(key,))
                st.caption(":material/edit: Not saved yet. It stays here while this window is open.")


def _key(account: Account) -> str:
    """Return the beginning of the fields' keys: another account or a newer version has fields of its own."""
    return f"profile.{account.id}.{account.version}"


def _place(account: Account, key: str) -> None:
    left, right = st.columns(2)
    every = zones()
    at = every.index(account.zone) if account.zone in every else None
    left.selectbox("Time zone", every, index=at, key=f"{key}.zone", persist_state="session")
    right.multiselect(
        "Countries it speaks to", [*COUNTRIES, *(code for code in account.countries if code not in COUNTRIES)], default=account.countries,
        format_func=lambda code: COUNTRIES.get(code, code), key=f"{key}.countries", persist_state="session",
        help="The first one decides which rules and help lines hold; Ontario has rules of its own.",
    )  # fmt: skip
    left, right = st.columns(2)
    left.selectbox(
        "Who writes?", list(AUTHORS), index=_at(AUTHORS, account.author), format_func=AUTHORS.__getitem__, key=f"{key}.author",
        placeholder="Nobody has said yet", persist_state="session",
    )  # fmt: skip
    kinds = dict(ORGANIZATIONS)
    if account.org_type:
        kinds.setdefault(account.org_type, account.org_type.capitalize())
    right.selectbox(
        "The organization is", list(kinds), index=_at(kinds, account.org_type or ""), format_func=kinds.__getitem__, key=f"{key}.org",
        persist_state="session",
    )  # fmt: skip


def _public(account: Account, key: str) -> None:
    st.markdown("**Public anyway** (so that the checklist does not report them). Separate several by commas.")
    facts = account.facts
    rows = (
        (("Your names as shown", "names", ", ".join(facts.names)), ("Practice phone", "phones", ", ".join(facts.phones))),
        (("Practice e-mail", "emails", ", ".join(facts.emails)), ("Town", "town", facts.town)),
        (("Employer", "employer", facts.employer), ("Credential line", "credentials", facts.credential_line)),
    )
    for row in rows:
        for column, (label, name, known) in zip(st.columns(2), row, strict=True):
            column.text_input(label, known, key=f"{key}.{name}", persist_state="session")
    st.text_input(
        "Your disclaimer", facts.disclaimer, key=f"{key}.disclaimer", placeholder="This is education, not therapy.", persist_state="session",
        help="Offered with one click where a post reads like advice.",
    )  # fmt: skip


def _own_fields(planner: Planner, account: Account) -> tuple[CredentialField, ...]:
    """Return what this platform wants to know of an account besides its name: a server, a page, a community."""
    return tuple(field for field in planner.platforms.info(account.platform).hand_fields if field.name != "handle")


def _typed(planner: Planner, before: Account) -> Account:
    """Return the account as its fields stand now."""
    key = _key(before)
    got = {str(name).removeprefix(f"{key}."): value for name, value in st.session_state.items() if str(name).startswith(f"{key}.")}
    own = {field.name: got[f"field.{field.name}"].strip() for field in _own_fields(planner, before)}
    kept = {name: value for name, value in own.items() if value or name in before.settings}

    def many(name: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in got[name].split(",") if part.strip())

    return replace(
        before,
        owner=got["owner"].strip(),
        purpose=got["purpose"].strip(),
        zone=got["zone"] or "",
        countries=tuple(got["countries"]),
        author=got["author"],
        org_type=got["org"] or None,
        two_person=got["two"],
        settings={**before.settings, **kept},
        facts=replace(
            before.facts, names=many("names"), phones=many("phones"), emails=many("emails"), town=got["town"].strip(),
            employer=got["employer"].strip(), credential_line=got["credentials"].strip(), disclaimer=got["disclaimer"].strip(),
        ),
    )  # fmt: skip


def _save(planner: Planner, before: Account) -> None:
    after = _typed(planner, before)
    if session.attempt(lambda: planner.accounts.update(session.actor(planner), after), "Saved.") is not None:
        _drop(_key(before))


def _drop(key: str) -> None:
    for name in [name for name in st.session_state if str(name).startswith(f"{key}.")]:
        del st.session_state[name]


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


def _at(options: dict[str, str], value: str | None) -> int | None:
    return list(options).index(value) if value in options else None
