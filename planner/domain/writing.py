"""What stands beside a draft while it is written: which long text it was cut from, and words that could not be saved."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class CutDown:
    """A short post made from a long one. `stale_at` is when the long one changed and nobody has looked at this one since."""

    child_id: str
    parent_id: str
    made_at: datetime
    stale_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class KeptCopy:
    """A person's words that met a newer version: kept for that person until they choose. `variant` is the base or an account."""

    post_id: str
    by: str
    variant: str
    at: datetime
    text: str = field(repr=False)
