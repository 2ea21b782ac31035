"""Words that met a newer version of their draft: kept for the person who typed them until that person has chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.domain.people import authorize
from planner.domain.writing import KeptCopy

if TYPE_CHECKING:
    from planner.domain.people import Actor
    from planner.ports import Clock, Store


class Copies:
    """One copy a person and post: a later one of the same person replaces it."""

    def __init__(self, store: Store, clock: Clock) -> None:
        """Take the store and the clock."""
        self._store = store
        self._clock = clock

    def keep(self, actor: Actor, post_id: str, variant: str, text: str) -> KeptCopy:
        """Keep the words; raise Missing when the post is gone."""
        authorize(actor, "write")
        with self._store.write() as tx:
            tx.posts.get(post_id)
            kept = KeptCopy(post_id, actor.id, variant, self._clock.now(), text)
            tx.writing.put_copy(kept)
            return kept

    def of(self, actor: Actor, post_id: str) -> KeptCopy | None:
        """Return this person's copy, or None; nobody sees another person's."""
        with self._store.read() as tx:
            return tx.writing.copy(post_id, actor.id)

    def let_go(self, actor: Actor, post_id: str) -> None:
        """Forget this person's copy, when they have chosen."""
        with self._store.write() as tx:
            tx.writing.drop_copy(post_id, actor.id)
