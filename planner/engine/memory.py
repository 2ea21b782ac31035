"""What a worker that runs for weeks with many threads does about Python's own housekeeping."""

from __future__ import annotations

import gc
import sys

_YOUNG, _MIDDLE, _OLD = 20_000, 20, 10
"""How many new objects until the collector looks. The default of 700 looks dozens of times at each batch of deliveries."""


_SWITCH_S = 0.0005
"""How long a thread keeps the interpreter from another that wants it: a lane whose call came back has only a few lines to run, and
with the default of 5 ms it waits for them as long as for the platform."""


def settle() -> None:
    """Let the collector leave alone what was loaded at the start, which stays for ever, and let threads that waited have their turn soon."""
    sys.setswitchinterval(_SWITCH_S)
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, _MIDDLE, _OLD)
