"""How deliveries flow through one worker: claimed in batches, called side by side, stored in shared commits, one at a time an account."""

from __future__ import annotations

import heapq
import threading
import time
from collections import deque
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from planner.domain.delivery import Ready
from planner.engine import tasks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from planner.engine.tasks import Publishing
    from planner.ports import Clock, Stop

_MOST = 500
_SPAN_S = 1.0
_GATHER_S = 0.004
_GATHERS = 8
"""While answers come fast, a batch is let grow this often for so long: what a batch costs by itself is then shared by many."""

AHEAD = timedelta(seconds=3)
"""How long before its time a row may come here: what is due at one moment is then here when the moment comes, was looked at, and waits for nothing."""

_LOOKING_S = 0.05
"""No more is looked at ahead in one go than this time is likely to take: what falls due meanwhile waits for no more."""

_QUICK_S, _A_LOOK_S = 0.001, 0.005
"""What a look is taken to last at least, and until one was timed."""

_LONGEST_WAIT_S = 5.0
_LOOK_S = 0.05
_CLAIMERS = 2
"""While one waits for the database, the other one looks at its rows."""


@dataclass(slots=True)
class Turn:
    """What one account has to do, in order, no row before its time. `may` is asked before each, `done` is called when nothing is left."""

    account_id: str
    rows: deque[Ready]
    done: Callable[[], None]
    may: Callable[[], bool] | None = None


def in_order(rows: Iterable[Ready], now: datetime) -> list[Ready]:
    """Return what is due in the order in which it came, then the rest by time, so that nothing due waits for what is not."""
    return sorted(rows, key=lambda row: now if row.at is None else max(row.at, now))


@dataclass(slots=True)
class Speed:
    """How many calls may be claimed at once: as many as there are lanes, and no more than a second answers.

    What is claimed has a lease that runs, so nothing may wait for a lane for long, and a slow platform gets no batch ahead. What a
    second answers was counted, or follows from the longest call when every lane had one, and then at most doubles what was answered: a
    few quick answers tell little of a platform that may hang.
    """

    lanes: int
    began: float = 0.0
    counts: tuple[int, int] = (0, 0)
    longest: tuple[float, float] = (0.0, 0.0)

    def note(self, answers: int, longest: float) -> None:
        """Count answers, and how many seconds the longest call took, by seconds."""
        now = time.monotonic()
        if now - self.began >= _SPAN_S:
            self.counts, self.longest = self._lately()
            self.began = now
        self.counts = (self.counts[0], self.counts[1] + answers)
        self.longest = (self.longest[0], max(self.longest[1], longest))

    @property
    def fast(self) -> bool:
        """Return whether answers come back so quickly that they are claimed and stored in batches."""
        return self.allowed > self.lanes

    @property
    def allowed(self) -> int:
        """Return how many calls may be claimed and unanswered now."""
        counts, longest = self._lately()
        answered = sum(counts)
        likely = min(int(self.lanes * _SPAN_S / max(longest)), 2 * answered) if answered >= self.lanes and any(longest) else 0
        return max(self.lanes, min(_MOST, max(*counts, likely)))

    def _lately(self) -> tuple[tuple[int, int], tuple[float, float]]:
        """Return the answers and the longest call of the span before and of the present one."""
        spans = int((time.monotonic() - self.began) / _SPAN_S)
        if spans == 0:
            return self.counts, self.longest
        return ((self.counts[1], 0), (self.longest[1], 0.0)) if spans == 1 else ((0, 0), (0.0, 0.0))


class Hands:
    """What goes from thread to thread; everything in it is touched under its one lock only."""

    def __init__(self) -> None:
        """Begin with nothing to do."""
        self.lock = threading.Lock()
        self.to_claim = threading.Condition(self.lock)
        self.to_store = threading.Condition(self.lock)
        self.turns: dict[str, Turn] = {}
        self.free: deque[Turn] = deque()
        self.later: list[tuple[float, int, Turn]] = []
        self.unseen: list[tuple[datetime, int, int, Ready]] = []
        self.numbers = count()
        self.look_s = _A_LOOK_S
        self.flying = 0
        self.resting = 0
        self.answers: list[tuple[Turn, str, Any]] = []
        self.ending = False


class Flow:
    """Two threads claim, one stores outcomes, `lanes` threads call; `add` never blocks."""

    def __init__(
        self,
        publisher: Publishing,
        clock: Clock,
        lanes: int,
        tried: Callable[[Ready], None] | None = None,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the use cases, the clock, how many calls are made side by side, what to call for each row worked on, and seconds that cannot jump."""
        self._publisher = publisher
        self._clock = clock
        self._steady = steady
        self._tried = tried
        self._speed = Speed(lanes)
        self._hands = Hands()
        self._work: SimpleQueue[tuple[Turn, Any] | None] = SimpleQueue()
        self._lanes = [threading.Thread(target=self._lane, name=f"lane-{number}") for number in range(lanes)]
        self._stop: Stop = threading.Event()
        self._claimers = [threading.Thread(target=self._claims, name=f"claims-{number}") for number in range(_CLAIMERS)]
        self._between = [*self._claimers, threading.Thread(target=self._outcomes, name="outcomes")]

    def start(self, stop: Stop) -> None:
        """Begin to work; once `stop` is set nothing more is claimed."""
        self._stop = stop
        for thread in (*self._lanes, *self._between):
            thread.start()

    def add(self, turn: Turn) -> bool:
        """Take an account's turn; return False when the account has one already, or when the end has begun."""
        with self._hands.lock:
            if self._hands.ending or turn.account_id in self._hands.turns:
                return False
            self._hands.turns[turn.account_id] = turn
            self._line_up(turn)
            self._remember(turn)
            self._hands.to_claim.notify()
        return True

    @property
    def accounts(self) -> frozenset[str]:
        """Return the accounts that have a turn now."""
        with self._hands.lock:
            return frozenset(self._hands.turns)

    @property
    def working(self) -> int:
        """Return how many accounts have a turn now."""
        return len(self._hands.turns)

    def leave(self) -> None:
        """Claim nothing more, and end the turns of which nothing is on its way, with the rows that are left in them."""
        hands = self._hands
        with hands.lock:
            hands.ending = True
            hands.to_claim.notify_all()
            hands.to_store.notify()
        for thread in self._claimers:
            thread.join()
        with hands.lock:
            idle = [*hands.free, *(turn for _, _, turn in hands.later)]
            hands.free.clear()
            hands.later.clear()
        for turn in idle:
            self._finish(turn)

    def end(self) -> None:
        """Claim nothing more, finish what is claimed, store how it ended, and return."""
        self.leave()
        for thread in self._between:
            thread.join()
        for _ in self._lanes:
            self._work.put(None)
        for thread in self._lanes:
            thread.join()
        for turn in list(self._hands.turns.values()):
            self._finish(turn)

    def _claims(self) -> None:
        hands = self._hands
        while True:
            with hands.lock:
                soon: list[Ready] = []
                while not hands.ending:
                    seconds = self._ripen()
                    if self._room() or (soon := self._soon()):
                        break
                    hands.resting += 1
                    hands.to_claim.wait(seconds)
                    hands.resting -= 1
                if hands.ending:
                    return
            if soon:
                self._look(soon)
                continue
            self._gather(self._room, 2)
            self._claim(self._choose())

    def _look(self, soon: Sequence[Ready]) -> None:
        """Look ahead, and keep in mind how long a look took."""
        began = time.monotonic()
        tasks.foresee(self._publisher, soon)
        with self._hands.lock:
            self._hands.look_s = (time.monotonic() - began) / len(soon)

    def _remember(self, turn: Turn) -> None:
        """Keep in mind what can be looked at before its time; of what is due at one moment the first of every account first. The lock is held."""
        now = self._clock.now()
        for place, row in enumerate(turn.rows):
            if row.at is not None and row.state == "queued" and now < row.at <= now + AHEAD:
                heapq.heappush(self._hands.unseen, (row.at, place, next(self._hands.numbers), row))

    def _soon(self) -> list[Ready]:
        """Return what to look at ahead now, while there is nothing to claim and no end. The lock is held."""
        unseen, now = self._hands.unseen, self._clock.now()
        found: list[Ready] = []
        most = 0 if self._stop.is_set() else max(1, int(_LOOKING_S / max(self._hands.look_s, _QUICK_S)))
        while unseen and len(found) < most:
            at, _, _, row = heapq.heappop(unseen)
            if at > now:
                found.append(row)
        return found

    def _outcomes(self) -> None:
        hands = self._hands
        while True:
            with hands.lock:
                while not hands.answers:
                    if hands.ending and not hands.flying and not any(thread.is_alive() for thread in self._claimers):
                        return
                    hands.to_store.wait(_LOOK_S if hands.ending else None)
            self._gather(lambda: len(hands.answers), 4)
            self._store()

    def _gather(self, there: Callable[[], int], share: int) -> None:
        """Wait a moment, while answers come fast, until one in `share` of all that may be on its way is there.

        A turn that waits for its time is not on its way.
        """
        hands = self._hands
        for _ in range(_GATHERS):
            if not self._speed.fast or there() >= min(self._speed.allowed, len(hands.turns) - len(hands.later)) // share:
                return
            time.sleep(_GATHER_S)

    def _line_up(self, turn: Turn) -> None:
        """Let a turn's next row wait until it is free to be claimed, or for its time. The lock is held.

        The wait is measured by a clock that cannot jump, and then the other one is asked again. A row that is far off, because that one
        went back, does not keep its account: the publisher leaves it where it is.
        """
        at = turn.rows[0].at
        seconds = 0.0 if at is None else (at - self._clock.now()).total_seconds()
        if 0 < seconds <= _LONGEST_WAIT_S:
            heapq.heappush(self._hands.later, (self._steady() + seconds, next(self._hands.numbers), turn))
        else:
            self._hands.free.append(turn)

    def _ripen(self) -> float | None:
        """Free the turns whose time has come; return how many seconds the next one has to wait, None for nothing. The lock is held."""
        later = self._hands.later
        while later and later[0][0] <= self._steady():
            self._line_up(heapq.heappop(later)[2])
        return later[0][0] - self._steady() if later else None

    def _room(self) -> int:
        """Return how many rows may be claimed now."""
        hands = self._hands
        if not hands.free or hands.ending or self._stop.is_set():
            return 0
        return min(len(hands.free), max(self._speed.allowed - hands.flying, 0))

    def _choose(self) -> list[tuple[Turn, Ready]]:
        """Return the next row of as many free accounts as may be claimed, those that waited longest first."""
        with self._hands.lock:
            taken = [self._hands.free.popleft() for _ in range(self._room())]
            self._hands.flying += len(taken)
        chosen = []
        for turn in taken:
            if turn.may is None or tasks.allowed(turn.may):
                chosen.append((turn, turn.rows.popleft()))
            else:
                turn.rows.clear()
                self._go_on((turn,))
        return chosen

    def _claim(self, chosen: Sequence[tuple[Turn, Ready]]) -> None:
        looks = [(turn, row) for turn, row in chosen if row.state != "queued"]
        for look in looks:
            self._work.put(look)
        queued = [row for _, row in chosen if row.state == "queued"]
        calls = tasks.take(self._publisher, queued) if queued else []
        turns = {row.id: turn for turn, row in chosen}  # by the row: a job may come under another name than its account's
        for call in calls:
            self._work.put((turns[call.delivery.id], call))
        called = {call.delivery.id for call in calls} | {row.id for _, row in looks}
        if self._tried is not None:
            for _, row in chosen:
                self._tried(row)
        if len(called) < len(chosen):
            self._go_on([turn for turn, row in chosen if row.id not in called])

    def _store(self) -> None:
        """Store how calls ended; the next part of a thread goes on, and every other account is free again."""
        with self._hands.lock:
            found, self._hands.answers = self._hands.answers, []
        answers = [answer for _, _, answer in found if answer is not None]
        following = tasks.keep(self._publisher, answers) if answers else []
        turns = {key: turn for turn, key, answer in found if answer is not None}
        for call in following:
            self._work.put((turns[call.delivery.id], call))
        going_on = {id(turns[call.delivery.id]) for call in following}
        self._go_on([turn for turn, _, _ in found if id(turn) not in going_on])

    def _go_on(self, turns: Sequence[Turn]) -> None:
        """Let accounts have their next rows, or end their turns."""
        over, hands = [], self._hands
        with hands.lock:
            hands.flying -= len(turns)
            ending = hands.ending or self._stop.is_set()
            for turn in turns:
                if turn.rows and not ending:
                    self._line_up(turn)
                else:
                    over.append(turn)
            hands.to_claim.notify()
        for turn in over:
            self._finish(turn)

    def _finish(self, turn: Turn) -> None:
        with self._hands.lock:
            self._hands.turns.pop(turn.account_id, None)
        turn.done()

    def _lane(self) -> None:
        """Make calls, and look for what is in doubt, one after the other."""
        hands = self._hands
        while (work := self._work.get()) is not None:
            turn, task = work
            began, answer = time.monotonic(), None
            if isinstance(task, Ready):
                key = task.id
                tasks.reconcile(self._publisher, key)
            else:
                key = task.delivery.id
                answer = tasks.send(self._publisher, task)
            with hands.lock:
                self._speed.note(1, time.monotonic() - began)
                hands.answers.append((turn, key, answer))
                if hands.resting and self._room():
                    hands.to_claim.notify()
                if len(hands.answers) == 1:  # who stores waits only while there is none
                    hands.to_store.notify()
