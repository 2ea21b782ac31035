"""The table of links to reviewers outside; only digests of their secrets are kept."""

from __future__ import annotations

from sqlalchemy import Column, Index, String, Table, Text

from planner.store.columns import UtcTime
from planner.store.keys import NAMED, id_column, post_key

outside_link = Table(
    "outside_link",
    NAMED,
    id_column(),
    Column("post_id", String(64), post_key(), nullable=False),
    Column("account_id", String(64), nullable=False),
    Column("content", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("made_by", String(64), nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("revoked_at", UtcTime),
    Column("verdict", String(16), nullable=False),
    Column("name", Text, nullable=False),
    Column("answered_at", UtcTime),
    Index("ix_outside_link_digest", "digest", unique=True),
    Index("ix_outside_link_post_id", "post_id", "made_at"),
)
