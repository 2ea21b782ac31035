"""Record keys that follow from the delivery alone, so that a repeated create meets itself."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Final

_ALPHABET: Final = "234567abcdefghijklmnopqrstuvwxyz"
_LENGTH: Final = 13
_CLOCK_BITS: Final = 10
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def record_key(scheduled: datetime, index: int, attempt_key: str) -> str:
    """Return the TID of part `index`: the scheduled microsecond plus `index`, then ten bits of the attempt key."""
    microseconds = (scheduled - _EPOCH) // timedelta(microseconds=1) + index
    bits = int.from_bytes(hashlib.sha256(attempt_key.encode()).digest()[:2]) & ((1 << _CLOCK_BITS) - 1)
    return _encoded(microseconds << _CLOCK_BITS | bits)


def _encoded(value: int) -> str:
    return "".join(_ALPHABET[value >> 5 * place & 31] for place in reversed(range(_LENGTH)))
