"""What services need from the store for the content bank, and for keys of machines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from planner.domain.access import AccessKey, KeyKind
    from planner.domain.library import Item, Pillar, PostNote, SourceRecord


class Library(Protocol):
    """Own items and copies of shipped ones, pillars, and what stands beside posts."""

    def items(self, ids: Sequence[str] | None = None) -> tuple[Item, ...]:
        """Return the items of the workspace (of these ids), put away ones too, by title."""

    def put_item(self, item: Item) -> None:
        """Insert or replace."""

    def pillars(self) -> tuple[Pillar, ...]:
        """Return the workspace's own pillars in order; none while it keeps the starter ones."""

    def put_pillars(self, pillars: Sequence[Pillar]) -> None:
        """Replace all pillars."""

    def sources(self, post_id: str) -> tuple[SourceRecord, ...]:
        """Return the source records of a post, oldest first."""

    def put_source(self, record: SourceRecord) -> None:
        """Insert or replace."""

    def drop_source(self, post_id: str, source_id: str) -> None:
        """Delete one; none there is none the worse."""

    def note(self, post_id: str) -> PostNote:
        """Return what is kept beside a post; an empty note when nothing is."""

    def notes(self, post_ids: Sequence[str]) -> Mapping[str, PostNote]:
        """Return the notes of these posts that have one."""

    def put_note(self, note: PostNote) -> None:
        """Insert or replace."""

    def used(self, post_id: str) -> tuple[str, ...]:
        """Return the ids of the bank items in a post, in the order in which they came."""

    def use(self, post_id: str, item_id: str, at: datetime) -> None:
        """Keep that an item went into a post; again is none the worse."""

    def unuse(self, post_id: str, item_id: str) -> None:
        """Forget that an item went into a post."""


class Keys(Protocol):
    """Keys for machines; never a secret, only digests."""

    def all(self, kind: KeyKind) -> tuple[AccessKey, ...]:
        """Return all keys of a kind, revoked ones too, oldest first."""

    def find(self, kind: KeyKind, digest: str) -> AccessKey | None:
        """Return the key whose secret has this digest, or None."""

    def get(self, key_id: str) -> AccessKey:
        """Return one; raise Missing."""

    def put(self, key: AccessKey) -> None:
        """Insert or replace."""
