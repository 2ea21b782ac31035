"""What ends a program that runs until it is told to stop."""

from __future__ import annotations

import signal
import threading


def told_to_stop() -> threading.Event:
    """Return an event that SIGINT and SIGTERM set from now on.

    It is set in a thread of its own: a handler runs in the main thread, which may hold the event's lock while it waits for it.
    """
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: threading.Thread(target=stop.set, daemon=True).start())
    return stop
