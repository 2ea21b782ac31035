"""Collect figures as the worker would some hours later: `later.py HOURS`; the only thing changed is the clock that is handed in."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from planner.bootstrap import build
from planner.settings import Settings


class Later:
    """The machine's clock, some hours ahead."""

    def now(self) -> datetime:
        """Return aware UTC."""
        return datetime.now(UTC) + timedelta(hours=float(sys.argv[1]))


print(build(Settings.from_env(), Later()).insights.collect())  # noqa: T201 - the answer of this script
