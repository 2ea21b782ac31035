"""What services need from the store for consents, what stories rest upon, and comments between colleagues."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from planner.domain.audit import AuditEvent
    from planner.domain.consent import Consent, StoryBasis
    from planner.domain.review import Comment


class Consents(Protocol):
    """The consent register. A record is never deleted: a withdrawn one still explains what was done."""

    def all(self) -> tuple[Consent, ...]:
        """Return every record, the latest first."""

    def get(self, consent_id: str) -> Consent | None:
        """Return one, or None."""

    def add(self, consent: Consent) -> None:
        """Insert a new one."""

    def swap(self, before: Consent, after: Consent) -> bool:
        """Replace `before` by `after` when it still stands as it was."""

    def basis(self, post_id: str) -> StoryBasis | None:
        """Return what a story rests upon, or None."""

    def put_basis(self, basis: StoryBasis) -> None:
        """Insert, or replace the basis of the same post."""

    def resting_on(self, consent_id: str) -> tuple[str, ...]:
        """Return the ids of the posts that rest upon a consent, in order."""


class Talk(Protocol):
    """Comments on drafts, and the whole log of what happened."""

    def comments(self, post_id: str) -> tuple[Comment, ...]:
        """Return the comments on a post, oldest first."""

    def add_comment(self, comment: Comment) -> None:
        """Insert."""

    def trail(
        self, *, actions: Sequence[str] = (), actor: str = "", since: datetime | None = None, before: str | None = None, limit: int = 50
    ) -> tuple[AuditEvent, ...]:
        """Return audit events, the newest first; `before` is the last id of the page before."""

    def actions(self) -> tuple[str, ...]:
        """Return every action that the log knows, by name."""
