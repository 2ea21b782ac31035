"""View state, the acting person, and the only way a user's words enter a label."""

from __future__ import annotations

import hashlib
import re
from functools import wraps
from typing import TYPE_CHECKING, Any, Literal, ParamSpec, TypeVar

import streamlit as st

from planner.domain.errors import Invalid, NotAllowed, PlannerError
from planner.domain.schedule import zone

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from planner.domain.account import Account
    from planner.domain.people import Actor
    from planner.services.house import Planner

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T", bound=str)

WHO = "session.who"
_NOTICE = "session.notice"
_PAGES = "session.pages"
_NEXT = "session.next"
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_JOINER = "\u2060"
_REPLACED_LATER = re.compile(r"(?<![0-9])\\:(?=[\w\\])|(?<=[0-9])\\:(?=[^\W0-9]|\\)|(?<=\S)\\@(?=\w)")
"""Icons, colors, emoji, addresses: Streamlit finds these in the finished text, so escaping does not stop it."""

_MOST = 300


def present(planner: Planner) -> Actor | None:
    """Return who acts, read anew on every run, or None where it has to be asked; stops the script when this person may not be here."""
    chosen = st.session_state.get(WHO)
    try:
        return planner.workspace.at_the_keyboard(chosen, None if chosen else st.context.cookies.get(remembered_as(planner)))
    except NotAllowed as error:
        st.error(plain(error.sentence))
        st.stop()


def actor(planner: Planner) -> Actor:
    """Return who acts; raise NotAllowed where several people work and nobody has said who is there, so that no name signs unasked."""
    acting = present(planner)
    if acting is None:
        raise NotAllowed("Several people work here now, so say first who is at the keyboard. Nothing was changed.")
    return acting


def stay(member_id: str) -> None:
    """Keep who acts in this session; the frame lets the browser remember it, for a reload and for new tabs."""
    st.session_state[WHO] = member_id


def remembered_as(planner: Planner) -> str:
    """Return the name of the cookie that holds who is at this browser: one a workspace, as several may share a host."""
    where = str(planner.settings.data_dir.resolve())
    return f"discreet-who-{hashlib.sha256(where.encode()).hexdigest()[:12]}"


def part(planner: Planner, key: str, *, every: int | None = None) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """Return a decorator for a fragment that looks up the actor first: a fragment's rerun skips the front door and its checks."""

    def decorate(draw: Callable[P, None]) -> Callable[P, None]:
        @wraps(draw)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> None:
            acting = present(planner)
            if acting is None:
                st.rerun()  # the whole page: the frame asks who is there
            if every is None:
                planner.workspace.spend(acting)
                show_notice()
            try:
                draw(*args, **kwargs)
            except PlannerError as error:
                st.error(plain(error.sentence))

        made: Callable[P, None] = st.fragment(guarded, run_every=every, key=key)
        return made

    return decorate


def plain(text: str) -> str:
    """Return the text as a label that Markdown leaves alone: one line, every sign of markup made inert."""
    line = " ".join(text.split())
    if len(line) > _MOST:
        line = line[: _MOST - 1].rstrip() + "…"
    escaped = _PUNCTUATION.sub(r"\\\1", line)
    inert = _REPLACED_LATER.sub(rf"\g<0>{_JOINER}", escaped)
    return re.sub(r"(?i)www", lambda found: found[0][:1] + _JOINER + found[0][1:], inert)


def option(text: str) -> str:
    """Return the text as a choice of a selectbox or multiselect: those show plain text, so it is only kept to one line."""
    line = " ".join(text.split())
    return line if len(line) <= _MOST else line[: _MOST - 1].rstrip() + "…"


def attempt(act: Callable[[], R], done: str = "", *, form: str = "") -> R | None:
    """Do something for the person; keep one sentence for the top of the page: `done`, or what stopped it and what to do next.

    `form` names one whose fields end in `turn`: it begins anew once it is stored, and keeps every word when it was refused.
    """
    try:
        result = act()
    except PlannerError as error:
        tell("error", error.sentence)
        return None
    if form:
        st.session_state[f"turn.{form}"] = st.session_state.get(f"turn.{form}", 0) + 1
    if done:
        tell("success", done)
    return result


def tell(kind: Literal["success", "error", "info"], sentence: str) -> None:
    """Keep one sentence for the top of the page."""
    st.session_state[_NOTICE] = (kind, sentence)


def show_notice() -> None:
    """Draw the sentence that the last click left, once. Its place is kept without one: else what stands below would move, and fold up."""
    place = st.empty()
    kind, sentence = st.session_state.pop(_NOTICE, ("", ""))
    draw = {"success": st.success, "error": st.error, "info": st.info}.get(kind)
    if draw is not None:
        with place.container(key="notice"):  # stays in sight: the button that was pressed may stand far down
            draw(plain(sentence))


def keep_pages(pages: dict[str, Any]) -> None:
    """Keep this run's pages for links between them."""
    st.session_state[_PAGES] = pages


def link(name: str, label: str | None = None, *, icon: str | None = None, **query: str) -> None:
    """Draw a link to another page, when this person may use it; `label` has to be ours or `plain`."""
    page = st.session_state.get(_PAGES, {}).get(name)
    if page is not None:
        st.page_link(page, label=label, icon=icon, query_params=query or None)


def reaches(name: str) -> bool:
    """Tell whether this person may use a page."""
    return name in st.session_state.get(_PAGES, {})


def go(name: str, **query: str) -> None:
    """Open another page now, when this person may use it."""
    page = st.session_state.get(_PAGES, {}).get(name)
    if page is not None:
        st.switch_page(page, query_params=query or None)


def later(name: str, **query: str) -> None:
    """Open another page at the run that follows this click: a callback cannot switch pages itself."""
    st.session_state[_NEXT] = (name, query)


def go_where_asked() -> None:
    """Open the page that the last click asked for."""
    name, query = st.session_state.pop(_NEXT, ("", {}))
    if name:
        go(name, **query)


def leave() -> None:
    """Go back from one thing to the page's list; also out of a part of the page, which would rerun alone."""
    st.query_params.clear()
    st.rerun()


def turn(form: str) -> str:
    """Return how the keys of a form's fields end: another way each time that `attempt` has stored the form."""
    number = st.session_state.get(f"turn.{form}", 0)
    return f".{number}" if number else ""


def id_in_url(name: str) -> str | None:
    """Return an id out of the address, or None; anything that is no id is dropped."""
    value = st.query_params.get(name, "")
    return value if _ID.fullmatch(value) else None


def zone_of(accounts: Sequence[Account]) -> str:
    """Return the zone on whose clock the workspace looks: the first account's; before there is one the browser's, else UTC."""
    if accounts:
        return accounts[0].zone
    told = st.context.timezone or "UTC"
    try:
        return zone(told).key
    except Invalid:
        return "UTC"


def choice_in_url(name: str, allowed: Sequence[T], default: T) -> T:
    """Return one of the allowed words out of the address."""
    value = st.query_params.get(name, default)
    return next((word for word in allowed if word == value), default)
