"""What services need from the store for links to reviewers outside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from planner.domain.outside import OutsideLink


class OutsideLinks(Protocol):
    """Links by which somebody without a seat reads one draft."""

    def add(self, link: OutsideLink) -> None:
        """Insert a new one."""

    def find(self, digest: str) -> OutsideLink | None:
        """Return the link whose secret has this digest, or None."""

    def of_post(self, post_id: str) -> tuple[OutsideLink, ...]:
        """Return the links to a post, oldest first."""

    def swap(self, before: OutsideLink, after: OutsideLink) -> bool:
        """Replace when nobody has answered it or taken it back in between."""
