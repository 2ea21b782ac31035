"""The consent register, what stories rest upon, and comments; the words of a published post can no longer be changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from planner.store import columns

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_OUT = "EXISTS (SELECT 1 FROM delivery WHERE delivery.post_id = OLD.id AND delivery.state = 'sent')"
_WHY = "the words of a published post are kept as they were"


def upgrade() -> None:
    """Make the tables, and let the database itself keep published words."""
    op.create_table(
        "consent",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("pointer", sa.Text(), nullable=False),
        sa.Column("uses", columns.Strings(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("written", sa.Boolean(), nullable=False),
        sa.Column("risks_told", sa.Boolean(), nullable=False),
        sa.Column("withdrawal_told", sa.Boolean(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", columns.UtcTime(), nullable=False),
        sa.Column("withdrawn_at", columns.UtcTime(), nullable=True),
        sa.Column("withdrawn_why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_table(
        "story_basis",
        sa.Column("post_id", sa.String(length=64), nullable=False),
        sa.Column("basis", sa.String(length=16), nullable=False),
        sa.Column("consent_id", sa.String(length=64), nullable=True),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", columns.UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_story_basis_post_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_story_basis")),
    )
    op.create_index("ix_story_basis_consent_id", "story_basis", ["consent_id"])
    op.create_table(
        "comment",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("post_id", sa.String(length=64), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", columns.UtcTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_comment_post_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
    )
    op.create_index("ix_comment_post_id", "comment", ["post_id", "at"])
    _keep_published()


def _keep_published() -> None:
    """Refuse a change of the words of a post that has gone out, whoever asks."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER post_published BEFORE UPDATE OF base, variants ON post "
            f"WHEN (OLD.base IS NOT NEW.base OR OLD.variants IS NOT NEW.variants) AND {_OUT} "
            f"BEGIN SELECT RAISE(ABORT, '{_WHY}'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION post_published() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF (OLD.base IS DISTINCT FROM NEW.base OR OLD.variants IS DISTINCT FROM NEW.variants) AND {_OUT} "
        f"THEN RAISE EXCEPTION '{_WHY}'; END IF; RETURN NEW; END $$"
    )
    op.execute("CREATE TRIGGER post_published BEFORE UPDATE ON post FOR EACH ROW EXECUTE FUNCTION post_published()")
