"""The composer's side of the content bank: the picker, the pillar, the fields of the type, and where the claims come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from planner.domain.library import SOURCE_KINDS, TIERS, TYPE_FIELDS, UNVERIFIED, SourceRecord, check_links
from planner.ui import furniture, session
from planner.ui.pages import composer_state as state

if TYPE_CHECKING:
    from datetime import date

    from planner.domain.library import Item
    from planner.domain.post import Post
    from planner.services.house import Planner

OPEN_DRAFT = "library.draft"
_PICKED = ("template", "disclaimer", "quote", "service", "resource", "app")
_TIERS = {
    "journal": "Journal with peer review",
    "government": "Public body",
    "organization": "Known organization",
    "news": "News desk",
    "other": "Something else",
}
_KINDS = {"statistic": "A figure or a finding", "article": "An article that I share"}


def draw(planner: Planner, post: Post, variant: str) -> None:
    """Draw both parts, and remember that this draft is the open one."""
    st.session_state[OPEN_DRAFT] = post.id
    # A closed part draws and asks nothing: this page reruns with every typed letter.
    bank = st.expander("From the content bank", icon=":material/library_books:", key="compose.bank", on_change="rerun")
    if bank.open:
        with bank:
            _picker(planner, post, variant)
    sources = st.expander("Sources and pillar", icon=":material/fact_check:", key="compose.sources", on_change="rerun")
    if sources.open:
        with sources:
            _sources(planner, post)


def _sources(planner: Planner, post: Post) -> None:
    _note(planner, post)
    for one in planner.sources.of_post(post.id):
        _source(planner, post, one)
    _add(planner, post)
    _check_this(post)


def warn(item: Item, today: date) -> None:
    """Say under an item's words that somebody has to check it before it is used; nothing when that is not so."""
    why = item.due(today)
    if why:
        told = "Unverified, check before you use it" if why == UNVERIFIED else f"Check before use: {why}"
        st.caption(f":material/event_busy: {session.plain(told)}.")


def put(planner: Planner, post_id: str, item_id: str, variant: str = state.BASE) -> Post | None:
    """Put an item's words at the end of the draft, and fill the text box anew; None when it was refused."""

    def act() -> Post:
        version = state.known(planner.composer.load(post_id))
        return planner.library.insert(session.actor(planner), post_id, version, item_id, "" if variant == state.BASE else variant)

    post = session.attempt(act, "Put at the end of the text.")
    if post is not None:
        state.learn(post)
        state.refill(post_id)
    return post


def _put(planner: Planner, post_id: str, item_id: str, variant: str) -> None:
    put(planner, post_id, item_id, variant)


def _picker(planner: Planner, post: Post, variant: str) -> None:
    found = sorted(planner.library.find(), key=lambda item: item.kind)
    items = {item.id: item for item in found if item.kind in _PICKED}
    picked = st.selectbox(
        "Choose words", list(items), index=None, key="bank.pick", placeholder="Type to search: sleep, thanks, service",
        format_func=lambda key: session.option(f"{items[key].kind.capitalize()}: {items[key].title}"),
    )  # fmt: skip
    if picked is not None:
        st.text(items[picked].for_post())
        warn(items[picked], planner.clock.now().date())
        st.button(
            "Insert at the end", key="bank.insert", icon=":material/playlist_add:", on_click=_put, args=(planner, post.id, picked, variant)
        )
    _tags(planner, post, variant)
    session.link("bank", "Open the content bank", icon=":material/arrow_forward:")
    for item in planner.library.in_post(post.id):
        _used(planner, post, item)


def _tags(planner: Planner, post: Post, variant: str) -> None:
    """Draw the hashtag cards: what a tag means and its risk stand there before it is put into the post."""
    views = {view.card.tag: view for view in planner.campaigns.hashtags.cards()}
    picked = st.selectbox(
        "Choose a hashtag", list(views), index=None, key="bank.tag", placeholder="Type to search", format_func=lambda tag: f"#{tag}"
    )
    if picked is None:
        return
    view = views[picked]
    st.text(view.card.meaning)
    if view.card.risk:
        st.caption(f":material/warning: {session.plain(view.card.risk)}")
    state_of = (
        f"looked at; good until {view.last.isoformat()}"
        if view.valid and view.last
        else "nobody has looked lately, so it will be asked about"
    )
    st.caption(session.plain(f"{view.card.reach.capitalize()}, {state_of}."))
    st.button(
        "Put the hashtag in", key="bank.tag.insert", icon=":material/tag:", on_click=_put_tag, args=(planner, post.id, picked, variant)
    )


def _put_tag(planner: Planner, post_id: str, tag: str, variant: str) -> None:
    def act() -> Post:
        version = state.known(planner.composer.load(post_id))
        return planner.library.insert_tag(session.actor(planner), post_id, version, tag, "" if variant == state.BASE else variant)

    post = session.attempt(act, "The hashtag stands at the end of the text.")
    if post is not None:
        state.learn(post)
        state.refill(post_id)


def _used(planner: Planner, post: Post, item: Item) -> None:
    line, act = st.columns([5, 2], vertical_alignment="center")
    line.caption(session.plain(f"In this post: {item.title}"))
    act.button("Not any more", key=f"bank.out.{item.id}", type="tertiary", on_click=_out, args=(planner, post.id, item.id))


def _out(planner: Planner, post_id: str, item_id: str) -> None:
    session.attempt(
        lambda: planner.library.taken_out(session.actor(planner), post_id, item_id), "Noted: the post does not use it any more."
    )


def _note(planner: Planner, post: Post) -> None:
    note, pillars = planner.sources.note(post.id), {one.id: one.name for one in planner.library.pillars()}
    choices = ["", *pillars]
    with st.form(f"beside.{post.id}.{post.type}", border=False):
        st.selectbox(
            "Pillar", choices, index=choices.index(note.pillar) if note.pillar in choices else 0, key="beside.pillar",
            format_func=lambda key: session.option(pillars[key]) if key else "by its purpose",
        )  # fmt: skip
        for name, told in TYPE_FIELDS.get(post.type, {}).items():
            what = session.plain(told)
            st.text_input(what, note.fields.get(name, ""), key=f"beside.{name}")
        st.form_submit_button("Save", on_click=_save_note, args=(planner, post.id, tuple(TYPE_FIELDS.get(post.type, {}))))


def _save_note(planner: Planner, post_id: str, names: tuple[str, ...]) -> None:
    got = {name: st.session_state.get(f"beside.{name}") or "" for name in names}
    pillar = st.session_state["beside.pillar"]
    session.attempt(lambda: planner.sources.put_note(session.actor(planner), post_id, pillar=pillar, fields=got), "Saved.")


def _source(planner: Planner, post: Post, one: SourceRecord) -> None:
    with st.container(border=True):
        st.text(one.title)
        told = [_TIERS[one.tier], f"dated {one.published.isoformat()}" if one.published else "no date"]
        told += [f"read on {one.read_on.isoformat()}"] if one.read_on else ["not read yet"]
        told += [f"checked on {one.verdict_on.isoformat()}: {one.verdict}"] if one.verdict_on else []
        st.caption(session.plain(" · ".join(told)))
        if one.url:
            st.link_button("Open", one.url, icon=":material/open_in_new:", type="tertiary")
        st.button(
            "Take it out",
            key=f"source.drop.{one.id}",
            icon=":material/delete:",
            type="tertiary",
            on_click=_drop,
            args=(planner, post.id, one.id),
        )


def _drop(planner: Planner, post_id: str, source_id: str) -> None:
    session.attempt(lambda: planner.sources.drop(session.actor(planner), post_id, source_id) or True, "Taken out.")  # type: ignore[func-returns-value]  # attempt wants a result


def _add(planner: Planner, post: Post) -> None:
    at = session.turn("source")
    with st.form(f"source.{post.id}", border=False):
        st.markdown("**Where does it come from?**")
        st.text_input("Title, and who wrote it", key=f"source.title{at}")
        st.text_input("Address", key=f"source.url{at}", type="url", placeholder="https://")
        place = furniture.side_by_side()
        next(place).selectbox("What kind of source?", TIERS, format_func=_TIERS.__getitem__, key=f"source.tier{at}")
        next(place).selectbox("What does it stand for?", SOURCE_KINDS, format_func=_KINDS.__getitem__, key=f"source.kind{at}")
        next(place).date_input("Its own date", None, key=f"source.published{at}", format="YYYY-MM-DD")
        next(place).date_input("I read it on", None, key=f"source.read{at}", format="YYYY-MM-DD")
        next(place).text_input(
            "What a fact-checking desk says", key=f"source.verdict{at}", placeholder="leave empty if you have not looked"
        )
        next(place).date_input("Looked there on", None, key=f"source.verdict_on{at}", format="YYYY-MM-DD")
        st.form_submit_button("Add the source", on_click=_keep, args=(planner, post.id))


def _keep(planner: Planner, post_id: str) -> None:
    at = session.turn("source")
    got = {
        name: st.session_state.get(f"source.{name}{at}")
        for name in ("title", "url", "tier", "kind", "published", "read", "verdict", "verdict_on")
    }
    now = planner.clock.now()
    record = SourceRecord(
        "", post_id, got["title"] or "", got["tier"] or "other", got["kind"] or "statistic", "", now, got["url"] or "",
        got["published"], got["read"], got["verdict"] or "", got["verdict_on"],
    )  # fmt: skip
    session.attempt(lambda: planner.sources.put(session.actor(planner), record), "The source stands beside the post.", form="source")


def _check_this(post: Post) -> None:
    claim = st.text_input(
        "Check a claim",
        post.headline.rstrip("…"),
        key=f"claim.{post.id}",
        help="Your browser opens the search; nothing is sent before you click.",
    )
    with st.container(horizontal=True):
        for name, address in check_links(claim or ""):
            st.link_button(f"Search {session.plain(name)}", address, icon=":material/open_in_new:")
    st.caption("Then note above what you found, with the day.")
