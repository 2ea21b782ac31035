"""Indexes that say something to one kind of database: naming them loads what SQLAlchemy knows of each, 2 MB that only migrations need."""

from __future__ import annotations

from sqlalchemy import Index, text

from planner.store import schema, tables

_COLLECTED = text("collect_at IS NOT NULL")

Index("ix_delivery_collect_at", tables.delivery.c.collect_at, sqlite_where=_COLLECTED, postgresql_where=_COLLECTED)

metadata = schema.metadata
"""All tables with all indexes: what the migrations have to make."""
