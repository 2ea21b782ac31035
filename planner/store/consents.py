"""Consents, what stories rest upon, comments, and pages of the audit log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import distinct, select

from planner.domain.audit import AuditEvent
from planner.domain.consent import Consent, StoryBasis
from planner.domain.review import Comment
from planner.store import tables, tables_consent
from planner.store.rows import Room, Rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

_CONSENTS = Rows(tables_consent.consent, Consent)
_BASES = Rows(tables_consent.story_basis, StoryBasis)
_COMMENTS = Rows(tables_consent.comment, Comment)
_EVENTS = Rows(tables.audit, AuditEvent)


class SqlConsents(Room):
    """The consent register."""

    def all(self) -> tuple[Consent, ...]:
        """Return every record, the latest first."""
        row = tables_consent.consent.c
        return _CONSENTS.all(self._connection, _CONSENTS.select.order_by(row.at.desc(), row.id))

    def get(self, consent_id: str) -> Consent | None:
        """Return one, or None."""
        return next(iter(_CONSENTS.by(self._connection, id=consent_id)), None)

    def add(self, consent: Consent) -> None:
        """Insert a new one."""
        self._insert(tables_consent.consent, _CONSENTS.values(consent))

    def swap(self, before: Consent, after: Consent) -> bool:
        """Replace `before` by `after` when it still stands as it was."""
        row = tables_consent.consent.c
        return self._swap(
            _CONSENTS,
            before,
            after,
            row.id == before.id,
            row.withdrawn_at == before.withdrawn_at if before.withdrawn_at else row.withdrawn_at.is_(None),
        )

    def basis(self, post_id: str) -> StoryBasis | None:
        """Return what a story rests upon, or None."""
        return next(iter(_BASES.by(self._connection, post_id=post_id)), None)

    def put_basis(self, basis: StoryBasis) -> None:
        """Insert, or replace the basis of the same post."""
        self._upsert(tables_consent.story_basis, _BASES.values(basis))

    def resting_on(self, consent_id: str) -> tuple[str, ...]:
        """Return the ids of the posts that rest upon a consent, in order."""
        return tuple(one.post_id for one in _BASES.by(self._connection, ("at", "post_id"), consent_id=consent_id))


class SqlTalk(Room):
    """Comments, and the log page by page."""

    def comments(self, post_id: str) -> tuple[Comment, ...]:
        """Return the comments on a post, oldest first."""
        return _COMMENTS.by(self._connection, ("at", "id"), post_id=post_id)

    def add_comment(self, comment: Comment) -> None:
        """Insert."""
        self._insert(tables_consent.comment, _COMMENTS.values(comment))

    def trail(
        self, *, actions: Sequence[str] = (), actor: str = "", since: datetime | None = None, before: str | None = None, limit: int = 50
    ) -> tuple[AuditEvent, ...]:
        """Return audit events, the newest first; `before` is the last id of the page before."""
        row = tables.audit.c
        query = _EVENTS.select.order_by(row.seq.desc()).limit(limit)
        if actions:
            query = query.where(row.action.in_(list(actions)))
        if actor:
            query = query.where(row.actor == actor)
        if since is not None:
            query = query.where(row.at >= since)
        if before is not None:
            query = query.where(row.seq < select(row.seq).where(row.id == before).scalar_subquery())
        return _EVENTS.all(self._connection, query)

    def actions(self) -> tuple[str, ...]:
        """Return every action that the log knows, by name."""
        row = tables.audit.c
        return tuple(self._connection.execute(select(distinct(row.action)).order_by(row.action)).scalars())
