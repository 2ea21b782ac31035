"""Two kinds of slots: what a look before a send may ask for raises the old ones, everything else the new ones."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

SLOTS = 16


def upgrade() -> None:
    """Add the new slots; the data version stays the sum of all."""
    slots = [{"slot": slot, "number": 0} for slot in range(SLOTS, 2 * SLOTS)]
    op.bulk_insert(sa.table("change", sa.column("slot"), sa.column("number")), slots)
