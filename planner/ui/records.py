"""The few plain looks into the store that pages need besides the use cases; reading only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from connectors.base import ComposeLink
    from planner.domain.account import Account
    from planner.domain.delivery import Attempt, Delivery, DeliveryPart, Hold
    from planner.domain.post import Content, Post
    from planner.services.house import Planner


@dataclass(frozen=True, slots=True)
class Line:
    """One delivery in a list; `title` names its account."""

    delivery: Delivery
    title: str
    headline: str


@dataclass(frozen=True, slots=True)
class Record:
    """Everything about one delivery: what was to go out, and each attempt. `compose` opens the platform's own composer."""

    delivery: Delivery
    account: Account
    post: Post
    content: Content
    parts: tuple[DeliveryPart, ...]
    attempts: tuple[Attempt, ...]
    compose: ComposeLink | None


def title(planner: Planner, account: Account) -> str:
    """Return how people call an account: `@handle (Bluesky)`."""
    return f"{account.handle} ({planner.platforms.info(account.platform).title})"


def delivery(planner: Planner, delivery_id: str) -> Delivery:
    """Return one delivery; raise Missing."""
    with planner.store.read() as tx:
        return tx.deliveries.get(delivery_id)


def record(planner: Planner, delivery_id: str) -> Record:
    """Return everything about one delivery; raise Missing."""
    from planner.services import render  # noqa: PLC0415 - only the card needs it

    with planner.store.read() as tx:
        item = tx.deliveries.get(delivery_id)
        account, post = tx.accounts.get(item.account_id), tx.posts.get(item.post_id)
        content = render.marked(tx, post, account)
        connector = planner.platforms.planner_view(account.platform, account.mode, account.settings)
        compose = connector.compose_link(render.variant(tx, content)) if item.mode == "hand" else None
        return Record(item, account, post, content, tx.deliveries.parts(item.id), tx.deliveries.attempts(item.id), compose)


def lines(planner: Planner, states: Sequence[str], *, limit: int = 50) -> tuple[Line, ...]:
    """Return deliveries in these states, earliest due first."""
    with planner.store.read() as tx:
        found = tx.deliveries.by_state(states, limit=limit)
    return _lines(planner, found)


def sent(planner: Planner, start: datetime, end: datetime, *, limit: int) -> tuple[Line, ...]:
    """Return what was due in the span and went out, the latest first, `limit` at most."""
    with planner.store.read() as tx:
        found = tx.deliveries.window(start, end, states=("sent",))
    return _lines(planner, found[-limit:])[::-1]


def counts(planner: Planner) -> Mapping[str, int]:
    """Return how many deliveries are in each state."""
    with planner.store.read() as tx:
        return tx.deliveries.counts()


def holds(planner: Planner) -> tuple[Hold, ...]:
    """Return the holds in force, oldest first."""
    with planner.store.read() as tx:
        return tx.deliveries.holds()


def answers(planner: Planner, post_id: str, content: str | None = None) -> dict[str, str]:
    """Return subject -> answer of a post, of one content digest where that is given."""
    with planner.store.read() as tx:
        return {one.subject: one.key for one in tx.reviews.answers(post_id) if content in (None, one.content)}


def beats(planner: Planner) -> Mapping[str, tuple[datetime, Mapping[str, str]]]:
    """Return worker -> (last heartbeat, details)."""
    with planner.store.read() as tx:
        return tx.log.beats()


def _lines(planner: Planner, found: Sequence[Delivery]) -> tuple[Line, ...]:
    with planner.store.read() as tx:
        titles = {account.id: title(planner, account) for account in tx.accounts.all(archived=True)}
        posts = tx.posts.many([item.post_id for item in found])
    return tuple(Line(item, titles[item.account_id], posts[item.post_id].headline or "Image without text") for item in found)
