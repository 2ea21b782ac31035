"""What the composer page remembers between runs, and how typed text reaches the store without ever replacing a newer one."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from planner.domain.errors import Conflict, PlannerError
from planner.ui import session
from planner.ui.components import composer as component
from planner.ui.components.composer.contract import DraftMessage, Kept, newest

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.domain.people import Actor
    from planner.domain.post import Content, Post, PostVariant
    from planner.services.composer import Details, Twin
    from planner.services.gate import Passage
    from planner.services.house import Planner

KEY = "compose.component"
LISTENER = "compose.listener"
COURIER = "compose.courier"
BASE = "base"
_KEPT = "compose.kept"
_KNOWN = "compose.known"
_PASSAGES = "compose.passages"
_TWINS = "compose.twins"
_RECEIPTS = 50
# The run that a newer one replaces goes on until it next touches the session's state: its writing comes to its end first.
_ONE_AT_A_TIME = threading.Lock()


def kept() -> dict[tuple[str, str], int]:
    """Return what this session stored last: (document, mount) -> sequence number."""
    found: dict[tuple[str, str], int] = st.session_state.setdefault(_KEPT, {})
    return found


def stored_seq(doc: str) -> int:
    """Return the newest sequence number that was stored for a document, 0 before the first."""
    return max((seq for (name, _), seq in kept().items() if name == doc), default=0)


def known(post: Post) -> int:
    """Return the version that this session works upon; the first look sets it."""
    return _versions().setdefault(post.id, post.version)


def learn(post: Post) -> None:
    """Work upon this version from now on."""
    _versions()[post.id] = post.version


def _versions() -> dict[str, int]:
    found: dict[str, int] = st.session_state.setdefault(_KNOWN, {})
    return found


def arrive(planner: Planner, post_id: str) -> None:
    """Begin upon what is stored now: whoever opens a post anew has not been typing upon the version that this session saw last."""
    absorb(planner)
    post = planner.composer.load(post_id)
    if known(post) != post.version and planner.copies.of(session.actor(planner), post_id) is None:
        learn(post)
        refill(post_id)


def epoch(post_id: str) -> int:
    """Return how often the text box of this post was filled anew: part of its document's name."""
    count: int = st.session_state.get(f"compose.epoch.{post_id}", 0)
    return count


def refill(post_id: str) -> None:
    """Fill the text box from the store at the next run."""
    st.session_state[f"compose.epoch.{post_id}"] = epoch(post_id) + 1


def doc_name(post_id: str, variant: str) -> str:
    """Return the name of the document in the text box."""
    return f"{post_id}:{variant}:{epoch(post_id)}"


def passages(planner: Planner, post_id: str) -> tuple[Passage, ...]:
    """Return what the gate says about each variant; asked again only when something was written since, or a minute has passed."""
    now = planner.clock.now()
    key = (post_id, planner.store.data_version(), now.replace(second=0, microsecond=0))
    held: tuple[object, tuple[Passage, ...]] | None = st.session_state.get(_PASSAGES)
    if held is None or held[0] != key:
        held = (key, planner.composer.check(post_id))
        st.session_state[_PASSAGES] = held
    return held[1]


def twins(planner: Planner, post: Post) -> tuple[Twin, ...]:
    """Return posts that say nearly the same; looked for again only when something was written since."""
    key = (post.id, planner.store.data_version())
    held: tuple[object, tuple[Twin, ...]] | None = st.session_state.get(_TWINS)
    if held is None or held[0] != key:
        held = (key, planner.composer.twins(post.id))
        st.session_state[_TWINS] = held
    return held[1]


def content_of(post: Post, variant: str) -> Content:
    """Return the content that the text box edits."""
    return post.base if variant == BASE else post.content_for(variant)


def with_content(post: Post, variant: str, content: Content) -> tuple[Content, tuple[PostVariant, ...]]:
    """Return base and variants after one of them got another content."""
    if variant == BASE:
        return content, post.variants
    changed = tuple(replace(one, content=content) if one.account_id == variant else one for one in post.variants)
    return post.base, changed


def change(planner: Planner, post_id: str, variant: str, edit: Callable[[Content], Content], details: Details | None = None) -> Post | None:
    """Store a change made beside the text; keep the sentence when it is refused."""

    def act() -> Post:
        post = planner.composer.load(post_id)
        base, variants = with_content(post, variant, edit(content_of(post, variant)))
        return planner.composer.save(session.actor(planner), post_id, known(post), base, variants, details)

    versions = _versions()
    post = session.attempt(act)
    if post is not None:
        versions[post.id] = post.version
    return post


def absorb(planner: Planner) -> None:
    """Store what the browser has typed; text that meets a newer version is kept as a copy, never dropped.

    Streamlit may end a run wherever it touches the session's state. All of that stands before the writing or after it: else a text could
    count as stored that is not, and a version be stored that this session takes for somebody else's.
    """
    drafts = (*component.messages(COURIER)[0], *component.messages(KEY)[0])
    held, versions = kept(), _versions()
    waiting = newest(drafts, held)
    if not waiting:
        return
    try:
        actor = session.actor(planner)
    except PlannerError as error:
        session.tell("error", error.sentence)
        return
    here = {draft.doc for draft in waiting if draft.doc == doc_name(*_named(draft.doc))}
    refused = []
    with _ONE_AT_A_TIME:
        for draft in newest(waiting, held):
            # a text that was typed before the box was filled anew counts upon its own version
            version = versions.get(_named(draft.doc)[0], draft.base) if draft.doc in here else draft.base
            sentence = _store(planner, actor, draft, version, versions)
            if sentence:
                refused.append((draft, sentence))
            else:
                _receive(held, draft)
    for draft, sentence in refused:
        session.tell("error", sentence)
        _receive(held, draft)


def carry(planner: Planner) -> None:
    """Draw nothing; take in, on whatever page, the last words of a text whose page was left before they had arrived."""
    absorb(planner)
    component.carry(receipts(), key=COURIER, on_message=lambda: absorb(planner))


def receipts() -> tuple[Kept, ...]:
    """Return what the browser need not send again: what arrived last of the documents written in last."""
    return tuple(Kept(doc, mount, seq) for (doc, mount), seq in list(kept().items())[-_RECEIPTS:])


def _receive(held: dict[tuple[str, str], int], draft: DraftMessage) -> None:
    held.pop((draft.doc, draft.mount), None)  # the last one stands last
    held[draft.doc, draft.mount] = draft.seq


def _named(doc: str) -> tuple[str, str]:
    post_id, _, rest = doc.partition(":")
    return post_id, rest.rpartition(":")[0]


def _store(planner: Planner, actor: Actor, draft: DraftMessage, version: int, versions: dict[str, int]) -> str:
    """Store one text and learn its version; return the sentence for what stopped it, or an empty one."""
    post_id, variant = _named(draft.doc)
    try:
        post = planner.composer.load(post_id)
        content = content_of(post, variant)
        if content.text != draft.text:
            base, variants = with_content(post, variant, replace(content, text=draft.text))
            versions[post_id] = planner.composer.save(actor, post_id, version, base, variants).version
    except Conflict:
        return _keep(planner, actor, draft)
    except PlannerError as error:
        return error.sentence
    return ""


def _keep(planner: Planner, actor: Actor, draft: DraftMessage) -> str:
    post_id, variant = _named(draft.doc)
    try:
        planner.copies.keep(actor, post_id, variant, draft.text)
    except PlannerError as error:
        return error.sentence
    return ""
