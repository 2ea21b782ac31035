"""How a worker of several waits: it sleeps until something is due or told, and looks more often while nobody listens."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from planner.domain.errors import Unavailable
from planner.engine.distributed import DistributedEngine
from planner.engine.flow import Flow
from planner.store.watch import Look

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BEFORE = datetime(2020, 1, 1, tzinfo=UTC)


class Clock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class Queue:
    """Counts how often it is asked, and finds what it is told to find."""

    channel = "due"
    address: dict[str, Any] = {}  # noqa: RUF012 - never changed

    def __init__(self) -> None:
        self.found = Look(None, None, 1)
        self.down = False
        self.looks = 0
        self.handed: list[datetime] = []
        self.beats = 0
        self.left: list[str] = []

    def look(self) -> Look:
        self.looks += 1
        if self.down:
            raise Unavailable("The database is away.")
        return self.found

    def beat(self, *_: object) -> None:
        self.beats += 1

    def promote(self, now: datetime, *_: object) -> int:
        self.handed.append(now)
        if self.down:
            raise Unavailable("The database is away.")
        self.found = self.found._replace(due=None)
        return 1

    def take_turn(self, *_: object) -> bool:
        return False

    def leave_turns(self, worker: str) -> None:
        self.left.append(worker)

    def close(self) -> None:
        pass


class Publisher:
    """Counts the turns of the reaper."""

    def __init__(self) -> None:
        self.reaped = 0

    def reap(self) -> int:
        self.reaped += 1
        return 0

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(name)


class Engine(DistributedEngine):
    """Without a session: what is told is told by the test."""

    def _listen(self) -> None:
        self._installed.set()
        self._stop.wait()


class Bench:
    def __init__(self) -> None:
        self.queue, self.publisher, self.stop = Queue(), Publisher(), threading.Event()
        self.engine = Engine(self.queue, self.publisher, self, Clock())  # type: ignore[arg-type]  # only what is asked here
        self.thread = threading.Thread(target=self.engine.run, args=(self.stop,))

    def collect(self) -> int:
        return 0

    def start(self, *, told: bool = True) -> None:
        if told:
            self.engine._told.set()
        self.thread.start()
        self.until(lambda: self.queue.looks)

    def until(self, true: Callable[[], object], seconds: float = 20) -> float:
        """Return how long it took."""
        began = time.monotonic()
        while not true():
            assert time.monotonic() - began < seconds
            time.sleep(0.01)
        return time.monotonic() - began

    def end(self) -> None:
        self.stop.set()
        if self.thread.ident is not None:
            self.thread.join(20)
        assert not self.thread.is_alive()


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    monkeypatch.setattr("planner.engine.distributed._require_packages", lambda: None)
    made = Bench()
    yield made
    made.end()


def test_idle_it_sleeps_for_seconds_and_what_is_told_wakes_it_at_once(bench: Bench) -> None:
    bench.start()
    time.sleep(2.5)
    assert bench.queue.looks <= 2
    looks = bench.queue.looks
    bench.engine._poke.set()
    assert bench.until(lambda: bench.queue.looks > looks) < 1


def test_while_nobody_listens_it_looks_each_second(bench: Bench) -> None:
    bench.start(told=False)
    time.sleep(2.5)
    assert 3 <= bench.queue.looks <= 5


def test_when_the_session_ends_it_begins_to_look_each_second_at_once(bench: Bench) -> None:
    bench.start()
    time.sleep(0.3)
    looks = bench.queue.looks
    bench.engine._untold()
    bench.until(lambda: bench.queue.looks >= looks + 3, 4)


def test_it_wakes_three_seconds_before_the_next_row_is_due(bench: Bench) -> None:
    due = datetime.now(UTC) + timedelta(seconds=4.5)
    bench.queue.found = Look(due, None, 1)
    bench.start()
    bench.until(lambda: bench.queue.handed)
    assert timedelta(seconds=2.5) < due - bench.queue.handed[0] <= timedelta(seconds=3)
    assert bench.queue.looks <= 4


def test_the_reaper_has_a_turn_at_a_change_and_when_a_right_to_send_has_ended(bench: Bench) -> None:
    for chore in bench.engine._chores._chores.values():
        chore.every = 0.1
    bench.start()
    bench.until(lambda: bench.queue.beats >= 5)
    assert bench.publisher.reaped <= 2  # before the first look, and after it
    reaped = bench.publisher.reaped
    bench.queue.found = Look(None, None, 2)
    bench.until(lambda: bench.publisher.reaped == reaped + 1)
    beats = bench.queue.beats
    bench.until(lambda: bench.queue.beats > beats + 3)
    assert bench.publisher.reaped == reaped + 1
    bench.queue.found = Look(None, BEFORE, 2)
    bench.until(lambda: bench.publisher.reaped > reaped + 3)


def test_a_database_that_is_away_is_asked_again_each_second(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    bench.queue.down = True
    bench.start()
    bench.until(lambda: bench.queue.looks >= 3, 4)
    assert "The database is away." in caplog.text
    bench.queue.found, bench.queue.down = Look(BEFORE, None, 1), False
    bench.until(lambda: bench.queue.handed, 4)


def test_a_hand_over_that_fails_is_tried_again(bench: Bench) -> None:
    bench.queue.found = Look(BEFORE, None, 1)
    failing = bench.queue.promote

    def promote(now: datetime, *_: object) -> int:
        bench.queue.down = len(bench.queue.handed) < 1
        try:
            return failing(now)
        finally:
            bench.queue.down = False

    bench.queue.promote = promote  # type: ignore[method-assign]  # for this test
    bench.start()
    bench.until(lambda: len(bench.queue.handed) == 2, 4)


def test_with_many_accounts_at_work_it_hands_over_once_a_second_and_does_not_look(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Flow, "working", property(lambda _: 51))
    bench.thread.start()
    bench.until(lambda: len(bench.queue.handed) == 3)
    first, second, third = bench.queue.handed
    assert min(second - first, third - second) > timedelta(seconds=0.9)
    assert bench.queue.looks == 0


def test_what_one_worker_alone_does_is_done_by_the_one_whose_turn_it_is(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    answers, done = [True, False, True], list[str]()
    monkeypatch.setattr(bench.queue, "take_turn", lambda *_: answers.pop(0))
    task = bench.engine._alone("notices", lambda: done.append("told"))
    assert (task(), done) == (True, ["told"])
    assert [task(), task(), len(answers)] == [False, False, 1]  # it is not asked for again at once
    monkeypatch.setattr("planner.engine.distributed._NOT_MINE_S", 0)
    assert (task(), done) == (True, ["told", "told"])
    bench.start()


def test_at_its_end_it_lets_another_one_do_what_it_alone_did(bench: Bench) -> None:
    bench.start()
    assert bench.queue.left == []
    bench.end()
    assert bench.queue.left == [bench.engine._name]
