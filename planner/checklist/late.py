"""An expression that is compiled when it is first used: a first draft needs a few of all that there are, and each takes a millisecond."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Late:
    """What `re.compile` would return, later."""

    __slots__ = ("_flags", "_made", "pattern")

    def __init__(self, pattern: str, flags: int = 0) -> None:
        """Keep the expression as it is written."""
        self.pattern = pattern
        self._flags = flags
        self._made: re.Pattern[str] | None = None

    @property
    def made(self) -> re.Pattern[str]:
        """The expression, compiled."""
        if self._made is None:
            self._made = re.compile(self.pattern, self._flags)
        return self._made

    def search(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        """Return the first match in a part of a text."""
        return self.made.search(text, start, end)

    def match(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        """Return the match that begins where a part of a text does."""
        return self.made.match(text, start, end)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Yield the matches in a text."""
        return self.made.finditer(text)
