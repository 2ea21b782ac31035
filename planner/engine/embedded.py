"""One worker process on SQLite: asks the rows what is due, sends it with a few threads, one account at a time."""

from __future__ import annotations

import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from planner.domain.errors import Unavailable
from planner.engine import tasks
from planner.engine.chores import Chores, Pulse, Rhythm

if TYPE_CHECKING:
    from planner.domain.delivery import Delivery
    from planner.engine.tasks import Collecting, Publishing, Telling
    from planner.ports import Clock, Stop, Store

_LOG = logging.getLogger(__name__)
_BATCH = 500
_LONGEST_SLEEP_S = 1.0
_BUSY_SLEEP_S = 0.2
_SAME_ROW_S = 0.5


class EmbeddedEngine:
    """The engine of one machine."""

    def __init__(
        self,
        store: Store,
        publisher: Publishing,
        insights: Collecting,
        clock: Clock,
        *,
        threads: int = 4,
        notices: Telling | None = None,
        rhythm: Rhythm | None = None,
    ) -> None:
        """Take the store, the use cases, the clock, how many posts go out side by side, and how often the rest is done."""
        self._store = store
        self._publisher = publisher
        self._clock = clock
        self._threads = threads
        self._busy: set[str] = set()
        self._recent: dict[str, float] = {}
        self._lock = threading.Lock()
        self._done = threading.Event()
        self._pulse = Pulse(store, clock, "worker", "embedded", lambda: len(self._busy))
        jobs: dict[str, tasks.Task] = {"beat": self._pulse.beat, "reap": publisher.reap, "collect": insights.collect}
        if notices is not None:
            jobs["notices"] = notices.tick
        self._chores = Chores(rhythm or Rhythm(), jobs)

    def run(self, stop: Stop) -> None:
        """Work until `stop` is set; what is on its way then is finished first."""
        lanes = ThreadPoolExecutor(self._threads, thread_name_prefix="lane")
        _LOG.info("The worker has started.")
        try:
            while not stop.is_set():
                self._pulse.watch_clock()
                self._chores.tick()
                self._rest(stop, self._round(lanes, stop))
        finally:
            lanes.shutdown(wait=True, cancel_futures=True)
            self._chores.close()
            _LOG.info("The worker has stopped.")

    def _round(self, lanes: ThreadPoolExecutor, stop: Stop) -> float:
        """Hand out what is due, one lane an account; return how many seconds there is nothing to do."""
        now = self._clock.now()
        try:
            with self._store.read() as tx:
                doubtful, following = tx.deliveries.doubtful(now), tx.deliveries.next_due()
                due = tx.deliveries.due(now, limit=_BATCH) if following is not None and following <= now else ()
        except Unavailable as error:
            _LOG.warning("%s", error.sentence)
            return _LONGEST_SLEEP_S
        for account_id, rows in self._by_account((*doubtful, *due)).items():
            lanes.submit(self._lane, account_id, rows, stop)
        if due or following is None:
            return _LONGEST_SLEEP_S
        return min(max((following - now).total_seconds(), 0.0), _LONGEST_SLEEP_S)

    def _by_account(self, rows: tuple[Delivery, ...]) -> dict[str, list[Delivery]]:
        """Return the rows to work on now, of accounts that no lane works on; a row that was just tried waits a moment."""
        now = time.monotonic()
        found: dict[str, list[Delivery]] = {}
        with self._lock:
            self._recent = {key: at for key, at in self._recent.items() if now - at < _SAME_ROW_S}
            for row in rows:
                if row.account_id not in self._busy and row.id not in self._recent:
                    found.setdefault(row.account_id, []).append(row)
            self._busy |= found.keys()
        return found

    def _lane(self, account_id: str, rows: list[Delivery], stop: Stop) -> None:
        try:
            for row in rows:
                if stop.is_set():
                    return
                if row.state == "queued":
                    tasks.deliver(self._publisher, row.id, row.generation)
                else:
                    tasks.reconcile(self._publisher, row.id)
                self._recent[row.id] = time.monotonic()
        finally:
            with self._lock:
                self._busy.discard(account_id)
            self._done.set()

    def _rest(self, stop: Stop, seconds: float) -> None:
        """Sleep until the next row falls due, at most a second; while lanes work, until one of them is done."""
        with self._lock:
            working = bool(self._busy)
        if working:
            self._done.wait(min(seconds, _BUSY_SLEEP_S))
            self._done.clear()
        else:
            stop.wait(seconds)
