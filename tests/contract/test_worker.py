"""A worker loads what it sends with, and nothing of the pages."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from planner import bootstrap
from planner.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

BUILT = """
import json, sys
import planner.cli.worker
from planner.settings import Settings
from planner.worker import build_worker
engine = build_worker(Settings.from_env())
print(json.dumps([type(engine).__name__, sorted(sys.modules)]))
"""
PAGES = {
    "alembic",
    "pandas",
    "PIL",
    "planner.bootstrap",
    "planner.services.composer",
    "planner.services.imports",
    "planner.ui",
    "plotly",
    "streamlit",
    "tornado",
}
LATER = {"charset_normalizer", "mastodon", "requests", "tweepy", "twitter_text", "urllib3"}
"""Loaded for an account of a platform that needs it."""


@pytest.mark.parametrize(
    ("kind", "engine", "other"),
    [
        ("sqlite", "EmbeddedEngine", {"asyncpg", "pgqueuer", "planner.engine.distributed", "psycopg", "pydantic"}),
        ("postgresql", "DistributedEngine", {"planner.engine.embedded", "sqlite3"}),
    ],
)
def test_a_worker_loads_only_what_it_sends_with(
    kind: str, engine: str, other: set[str], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("postgres_url") if kind == "postgresql" else f"sqlite:///{tmp_path / 'planner.sqlite'}"
    told = {"PLANNER_DATA_DIR": str(tmp_path), "PLANNER_DATABASE_URL": url}
    bootstrap.prepare(Settings.from_env(told))
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PLANNER_")}
    answer = subprocess.run([sys.executable, "-c", BUILT], env=kept | told, check=True, capture_output=True, text=True, timeout=120)
    name, modules = json.loads(answer.stdout)
    assert name == engine
    assert not (PAGES | LATER | other) & set(modules)
