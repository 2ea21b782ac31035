"""The same model of delivery, with workers that look at every post before its time and people who change their minds right then."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule, run_state_machine_as_test

from planner.domain.audit import AuditEvent
from planner.services import approvals, fresh
from planner.services.ahead import Ahead
from tests.integration.test_delivery_model import LOST, Machine, _settle, empty

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.domain.delivery import Ready
    from planner.services.ahead import Seen

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("empty")]

CHANGES = ("nothing", "mend", "void", "put away", "pause", "hold", "edit", "cancel", "move", "flag", "look again", "another worker", "back")
LOOK: dict[str, Any] = {
    "account": st.integers(0, 1),
    "parts": st.sampled_from([1, 1, 2]),
    "ways": st.sampled_from([[], [], [LOST], ["temporary"], ["limited"]]),
    "seconds": st.sampled_from([1, 3, 15, 19]),
    "changes": st.lists(st.sampled_from(CHANGES), min_size=1, max_size=3),
    "workers": st.tuples(st.integers(0, 1), st.integers(0, 1)),
}
__all__ = ["empty"]


class Looking(Machine):
    """Two workers that look ahead."""

    @rule(**LOOK)
    def look(self, **plan: Any) -> None:
        self._look_and_change(**plan)

    @rule(**LOOK)
    def look_at_another(self, **plan: Any) -> None:
        self._look_and_change(**plan)

    @rule(**LOOK)
    def look_at_a_third(self, **plan: Any) -> None:
        self._look_and_change(**plan)

    @rule(**LOOK)
    def look_at_a_fourth(self, **plan: Any) -> None:
        self._look_and_change(**plan)

    def _look_and_change(
        self, account: int, parts: int, ways: list[Any], seconds: int, changes: list[str], workers: tuple[int, int]
    ) -> None:
        """A post is looked at a moment before its time; then somebody changes something, and its time comes."""
        self._mend(account)
        self._schedule(account=account, timing="plain", parts=parts, ways=ways, waits=60 - seconds, workers=[])
        self.foresee(workers[0], seconds)
        for change in changes:
            self._change(change, account, workers)
        self.clock.on(seconds=seconds)
        for worker in workers:
            self.work(worker)

    def _change(self, change: str, account: int, workers: tuple[int, int]) -> None:
        newest, account_id = self.number - 1, self.accounts[account].id
        {
            "nothing": lambda: None,
            "mend": lambda: self._mend(account),
            "void": lambda: self._void(f"{self.number:032x}"),
            "put away": lambda: self._account(account_id, archived=True),
            "pause": lambda: self._pause(account_id),
            "hold": lambda: self.hold(account),
            "edit": lambda: self.edit(newest),
            "cancel": lambda: self.cancel(newest),
            "move": lambda: self.move(newest),
            "flag": lambda: self._account(account_id, health="flagged"),
            "look again": lambda: self.foresee(workers[0], 15),
            "another worker": lambda: self.work(workers[1]),
            "back": lambda: self.clock.on(seconds=-5),
        }[change]()

    def _mend(self, account: int) -> None:
        """Lift what is on hold, and give the account back what it needs."""
        for one in self.house.holds.active():
            self.house.holds.lift(self.house.rig.alone(), one.id)
        self._account(self.accounts[account].id, health="ok", archived=False)

    def _void(self, key: str) -> None:
        event = AuditEvent(f"void{key}{self.clock.at.timestamp()}{len(self.known)}", self.clock.at, "o", approvals.STALE, f"post:p{key}")
        with self.store.write() as tx:
            if all(event.id != one.id for one in tx.log.events(subject=event.subject)):
                tx.log.audit(replace(event, details={"void": f"a{key}"}))
        self.approved.pop(key, None)

    def _account(self, account_id: str, **changes: Any) -> None:
        with self.store.write() as tx:
            account = tx.accounts.get(account_id)
            assert tx.accounts.swap(account, replace(account, **changes, version=account.version + 1))

    def _pause(self, account_id: str) -> None:
        with self.store.write() as tx:
            tx.log.put_setting(fresh.pause_name(account_id), (self.clock.at + timedelta(minutes=5)).isoformat())

    def mend_the_accounts(self) -> None:
        for one in self.accounts:
            self._account(one.id, health="ok", archived=False)

    def _check_call(self, key: str, journal: Any, media: Any) -> None:
        with self.store.read() as tx:
            row, part = next((row, part) for row in self._all(tx) for part in tx.deliveries.parts(row.id) if part.key == key)
            account, until = tx.accounts.get(row.account_id), tx.log.setting(fresh.pause_name(row.account_id))
        if row.state == "sending" and part.index == 0:
            assert (account.archived, account.health) == (False, "ok"), "a call for an account that was put away"
            assert until is None or datetime.fromisoformat(until) <= self.clock.now(), "a call in a pause"
        super()._check_call(key, journal, media)

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.mend_the_accounts()
            _settle(self)
            self.store.close()
            shutil.rmtree(self.folder)


def test_delivery_keeps_its_promise_when_posts_are_looked_at_before_their_time(monkeypatch: pytest.MonkeyPatch) -> None:
    take, used = Ahead.take, []

    def counted(self: Ahead, rows: Sequence[Ready], now: datetime) -> list[Seen]:
        found = take(self, rows, now)
        used.extend(found)
        return found

    monkeypatch.setattr(Ahead, "take", counted)
    run_state_machine_as_test(
        Looking, settings=settings(max_examples=40, stateful_step_count=12, suppress_health_check=list(HealthCheck), deadline=None)
    )
    assert len(used) > 10
