"""Real worker processes that end or freeze at a named point (PLANNER_TEST_CRASH), forked from one that has loaded everything.

Each line on standard input orders a worker: its arguments, environment and log; each line on standard output says what started or ended.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import select
import signal
import sys
import tempfile
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg  # noqa: F401 - loaded once, for every worker
import pgqueuer  # noqa: F401 - the same

from planner.engine.chores import Rhythm
from planner.engine.distributed import DistributedEngine, Scale
from planner.engine.embedded import EmbeddedEngine
from planner.services.outcomes import Outcomes
from planner.services.publisher import Publisher
from planner.services.sending import Sender
from planner.store import SqlStore, handover, open_store
from tests.integration.fault_client import build

RHYTHM = Rhythm(beat=0.2, reap=0.2)
POINTS: dict[str, tuple[Any, str]] = {
    "handing-over": (handover, "_turns"),
    "before-claim": (Publisher, "_claim"),
    "after-attempt": (Sender, "call"),
    "before-outcome": (Outcomes, "accepted"),
}


def _break_at(point: str, store: SqlStore) -> None:
    """End or freeze there, once. A process that is to be frozen writes nothing meanwhile: one that stops while it holds SQLite's only
    lock stops everybody, which is SQLite's and not what is tested."""
    how, _, where = point.partition(":")
    owner, name = POINTS[where]
    number = {"kill": signal.SIGKILL, "freeze": signal.SIGSTOP}[how]
    real, once = getattr(owner, name), iter((True,))

    def breaking(*args: Any, **named: Any) -> Any:
        if next(once, False):
            with store._in_turn() if how == "freeze" else contextlib.nullcontext():
                signal.pthread_kill(threading.get_ident(), number)  # this very thread: it goes no step further
        return real(*args, **named)

    setattr(owner, name, breaking)


class Nothing:
    """No figures are read here."""

    def collect(self) -> int:
        return 0


def main(url: str, platform: str, key: str) -> None:
    logging.basicConfig(level="INFO", stream=sys.stderr)
    store = open_store(url, key.encode(), backups=Path(tempfile.gettempdir()))
    rig, publisher, _ = build(store, platform)
    if point := os.environ.get("PLANNER_TEST_CRASH"):
        _break_at(point, store)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    if store.dialect == "postgresql":
        scale = Scale(4, silent=timedelta(seconds=2), wait=timedelta(seconds=1))
        DistributedEngine(store.handover(), publisher, Nothing(), rig.clock, rhythm=RHYTHM, scale=scale).run(stop)
    else:
        EmbeddedEngine(store, publisher, Nothing(), rig.clock, rhythm=RHYTHM).run(stop)


def _child(order: dict[str, Any]) -> None:
    os.setsid()
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for number in (1, 2):
        os.dup2(log, number)
    os.close(0)
    os.environ.update(order["env"])
    try:
        main(*order["args"])
    finally:
        sys.stderr.flush()
        os._exit(0 if sys.exc_info()[0] is None else 1)


def _say(**what: int) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def serve() -> None:
    """Start workers as ordered, and tell when they end."""
    while True:
        ready, _, _ = select.select([sys.stdin], [], [], 0.05)
        if ready:
            line = sys.stdin.readline()
            if not line:
                return
            pid = os.fork()
            if pid == 0:
                _child(json.loads(line))
            _say(started=pid)
        with contextlib.suppress(ChildProcessError):
            while (found := os.waitpid(-1, os.WNOHANG))[0]:
                _say(ended=found[0], status=os.waitstatus_to_exitcode(found[1]))


if __name__ == "__main__":
    serve()
