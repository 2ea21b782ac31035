"""Workers on several machines over one PostgreSQL: PgQueuer wakes and spreads, the rows decide; it holds no rule of the product."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import secrets
import socket
import threading
import time
from collections import deque
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from planner.domain.delivery import Ready
from planner.domain.errors import SetupError, Unavailable
from planner.engine import tasks
from planner.engine.alive import ends_with_its_server
from planner.engine.chores import Chores, Pulse, Rhythm
from planner.engine.flow import AHEAD, Flow, Turn

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from planner.domain.delivery import State
    from planner.engine.chores import Look
    from planner.engine.tasks import Collecting, Publishing
    from planner.ports import Clock, Stop

_LOG = logging.getLogger(__name__)
_LONGEST_SLEEP_S = 5.0
"""Who schedules something sooner tells it (`Queue.channel`); who was not told, because a worker died of it, is not late for longer."""

_UNTOLD_SLEEP_S = 1.0
"""The same while nobody listens."""

_BUSY_SLEEP_S = 0.2
_ENOUGH = 50
_RUSH_S = 1.0
"""With so many turns at work, more is handed over once in so many seconds: what has a time was handed over ahead of it."""

_WHOLE_S = 2.0
"""With so many turns at work, only what fell due since the last look is handed over, and everything once in so many seconds."""

_PAUSE_S = 0.2
_LONGEST_BREAK_S = 5.0
_TURN_S = 120
_NOT_MINE_S = 25.0
"""So long nobody asks again whether the worker that does something alone is gone."""

_TURNS = 8
"""Turns at once for each lane: while some wait for the database, others call."""

_LANE = "lane"


class Item(Protocol):
    """One thing to do."""

    @property
    def id(self) -> str:
        """The delivery."""

    @property
    def generation(self) -> int:
        """The generation that was handed over."""

    @property
    def state(self) -> State:
        """Queued, or unconfirmed."""

    @property
    def at(self) -> datetime:
        """Its time."""

    @property
    def mark(self) -> datetime | None:
        """The mark of its hand-over, where it tells one."""


class Handed(Protocol):
    """One account's turn."""

    @property
    def account_id(self) -> str:
        """The account."""

    @property
    def again(self) -> bool:
        """Whether an earlier turn may still be going on."""

    @property
    def items(self) -> Sequence[Item]:
        """What to do, in order."""


class Queue(Protocol):
    """What the engine needs of the database beside the rows."""

    @property
    def channel(self) -> str:
        """Where it is told what has to be looked at in a moment."""

    @property
    def address(self) -> Mapping[str, Any]:
        """Where the server is."""

    def promote(self, now: datetime, since: datetime | None = None, ahead: timedelta = timedelta()) -> int | None:
        """Hand over what will be due `ahead` of now, or only what falls due after `since`; None when another worker is at it."""

    def look(self) -> Look:
        """What an idle worker has to know."""

    def beat(self, worker: str, at: datetime, details: Mapping[str, str]) -> None:
        """Write a worker's heartbeat."""

    def busy(self, account_id: str, now: datetime) -> bool:
        """Whether somebody sends for this account right now."""

    def take_turn(self, name: str, worker: str, now: datetime, span: timedelta) -> bool:
        """Whether this worker does what one worker alone does."""

    def leave_turns(self, worker: str) -> None:
        """Let another worker do what this one alone did."""

    def turn(self, payload: bytes | None) -> Handed:
        """Read what was handed over."""

    def free(self, rows: Sequence[Ready]) -> None:
        """Take back the hand-over of what was not begun."""

    def prune(self) -> None:
        """Forget the engine's own old log."""

    def close(self) -> None:
        """Let go of what is kept open."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How many posts go out side by side, how long a job may be silent until another worker takes it, and the longest wait."""

    threads: int = 4
    silent: timedelta = timedelta(seconds=30)
    wait: timedelta = timedelta(seconds=30)


class DistributedEngine:
    """One of several workers."""

    def __init__(
        self,
        queue: Queue,
        publisher: Publishing,
        insights: Collecting,
        clock: Clock,
        *,
        scale: Scale | None = None,
        beside: tasks.Beside | None = None,
        rhythm: Rhythm | None = None,
    ) -> None:
        """Take the store's hand-over, the use cases, the clock, how much at once, and how often the rest is done."""
        self._name = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(2)}"
        self._queue = queue
        self._publisher = publisher
        self._clock = clock
        self._scale = scale or Scale()
        self._stop: Stop = threading.Event()
        self._left: deque[Ready] = deque()
        self._unnoted: list[tuple[float, Any]] = []
        self._end_session: Callable[[], object] = lambda: None
        self._installed = threading.Event()
        self._poke = threading.Event()
        self._told = threading.Event()
        self._seen: datetime | None = None
        self._whole = self._handed = 0.0
        self._flow = Flow(publisher, clock, self._scale.threads)
        self._pulse = Pulse(queue.beat, clock, self._name, "distributed", lambda: self._flow.working)
        jobs: dict[str, tasks.Task] = {
            "beat": self._pulse.beat,
            "reap": publisher.reap,
            "collect": self._alone("collect", insights.collect),
            "tidy": self._alone("tidy", self._tidy),
        }
        if beside is not None and beside.notices is not None:
            jobs["notices"] = self._alone("notices", beside.notices)
        if beside is not None and beside.upkeep is not None:
            jobs["upkeep"] = beside.upkeep
        self._chores = Chores(rhythm or Rhythm(), jobs)

    def run(self, stop: Stop) -> None:
        """Work until `stop` is set; what is on its way then is finished first. A lost server is waited for."""
        _require_packages()
        self._stop = stop
        beside = [threading.Thread(target=self._listen, name="listening"), threading.Thread(target=self._wake_to_stop, name="stopping")]
        self._flow.start(stop)
        for thread in beside:
            thread.start()
        _LOG.info("The worker %s has started.", self._name)
        try:
            while not stop.is_set():
                if not tasks.aside("A round of the worker", self._round):
                    stop.wait(_UNTOLD_SLEEP_S)
        finally:
            self._flow.leave()
            self._free()
            self._flow.end()
            for thread in beside:
                thread.join()
            self._free()
            self._chores.close()
            tasks.aside("The return of what one worker alone does", lambda: self._queue.leave_turns(self._name))
            self._queue.close()
            _LOG.info("The worker %s has stopped.", self._name)

    def _round(self) -> None:
        """Do what is due beside sending, hand over what is due, and wait for more."""
        self._pulse.watch_clock()
        look = self._look()
        self._chores.tick(look, self._clock.now(), self._flow.working)
        seconds = min(self._promote(look), self._chores.pause())
        if self._flow.working:  # a turn that ends wakes at once, and there are many
            pause = min(seconds, _PAUSE_S)
            self._stop.wait(pause)
            seconds -= pause
        self._poke.wait(seconds)
        self._poke.clear()

    def _wake_to_stop(self) -> None:
        """Wait for the stop without looking at a clock, and wake whoever sleeps."""
        self._stop.wait()
        self._poke.set()
        with contextlib.suppress(RuntimeError):  # the session may have ended with its server
            self._end_session()

    def _look(self) -> Look | None:
        """Look at the rows; None when nobody can tell, or when there is enough to do as it is."""
        if not self._installed.is_set() or self._flow.working > _ENOUGH:
            return None
        try:
            return self._queue.look()
        except Unavailable as error:
            _LOG.warning("%s", error.sentence)
            return None

    def _promote(self, look: Look | None) -> float:
        """Hand over what is due or will be in a moment; return how many seconds there is nothing to do."""
        if not self._installed.is_set():
            return _BUSY_SLEEP_S
        now, enough = self._clock.now(), self._flow.working > _ENOUGH
        if look is None and not enough:
            return _UNTOLD_SLEEP_S
        if enough and time.monotonic() - self._handed < _RUSH_S:
            return _BUSY_SLEEP_S
        if enough or (look is not None and look.due is not None and look.due <= now + AHEAD):
            try:
                self._hand_over()
            except Unavailable as error:
                _LOG.warning("%s", error.sentence)
                return _UNTOLD_SLEEP_S
            return _BUSY_SLEEP_S
        longest = _LONGEST_SLEEP_S if self._told.is_set() else _UNTOLD_SLEEP_S
        return longest if look is None or look.due is None else min((look.due - AHEAD - now).total_seconds(), longest)

    def _hand_over(self) -> None:
        now = self._clock.now()
        self._handed = steady = time.monotonic()
        whole = self._flow.working <= _ENOUGH or steady - self._whole >= _WHOLE_S
        if self._queue.promote(now, None if whole else self._seen, AHEAD) is not None:
            self._seen, self._whole = now, steady if whole else self._whole

    def _tidy(self) -> None:
        if self._installed.is_set():
            self._queue.prune()

    def _alone(self, name: str, task: Callable[[], object]) -> tasks.Task:
        """Return the task as only one of the workers does it at a time; the others say False, and ask again in case that one is gone."""
        refused: list[float] = []

        def turn() -> bool:
            if refused and time.monotonic() - refused[0] < _NOT_MINE_S:
                return False
            mine = self._queue.take_turn(name, self._name, self._clock.now(), timedelta(seconds=_TURN_S))
            refused[:] = [] if mine else [time.monotonic()]
            if mine:
                task()
            return mine

        return turn

    async def _take(self, payload: bytes | None) -> None:
        """Do one account's turn, in order; return when it is over."""
        loop, turn = asyncio.get_running_loop(), self._queue.turn(payload)
        over = asyncio.Event()

        def done() -> None:
            self._let_go(turn, rows)
            self._poke.set()
            with contextlib.suppress(RuntimeError):  # the session may have ended with its server
                loop.call_soon_threadsafe(over.set)

        rows = deque(Ready(item.id, item.generation, turn.account_id, item.state, item.at, item.mark) for item in turn.items)
        may = (lambda: not self._queue.busy(turn.account_id, self._clock.now())) if turn.again else None
        if rows and self._flow.add(Turn(turn.account_id, rows, done, may)):
            await over.wait()
        else:
            self._let_go(turn, rows)
            self._free()

    def _let_go(self, turn: Handed, rows: Sequence[Ready]) -> None:
        """Keep in mind, at the end, what was handed over and not begun.

        An account that still has a turn, here or perhaps elsewhere, keeps what is its: it may have one at a time only.
        """
        if self._stop.is_set() and not turn.again and turn.account_id not in self._flow.accounts:
            self._left.extend(rows)

    def _free(self) -> None:
        """Give back what was not begun, so that another worker has it at once; what cannot be given back is handed over anew later."""
        left = [self._left.popleft() for _ in range(len(self._left))]
        if left:
            tasks.aside("The return of what was not begun", lambda: self._queue.free(left))

    def _listen(self) -> None:
        """Take turns from the engine, again and again: it ends whenever its server does."""
        pause = _UNTOLD_SLEEP_S
        while not self._stop.is_set():
            try:
                asyncio.run(self._session())
                pause = _UNTOLD_SLEEP_S
            except Exception as error:  # noqa: BLE001 - the engine's loop: whatever ends the session, the next one is tried
                _LOG.warning("The queue's server does not answer (%s). Trying again in %.1f s.", tasks.where(error), pause)
                self._stop.wait(pause)
                pause = min(pause * 2, _LONGEST_BREAK_S)

    async def _session(self) -> None:
        import asyncpg  # noqa: PLC0415 - only a team has its packages
        from pgqueuer import AsyncpgDriver, QueueManager  # noqa: PLC0415 - the same
        from pgqueuer.queries import Queries  # noqa: PLC0415 - the same

        from planner.engine import noting  # noqa: PLC0415 - the same

        noting.install(self._unnoted)
        connection = await asyncpg.connect(**self._queue.address, timeout=10)
        try:
            ends_with_its_server(connection)
            queries = Queries(AsyncpgDriver(connection))
            await queries.upgrade()
            self._installed.set()
            await self._be_told(connection)
            manager = QueueManager(queries)

            @manager.entrypoint(_LANE)
            async def lane(job: Any) -> None:  # noqa: ANN401 - PgQueuer's job
                await self._take(job.payload)

            # PgQueuer would notice only when it asks for jobs the next time, half a minute later.
            connection.add_termination_listener(lambda _: manager.shutdown.set())
            self._end_session = partial(asyncio.get_running_loop().call_soon_threadsafe, manager.shutdown.set)
            if self._stop.is_set():  # who waited for it may have found no session to end
                return
            await manager.run(
                dequeue_timeout=self._scale.wait,
                batch_size=self._scale.threads,
                max_concurrent_tasks=_TURNS * self._scale.threads,
                heartbeat_timeout=self._scale.silent,
                shutdown_on_listener_failure=True,
            )
            if connection.is_closed():
                raise ConnectionError
        finally:
            self._untold()
            with contextlib.suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError):
                await connection.close(timeout=2)

    async def _be_told(self, connection: Any) -> None:  # noqa: ANN401 - asyncpg's
        """Wake when somebody tells that a row has to be looked at in a moment; what was told before is looked at now."""
        await connection.add_listener(self._queue.channel, lambda *_: self._poke.set())
        connection.add_termination_listener(lambda _: self._untold())
        self._told.set()
        self._poke.set()

    def _untold(self) -> None:
        """Look more often again: nobody listens."""
        self._told.clear()
        self._poke.set()


def _require_packages() -> None:
    try:
        import asyncpg  # noqa: F401, PLC0415 - asked for, not used
        import pgqueuer  # noqa: F401, PLC0415 - the same
    except ModuleNotFoundError:
        raise SetupError("Workers on PostgreSQL need two more packages. Run: pip install -r requirements-team.txt") from None
