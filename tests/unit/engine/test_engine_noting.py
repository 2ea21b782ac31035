"""How finished jobs are written down: soon, together, again after a failure, and all of them at the end."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from pgqueuer.types import JobId

from planner.engine import noting as room
from planner.engine.noting import Beating, Noting

if TYPE_CHECKING:
    from collections.abc import Coroutine, Sequence

    import pytest

    from planner.engine.noting import Left


class Log:
    """Keeps what is written, and falls over as often as it is told to."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.down = 0
        self.written = asyncio.Event()

    async def log_jobs(self, jobs: Sequence[Any]) -> None:
        if self.down:
            self.down -= 1
            raise OSError
        self.batches.append([job for job, _, _ in jobs])
        self.written.set()

    async def one(self) -> None:
        """Wait for the next batch."""
        await asyncio.wait_for(self.written.wait(), 20)
        self.written.clear()


def job(name: str) -> Any:
    return (name, "successful", None)


def run(what: Coroutine[Any, Any, None]) -> None:
    """Run it in a thread of its own: a browser test before this one may have left a loop running in the main thread."""
    with ThreadPoolExecutor(1) as beside:
        beside.submit(asyncio.run, what).result()


def test_finished_jobs_are_written_together_soon_and_a_full_batch_at_once() -> None:
    async def go() -> None:
        log = Log()
        async with Noting(max_size=3, repository=log) as noting:
            for name in ("a", "b"):
                await noting.add(job(name))
            await log.one()
            assert log.batches == [["a", "b"]]
            for name in ("c", "d", "e"):
                await noting.add(job(name))
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            assert log.batches == [["a", "b"], ["c", "d", "e"]]

    run(go())


def test_while_nothing_is_finished_no_clock_is_set() -> None:
    async def go() -> None:
        log = Log()
        async with Noting(max_size=3, repository=log) as noting:
            await noting.add(job("a"))
            await log.one()
            await asyncio.sleep(0)
            assert [timer for timer in asyncio.get_running_loop()._scheduled if not timer.cancelled()] == []  # type: ignore[attr-defined]  # asyncio's own

    run(go())


def test_heartbeats_are_written_together_and_without_any_no_clock_is_set() -> None:
    class Jobs:
        beaten: list[list[int]] = []  # noqa: RUF012 - one test's
        written = asyncio.Event()

        async def update_heartbeat(self, jobs: list[Any]) -> None:
            self.beaten.append(jobs)
            self.written.set()

    async def go() -> None:
        jobs = Jobs()
        async with Beating(max_size=9, timeout=timedelta(seconds=0.1), repository=jobs) as beating:
            await asyncio.sleep(0)
            assert asyncio.get_running_loop()._scheduled == []  # type: ignore[attr-defined]  # asyncio's own
            for job_id in (1, 2):
                await beating.add(JobId(job_id))
            await asyncio.wait_for(jobs.written.wait(), 20)
            assert jobs.beaten == [[1, 2]]

    run(go())


def test_what_could_not_be_written_is_written_later_and_the_rest_at_the_end(caplog: pytest.LogCaptureFixture) -> None:
    async def go() -> None:
        log = Log()
        log.down = 2
        async with Noting(max_size=3, repository=log) as noting:
            await noting.add(job("a"))
            await log.one()
            await noting.add(job("b"))
        assert log.batches == [["a"], ["b"]]

    run(go())
    assert caplog.text.count("Flush failed") == 2


def session(left: Left) -> type[Noting]:
    """Return the buffer of a session that is told what the one before had left."""

    class Own(Noting):
        pass

    Own.left = left
    return Own


def test_what_a_lost_session_could_not_write_is_written_by_the_next_one_while_it_is_still_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    left: Left = []

    async def go() -> None:
        lost, log = Log(), Log()
        lost.down = 99
        async with session(left)(max_size=3, repository=lost) as noting:
            await noting.add(job("a"))
        assert [item for _, item in left] == [job("a")]
        async with session(left)(max_size=3, repository=log):
            await log.one()
        assert (log.batches, list(left)) == ([["a"]], [])
        async with session(left)(max_size=3, repository=lost) as noting:
            await noting.add(job("b"))
        monkeypatch.setattr(room, "_OURS_S", 0)  # another worker may have taken it meanwhile
        async with session(left)(max_size=3, repository=log) as noting:
            await noting.add(job("c"))
        assert (log.batches, list(left)) == ([["a"], ["c"]], [])

    run(go())
