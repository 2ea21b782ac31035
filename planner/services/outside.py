"""Reviewers outside: one draft by a secret link, a yes to exactly that text or a way back, with the typed name in the audit trail."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from planner.domain.access import digest
from planner.domain.audit import AuditEvent
from planner.domain.errors import Conflict, Missing, NotReady
from planner.domain.outside import OutsideLink, check_reader, lasting, may_ask
from planner.domain.people import Actor
from planner.services.approvals import last_writer

if TYPE_CHECKING:
    from planner.domain.account import Account
    from planner.domain.post import Content
    from planner.ports import Clock, Ids, Store, Transaction
    from planner.services.approvals import Approvals

_NONE = "This link does not open anything any more. Ask whoever sent it for a new one."
_CHANGED = "This text was changed after the link was made, so it is not shown. Ask whoever sent it for a new link."
_WAITING = ("in_review", "ready")


@dataclass(frozen=True, slots=True)
class OutsideLook:
    """What somebody outside may see: one text for one account, and until when."""

    link: OutsideLink
    account: Account
    content: Content


class OutsideReviews:
    """Making and taking back links, and answering through one."""

    def __init__(self, store: Store, approvals: Approvals, clock: Clock, ids: Ids) -> None:
        """Take the store, the approvals, the clock and the id maker, which also makes the secrets."""
        self._store = store
        self._approvals = approvals
        self._clock = clock
        self._ids = ids

    def ask(self, actor: Actor, post_id: str, account_id: str, content: str, days: int) -> tuple[OutsideLink, str]:
        """Make a link to exactly this content on this account; return it and its secret, which is never shown again."""
        now, secret = self._clock.now(), f"{self._ids.new()}{self._ids.new()}"
        with self._store.write() as tx:
            post = tx.posts.get(post_id)
            may_ask(actor, frozenset({post.created_by, last_writer(tx, post)}))
            if post.state not in _WAITING:
                raise NotReady("This post has not been handed in. Submit it in the composer first.")
            if account_id not in post.account_ids or post.digest_for(account_id) != content:
                raise Conflict("The post has changed since you looked at it. Reload and read the new version before you send it out.")
            link = OutsideLink(self._ids.new(), post_id, account_id, content, digest(secret), actor.id, now, now + lasting(days))
            tx.outside.add(link)
            details = {"account": account_id, "digest": content[:12], "until": link.expires_at.isoformat()}
            tx.log.audit(AuditEvent(self._ids.new(), now, actor.id, "outside.ask", f"post:{post_id}", details))
            return link, secret

    def of_post(self, post_id: str) -> tuple[OutsideLink, ...]:
        """Return the links to a post, oldest first."""
        with self._store.read() as tx:
            return tx.outside.of_post(post_id)

    def revoke(self, actor: Actor, post_id: str, link_id: str) -> None:
        """Take a link back: from this moment it opens nothing. One that was answered stays as it is."""
        now = self._clock.now()
        with self._store.write() as tx:
            link = next((one for one in tx.outside.of_post(post_id) if one.id == link_id), None)
            if link is None:
                raise Missing("There is no such link. Reload the page.")
            if link.made_by != actor.id:
                may_ask(actor, frozenset())
            if not link.verdict and link.revoked_at is None and tx.outside.swap(link, replace(link, revoked_at=now)):
                tx.log.audit(AuditEvent(self._ids.new(), now, actor.id, "outside.revoke", f"post:{post_id}", {}))

    def look(self, secret: str) -> OutsideLook:
        """Return the one draft that this secret opens; raise Missing for a link that is wrong, over, answered, or whose text has changed."""
        with self._store.read() as tx:
            return self._look(tx, secret)

    def answer(self, secret: str, name: str, *, yes: bool, comment: str = "") -> OutsideLink:
        """Say yes to exactly this text, or send it back with a comment; once, under the typed name, through the same gate as any yes."""
        now = self._clock.now()
        with self._store.write() as tx:
            seen = self._look(tx, secret)
            link, reader = seen.link, check_reader(name)
            person = Actor(link.who, reader, "reviewer", 2)
            if yes:
                self._approvals.approve_in(tx, person, link.post_id, link.account_id, link.content)
            else:
                self._approvals.send_back_in(tx, person, link.post_id, comment)
            after = replace(link, verdict="approved" if yes else "returned", name=reader, answered_at=now)
            if not tx.outside.swap(link, after):
                raise Missing(_NONE)
            details = {"name": reader, "link": link.id, "account": link.account_id, "asked by": link.made_by}
            tx.log.audit(AuditEvent(self._ids.new(), now, link.who, f"outside.{after.verdict}", f"post:{link.post_id}", details))
            return after

    def _look(self, tx: Transaction, secret: str) -> OutsideLook:
        link = tx.outside.find(digest(secret))
        if link is None or not link.stands(self._clock.now()):
            raise Missing(_NONE)
        post = tx.posts.many([link.post_id]).get(link.post_id)
        if post is None or post.state not in _WAITING or link.account_id not in post.account_ids:
            raise Missing(_NONE)
        if post.digest_for(link.account_id) != link.content:
            raise Missing(_CHANGED)
        return OutsideLook(link, tx.accounts.get(link.account_id), post.content_for(link.account_id))
