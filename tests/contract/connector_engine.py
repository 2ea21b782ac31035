"""The contract's cases through the real publisher: K3, K10, K12, K19, and that an old post is never sent late (K15)."""

from __future__ import annotations

import threading
import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from typing import TYPE_CHECKING

import pytest

from connectors import facts
from planner.bootstrap import build
from planner.domain.account import Account
from planner.domain.delivery import Ready
from planner.domain.post import Content, MediaRef
from planner.domain.review import READERS
from planner.domain.schedule import Window, local_wall
from planner.engine import tasks
from planner.settings import Settings
from tests.contract import fault_proxy as faults
from tests.contract.connector_rig import ContractBase, picture

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from connectors.base import Capabilities, Connector
    from planner.domain.delivery import Delivery
    from planner.services.house import Planner
    from tests.contract.connector_rig import Rig
    from tests.contract.fault_proxy import FaultProxy

_TEXT = "The support line is open on public holidays too."
_MORE = "You can call it from any phone."
_ALL_DAY = tuple(Window(day, clock_time(0), clock_time(23, 59)) for day in range(7))
_ACCEPTED = frozenset({"quiet-hours", "outside-hours", "same-hour", "near-duplicate", "clock-change"})


@dataclass(frozen=True, slots=True)
class House:
    """A whole installation with one connected account on the rig's server."""

    planner: Planner
    account: Account

    def due(self, text: str, *, ago: timedelta = timedelta()) -> Delivery:
        """Write, check, confirm and schedule a post, and make it due."""
        planner, actor = self.planner, self.planner.workspace.actor()
        shown: tuple[MediaRef, ...] = ()
        if facts.load(self.account.platform).needs_image:
            image = picture("A quiet room")
            shown = (planner.images.add(actor, image.data, image.alt),)
        post = planner.composer.new(actor, (self.account.id,), Content(text=text, title="A title", media=shown))
        for reader in READERS:
            planner.composer.tick(actor, post.id, self.account.id, reader)
        for question in planner.composer.check(post.id)[0].open_questions:
            planner.composer.answer(actor, post.id, self.account.id, question.id, question.answers[0].key)
        planner.composer.submit(actor, post.id, post.version)
        post = planner.composer.load(post.id)
        planner.approvals.approve(actor, post.id, self.account.id, post.digest_for(self.account.id))
        wall = local_wall(datetime.now(UTC) + timedelta(minutes=2), "Etc/UTC")
        entry = planner.calendar.schedule(actor, post.id, self.account.id, wall, accepted=_ACCEPTED)
        return self._moved(entry, due_at=datetime.now(UTC) - ago)

    def row(self, entry: Delivery) -> Delivery:
        with self.planner.store.read() as tx:
            return tx.deliveries.get(entry.id)

    def deliver(self, entry: Delivery) -> str:
        """Let the publisher deliver once; return the state."""
        row = self.row(entry)
        self.planner.publisher.deliver(row.id, row.generation)
        return self.row(entry).state

    def look(self, entry: Delivery) -> str:
        """Let the publisher look for a doubtful post now; return the state."""
        self._moved(self.row(entry), next_attempt_at=datetime.now(UTC) - timedelta(seconds=1))
        self.planner.publisher.reconcile(entry.id)
        return self.row(entry).state

    def live(self, entry: Delivery) -> list[bool]:
        """Return for each part whether it is known to be live."""
        with self.planner.store.read() as tx:
            return [part.ref is not None for part in tx.deliveries.parts(entry.id)]

    def _moved(self, entry: Delivery, **changes: datetime) -> Delivery:
        after = replace(entry, **changes)
        with self.planner.store.write() as tx:
            assert tx.deliveries.swap(entry, after)
        return after


class EngineCases(ContractBase):
    """One delivery, one post: run twice, by two workers, after a lost answer, with a connector that breaks."""

    @pytest.fixture
    def house(self, rig: Rig, proxy: FaultProxy, rules: Capabilities, tmp_path: Path) -> Iterator[House]:
        planner = build(Settings.from_env({"PLANNER_DATA_DIR": str(tmp_path)}))
        fresh = Account(
            id="",
            owner="Dana Whitlock, LCSW",
            purpose="Education",
            kind="practice",
            platform=rig.platform,
            handle=f"@{uuid.uuid4().hex[:8]}",
            mode="api",
            zone="Etc/UTC",
            countries=("US",),
            created_at=datetime(2026, 1, 1, tzinfo=UTC),
            org_type="practice",
            author="social-worker",
            business_hours=_ALL_DAY,
            settings={"told.threads": "yes"} if rules.thread else {},
        )
        account = planner.accounts.add(planner.workspace.actor(), fresh)
        with planner.store.write() as tx:
            tx.vault.write(account.id, rig.credentials(proxy.url))
        assert planner.accounts.test(planner.workspace.actor(), account.id).ok
        yield House(planner, planner.accounts.get(account.id))
        planner.store.close()

    # K3
    def test_one_delivery_run_twice_is_one_post(self, house: House, rig: Rig) -> None:
        entry = house.due(_TEXT)
        assert [house.deliver(entry), house.deliver(entry)] == ["sent", "sent"]
        assert len(rig.posts()) == 1

    # K5, K10
    @pytest.mark.parametrize("fault", ["drop_before", "drop_after"])
    def test_a_lost_answer_is_found_out_and_the_thread_goes_on(
        self, house: House, rig: Rig, proxy: FaultProxy, rules: Capabilities, fault: str
    ) -> None:
        parts = 2 if rules.thread else 1
        entry = house.due("\n---\n".join((_TEXT, _MORE)[:parts]))
        if parts > 1:
            proxy.rule(faults.Pass(), *rig.create)
        proxy.rule(faults.DropBefore() if fault == "drop_before" else faults.DropAfter(), *rig.create)
        assert house.deliver(entry) == "unconfirmed"
        assert house.live(entry) == [True, False][-parts:] if parts > 1 else [False]
        states = [house.look(entry)]
        assert len(rig.posts()) <= parts
        while house.row(entry).state == "queued":
            states.append(house.deliver(entry))
        texts = [post.text for post in rig.posts()]
        assert texts in ([_TEXT, _MORE][:parts], [_TEXT, _MORE][: parts - 1])
        assert (states[-1] == "sent") == (len(texts) == parts or (fault == "drop_after" and rules.can_read_back))

    # K12
    def test_two_workers_make_one_post(self, house: House, rig: Rig) -> None:
        entry = house.due(_TEXT)
        together = threading.Barrier(2)

        def work() -> None:
            together.wait(10)
            house.planner.publisher.deliver(entry.id, entry.generation)

        workers = [threading.Thread(target=work) for _ in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(60)
        assert house.row(entry).state == "sent"
        assert len(rig.posts()) == 1

    # K19
    @pytest.mark.parametrize("bug", [KeyError("a word of the draft"), RecursionError("a word of the draft")])
    def test_a_bug_in_a_connector_reads_as_doubt(
        self,
        house: House,
        rig: Rig,
        connector: Connector,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
        bug: Exception,
    ) -> None:
        def publish(*_: object, **__: object) -> None:
            raise bug

        monkeypatch.setattr(type(connector), "publish", publish)
        entry = house.due(_TEXT)
        for call in tasks.take(house.planner.publisher, (Ready(entry.id, entry.generation),)):
            assert tasks.send(house.planner.publisher, call) is None
        row = house.row(entry)
        assert (row.state, type(bug).__name__ in (row.reason or "")) == ("unconfirmed", True)
        assert "a word of the draft" not in f"{caplog.text} {row.reason}"
        assert rig.posts() == []

    # K15
    def test_a_post_whose_time_is_long_past_is_missed(self, house: House, rig: Rig, proxy: FaultProxy) -> None:
        proxy.clear()
        assert house.deliver(house.due(_TEXT, ago=timedelta(days=2))) == "missed"
        assert (rig.posts(), proxy.count(*rig.create)) == ([], 0)
