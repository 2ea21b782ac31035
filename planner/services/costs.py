"""What platforms charge for a post, said before it is scheduled: alone, and with what the same month holds already."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from connectors.base import Link, Media, Variant

if TYPE_CHECKING:
    from planner.domain.account import Account
    from planner.domain.post import Content
    from planner.ports import Platforms, Store, Transaction

_COUNTED = ("queued", "sending", "sent", "unconfirmed", "held")


@dataclass(frozen=True, slots=True)
class Cost:
    """USD for one post, and for its account's whole month with it; `others` are the month's other posts, planned or out."""

    post: Decimal
    others: int
    month: Decimal


class Costs:
    """Prices of posts that are sent automatically; a post by hand costs nothing."""

    def __init__(self, store: Store, platforms: Platforms) -> None:
        """Take the store and the connector floor."""
        self._store = store
        self._platforms = platforms

    def of(self, post_id: str, account_id: str, at: datetime) -> Cost | None:
        """Return what this post costs at `at` (aware UTC), with the account's calendar month there; None where nothing is charged."""
        with self._store.read() as tx:
            account = tx.accounts.get(account_id)
            own = self._price(tx.posts.get(post_id).content_for(account_id), account)
            if own is None:
                return None
            others = self._others(tx, post_id, account, at)
        return Cost(own, len(others), own + sum(others, Decimal(0)))

    def _others(self, tx: Transaction, post_id: str, account: Account, at: datetime) -> list[Decimal]:
        start, end = _month(at, account.zone)
        rows = tx.deliveries.window(start, end, account_id=account.id, states=_COUNTED)
        found = [row for row in rows if row.post_id != post_id and row.mode == "api"]
        posts = tx.posts.many([row.post_id for row in found])
        prices = (self._price(posts[row.post_id].content_for(account.id), account) for row in found)
        return [price for price in prices if price is not None]

    def _price(self, content: Content, account: Account) -> Decimal | None:
        connector = self._platforms.planner_view(account.platform, account.mode, account.settings)
        return connector.measure(_light(content)).cost


def _light(content: Content) -> Variant:
    """Return a variant without the bytes of its images: prices follow from words, links and descriptions."""
    link = Link(content.link.url, content.link.title, content.link.description) if content.link else None
    media = tuple(Media(ref.name, "image/png", b"", ref.alt) for ref in content.media)
    return Variant(content.segments, title=content.title or None, link=link, media=media, langs=content.langs)


def _month(at: datetime, zone: str) -> tuple[datetime, datetime]:
    """Return the first moment of the local calendar month and of the next one, in UTC."""
    local = at.astimezone(ZoneInfo(zone))
    start = datetime(local.year, local.month, 1, tzinfo=local.tzinfo)
    end = start.replace(year=local.year + local.month // 12, month=local.month % 12 + 1)
    return start.astimezone(UTC), end.astimezone(UTC)
