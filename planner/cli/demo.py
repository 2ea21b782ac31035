"""`demo`: put a month of an invented practice into an empty workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.bootstrap import build
from planner.settings import Settings

if TYPE_CHECKING:
    import argparse


def arguments(parser: argparse.ArgumentParser) -> None:
    """No arguments."""
    parser.epilog = "Refused when there are accounts or posts already, so that invented posts never mix with yours."


def main(_args: argparse.Namespace) -> int:
    """Load the demo practice."""
    planner = build(Settings.from_env())
    count = planner.demo.load(planner.workspace.actor())
    print(f"The demo practice is in: {count} posts. Open it with `make run`.")
    return 0
