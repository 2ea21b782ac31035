"""Where a post's claims come from, and what its type and pillar are: records that stand beside the words and that readers never see."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from planner.domain.audit import AuditEvent
from planner.domain.errors import Invalid
from planner.domain.library import PostNote, check_source
from planner.domain.people import authorize

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.domain.library import SourceRecord
    from planner.domain.people import Actor
    from planner.ports import Clock, Ids, Store

_MOST = 2_000


class Sources:
    """Source records, type fields and the pillar of posts."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        """Take the store, the clock and the id maker."""
        self._store = store
        self._clock = clock
        self._ids = ids

    def of_post(self, post_id: str) -> tuple[SourceRecord, ...]:
        """Return the post's source records, oldest first."""
        with self._store.read() as tx:
            return tx.library.sources(post_id)

    def put(self, actor: Actor, record: SourceRecord) -> SourceRecord:
        """Keep a new record (no id) or a changed one; raise Invalid for dates that have not come yet."""
        authorize(actor, "write")
        now = self._clock.now()
        for day in (record.published, record.read_on, record.verdict_on):
            if day is not None and day > now.date():
                raise Invalid("date", "That day has not come yet. Give the day on the source itself, and the day you read it.")
        kept = check_source(replace(record, id=record.id or self._ids.new(), by=actor.id, at=now))
        with self._store.write() as tx:
            tx.posts.get(kept.post_id)
            tx.library.put_source(kept)
            tx.log.audit(AuditEvent(self._ids.new(), now, actor.id, "source.put", f"post:{kept.post_id}", {"tier": kept.tier}))
        return kept

    def drop(self, actor: Actor, post_id: str, source_id: str) -> None:
        """Delete a record."""
        authorize(actor, "write")
        with self._store.write() as tx:
            tx.library.drop_source(post_id, source_id)
            tx.log.audit(AuditEvent(self._ids.new(), self._clock.now(), actor.id, "source.drop", f"post:{post_id}"))

    def note(self, post_id: str) -> PostNote:
        """Return the pillar and the type's fields of a post."""
        with self._store.read() as tx:
            return tx.library.note(post_id)

    def put_note(self, actor: Actor, post_id: str, *, pillar: str | None = None, fields: Mapping[str, str] | None = None) -> PostNote:
        """Keep the pillar, the fields of the type, or both; what is not given stays, an empty field is taken out."""
        authorize(actor, "write")
        given = {name: " ".join(value.split()) for name, value in (fields or {}).items()}
        long = next((name for name, value in given.items() if len(value) > _MOST), None)
        if long is not None:
            raise Invalid(long, f"At most {_MOST:,} characters, please.")
        with self._store.write() as tx:
            tx.posts.get(post_id)
            before = tx.library.note(post_id)
            merged = {name: value for name, value in {**before.fields, **given}.items() if value}
            after = PostNote(post_id, before.pillar if pillar is None else pillar, merged)
            if after != before:
                tx.library.put_note(after)
            return after
