"""The peers beside Discreet's engines, each in a process of its own: `python -m tests.bench.peers NAME URL COUNT SECONDS`.

Every peer does the same: COUNT jobs for one moment, each a call of 5 ms, 16 side by side. It answers with one JSON line: how late
each job was done, in seconds, and the CPU seconds and the memory of the process. Installed from PyPI by requirements-bench.txt.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import resource
import sqlite3
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import make_url

if TYPE_CHECKING:
    from collections.abc import Callable

LATENCY_S = 0.005
SIDE_BY_SIDE = 16
DONE: list[float] = []


def call(number: int) -> None:
    """Be the platform: answer after 5 ms, and note when."""
    assert number >= 0
    time.sleep(LATENCY_S)
    DONE.append(time.time())


def loop(url: str, count: int, due: datetime) -> None:
    """Work through a row table on SQLite with a plain loop: one claim and one commit a batch, nothing checked. The embedded engine's floor."""
    connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE job (id INTEGER PRIMARY KEY, due REAL, state TEXT)")
    connection.execute("CREATE INDEX due ON job (state, due)")
    connection.executemany("INSERT INTO job VALUES (?, ?, 'queued')", [(number, due.timestamp()) for number in range(count)])
    with ThreadPoolExecutor(SIDE_BY_SIDE) as lanes:
        while len(DONE) < count:
            took = "UPDATE job SET state = 'sending' WHERE id IN (SELECT id FROM job WHERE state = 'queued' AND due <= ? LIMIT 128) RETURNING id"
            taken = connection.execute(took, (time.time(),)).fetchall()
            list(lanes.map(call, [number for (number,) in taken]))
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany("UPDATE job SET state = 'sent' WHERE id = ?", taken)
            connection.execute("COMMIT")
            if not taken:
                time.sleep(0.01)


def pgqueuer(url: str, count: int, due: datetime) -> None:
    """Run PgQueuer as its manual shows, the jobs inside it."""
    asyncpg, pgq, queries = import_module("asyncpg"), import_module("pgqueuer"), import_module("pgqueuer.queries")

    async def work() -> None:
        connection = await asyncpg.connect(_plain(url))
        asked = queries.Queries(pgq.AsyncpgDriver(connection))
        await asked.install()
        manager = pgq.QueueManager(asked)

        @manager.entrypoint("call")
        async def later(job: Any) -> None:
            assert job.id
            await asyncio.sleep(LATENCY_S)
            DONE.append(time.time())
            if len(DONE) >= count:
                manager.shutdown.set()

        _require_early(due)
        after = [due - datetime.now(UTC)] * count
        await asked.enqueue(["call"] * count, [None] * count, [0] * count, execute_after=after)
        await manager.run(dequeue_timeout=timedelta(seconds=1), batch_size=SIDE_BY_SIDE, max_concurrent_tasks=2 * SIDE_BY_SIDE)
        await connection.close()

    asyncio.run(work())


def procrastinate(url: str, count: int, due: datetime) -> None:
    """Run Procrastinate as its manual shows."""
    made = import_module("procrastinate")

    async def work() -> None:
        app = made.App(connector=made.PsycopgConnector(conninfo=_plain(url)))
        over = asyncio.Event()

        @app.task(name="call")  # type: ignore[untyped-decorator]
        async def later(number: int) -> None:
            assert number >= 0
            await asyncio.sleep(LATENCY_S)
            DONE.append(time.time())
            if len(DONE) >= count:
                over.set()

        async with app.open_async():
            await app.schema_manager.apply_schema_async()
            await later.configure(schedule_at=due).batch_defer_async(*({"number": number} for number in range(count)))
            _require_early(due)
            worker = asyncio.create_task(
                app.run_worker_async(concurrency=SIDE_BY_SIDE, install_signal_handlers=False, fetch_job_polling_interval=0.1)
            )
            await over.wait()
            worker.cancel()
            await asyncio.gather(worker, return_exceptions=True)

    asyncio.run(work())


def apscheduler(url: str, count: int, due: datetime) -> None:
    """Run APScheduler 3 with its SQLAlchemy store, the grace for misfires lifted."""
    background = import_module("apscheduler.schedulers.background").BackgroundScheduler
    jobs = import_module("apscheduler.jobstores.sqlalchemy").SQLAlchemyJobStore(url=url)
    pool = import_module("apscheduler.executors.pool").ThreadPoolExecutor(SIDE_BY_SIDE)
    scheduler = background(jobstores={"default": jobs}, executors={"default": pool}, timezone=UTC)
    scheduler.start(paused=True)
    for number in range(count):
        scheduler.add_job(call, "date", run_date=due, args=[number], misfire_grace_time=None)
    _require_early(due)
    scheduler.resume()
    _wait(count)
    scheduler.shutdown()


def huey(url: str, count: int, due: datetime) -> None:
    """Run Huey over SQLite with 16 threads."""
    queue = import_module("huey").SqliteHuey(filename=url.removeprefix("sqlite:///"), fsync=True)
    later = queue.task()(call)
    for number in range(count):
        later.schedule(args=(number,), eta=due.astimezone().replace(tzinfo=None))
    consumer = queue.create_consumer(workers=SIDE_BY_SIDE, worker_type="thread", scheduler_interval=1)
    consumer._set_signal_handlers = lambda: None
    _require_early(due)
    consumer.start()
    _wait(count)


def dbos(url: str, count: int, due: datetime) -> None:
    """Run DBOS's queue of one process with 16 at once, filled when the moment has come: it keeps no future jobs."""
    module = import_module("dbos")
    module.DBOS(config={"name": "bench", "system_database_url": _plain(url), "run_admin_server": False, "log_level": "ERROR"})
    later = module.DBOS.workflow()(call)
    module.DBOS.launch()
    queue = module.DBOS.register_queue("calls", worker_concurrency=SIDE_BY_SIDE)  # it lives in the database, so after the launch
    time.sleep(max(due.timestamp() - time.time(), 0))
    for number in range(count):
        queue.enqueue(later, number)
    _wait(count)
    module.DBOS.destroy()


PEERS: dict[str, Callable[[str, int, datetime], None]] = {
    one.__name__: one for one in (loop, pgqueuer, procrastinate, apscheduler, huey, dbos)
}
ON_SQLITE = frozenset({"loop", "apscheduler", "huey"})
PACKAGES = {"apscheduler": "apscheduler", "huey": "huey", "procrastinate": "procrastinate", "dbos": "dbos", "pgqueuer": "pgqueuer"}


def _require_early(due: datetime) -> None:
    if datetime.now(UTC) > due:
        raise TimeoutError("The jobs took longer to store than planned: give more seconds.")


def _wait(count: int) -> None:
    end = time.monotonic() + 300
    while len(DONE) < count:
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.02)


def _plain(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def main(name: str, url: str, count: int, seconds: float) -> None:
    """Run one peer and answer."""
    logging.disable(logging.CRITICAL)
    due = datetime.now(UTC) + timedelta(seconds=seconds)
    before: list[float] = []
    threading.Thread(target=_used_at, args=(due, before), daemon=True).start()
    PEERS[name](url, count, due)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    (memory,) = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS")]
    late = [done - due.timestamp() - LATENCY_S for done in DONE[:count]]
    cpu = usage.ru_utime + usage.ru_stime - sum(before)
    sys.stdout.write(json.dumps({"late": late, "cpu_s": cpu, "memory_mb": int(memory.split()[1]) / 1024}) + "\n")
    sys.stdout.flush()
    os._exit(0)


def _used_at(due: datetime, before: list[float]) -> None:
    time.sleep(max(due.timestamp() - time.time(), 0))
    usage = resource.getrusage(resource.RUSAGE_SELF)
    before.append(usage.ru_utime + usage.ru_stime)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4]))
