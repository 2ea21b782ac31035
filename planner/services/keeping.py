"""Keeping the things of a campaign: stored, changed and deleted the same way, with their versions and the audit log."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Protocol, TypeVar

from planner.domain.audit import AuditEvent
from planner.domain.errors import Conflict
from planner.domain.people import authorize

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from planner.domain.people import Actor
    from planner.ports import Clock, Ids, Shelf, Store, Transaction


class Kept(Protocol):
    """A frozen dataclass with an id, a version, and who made it when."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def id(self) -> str:
        """The id."""

    @property
    def campaign(self) -> str:
        """The campaign's id, or empty."""

    @property
    def created_by(self) -> str:
        """Who made it."""

    @property
    def created_at(self) -> datetime:
        """When it was made."""

    @property
    def version(self) -> int:
        """How often it was changed, from 1."""


K = TypeVar("K", bound=Kept)


class Keeper(Generic[K]):
    """One kind of thing, kept. `kind` names it in the audit log."""

    def __init__(
        self, store: Store, clock: Clock, ids: Ids, kind: str, shelf: Callable[[Transaction], Shelf[K]], check: Callable[[K], None]
    ) -> None:
        """Take the store, the clock, the id maker, the kind, where it lies, and what refuses a wrong one."""
        self._store = store
        self._clock = clock
        self._ids = ids
        self._kind = kind
        self._shelf = shelf
        self._check = check

    def all(self, campaign: str | None = None) -> tuple[K, ...]:
        """Return all (of one campaign), oldest first."""
        with self._store.read() as tx:
            return self._shelf(tx).all(campaign)

    def get(self, key: str) -> K:
        """Return one; raise Missing."""
        with self._store.read() as tx:
            return self._shelf(tx).get(key)

    def add(self, actor: Actor, item: K) -> K:
        """Store a new one (id unless it has one, time and writer are set here); raise Invalid, or Missing for an unknown campaign."""
        authorize(actor, "write")
        with self._store.write() as tx:
            return self.add_in(tx, actor, item)

    def add_in(self, tx: Transaction, actor: Actor, item: K) -> K:
        """Store a new one inside a transaction."""
        key = item.id or self._ids.new()
        fresh = tidy(replace(item, id=key, created_by=actor.id, created_at=self._clock.now(), version=1))
        self._check(fresh)
        if fresh.campaign:
            tx.campaigns.campaigns.get(fresh.campaign)
        self._shelf(tx).add(fresh)
        self.audit(tx, actor, "add", fresh.id)
        return fresh

    def update(self, actor: Actor, after: K) -> K:
        """Store a changed one (`after.version` is the version that was read); raise Conflict, Invalid or Missing."""
        authorize(actor, "write")
        with self._store.write() as tx:
            return self.update_in(tx, actor, after)

    def update_in(self, tx: Transaction, actor: Actor, after: K, action: str = "update", **details: str) -> K:
        """Store a changed one inside a transaction."""
        before = self._shelf(tx).get(after.id)
        kept = tidy(replace(after, created_by=before.created_by, created_at=before.created_at, version=before.version + 1))
        self._check(kept)
        if before.version != after.version or not self._shelf(tx).swap(before, kept):
            raise Conflict("Somebody changed this in between. Reload the page, then change it again.")
        self.audit(tx, actor, action, kept.id, **details)
        return kept

    def delete(self, actor: Actor, key: str) -> None:
        """Delete one for good; raise Missing."""
        authorize(actor, "write")
        with self._store.write() as tx:
            self._shelf(tx).get(key)
            self._shelf(tx).delete(key)
            self.audit(tx, actor, "delete", key)

    def audit(self, tx: Transaction, actor: Actor, action: str, key: str, **details: str) -> None:
        """Write down who did what."""
        tx.log.audit(AuditEvent(self._ids.new(), self._clock.now(), actor.id, f"{self._kind}.{action}", f"{self._kind}:{key}", details))


def tidy(item: K) -> K:
    """Return the thing without blanks around its words."""
    said = {field.name: getattr(item, field.name) for field in fields(item)}
    return replace(item, **{name: value.strip() for name, value in said.items() if isinstance(value, str)})
