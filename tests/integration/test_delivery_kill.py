"""A real worker process is killed or frozen at each step of a delivery: one copy on a real server, nothing stuck, every time."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from planner.bootstrap import build
from planner.domain.account import Account
from planner.domain.post import Content
from planner.domain.review import READERS
from planner.domain.schedule import Window, local_wall
from planner.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from planner.domain.delivery import Attempt, Delivery
    from planner.services.house import Planner
    from tests.servers.bluesky import Bluesky, Person

pytestmark = pytest.mark.slow

WORKER = Path(__file__).with_name("crashing_worker.py")
ROOT = Path(__file__).parents[2]
POINTS = ("before-claim", "after-attempt", "after-acceptance", "before-outcome")
TEXT = "The support line is open on public holidays too.\n---\nYou can call it from any phone."
ALL_DAY = tuple(Window(day, clock_time(0), clock_time(23, 59)) for day in range(7))
ACCOUNT = Account(
    id="",
    owner="Dana Whitlock, LCSW",
    purpose="Education",
    kind="practice",
    platform="bluesky",
    handle="",
    mode="api",
    zone="Etc/UTC",
    countries=("US",),
    created_at=datetime(2026, 1, 1, tzinfo=UTC),
    org_type="practice",
    author="social-worker",
    business_hours=ALL_DAY,
)


@dataclass
class Site:
    """One installation with an account on the test server and one thread of two parts that is due now."""

    folder: Path
    planner: Planner
    server: Bluesky
    person: Person
    entry: Delivery

    @property
    def ledger(self) -> Path:
        return self.folder / "ledger.txt"

    def row(self) -> Delivery:
        with self.planner.store.read() as tx:
            return tx.deliveries.get(self.entry.id)

    def attempts(self) -> tuple[Attempt, ...]:
        with self.planner.store.read() as tx:
            return tx.deliveries.attempts(self.entry.id)

    def texts(self) -> list[str]:
        """The live texts, oldest first."""
        return [record["value"]["text"] for record in reversed(self.server.records(self.person))]

    @contextlib.contextmanager
    def worker(self, crash: str = "", *, ledger: bool = False) -> Iterator[subprocess.Popen[bytes]]:
        env = {name: value for name, value in os.environ.items() if not name.startswith("PLANNER_")} | {"PYTHONPATH": str(ROOT)}
        if crash:
            env["PLANNER_TEST_CRASH"] = crash
        if ledger:
            env["PLANNER_TEST_LEDGER"] = str(self.ledger)
        log = (self.folder / "worker.log").open("ab")
        process = subprocess.Popen([sys.executable, str(WORKER), str(self.folder)], env=env, stdout=subprocess.PIPE, stderr=log)
        try:
            yield process
        finally:
            process.kill()
            process.communicate()
            log.close()

    def until(self, done: Callable[[], object], seconds: float = 30) -> None:
        end = time.monotonic() + seconds
        while not done():
            assert time.monotonic() < end, f"It did not happen in time: {self.row()}\n{(self.folder / 'worker.log').read_text()[-2000:]}"
            time.sleep(0.05)


@pytest.fixture
def site(bluesky: Bluesky, tmp_path: Path) -> Iterator[Site]:
    planner = build(Settings.from_env({"PLANNER_DATA_DIR": str(tmp_path)}))
    person = bluesky.person()
    actor = planner.workspace.actor()
    account = planner.accounts.add(actor, _named(person))
    login = {"server": bluesky.url, "identifier": person.handle, "app_password": bluesky.app_password(person)}
    assert planner.accounts.connect(actor, account.id, login).ok
    yield Site(tmp_path, planner, bluesky, person, _schedule(planner, account.id))
    planner.store.close()


def _named(person: Person) -> Account:
    return replace(ACCOUNT, handle=person.handle)


def _schedule(planner: Planner, account_id: str) -> Delivery:
    actor = planner.workspace.actor()
    post = planner.composer.new(actor, (account_id,), Content(text=TEXT))
    for reader in READERS:
        planner.composer.tick(actor, post.id, account_id, reader)
    for question in planner.composer.check(post.id)[0].open_questions:
        planner.composer.answer(actor, post.id, account_id, question.id, question.answers[0].key)
    planner.composer.submit(actor, post.id, post.version)
    post = planner.composer.load(post.id)
    planner.approvals.approve(actor, post.id, account_id, post.digest_for(account_id))
    wall = local_wall(datetime.now(UTC) + timedelta(minutes=2), "Etc/UTC")
    entry = planner.calendar.schedule(actor, post.id, account_id, wall, accepted=frozenset({"quiet-hours", "outside-hours"}))
    now = replace(entry, due_at=datetime.now(UTC))
    with planner.store.write() as tx:
        assert tx.deliveries.swap(entry, now)
    return now


def _state(process: subprocess.Popen[bytes]) -> str:
    """The process's state letter; T is stopped."""
    return Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0]


def _settled(site: Site) -> None:
    """Everything that must be true at the end, and stay so."""
    row = site.row()
    assert (row.state, row.lease_owner) == ("sent", None)
    with site.planner.store.read() as tx:
        parts = tx.deliveries.parts(row.id)
    assert len(parts) == 2
    assert all(part.ref for part in parts)
    assert all(attempt.outcome for attempt in site.attempts())


@pytest.mark.parametrize("point", POINTS)
def test_a_worker_killed_at_any_step_leaves_one_copy_on_a_real_server(site: Site, point: str) -> None:
    with site.worker(f"kill:{point}") as first:
        assert first.wait(30) == -signal.SIGKILL
    assert site.row().state == ("queued" if point == "before-claim" else "sending")
    with site.worker():
        site.until(lambda: site.row().state == "sent")
    _settled(site)
    assert site.texts() == TEXT.split("\n---\n")


@pytest.mark.parametrize("point", POINTS)
def test_a_worker_killed_at_any_step_leaves_one_copy_where_nothing_but_we_prevent_a_second(site: Site, point: str) -> None:
    with site.worker(f"kill:{point}", ledger=True) as first:
        assert first.wait(30) == -signal.SIGKILL
    with site.worker(ledger=True):
        site.until(lambda: site.row().state == "sent")
    _settled(site)
    keys = site.ledger.read_text().split()
    assert len(keys) == len(set(keys)) == 2


def test_killed_again_and_again_it_still_ends_with_one_copy(site: Site) -> None:
    for point in ("after-acceptance", "before-claim", "before-outcome"):
        with site.worker(f"kill:{point}", ledger=True) as process:
            process.wait(30)
    with site.worker(ledger=True):
        site.until(lambda: site.row().state == "sent")
    _settled(site)
    keys = site.ledger.read_text().split()
    assert len(keys) == len(set(keys)) == 2


@pytest.mark.parametrize("point", ["after-attempt", "inside-the-call"])
@pytest.mark.parametrize("ledger", [False, True])
def test_a_worker_frozen_past_its_lease_and_woken_sends_nothing(site: Site, point: str, ledger: bool) -> None:
    with site.worker(f"freeze:{point}", ledger=ledger) as frozen:
        site.until(lambda: _state(frozen) == "T")
        with site.worker(ledger=ledger):
            site.until(lambda: site.row().state == "sent")
            calls = len(site.attempts())
            frozen.send_signal(signal.SIGCONT)
            time.sleep(1.5)
    _settled(site)
    assert len(site.attempts()) == calls
    if ledger:
        keys = site.ledger.read_text().split()
        assert len(keys) == len(set(keys)) == 2
    else:
        assert site.texts() == TEXT.split("\n---\n")


@pytest.mark.feature("Once, honestly")
def test_two_workers_make_one_copy(site: Site) -> None:
    with site.worker(ledger=True), site.worker(ledger=True):
        site.until(lambda: site.row().state == "sent")
    _settled(site)
    assert len(site.ledger.read_text().split()) == 2


def test_a_worker_told_to_stop_finishes_and_ends_with_0(site: Site) -> None:
    with site.worker() as process:
        site.until(lambda: site.row().state == "sent")
        process.terminate()
        assert process.wait(10) == 0
    _settled(site)
    assert site.texts() == TEXT.split("\n---\n")
