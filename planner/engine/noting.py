"""How PgQueuer writes down which jobs are over and which go on: soon after there is one, without looking at a clock while there is none."""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Self

from pgqueuer.core import buffers

if TYPE_CHECKING:
    from collections.abc import MutableSequence

    Left = MutableSequence[tuple[float, Any]]

_SOON_S = 0.2
_OURS_S = 10.0
"""So long after the end of a session nobody can have taken its jobs for abandoned (Scale.silent, less the pause between two heartbeats)."""


@dataclass
class Waiting(buffers.TimedOverflowBuffer[Any]):
    """A buffer that waits for its first item; PgQueuer's own look at a clock, and have no setting for it."""

    some: asyncio.Event = field(init=False, default_factory=asyncio.Event)

    @property
    def pause_s(self) -> float:
        """Return how long the first of several waits for the others."""
        return self.timeout.total_seconds()

    async def add(self, item: Any) -> None:  # noqa: ANN401 - whatever the buffer takes
        """Take one; as many as fill a batch are written down at once."""
        self.some.set()
        await super().add(item)

    async def periodic_flush(self) -> None:
        """Write down, again and again, a moment after the first; what could not be written has its next turn."""
        while not self.shutdown.is_set():
            await self.some.wait()
            self.some.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.shutdown.wait(), self.pause_s)
            await self.flush()
            if not self.events.empty():
                self.some.set()

    async def __aexit__(self, *error: object) -> None:
        """End: the rest is written down."""
        self.some.set()
        await super().__aexit__(*error)


@dataclass
class Noting(Waiting, buffers.JobStatusLogBuffer):
    """Finished jobs; PgQueuer looks for them ten times a second, which took most of what an idle worker took.

    What a lost session could not write down is written down by the next one: its accounts would have no other turn for up to a minute.
    """

    left: ClassVar[Left] = []

    async def __aenter__(self) -> Self:
        """Begin with what the session before had left."""
        for at, item in self.left:
            if time.monotonic() - at < _OURS_S:
                self.events.put_nowait(item)
                self.some.set()
        self.left.clear()
        return await super().__aenter__()

    async def __aexit__(self, *error: object) -> None:
        """End, and leave what could not be written down to the next session."""
        await super().__aexit__(*error)
        self.left.extend((time.monotonic(), item) for item in self.drain_queue())

    @property
    def pause_s(self) -> float:
        """Return how long the first of several waits for the others. Until it is written down, its account has no other turn."""
        return _SOON_S


@dataclass
class Beating(Waiting, buffers.HeartbeatBuffer):
    """Heartbeats of jobs that go on; PgQueuer looks for them every few seconds."""


def install(left: Left) -> None:
    """Let every manager use them; `left` is kept from session to session."""

    class Own(Noting):
        pass

    Own.left = left
    buffers.JobStatusLogBuffer = Own  # type: ignore[misc]  # a class in the place of the one that it extends
    buffers.HeartbeatBuffer = Beating  # type: ignore[misc]  # the same
