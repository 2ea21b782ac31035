"""One stage for the fault tests: a database, the misbehaving platform, worker processes, and the count of lost, doubled and stuck."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.domain.errors import Invalid
from planner.domain.schedule import local_wall
from planner.store import open_store
from tests.integration import fault_client as client
from tests.integration.fault_platform import platform
from tests.unit.services import rig as rigs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from planner.domain.delivery import Delivery
    from planner.services.holds import Holds
    from planner.services.publisher import Publisher
    from planner.store import SqlStore
    from tests.integration.fault_platform import Platform
    from tests.unit.services.rig import Rig

WORKER = Path(__file__).with_name("fault_worker.py")
ROOT = Path(__file__).parents[2]
CONCERNS = frozenset({"same-hour", "quiet-hours", "outside-hours", "near-duplicate"})
SAID = "our line is open"
"""What every draft says, and no log may."""

TABLE = "PLANNER_TEST_FAULTS"
"""Names the file that each verdict is added to: what `make faults` prints."""


class Yard:
    """Where workers come from: one process that has loaded everything and forks them."""

    def __init__(self) -> None:
        env = {name: value for name, value in os.environ.items() if not name.startswith("PLANNER_")} | {"PYTHONPATH": str(ROOT)}
        self._process = subprocess.Popen([sys.executable, str(WORKER)], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._started: queue.Queue[int] = queue.Queue()
        self.ended: dict[int, int] = {}
        threading.Thread(target=self._hear, daemon=True).start()

    def _hear(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            said = json.loads(line)
            if "started" in said:
                self._started.put(said["started"])
            else:
                self.ended[said["ended"]] = said["status"]

    def start(self, args: list[str], env: dict[str, str], log: Path) -> Worker:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"args": args, "env": env, "log": str(log)}) + "\n")
        self._process.stdin.flush()
        return Worker(self, self._started.get(timeout=60))

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()


@dataclass
class Worker:
    """One worker process."""

    yard: Yard
    pid: int

    def wait(self, seconds: float) -> int:
        """Wait until it ends; return its exit status, below 0 for a signal."""
        end = time.monotonic() + seconds
        while self.pid not in self.yard.ended:
            assert time.monotonic() < end, "The worker did not end."
            time.sleep(0.02)
        return self.yard.ended[self.pid]

    def send_signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def end(self) -> None:
        if self.pid not in self.yard.ended:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            self.wait(10)


@dataclass
class Stage:
    """One store with the platform beside it; `word` marks what belongs to the running scenario."""

    store: SqlStore
    url: str
    folder: Path
    platform: Platform
    yard: Yard
    rig: Rig
    publisher: Publisher
    holds: Holds
    word: str = ""
    rows: list[str] = field(default_factory=list)
    workers: int = 0
    number: int = 0

    @property
    def postgres(self) -> bool:
        return self.store.dialect == "postgresql"

    @property
    def log(self) -> Path:
        return self.folder / f"{self.word}.log"

    def begin(self, word: str) -> None:
        """Start a scenario: nothing of the one before counts."""
        self.word, self.rows, self.workers = word, [], 0
        self.platform.tokens.add("first")
        self.platform.away = False

    def account(self) -> Any:
        self.number += 1
        return client.account(self.rig, f"@{self.word}-{self.number}")

    def text(self) -> str:
        self.number += 1
        return f"{self.word} number {self.number}: {SAID}"

    def plan(self, account: Any = None, *, text: str = "", after: float = 0, timing: Any = "plain") -> Delivery:
        """Schedule an approved post, by default for the minute that has just begun: it is due at once."""
        account = account or self.account()
        post = self.rig.ready(text or self.text(), account)
        schedule = partial(self.rig.calendar.schedule, self.rig.alone(), post.id, account.id, timing=timing, accepted=CONCERNS)
        try:
            entry = schedule(local_wall(self.rig.clock.now() + timedelta(seconds=after), account.zone))
        except Invalid:  # the minute was over in between
            entry = schedule(local_wall(self.rig.clock.now() + timedelta(seconds=after), account.zone))
        self.rows.append(entry.id)
        return entry

    def row(self, delivery: Delivery) -> Delivery:
        with self.store.read() as tx:
            return tx.deliveries.get(delivery.id)

    def states(self) -> dict[str, int]:
        with self.store.read() as tx:
            return dict(Counter(tx.deliveries.get(key).state for key in self.rows))

    def outcomes(self, delivery: Delivery) -> list[str | None]:
        with self.store.read() as tx:
            return [attempt.outcome for attempt in tx.deliveries.attempts(delivery.id)]

    def notices(self, event: str) -> int:
        """How many notices of this kind the scenario's rows have."""
        with self.store.read() as tx:
            accounts = {tx.deliveries.get(key).account_id for key in self.rows}
            return sum(notice.event == event and notice.account_id in accounts for notice in tx.log.waiting_notices(limit=10_000))

    @contextlib.contextmanager
    def worker(self, crash: str = "", *, clock: Path | None = None, url: str = "", quota: int = 0) -> Iterator[Worker]:
        env = {"PLANNER_TEST_CRASH": crash} if crash else {}
        if quota:
            env["PLANNER_TEST_QUOTA"] = str(quota)
        if clock:
            env["PLANNER_TEST_CLOCK"] = str(clock)
        self.workers += 1
        worker = self.yard.start([url or self.url, self.platform.url, rigs.KEY.decode()], env, self.log)
        try:
            yield worker
        finally:
            worker.end()

    @contextlib.contextmanager
    def team(self, **options: Any) -> Iterator[None]:
        """Two workers on PostgreSQL, one on SQLite."""
        with contextlib.ExitStack() as stack:
            for _ in range(2 if self.postgres else 1):
                stack.enter_context(self.worker(**options))
            yield

    def until(self, done: Callable[[], object], seconds: float = 40) -> None:
        end = time.monotonic() + seconds
        while not done():
            log = self.log.read_text()[-3000:] if self.log.exists() else ""
            assert time.monotonic() < end, f"It did not happen in time: {self.states()}\n{log}"
            time.sleep(0.03)

    def until_all(self, state: str, seconds: float = 40) -> None:
        self.until(lambda: set(self.states()) == {state}, seconds)

    def verdict(self, scenario: str, *, live: int, waiting: int = 0) -> None:
        """Count, keep the count for the table, and fail on anything lost, doubled or stuck. `waiting` rows may still be queued."""
        texts = self.platform.live(self.word)
        states = self.states()
        said = self.log.read_text() if self.log.exists() else ""
        told = [secret for secret in (SAID, "Bearer", "again-", rigs.KEY.decode()) if secret in said]
        assert told == [], f"A worker's log holds what no log may hold: {told}"
        doubled = sum(count - 1 for count in Counter(texts).values())
        lost = max(live - len(set(texts)), 0) + max(states.get("sent", 0) - len(set(texts)), 0)
        stuck = max(states.get("queued", 0) - waiting, 0) + states.get("sending", 0)
        line = {
            "scenario": scenario,
            "store": "PostgreSQL" if self.postgres else "SQLite",
            "workers": max(self.workers, 1),
            "published": len(texts),
            "lost": lost,
            "doubled": doubled,
            "stuck": stuck,
        }
        if name := os.environ.get(TABLE):
            with Path(name).open("a") as file:
                file.write(json.dumps(line) + "\n")
        assert (len(texts), lost, doubled, stuck) == (live, 0, 0, 0), (
            line,
            states,
            self.log.read_text()[-2000:] if self.log.exists() else "",
        )


@contextlib.contextmanager
def open_stage(url: str, folder: Path, yard: Yard) -> Iterator[Stage]:
    """Open a stage over a database."""
    store = open_store(url, rigs.KEY, backups=folder / "backups", checkpoints=False)
    with platform() as running:
        yield Stage(store, url, folder, running, yard, *client.build(store, running.url))
    store.close()
