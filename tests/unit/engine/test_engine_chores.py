"""What a worker does beside sending: in its rhythm, together where it can be, and what follows from changes only after one."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from planner.engine import chores as room
from planner.engine.chores import Chores, Rhythm
from planner.store.watch import Look

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = datetime(2026, 11, 24, 16, tzinfo=UTC)
LATER = NOW + timedelta(seconds=1)


class Seconds:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


class Bench:
    """Chores that count their turns."""

    def __init__(self, time: Seconds, rhythm: Rhythm, *names: str) -> None:
        self.time = time
        self.done: list[str] = []
        self.chores = Chores(rhythm, {name: lambda name=name: self.done.append(name) for name in names})  # type: ignore[misc]  # a default

    def after(self, seconds: float, version: int | None = None, *, pressing: bool = False, working: int = 0) -> list[str]:
        """Return what had a turn when so much time had gone by."""
        self.time.now += seconds
        self.done = []
        self.chores.tick(None if version is None else Look(None, NOW if pressing else LATER, version), NOW, working)
        return self.done


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Seconds:
    seconds = Seconds()
    monkeypatch.setattr(room, "time", seconds)
    return seconds


@pytest.fixture
def bench(time: Seconds) -> Iterator[Bench]:
    made = Bench(time, Rhythm(), "beat", "reap")
    yield made
    made.chores.close()


def test_chores_of_one_rhythm_are_done_together_and_the_worker_may_sleep_until_then(bench: Bench) -> None:
    assert bench.after(0) == ["beat", "reap"]
    assert bench.chores.pause() == 5
    assert bench.after(3) == []
    assert bench.chores.pause() == 2
    assert bench.after(1.9) == ["beat", "reap"]  # a tenth of a second is no second wake-up
    assert bench.chores.pause() == 5
    bench.time.now += 9
    assert bench.chores.pause() == 0


def test_what_a_rush_took_is_given_back_when_it_is_over(time: Seconds, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "_SLOW", frozenset())
    made = Bench(time, Rhythm(), "upkeep")
    assert made.after(0) == ["upkeep"]
    assert made.after(20, working=20) + made.after(1) == []  # no rush
    assert made.after(1, working=21) + made.after(1, working=3) == []
    assert made.after(1) == ["upkeep"]
    assert made.after(5, working=21) + made.after(1) == []  # it had its turn a moment ago
    assert made.after(4) == ["upkeep"]
    assert made.after(20) + made.after(36) == []
    assert made.after(4) == ["upkeep"]
    made.chores.close()


def test_without_upkeep_a_rush_ends_like_anything_else(bench: Bench) -> None:
    assert bench.after(0, working=51) == bench.after(60) == ["beat", "reap"]


def test_what_follows_from_changes_waits_for_one(bench: Bench) -> None:
    assert bench.after(0, 7) == ["beat", "reap"]
    assert [bench.after(5, 7) for _ in range(3)] == [["beat"]] * 3
    assert bench.after(5, 8) == ["beat", "reap"]
    assert bench.after(5, 8) == ["beat"]


def test_it_does_not_wait_when_time_brings_something_nor_for_longer_than_a_minute(bench: Bench) -> None:
    bench.after(0, 7)
    assert bench.after(5, 7, pressing=True) == ["beat", "reap"]
    assert [bench.after(5, 7) for _ in range(12)] == [["beat"]] * 11 + [["beat", "reap"]]


def test_a_turn_that_failed_has_seen_nothing(bench: Bench) -> None:
    real, bench.chores._chores["reap"].task = bench.chores._chores["reap"].task, lambda: int("none")
    assert bench.after(0, 7) == ["beat"]
    bench.chores._chores["reap"].task = real
    assert bench.after(5, 7) == ["beat", "reap"]
    assert bench.after(5, 7) == ["beat"]


def test_a_turn_that_belongs_to_another_worker_has_seen_nothing(bench: Bench) -> None:
    mine = [False, False, True]
    bench.chores._chores["reap"].task = lambda: mine.pop(0)
    for _ in range(5):
        bench.after(5, 7)
    assert mine == []  # asked again until it was done, and not after that: it would find none


def test_it_does_not_wait_where_nobody_knows_of_changes(bench: Bench) -> None:
    assert [bench.after(5) for _ in range(2)] == [["beat", "reap"]] * 2
    assert bench.after(5, 7) == ["beat", "reap"]
    assert bench.after(5) == ["beat", "reap"]
    assert bench.after(5, 7) == ["beat", "reap"]


def test_a_chore_that_takes_long_has_no_second_turn_and_keeps_nobody_awake(time: Seconds) -> None:
    going, turns = threading.Event(), []

    def long() -> None:
        turns.append(1)
        going.wait(20)

    chores = Chores(Rhythm(), {"collect": long})
    try:
        for _ in range(3):
            chores.tick(None, NOW)
            assert chores.pause() == 60
            time.now += 60
    finally:
        going.set()
        chores.close()
    assert len(turns) == 1
