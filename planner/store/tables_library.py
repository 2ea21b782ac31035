"""The tables of the content bank, of what it keeps beside a post, and of keys for machines."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Index, Integer, String, Table, Text

from planner.store.columns import Mapped, Strings, UtcTime
from planner.store.keys import NAMED, id_column, post_key

# One that came with the product stands here only once somebody has checked or changed it, under the same id.
item = Table(
    "bank_item",
    NAMED,
    id_column(),
    Column("kind", String(16), nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("purpose", String(16), nullable=False),
    Column("type", String(16), nullable=False),
    Column("category", String(40), nullable=False),
    Column("fields", Mapped, nullable=False),
    Column("source", Text, nullable=False),
    Column("checked_on", Date),
    Column("review_on", Date),
    Column("dead", Boolean, nullable=False),
    Column("shipped", Boolean, nullable=False),
    Column("archived", Boolean, nullable=False),
    Column("by", String(64), nullable=False),
    Column("at", UtcTime),
    Column("version", Integer, nullable=False),
)

pillar = Table(
    "pillar",
    NAMED,
    id_column(),
    Column("place", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("share", Integer, nullable=False),
    Column("purpose", String(16), nullable=False),
)

source = Table(
    "post_source",
    NAMED,
    id_column(),
    Column("post_id", String(64), post_key(), nullable=False),
    Column("title", Text, nullable=False),
    Column("tier", String(16), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("by", String(64), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("url", Text, nullable=False),
    Column("published", Date),
    Column("read_on", Date),
    Column("verdict", Text, nullable=False),
    Column("verdict_on", Date),
    Index("ix_post_source_post_id", "post_id"),
)

beside = Table(
    "post_beside",
    NAMED,
    Column("post_id", String(64), post_key(), primary_key=True),
    Column("pillar", String(64), nullable=False),
    Column("fields", Mapped, nullable=False),
)

used = Table(
    "post_item",
    NAMED,
    Column("post_id", String(64), post_key(), primary_key=True),
    Column("item_id", String(64), primary_key=True),
    Column("at", UtcTime, nullable=False),
)

key = Table(
    "access_key",
    NAMED,
    id_column(),
    Column("kind", String(8), nullable=False),
    Column("name", Text, nullable=False),
    Column("digest", String(64), nullable=False, unique=True),
    Column("member_id", String(64), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("scopes", Strings, nullable=False),
    Column("account_id", String(64), nullable=False),
    Column("full_text", Boolean, nullable=False),
    Column("revoked_at", UtcTime),
    Column("used_at", UtcTime),
)
