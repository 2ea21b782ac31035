"""The workspace: who works here, who acts now, and what has been set."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from planner.domain.audit import AuditEvent
from planner.domain.errors import Invalid, NotAllowed
from planner.domain.people import ALLOWED, Actor, Member, authorize

if TYPE_CHECKING:
    from datetime import datetime

    from planner.domain.people import Role
    from planner.ports import Clock, Ids, Store

OWNER = "owner"
STARTED = "started"
_STARTS = ("empty", "demo")
_WRITERS = frozenset({"admin", "publisher", "reviewer", "author"})


class Workspace:
    """People and settings of this installation."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        """Take the store, the clock and the id maker."""
        self._store = store
        self._clock = clock
        self._ids = ids

    def actor(self, member_id: str = OWNER) -> Actor:
        """Return who acts, read anew each time; the first start makes the owner. Raise NotAllowed for somebody switched off."""
        with self._store.read() as tx:
            members = tx.members.all()
        return member_of(members or (self._first(),), member_id)

    def at_the_keyboard(self, chosen: str | None, remembered: str | None) -> Actor | None:
        """Return who acts: whom this session has chosen, else whom its browser remembers, else the only person there is.

        None where several work and nobody has said who is there; no name is guessed. Raise NotAllowed when the chosen one has
        been switched off; a remembered one who has been is simply forgotten.
        """
        with self._store.read() as tx:
            members = tx.members.all()
        everybody = members or (self._first(),)
        if chosen is not None:
            return member_of(everybody, chosen)
        active = [member.id for member in everybody if member.active]
        if remembered in active:
            return member_of(everybody, remembered)
        return member_of(everybody, active[0]) if len(active) == 1 else None

    def members(self) -> tuple[Member, ...]:
        """Return everybody, oldest first."""
        with self._store.read() as tx:
            return tx.members.all()

    def invite(self, actor: Actor, name: str, role: Role) -> Member:
        """Add a person."""
        authorize(actor, "administer")
        member = Member(self._ids.new(), _name(name), _role(role), active=True, created_at=self._clock.now())
        with self._store.write() as tx:
            tx.members.put(member)
            tx.log.audit(AuditEvent(self._ids.new(), self._clock.now(), actor.id, "member.add", f"member:{member.id}", {"role": role}))
        return member

    def change(self, actor: Actor, member_id: str, name: str, role: Role, *, active: bool) -> Member:
        """Give a person another name or role, or switch them off (or on again); what they have done keeps their name.

        The first person stays an active admin, and nobody switches themselves off. Raise Invalid or Missing.
        """
        authorize(actor, "administer")
        with self._store.write() as tx:
            before = tx.members.get(member_id)
            after = replace(before, name=_name(name), role=_role(role), active=active)
            if member_id == OWNER and (role, active) != ("admin", True):
                raise Invalid("role", "The first person stays an admin, so that somebody can always put things right.")
            if member_id == actor.id and not active:
                raise Invalid("active", "You cannot switch yourself off. Another admin can.")
            tx.members.put(after)
            details = {"role": role, "active": "yes" if active else "no"}
            tx.log.audit(AuditEvent(self._ids.new(), self._clock.now(), actor.id, "member.update", f"member:{member_id}", details))
        return after

    def started(self) -> str | None:
        """Return how the first start was answered (`empty` or `demo`), or None while nobody has answered."""
        with self._store.read() as tx:
            return tx.log.setting(STARTED)

    def start(self, actor: Actor, how: str) -> None:
        """Keep the answer of the first start, `empty` or `demo`."""
        authorize(actor, "administer")
        if how not in _STARTS:
            raise Invalid("start", f"Choose one of: {', '.join(_STARTS)}.")
        with self._store.write() as tx:
            tx.log.put_setting(STARTED, how)

    def spend(self, actor: Actor) -> None:
        """Count the present minute as one that this person has spent here, once however many windows are open."""
        now = self._clock.now()
        name, minute = _week_of(actor.id, now), int(now.timestamp()) // 60
        with self._store.read() as tx:
            kept = tx.log.setting(name)
        if kept is not None and int(kept.split()[0]) >= minute:
            return
        with self._store.write() as tx:
            before = tx.log.setting(name)
            last, spent = (int(part) for part in before.split()) if before else (0, 0)
            if minute > last:
                tx.log.put_note(name, f"{minute} {spent + 1}")

    def spent(self, actor: Actor) -> int:
        """Return the minutes that this person has worked here since Monday (UTC). Nobody else can ask."""
        with self._store.read() as tx:
            kept = tx.log.setting(_week_of(actor.id, self._clock.now()))
        return int(kept.split()[1]) if kept else 0

    def heartbeat(self) -> datetime | None:
        """Return when a worker was last heard of, or None when never."""
        with self._store.read() as tx:
            beats = tx.log.beats()
        return max((at for at, _ in beats.values()), default=None)

    def _first(self) -> Member:
        owner = Member(OWNER, "Owner", "admin", active=True, created_at=self._clock.now())
        with self._store.write() as tx:
            if not tx.members.all():
                tx.members.put(owner)
        return owner


def _name(name: str) -> str:
    if not name.strip():
        raise Invalid("name", "Give the person's name: it stands beside approvals and overrides.")
    return name.strip()


def _role(role: Role) -> Role:
    if role not in ALLOWED:
        raise Invalid("role", f"Choose one of: {', '.join(ALLOWED)}.")
    return role


def _week_of(member_id: str, now: datetime) -> str:
    year, week, _ = now.isocalendar()
    return f"spent.{member_id}.{year}-{week:02}"


def member_of(everybody: tuple[Member, ...], member_id: str) -> Actor:
    """Return who acts, out of the present members; raise NotAllowed for somebody who is no active one."""
    member = next((one for one in everybody if one.id == member_id), None)
    if member is None or not member.active:
        raise NotAllowed("You are not a member of this workspace (any more). Ask its admin.")
    size = sum(other.active and other.role in _WRITERS for other in everybody)
    return Actor(member.id, member.name, member.role, max(size, 1))
