"""`load`: posts from CSV or JSON as drafts, or a whole workspace into an empty one."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from planner.bootstrap import build
from planner.domain import intake
from planner.domain.errors import Invalid
from planner.settings import Settings

if TYPE_CHECKING:
    import argparse

_WORDS = {
    "draft": "draft",
    "asks": "draft, the checklist asks",
    "blocked": "draft, the checklist blocks it",
    "known": "here already",
    "error": "not taken in",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """A file, how its columns are meant, and whether to look only."""
    parser.add_argument("file", help="a UTF-8 file; - is standard input")
    parser.add_argument(
        "--map", action="append", default=[], help="FIELD=COLUMN; repeat for more. Names that speak for themselves are found"
    )
    parser.add_argument("--preview", action="store_true", help="say what would happen, and store nothing")
    parser.add_argument("--everything", action="store_true", help="the file is an export of a whole workspace, and this one is empty")
    parser.epilog = f"Fields: {', '.join(intake.FIELDS)}. Exit status: 0 every row is a draft or was here, 1 some rows were not taken in."


def main(args: argparse.Namespace) -> int:
    """Take the file in and say what became of each row."""
    planner = build(Settings.from_env())
    actor, text = planner.workspace.actor(), _text(args.file)
    if args.everything:
        print(
            f"The workspace is in, with {planner.imports.everything_in(actor, text)} posts. Connect its accounts again: logins were not in it."
        )
        return 0
    sheet = intake.read(text)
    mapping = {**intake.guessed(sheet.columns), **dict(_pair(one) for one in args.map)}
    act = planner.imports.preview if args.preview else planner.imports.run
    lines = act(actor, sheet, mapping)
    for line in lines:
        print(f"{line.number}: {_WORDS[line.outcome]}{f' {line.post_id}' if line.post_id else ''}", *line.problems, sep="\n   ")
    return 1 if any(line.outcome == "error" for line in lines) else 0


def _pair(given: str) -> tuple[str, str]:
    field, _, column = given.partition("=")
    if not column:
        raise Invalid("map", f"“{given[:40]}” says too little. Write it as FIELD=COLUMN.")
    return field, column


def _text(name: str) -> str:
    try:
        return sys.stdin.read() if name == "-" else Path(name).expanduser().read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid("file", f"{name} cannot be read as text ({type(error).__name__}). Give a UTF-8 file.") from None
