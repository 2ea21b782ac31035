"""Workers that die, freeze, meet each other or their own clock, and databases that go away: one copy each, nothing stuck."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from planner.store.handover import Item, Turn, _enqueue
from tests.servers.process import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.integration.fault_platform import Post
    from tests.integration.fault_stage import Stage

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("faults-workers")]
ROWS = ("delivery", "attempt", "part")


def _state(pid: int) -> str:
    """The process's state letter; T is stopped."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


@contextlib.contextmanager
def _locked(stage: Stage) -> Iterator[None]:
    """Nobody else can write."""
    with stage.store._writers.begin() as connection:
        if stage.postgres:
            connection.execute(text(f"LOCK TABLE {', '.join(ROWS)} IN EXCLUSIVE MODE"))
        yield


def test_a_database_that_is_locked_right_after_acceptance_stores_the_answer_later(stage: Stage) -> None:
    stage.begin("locked")
    free, is_locked = threading.Event(), threading.Event()

    def lock(_: Post) -> None:
        def hold() -> None:
            with _locked(stage):
                is_locked.set()
                free.wait(10)

        threading.Thread(target=hold).start()
        assert is_locked.wait(10)

    stage.platform.after["locked"] = lock
    entry = stage.plan()
    with stage.team():
        stage.until(is_locked.is_set)
        time.sleep(1)
        assert stage.row(entry).state == "sending"
        free.set()
        stage.until_all("sent")
    stage.verdict("3. the database is locked right after acceptance", live=1)


@pytest.mark.parametrize("point", ["before-claim", "after-attempt", "after-acceptance", "before-outcome"])
def test_a_worker_killed_at_any_step_leaves_one_copy(stage: Stage, point: str) -> None:
    stage.begin(f"kill-{point}")
    if point == "after-acceptance":
        stage.platform.after[stage.word] = _kill_once()
    stage.plan(text=f"{stage.word} one\n---\n{stage.word} two")
    with stage.worker("" if point == "after-acceptance" else f"kill:{point}") as first:
        assert first.wait(40) == -signal.SIGKILL
    with stage.team():
        stage.until_all("sent")
    stage.verdict(f"4. kill -9 {point.replace('-', ' ')}", live=2)


def test_a_worker_killed_in_the_middle_of_a_batch_leaves_one_copy_of_each(stage: Stage) -> None:
    stage.begin("batch")
    for _ in range(12):
        stage.plan()
    with stage.worker("kill:before-outcome") as first:
        assert first.wait(40) == -signal.SIGKILL
    with stage.team():
        stage.until_all("sent")
    stage.verdict("4. kill -9 in the middle of a batch", live=12)


def set_clock(shift: Path, seconds: str) -> None:
    """Set the workers' clock in one step: a file that is being written is empty for a moment."""
    new = shift.with_suffix(".new")
    new.write_text(seconds)
    new.replace(shift)


def _kill_once() -> Any:
    once = iter((True,))

    def kill(post: Post) -> None:
        if next(once, False):
            os.kill(post.worker, signal.SIGKILL)

    return kill


def test_a_worker_frozen_past_its_lease_and_woken_sends_nothing(stage: Stage) -> None:
    stage.begin("frozen")
    stage.plan()
    with stage.worker("freeze:after-attempt") as frozen:
        stage.until(lambda: _state(frozen.pid) == "T")
        with stage.team():
            stage.until_all("sent")
            calls = stage.platform.asked("frozen")
            frozen.send_signal(signal.SIGCONT)
            time.sleep(1)
            assert stage.platform.asked("frozen") == calls
    stage.verdict("5. frozen past the lease, then woken", live=1)


def test_a_worker_frozen_while_it_hands_over_stops_no_other(stage: Stage) -> None:
    if not stage.postgres:
        pytest.skip("one worker on SQLite hands nothing over")
    stage.begin("keeps-lock")
    stage.plan()
    with stage.worker("freeze:handing-over") as frozen:
        stage.until(lambda: _state(frozen.pid) == "T")  # inside the transaction that holds the promoter's lock
        with stage.team():
            stage.until_all("sent")
            frozen.send_signal(signal.SIGCONT)
    stage.verdict("5. frozen with the promoter's lock in hand", live=1)


def test_two_workers_and_a_doubled_job_make_one_copy(stage: Stage) -> None:
    stage.begin("twice")
    accounts = [stage.account() for _ in range(3)]
    rows = [stage.plan(account) for account in accounts for _ in range(3)]
    with stage.worker(), stage.worker():
        if stage.postgres:
            stage.until(lambda: "sent" in stage.states())
            for number in range(5):  # the same jobs again, under keys of their own
                turns = [
                    Turn(f"again-{number}-{row.id}", again=False, items=(Item(row.id, row.generation, "queued", row.due_at),))
                    for row in rows
                ]
                with stage.store._writers.begin() as connection:
                    assert len(_enqueue(connection, turns, stage.rig.clock.now())) == len(rows)
        stage.until_all("sent")
        time.sleep(0.5)
    stage.verdict("6. two workers, the same delivery; a job delivered twice", live=9)


def test_a_clock_set_back_or_forward_sends_nothing_early_or_twice(stage: Stage, tmp_path: Path) -> None:
    stage.begin("clock")
    shift = tmp_path / "shift"
    set_clock(shift, "0")
    stage.plan()
    with stage.team(clock=shift):
        stage.until_all("sent")
        set_clock(shift, "-3600")
        early = stage.plan()
        time.sleep(1.2)
        assert stage.row(early).state == "queued"
        set_clock(shift, "86400")
        stage.until(lambda: stage.states() == {"sent": 1, "missed": 1})
        set_clock(shift, "0")
        stage.plan()
        stage.until(lambda: stage.states() == {"sent": 2, "missed": 1})
    assert stage.notices("missed") == 1
    stage.verdict("13. the clock goes back an hour, then forward a day", live=2)


def test_a_machine_asleep_for_three_days_sends_no_backlog(stage: Stage, tmp_path: Path) -> None:
    stage.begin("asleep")
    for timing in ("plain", "time-critical", "evergreen"):
        stage.plan(timing=timing)
    shift = tmp_path / "shift"
    set_clock(shift, str(timedelta(days=3).total_seconds()))
    with stage.team(clock=shift):
        stage.until_all("missed")
    assert stage.notices("missed") == 3
    stage.verdict("13. asleep for three days", live=0)


def test_no_worker_at_all_is_shown_and_the_post_is_missed_honestly(stage: Stage, tmp_path: Path) -> None:
    stage.begin("nobody")
    entry = stage.plan(timing="time-critical")
    before = stage.rig.workspace.heartbeat()
    time.sleep(0.3)
    assert stage.rig.workspace.heartbeat() == before  # nothing beats: the pages and `status` say so
    assert stage.row(entry).state == "queued"
    shift = tmp_path / "shift"
    set_clock(shift, "1200")
    with stage.team(clock=shift):
        stage.until_all("missed")
    assert stage.notices("missed") == 1
    stage.verdict("16. no worker was running", live=0)


class Cable:
    """A TCP connection to the database that can be cut."""

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        self._folder, self._port = str(parsed.query["host"]), int(str(parsed.query.get("port", 5432)))
        self.port = free_port()
        self.url = parsed.set(host="127.0.0.1", port=self.port, query={}).render_as_string(hide_password=False)
        self._ends: list[socket.socket] = []
        self._open = threading.Event()
        self._open.set()
        self._listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                if not self._open.is_set():
                    near.close()
                    continue
                far = socket.socket(socket.AF_UNIX)
                far.connect(f"{self._folder}/.s.PGSQL.{self._port}")
                self._ends += [near, far]
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := one.recv(65536):
                other.sendall(piece)
        for end in (one, other):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        one.close()

    def cut(self) -> None:
        self._open.clear()
        ends, self._ends = self._ends, []
        for end in ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        self._open.set()

    def close(self) -> None:
        self.cut()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        time.sleep(0.2)  # each thread closes its own end


def test_a_database_that_goes_away_and_comes_back_is_caught_up_with(stage: Stage) -> None:
    stage.begin("gone")
    if not stage.postgres:
        with stage.team():
            stage.plan()
            stage.until_all("sent")
            with _locked(stage):  # a file does not go away; being locked for long is its way
                time.sleep(2)
            stage.plan()
            stage.until_all("sent")
        stage.verdict("15. the database is locked for a while", live=2)
        return
    cable = Cable(stage.url)
    during = threading.Event()

    def cut(_: Post) -> None:
        cable.cut()
        during.set()

    with stage.worker(url=cable.url), stage.worker(url=cable.url):
        stage.plan()
        stage.until_all("sent")
        stage.platform.after["gone"] = cut
        entry = stage.plan()
        stage.until(during.is_set)  # the answer is on its way, and nobody can store it
        stage.platform.after.clear()
        stage.plan()
        time.sleep(3)
        assert stage.row(entry).state == "sending"
        cable.mend()
        stage.until_all("sent", 60)
    cable.close()
    stage.verdict("15. the network between worker and database is cut, right after acceptance", live=3)


def test_a_database_server_that_throws_everybody_out_is_caught_up_with(stage: Stage) -> None:
    if not stage.postgres:
        pytest.skip("only a server can throw its clients out")
    stage.begin("thrown")
    with stage.team():
        stage.plan()
        stage.until_all("sent")
        for _ in range(3):
            with stage.store._writers.begin() as connection:
                others = (
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
                connection.execute(text(others))
            stage.store._readers.dispose()
            stage.plan()
            time.sleep(0.3)
        stage.until_all("sent", 60)
    stage.verdict("15. the server ends every connection, three times", live=4)
