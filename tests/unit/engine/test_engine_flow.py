"""How deliveries flow through a worker: batches while the platform is quick, no more than the lanes while it is slow."""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from planner.domain.delivery import Ready
from planner.domain.errors import Unavailable
from planner.engine import tasks
from planner.engine.flow import Flow, Speed, Turn, in_order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


class Running:
    """A clock that runs."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class Still:
    """A clock that stands until it is moved, with the seconds beside it that cannot jump; it counts how often each is asked."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 27, 9, tzinfo=UTC)
        self.shift = timedelta()
        self.seconds = 0.0
        self.asked = self.looked = 0

    def now(self) -> datetime:
        self.looked += 1
        return self.at + self.shift

    def steady(self) -> float:
        self.asked += 1
        return self.seconds

    def go(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)
        self.seconds += seconds


class Publisher:
    """Counts what is claimed and unanswered, and falls over where it is told to."""

    def __init__(self) -> None:
        self.claimed: list[int] = []
        self.open = self.most = 0
        self.lock = threading.Lock()
        self.sent: list[str] = []
        self.troubles: list[str] = []
        self.seen: list[list[str]] = []
        self.bad_to_see = False
        self.bad_to_take: set[str] = set()
        self.bad_to_keep: set[str] = set()
        self.parts: dict[str, int] = {}
        self.during: Callable[[], None] = lambda: None

    def take(self, rows: Sequence[Ready]) -> list[Any]:
        if self.bad_to_take & {row.id for row in rows}:
            raise KeyError
        with self.lock:
            self.claimed.append(len(rows))
            self.open += len(rows)
            self.most = max(self.most, self.open)
        return [SimpleNamespace(delivery=row, attempt=1) for row in rows]

    def foresee(self, rows: Sequence[Ready]) -> None:
        self.seen.append([row.id for row in rows])
        if self.bad_to_see:
            raise KeyError

    def send(self, call: Any) -> Any:
        self.during()
        with self.lock:
            self.open -= 1
            self.sent.append(call.delivery.id)
        return SimpleNamespace(call=call)

    def keep(self, answers: Sequence[Any]) -> list[Any]:
        if self.bad_to_keep & {answer.call.delivery.id for answer in answers}:
            raise KeyError
        more = []
        for answer in answers:
            left = self.parts.get(answer.call.delivery.id, 1) - 1
            self.parts[answer.call.delivery.id] = left
            if left > 0:
                self.open += 1
                more.append(answer.call)
        return more

    def reconcile(self, delivery_id: str) -> None:
        self.sent.append(f"look {delivery_id}")

    def reap(self) -> int:
        return 0

    def trouble(self, delivery_id: str, name: str) -> None:
        assert name == "KeyError"
        self.troubles.append(delivery_id)


@pytest.fixture
def flow() -> Iterator[Callable[..., Flow]]:
    made: list[Flow] = []

    def start(publisher: Publisher, lanes: int = 4, clock: Any = None) -> Flow:
        made.append(Flow(publisher, clock, lanes, steady=clock.steady) if clock else Flow(publisher, Running(), lanes))
        made[-1].start(threading.Event())
        return made[-1]

    yield start
    for one in made:
        one.end()


def turn(account: str, *ids: str, state: Any = "queued", done: Any = None, may: Any = None, at: datetime | None = None) -> Turn:
    return Turn(account, deque(Ready(one, 1, account, state, at) for one in ids), done or (lambda: None), may)


def until(ready: Callable[[], object]) -> None:
    end = time.monotonic() + 20
    while not ready():
        assert time.monotonic() < end, "It did not happen in time."
        time.sleep(0.005)


def test_a_slow_platform_has_no_more_claimed_than_there_are_lanes(flow: Any) -> None:
    publisher = Publisher()
    gate = threading.Event()
    publisher.during = lambda: gate.wait(20) and None
    running = flow(publisher)
    for number in range(12):
        running.add(turn(f"a{number}", f"d{number}"))
    until(lambda: publisher.open == 4)
    time.sleep(0.3)
    assert sum(publisher.claimed) == 4
    gate.set()
    until(lambda: len(publisher.sent) == 12)


def test_a_quick_platform_gets_batches(flow: Any) -> None:
    publisher = Publisher()
    running = flow(publisher)
    for number in range(100):
        running.add(turn(f"a{number}", *(f"d{number}-{row}" for row in range(20))))
    until(lambda: len(publisher.sent) == 2000)
    assert sum(publisher.claimed) == 2000
    assert max(publisher.claimed) > 4


def test_no_more_is_ever_claimed_than_what_a_second_answers() -> None:
    speed = Speed(4)
    assert (speed.allowed, speed.fast) == (4, False)
    speed.note(100, 2.0)
    assert (speed.allowed, speed.fast) == (100, True)
    speed.note(9000, 2.0)
    assert speed.allowed == 500
    speed.began -= 5
    assert (speed.allowed, speed.fast) == (4, False)
    speed.note(1, 2.0)
    assert (speed.allowed, speed.fast) == (4, False)


def test_once_every_lane_had_an_answer_the_longest_call_tells_what_a_second_answers() -> None:
    speed = Speed(4)
    speed.note(3, 0.01)
    assert speed.allowed == 4
    speed.note(1, 0.04)
    assert (speed.allowed, speed.fast) == (8, True)
    speed.note(4, 0.04)
    assert speed.allowed == 16
    speed.note(1, 0.4)
    assert speed.allowed == 10
    speed.note(1, 30.0)
    assert speed.allowed == 10  # what was counted


def test_a_few_quick_answers_let_a_platform_that_may_hang_have_twice_as_many_at_most() -> None:
    speed = Speed(8)
    speed.note(8, 0.001)
    assert speed.allowed == 16


def test_what_waits_for_its_time_is_looked_at_meanwhile_the_first_of_every_account_first(flow: Any) -> None:
    publisher, clock = Publisher(), Still()
    publisher.bad_to_see = True  # which harms nothing
    running = flow(publisher, clock=clock)
    soon, late = clock.now() + timedelta(seconds=2), clock.now() + timedelta(seconds=4)
    with running._hands.lock:  # both are there before anybody looks
        for name in ("a", "b"):
            rows = [Ready(f"{name}{number}", 1, name, "queued", soon) for number in (1, 2)]
            doubtful, far = Ready(f"{name}3", 1, name, "unconfirmed", soon), Ready(f"{name}4", 1, name, "queued", late)
            made = Turn(name, deque([*rows, doubtful, far]), lambda: None)
            running._hands.turns[name] = made
            running._line_up(made)
            running._remember(made)
        running._hands.to_claim.notify()
    until(lambda: publisher.seen)
    assert publisher.seen == [["a1", "b1", "a2", "b2"]]
    assert publisher.claimed == []
    clock.go(2)
    until(lambda: sorted(publisher.sent) == ["a1", "a2", "b1", "b2", "look a3", "look b3"])
    assert len(publisher.seen) == 1


def test_what_is_due_meanwhile_is_not_looked_at_ahead_and_no_more_at_once_than_a_claim_may_wait_for() -> None:
    publisher, clock = Publisher(), Still()
    running = Flow(publisher, clock, 2, steady=clock.steady)
    rows = [Ready(f"a{number}", 1, "a", "queued", clock.now() + timedelta(seconds=number / 50)) for number in range(1, 121)]
    with running._hands.lock:
        running._hands.look_s = 0.0005
        running._remember(Turn("a", deque(rows), lambda: None))
        clock.go(0.2)
        assert [row.id for row in running._soon()] == [f"a{number}" for number in range(11, 61)]
        assert len(running._soon()) == 50
        assert len(running._soon()) == 10
        assert running._soon() == []


@pytest.mark.parametrize(("seconds", "count"), [(0.005, 10), (0.02, 2), (3.0, 1)])
def test_looks_that_take_long_are_made_a_few_at_a_time(seconds: float, count: int) -> None:
    clock = Still()
    running = Flow(Publisher(), clock, 2, steady=clock.steady)
    rows = [Ready(f"a{number}", 1, "a", "queued", clock.now() + timedelta(seconds=1)) for number in range(60)]
    with running._hands.lock:
        running._remember(Turn("a", deque(rows), lambda: None))
        running._hands.look_s = seconds
        assert len(running._soon()) == count


def test_how_long_a_look_takes_is_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    publisher = Publisher()
    running = Flow(publisher, Still(), 2)
    moments = iter((10.0, 11.0))
    monkeypatch.setattr("planner.engine.flow.time.monotonic", lambda: next(moments))
    running._look([Ready("a1", 1, "a", "queued"), Ready("a2", 1, "a", "queued")])
    assert running._hands.look_s == 0.5


def test_at_the_end_nothing_is_looked_at_ahead() -> None:
    clock, stop = Still(), threading.Event()
    running = Flow(Publisher(), clock, 2, steady=clock.steady)
    running._stop = stop
    with running._hands.lock:
        running._remember(Turn("a", deque([Ready("a1", 1, "a", "queued", clock.now() + timedelta(seconds=1))]), lambda: None))
        stop.set()
        assert running._soon() == []


def test_a_row_that_came_before_its_time_waits_for_it_and_holds_no_other_up(flow: Any) -> None:
    publisher, clock, over = Publisher(), Still(), threading.Event()
    running = flow(publisher, clock=clock)
    soon = clock.now() + timedelta(seconds=0.3)
    running.add(turn("a", "d1", at=soon, done=over.set))
    running.add(turn("b", "d2"))
    until(lambda: publisher.sent == ["d2"])
    asked = clock.asked
    until(lambda: clock.asked > asked + 1)  # the wait is over by the machine's time, and not by this clock's
    assert running.accounts == {"a"}
    assert publisher.claimed == [1]
    clock.go(0.299)
    asked = clock.asked
    until(lambda: clock.asked > asked + 1)
    assert publisher.claimed == [1]
    clock.go(0.001)
    assert over.wait(20)  # and nobody woke it
    assert publisher.sent == ["d2", "d1"]


def test_a_wait_ends_by_a_clock_that_cannot_jump_and_asks_the_other_one_again(flow: Any) -> None:
    publisher, clock, over = Publisher(), Still(), threading.Event()
    running = flow(publisher, clock=clock)
    running.add(turn("a", "d1", at=clock.now() + timedelta(seconds=0.2)))
    clock.shift = -timedelta(seconds=1)
    looked = clock.looked
    clock.go(0.2)  # it waited for long enough, and is due in a second now
    until(lambda: clock.looked > looked)
    asked = clock.asked
    until(lambda: clock.asked > asked + 1)
    assert running.accounts == {"a"}
    assert publisher.claimed == []
    clock.shift = -timedelta(hours=1)  # far off: the publisher is asked, who leaves it where it is
    clock.go(1)
    until(lambda: publisher.claimed)
    running.add(turn("c", "d3", at=clock.now() + timedelta(seconds=0.5), done=over.set))
    running.end()
    assert over.is_set()
    assert "d3" not in publisher.sent


def test_what_waits_for_its_time_is_not_waited_for(flow: Any) -> None:
    publisher, clock = Publisher(), Still()
    running = flow(publisher, clock=clock)
    for number in range(40):
        running.add(turn(f"later{number}", f"l{number}", at=clock.now() + timedelta(seconds=4)))
    until(lambda: len(running._hands.later) == 40)
    running._speed = SimpleNamespace(fast=True, allowed=400)
    paused: list[int] = []

    def there() -> int:
        paused.append(1)
        return 0

    running._gather(there, 2)
    assert paused == [1]


def test_what_is_due_comes_first_as_it_came_and_then_the_rest_by_time() -> None:
    now = datetime(2026, 11, 27, 9, tzinfo=UTC)
    when = {"doubt": -1, "doubt ahead": 0.9, "long due": -5, "just due": 0, "ahead": 0.2}
    rows = [Ready(name, 1, "a", "queued", now + timedelta(seconds=seconds)) for name, seconds in when.items()]
    rows.insert(3, Ready("no time", 1, "a"))
    assert [row.id for row in in_order(rows, now)] == ["doubt", "long due", "no time", "just due", "ahead", "doubt ahead"]


def test_what_is_left_ends_at_once_and_what_is_on_its_way_later(flow: Any) -> None:
    publisher, clock, gate = Publisher(), Still(), threading.Event()
    publisher.during = lambda: gate.wait(20) and None
    running = flow(publisher, lanes=1, clock=clock)
    over: list[str] = []
    turns = {name: turn(name, f"{name}1", f"{name}2", done=partial(over.append, name)) for name in "abc"}
    turns["c"].rows[0] = replace(turns["c"].rows[0], at=clock.now() + timedelta(seconds=4))
    for one in turns.values():
        running.add(one)
    until(lambda: publisher.claimed)
    running.leave()
    assert sorted(over) == ["b", "c"]
    assert [row.id for row in turns["b"].rows] == ["b1", "b2"]
    assert running.accounts == {"a"}
    gate.set()
    running.end()
    assert sorted(over) == ["a", "b", "c"]
    assert [row.id for row in turns["a"].rows] == ["a2"]
    assert publisher.sent == ["a1"]


def test_a_row_with_something_unexpected_in_it_stops_no_other(flow: Any) -> None:
    publisher = Publisher()
    publisher.bad_to_take, publisher.bad_to_keep = {"d2"}, {"d3"}
    running = flow(publisher, lanes=16)
    for number in range(8):
        running.add(turn(f"a{number}", f"d{number}"))
    until(lambda: not running.working)
    assert sorted(publisher.sent) == [f"d{number}" for number in range(8) if number != 2]
    assert sorted(publisher.troubles) == ["d2", "d3"]


def test_a_thread_keeps_its_account_until_its_last_part_and_rows_go_in_order(flow: Any) -> None:
    publisher = Publisher()
    publisher.parts = {"first": 3}
    running = flow(publisher)
    running.add(turn("a", "first", "second"))
    running.add(turn("b", "look", state="unconfirmed"))
    until(lambda: not running.working)
    assert [one for one in publisher.sent if one != "look look"] == ["first", "first", "first", "second"]
    assert "look look" in publisher.sent


def test_a_turn_under_another_name_than_its_rows_account_ends_and_stops_no_other(flow: Any) -> None:
    publisher, done = Publisher(), list[str]()
    running = flow(publisher)
    publisher.parts["x1"] = 2
    for name in ("again", "z"):
        rows = deque(
            Ready(key, 1, "x", state) for key, state in ((f"x1{name[1:]}", "queued"), (f"x2{name}", "queued"), (f"x3{name}", "unconfirmed"))
        )  # type: ignore[arg-type]  # states
        assert running.add(Turn(name, rows, partial(done.append, name)))
        until(partial(done.__contains__, name))
    assert {"x1gain", "x2again", "look x3again", "x1", "x2z", "look x3z"} == set(publisher.sent)
    assert publisher.sent.count("x1") == 2
    assert running.working == 0


def test_an_account_has_one_turn_and_one_that_may_not_go_on_ends(flow: Any) -> None:
    publisher, over = Publisher(), threading.Event()
    publisher.during = lambda: time.sleep(0.2)
    running = flow(publisher)
    assert running.add(turn("a", "d1"))
    assert not running.add(turn("a", "d2"))
    assert running.add(turn("b", "d3", done=over.set, may=lambda: False))
    assert over.wait(10)
    until(lambda: not running.working)
    assert publisher.sent == ["d1"]


def test_an_end_finishes_what_is_claimed_and_takes_nothing_more() -> None:
    publisher, begun, over = Publisher(), threading.Event(), threading.Event()
    publisher.during = lambda: begun.set() or time.sleep(0.2)  # type: ignore[func-returns-value]
    running = Flow(publisher, Running(), 1)
    running.start(threading.Event())
    running.add(turn("a", "d1", "d2", done=over.set))
    assert begun.wait(10)
    running.end()
    assert over.is_set()
    assert publisher.open == 0
    assert not running.add(turn("c", "d4"))


def test_when_nobody_can_tell_whether_a_turn_may_go_on_it_does_not() -> None:
    def unclear() -> bool:
        raise Unavailable("The database is busy.")

    assert not tasks.allowed(unclear)
