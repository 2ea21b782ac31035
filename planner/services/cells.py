"""Cells of a table to take along: what stands in them is text for every spreadsheet."""

from __future__ import annotations

from datetime import date, datetime

_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def cell(value: object) -> str:
    """Return the value as text that no spreadsheet takes for a formula; None is an empty cell, a time stands in ISO form."""
    if value is None:
        return ""
    text = value.isoformat() if isinstance(value, (datetime, date)) else str(value)
    # Apostrophes in front are counted in, so that taking one off again gives the very same text.
    return f"'{text}" if text.lstrip("'").startswith(_RISKY) else text
