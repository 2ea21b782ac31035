"""Content bank: words to start from, places of help with the day of their last check, pillars, observances, guidelines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from planner.domain.library import HELP_LINE, KINDS, LITERACY, Item
from planner.services.library import Wanted
from planner.ui import furniture, session, words
from planner.ui.pages import composer_bank, library_forms, library_lists

if TYPE_CHECKING:
    from datetime import date

    from planner.domain.library import Kind
    from planner.services.house import Planner

SHELVES: dict[str, str] = {
    "template": "Templates",
    "quote": "Quotes",
    "resource": "Resources",
    "service": "Services",
    "lines": "Help lines",
    "app": "Apps",
    "reply": "Replies",
    "disclaimer": "Disclaimers",
    "hashtags": "Hashtags",
    "pillars": "Pillars",
    "observances": "Observances",
    "guidelines": "Guidelines",
}
LEADS: dict[str, str] = {
    "template": "Words to begin with. Places in {braces} wait for your own; the checklist asks about any that are left.",
    "quote": "Each with who said it and where. Look it up once before you use it, then note the day.",
    "resource": "Places to read on. One whose check is due is asked about before a post with it can be scheduled.",
    "service": "Who helps where. Call or open it, note the day, and it is good for half a year.",
    "lines": "Lines for a crisis, by country. Nobody at Discreet has called them: call one before you use it, and note the day; that is good for half a year. None goes into a post by itself.",
    "app": "What each app does with people's data, what speaks for it, what it costs, and for whom it is.",
    "reply": "Answers to people who write. None says or hints that anybody is a client, and each names another way to be heard.",
    "disclaimer": "One sentence for the end of a post, where it reads like advice.",
}
EMPTY: dict[str, str] = {
    "app": "No app card yet. Before you recommend an app, write down what it does with people's data, and what speaks for it.",
}
PURPOSES = {"": "Any purpose", "educate": "Educate", "thank": "Thank", "story": "Tell a story", "ask": "Ask for something"}
SHORT = {
    "region": "Region", "privacy": "Privacy", "evidence": "Evidence", "cost": "Cost", "age": "From age", "situation": "For", "channel": "Names",
}  # fmt: skip
"""Fields that stand under the words of an item; the others stand in them."""

OUTSIDE = ("quote", "resource", "service", "app")
"""Kinds that point to something outside, which can change or go away."""

_SHOWN = 12


def render(planner: Planner) -> None:
    """Draw the chosen shelf of the bank."""
    session.go_where_asked()
    furniture.heading("Content bank", "Words, sources and places of help that have been looked at, ready to go into a draft.")
    names = list(SHELVES)
    shelf = st.pills(
        "Shelf", names, default="template", required=True, key="shelf", bind="query-params", format_func=SHELVES.__getitem__, wrap=True,
        label_visibility="collapsed",
    )  # fmt: skip
    lists = {
        "hashtags": library_lists.hashtags,
        "pillars": library_lists.pillars,
        "observances": library_lists.observances,
        "guidelines": library_lists.guidelines,
    }
    kind: Kind | None = "service" if shelf == "lines" else next((one for one in KINDS if one == shelf), None)
    if kind is None:
        lists[shelf](planner)
    else:
        lead = LEADS[shelf]
        st.caption(lead)
        if shelf == "lines":
            library_lists.countries(planner)
        _items(planner, kind, HELP_LINE if shelf == "lines" else "")


def _items(planner: Planner, kind: Kind, category: str) -> None:
    changed = st.session_state.get(library_forms.EDITED)
    if changed:
        library_forms.form(planner, kind, planner.library.item(changed))
        return
    found = _found(planner, kind, category)
    if not found:
        furniture.empty(EMPTY.get(kind, "Nothing here fits. Try other words, or add your own below."))
    today = planner.clock.now().date()
    most = st.session_state.get("library.most", _SHOWN)
    for pair in range(0, min(most, len(found)), 2):
        for column, item in zip(st.columns(2), found[pair : pair + 2], strict=False):
            with column:
                _card(planner, item, today)
    if len(found) > most:
        st.button(
            f"Show all {words.count(len(found), 'item')}",
            key="library.more",
            icon=":material/expand_more:",
            on_click=_more,
            args=(len(found),),
        )
    own = st.expander("Add your own", icon=":material/add:", key="library.add", on_change="rerun")
    if own.open:
        with own:
            library_forms.form(planner, kind, Item("", kind, "", "", category=category))


def _found(planner: Planner, kind: Kind, category: str) -> tuple[Item, ...]:
    left, middle, right = st.columns([3, 2, 1.4], vertical_alignment="bottom")
    typed = left.text_input("Search in this shelf", key="library.search", placeholder="sleep, thanks, library", type="search")
    purpose, literacy = "", False
    if kind == "template":
        purpose = middle.selectbox("Purpose", list(PURPOSES), format_func=PURPOSES.__getitem__, key="library.purpose")
    if kind in ("template", "resource"):
        literacy = right.toggle("Media literacy", key="library.literacy", help="Posts on checking sources and on charged content.")
    found = planner.library.find(Wanted(kind, typed or "", purpose, LITERACY if literacy else category))
    return found if category else tuple(item for item in found if item.category != HELP_LINE)


def _card(planner: Planner, item: Item, today: date) -> None:
    with st.container(border=True, key=f"bank-{item.id}", height="stretch"):
        st.subheader(session.plain(item.title), anchor=False)
        st.text(item.for_post())
        st.caption(session.plain(_facts(item)))
        composer_bank.warn(item, today)
        _acts(planner, item)


def _facts(item: Item) -> str:
    """Return what stands under the words: what one has to know of it, and who has looked when."""
    told = [f"{label}: {item.fields[name]}" for name, label in SHORT.items() if item.fields.get(name)]
    told = told or [PURPOSES[item.purpose]]
    told += [f"Source: {item.source}"] if item.source not in ("", "Discreet") else []
    if item.checked_on is not None and item.kind in OUTSIDE:
        told.append(f"Checked {words.day(item.checked_on, year=True)}")
    return " · ".join(told) + ("" if item.shipped else " · your own")


def _acts(planner: Planner, item: Item) -> None:
    with st.container(horizontal=True, gap="small"):
        label = "Fill in and check" if item.kind == "reply" else "Use in a new post"
        st.button(label, key=f"bank.new.{item.id}", icon=":material/edit_note:", on_click=_start, args=(planner, item.id))
        draft = st.session_state.get(composer_bank.OPEN_DRAFT)
        if draft:
            st.button(
                "Insert into the open draft",
                key=f"bank.put.{item.id}",
                icon=":material/playlist_add:",
                on_click=_insert,
                args=(planner, draft, item.id),
            )
        if item.kind in OUTSIDE:
            with st.popover("Checked", icon=":material/event_available:", key=f"bank.check.{item.id}"):
                library_forms.check(planner, item)
        with st.popover("More", icon=":material/more_horiz:", key=f"bank.more.{item.id}"):
            st.button("Change", key=f"bank.change.{item.id}", on_click=library_forms.edit, args=(item.id,), icon=":material/edit:")
            st.button("Put away", key=f"bank.away.{item.id}", on_click=_away, args=(planner, item.id), icon=":material/archive:")


def _start(planner: Planner, item_id: str) -> None:
    accounts = tuple(account.id for account in planner.accounts.all())
    post = session.attempt(lambda: planner.library.start(session.actor(planner), item_id, accounts if len(accounts) == 1 else ()))
    if post is not None:
        session.later("compose", post=post.id)


def _insert(planner: Planner, post_id: str, item_id: str) -> None:
    if composer_bank.put(planner, post_id, item_id) is not None:
        session.later("compose", post=post_id)


def _away(planner: Planner, item_id: str) -> None:
    session.attempt(lambda: planner.library.archive(session.actor(planner), item_id), "Put away. Posts that use it stay as they are.")


def _more(number: int) -> None:
    st.session_state["library.most"] = number
