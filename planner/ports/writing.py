"""What services need from the store for what stands beside a draft while it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from planner.domain.writing import CutDown, KeptCopy


class Writing(Protocol):
    """Cut-downs, kept copies, and posts that are alike; all of it goes with its post."""

    def cut_down(self, child_id: str) -> CutDown | None:
        """Return what a post was cut from, or None."""

    def cut_downs(self, parent_id: str) -> tuple[CutDown, ...]:
        """Return the short posts made from a long one, oldest first."""

    def put_cut_down(self, cut: CutDown) -> None:
        """Insert or replace."""

    def copy(self, post_id: str, by: str) -> KeptCopy | None:
        """Return the copy that this person has of this post, or None."""

    def put_copy(self, kept: KeptCopy) -> None:
        """Insert or replace."""

    def drop_copy(self, post_id: str, by: str) -> None:
        """Forget it."""

    def alike(
        self, prints: Collection[int], start: datetime, end: datetime, states: Sequence[str], *, limit: int = 100
    ) -> tuple[tuple[str, str], ...]:
        """Return (post, account) of deliveries due in [start, end) in these states whose post shares one of the prints."""
