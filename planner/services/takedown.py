"""Taking a post down where it is live, and correcting it everywhere: what can be done, what only a person can, and what may remain."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from connectors.base import Ref
from connectors.errors import AuthExpired, ConnectorError
from planner.domain import delivery as moves
from planner.domain.audit import AuditEvent
from planner.domain.errors import Invalid, NotReady
from planner.domain.people import authorize
from planner.domain.post import Content, PostVariant
from planner.services.accounts import VaultTokens
from planner.services.decisions import BY_HAND

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from planner.domain.delivery import Delivery, DeliveryPart
    from planner.domain.people import Actor
    from planner.domain.post import Post
    from planner.ports import Clock, Ids, Platforms, Store
    from planner.services.composer import Composer

TAKEN_DOWN, ASKED = "delivery.taken-down", "delivery.take-down"
_REASON = 5
_LIVE = frozenset({"sent", "unconfirmed"})


@dataclass(frozen=True, slots=True)
class TakeDown:
    """What became of it: how many parts the platform deleted, the addresses that only a person can take down, and what stopped the rest."""

    deleted: int
    by_hand: tuple[str, ...]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """What the record says: who took it down, when, why, and whether all of it is gone as far as the platform said."""

    by: str
    at: datetime
    reason: str
    complete: bool


class TakeDowns:
    """Deleting what is out, and correcting it."""

    def __init__(self, store: Store, platforms: Platforms, composer: Composer, clock: Clock, ids: Ids, words: Mapping[str, str]) -> None:
        """Take the store, the connector floor, the composer (for corrections), the clock, the id maker, and the words of both acts."""
        self.words = words
        self._store = store
        self._platforms = platforms
        self._composer = composer
        self._clock = clock
        self._ids = ids

    def take_down(self, actor: Actor, delivery_id: str, reason: str) -> TakeDown:
        """Delete the parts of a live post, the last one first; a second time is harmless. Copies elsewhere are out of anybody's reach.

        The record of the post stays, with who took it down and why. Raise NotReady for a post that is not out.
        """
        authorize(actor, "publish")
        if len(reason.strip()) < _REASON:
            raise Invalid("reason", "Say in a few words why it is taken down: the record keeps it.")
        with self._store.read() as tx:
            item = tx.deliveries.get(delivery_id)
            account, parts = tx.accounts.get(item.account_id), tx.deliveries.parts(delivery_id)
        if item.state not in _LIVE:
            raise NotReady("This post is not out, so there is nothing to take down. Cancel it on the calendar instead.")
        self._audit(actor, ASKED, item, {"reason": reason.strip()[:500]})
        ours = [part for part in reversed(parts) if _can_delete(item, part)]
        deleted, problem = self._delete(account.id, ours)
        left = [part for part in parts if part.ref and part not in ours[:deleted]]
        addresses = tuple(dict.fromkeys(address for part in left if (address := part.url or item.url)))
        if not parts and item.url:
            addresses = (item.url,)
        done = TakeDown(deleted, addresses, problem)
        self._audit(actor, TAKEN_DOWN, item, {"reason": reason.strip()[:500], "deleted": str(deleted), "left": str(len(left))})
        return done

    def taken(self, delivery_id: str) -> Taken | None:
        """Return what the record says of the latest take-down, or None."""
        with self._store.read() as tx:
            events = tx.log.events(subject=f"delivery:{delivery_id}")
            names = {member.id: member.name for member in tx.members.all()}
        event = next((one for one in events if one.action == TAKEN_DOWN), None)
        if event is None:
            return None
        return Taken(names.get(event.actor, event.actor), event.at, event.details["reason"], event.details["left"] == "0")

    def correct(self, actor: Actor, post_id: str) -> Post:
        """Start a correction for every account that carried the post, with its address; it passes the gate like any draft."""
        authorize(actor, "write")
        with self._store.read() as tx:
            post = tx.posts.get(post_id)
            live = [item for item in tx.deliveries.of_post(post_id) if item.state in _LIVE]
            present = {account.id for account in tx.accounts.all()}
        urls: dict[str, str] = {}
        for item in live:
            if item.account_id in present:
                urls[item.account_id] = urls.get(item.account_id) or item.url or ""
        if not urls:
            raise NotReady("This post is out on no account that is still here, so there is nothing to correct.")
        opening = self.words["opening"].format(day=min(item.wall for item in live)[:10])
        made = self._composer.new(actor, tuple(urls), Content(text=opening, langs=post.base.langs))
        variants = tuple(PostVariant(key, replace(made.base, text=f"{opening}\n{url}") if url else None) for key, url in urls.items())
        made = self._composer.save(actor, made.id, made.version, made.base, variants)
        with self._store.write() as tx:
            tx.log.audit(AuditEvent(self._ids.new(), self._clock.now(), actor.id, "post.correct", f"post:{post_id}", {"by": made.id}))
        return made

    def _delete(self, account_id: str, parts: list[DeliveryPart]) -> tuple[int, str]:
        """Return how many were deleted and the sentence that stopped the rest, if anything did; the login is renewed once."""
        with self._store.read() as tx:
            account = tx.accounts.get(account_id)
        tokens = VaultTokens(self._store, account_id)
        deleted, renewed = 0, False
        while deleted < len(parts):
            try:
                connector = self._platforms.connect(account, tokens.read(), tokens)
                connector.delete(Ref(parts[deleted].ref or ""))
                deleted += 1
            except AuthExpired as error:
                if renewed:
                    return deleted, error.reason
                renewed = True
                try:
                    self._platforms.connect(account, tokens.read(), tokens).refresh_auth(tokens)
                except ConnectorError as failed:
                    return deleted, failed.reason
            except ConnectorError as error:
                return deleted, error.reason
        return deleted, ""

    def _audit(self, actor: Actor, action: str, item: Delivery, details: dict[str, str]) -> None:
        with self._store.write() as tx:
            tx.log.audit(AuditEvent(self._ids.new(), self._clock.now(), actor.id, action, f"delivery:{item.id}", details))


def _can_delete(item: Delivery, part: DeliveryPart) -> bool:
    """Return whether the platform knows this part by an id of its own, given by itself and not by a person."""
    return item.mode == "api" and part.ref is not None and part.ref != BY_HAND and not part.ref.startswith(moves.SEEN)
