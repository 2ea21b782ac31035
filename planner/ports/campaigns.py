"""What services need to keep campaigns and what belongs to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from planner.domain.ask import Ask
    from planner.domain.campaign import Campaign, CampaignLink
    from planner.domain.event import Event
    from planner.domain.hashtag import HashtagCard
    from planner.domain.lobbying import LobbyingEntry
    from planner.domain.partner import Partner
    from planner.domain.post import Post

T = TypeVar("T")


class Shelf(Protocol[T]):
    """Things of one kind, each with an id and a version."""

    def all(self, campaign: str | None = None) -> tuple[T, ...]:
        """Return all (of one campaign), oldest first."""

    def find(self, key: str) -> T | None:
        """Return one, or None."""

    def get(self, key: str) -> T:
        """Return one; raise Missing."""

    def add(self, item: T) -> None:
        """Insert."""

    def swap(self, before: T, after: T) -> bool:
        """Replace when the version still stands."""

    def delete(self, key: str) -> None:
        """Delete one."""


class CampaignRecords(Protocol):
    """Campaigns and everything of theirs but the petitions."""

    @property
    def campaigns(self) -> Shelf[Campaign]:
        """The campaigns."""

    @property
    def cards(self) -> Shelf[HashtagCard]:
        """The hashtag cards, of every campaign."""

    @property
    def events(self) -> Shelf[Event]:
        """The events."""

    @property
    def asks(self) -> Shelf[Ask]:
        """The asks."""

    @property
    def partners(self) -> Shelf[Partner]:
        """The partners."""

    @property
    def lobbying(self) -> Shelf[LobbyingEntry]:
        """The lobbying log."""

    def posts(self, campaign: str) -> tuple[Post, ...]:
        """Return the posts of a campaign, the latest change first."""

    def links(self, *, campaign: str | None = None, post_id: str | None = None) -> tuple[CampaignLink, ...]:
        """Return what posts are for campaigns, in a fixed order."""

    def link(self, link: CampaignLink) -> None:
        """Insert or replace what a post is for a campaign and a thing of it."""

    def unlink(self, link: CampaignLink) -> None:
        """Delete one."""
