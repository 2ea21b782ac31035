"""How many deliveries a second, how late, at what cost, beside the peers: `make bench-delivery`; `--growth 1000000` for the long one.

A delivery is measured as the product makes it: the look at approval, holds and rules, the claim with its attempt row committed
before the call, the call (5 ms), the outcome committed after it. The rules are the scripted ones of the tests unless `--checklist`.
CPU time stands beside wall time, because a wall time tells more of who else uses the machine.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

from sqlalchemy import func, select

from connectors import registry
from planner.adapters import RandomIds
from planner.domain.delivery import Delivery
from planner.domain.post import Content, Post, PostVariant
from planner.domain.review import Approval
from planner.domain.schedule import local_wall
from planner.engine.distributed import DistributedEngine, Scale
from planner.engine.embedded import EmbeddedEngine
from planner.engine.memory import lean, settle
from planner.services.outgoing import Tuning
from planner.services.publisher import Publisher
from planner.store import open_store, tables
from tests.bench.peers import ON_SQLITE, PACKAGES, PEERS
from tests.servers.postgres import postgres
from tests.unit.services import rig as rigs
from tests.unit.services import sky as skies

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from planner.store import SqlStore

LATENCY_S = 0.005
KEY = base64.urlsafe_b64encode(b"a key for measuring, no secret..")
PER_ACCOUNT = 10
THREADS = 32
IDLE_S = 10


class Running:
    """A clock that runs."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    at = property(now)


class Far(skies.Sky):
    """A platform that answers after 5 ms and keeps nothing."""

    def publish(self, part: Any, *, attempt_key: str, **_: Any) -> Any:
        assert part.payload
        time.sleep(LATENCY_S)
        return skies.Receipt(skies.Ref(attempt_key), None, None)


class Nothing:
    """No figures are read here."""

    def collect(self) -> int:
        return 0


def build(store: SqlStore, *, checklist: bool) -> tuple[Any, Publisher]:
    """Return the services over a store and a publisher without a breaker."""
    with mock.patch.object(rigs, "Time", Running), mock.patch.object(rigs, "Numbers", RandomIds):
        rig = rigs.build(store, real=checklist)
    rig.platforms = skies.SkyFloor(Far(clock=rig.clock))
    rig.gate._platforms = rig.platforms
    publisher = Publisher(store, rig.platforms, rig.gate, rig.clock, rig.ids, Tuning(per_hour=10**6, per_day=10**6))
    return rig, publisher


def fill(store: SqlStore, rig: Any, count: int, ahead: float, *, state: str = "queued") -> tuple[float, datetime]:
    """Store this many approved posts, ten an account, with deliveries due `ahead` seconds after the posts are there.

    Return the seconds that storing the deliveries took, and when they are due.
    """
    accounts = [
        replace(rigs.BLANK, id=rig.ids.new(), mode="api", handle=f"@{rig.ids.new()}", health="ok", zone="Etc/UTC")
        for _ in range(max(count // PER_ACCOUNT, 1))
    ]
    posts, now = [], datetime.now(UTC)
    for number in range(count):
        account = accounts[number % len(accounts)]
        text = f"Support groups help many people. This is number {number}; ours meets on the first floor."
        post = Post(rig.ids.new(), Content(text=text), (PostVariant(account.id),), "owner", now, now, state="ready")
        posts.append((post, Approval(rig.ids.new(), post.id, account.id, post.digest_for(account.id), "owner", now, own=True), account))
    with store.write() as tx:
        for account in accounts:
            tx.accounts.add(account)
            tx.vault.write(account.id, skies.Credentials({"access": "a"}))
        for post, approval, _ in posts:
            tx.posts.add(post)
            tx.reviews.add_approval(approval)
    due = datetime.now(UTC) + timedelta(seconds=ahead)
    rows = [_row(rig.ids.new(), post, account, approval.id, due, state) for post, approval, account in posts]
    began = time.monotonic()
    with store.write() as tx:
        tx.deliveries.add_all(rows)
    return time.monotonic() - began, due


def _row(key: str, post: Post, account: Any, approval: str, due: datetime, state: Any) -> Delivery:
    wall = str(local_wall(due, "Etc/UTC"))
    digest = post.digest_for(account.id)
    return Delivery(key, post.id, account.id, state, "api", digest, approval, wall, "Etc/UTC", due, "plain", "owner", due, due)


def ballast(store: SqlStore, rig: Any, count: int) -> None:
    """Add this many deliveries of one post for the next years, which only have to be there: the database copies one row."""
    with store.read() as tx:
        post = tx.posts.page(limit=1)[0]
        account = tx.accounts.get(post.account_ids[0])
    key, base = rig.ids.new(), datetime.now(UTC) + timedelta(days=1)
    with store.write() as tx:
        tx.deliveries.add(_row(key, post, account, "a", base, "queued"))
    if store.dialect == "postgresql":
        numbers, later = f"generate_series(1, {count - 1}) AS w(n)", "+ w.n * interval '31 seconds'"
    else:
        numbers = f"(WITH RECURSIVE w(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM w WHERE n < {count - 1}) SELECT n FROM w) AS w"  # noqa: S608 - our own names and a count
        later = "+ w.n * 31000000"
    names = [column.name for column in tables.delivery.columns]
    values = {"id": "delivery.id || '-' || w.n", "due_at": f"due_at {later}", "wake_at": f"wake_at {later}"}
    taken = ", ".join(values.get(name, f"delivery.{name}") for name in names)
    with store._writers.begin() as connection:
        copied = f"INSERT INTO delivery ({', '.join(names)}) SELECT {taken} FROM delivery, {numbers} WHERE id = '{key}'"  # noqa: S608 - the same
        connection.exec_driver_sql(copied)


@dataclass(frozen=True)
class Result:
    """What one run showed."""

    per_second: float
    p99_s: float
    first_s: float
    """How late a single post of an idle queue began."""
    early: int
    idle: float
    """The share of a core that a worker took with nothing to do."""
    insert_s: float
    cpu_us: float
    """What a delivery cost its worker, from its time on."""
    ahead_us: float
    """The same before its time: it was handed out and looked at."""
    server_us: float | None
    memory_mb: float


def engine(store: SqlStore, rig: Any, publisher: Publisher) -> Any:
    """Return the engine that the product would choose."""
    if store.dialect == "postgresql":
        return DistributedEngine(store.handover(), publisher, Nothing(), rig.clock, scale=Scale(THREADS))
    return EmbeddedEngine(store, publisher, Nothing(), rig.clock, threads=THREADS)


@contextlib.contextmanager
def working(url: str, workers: int, *, checklist: bool) -> Iterator[list[int]]:
    """Run the engine as this many processes; yield their numbers."""
    command = [sys.executable, "-m", "tests.bench.delivery", "--worker", url, *(["--checklist"] if checklist else [])]
    processes = [subprocess.Popen(command) for _ in range(workers)]
    try:
        yield [process.pid for process in processes]
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(30)


def run(url: str, count: int, workers: int, *, rows: int = 0, checklist: bool = False, settle: float = 7.0) -> Result:
    """Put `count` deliveries on the calendar for one moment, wait for them, and return the numbers."""
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(url, KEY, backups=Path(folder))
    rig, _ = build(store, checklist=checklist)
    fill(store, rig, 50, 0)  # warms every statement
    server = _server(store)
    with working(url, workers, checklist=checklist) as pids:
        _wait(store, 50)
        if rows:
            ballast(store, rig, rows)
            with store._writers.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("ANALYZE")
        time.sleep(settle)
        quiet, began = sum(map(_cpu, pids)), time.monotonic()
        time.sleep(IDLE_S)
        share = (sum(map(_cpu, pids)) - quiet) / (time.monotonic() - began) / workers
        _, alone = fill(store, rig, 1, 2)
        _wait(store, 51)
        took, due = fill(store, rig, count, max(5.0, count / 500))
        stored = sum(map(_cpu, pids))
        assert datetime.now(UTC) < due, "The rows took longer to store than planned."
        time.sleep(max((due - datetime.now(UTC)).total_seconds(), 0))
        before, served = sum(map(_cpu, pids)), _server_cpu(server)
        _wait(store, 51 + count)
        used, served = sum(map(_cpu, pids)) - before, _server_cpu(server) - served
        memory = max(map(_memory, pids))
    query = select(tables.attempt.c.started_at, tables.delivery.c.sent_at).join(
        tables.delivery, tables.attempt.c.delivery_id == tables.delivery.c.id
    )
    with store._readers.connect() as connection:
        found = connection.execute(query.where(tables.delivery.c.due_at == due)).all()
        ((single, _),) = connection.execute(query.where(tables.delivery.c.due_at == alone)).all()
    store.close()
    late = sorted((sent - due).total_seconds() for _, sent in found)
    starts = sorted((started - due).total_seconds() for started, _ in found)
    assert len(found) == count, "Something was tried twice or not at all."
    return Result(
        per_second=count / late[-1],
        p99_s=late[int(len(late) * 0.99) - 1],
        first_s=(single - alone).total_seconds(),
        early=sum(start < 0 for start in starts) + (single < alone),
        idle=share,
        insert_s=took * 10_000 / count,
        cpu_us=used / count * 1e6,
        ahead_us=(before - stored) / count * 1e6,
        server_us=served / count * 1e6 if server else None,
        memory_mb=memory,
    )


def _server(store: SqlStore) -> int:
    """Return the number of PostgreSQL's first process, or 0 on SQLite."""
    if store.dialect != "postgresql":
        return 0
    with store._readers.connect() as connection:
        backend = int(connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one())
    return int(Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()[1])


def _server_cpu(first: int) -> float:
    """Return the CPU seconds of a server and of every process it has or had; 0 for none."""
    if not first:
        return 0.0
    ticks = sum(map(int, Path(f"/proc/{first}/stat").read_text().rpartition(")")[2].split()[11:15]))
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = entry.read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12]) if fields[1] == str(first) else 0
    return ticks / os.sysconf("SC_CLK_TCK")


def middle(results: list[Result]) -> Result:
    """Return the medians of several runs, and the sum of what was early."""
    values: dict[str, Any] = {}
    for name in Result.__dataclass_fields__:
        found = [getattr(one, name) for one in results]
        values[name] = None if found[0] is None else statistics.median(found)
    return Result(**{**values, "early": sum(one.early for one in results)})


def peer(name: str, url: str, count: int, seconds: float) -> Result | None:
    """Run a peer in a process of its own; None when it is not installed."""
    if name in PACKAGES and importlib.util.find_spec(PACKAGES[name]) is None:
        return None
    command = [sys.executable, "-m", "tests.bench.peers", name, url, str(count), str(seconds)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True, timeout=900).stdout
    found = json.loads(answer.splitlines()[-1])
    late = sorted(found["late"])
    return Result(
        per_second=len(late) / late[-1],
        p99_s=late[int(len(late) * 0.99) - 1],
        first_s=late[0],
        early=sum(one < 0 for one in late),
        idle=float("nan"),
        insert_s=float("nan"),
        cpu_us=found["cpu_s"] / len(late) * 1e6,
        ahead_us=0,
        server_us=None,
        memory_mb=found["memory_mb"],
    )


def _wait(store: SqlStore, count: int) -> None:
    query = select(func.count()).where(tables.delivery.c.state == "sent")
    end = time.monotonic() + 600
    while time.monotonic() < end:
        with store._readers.connect() as connection:
            if connection.execute(query).scalar_one() >= count:
                return
        time.sleep(0.1)
    raise TimeoutError


@dataclass(frozen=True)
class Held:
    """The memory in MB of the product's own worker: over an empty calendar, with accounts, and after its posts went out."""

    empty: float
    ready: float
    worked: float


def memory(url: str, count: int = 5000, seconds: float = 10) -> Held:
    """Return what the product's worker holds over an empty calendar, with an account of every platform that has an interface, and after work.

    The database is brought up to date before, in a process of its own, as `make run` does. The posts are checked by every rule.
    """
    with tempfile.TemporaryDirectory() as data:
        env = {name: value for name, value in os.environ.items() if not name.startswith("PLANNER_")}
        env |= {
            "PLANNER_DATA_DIR": data,
            "PLANNER_DATABASE_URL": url,
            "PLANNER_KEY": KEY.decode(),
            "PLANNER_LOG_LEVEL": "WARNING",
            "PLANNER_SHARED_LIMITS": f"{rigs.BLANK.platform}=1000000/300",
        }
        subprocess.run([sys.executable, "-m", "planner", "migrate"], env=env, check=True, stdout=subprocess.DEVNULL)
        with _own(env, "planner", "worker") as pid:
            time.sleep(seconds)
            empty = _memory(pid)
        store = open_store(url, KEY, backups=Path(data))
        rig, _ = build(store, checklist=False)
        with store.write() as tx:
            for name in (info.name for info in registry.platforms() if info.mode != "hand"):
                tx.accounts.add(replace(rigs.BLANK, id=rig.ids.new(), platform=name, mode="api", handle=f"@{name}", zone="Etc/UTC"))
        with _own(env, "tests.bench.worker_memory") as pid:
            time.sleep(seconds)
            ready = _memory(pid)
            fill(store, rig, count, count / 500)
            _wait(store, count)
            time.sleep(seconds)
            worked = _memory(pid)
        store.close()
    return Held(empty, ready, worked)


@contextlib.contextmanager
def _own(env: dict[str, str], *module: str) -> Iterator[int]:
    process = subprocess.Popen([sys.executable, "-m", *module], env=env)
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait(60)


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory(pid: int) -> float:
    (line,) = [line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1]) / 1024


def worker(url: str, *, checklist: bool) -> None:
    """Be a worker until told to stop."""
    import signal  # noqa: PLC0415 - only a worker needs it

    lean()
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(url, KEY, backups=Path(folder))
    made = engine(store, *build(store, checklist=checklist))
    settle()
    made.run(stop)


def show(name: str, result: Result) -> None:
    """Print one line of the table."""
    server = "    -" if result.server_us is None else f"{result.server_us:5.0f}"
    _say(
        f"{name:<52} {result.per_second:>6.0f}/s  p99 late {result.p99_s:6.2f} s  first {result.first_s:6.3f} s  early {result.early}"
        f"  CPU {result.cpu_us:5.0f} us and {result.ahead_us:.0f} before, server {server} us  {result.memory_mb:3.0f} MB  idle {result.idle:.2%}  insert {result.insert_s:5.2f} s"
    )


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--growth", type=int, nargs="*", default=[10_000, 100_000])
    parser.add_argument("--checklist", action="store_true", help="with the real rules")
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    parser.add_argument("--repeat", type=int, default=1, help="runs of each, of which the median is shown")
    parser.add_argument("--peers", nargs="*", default=list(PEERS), choices=list(PEERS))
    parser.add_argument("--peer-count", type=int, default=1000, help="jobs for the peers, which are slower to fill")
    parser.add_argument("--peer-seconds", type=float, default=60, help="the time that they have to store them")
    args = parser.parse_args()
    if args.worker:
        worker(args.worker, checklist=args.checklist)
        return
    with tempfile.TemporaryDirectory() as made, postgres() as server:
        names = iter(range(10**6))

        def fresh(kind: str) -> contextlib.AbstractContextManager[str]:
            return (
                server.database() if kind == "postgresql" else contextlib.nullcontext(f"sqlite:///{Path(made) / f'{next(names)}.sqlite'}")
            )

        goals = _ours(args, fresh)
        for name in args.peers:
            kind = "sqlite" if name in ON_SQLITE else "postgresql"
            if args.only in (None, kind):
                with fresh(kind) as url:
                    result = peer(name, url, args.peer_count, args.peer_seconds)
                if result is None:
                    _say(f"{name}: not installed; pip install -r requirements-bench.txt")
                else:
                    show(f"{name}, {kind}, {args.peer_count} at once", result)
        for kind in ("sqlite", "postgresql"):
            if args.only in (None, kind):
                with fresh(kind) as url:
                    held = memory(url)
                _say(
                    f"{kind}: python -m planner worker holds {held.empty:.0f} MB over an empty calendar, {held.ready:.0f} MB with an account of every "
                    f"platform, {held.worked:.0f} MB after 5,000 posts that every rule was asked about"
                )
                goals += [(f"{kind}: memory of a worker <= 90 MB", f"{held.empty:.0f} MB", held.empty <= 90)]
        _say("\nGoals, as this machine ran just now:")
        for goal, got, reached in goals:
            _say(f"{'reached' if reached else 'missed ':<8} {goal:<72} {got}")


Goal = tuple[str, str, bool]


def _ours(args: argparse.Namespace, fresh: Callable[[str], contextlib.AbstractContextManager[str]]) -> list[Goal]:
    shown: dict[tuple[str, int], Result] = {}
    for rows in (0, *args.growth):
        more = f", {rows:,} more scheduled" if rows else ""
        for kind, workers, title in (("sqlite", 1, "embedded, SQLite"), ("postgresql", 2, "two workers, PostgreSQL")):
            if args.only not in (None, kind):
                continue
            results = []
            for _ in range(args.repeat):
                with fresh(kind) as url:
                    results.append(run(url, args.count, workers, rows=rows, checklist=args.checklist))
            shown[kind, rows] = middle(results)
            show(f"{title}, {args.count} at once{more}", shown[kind, rows])
    return [
        goal for kind in ("sqlite", "postgresql") for goal in _goals(kind, {rows: one for (of, rows), one in shown.items() if of == kind})
    ]


def _goals(kind: str, shown: dict[int, Result]) -> list[Goal]:
    """Return the goals of one store, with what was got. Cost is CPU time, so that it does not follow who else uses the machine."""
    if not shown:
        return []
    wanted = {"sqlite": 2000, "postgresql": 2500}[kind]
    most, scheduled = shown[max(shown)], sorted(shown.items())[1:]
    costs = [one.cpu_us + one.ahead_us + (one.server_us or 0) for _, one in scheduled]
    growth = max(costs, default=1) / min(costs, default=1)
    first = max(one.first_s for one in shown.values())
    return [
        (f"{kind}: >= {wanted:,} a second", f"{most.per_second:.0f}", most.per_second >= wanted),
        (f"{kind}: p99 <= 2 s late", f"{most.p99_s:.2f} s", most.p99_s <= 2),
        (f"{kind}: a single post of an idle queue <= 0.3 s after its time", f"{first:.3f} s", first <= 0.3),
        (f"{kind}: idle CPU <= 0.5 % of a core at {max(shown):,} scheduled", f"{most.idle:.2%}", most.idle <= 0.005),
        (f"{kind}: nothing early", str(sum(one.early for one in shown.values())), not any(one.early for one in shown.values())),
        (f"{kind}: cost flat within a factor 1.5 from {', '.join(f'{rows:,}' for rows, _ in scheduled)}", f"{growth:.2f}", growth <= 1.5),
        (f"{kind}: 10,000 deliveries stored in <= 1 s", f"{most.insert_s:.2f} s", most.insert_s <= 1),
    ]


if __name__ == "__main__":
    main()
