"""What became of findings that people have read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from planner.store import columns

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "sighting",
        sa.Column("post_id", sa.String(length=64), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("rule", sa.String(length=80), nullable=False),
        sa.Column("level", sa.String(length=8), nullable=False),
        sa.Column("at", columns.UtcTime(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("settled_at", columns.UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_sighting_post_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("post_id", "fingerprint", name=op.f("pk_sighting")),
    )
    op.create_index("ix_sighting_rule", "sighting", ["rule", "outcome"])
