"""How PgQueuer writes down which jobs are over: soon after one is, and without looking at a clock while there is none."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pgqueuer.core import buffers

if TYPE_CHECKING:
    from pgqueuer.domain import models, types

_SOON_S = 0.2
"""How long the first of several waits for the others. Until it is written down, its account has no other turn."""


@dataclass
class Noting(buffers.JobStatusLogBuffer):
    """PgQueuer's own looks ten times a second whether a job was finished, which took most of what an idle worker took; it has no setting for it."""

    some: asyncio.Event = field(init=False, default_factory=asyncio.Event)

    async def add(self, item: tuple[models.Job, types.JOB_STATUS, models.TracebackRecord | None]) -> None:
        """Take one; as many as fill a batch are written down at once."""
        self.some.set()
        await super().add(item)

    async def periodic_flush(self) -> None:
        """Write down, again and again, a moment after the first; what could not be written has its next turn."""
        while not self.shutdown.is_set():
            await self.some.wait()
            self.some.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.shutdown.wait(), _SOON_S)
            await self.flush()
            if not self.events.empty():
                self.some.set()

    async def __aexit__(self, *error: object) -> None:
        """End: the rest is written down."""
        self.some.set()
        await super().__aexit__(*error)


def install() -> None:
    """Let every manager use it."""
    buffers.JobStatusLogBuffer = Noting  # type: ignore[misc]  # a class in the place of the one that it extends
