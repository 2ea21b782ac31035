"""`migrate-store`: copies everything from one database to another, and says how much."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.bootstrap import move_store
from planner.settings import Settings

if TYPE_CHECKING:
    import argparse


def arguments(parser: argparse.ArgumentParser) -> None:
    """The old and the new address."""
    parser.add_argument("source", help="the old database: sqlite:////path/planner.sqlite")
    parser.add_argument("target", help="the new, empty one: postgresql://user@host/discreet")
    parser.epilog = "Stop Discreet first. Nothing in the old database changes; running it again brings the copy up to date."


def main(args: argparse.Namespace) -> int:
    """Copy, compare, and print the numbers."""
    settings = Settings.from_env()
    counts = move_store(settings, args.source, args.target)
    for name, number in counts.items():
        if number:
            print(f"{name}: {number}")
    print(
        f"{sum(counts.values())} rows copied and compared. Set PLANNER_DATABASE_URL to the new database, keep the key file, and start again."
    )
    return 0
