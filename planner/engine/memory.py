"""What a worker that runs for weeks with many threads does about the housekeeping of Python and of the C library."""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ctypes

_YOUNG, _MIDDLE, _OLD = 20_000, 20, 10
"""How many new objects until the collector looks. The default of 700 looks dozens of times at each batch of deliveries."""

_SWITCH_S = 0.0005
"""How long a thread keeps the interpreter from another that wants it: a lane whose call came back has only a few lines to run, and
with the default of 5 ms it waits for them as long as for the platform."""


_MMAP_THRESHOLD, _ARENA_MAX = -3, -8
"""Names of settings in glibc's malloc.h."""

_LARGE = 128 * 1024
_ARENAS = 2


def lean() -> None:
    """Let large pieces of memory go back to the system once they are free, and threads share their small ones; called before anything is read.

    glibc raises its own bound with each large piece that is freed: what a word list takes while it is read would then stay with the
    process for ever. Where the C library has no such setting (macOS, musl, Windows), nothing is done.
    """
    mallopt = getattr(_libc(), "mallopt", None)
    if mallopt is not None:
        mallopt(_MMAP_THRESHOLD, _LARGE)
        mallopt(_ARENA_MAX, _ARENAS)


def _libc() -> ctypes.CDLL | None:
    try:
        import ctypes  # noqa: PLC0415 - a Python may be built without it

        return ctypes.CDLL(None)
    except (ImportError, OSError, TypeError):
        return None


def give_back() -> None:
    """Let what is free at the end and in the middle of the heap go back to the system: after some thousand posts that is 10 MB."""
    trim = getattr(_libc(), "malloc_trim", None)
    if trim is not None:
        trim(0)


def settle() -> None:
    """Let the collector leave alone what was loaded at the start, which stays for ever, and let threads that waited have their turn soon."""
    sys.setswitchinterval(_SWITCH_S)
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, _MIDDLE, _OLD)
    give_back()
