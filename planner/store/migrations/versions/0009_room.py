"""Room for a row's next value beside it, and no index entry for what is never collected."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_CHANGING = ("delivery", "attempt", "part")
"""PostgreSQL writes a changed row anew: on the same page, where there is room, and then it leaves the indexes alone."""


def upgrade() -> None:
    """Change how the rows of deliveries are kept; their values stay."""
    op.drop_index("ix_delivery_collect_at", "delivery")
    waiting = sa.text("collect_at IS NOT NULL")
    op.create_index("ix_delivery_collect_at", "delivery", ["collect_at"], sqlite_where=waiting, postgresql_where=waiting)
    if op.get_bind().dialect.name == "postgresql":
        for table in _CHANGING:
            op.execute(f"ALTER TABLE {table} SET (fillfactor = 70)")
