"""A worker loads what it sends with, before it is needed, and nothing of the pages."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from connectors import registry
from planner import bootstrap
from planner.adapters import RandomIds
from planner.settings import Settings
from planner.worker import Warmth, opened
from tests.unit.services.rig import BLANK

if TYPE_CHECKING:
    from pathlib import Path

    from planner.domain.account import Account

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
    "pkg_resources",
    "plotly",
    "streamlit",
    "tornado",
}
LATER = {"charset_normalizer", "mastodon", "requests", "tweepy", "urllib3"}
"""Loaded for an account of a platform that needs it."""


@pytest.mark.parametrize(
    ("kind", "engine", "other"),
    [
        (
            "sqlite",
            "EmbeddedEngine",
            {"asyncpg", "pgqueuer", "planner.engine.distributed", "psycopg", "pydantic", "sqlalchemy.dialects.postgresql"},
        ),
        ("postgresql", "DistributedEngine", {"planner.engine.embedded", "sqlalchemy.dialects.sqlite", "sqlite3"}),
    ],
)
def test_a_worker_loads_only_what_it_sends_with(
    kind: str, engine: str, other: set[str], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("postgres_url") if kind == "postgresql" else f"sqlite:///{tmp_path / 'planner.sqlite'}"
    told = {"PLANNER_DATA_DIR": str(tmp_path), "PLANNER_DATABASE_URL": url}
    bootstrap.prepare(Settings.from_env(told))
    name, modules = built(told)
    assert name == engine
    assert not (PAGES | LATER | other) & modules


def test_a_worker_is_ready_for_the_accounts_that_are_there(tmp_path: Path) -> None:
    told = {"PLANNER_DATA_DIR": str(tmp_path)}
    store = opened(Settings.from_env(told))
    by_hand, connected = account("mastodon", "hand"), account("bluesky", "api")
    with store.write() as tx:
        tx.accounts.add(by_hand)
    assert not LATER & built(told)[1]
    with store.write() as tx:
        tx.accounts.add(connected)
    store.close()
    ready = built(told)[1]
    assert {"connectors.bluesky.client", "requests", "planner.checklist.check"} <= ready
    assert not {"connectors.mastodon.client", "mastodon", "pkg_resources", "tweepy", "twitter_text"} & ready


def test_an_account_that_comes_later_is_made_ready_in_the_next_round(tmp_path: Path) -> None:
    warmed: list[str] = []

    class Seen:
        def __init__(self, name: str = "") -> None:
            self.name = name

        def warm(self, platform: str = "the word lists") -> None:
            warmed.append(platform)

    store = opened(Settings.from_env({"PLANNER_DATA_DIR": str(tmp_path)}))
    warmth = Warmth(store, Seen(), Seen())
    for platform, mode in (("x", "hand"), ("wordpress", "api"), ("bluesky", "api"), ("bluesky", "api")):
        with store.write() as tx:
            tx.accounts.add(account(platform, mode))
        warmth.look()
    store.close()
    assert warmed == ["wordpress", "the word lists", "bluesky"]


def test_a_platform_that_cannot_be_loaded_keeps_nothing_else_from_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    warmed: list[str] = []

    class Half:
        def warm(self, platform: str = "the word lists") -> None:
            if platform == "bluesky":
                raise ImportError("secret")
            warmed.append(platform)

    given: list[str] = []
    monkeypatch.setattr("planner.worker.give_back", lambda: given.append("memory"))
    monkeypatch.setattr("planner.store.SqlStore.rest", lambda _: given.append("pages"))
    store = opened(Settings.from_env({"PLANNER_DATA_DIR": str(tmp_path)}))
    with store.write() as tx:
        for platform in ("bluesky", "wordpress"):
            tx.accounts.add(account(platform, "api"))
    warmth = Warmth(store, Half(), Half())
    warmth.tend()
    warmth.tend()
    store.close()
    assert warmed == ["wordpress", "the word lists"]
    assert given == ["pages", "memory"] * 2
    assert [record.getMessage() for record in caplog.records] == ["bluesky cannot be loaded ahead (ImportError)."]


@pytest.mark.parametrize("name", registry.names())
def test_every_platform_can_be_made_ready(name: str) -> None:
    registry.warm(name)
    api = any(info.name == name and info.mode != "hand" for info in registry.platforms())
    assert (f"connectors.{name}.client" in sys.modules) is api


def account(platform: str, mode: str) -> Account:
    return replace(BLANK, id=RandomIds().new(), platform=platform, mode=mode, handle=f"@{RandomIds().new()}")


def built(told: dict[str, str]) -> tuple[str, set[str]]:
    """Return the engine of a worker in a process of its own, and the modules that are loaded there."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PLANNER_")}
    answer = subprocess.run([sys.executable, "-c", BUILT], env=kept | told, check=True, capture_output=True, text=True, timeout=120)
    name, modules = json.loads(answer.stdout)
    return name, set(modules)
