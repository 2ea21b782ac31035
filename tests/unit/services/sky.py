"""A platform in memory that really accepts posts and then misbehaves as told, and a house that publishes to it."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from connectors.base import (
    AuthState,
    Capabilities,
    Credentials,
    Found,
    Length,
    Measure,
    MediaRules,
    NotFound,
    Part,
    Problem,
    Receipt,
    Ref,
    Unknown,
)
from connectors.errors import ConnectorError, Doubtful
from planner.domain.audit import AuditEvent
from planner.domain.delivery import Ready
from planner.services.decisions import Decisions
from planner.services.fresh import pause_name
from planner.services.holds import Holds
from planner.services.outgoing import Tuning
from planner.services.publisher import Publisher
from tests.unit.services import rig as rigs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from connectors.base import Idempotency, Journal, MediaSource, Variant
    from planner.domain.account import Account
    from planner.domain.delivery import Attempt, Delivery, DeliveryPart
    from planner.domain.post import Post
    from planner.domain.schedule import Timing, Wall
    from planner.store import SqlStore
    from tests.unit.services.rig import Rig

LOST = "accept and lose the answer"
VANISH = "lose the answer without accepting"
BUG = "accept and fall over inside our own code"


@dataclass
class Sky:
    """The platform: `script` says how the next calls behave (empty: well), an exception is raised before anything is accepted."""

    idempotency: Idempotency = "native_forever"
    window_s: int | None = None
    script: list[Any] = field(default_factory=list)
    looks: list[Any] = field(default_factory=list)
    lag: timedelta = timedelta()
    final: bool = True
    problems: tuple[Problem, ...] = ()
    copies: list[tuple[str, str, str]] = field(default_factory=list)
    calls: list[tuple[str, str]] = field(default_factory=list)
    refreshed: int = 0
    refresh_error: ConnectorError | None = None
    connect_error: ConnectorError | None = None
    on_publish: Callable[[str, Journal, MediaSource], None] | None = None
    clock: Any = None
    name: str = "bluesky"
    accepted_at: dict[str, datetime] = field(default_factory=dict)
    lock: Any = field(default_factory=threading.Lock)

    # the connector

    def capabilities(self, *, refresh: bool = False) -> Capabilities:
        assert not refresh
        return Capabilities(
            platform="bluesky",
            title="Sky",
            mode="api",
            idempotency=self.idempotency,
            idempotency_window_s=self.window_s,
            can_read_back=True,
            can_delete=True,
            thread=True,
            link_card=True,
            length=Length("characters", 1000),
            media=MediaRules(4, 10**6, ("image/png",)),
        )

    def measure(self, variant: Variant) -> Measure:
        assert variant.segments
        return Measure("characters", (), self.problems)

    def render(self, variant: Variant) -> list[Part]:
        at = variant.scheduled_at.isoformat() if variant.scheduled_at else ""
        return [Part(n, {"text": text, "at": at}, tuple(m.digest for m in variant.media)) for n, text in enumerate(variant.segments)]

    def publish(self, part: Part, *, attempt_key: str, journal: Journal, media: MediaSource, previous: Sequence[Ref] = ()) -> Receipt:
        assert len(previous) == part.index
        self.calls.append(("publish", attempt_key))
        if self.on_publish is not None:
            self.on_publish(attempt_key, journal, media)
        how = self.script.pop(0) if self.script else None
        if isinstance(how, Exception):
            raise how
        if how == VANISH:
            raise Doubtful("The answer was lost.")
        receipt = self.accept(attempt_key, str(part.payload["text"]), previous[-1] if previous else "")
        if how == LOST:
            raise Doubtful("The answer was lost.")
        if how == BUG:
            raise ZeroDivisionError
        return receipt

    def accept(self, key: str, text: str, parent: str = "") -> Receipt:
        with self.lock:
            there = next((n for n, copy in enumerate(self.copies) if copy[0] == key), None)
            if there is None or not self._same_key_is_same_post(key):
                self.copies.append((key, text, parent))
                there = len(self.copies) - 1
                self.accepted_at.setdefault(key, self.clock.now())
        return Receipt(Ref(f"ref-{there}"), f"https://sky.example/{there}", self.clock.now())

    def _same_key_is_same_post(self, key: str) -> bool:
        if self.idempotency == "native_forever":
            return True
        if self.idempotency != "native_window" or self.window_s is None:
            return False
        return bool(self.clock.now() - self.accepted_at[key] < timedelta(seconds=self.window_s))

    def find(
        self, part: Part, *, attempt_key: str, since: datetime, journal: Journal, previous: Sequence[Ref] = ()
    ) -> Found | NotFound | Unknown:
        assert len(previous) == part.index
        assert since < self.clock.now()
        assert journal.get("nothing") is None
        self.calls.append(("find", attempt_key))
        how = self.looks.pop(0) if self.looks else None
        if isinstance(how, Exception):
            raise how
        if how is not None:
            return how  # type: ignore[no-any-return]
        for number, (key, _, _) in enumerate(self.copies):
            if key == attempt_key and self.clock.now() >= self.accepted_at[key] + self.lag:
                return Found(Receipt(Ref(f"ref-{number}"), f"https://sky.example/{number}", self.clock.now()))
        return NotFound(final=self.final)

    def check_auth(self) -> AuthState:
        return AuthState(ok=True)

    def refresh_auth(self, store: Any) -> None:
        if self.refresh_error is not None:
            raise self.refresh_error
        self.refreshed += 1
        assert store.swap(store.read(), Credentials({"access": f"token-{self.refreshed}"}))

    # what a test asks

    @property
    def texts(self) -> list[str]:
        return [text for _, text, _ in self.copies]

    @property
    def doubled(self) -> list[str]:
        return [key for key, count in Counter(key for key, _, _ in self.copies).items() if count > 1]

    def published(self) -> int:
        return sum(kind == "publish" for kind, _ in self.calls)

    def found(self) -> int:
        return sum(kind == "find" for kind, _ in self.calls)


class SkyFloor(rigs.Floor):
    """The real platforms' facts, and the one platform behind every login and every view."""

    def __init__(self, sky: Sky) -> None:
        super().__init__()
        self.sky = sky

    def planner_view(self, platform: str, mode: str, settings: Any) -> Any:
        assert platform == "bluesky"
        assert settings is not None
        assert mode in ("api", "hand")
        return self.sky

    def connect(self, account: Account, credentials: Credentials | None, tokens: Any) -> Any:
        assert account.mode == "api"
        assert tokens.read() == (credentials or Credentials({}))
        if self.sky.connect_error is not None:
            raise self.sky.connect_error
        return self.sky


def ready(*entries: Delivery) -> list[Ready]:
    """Return the rows as an engine has them."""
    return [Ready(entry.id, entry.generation, entry.account_id) for entry in entries]


@dataclass
class House:
    """The publisher and everything around it, over one platform."""

    rig: Rig
    sky: Sky
    publisher: Publisher
    holds: Holds
    decide: Decisions
    tuning: Tuning
    pauses: list[float]
    ahead: bool = False
    """Whether every post is looked at as soon as it has a time, by a worker that has it before it is due."""

    @property
    def store(self) -> SqlStore:
        return self.rig.store

    def another(self) -> Publisher:
        """A second worker on the same database."""
        return Publisher(self.store, self.rig.platforms, self.rig.gate, self.rig.clock, self.rig.ids, self.tuning)

    def account(self, handle: str = "@juniper", **changes: Any) -> Account:
        made = self.rig.account(mode="api", handle=handle)
        after = replace(made, health="ok", version=made.version + 1, **changes)
        with self.store.write() as tx:
            assert tx.accounts.swap(made, after)
            tx.vault.write(after.id, Credentials({"access": "token-0"}))
        return after

    def plan(self, text: str, account: Account, wall: Wall = rigs.TOMORROW, **options: Any) -> Delivery:
        """Schedule a new post and move the clock to its time."""
        timing: Timing = options.pop("timing", "plain")
        post = self.rig.ready(text, account, **options)
        concerns = frozenset({"same-hour", "quiet-hours", "outside-hours", "near-duplicate"})
        entry = self.rig.calendar.schedule(self.rig.alone(), post.id, account.id, wall, timing=timing, accepted=concerns)
        if self.ahead:
            self.rig.clock.at = max(self.rig.clock.at, entry.due_at - timedelta(seconds=1))
            self.publisher.foresee(ready(entry))
        self.rig.clock.at = max(self.rig.clock.at, entry.due_at)
        return entry

    def take(self, *entries: Delivery) -> list[str]:
        """Let the publisher take these; return which of them it calls the platform for."""
        return [call.delivery.id for call in self.publisher.take(ready(*entries))]

    def void(self, entry: Delivery, action: str) -> None:
        """Take the post's approval back, by an event of this name."""
        event = AuditEvent("e", self.rig.clock.at, "o", action, f"post:{entry.post_id}", {"void": entry.approval_id or ""})
        with self.store.write() as tx:
            tx.log.audit(event)

    def pause(self, name: str, until: datetime) -> None:
        """Let an account, or `platform.` and its name, rest."""
        with self.store.write() as tx:
            tx.log.put_setting(pause_name(name), until.isoformat())

    def row(self, delivery: Delivery) -> Delivery:
        with self.store.read() as tx:
            return tx.deliveries.get(delivery.id)

    def parts(self, delivery: Delivery) -> tuple[DeliveryPart, ...]:
        with self.store.read() as tx:
            return tx.deliveries.parts(delivery.id)

    def attempts(self, delivery: Delivery) -> tuple[Attempt, ...]:
        with self.store.read() as tx:
            return tx.deliveries.attempts(delivery.id)

    def outcomes(self, delivery: Delivery) -> list[str | None]:
        return [attempt.outcome for attempt in self.attempts(delivery)]

    def notices(self) -> list[str]:
        with self.store.read() as tx:
            return [notice.event for notice in tx.log.waiting_notices()]

    def post(self, delivery: Delivery) -> Post:
        return self.rig.composer.load(delivery.post_id)

    def deliver(self, delivery: Delivery) -> Delivery:
        row = self.row(delivery)
        self.publisher.deliver(row.id, row.generation)
        return self.row(delivery)

    def reconcile(self, delivery: Delivery) -> Delivery:
        self.publisher.reconcile(delivery.id)
        return self.row(delivery)

    def run(self, *, until: datetime, step: timedelta = timedelta(seconds=10)) -> None:
        """Be an engine: deliver, reconcile and reap by the rows until then."""
        while self.rig.clock.at <= until:
            now = self.rig.clock.now()
            self.publisher.reap()
            with self.store.read() as tx:
                ready = tx.deliveries.ready(now, limit=50)
            for row in ready:
                if row.state == "queued":
                    self.publisher.deliver(row.id, row.generation)
                else:
                    self.publisher.reconcile(row.id)
            self.rig.clock.at += step


def build(store: SqlStore, sky: Sky | None = None, **tuning: Any) -> House:
    """Return a house over a store; chance always says one half."""
    made = sky or Sky()
    rig = rigs.build(store)
    floor = SkyFloor(made)
    for service in (rig.gate, rig.accounts, rig.insights):
        service._platforms = floor
    rig.platforms = floor
    made.clock = rig.clock
    pauses: list[float] = []
    values = Tuning(**{"chance": lambda: 0.5, "pause": pauses.append, **tuning})
    publisher = Publisher(store, floor, rig.gate, rig.clock, rig.ids, values)
    return House(rig, made, publisher, Holds(store, rig.clock, rig.ids), Decisions(store, rig.clock, rig.ids), values, pauses)
