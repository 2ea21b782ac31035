"""What every engine must do, with real worker processes: imported by test_engines.py and run on each of them.

Another engine is fit for use when it passes these and the fault tests: it wakes what is due, and decides nothing.
"""

from __future__ import annotations

import signal
import threading
import time
from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.domain.delivery import Delivery
    from tests.integration.fault_platform import Post
    from tests.integration.fault_stage import Stage


def later(stage: Stage, delivery: Delivery, seconds: float) -> Delivery:
    """Set a delivery's time to the second."""
    row = stage.row(delivery)
    return stage.rig.force(row, "queued", due_at=stage.rig.clock.now() + timedelta(seconds=seconds), generation=row.generation + 1)


class EngineContract:
    """`stage` comes from the subclass."""

    def test_the_first_post_of_an_idle_queue_leaves_at_its_time_and_never_early(self, stage: Stage) -> None:
        stage.begin("idle")
        stage.holds.hold(stage.rig.alone(), "account", (account := stage.account()).id, "wait")
        first = stage.plan()
        with stage.team():
            stage.until_all("sent")  # every worker is awake now
            entry = stage.rig.force(stage.row(stage.plan(account)), "held", held_scope="account")
            (hold,) = [item for item in stage.holds.active() if item.target == account.id]
            due = stage.rig.clock.now() + timedelta(seconds=2)
            stage.rig.force(entry, "held", due_at=due, generation=entry.generation + 1)
            stage.holds.lift(stage.rig.alone(), hold.id)
            stage.until_all("sent")
        assert stage.row(first).state == "sent"
        with stage.store.read() as tx:
            (attempt,) = tx.deliveries.attempts(entry.id)
        assert timedelta() <= attempt.started_at - due < timedelta(seconds=2)  # the goal of 0.3 s is measured by the bench

    def test_one_account_sends_in_order_and_one_at_a_time_while_others_go_on(self, stage: Stage) -> None:
        stage.begin("order")
        accounts = [stage.account() for _ in range(4)]
        now, lock, most = defaultdict(int), threading.Lock(), defaultdict(int)

        def during(post: Post) -> None:
            name = post.text.split()[1]
            with lock:
                now[name] += 1
                most[name] = max(most[name], now[name])
            time.sleep(0.1)
            with lock:
                now[name] -= 1

        stage.platform.before["order"] = during
        for turn in range(4):
            for number, account in enumerate(accounts):
                entry = stage.plan(account, text=f"order a{number} {turn}")
                later(stage, entry, -4 + turn)
        with stage.team():
            stage.until_all("sent")
        for number in range(4):
            mine = [text for text in stage.platform.live("order") if f" a{number} " in text]
            assert mine == [f"order a{number} {turn}" for turn in range(4)]
            assert most[f"a{number}"] == 1

    def test_a_row_that_was_moved_or_cancelled_is_left_alone(self, stage: Stage) -> None:
        stage.begin("moved")
        moved, cancelled = stage.plan(after=120), stage.plan(after=120)
        soon = [later(stage, entry, 1.5) for entry in (moved, cancelled)]
        with stage.team():
            later(stage, soon[0], 3600)
            stage.rig.calendar.cancel(stage.rig.alone(), cancelled.id, soon[1].generation)
            time.sleep(2.5)
        assert stage.states() == {"queued": 1, "cancelled": 1}
        assert stage.platform.asked("moved") == 0

    def test_every_worker_beats_and_ends_politely(self, stage: Stage) -> None:
        stage.begin("polite")
        stage.platform.before["polite"] = lambda _: time.sleep(1)
        stage.plan()
        with stage.worker() as worker:
            stage.until(lambda: stage.platform.asked("polite"))
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(20) == 0
        assert stage.states() == {"sent": 1}  # what was on its way is finished first
        with stage.store.read() as tx:
            beats = [details for _, details in tx.log.beats().values() if details["pid"] == str(worker.pid)]
        assert [details["clock_jump"] for details in beats] == [""]

    def test_what_a_dead_worker_had_taken_is_done_by_another(self, stage: Stage) -> None:
        stage.begin("dead")
        for _ in range(6):
            stage.plan()
        with stage.worker("kill:before-claim") as first:
            assert first.wait(30) == -signal.SIGKILL
        with stage.team():
            stage.until_all("sent")
        assert stage.platform.doubled("dead") == 0
