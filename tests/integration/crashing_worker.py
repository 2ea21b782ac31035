"""A real worker process that ends or freezes at a named point: `crashing_worker.py DATA_DIR`, the point in PLANNER_TEST_CRASH.

PLANNER_TEST_LEDGER names a file: then every account posts to a platform that only that file remembers and that takes each call
for a new post, so that a second copy cannot hide behind a platform's own idempotency.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from connectors.base import Found, NotFound, Receipt, Ref
from planner.adapters import ConnectorFloor
from planner.bootstrap import build
from planner.engine.embedded import EmbeddedEngine, Rhythm
from planner.services.gate import Gate
from planner.services.outcomes import Outcomes
from planner.services.outgoing import Tuning
from planner.services.publisher import Publisher
from planner.services.sending import Sender
from planner.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from connectors.base import Part

LEASE = timedelta(seconds=4)
TUNING = Tuning(
    lease=LEASE,
    longest_call=timedelta(seconds=3),
    transit=timedelta(seconds=1),
    looks=(timedelta(seconds=0.3), timedelta(seconds=2), timedelta(seconds=4)),
)
RHYTHM = Rhythm(beat=0.2, reap=0.2)


class LedgerPlatform(ConnectorFloor):
    """The real connector floor, but what goes out goes into a file."""

    def __init__(self, clock: Any, ledger: Path) -> None:
        super().__init__(clock)
        self._ledger = ledger

    def planner_view(self, platform: str, mode: str, settings: Any) -> Any:
        return _Asked(super().planner_view(platform, mode, settings), self._ledger, None)

    def connect(self, account: Any, credentials: Any, tokens: Any) -> Any:
        return _Asked(super().connect(account, credentials, tokens), self._ledger, tokens)


class _Asked:
    """A connector whose create is a line in a file and whose look reads that file."""

    def __init__(self, real: Any, ledger: Path, tokens: Any) -> None:
        self._real, self._ledger, self._tokens = real, ledger, tokens

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def capabilities(self, *, refresh: bool = False) -> Any:
        return replace(self._real.capabilities(refresh=refresh), idempotency="lookup")

    def publish(self, part: Part, *, attempt_key: str, **_: object) -> Receipt:
        assert part.payload
        self._tokens.read()
        with self._ledger.open("a") as file:
            file.write(f"{attempt_key}\n")
        return Receipt(Ref(attempt_key), None, None)

    def find(self, part: Part, *, attempt_key: str, **_: object) -> Found | NotFound:
        assert part.payload
        there = self._ledger.exists() and attempt_key in self._ledger.read_text().split()
        return Found(Receipt(Ref(attempt_key), None, None)) if there else NotFound(final=True)


def _stop_at(owner: Any, name: str, end: Callable[[], None], *, after: bool = False) -> None:
    """End the process before (or after) a method does its work, once."""
    real = getattr(owner, name)
    once = iter((True,))

    def ending(*args: Any, **named: Any) -> Any:
        now = next(once, False)
        if now and not after:
            end()
        result = real(*args, **named)
        if now and after:
            end()
        return result

    setattr(owner, name, ending)


def _freeze(planner: Any) -> None:
    """Stop the whole process while none of its threads holds the database: nobody could write to SQLite otherwise."""
    with planner.store._in_turn():
        signal.pthread_kill(threading.get_ident(), signal.SIGSTOP)
        time.sleep(0.2)


def _crash(planner: Any, point: str) -> None:
    how, _, where = point.partition(":")
    end = {"kill": lambda: os.kill(os.getpid(), signal.SIGKILL), "freeze": lambda: _freeze(planner)}[how]
    if where == "before-claim":
        _stop_at(Publisher, "_claim", end)
    elif where == "after-attempt":
        _stop_at(Sender, "call", end)
    elif where == "before-outcome":
        _stop_at(Outcomes, "accepted", end)
    else:
        connect = planner.platforms.connect

        def watched(*args: Any) -> Any:
            connector = connect(*args)
            _stop_at(connector, "publish", end, after=where == "after-acceptance")
            return connector

        planner.platforms.connect = watched


def main(data: str) -> None:
    settings = Settings.from_env({"PLANNER_DATA_DIR": data})
    planner = build(settings, checkpoints=True)
    ledger = os.environ.get("PLANNER_TEST_LEDGER")
    if ledger:
        planner = replace(planner, platforms=LedgerPlatform(planner.clock, Path(ledger)))
    if point := os.environ.get("PLANNER_TEST_CRASH"):
        _crash(planner, point)
    gate = Gate(planner.checker, planner.platforms)
    publisher = Publisher(planner.store, planner.platforms, gate, planner.clock, planner.ids, TUNING)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    EmbeddedEngine(planner.store, publisher, planner.insights, planner.clock, rhythm=RHYTHM).run(stop)


if __name__ == "__main__":
    main(sys.argv[1])
