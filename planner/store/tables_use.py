"""The table of findings in use."""

from __future__ import annotations

from sqlalchemy import Column, Index, String, Table

from planner.store.columns import UtcTime
from planner.store.keys import NAMED, post_key

# Gone with its draft: a count that keeps no text still should not outlive what the person threw away.
sighting = Table(
    "sighting",
    NAMED,
    Column("post_id", String(64), post_key(), primary_key=True),
    Column("fingerprint", String(64), primary_key=True),
    Column("rule", String(80), nullable=False),
    Column("level", String(8), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("settled_at", UtcTime),
    Index("ix_sighting_rule", "rule", "outcome"),
)
