"""A token row in memory: for a first login that is not stored yet, and for tests."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from connectors.base import Credentials


class HeldTokens:
    """Keeps one account's credentials; swaps old for new in one step, also between threads."""

    def __init__(self, credentials: Credentials) -> None:
        """Start with these credentials."""
        self._held = credentials
        self._lock = threading.Lock()

    def read(self) -> Credentials:
        """Return the credentials as they are now."""
        return self._held

    def swap(self, old: Credentials, new: Credentials) -> bool:
        """Replace `old` by `new`; return False when it was no longer `old`."""
        with self._lock:
            if self._held != old:
                return False
            self._held = new
            return True
