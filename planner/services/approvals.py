"""Approvals: a yes to exactly this content on exactly this account, never one's own in a team."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from planner.domain.audit import AuditEvent
from planner.domain.errors import Conflict, Invalid, NotReady
from planner.domain.people import authorize
from planner.domain.review import Approval, Comment, approval_valid, approve_allowed
from planner.services.gate import Gate, require_clear

if TYPE_CHECKING:
    from datetime import datetime

    from planner.domain.people import Actor
    from planner.domain.post import Content, Post
    from planner.ports import Clock, Ids, Store, Transaction

RETURNED = "post.return"
STALE = "post.stale"
"""The long text that a post was made from has changed."""

EDITED = "post.edit"
_COMMENT = 2_000
_EVENTS = 1_000
_QUEUE = 200
_GONE = frozenset({"sending", "sent", "unconfirmed"})


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """One variant waiting for a yes: what it says now, and what was approved last (None: never)."""

    post: Post
    account_id: str
    digest: str
    now: Content
    approved: Content | None
    author: str
    mine: bool


class Approvals:
    """The review queue and the yes that a delivery is bound to."""

    def __init__(self, store: Store, gate: Gate, clock: Clock, ids: Ids) -> None:
        """Take the store, the gate, the clock and the id maker."""
        self._store = store
        self._gate = gate
        self._clock = clock
        self._ids = ids

    def queue(self, actor: Actor) -> tuple[ReviewItem, ...]:
        """Return the variants that wait for a yes, the latest change first."""
        authorize(actor, "read")
        with self._store.read() as tx:
            waiting = sorted(
                (*tx.posts.page(states=("in_review",), limit=_QUEUE), *tx.posts.page(states=("ready",), limit=_QUEUE)),
                key=lambda post: post.updated_at,
                reverse=True,
            )
            tx.foresee((), subjects=[subject(post.id) for post in waiting], settings=())
            tx.reviews.foresee([post.id for post in waiting])
            return tuple(item for post in waiting for item in self._items(tx, post, actor))

    def approve(self, actor: Actor, post_id: str, account_id: str, digest: str, expires_at: datetime | None = None) -> Approval:
        """Say yes to exactly the content with this digest; raise Conflict when it has changed since it was looked at.

        Alone, this is the own confirmation after the reader questions; in a team, somebody has to do it who neither started the
        post nor wrote its present words.
        """
        with self._store.write() as tx:
            return self.approve_in(tx, actor, post_id, account_id, digest, expires_at)

    def approve_in(
        self, tx: Transaction, actor: Actor, post_id: str, account_id: str, digest: str, expires_at: datetime | None = None
    ) -> Approval:
        """Do what `approve` does inside a transaction that is open already."""
        authorize(actor, "review" if actor.team_size > 1 else "write")
        now = self._clock.now()
        post, account = tx.posts.get(post_id), tx.accounts.get(account_id)
        if post.state not in ("in_review", "ready"):
            raise NotReady("This post has not been handed in. Submit it in the composer first.")
        if post.digest_for(account_id) != digest:
            raise Conflict("The post has changed since you looked at it. Reload and read the new version before you approve it.")
        if expires_at is not None and expires_at <= now:
            raise Invalid("expires_at", "This approval would have ended already. Choose a later time, or none.")
        for writer in (post.created_by, last_writer(tx, post)):
            approve_allowed(writer, actor.id, team_size=actor.team_size, two_person=account.two_person)
        require_clear((self._gate.examine(tx, post, account, now),))
        approval = Approval(
            self._ids.new(), post_id, account_id, digest, actor.id, now, own=post.created_by == actor.id, expires_at=expires_at
        )
        tx.reviews.add_approval(approval)
        self._settle(tx, post, now)
        tx.log.audit(
            AuditEvent(self._ids.new(), now, actor.id, "approve", f"post:{post_id}", {"account": account_id, "digest": digest[:12]})
        )
        return approval

    def send_back(self, actor: Actor, post_id: str, comment: str) -> Post:
        """Return a post for changes with a comment for its author; what was approved is void."""
        with self._store.write() as tx:
            return self.send_back_in(tx, actor, post_id, comment)

    def send_back_in(self, tx: Transaction, actor: Actor, post_id: str, comment: str) -> Post:
        """Do what `send_back` does inside a transaction that is open already."""
        authorize(actor, "review")
        if not comment.strip():
            raise Invalid("comment", "Say what should change: the author sees this comment and nothing else.")
        now = self._clock.now()
        before = tx.posts.get(post_id)
        if before.state not in ("in_review", "ready"):
            raise NotReady("This post is not waiting for a review any more. Reload the queue.")
        after = replace(before, state="returned", version=before.version + 1, updated_at=now)
        if not tx.posts.swap(before, after):
            raise Conflict("Somebody changed this post in between. Reload the queue.")
        void = " ".join(approval.id for approval in tx.reviews.approvals(post_id))
        details = {"comment": comment.strip()[:_COMMENT], "void": void}
        tx.log.audit(AuditEvent(self._ids.new(), now, actor.id, RETURNED, f"post:{post_id}", details))
        return after

    def comment(self, actor: Actor, post_id: str, text: str) -> Comment:
        """Say something about a draft to its colleagues; it stays with the draft and goes nowhere else."""
        authorize(actor, "read")
        if not text.strip():
            raise Invalid("comment", "Write what you want to say about this draft.")
        if len(text) > _COMMENT:
            raise Invalid("comment", f"A comment has at most {_COMMENT:,} characters. Shorten it, or talk to each other.")
        with self._store.write() as tx:
            post = tx.posts.get(post_id)
            said = Comment(self._ids.new(), post_id, actor.id, self._clock.now(), post.version, text.strip())
            tx.talk.add_comment(said)
            return said

    def talk(self, post_id: str) -> tuple[Comment, ...]:
        """Return what colleagues have said about a draft, oldest first."""
        with self._store.read() as tx:
            return tx.talk.comments(post_id)

    def comments(self, post_id: str) -> tuple[AuditEvent, ...]:
        """Return the reviews' comments on a post, the newest first."""
        with self._store.read() as tx:
            return tuple(event for event in tx.log.events(subject=f"post:{post_id}") if event.action == RETURNED)

    def _items(self, tx: Transaction, post: Post, actor: Actor) -> list[ReviewItem]:
        given = tx.reviews.approvals(post.id)
        void = _void(tx, post.id) if given else frozenset()
        waiting = [key for key in post.account_ids if not _standing(given, void, post, key, self._clock.now())]
        if not waiting:
            return []
        out = {item.account_id for item in tx.deliveries.of_post(post.id) if item.state in _GONE}
        writers = {post.created_by, last_writer(tx, post)}
        items = []
        for account_id in waiting:
            if account_id in out:
                continue
            items.append(
                ReviewItem(
                    post=post,
                    account_id=account_id,
                    digest=post.digest_for(account_id),
                    now=post.content_for(account_id),
                    approved=_last_approved(tx, post, account_id, given),
                    author=post.created_by,
                    mine=actor.id in writers,
                )
            )
        return items

    def _settle(self, tx: Transaction, post: Post, now: datetime) -> None:
        if post.state == "in_review" and all(valid(tx, post, account_id, now) for account_id in post.account_ids):
            tx.posts.swap(post, replace(post, state="ready", version=post.version + 1, updated_at=now))


def valid(tx: Transaction, post: Post, account_id: str, now: datetime, digest: str | None = None) -> Approval | None:
    """Return the approval that covers exactly what this account would publish now, or None; `digest` when it was just computed.

    An approval from before a send-back never counts again, not even for the same words.
    """
    given = tx.reviews.approvals(post.id)
    return _standing(given, _void(tx, post.id) if given else frozenset(), post, account_id, now, digest)


def subject(post_id: str) -> str:
    """Return the name under which the log keeps what happened to a post."""
    return f"post:{post_id}"


def last_writer(tx: Transaction, post: Post) -> str:
    """Return who wrote the present words: whoever edited last, or who started the post."""
    events = tx.log.events(subject=subject(post.id), limit=_EVENTS)
    return next((event.actor for event in events if event.action == EDITED), post.created_by)


def _standing(
    given: tuple[Approval, ...], void: frozenset[str], post: Post, account_id: str, now: datetime, digest: str | None = None
) -> Approval | None:
    if post.state == "returned":
        return None
    covered = digest or post.digest_for(account_id)
    fitting = (one for one in reversed(given) if one.account_id == account_id and one.id not in void)
    return next((approval for approval in fitting if approval_valid(approval, covered, now)), None)


def _void(tx: Transaction, post_id: str) -> frozenset[str]:
    events = tx.log.events(subject=subject(post_id), limit=_EVENTS)
    return frozenset(id_ for event in events if event.action in (RETURNED, STALE) for id_ in event.details.get("void", "").split())


def _last_approved(tx: Transaction, post: Post, account_id: str, given: tuple[Approval, ...]) -> Content | None:
    digests = {approval.digest for approval in given if approval.account_id == account_id}
    for number in range(post.version - 1, 0, -1) if digests else ():
        older = tx.posts.version(post.id, number)
        if account_id in older.account_ids and older.digest_for(account_id) in digests:
            return older.content_for(account_id)
    return None
