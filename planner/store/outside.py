"""Links to reviewers outside."""

from __future__ import annotations

from planner.domain.outside import OutsideLink
from planner.store.rows import Room, Rows
from planner.store.tables_outside import outside_link

_LINKS = Rows(outside_link, OutsideLink)


class SqlOutsideLinks(Room):
    """Links by which somebody without a seat reads one draft."""

    def add(self, link: OutsideLink) -> None:
        """Insert a new one."""
        self._insert(outside_link, _LINKS.values(link))

    def find(self, digest: str) -> OutsideLink | None:
        """Return the link whose secret has this digest, or None."""
        return next(iter(_LINKS.by(self._connection, digest=digest)), None)

    def of_post(self, post_id: str) -> tuple[OutsideLink, ...]:
        """Return the links to a post, oldest first."""
        return _LINKS.by(self._connection, ("made_at", "id"), post_id=post_id)

    def swap(self, before: OutsideLink, after: OutsideLink) -> bool:
        """Replace when nobody has answered it or taken it back in between."""
        row = outside_link.c
        return self._swap(_LINKS, before, after, row.id == before.id, row.verdict == before.verdict, row.revoked_at.is_(None))
