"""The tables of the consent register and of comments."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Index, Integer, String, Table, Text

from planner.store.columns import Strings, UtcTime
from planner.store.keys import NAMED, id_column, post_key

consent = Table(
    "consent",
    NAMED,
    id_column(),
    Column("pointer", Text, nullable=False),
    Column("uses", Strings, nullable=False),
    Column("given_on", Date, nullable=False),
    Column("expires_on", Date),
    Column("written", Boolean, nullable=False),
    Column("risks_told", Boolean, nullable=False),
    Column("withdrawal_told", Boolean, nullable=False),
    Column("by", String(64), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("withdrawn_at", UtcTime),
    Column("withdrawn_why", Text, nullable=False),
)

story_basis = Table(
    "story_basis",
    NAMED,
    Column("post_id", String(64), post_key(), primary_key=True),
    Column("basis", String(16), nullable=False),
    Column("consent_id", String(64)),
    Column("by", String(64), nullable=False),
    Column("at", UtcTime, nullable=False),
    Index("ix_story_basis_consent_id", "consent_id"),
)

comment = Table(
    "comment",
    NAMED,
    id_column(),
    Column("post_id", String(64), post_key(), nullable=False),
    Column("by", String(64), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("version", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Index("ix_comment_post_id", "post_id", "at"),
)
