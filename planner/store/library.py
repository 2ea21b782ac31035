"""The content bank, what it keeps beside posts, and keys for machines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete

from planner.domain.access import AccessKey
from planner.domain.library import Item, ItemUse, Pillar, PostNote, SourceRecord
from planner.store import tables_library as tables
from planner.store.rows import Room, Rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from planner.domain.access import KeyKind

_ITEMS = Rows(tables.item, Item)
_PILLARS = Rows(tables.pillar, Pillar)
_SOURCES = Rows(tables.source, SourceRecord)
_NOTES = Rows(tables.beside, PostNote)
_USES = Rows(tables.used, ItemUse)
_KEYS = Rows(tables.key, AccessKey, "There is no such key any more. Make a new one.")


class SqlLibrary(Room):
    """Own items and copies of shipped ones, pillars, and what stands beside posts."""

    def items(self, ids: Sequence[str] | None = None) -> tuple[Item, ...]:
        """Return the items of the workspace (of these ids), put away ones too, by title."""
        row = tables.item.c
        query = _ITEMS.select.order_by(row.title, row.id)
        return _ITEMS.all(self._connection, query if ids is None else query.where(row.id.in_(tuple(ids))))

    def put_item(self, item: Item) -> None:
        """Insert or replace."""
        self._upsert(tables.item, _ITEMS.values(item))

    def pillars(self) -> tuple[Pillar, ...]:
        """Return the workspace's own pillars in order."""
        return _PILLARS.by(self._connection, ("place",))

    def put_pillars(self, pillars: Sequence[Pillar]) -> None:
        """Replace all pillars."""
        self._write(delete(tables.pillar))
        self._insert(tables.pillar, *({**_PILLARS.values(one), "place": place} for place, one in enumerate(pillars)))

    def sources(self, post_id: str) -> tuple[SourceRecord, ...]:
        """Return the source records of a post, oldest first."""
        return self._list("sources", _SOURCES, "post_id", post_id, ("at", "id"))

    def put_source(self, record: SourceRecord) -> None:
        """Insert or replace."""
        self._upsert(tables.source, _SOURCES.values(record))

    def drop_source(self, post_id: str, source_id: str) -> None:
        """Delete one."""
        row = tables.source.c
        self._write(delete(tables.source).where(row.id == source_id, row.post_id == post_id))

    def note(self, post_id: str) -> PostNote:
        """Return what is kept beside a post; an empty note when nothing is."""
        return next(iter(self._list("beside", _NOTES, "post_id", post_id, ("post_id",))), PostNote(post_id))

    def notes(self, post_ids: Sequence[str]) -> Mapping[str, PostNote]:
        """Return the notes of these posts that have one."""
        return {note.post_id: note for note in _NOTES.among(self._connection, "post_id", post_ids, ("post_id",))}

    def put_note(self, note: PostNote) -> None:
        """Insert or replace."""
        self._upsert(tables.beside, _NOTES.values(note))

    def used(self, post_id: str) -> tuple[str, ...]:
        """Return the ids of the bank items in a post, in the order in which they came."""
        return tuple(use.item_id for use in self._list("used", _USES, "post_id", post_id, ("at", "item_id")))

    def foresee(self, post_ids: Sequence[str]) -> None:
        """Read what stands beside these posts ahead."""
        self._ahead("sources", _SOURCES, "post_id", post_ids, ("at", "id"))
        self._ahead("beside", _NOTES, "post_id", post_ids, ("post_id",))
        self._ahead("used", _USES, "post_id", post_ids, ("at", "item_id"))

    def use(self, post_id: str, item_id: str, at: datetime) -> None:
        """Keep that an item went into a post."""
        self._upsert(tables.used, {"post_id": post_id, "item_id": item_id, "at": at}, only_new=True)

    def unuse(self, post_id: str, item_id: str) -> None:
        """Forget that an item went into a post."""
        row = tables.used.c
        self._write(delete(tables.used).where(row.post_id == post_id, row.item_id == item_id))


class SqlKeys(Room):
    """Keys for machines."""

    def all(self, kind: KeyKind) -> tuple[AccessKey, ...]:
        """Return all keys of a kind, revoked ones too, oldest first."""
        return _KEYS.by(self._connection, ("created_at", "id"), kind=kind)

    def find(self, kind: KeyKind, digest: str) -> AccessKey | None:
        """Return the key whose secret has this digest, or None."""
        return next(iter(_KEYS.by(self._connection, kind=kind, digest=digest)), None)

    def get(self, key_id: str) -> AccessKey:
        """Return one; raise Missing."""
        return _KEYS.one(self._connection, id=key_id)

    def put(self, key: AccessKey) -> None:
        """Insert or replace."""
        self._upsert(tables.key, _KEYS.values(key))
