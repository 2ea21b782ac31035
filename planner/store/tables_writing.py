"""The tables of cut-downs, kept copies, and the prints by which near-duplicates are found."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, String, Table, Text

from planner.store.columns import UtcTime
from planner.store.keys import NAMED, post_key

cut_down = Table(
    "cut_down",
    NAMED,
    Column("child_id", String(64), post_key(), primary_key=True),
    Column("parent_id", String(64), post_key(), nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("stale_at", UtcTime),
    Index("ix_cut_down_parent_id", "parent_id", "made_at"),
)

kept_copy = Table(
    "kept_copy",
    NAMED,
    Column("post_id", String(64), post_key(), primary_key=True),
    Column("by", String(64), primary_key=True),
    Column("variant", String(64), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("text", Text, nullable=False),
)

# Found by number, written with the post: looking through three months of posts at each key would take seconds.
likeness = Table(
    "likeness",
    NAMED,
    Column("post_id", String(64), post_key(), primary_key=True),
    Column("print", BigInteger, primary_key=True, autoincrement=False),
    Index("ix_likeness_print", "print", "post_id"),
)
