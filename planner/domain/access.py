"""Keys for machines: a secret link to a calendar feed, or a bearer token for the HTTP interface; only a digest is ever kept."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from planner.domain.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

KeyKind = Literal["feed", "api"]
SCOPES = ("check", "read", "write", "schedule", "hold")
"""What a token may do: check texts, read posts and deliveries, write drafts, schedule approved ones, hold and lift holds."""

_MOST = 120


@dataclass(frozen=True, slots=True)
class AccessKey:
    """One key of one member. `digest` is the SHA-256 of the secret; `full_text` lets a feed tell the text beside the title."""

    id: str
    kind: KeyKind
    name: str
    digest: str
    member_id: str
    created_at: datetime
    scopes: tuple[str, ...] = ()
    account_id: str = ""
    full_text: bool = False
    revoked_at: datetime | None = None
    used_at: datetime | None = None


def digest(secret: str) -> str:
    """Return what is kept of a secret, hex. It is long and random, so a plain hash cannot be turned around."""
    return hashlib.sha256(secret.encode()).hexdigest()


def check_name(name: str) -> str:
    """Return the name of a key on one line, or raise Invalid."""
    line = " ".join(name.split())
    if not line or len(line) > _MOST:
        raise Invalid("name", f"Say what or whom it is for, in at most {_MOST} characters.")
    return line


def check_scopes(scopes: Iterable[str]) -> tuple[str, ...]:
    """Return the scopes in their order, or raise Invalid for none or an unknown one."""
    wanted = set(scopes)
    strange = sorted(wanted - set(SCOPES))
    if strange or not wanted:
        raise Invalid("scopes", f"Choose at least one of: {', '.join(SCOPES)}.")
    return tuple(scope for scope in SCOPES if scope in wanted)
