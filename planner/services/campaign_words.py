"""The words that campaigns use: questions, templates and starter cards, read once from the content bank."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from typing import Any

from planner.checklist.bank import BANK


@lru_cache(maxsize=8)
def words(name: str) -> dict[str, Any]:
    """Return `content_bank/campaigns/<name>.toml` as plain values."""
    return tomllib.loads((BANK / "campaigns" / f"{name}.toml").read_text(encoding="utf-8"))
