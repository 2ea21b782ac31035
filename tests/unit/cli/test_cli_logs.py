"""Logs: one object a line for programs, and never the words of an exception, which may quote what was sent."""

from __future__ import annotations

import json
import logging
from datetime import datetime
from typing import TYPE_CHECKING

from planner.cli import logs
from planner.settings import Settings

if TYPE_CHECKING:
    import pytest


def written(capsys: pytest.CaptureFixture[str], form: str) -> str:
    root = logging.getLogger()
    handlers, level, root.handlers = root.handlers, root.level, []  # pytest's own
    try:
        logs.begin(Settings.from_env({"PLANNER_LOG_FORMAT": form}))
        logging.getLogger("planner.engine").warning("Delivery %s: %s", "d1", "busy")
        logging.getLogger("planner.engine").debug("not at this level")
    finally:
        root.handlers = handlers
        root.setLevel(level)
    return capsys.readouterr().err


def test_people_read_lines(capsys: pytest.CaptureFixture[str]) -> None:
    (line,) = written(capsys, "text").splitlines()
    assert line.endswith("WARNING planner.engine: Delivery d1: busy")


def test_programs_read_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    (line,) = written(capsys, "json").splitlines()
    told = json.loads(line)
    assert datetime.fromisoformat(told.pop("time")).utcoffset() is not None
    assert told.pop("process") > 0
    assert told == {"level": "WARNING", "logger": "planner.engine", "message": "Delivery d1: busy"}


def test_an_exceptions_own_words_stay_out() -> None:
    error = ValueError("My client at St Mary's, token abc")
    record = logging.LogRecord("planner", logging.ERROR, "x.py", 1, "It failed.", None, (ValueError, error, None))
    told = json.loads(logs.Lines().format(record))
    assert (told["error"], told["message"]) == ("ValueError", "It failed.")
    assert "client" not in json.dumps(told)
