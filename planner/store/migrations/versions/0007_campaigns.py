"""Campaigns and what belongs to them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from planner.store import columns

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "campaign",
        _id(),
        *_texts("title", "goal", "owner", "audience", "slug", "plan_owner", "risk", "replies_by", "pause_when", "offline_step", "voice", "outcome"),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("starts", sa.Date(), nullable=True),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("tags", columns.Strings(), nullable=False),
        sa.Column("closed_at", columns.UtcTime(), nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=False),
        *_made(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
    )
    op.create_table(
        "campaign_link",
        sa.Column("post_id", sa.String(length=64), nullable=False),
        sa.Column("campaign", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("about", sa.String(length=64), nullable=False),
        sa.Column("due_at", columns.UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_campaign_link_post_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("post_id", "campaign", "role", "about", name=op.f("pk_campaign_link")),
    )
    op.create_index("ix_campaign_link_campaign", "campaign_link", ["campaign"])
    op.create_table(
        "hashtag_card",
        sa.Column("id", sa.Text(), nullable=False),
        *_texts("tag", "meaning", "origin", "used_by", "risk"),
        sa.Column("reach", sa.String(length=16), nullable=False),
        sa.Column("movement", sa.Boolean(), nullable=False),
        sa.Column("listen", sa.Boolean(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("expires", sa.Date(), nullable=True),
        *_made(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hashtag_card")),
    )
    _of_campaign(
        "campaign_event",
        *_texts("title", "wall", "zone", "place", "online", "transport", "mobility", "link", "reason"),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
    )
    _of_campaign(
        "campaign_ask",
        sa.Column("kind", sa.String(length=16), nullable=False),
        *_texts("verb", "who", "how", "why", "link", "offline", "result"),
        sa.Column("by_when", sa.Date(), nullable=True),
    )
    _of_campaign(
        "campaign_partner",
        *_texts("name", "handle", "label", "note", "signed_by"),
        sa.Column("paid", sa.Boolean(), nullable=False),
        sa.Column("signed_at", columns.UtcTime(), nullable=True),
    )
    _of_campaign(
        "lobbying",
        sa.Column("day", sa.Date(), nullable=False),
        *_texts("bill", "who", "note"),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
    )


def _of_campaign(name: str, *own: sa.Column[object]) -> None:
    """Make one table of things that belong to a campaign."""
    campaign = sa.Column("campaign", sa.String(length=64), nullable=False)
    op.create_table(name, _id(), campaign, *own, *_made(), sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")))
    op.create_index(f"ix_{name}_campaign", name, ["campaign"])


def _id() -> sa.Column[str]:
    return sa.Column("id", sa.String(length=64), nullable=False)


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _made() -> list[sa.Column[object]]:
    return [
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", columns.UtcTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
    ]
