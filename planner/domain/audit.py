"""The audit log: who did what when; append-only, without draft text or secrets."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One thing that happened. `subject` is `kind:id`; `details` holds plain facts."""

    id: str
    at: datetime
    actor: str
    action: str
    subject: str
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that a person should know, waiting to be told: once per `key`."""

    id: str
    key: str
    event: str
    urgent: bool
    created_at: datetime
    text: str
    link: str
    delivery_id: str | None = None
    account_id: str | None = None
    told_at: datetime | None = None
    tries: int = 0
