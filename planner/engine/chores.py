"""What a worker does beside sending: heartbeat, tidying up, figures, notices, and a look at whether the clock jumped."""

from __future__ import annotations

import logging
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from planner.engine import tasks

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from planner.ports import Clock

    Beat = Callable[[str, datetime, Mapping[str, str]], None]

_LOG = logging.getLogger(__name__)
_JUMP = timedelta(minutes=5)
_SLOW = frozenset({"collect", "notices", "tidy", "upkeep"})
"""What may take long runs beside the loop; the rest is done in it."""

_BY_CHANGE = frozenset({"notices", "reap"})
"""What finds nothing new while nobody changes anything, but for what time alone brings."""

_RUSH = 20
_UPKEEP_S = 10.0
"""What a rush of so many turns took is given back when it is over, without waiting for the upkeep's next minute, at most once in so many seconds."""

_TOGETHER = 20
"""What is due within so small a share of its time is done now: chores of one rhythm then wake the worker once."""


class Look(Protocol):
    """What an idle worker has to know."""

    @property
    def due(self) -> datetime | None:
        """When the next row has to be looked at."""

    @property
    def ends(self) -> datetime | None:
        """When the next right to send ends."""

    @property
    def version(self) -> int:
        """A number that is raised with each change."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often, in seconds, the worker does what is not sending."""

    beat: float = 5.0
    reap: float = 5.0
    notices: float = 10.0
    collect: float = 60.0
    upkeep: float = 60.0
    tidy: float = 600.0
    still: float = 60.0
    """How often, while nothing changes, what follows from changes is done for what time alone brings."""


@dataclass(slots=True)
class Chore:
    """Something to do every few seconds, never twice at once."""

    every: float
    task: tasks.Task
    by_change: bool
    due: float = 0.0
    began: float = 0.0
    version: int | None = None
    running: threading.Lock = field(default_factory=threading.Lock)


class Chores:
    """Does each chore in its rhythm; none can fail a delivery."""

    def __init__(self, rhythm: Rhythm, jobs: Mapping[str, tasks.Task]) -> None:
        """Take how often, and what is to be done under which name of the rhythm."""
        self._chores = {name: Chore(getattr(rhythm, name), task, name in _BY_CHANGE) for name, task in jobs.items()}
        self._still = rhythm.still
        self._rushed = False
        self._beside = ThreadPoolExecutor(2, thread_name_prefix="beside")

    def tick(self, look: Look | None, at: datetime, working: int = 0) -> None:
        """Do what is due. `look`: what was seen of the rows, where anybody could tell; `working`: how many turns there are.

        What follows from changes has no turn while the data is as it was when its last turn began, and no right to send has ended.
        """
        now, version = time.monotonic(), None if look is None else look.version
        self._after_rush(working, now)
        pressing = look is not None and look.ends is not None and look.ends <= at
        for name, chore in self._chores.items():
            if now < chore.due - chore.every / _TOGETHER:
                continue
            chore.due = now + chore.every
            seen = chore.by_change and version is not None and version == chore.version and now < chore.began + self._still
            if (seen and not pressing) or not chore.running.acquire(blocking=False):
                continue
            chore.began, chore.version = now, version
            if name in _SLOW:
                self._beside.submit(_once, name, chore)
            else:
                _once(name, chore)

    def _after_rush(self, working: int, now: float) -> None:
        """Bring the upkeep forward once when many turns have ended."""
        self._rushed = self._rushed or working > _RUSH
        upkeep = self._chores.get("upkeep")
        if upkeep is not None and self._rushed and not working and now >= upkeep.began + _UPKEEP_S:
            self._rushed, upkeep.due = False, now

    def pause(self) -> float:
        """Return how many seconds nothing is due."""
        return max(min(chore.due for chore in self._chores.values()) - time.monotonic(), 0.0)

    def close(self) -> None:
        """Finish what is being done."""
        self._beside.shutdown(wait=True, cancel_futures=True)


def _once(name: str, chore: Chore) -> None:
    try:
        if not tasks.aside(name, chore.task):
            chore.version = None  # it has seen nothing
    finally:
        chore.running.release()


class Pulse:
    """The heartbeat of one worker, with what the health page shows of it."""

    def __init__(self, write: Beat, clock: Clock, name: str, engine: str, lanes: Callable[[], int]) -> None:
        """Take what writes it, the clock, the worker's name, its engine's name, and how to count the lanes at work."""
        self._write = write
        self._clock = clock
        self._name = name
        self._engine = engine
        self._lanes = lanes
        self._seen: tuple[datetime, float] | None = None
        self._jump = ""

    def beat(self) -> None:
        """Write the heartbeat."""
        details = {"pid": str(os.getpid()), "engine": self._engine, "lanes": str(self._lanes()), "clock_jump": self._jump}
        self._write(self._name, self._clock.now(), details)

    def watch_clock(self) -> None:
        """Notice a jump of the system clock by comparing it with one that cannot jump."""
        now, steady = self._clock.now(), time.monotonic()
        if self._seen is not None:
            jump = now - self._seen[0] - timedelta(seconds=steady - self._seen[1])
            if abs(jump) > _JUMP:
                self._jump = f"{now.isoformat(timespec='seconds')} {jump.total_seconds():+.0f} s"
                _LOG.warning(
                    "The system clock jumped by %.0f s. What is too late now comes to review; nothing is sent twice.", jump.total_seconds()
                )
        self._seen = (now, steady)
