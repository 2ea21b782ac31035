"""The client's eye: one account as somebody who looks the person up meets it, with what its words already tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from planner.services.client_view import NINE
from planner.ui import furniture, records, session, words
from planner.ui.pages import composer_preview

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.domain.account import Account
    from planner.services.client_view import ClientView, Shown
    from planner.services.house import Planner

_QUIET_DAYS = 5
"""A gap of so many days is named: a reader would notice it."""


def render(planner: Planner) -> None:
    """Draw the account that was asked for, else the first one."""
    furniture.heading("The client's eye", "How somebody who looks you up meets this account, with the posts that are on their way.")
    every = {account.id: account for account in planner.accounts.all()}
    if not every:
        furniture.empty("Here you will see your profile as a client does. Add an account first.", to="accounts", label="Add an account")
        return
    ids = list(every)
    chosen = session.choice_in_url("account", ids, ids[0])
    if len(ids) > 1:
        st.selectbox(
            "Account", ids, index=ids.index(chosen), format_func=lambda one: session.option(records.title(planner, every[one])),
            key="client_view.account", on_change=_choose,
        )  # fmt: skip
    view = planner.client_views.of(session.actor(planner), chosen)
    _profile(planner, view.account)
    _told(view)
    coming, past = st.columns(2, gap="large")
    with coming:
        _coming(planner, view)
    with past:
        _past(planner, view)


def _profile(planner: Planner, account: Account) -> None:
    facts = account.facts
    with st.container(border=True):
        st.subheader(session.plain(account.handle), anchor=False)
        names = planner.transfer.without_names(", ".join(facts.names) or account.owner)
        st.caption(session.plain(f"{planner.platforms.info(account.platform).title} · {names}"))
        if facts.bio:
            st.text(facts.bio)
        else:
            st.caption(
                ":material/info: The bio is not kept here yet. Paste it under Accounts, Bio, and this page shows what a client reads."
            )
        photo = "A professional photo or mark, ticked by hand." if facts.photo else "Nobody has ticked that the photo is professional."
        st.caption(f":material/account_circle: {session.plain(photo)}")
        session.link("accounts", "Open the account", icon=":material/badge:", account=account.id)


def _told(view: ClientView) -> None:
    """Say what a reader knows before the next post: each check joins a draft with exactly this."""
    facts = view.account.facts
    known = [(label, value) for label, value in (("Town", facts.town), ("Employer", facts.employer)) if value]
    with st.container(border=True):
        st.subheader("What a reader can put together", anchor=False)
        if not known and not view.told:
            st.caption("No town, no employer, and no post that tells of one person. The next draft is checked beside nothing else.")
            return
        st.caption("Each new draft is checked together with these. They identify nobody alone; one more detail may.")
        for label, value in known:
            st.text(f"{label}, from the profile: {value}")
        by_post: dict[str, list[str]] = {}
        for entry in view.told:
            by_post.setdefault(f"{entry.date}", []).append(entry.display)
        for day, details in sorted(by_post.items(), reverse=True):
            st.text(f"{day}, from a post: {', '.join(dict.fromkeys(details))}")


def _coming(planner: Planner, view: ClientView) -> None:
    st.header("The next nine", anchor=False)
    if not view.coming:
        furniture.empty("Nothing is on its way. A client sees the profile as it stands.", to="compose", label="Write a post")
        return
    for shown in view.coming:
        if shown.gap is not None and shown.gap >= _QUIET_DAYS:
            st.caption(f":material/more_vert: {words.count(shown.gap, 'day')} without a post")
        _post(planner, view.account, shown, _when_coming)
    if len(view.coming) < NINE:
        last = view.coming[-1].delivery
        st.caption(
            session.plain(
                f"{words.count(len(view.coming), 'post')} of {NINE}. Nothing is planned after {words.moment(last.due_at, last.zone)}."
            )
        )


def _past(planner: Planner, view: ClientView) -> None:
    st.header("There already", anchor=False)
    if not view.past:
        furniture.empty("Nothing has gone out from here in the last year. Older posts on the platform are not known to Discreet.")
        return
    for at, shown in enumerate(view.past):
        _post(planner, view.account, shown, _when_past)
        if shown.gap is not None and shown.gap >= _QUIET_DAYS and at < len(view.past) - 1:
            st.caption(f":material/more_vert: {words.count(shown.gap, 'day')} without a post")
    st.caption("Posts that were made outside of Discreet are not shown here.")


def _post(planner: Planner, account: Account, shown: Shown, when: Callable[[Shown], str]) -> None:
    st.caption(session.plain(when(shown)))
    composer_preview.one(planner, account, shown.content)


def _when_coming(shown: Shown) -> str:
    item = shown.delivery
    state = {"held": " (on hold: it does not go out before that ends)", "sending": " (going out now)"}.get(item.state, "")
    return words.moment(item.due_at, item.zone) + state


def _when_past(shown: Shown) -> str:
    item = shown.delivery
    doubt = " (nobody knows yet whether it is there)" if item.state == "unconfirmed" else ""
    return words.moment(item.sent_at or item.due_at, item.zone) + doubt


def _choose() -> None:
    st.query_params["account"] = st.session_state["client_view.account"]
