"""Delivery against a model: whatever platform, clock, people and two workers do, no post is lost, doubled or sent without leave."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.fernet import Fernet
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from connectors.base import Unknown
from connectors.errors import AuthExpired, Forbidden, OutOfCredit, RateLimited, Rejected, Temporary
from planner.domain.delivery import STATES, Delivery, Ready
from planner.domain.errors import PlannerError, Unavailable
from planner.domain.post import Content, Post, PostVariant
from planner.domain.review import READERS, AnswerGiven, Approval
from planner.domain.schedule import is_stale, local_wall
from planner.store import open_store
from tests.unit.services import rig as rigs
from tests.unit.services import sky as skies
from tests.unit.services.sky import BUG, LOST, VANISH, Sky

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.services.outgoing import Answer, Call
    from planner.services.publisher import Publisher

pytestmark = pytest.mark.slow

KEY = Fernet.generate_key()
DIE = "the process is killed in the call, before anything left"
DIE_AFTER = "the process is killed in the call, after the platform accepted"
FREEZE = "the process stands still for three minutes in the call"
HUMAN = {"sent", "failed", "unconfirmed", "missed", "held", "cancelled"}
STEADY = [(0, 10), (1, 10), (0, 60), (1, 60), (0, 120), (1, 300)]
WAYS = (None, LOST, LOST, VANISH, BUG, DIE, DIE_AFTER, FREEZE, "temporary", "rejected", "limited", "auth", "forbidden", "credit")

PLAN: dict[str, Any] = {
    "account": st.integers(0, 1),
    "timing": st.sampled_from(["plain", "plain", "time-critical", "evergreen"]),
    "parts": st.sampled_from([1, 1, 2, 3]),
    "ways": st.one_of(st.sampled_from([[LOST], [VANISH], [DIE_AFTER], [FREEZE]]), st.lists(st.sampled_from(WAYS), max_size=4)),
    "waits": st.sampled_from([60, 60, 60, 600, 9000]),
    "workers": st.one_of(
        st.just(STEADY), st.lists(st.tuples(st.integers(0, 1), st.sampled_from([0, 10, 10, 60, 120, 600])), min_size=1, max_size=5)
    ),
}


@pytest.fixture(scope="module", autouse=True)
def empty() -> Iterator[None]:
    """One migrated database, copied for every run."""
    with tempfile.TemporaryDirectory() as folder:
        Machine.empty = Path(folder) / "planner.sqlite"
        open_store(rigs.url(Path(folder)), KEY, backups=Path(folder)).close()
        yield


class Machine(RuleBasedStateMachine):
    """Two accounts, two workers, one platform of each kind."""

    empty: Path

    @initialize(
        idempotency=st.sampled_from(["native_forever", "native_window", "lookup", "none", "none"]),
        lag=st.sampled_from([0, 15, 15]),
        final=st.sampled_from([True, True, False]),
        limit=st.sampled_from([4, 100]),
    )
    def begin(self, idempotency: Any, lag: int, final: bool, limit: int) -> None:
        self.folder = Path(tempfile.mkdtemp())
        shutil.copy(self.empty, self.folder / "planner.sqlite")
        self.store = open_store(rigs.url(self.folder), KEY, backups=self.folder)
        sky = Sky(idempotency=idempotency, window_s=3600, lag=timedelta(seconds=lag), final=final)
        self.house = skies.build(self.store, sky, per_hour=limit, per_day=2 * limit)
        self.sky = sky
        self.clock = self.house.rig.clock
        self.workers: list[Publisher] = [self.house.publisher, self.house.another()]
        self.accounts = [self.house.account("@one"), self.house.account("@two")]
        self.known: dict[str, Delivery] = {}
        self.approved: dict[str, str] = {}
        self.sky.on_publish = self._check_call
        self.number = 0

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()
            shutil.rmtree(self.folder)

    # What the world does

    @rule(**PLAN)
    def schedule(self, **plan: Any) -> None:
        self._schedule(**plan)

    @rule(**PLAN)
    def schedule_another(self, **plan: Any) -> None:
        self._schedule(**plan)

    @rule(**PLAN)
    def schedule_a_third(self, **plan: Any) -> None:
        self._schedule(**plan)

    def _schedule(self, account: int, timing: Any, parts: int, ways: list[Any], waits: int, workers: list[tuple[int, int]]) -> None:
        """An approved post, its time, and how the platform behaves then."""
        self.number += 1
        text = "\n---\n".join(f"Post {self.number}, part {part}" for part in range(parts))
        now, account_id, key = self.clock.at, self.accounts[account].id, f"{self.number:032x}"
        post = Post(f"p{key}", Content(text=text), (PostVariant(account_id),), "owner", now, now, state="ready")
        digest = post.digest_for(account_id)
        due = now + timedelta(minutes=1)
        entry = Delivery(
            id=key,
            post_id=post.id,
            account_id=account_id,
            state="queued",
            mode="api",
            digest=digest,
            approval_id=f"a{key}",
            wall=str(local_wall(due, "America/Denver")),
            zone="America/Denver",
            due_at=due,
            timing=timing,
            created_by="owner",
            created_at=now,
            updated_at=now,
        )
        with self.store.write() as tx:
            tx.posts.add(post)
            for reader in READERS:
                tx.reviews.put_answer(AnswerGiven(post.id, post.base.digest, f"reader:{reader}", "yes", "owner", now))
            tx.reviews.add_approval(Approval(f"a{key}", post.id, account_id, digest, "owner", now, own=True))
            tx.deliveries.add(entry)
        self.approved[key] = digest
        self.misbehave(ways, [])
        self.clock.on(seconds=waits)
        for worker, seconds in workers:
            self.work(worker)
            self.clock.on(seconds=seconds)

    @rule(which=st.integers(0, 9))
    def edit(self, which: int) -> None:
        """Change an approved post; refused once it is on its way."""
        if entry := self._pick(which):
            post = self.house.post(entry)
            with suppress(PlannerError):
                self.house.rig.save(post, post.base.text + " Changed.")
                self.approved.pop(entry.id, None)

    @rule(seconds=st.sampled_from([1, 10, 30, 60, 70, 130, 300, 3600, 20_000]), worker=st.integers(0, 1))
    def wait(self, seconds: int, worker: int) -> None:
        self.clock.on(seconds=seconds)
        self.work(worker)

    @rule(seconds=st.sampled_from([600, 3600]))
    def set_the_clock_back(self, seconds: int) -> None:
        self.clock.on(seconds=-seconds)

    @rule(
        ways=st.lists(st.sampled_from(WAYS), min_size=1, max_size=3), looks=st.lists(st.sampled_from([None, "unknown", "away"]), max_size=2)
    )
    def behave(self, ways: list[Any], looks: list[Any]) -> None:
        self.misbehave(ways, looks)

    def misbehave(self, ways: list[Any], looks: list[Any]) -> None:
        now = self.clock.at
        errors = {
            "temporary": Temporary("Not reached."),
            "rejected": Rejected("No."),
            "limited": RateLimited("Wait.", now + timedelta(minutes=20)),
            "auth": AuthExpired("Expired."),
            "forbidden": Forbidden("A right is missing."),
            "credit": OutOfCredit("Top up."),
        }
        self.sky.script = [errors.get(way, way) for way in ways]
        self.sky.looks = [{None: None, "unknown": Unknown("Who knows."), "away": Temporary("Not reached.")}[look] for look in looks]

    # What people do

    @rule(account=st.sampled_from([None, 0, 1]))
    def hold(self, account: int | None) -> None:
        actor = self.house.rig.alone()
        scope, target = ("all", "") if account is None else ("account", self.accounts[account].id)
        self.house.holds.hold(actor, scope, target, "Pause.")  # type: ignore[arg-type]

    @precondition(lambda self: self.house.holds.active())
    @rule(which=st.integers(0, 3))
    def lift(self, which: int) -> None:
        holds = self.house.holds.active()
        self.house.holds.lift(self.house.rig.alone(), holds[which % len(holds)].id)

    @rule(which=st.integers(0, 9))
    def cancel(self, which: int) -> None:
        if entry := self._pick(which):
            with suppress(PlannerError):
                self.house.rig.calendar.cancel(self.house.rig.alone(), entry.id, entry.generation)

    @rule(which=st.integers(0, 9))
    def move(self, which: int) -> None:
        if entry := self._pick(which):
            wall = local_wall(self.clock.at + timedelta(minutes=2), "America/Denver")
            every = frozenset({"same-hour", "quiet-hours", "outside-hours", "near-duplicate", "clock-change"})
            with suppress(PlannerError):
                self.house.rig.calendar.move(self.house.rig.alone(), entry.id, entry.generation, wall, accepted=every)

    @rule()
    def mend_the_accounts(self) -> None:
        with self.store.write() as tx:
            for account in tx.accounts.all():
                tx.accounts.swap(account, replace(account, health="ok", version=account.version + 1))

    @rule(which=st.integers(0, 9), truth=st.booleans())
    def decide(self, which: int, truth: bool) -> None:
        """A person looks at the account and says what is there: always the truth, as nobody else can help then."""
        entry = self._pick(which)
        if entry is None or entry.state != "unconfirmed" or entry.next_attempt_at is not None:
            return
        part = next(part for part in self.house.parts(entry) if part.ref is None)
        actor = self.house.rig.alone()
        if any(copy[0] == part.key for copy in self.sky.copies):
            self.house.decide.it_is_live(actor, entry.id, "https://sky.example/seen")
        elif truth:
            self.house.decide.send_again(actor, entry.id)
        else:
            self.house.decide.drop(actor, entry.id)

    # What the engines do

    @rule(worker=st.integers(0, 1))
    def work(self, worker: int) -> None:
        """One round of an engine."""
        self.workers[worker].reap()
        with self.store.read() as tx:
            ready = tx.deliveries.ready(self.clock.now(), limit=20)
        self._turns(worker, [row for row in ready if row.state == "queued"])
        for row in ready:
            if row.state == "unconfirmed":
                self._guarded(worker, row.id, lambda row=row: self.workers[worker].reconcile(row.id))  # type: ignore[misc]
        self.foresee(worker, 15)

    @rule(worker=st.integers(0, 1), seconds=st.sampled_from([1, 15, 60]))
    def foresee(self, worker: int, seconds: int) -> None:
        """Look at what falls due in a moment: whatever happens until then has to count."""
        with self.store.read() as tx:
            ready = tx.deliveries.ready(self.clock.now() + timedelta(seconds=seconds), limit=20)
        self.workers[worker].foresee([row for row in ready if row.state == "queued"])

    def _turns(self, worker: int, rows: list[Ready]) -> None:
        """Deliver in batches, one row an account in each, as the engines do."""
        while rows:
            batch = list({row.account_id: row for row in reversed(rows)}.values())
            rows = [row for row in rows if row not in batch]
            publisher = self.workers[worker]
            calls = publisher.take(batch)
            while calls:
                answers = self._calls(worker, calls)
                if self.workers[worker] is not publisher:
                    return
                calls = publisher.keep(answers)

    def _calls(self, worker: int, calls: list[Call]) -> list[Answer]:
        """Make the calls of a batch; a worker that dies in one of them loses the others, and every answer that it holds."""
        publisher, answers = self.workers[worker], []

        def send(call: Call) -> None:
            answers.append(publisher.send(call))

        for call in calls:
            self._guarded(worker, call.delivery.id, partial(send, call))
            if self.workers[worker] is not publisher:
                break
        return answers

    @rule(worker=st.integers(0, 1), which=st.integers(0, 9), generation=st.integers(1, 4))
    def deliver_an_old_job(self, worker: int, which: int, generation: int) -> None:
        if entry := self._pick(which):
            self._guarded(worker, entry.id, lambda: self.workers[worker].deliver(entry.id, generation))

    def _guarded(self, worker: int, key: str, task: Any) -> None:
        try:
            task()
        except KeyboardInterrupt:
            self.workers[worker] = self.house.another()
        except (Unavailable, AssertionError):
            raise
        except Exception as error:  # noqa: BLE001 - what the engine does
            self.workers[worker].trouble(key, type(error).__name__)

    # What must be true at each call

    def _check_call(self, key: str, journal: Any, media: Any) -> None:
        assert media is not None
        how = self.sky.script[0] if self.sky.script else None
        with self.store.read() as tx:
            rows = [(row, part) for row in self._all(tx) for part in tx.deliveries.parts(row.id) if part.key == key]
            (row, part), *others = rows
            assert others == []
            open_attempts = [item for item in tx.deliveries.attempts(row.id) if item.key == key and item.outcome is None]
            holds = tx.deliveries.holds()
        assert open_attempts, "a call without an attempt row"
        assert self.clock.now() < open_attempts[-1].lease_until
        assert self.approved.get(row.id) == row.digest, "a call without a valid approval"
        assert row.state in ("sending", "unconfirmed")
        assert self.clock.now() >= row.due_at
        assert not is_stale(row.due_at, self.clock.now(), row.timing) or part.index > 0
        assert not any(hold.scope == "all" or hold.target == row.account_id for hold in holds), "a call under a hold"
        assert part.ref is None
        if how in (DIE, FREEZE):
            self.sky.script.pop(0)
        if how == DIE:
            raise KeyboardInterrupt
        if how == DIE_AFTER:
            self.sky.script.pop(0)
            self.sky.accept(key, "x")
            raise KeyboardInterrupt
        if how == FREEZE:
            self.clock.on(minutes=3)
            journal.get("anything")

    def _all(self, tx: Any) -> tuple[Delivery, ...]:
        return tx.deliveries.by_state(STATES, limit=1000)  # type: ignore[no-any-return]

    def _pick(self, which: int) -> Delivery | None:
        with self.store.read() as tx:
            rows = sorted(self._all(tx), key=lambda row: row.id)
        return rows[which % len(rows)] if rows else None

    # What must always be true

    @invariant()
    def nothing_is_doubled(self) -> None:
        if hasattr(self, "sky"):
            assert self.sky.doubled == []

    @invariant()
    def rows_tell_the_truth(self) -> None:
        if not hasattr(self, "store"):
            return
        live = {copy[0] for copy in self.sky.copies}
        with self.store.read() as tx:
            for row in self._all(tx):
                before = self.known.get(row.id)
                parts = tx.deliveries.parts(row.id)
                if before is not None:
                    assert row.generation >= before.generation
                    assert before.state != "sent" or replace(row, warning=None) == replace(before, warning=None)
                if row.state == "sent":
                    assert parts[0].ref
                    assert all(part.key in live for part in parts if part.ref)
                    assert row.warning or all(part.ref for part in parts)
                if row.state in ("failed", "cancelled", "missed") and len(parts) == 1:
                    assert parts[0].key not in live or any(item.outcome != "rejected" for item in tx.deliveries.attempts(row.id))
                refs = [part.ref is not None for part in parts]
                assert refs == sorted(refs, reverse=True), "a later part without the one before it"
                self.known[row.id] = row


@pytest.mark.usefixtures("empty")
def test_delivery_keeps_its_promise() -> None:
    class Ending(Machine):
        def teardown(self) -> None:
            if hasattr(self, "store"):
                _settle(self)
            super().teardown()

    run_state_machine_as_test(
        Ending, settings=settings(max_examples=80, stateful_step_count=15, suppress_health_check=list(HealthCheck), deadline=None)
    )


def _settle(machine: Machine) -> None:
    """Let everything work again for a day: every row must end where it is finished or a person can see it."""
    machine.sky.script, machine.sky.looks = [], []
    for _ in range(3):
        machine.work(0)
        machine.wait(130, 1)
    for _ in range(60):
        machine.work(0)
        machine.work(1)
        machine.wait(1800, 0)
    machine.nothing_is_doubled()
    machine.rows_tell_the_truth()
    with machine.store.read() as tx:
        assert {row.state for row in machine._all(tx)} <= HUMAN
    machine.mend_the_accounts()
    for hold in machine.house.holds.active():
        machine.house.holds.lift(machine.house.rig.alone(), hold.id)
    machine.schedule(account=0, timing="plain", parts=2, ways=[], waits=60, workers=[(0, 10)])
    with machine.store.read() as tx:
        assert tx.deliveries.get(f"{machine.number:032x}").state == "sent", "a post that nothing stops does not go out"
