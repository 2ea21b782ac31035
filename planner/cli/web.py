"""`web`: serve the dashboard until it is told to stop."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from planner.bootstrap import build
from planner.cli import logs
from planner.engine.memory import lean
from planner.settings import ROOT, Settings

if TYPE_CHECKING:
    import argparse


def arguments(parser: argparse.ArgumentParser) -> None:
    """No arguments."""
    parser.epilog = "Without a worker nothing is sent: `run` starts both."


def main(_args: argparse.Namespace) -> int:
    """Serve the dashboard."""
    lean()
    settings = Settings.from_env()
    logs.begin(settings)
    # Streamlit reads its settings from the folder it is started in, when it is first imported.
    os.chdir(ROOT)
    from planner.ui.server import serve  # noqa: PLC0415 - only after the change of folder

    # Streamlit's own banner would only repeat what `run` says.
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere, contextlib.redirect_stdout(nowhere):
        serve(build(settings))
    return 0
