"""Long form: short posts made from a long one, each checked alone; when the long one changes, they have to be looked at again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from planner.domain.audit import AuditEvent
from planner.domain.errors import Invalid, Missing, NotReady
from planner.domain.people import authorize
from planner.domain.post import Content, Post, PostVariant
from planner.domain.writing import CutDown
from planner.services import approvals

if TYPE_CHECKING:
    from datetime import datetime

    from planner.domain.people import Actor
    from planner.ports import Clock, Ids, Store, Transaction

_START = 280
_FIXED = frozenset({"sending", "sent", "unconfirmed"})


class CutDowns:
    """Short posts and the long text that they were made from."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        """Take the store, the clock and the id maker."""
        self._store = store
        self._clock = clock
        self._ids = ids

    def start(self, actor: Actor, parent_id: str, account_ids: tuple[str, ...]) -> Post:
        """Start a short draft for these accounts from the long text's title and first paragraph; raise Invalid for a cut of a cut."""
        authorize(actor, "write")
        now = self._clock.now()
        with self._store.write() as tx:
            parent = tx.posts.get(parent_id)
            if tx.writing.cut_down(parent_id) is not None:
                raise Invalid("parent", "This is a short post itself. Start from the long text that it was made from.")
            for account_id in account_ids:
                tx.accounts.get(account_id)
            base = Content(text=_beginning(parent.base), langs=parent.base.langs)
            child = Post(
                self._ids.new(), base, tuple(PostVariant(key) for key in account_ids), actor.id, now, now, purpose=parent.purpose,
                labels=parent.labels, campaign=parent.campaign, demo=parent.demo,
            )  # fmt: skip
            tx.posts.add(child)
            tx.writing.put_cut_down(CutDown(child.id, parent_id, now))
            self._audit(tx, actor, "cutdown.start", child.id, {"parent": parent_id})
            return child

    def of(self, parent_id: str) -> tuple[tuple[Post, CutDown], ...]:
        """Return the short posts made from a long one, oldest first."""
        with self._store.read() as tx:
            links = tx.writing.cut_downs(parent_id)
            posts = tx.posts.many([link.child_id for link in links])
            return tuple((posts[link.child_id], link) for link in links)

    def origin(self, child_id: str) -> tuple[Post, CutDown] | None:
        """Return the long post that this one was made from, or None."""
        with self._store.read() as tx:
            link = tx.writing.cut_down(child_id)
            return None if link is None else (tx.posts.get(link.parent_id), link)

    def still_fits(self, actor: Actor, child_id: str) -> CutDown:
        """Say that the short post was read beside the changed long one and still fits; its approvals stay void."""
        authorize(actor, "write")
        with self._store.write() as tx:
            link = tx.writing.cut_down(child_id)
            if link is None:
                raise Missing("This post was not made from a long text, so there is nothing to compare it with.")
            fresh = replace(link, stale_at=None)
            tx.writing.put_cut_down(fresh)
            self._audit(tx, actor, "cutdown.fits", child_id, {"parent": link.parent_id})
            return fresh

    def _audit(self, tx: Transaction, actor: Actor, action: str, post_id: str, details: dict[str, str]) -> None:
        tx.log.audit(AuditEvent(self._ids.new(), self._clock.now(), actor.id, action, f"post:{post_id}", details))


def parent_changed(tx: Transaction, ids: Ids, actor: Actor, parent_id: str, at: datetime) -> None:
    """Mark what was cut from a long text as stale and void its approvals; what has gone out stays as it is."""
    for link in tx.writing.cut_downs(parent_id):
        states = {item.state for item in tx.deliveries.of_post(link.child_id)}
        if link.stale_at is not None or states & _FIXED:
            continue
        tx.writing.put_cut_down(replace(link, stale_at=at))
        child = tx.posts.get(link.child_id)
        if child.state in ("in_review", "ready"):
            tx.posts.swap(child, replace(child, state="draft", version=child.version + 1, updated_at=at))
        void = " ".join(approval.id for approval in tx.reviews.approvals(child.id))
        tx.log.audit(AuditEvent(ids.new(), at, actor.id, approvals.STALE, f"post:{child.id}", {"parent": parent_id, "void": void}))


def require_fresh(tx: Transaction, post_id: str) -> None:
    """Raise NotReady when the long text that this one was made from has changed and nobody has looked since."""
    link = tx.writing.cut_down(post_id)
    if link is not None and link.stale_at is not None:
        raise NotReady("The long text that this post was made from has changed. Read both, then say that this one still fits.")


def _beginning(content: Content) -> str:
    """Return the title and the first paragraph, cut at a word: something to shorten, not to publish."""
    paragraph = next((part.strip() for part in content.text.split("\n") if part.strip()), "")
    text = "\n\n".join(part for part in (content.title, paragraph) if part)
    return text if len(text) <= _START else text[:_START].rsplit(None, 1)[0] + "…"
