"""One worker process on SQLite: asks the rows what is due, sends it with a few threads, one account at a time."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Protocol

from planner.domain.errors import Unavailable
from planner.engine.chores import Chores, Pulse, Rhythm
from planner.engine.flow import AHEAD, Flow, Turn, in_order
from planner.ports import Store

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from planner.domain.delivery import Ready
    from planner.engine import tasks
    from planner.engine.chores import Look
    from planner.engine.tasks import Collecting, Publishing
    from planner.ports import Clock, Stop

_LOG = logging.getLogger(__name__)
_BATCH = 5000
_ENOUGH = 100
"""With so many accounts at work, new ones are looked for once a second."""

_WHOLE_S = 5.0
"""While many accounts are at work, only what fell due since the last look is read, and everything once in so many seconds."""

_LONGEST_SLEEP_S = 1.0
_BUSY_SLEEP_S = 0.2
_SAME_ROW_S = 0.5


class Watched(Store, Protocol):
    """A store that an idle worker asks at little cost."""

    def look(self) -> Look:
        """Return what an idle worker has to know."""


class EmbeddedEngine:
    """The engine of one machine."""

    def __init__(
        self,
        store: Watched,
        publisher: Publishing,
        insights: Collecting,
        clock: Clock,
        *,
        threads: int = 4,
        beside: tasks.Beside | None = None,
        rhythm: Rhythm | None = None,
    ) -> None:
        """Take the store, the use cases, the clock, how many posts go out side by side, and how often the rest is done."""
        self._store = store
        self._publisher = publisher
        self._clock = clock
        self._recent: dict[str, float] = {}
        self._looked = self._whole = 0.0
        self._seen: datetime | None = None
        self._done = threading.Event()
        self._flow = Flow(publisher, clock, threads, self._note)
        self._pulse = Pulse(self._beat, clock, "worker", "embedded", lambda: self._flow.working)
        jobs: dict[str, tasks.Task] = {"beat": self._pulse.beat, "reap": publisher.reap, "collect": insights.collect}
        if beside is not None and beside.notices is not None:
            jobs["notices"] = beside.notices
        if beside is not None and beside.upkeep is not None:
            jobs["upkeep"] = beside.upkeep
        self._chores = Chores(rhythm or Rhythm(), jobs)

    def run(self, stop: Stop) -> None:
        """Work until `stop` is set; what is on its way then is finished first."""
        self._flow.start(stop)
        _LOG.info("The worker has started.")
        try:
            while not stop.is_set():
                self._pulse.watch_clock()
                look = self._look()
                self._chores.tick(look, self._clock.now(), self._flow.working)
                self._rest(stop, self._round(look))
        finally:
            self._flow.end()
            self._chores.close()
            _LOG.info("The worker has stopped.")

    def _beat(self, worker: str, at: datetime, details: Mapping[str, str]) -> None:
        with self._store.write() as tx:
            tx.log.beat(worker, at, details)

    def _look(self) -> Look | None:
        """Return what there is to know; None while there is enough to do, and when nobody can tell, which reading will say."""
        if not self._flow.working:
            with contextlib.suppress(Unavailable):
                return self._store.look()
        return None

    def _round(self, look: Look | None) -> float:
        """Hand out what is due or will be in a moment, one turn an account; return how many seconds there is nothing to do."""
        working = self._flow.working
        if working > _ENOUGH and time.monotonic() - self._looked < _LONGEST_SLEEP_S:
            return _BUSY_SLEEP_S
        self._looked, now = time.monotonic(), self._clock.now()
        if look is not None and (look.due is None or look.due > now + AHEAD):
            return _until(look.due, now)
        whole = working <= _ENOUGH or self._looked - self._whole >= _WHOLE_S
        try:
            with self._store.read() as tx:
                since, busy = None if whole else self._seen, self._flow.accounts
                ready = tx.deliveries.ready(now + AHEAD, limit=_BATCH, since=since, busy=busy)
                following = tx.deliveries.next_due()
        except Unavailable as error:
            _LOG.warning("%s", error.sentence)
            return _LONGEST_SLEEP_S
        self._seen, self._whole = now, self._looked if whole else self._whole
        for account_id, rows in self._by_account(in_order(ready, now)).items():
            self._flow.add(Turn(account_id, deque(rows), self._done.set))
        if ready:
            return _LONGEST_SLEEP_S
        return _until(following, now)

    def _by_account(self, rows: Sequence[Ready]) -> dict[str, list[Ready]]:
        """Return account -> its rows to work on now; a row that was just tried waits a moment."""
        now = time.monotonic()
        self._recent = {key: at for key, at in list(self._recent.items()) if now - at < _SAME_ROW_S}
        found: dict[str, list[Ready]] = {}
        for row in rows:
            if row.id not in self._recent:
                found.setdefault(row.account_id, []).append(row)
        return found

    def _note(self, row: Ready) -> None:
        self._recent[row.id] = time.monotonic()

    def _rest(self, stop: Stop, seconds: float) -> None:
        """Sleep until the next row falls due, at most a second; while accounts have turns, until one of them is done."""
        if self._flow.working:
            self._done.wait(min(seconds, _BUSY_SLEEP_S))
            self._done.clear()
        else:
            stop.wait(seconds)


def _until(due: datetime | None, now: datetime) -> float:
    """Return how many seconds to sleep when the next row is due then."""
    return _LONGEST_SLEEP_S if due is None else min(max((due - AHEAD - now).total_seconds(), 0.0), _LONGEST_SLEEP_S)
