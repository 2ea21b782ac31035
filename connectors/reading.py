"""Values taken with care from a platform's JSON; pure."""

from __future__ import annotations

from typing import Any


def words(value: object) -> str:
    """Return a text, empty for anything else."""
    return value if isinstance(value, str) else ""


def objects(value: object) -> list[dict[str, Any]]:
    """Return the objects of a list; of anything else none."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def number(value: object) -> int | None:
    """Return a whole number, or None for anything that is none."""
    return value if type(value) is int else None
