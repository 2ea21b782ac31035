"""Cut-downs of long texts, words that met a newer version, and the prints by which near-duplicates are found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from planner.domain.similarity import prints
from planner.store import columns

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_BATCH = 500


def upgrade() -> None:
    """Make the tables, and the prints of the posts that are there."""
    op.create_table(
        "cut_down",
        sa.Column("child_id", sa.String(length=64), nullable=False),
        sa.Column("parent_id", sa.String(length=64), nullable=False),
        sa.Column("made_at", columns.UtcTime(), nullable=False),
        sa.Column("stale_at", columns.UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["child_id"], ["post.id"], name=op.f("fk_cut_down_child_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["parent_id"], ["post.id"], name=op.f("fk_cut_down_parent_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("child_id", name=op.f("pk_cut_down")),
    )
    op.create_index("ix_cut_down_parent_id", "cut_down", ["parent_id", "made_at"])
    op.create_table(
        "kept_copy",
        sa.Column("post_id", sa.String(length=64), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("variant", sa.String(length=64), nullable=False),
        sa.Column("at", columns.UtcTime(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_kept_copy_post_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("post_id", "by", name=op.f("pk_kept_copy")),
    )
    likeness = op.create_table(
        "likeness",
        sa.Column("post_id", sa.String(length=64), nullable=False),
        sa.Column("print", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_likeness_post_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("post_id", "print", name=op.f("pk_likeness")),
    )
    _print_posts(likeness)
    op.create_index("ix_likeness_print", "likeness", ["print", "post_id"])


def _print_posts(likeness: sa.Table) -> None:
    there = op.get_bind()
    post = sa.table("post", sa.column("id", sa.String()), sa.column("base", columns.Words()), sa.column("variants", columns.Variants()))
    last = ""
    while rows := there.execute(sa.select(post).where(post.c.id > last).order_by(post.c.id).limit(_BATCH)).all():
        last = rows[-1].id
        made = []
        for row in rows:
            texts = {row.base.text, *(one.content.text for one in row.variants if one.content)}
            made += [{"post_id": row.id, "print": one} for one in frozenset().union(*map(prints, texts))]
        if made:
            there.execute(sa.insert(likeness), made)
