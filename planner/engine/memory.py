"""What a worker that runs for weeks does about Python's own housekeeping."""

from __future__ import annotations

import gc

_YOUNG, _MIDDLE, _OLD = 20_000, 20, 10
"""How many new objects until the collector looks. The default of 700 looks dozens of times at each batch of deliveries."""


def settle() -> None:
    """Let the collector leave alone what was loaded at the start, which stays for ever: it read all of it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, _MIDDLE, _OLD)
