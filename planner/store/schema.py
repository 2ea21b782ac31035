"""Every table of the house in one place: what migrations, moves and copies go through. A new file of tables is named here."""

from __future__ import annotations

from planner.store import (
    tables,
    tables_campaigns,
    tables_consent,
    tables_library,
    tables_outside,
    tables_petitions,
    tables_use,
    tables_writing,
)

FILES = (tables, tables_campaigns, tables_consent, tables_library, tables_outside, tables_petitions, tables_use, tables_writing)

metadata = tables.metadata
"""All tables, those of every file above."""
