"""`restore`: bring a backup back; the present database is kept aside."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from planner.bootstrap import restore_store
from planner.settings import Settings

if TYPE_CHECKING:
    import argparse


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which copy."""
    parser.add_argument("file", help="a file that `backup` wrote")
    parser.epilog = (
        "Stop the product first. What was due while the backup was old comes to review as missed; nothing is sent late or twice."
    )


def main(args: argparse.Namespace) -> int:
    """Restore and say where the old file went."""
    kept = restore_store(Settings.from_env(), Path(args.file).expanduser())
    print(f"Restored from {args.file}." + (f" The database that was here before is kept as {kept}." if kept else ""))
    return 0
