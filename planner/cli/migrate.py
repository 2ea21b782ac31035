"""`migrate`: create the database or bring it up to date, as `run` does before anything opens it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.bootstrap import prepare
from planner.settings import Settings

if TYPE_CHECKING:
    import argparse


def arguments(parser: argparse.ArgumentParser) -> None:
    """No arguments; the settings are environment variables."""
    parser.epilog = "A copy of an older SQLite database is kept aside first. Safe to repeat."


def main(_args: argparse.Namespace) -> int:
    """Migrate and end."""
    prepare(Settings.from_env())
    return 0
