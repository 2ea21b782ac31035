"""The command line: `python -m planner COMMAND`; each command's module is loaded only when it is called."""

from __future__ import annotations

import argparse
import importlib
import signal
import sys
from typing import TYPE_CHECKING

from planner.domain.errors import PlannerError

if TYPE_CHECKING:
    from types import ModuleType

COMMANDS: dict[str, str] = {
    "run": "open the dashboard with the worker beside it",
    "worker": "send what is due, without the dashboard",
    "web": "serve the dashboard alone, without the worker",
    "check": "check a draft with the confidentiality and tone checklist",
    "account": "list, add, connect or test professional accounts",
    "schedule": "put a draft on an account's calendar, through the same gate as the dashboard",
    "series": "let a post come again; each occurrence is a draft of its own",
    "status": "show what waits, what went out and what needs a person",
    "hold": "stop everything, one account or one campaign, or lift a hold",
    "note": "keep a connection note, through the same gate as a post",
    "petition": "keep petitions and their signature counts: typed in, from a table, or read where a site tells them",
    "demo": "put a month of an invented practice into an empty workspace",
    "backup": "write a checked copy of the database",
    "restore": "bring a backup back; the present database is kept aside",
    "migrate": "create the database or bring it up to date, as run does first",
    "migrate-store": "copy everything to another database, for example from SQLite to PostgreSQL",
    "load": "take posts in from CSV or JSON as drafts, or a whole workspace into an empty one",
    "export": "write everything out as JSON, or one table as CSV",
}
"""Command -> one line of help. `planner/cli/COMMAND.py` (with _ for -) has `arguments(parser)` and `main(args) -> exit status`."""

_INTERRUPTED = 130
_MISUSED = {"check": 3}
"""The exit status for words that a command does not know, where argparse's own (2) means something else."""


def main(argv: list[str] | None = None) -> int:
    """Run one command and return its exit status; errors end in one sentence on standard error and status 1."""
    words = sys.argv[1:] if argv is None else argv
    parser = argparse.ArgumentParser(prog="python -m planner", description="Discreet: plan, check and publish posts.")
    parts = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    chosen = next((word for word in words if not word.startswith("-")), "")
    for name, about in COMMANDS.items():
        part = parts.add_parser(name, help=about, description=about[0].upper() + about[1:] + ".")
        if name == chosen:
            _module(name).arguments(part)
    try:
        args = parser.parse_args(words)
    except SystemExit as end:
        raise SystemExit(_MISUSED.get(chosen, end.code) if end.code else 0) from None
    try:
        return int(_module(args.command).main(args))
    except PlannerError as error:
        print(f"{args.command}: {error.sentence}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        return 1
    except KeyboardInterrupt:
        return _INTERRUPTED


def _module(command: str) -> ModuleType:
    return importlib.import_module(f"planner.cli.{command.replace('-', '_')}")


if __name__ == "__main__":
    sys.exit(main())
