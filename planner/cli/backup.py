"""`backup`: a checked copy of the database while everything runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from planner.bootstrap import backup_store
from planner.settings import Settings

if TYPE_CHECKING:
    import argparse


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where to write the copy."""
    parser.add_argument("file", nargs="?", help="the copy; default: a dated file in the data folder's backups/")
    parser.epilog = "The key that opens the stored logins is not in the copy: keep planner.key in another safe place."


def main(args: argparse.Namespace) -> int:
    """Write the copy and say where it is."""
    settings = Settings.from_env()
    written = backup_store(settings, Path(args.file).expanduser() if args.file else None)
    print(
        f"Backup written and checked: {written}. The key file {settings.key_file} is not in it; keep a copy of that too, apart from this one."
    )
    return 0
