"""The worker of one machine: what it wakes, when, and that it holds nothing back and nothing up."""

from __future__ import annotations

import logging
import threading
import time
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from planner.domain.delivery import Ready
from planner.domain.errors import Unavailable
from planner.engine import tasks
from planner.engine.embedded import EmbeddedEngine, Rhythm
from planner.store.watch import Look

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

NOW = datetime(2026, 11, 24, 16, tzinfo=UTC)
OFTEN = Rhythm(beat=0.01, reap=0.01, notices=0.01, collect=0.01, still=0.01)


class Running:
    """A clock that runs, and can be set."""

    def __init__(self) -> None:
        self.shift = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.shift


@dataclass(frozen=True)
class Row:
    id: str
    account_id: str
    due_at: datetime
    state: str = "queued"
    generation: int = 1


@dataclass
class Rows:
    """A store that holds deliveries only."""

    rows: dict[str, Row] = field(default_factory=dict)
    beats: list[Mapping[str, str]] = field(default_factory=list)
    down: int = 0
    reads: int = 0
    version: int = 1
    ends: datetime | None = None

    @contextmanager
    def read(self) -> Iterator[Any]:
        self.reads += 1
        if self.down:
            self.down -= 1
            raise Unavailable("The database does not answer.")
        yield self

    def look(self) -> Look:
        if self.down:
            raise Unavailable("The database does not answer.")
        self.reads += 1
        return Look(min((row.due_at for row in list(self.rows.values())), default=None), self.ends, self.version)

    @contextmanager
    def write(self) -> Iterator[Any]:
        yield self

    @property
    def deliveries(self) -> Rows:
        return self

    @property
    def log(self) -> Rows:
        return self

    def ready(self, now: datetime, *, limit: int, since: datetime | None = None, busy: Collection[str] = ()) -> tuple[Ready, ...]:
        due = sorted(
            (row for row in self._queued() if (since is None or row.due_at > since) and row.due_at <= now), key=lambda row: row.due_at
        )[:limit]
        found: tuple[Row, ...] = (*self._doubtful(now), *due)
        return tuple(Ready(row.id, row.generation, row.account_id, row.state, row.due_at) for row in found if row.account_id not in busy)  # type: ignore[arg-type]

    def next_due(self) -> datetime | None:
        return min((row.due_at for row in self._queued()), default=None)

    def _doubtful(self, now: datetime) -> tuple[Row, ...]:
        return tuple(row for row in list(self.rows.values()) if row.state == "unconfirmed" and row.due_at <= now)

    def beat(self, worker: str, at: datetime, details: Mapping[str, str]) -> None:
        assert worker == "worker"
        assert at.tzinfo is not None
        self.beats.append(details)

    def _queued(self) -> list[Row]:
        return [row for row in list(self.rows.values()) if row.state == "queued"]


class Publisher:
    """Takes note of what it is asked, and takes the row away unless told to leave it."""

    def __init__(self, store: Rows) -> None:
        self.store = store
        self.sent: list[tuple[str, datetime]] = []
        self.looked: list[str] = []
        self.batches: list[int] = []
        self.troubles: list[tuple[str, str]] = []
        self.reaped = 0
        self.at_once: defaultdict[str, int] = defaultdict(int)
        self.most: defaultdict[str, int] = defaultdict(int)
        self.error: Exception | None = None
        self.during: Callable[[], None] = lambda: None
        self.keeps = False

    def foresee(self, rows: Sequence[Ready]) -> None:
        assert rows

    def take(self, rows: Sequence[Ready]) -> list[Any]:
        assert len({row.account_id for row in rows}) == len(rows)
        self.batches.append(len(rows))
        return [SimpleNamespace(delivery=row) for row in rows if row.generation == 1]

    def keep(self, answers: Sequence[Any]) -> list[Any]:
        return [call for call in answers if isinstance(call, SimpleNamespace)]

    def send(self, call: Any) -> str:
        delivery_id, account = call.delivery.id, call.delivery.account_id
        self.at_once[account] += 1
        self.most[account] = max(self.most[account], self.at_once[account])
        self.during()
        self.sent.append((delivery_id, datetime.now(UTC)))
        self.at_once[account] -= 1
        if self.error is not None:
            raise self.error
        if not self.keeps:
            del self.store.rows[delivery_id]
        return "sent"

    def reconcile(self, delivery_id: str) -> None:
        self.looked.append(delivery_id)
        if self.error is not None:
            raise self.error
        del self.store.rows[delivery_id]

    def reap(self) -> int:
        self.reaped += 1
        return 0

    def trouble(self, delivery_id: str, name: str) -> None:
        self.troubles.append((delivery_id, name))
        self.store.rows.pop(delivery_id, None)


class Figures:
    def __init__(self) -> None:
        self.rounds = 0
        self.error: Exception | None = None

    def collect(self) -> int:
        self.rounds += 1
        if self.error is not None:
            raise self.error
        return 0

    def tick(self) -> int:
        return self.collect()


@dataclass
class Bench:
    store: Rows
    publisher: Publisher
    figures: Figures
    notices: Figures
    clock: Running
    stop: threading.Event
    thread: threading.Thread | None = None

    def start(self, **options: Any) -> None:
        engine = EmbeddedEngine(
            self.store,  # type: ignore[arg-type]
            self.publisher,
            self.figures,
            self.clock,
            **{"rhythm": OFTEN, "beside": tasks.Beside(self.notices.tick), **options},
        )
        self.thread = threading.Thread(target=engine.run, args=(self.stop,))
        self.thread.start()

    def end(self) -> None:
        self.stop.set()
        if self.thread is not None:
            self.thread.join(10)
            assert not self.thread.is_alive()

    def until(self, done: Callable[[], object], seconds: float = 5) -> None:
        end = time.monotonic() + seconds
        while not done():
            assert time.monotonic() < end, "It did not happen in time."
            time.sleep(0.005)

    def add(self, key: str, account: str = "a", after: float = 0.0, state: str = "queued") -> Row:
        row = Row(key, account, datetime.now(UTC) + timedelta(seconds=after), state)
        self.store.rows[key] = row
        return row


@pytest.fixture
def bench() -> Iterator[Bench]:
    store = Rows()
    made = Bench(store, Publisher(store), Figures(), Figures(), Running(), threading.Event())
    yield made
    made.end()


def test_the_first_post_of_an_idle_queue_leaves_on_time_and_never_early(bench: Bench) -> None:
    bench.start()
    bench.until(lambda: bench.store.reads)
    row = bench.add("d1", after=1.4)
    bench.until(lambda: bench.publisher.sent)
    late = (bench.publisher.sent[0][1] - row.due_at).total_seconds()
    assert 0 <= late < 0.3


def test_one_account_at_a_time_and_several_accounts_side_by_side(bench: Bench) -> None:
    for number in range(12):
        bench.add(f"d{number:02}", account=f"a{number % 3}", after=-1 + number / 100)
    barrier = threading.Barrier(3, timeout=5)
    bench.publisher.during = barrier.wait  # type: ignore[assignment]
    bench.start(threads=3)
    bench.until(lambda: len(bench.publisher.sent) == 12)
    assert set(bench.publisher.most.values()) == {1}
    for account in ("0", "1", "2"):
        mine = [key for key, _ in bench.publisher.sent if int(key[1:]) % 3 == int(account)]
        assert mine == sorted(mine)


def test_what_falls_due_while_a_slow_account_is_busy_does_not_wait_for_it(bench: Bench) -> None:
    release = threading.Event()
    bench.publisher.during = lambda: release.wait(5) and None if bench.publisher.at_once["slow"] else None
    bench.add("slow", account="slow", after=-1)
    bench.start(threads=2)
    bench.until(lambda: bench.publisher.at_once["slow"])
    bench.publisher.during = lambda: None
    bench.add("quick", account="quick")
    bench.until(lambda: [key for key, _ in bench.publisher.sent] == ["quick"], 2)
    release.set()
    bench.until(lambda: len(bench.publisher.sent) == 2)


def test_a_chore_that_is_still_running_is_not_begun_again(bench: Bench) -> None:
    release = threading.Event()
    collect = bench.figures.collect

    def slow() -> int:
        collect()
        release.wait(5)
        return 0

    bench.figures.collect = slow  # type: ignore[method-assign]
    bench.start()
    bench.until(lambda: len(bench.store.beats) > 1, 8)
    assert bench.figures.rounds == 1
    release.set()


def test_doubtful_rows_are_looked_for(bench: Bench) -> None:
    bench.add("d1", state="unconfirmed", after=-1)
    bench.start()
    bench.until(lambda: bench.publisher.looked == ["d1"])


def test_whatever_a_delivery_raises_is_taken_in_and_the_worker_goes_on(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    bench.publisher.error = KeyError("a word of the draft")
    bench.add("d1", after=-1)
    bench.start()
    bench.until(lambda: bench.publisher.troubles == [("d1", "KeyError")])
    bench.publisher.error = None
    bench.add("d2")
    bench.until(lambda: len(bench.publisher.sent) == 2)
    assert "KeyError at test_engine_embedded.py:" in caplog.text
    assert "a word of the draft" not in caplog.text


def test_a_database_that_is_away_is_waited_for(bench: Bench) -> None:
    bench.store.down = 2
    bench.add("d1", after=-1)
    bench.start()
    bench.until(lambda: bench.publisher.sent)
    assert bench.publisher.troubles == []


def test_a_delivery_that_could_not_be_stored_is_no_trouble_and_has_its_next_turn(bench: Bench) -> None:
    bench.publisher.error = Unavailable("The database is busy.")
    bench.add("d1", after=-1)
    bench.start()
    bench.until(lambda: len(bench.publisher.sent) == 1)
    bench.publisher.error = None
    bench.until(lambda: len(bench.publisher.sent) == 2)
    assert bench.publisher.troubles == []


def test_a_row_that_stays_as_it_is_does_not_make_the_worker_spin(bench: Bench) -> None:
    bench.publisher.keeps = True
    bench.add("d1", after=-1)
    bench.start()
    time.sleep(1.2)
    assert 1 <= len(bench.publisher.sent) <= 3


def test_a_stop_finishes_what_is_on_its_way_and_starts_nothing_new(bench: Bench) -> None:
    begun, release = threading.Event(), threading.Event()

    def during() -> None:
        begun.set()
        release.wait(5)

    bench.publisher.during = during
    bench.add("d1", after=-2)
    bench.add("d2", after=-1)
    bench.start(threads=1)
    assert begun.wait(5)
    bench.stop.set()
    release.set()
    bench.end()
    assert [key for key, _ in bench.publisher.sent] == ["d1"]


def test_it_beats_reaps_collects_and_tells_beside(bench: Bench) -> None:
    bench.start()
    bench.until(
        lambda: bench.publisher.reaped > 1 and bench.figures.rounds > 1 and bench.notices.rounds > 1 and len(bench.store.beats) > 1, 8
    )
    assert bench.store.beats[0]["engine"] == "embedded"
    assert bench.store.beats[0]["clock_jump"] == ""


def test_figures_that_fail_or_hang_hold_nothing_up(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    bench.figures.error = ValueError("a word of the draft")
    bench.notices.error = Unavailable("The database is busy.")
    bench.start()
    bench.until(lambda: bench.figures.rounds > 1, 8)
    bench.add("d1")
    bench.until(lambda: bench.publisher.sent)
    assert "collect failed: ValueError" in caplog.text
    assert "notices: The database is busy." in caplog.text
    assert "a word of the draft" not in caplog.text


def test_upkeep_is_done_in_its_rhythm_too(bench: Bench) -> None:
    done = threading.Event()
    bench.start(beside=tasks.Beside(upkeep=done.set))
    assert done.wait(30)
    bench.end()


def test_without_notices_it_works_too(bench: Bench) -> None:
    bench.add("d1", after=-1)
    bench.start(beside=None)
    bench.until(lambda: bench.publisher.sent)
    assert bench.notices.rounds == 0


def test_a_jump_of_the_clock_is_logged_and_shown(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    bench.start()
    bench.until(lambda: bench.store.beats)
    bench.clock.shift = timedelta(hours=-1)
    bench.until(lambda: bench.store.beats[-1]["clock_jump"], 8)
    assert bench.store.beats[-1]["clock_jump"].endswith("-3600 s")
    assert "The system clock jumped by -3600 s" in caplog.text


def test_idle_it_asks_about_once_a_second_and_reads_nothing(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench.store, "ready", None)  # reading would raise
    bench.add("d1", after=3600)
    bench.start(rhythm=Rhythm())
    time.sleep(2.2)
    assert 2 <= bench.store.reads <= 4


def test_the_reaper_has_a_turn_at_a_change_and_when_a_right_to_send_has_ended(bench: Bench) -> None:
    bench.start(rhythm=Rhythm(beat=0.01, reap=0.01))
    bench.until(lambda: len(bench.store.beats) > 1, 8)
    reaped = bench.publisher.reaped
    assert reaped == 1
    bench.store.version += 1
    bench.until(lambda: bench.publisher.reaped == 2, 8)
    bench.store.ends = bench.clock.now()
    bench.until(lambda: bench.publisher.reaped > 3, 8)


def test_an_exception_without_a_place_is_named_alone() -> None:
    assert tasks.where(ValueError("secret")) == "ValueError"
