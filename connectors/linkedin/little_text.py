"""LinkedIn's "little text": an unescaped reserved character cuts a post there without an error, so all are escaped. Pure."""

from __future__ import annotations

import re

RESERVED = "\\|{}@[]()<>#*_~"
_RESERVED = re.compile(f"[{re.escape(RESERVED)}]")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_TAG = re.compile(r"(?<![\w#&/])#(?=[^\W_]*[^\W\d_])([^\W_]+)(?!\w)")
_ELEMENT = re.compile(r"(?<!\\)((?:\\\\)*)\{hashtag\|\\#\|([^\W_]+)\}")


def escape(text: str) -> str:
    """Return text that stays text."""
    return _RESERVED.sub(lambda found: "\\" + found[0], text)


def unescape(text: str) -> str:
    """Return what escaped text says."""
    return _ESCAPED.sub(r"\1", text)


def commentary(text: str) -> str:
    """Return a post's text: everything escaped but hashtags of letters and digits, which become elements of their own."""
    made, at = "", 0
    for found in _TAG.finditer(text):
        made += escape(text[at : found.start()]) + f"{{hashtag|\\#|{found[1]}}}"
        at = found.end()
    return made + escape(text[at:])


def plain(said: str) -> str:
    """Return the words of a commentary, its hashtags as people write them."""
    made, at = "", 0
    for found in _ELEMENT.finditer(said):
        made += unescape(said[at : found.start()] + found[1]) + f"#{found[2]}"
        at = found.end()
    return made + unescape(said[at:])
