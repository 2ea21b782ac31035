"""Where the test servers are installed, and the one decision about a server that is not: skip, or fail where it is required."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NoReturn

import pytest

ROOT = Path(__file__).parents[2]
NAMES = ("browser", "bluesky", "wordpress", "postgres", "smtp", "oidc", "mastodon", "twitter-text")


def folder(name: str) -> Path:
    """Return the folder that holds what `.ci/install-servers` put there for `name`."""
    base = os.environ.get("PLANNER_SERVERS_DIR")
    return (Path(base) if base else ROOT / ".servers") / name


def required() -> frozenset[str]:
    """Return the servers that must be there (`PLANNER_TEST_REQUIRE`, a comma list); raise ValueError for an unknown name."""
    names = frozenset(name.strip() for name in os.environ.get("PLANNER_TEST_REQUIRE", "").split(",") if name.strip())
    if unknown := names - set(NAMES):
        raise ValueError(f"PLANNER_TEST_REQUIRE names {', '.join(sorted(unknown))}; known are {', '.join(NAMES)}.")
    return names


def missing(name: str, what: str) -> NoReturn:
    """Skip the test with one sentence that names the command; fail it where this server is required."""
    sentence = f"{what} is not installed: run `bash .ci/install-servers {name}`."
    if name in required():
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)


def need(name: str, what: str, *paths: Path) -> None:
    """Go on only if every path exists; see `missing`."""
    if not all(path.exists() for path in paths):
        missing(name, what)
