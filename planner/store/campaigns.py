"""Campaigns and everything of theirs but the petitions."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sqlalchemy import delete

from planner.domain.ask import Ask
from planner.domain.campaign import Campaign, CampaignLink
from planner.domain.event import Event
from planner.domain.hashtag import HashtagCard
from planner.domain.lobbying import LobbyingEntry
from planner.domain.partner import Partner
from planner.store import tables
from planner.store import tables_campaigns as own
from planner.store.posts import POSTS
from planner.store.rows import Room, Rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from planner.domain.post import Post

T = TypeVar("T")

_GONE = "This does not exist any more. Reload the page."
_CAMPAIGNS = Rows(own.campaign, Campaign, "This campaign does not exist any more. Go back to the list of campaigns.")
_CARDS = Rows(own.hashtag_card, HashtagCard, _GONE)
_EVENTS = Rows(own.event, Event, _GONE)
_ASKS = Rows(own.ask, Ask, _GONE)
_PARTNERS = Rows(own.partner, Partner, _GONE)
_LOBBYING = Rows(own.lobbying, LobbyingEntry, _GONE)
_LINKS = Rows(own.campaign_link, CampaignLink)


class SqlShelf(Room, Generic[T]):
    """The rows of one kind."""

    def __init__(self, connection: Connection, touch: Callable[[], None], rows: Rows[T]) -> None:
        """Take the open connection, what to call on a change, and the kind."""
        super().__init__(connection, touch)
        self._rows = rows

    def all(self, campaign: str | None = None) -> tuple[T, ...]:
        """Return all (of one campaign), oldest first."""
        if campaign is None and (known := self._known.get(("all", ""))) is not None:
            return known  # type: ignore[no-any-return]  # what `foresee` kept
        equal = {} if campaign is None else {"campaign": campaign}
        return self._rows.by(self._connection, ("created_at", "id"), **equal)

    def foresee(self) -> None:
        """Read all of them ahead."""
        self._known["all", ""] = () if self._rows.table in self.empty else self.all()

    def find(self, key: str) -> T | None:
        """Return one, or None."""
        return next(iter(self._rows.by(self._connection, id=key)), None)

    def get(self, key: str) -> T:
        """Return one; raise Missing."""
        return self._rows.one(self._connection, id=key)

    def add(self, item: T) -> None:
        """Insert."""
        self._insert(self._rows.table, self._rows.values(item))

    def swap(self, before: T, after: T) -> bool:
        """Replace when the version still stands."""
        row, then = self._rows.table.c, self._rows.values(before)
        return self._swap(self._rows, before, after, row.id == then["id"], row.version == then["version"])

    def delete(self, key: str) -> None:
        """Delete one."""
        self._write(delete(self._rows.table).where(self._rows.table.c.id == key))


class SqlCampaigns(Room):
    """The campaigns."""

    @cached_property
    def campaigns(self) -> SqlShelf[Campaign]:
        """The campaigns."""
        return SqlShelf(self._connection, self._touch, _CAMPAIGNS)

    @cached_property
    def cards(self) -> SqlShelf[HashtagCard]:
        """The hashtag cards, of every campaign."""
        return SqlShelf(self._connection, self._touch, _CARDS)

    @cached_property
    def events(self) -> SqlShelf[Event]:
        """The events."""
        return SqlShelf(self._connection, self._touch, _EVENTS)

    @cached_property
    def asks(self) -> SqlShelf[Ask]:
        """The asks."""
        return SqlShelf(self._connection, self._touch, _ASKS)

    @cached_property
    def partners(self) -> SqlShelf[Partner]:
        """The partners."""
        return SqlShelf(self._connection, self._touch, _PARTNERS)

    @cached_property
    def lobbying(self) -> SqlShelf[LobbyingEntry]:
        """The lobbying log."""
        return SqlShelf(self._connection, self._touch, _LOBBYING)

    def foresee(self) -> None:
        """Read ahead what every look at a post asks for, of whichever campaign it is."""
        for shelf in (self.cards, self.partners):
            shelf.empty = self.empty
            shelf.foresee()

    def posts(self, campaign: str) -> tuple[Post, ...]:
        """Return the posts of a campaign, the latest change first."""
        row = tables.post.c
        found = POSTS.all(self._connection, POSTS.select.where(row.campaign == campaign))
        # Put in order here: asked for it, SQLite would rather walk through all posts by their time.
        return tuple(sorted(found, key=lambda post: (post.updated_at, post.id), reverse=True))

    def links(self, *, campaign: str | None = None, post_id: str | None = None) -> tuple[CampaignLink, ...]:
        """Return what posts are for campaigns, in a fixed order."""
        equal: dict[str, Any] = {"campaign": campaign, "post_id": post_id}
        wanted = {name: value for name, value in equal.items() if value is not None}
        return _LINKS.by(self._connection, ("campaign", "role", "about", "due_at", "post_id"), **wanted)

    def link(self, link: CampaignLink) -> None:
        """Insert or replace what a post is for a campaign and a thing of it."""
        self._upsert(own.campaign_link, _LINKS.values(link))

    def unlink(self, link: CampaignLink) -> None:
        """Delete one."""
        row = own.campaign_link.c
        which = (row.post_id == link.post_id, row.campaign == link.campaign, row.role == link.role, row.about == link.about)
        self._write(delete(own.campaign_link).where(*which))
