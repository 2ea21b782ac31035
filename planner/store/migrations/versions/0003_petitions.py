"""Petitions and their counts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from planner.store import columns

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "petition",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", columns.UtcTime(), nullable=False),
        sa.Column("campaign", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("ask", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("deadline", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_petition")),
    )
    op.create_index("ix_petition_campaign", "petition", ["campaign"])
    op.create_table(
        "petition_look",
        sa.Column("petition_id", sa.String(length=64), nullable=False),
        sa.Column("looked_at", columns.UtcTime(), nullable=False),
        sa.Column("wait_until", columns.UtcTime(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("mark", columns.Mapped(), nullable=False),
        sa.ForeignKeyConstraint(["petition_id"], ["petition.id"], name=op.f("fk_petition_look_petition_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("petition_id", name=op.f("pk_petition_look")),
    )
    op.create_table(
        "signature_count",
        sa.Column("petition_id", sa.String(length=64), nullable=False),
        sa.Column("as_of", columns.UtcTime(), nullable=False),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("milestones", columns.Mapped(), nullable=False),
        sa.Column("source_url", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["petition_id"], ["petition.id"], name=op.f("fk_signature_count_petition_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("petition_id", "as_of", name=op.f("pk_signature_count")),
    )
