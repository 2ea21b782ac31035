"""Silence for the libraries below us: they would log tokens, addresses and draft text."""

from __future__ import annotations

import logging
import re

_LIBRARIES = ("tweepy", "httpx", "httpcore", "urllib3", "requests_oauthlib", "oauthlib", "mastodon", "requests")
_BELOW = (
    "tweepy.client",
    "urllib3.connectionpool",
    "requests_oauthlib.oauth1_auth",
    "oauthlib.oauth1.rfc5849",
    "oauthlib.oauth1.rfc5849.request_validator",
    "oauthlib.oauth1.rfc5849.signature",
)
"""Loggers of these libraries that write by themselves: a filter does not see what a logger below it writes."""

_QUERY = re.compile(r"\?[^\s\"']+")
_BEARER = re.compile(r"(?i)\b(bearer|basic)\s+\S+")


class _Redact(logging.Filter):
    """Drops everything below a warning, and takes query strings and authorization out of the rest."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno < logging.WARNING:
            return False
        record.msg, record.args = redact(record.getMessage()), ()
        return True


_FILTER = _Redact()


def redact(text: str) -> str:
    """Return the text without query strings and without what follows Bearer or Basic."""
    return _BEARER.sub(r"\1 …", _QUERY.sub("?…", text))


def quiet() -> None:
    """Put the filter on every library's logger; calling it again changes nothing."""
    for name in (*_LIBRARIES, *_BELOW):
        logger = logging.getLogger(name)
        logger.setLevel(logging.WARNING)
        logger.addFilter(_FILTER)
