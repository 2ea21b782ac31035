"""How a long-running command writes its log: lines for people, or one JSON object a line for programs."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.settings import Settings


class Lines(logging.Formatter):
    """One JSON object a line: time (ISO, UTC), level, logger, process, message, and the class of an exception without its words.

    An exception's own message may quote what was sent, so it never reaches a log.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "process": record.process,
            "message": record.getMessage(),
        }
        if record.exc_info and record.exc_info[0]:
            told["error"] = record.exc_info[0].__name__
        return json.dumps(told, ensure_ascii=False)


def begin(settings: Settings) -> None:
    """Write to standard error from now on, as the settings say."""
    handler = logging.StreamHandler()
    handler.setFormatter(Lines() if settings.log_format == "json" else logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=settings.log_level, handlers=[handler])
