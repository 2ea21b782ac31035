"""The tables of petitions, of how their reading goes, and of their counts."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, Text

from planner.store.columns import Mapped, UtcTime
from planner.store.keys import NAMED, id_column

petition = Table(
    "petition",
    NAMED,
    id_column(),
    Column("title", Text, nullable=False),
    Column("created_by", String(64), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("campaign", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("ask", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("deadline", Date),
    Column("source", String(32), nullable=False),
    Column("ref", Text, nullable=False),
    Column("archived", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Index("ix_petition_campaign", "campaign"),
)

petition_look = Table(
    "petition_look",
    NAMED,
    Column("petition_id", String(64), ForeignKey("petition.id", ondelete="CASCADE"), primary_key=True),
    Column("looked_at", UtcTime, nullable=False),
    Column("wait_until", UtcTime),
    Column("problem", Text, nullable=False),
    Column("mark", Mapped, nullable=False),
)

signature_count = Table(
    "signature_count",
    NAMED,
    Column("petition_id", String(64), ForeignKey("petition.id", ondelete="CASCADE"), primary_key=True),
    Column("as_of", UtcTime, primary_key=True),
    Column("source", String(8), nullable=False),
    Column("count", BigInteger),
    Column("state", String(16), nullable=False),
    Column("milestones", Mapped, nullable=False),
    Column("source_url", Text, nullable=False),
    Column("by", String(64), nullable=False),
    Column("raw", Text, nullable=False),
)
