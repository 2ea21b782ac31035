"""What ends a program that runs until it is told to stop."""

from __future__ import annotations

import queue
import signal
import threading


def told_to_stop() -> threading.Event:
    """Return an event that SIGINT and SIGTERM set from now on.

    A thread of its own sets it: a handler runs in the main thread, which may hold the event's lock while it waits for it.
    """
    stop, told = threading.Event(), queue.SimpleQueue[None]()

    def wait() -> None:
        told.get()
        stop.set()

    threading.Thread(target=wait, name="told to stop", daemon=True).start()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: told.put(None))  # a queue of this kind may be used in a handler
    return stop
