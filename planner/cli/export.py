"""`export`: everything as JSON, or one table as CSV."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from planner.bootstrap import build
from planner.domain.errors import Invalid, Unavailable
from planner.services.transfer import TABLES
from planner.settings import Settings

if TYPE_CHECKING:
    import argparse


def arguments(parser: argparse.ArgumentParser) -> None:
    """A file (or `-`), and the table for CSV."""
    parser.add_argument("file", nargs="?", default="-", help="where to write; - is standard output")
    parser.add_argument("--table", choices=TABLES, help="write this table as CSV instead of everything as JSON")
    parser.add_argument("--workspace", action="store_true", help="the whole workspace in one file that `load --everything` takes in")
    parser.add_argument("--force", action="store_true", help="replace the file if it is there")


def main(args: argparse.Namespace) -> int:
    """Write the export; a file appears whole or not at all."""
    planner = build(Settings.from_env())
    actor = planner.workspace.actor()
    if args.workspace:
        text = planner.imports.everything_out(actor)
    else:
        text = planner.transfer.table(actor, args.table) if args.table else planner.transfer.everything(actor)
    if args.file == "-":
        sys.stdout.write(text)
        return 0
    target = Path(args.file).expanduser()
    if target.exists() and not args.force:
        raise Invalid("file", f"{target} is there already. Choose another name, or replace it with --force.")
    part = target.with_name(target.name + ".part")
    try:
        part.write_text(text, encoding="utf-8", newline="")
        os.replace(part, target)  # noqa: PTH105 - atomic on the same disk
    except OSError as error:
        part.unlink(missing_ok=True)
        raise Unavailable(f"{target} could not be written ({error.strerror}). Nothing was changed; choose another place.") from None
    print(f"Exported to {target}. Logins and keys are not part of it.")
    return 0
