"""The composer's heart: the text box with the checklist beside it, checked and saved while typing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from planner.domain.errors import Conflict
from planner.domain.people import ALLOWED
from planner.ui import records, session, words
from planner.ui.components import composer as component
from planner.ui.components.composer.contract import ComposerData, Target
from planner.ui.once import once
from planner.ui.pages import composer_findings as findings
from planner.ui.pages import composer_state as state

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.domain.people import Actor
    from planner.domain.post import Post
    from planner.domain.writing import KeptCopy
    from planner.services.gate import Passage
    from planner.services.house import Planner
    from planner.ui.components.outbox import Ack, Op

VARIANT = "compose.variant"
_LOCKED = ("sent", "sending", "unconfirmed")


@dataclass(frozen=True, slots=True)
class Seen:
    """What one look at the post gave: the passages of the text in the box, and their merged findings."""

    post: Post
    variant: str
    passages: tuple[Passage, ...]


def variant_of(post: Post) -> str:
    """Return which text stands in the box: the base, or one account's own."""
    chosen = st.session_state.get(VARIANT, state.BASE)
    return chosen if chosen in post.account_ids else state.BASE


def draw(planner: Planner, post: Post) -> None:
    """Draw the box and the checklist beside it: a part of its own, so that a mark waits for nothing else on the page.

    What stands around the box follows when the browser says that the typing rests (`component.listen`).
    """

    @session.part(planner, f"compose.text.{post.id}")
    def box() -> None:
        state.absorb(planner)
        acked = acknowledge(planner, post.id)
        now = planner.composer.load(post.id)
        _conflict(planner, now)
        component.mount(_data(planner, _seen(planner, now), acked), key=state.KEY, on_message=lambda: state.absorb(planner))

    box()
    _override(planner, post, _seen(planner, post).passages)


def _seen(planner: Planner, post: Post) -> Seen:
    variant = variant_of(post)
    follow = follows(post, variant)
    return Seen(post, variant, tuple(one for one in state.passages(planner, post.id) if one.account.id in follow))


def follows(post: Post, variant: str) -> tuple[str, ...]:
    """Return the accounts that publish the text in the box."""
    if variant != state.BASE:
        return (variant,)
    return tuple(one.account_id for one in post.variants if one.content is None)


def acknowledge(planner: Planner, post_id: str) -> tuple[Ack, ...]:
    """Do each operation once and return the answers; a repeated list gets the stored answers."""
    actor = session.actor(planner)
    _, ops = component.messages(state.KEY)
    return tuple(once(planner, actor, op, partial(_act, planner, actor, post_id, op)) for op in ops)


def _act(planner: Planner, actor: Actor, post_id: str, op: Op, _before: Mapping[str, Any] | None) -> Mapping[str, Any]:
    if op.kind in ("answer", "dismiss") and op.ids:
        post = planner.composer.load(post_id)
        key = str(op.values.get("key", "dismissed"))
        for account_id in follows(post, variant_of(post)):
            planner.composer.answer(actor, post_id, account_id, op.ids[0], key)
    elif op.kind == "submit":
        post = planner.composer.load(post_id)
        if op.values.get("seq") != state.stored_seq(state.doc_name(post_id, variant_of(post))):
            raise Conflict("The text went on after that. Look at it once more, and hand it in again.")
        state.learn(planner.composer.submit(actor, post_id, state.known(post)))
    return {}


def _data(planner: Planner, seen: Seen, acked: tuple[Ack, ...]) -> ComposerData:
    post, variant = seen.post, seen.variant
    text = state.content_of(post, variant).text
    doc = state.doc_name(post.id, variant)
    stored = state.stored_seq(doc)
    marked = findings.marked(text, seen.passages, records.answers(planner, post.id))
    return ComposerData(
        scope=f"{session.actor(planner).id}",
        doc=doc,
        text=text,
        seq=stored,
        version=state.known(post),
        checked_seq=stored,
        targets=tuple(_target(planner, passage) for passage in seen.passages),
        findings=marked,
        headings=findings.headings(marked) if seen.passages else (),
        summary=findings.summary(seen.passages, marked, text),
        verdict=findings.verdict(marked) if seen.passages else "revise",
        saved_at=words.clock(post.updated_at, seen.passages[0].account.zone if seen.passages else session.zone_of(planner.accounts.all())),
        notes=(*findings.remarks(seen.passages), *_twins(planner, post)),
        changes=findings.changes(post.base.text, text) if variant != state.BASE else (),
        offers=findings.offers(seen.passages, text),
        counts={passage.account.id: tuple(one.used for one in passage.measure.parts) for passage in seen.passages},
        kept=state.receipts(),
        acked=acked,
        readonly=any(item.state in _LOCKED for item in planner.calendar.of_post(post.id)),
    )


def _twins(planner: Planner, post: Post) -> tuple[str, ...]:
    """Say while writing that nearly the same is on the calendar or out already, on any account."""
    return tuple(
        f"Nearly the same is on the calendar or out already ({twin.share:.0%} the same): “{twin.headline}”"
        for twin in state.twins(planner, post)[:3]
    )


def _target(planner: Planner, passage: Passage) -> Target:
    account = passage.account
    length = planner.platforms.planner_view(account.platform, account.mode, account.settings).capabilities().length
    cost = f"costs {words.dollars(passage.measure.cost)}" if passage.measure.cost is not None and account.mode == "api" else ""
    return Target(account.id, records.title(planner, account), length.unit, length.limit, length.url_weight, length.bytes_limit, cost)


def _conflict(planner: Planner, post: Post) -> None:
    held = planner.copies.of(session.actor(planner), post.id)
    if held is None:
        return
    at = words.clock(held.at, _zone(planner, post))
    st.warning(
        f"Somebody saved a newer version of this post while you were typing. Your text of {session.plain(at)} is kept until you choose which one goes on.",
        icon=":material/call_split:",
    )
    st.code(held.text, language=None, wrap_lines=True)
    mine, theirs = st.columns(2)
    mine.button("Go on with my text", key="compose.mine", on_click=_keep_mine, args=(planner, post, held))
    theirs.button("Go on with the newer version", key="compose.theirs", on_click=_take_theirs, args=(planner, post))


def _zone(planner: Planner, post: Post) -> str:
    return planner.accounts.get(post.account_ids[0]).zone if post.account_ids else "UTC"


def _keep_mine(planner: Planner, post: Post, held: KeptCopy) -> None:
    state.learn(post)
    variant = held.variant if held.variant in post.account_ids else state.BASE
    if state.change(planner, post.id, variant, lambda content: replace(content, text=held.text)) is not None:
        _clear(planner, post)


def _take_theirs(planner: Planner, post: Post) -> None:
    state.learn(post)
    _clear(planner, post)


def _clear(planner: Planner, post: Post) -> None:
    planner.copies.let_go(session.actor(planner), post.id)
    state.refill(post.id)


def _override(planner: Planner, post: Post, passages: tuple[Passage, ...]) -> None:
    blocking = {
        item.finding.fingerprint: (passage.account.id, findings.said(post.content_for(passage.account.id).text, item))
        for passage in passages
        for item in passage.blocking
    }
    if not blocking:
        return
    with st.expander("Override a blocking finding", icon=":material/gavel:"):
        st.caption("An exception is logged with your name, your reason and this version. Changing the words is nearly always better.")
        with st.form("compose.override", border=False):
            st.selectbox(
                "Finding",
                list(blocking),
                format_func=lambda key: session.option(blocking[key][1]),
                key="override.which",
            )
            st.selectbox("Kind of reason", list(findings.REASONS), format_func=findings.REASONS.__getitem__, key="override.code")
            st.text_area("Reason, for the log", key="override.reason", height=80)
            _second(planner)
            st.form_submit_button(
                "Log the exception", on_click=_log_override, args=(planner, post.id, {key: value[0] for key, value in blocking.items()})
            )


def _second(planner: Planner) -> None:
    """In a team somebody else agrees to an exception of a block, and stands in the log with their name."""
    acting = session.actor(planner)
    others = [one for one in planner.workspace.members() if one.active and one.id != acting.id and "write" in ALLOWED[one.role]]
    if acting.team_size > 1 and others:
        names = {one.id: one.name for one in others}
        st.selectbox(
            "Who agrees? (needed for a block)",
            list(names),
            index=None,
            format_func=lambda key: session.option(names[key]),
            key="override.second",
        )


def _log_override(planner: Planner, post_id: str, accounts: dict[str, str]) -> None:
    which = st.session_state["override.which"]
    code, reason = st.session_state["override.code"], st.session_state["override.reason"]
    second = st.session_state.get("override.second")
    entry = session.attempt(
        lambda: planner.composer.override(session.actor(planner), post_id, accounts[which], which, code, reason, second=second)
    )
    if entry is not None:
        session.tell("success", f"Logged. It counts from {words.clock(entry.effective_at, planner.accounts.get(accounts[which]).zone)}.")
