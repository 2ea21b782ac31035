"""`worker`: sends what is due until it is told to stop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.cli import logs
from planner.cli.stopping import told_to_stop
from planner.engine.memory import lean, settle
from planner.settings import Settings
from planner.worker import build_worker

if TYPE_CHECKING:
    import argparse


def arguments(parser: argparse.ArgumentParser) -> None:
    """No arguments."""
    parser.epilog = "Stop it with Ctrl-C or SIGTERM: a post that is on its way is finished first."


def main(_args: argparse.Namespace) -> int:
    """Work until SIGINT or SIGTERM."""
    lean()
    settings = Settings.from_env()
    logs.begin(settings)
    stop = told_to_stop()
    engine = build_worker(settings)
    settle()
    engine.run(stop)
    return 0
