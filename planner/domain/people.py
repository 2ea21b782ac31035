"""Members of the workspace and what each role may do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from planner.domain.errors import NotAllowed

if TYPE_CHECKING:
    from datetime import datetime

Role = Literal["admin", "publisher", "reviewer", "author", "viewer"]
Action = Literal["read", "write", "review", "publish", "hold", "connect", "note", "administer"]

ALLOWED: dict[Role, frozenset[Action]] = {
    "admin": frozenset({"read", "write", "review", "publish", "hold", "connect", "note", "administer"}),
    "publisher": frozenset({"read", "write", "publish", "hold", "connect", "note"}),
    "reviewer": frozenset({"read", "write", "review", "hold", "note"}),
    "author": frozenset({"read", "write", "note"}),
    "viewer": frozenset({"read"}),
}


@dataclass(frozen=True, slots=True)
class Member:
    """A person of the workspace."""

    id: str
    name: str
    role: Role
    active: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something, as of now: `team_size` counts active members who may write."""

    id: str
    name: str
    role: Role
    team_size: int = 1


def authorize(actor: Actor, action: Action) -> None:
    """Raise NotAllowed when the actor's role does not carry the action. Hiding a button is no control; this is."""
    if action not in ALLOWED[actor.role]:
        raise NotAllowed(f"Your role ({actor.role}) does not allow this. Ask somebody who may {action}.")
