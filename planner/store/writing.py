"""Cut-downs, kept copies, and posts that are alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from planner.domain.similarity import prints
from planner.domain.writing import CutDown, KeptCopy
from planner.store import tables
from planner.store import tables_writing as mine
from planner.store.rows import Room, Rows

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from planner.domain.post import Post

_CUTS = Rows(mine.cut_down, CutDown)
_COPIES = Rows(mine.kept_copy, KeptCopy)


class SqlWriting(Room):
    """What stands beside a draft while it is written."""

    def cut_down(self, child_id: str) -> CutDown | None:
        """Return what a post was cut from, or None."""
        return next(iter(_CUTS.by(self._connection, child_id=child_id)), None)

    def cut_downs(self, parent_id: str) -> tuple[CutDown, ...]:
        """Return the short posts made from a long one, oldest first."""
        return _CUTS.by(self._connection, ("made_at", "child_id"), parent_id=parent_id)

    def put_cut_down(self, cut: CutDown) -> None:
        """Insert or replace."""
        self._upsert(mine.cut_down, _CUTS.values(cut))

    def copy(self, post_id: str, by: str) -> KeptCopy | None:
        """Return the copy that this person has of this post, or None."""
        return next(iter(_COPIES.by(self._connection, post_id=post_id, by=by)), None)

    def put_copy(self, kept: KeptCopy) -> None:
        """Insert or replace."""
        self._upsert(mine.kept_copy, _COPIES.values(kept))

    def drop_copy(self, post_id: str, by: str) -> None:
        """Forget it."""
        row = mine.kept_copy.c
        self._write(delete(mine.kept_copy).where(row.post_id == post_id, row.by == by))

    def alike(
        self, prints: Collection[int], start: datetime, end: datetime, states: Sequence[str], *, limit: int = 100
    ) -> tuple[tuple[str, str], ...]:
        """Return (post, account) of deliveries due in [start, end) in these states whose post shares one of the prints."""
        if not prints:
            return ()
        item, like = tables.delivery.c, mine.likeness.c
        shared = select(like.post_id).where(like.print.in_(sorted(prints)))
        query = (
            select(item.post_id, item.account_id)
            .where(item.post_id.in_(shared), item.due_at >= start, item.due_at < end, item.state.in_(states))
            .order_by(item.due_at.desc(), item.id)
            .limit(limit)
        )
        return tuple((row[0], row[1]) for row in self._connection.execute(query))


def prints_of(post: Post) -> frozenset[int]:
    """Return the prints of every text that the post would publish."""
    texts = {post.base.text, *(one.content.text for one in post.variants if one.content)}
    return frozenset().union(*map(prints, texts))
