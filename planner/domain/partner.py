"""Partners of a campaign: who they are, whether money is in it, and whether they have said yes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.domain.errors import Invalid

if TYPE_CHECKING:
    from datetime import datetime

_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Partner:
    """An organization or person that takes part; `paid` when anything of value passes; `label` is what must stand in such a post."""

    id: str
    campaign: str
    name: str
    created_by: str
    created_at: datetime
    handle: str = ""
    paid: bool = False
    label: str = ""
    note: str = ""
    signed_by: str = ""
    signed_at: datetime | None = None
    version: int = 1


def validate(partner: Partner) -> None:
    """Raise Invalid when a partner cannot be kept; a paid one needs the label that its posts carry."""
    if not partner.name:
        raise Invalid("name", "Name the organization or person.")
    if max(len(partner.name), len(partner.handle), len(partner.label), len(partner.note), len(partner.signed_by)) > _LONGEST:
        raise Invalid("name", f"At most {_LONGEST} characters a field, please.")
    if partner.paid and not partner.label:
        raise Invalid("label", "Money or gifts are in it: say which label its posts carry, such as #ad or Paid partnership.")
