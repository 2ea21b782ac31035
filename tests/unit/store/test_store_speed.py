"""Every query of a page or the engine goes by an index, so that a hundred thousand posts stay fast."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.fernet import Fernet

from planner.domain.account import Account
from planner.domain.delivery import Delivery, Hold
from planner.domain.post import Content, Post, PostVariant
from planner.store import open_store
from planner.store.straight import driver

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from planner.store import SqlStore

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ACCOUNT = Account(
    id="acc1",
    owner="Dana",
    purpose="Education",
    kind="practice",
    platform="bluesky",
    handle="@dana",
    mode="api",
    zone="Etc/UTC",
    countries=("US",),
    created_at=NOW,
)
ENTRY = Delivery(
    id="d0",
    post_id="p0",
    account_id="acc1",
    state="queued",
    mode="api",
    digest="0" * 64,
    approval_id=None,
    wall="2026-11-24T09:00",
    zone="Etc/UTC",
    due_at=NOW,
    timing="plain",
    created_by="m1",
    created_at=NOW,
    updated_at=NOW,
)
MANY = 20_000


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlStore]:
    folder: Path = tmp_path_factory.mktemp("speed")
    opened = open_store(f"sqlite:///{folder / 'planner.sqlite'}", Fernet.generate_key(), backups=folder)
    post = Post("p0", Content(text="A"), (PostVariant("acc1"),), "m1", NOW, NOW, campaign="autumn")
    with opened.write() as tx:
        tx.accounts.add(ACCOUNT)
        tx.posts.add(post)
        tx.deliveries.put_hold(Hold("h1", "campaign", "x", "Pause.", "m1", NOW))
        tx.deliveries.add_all([replace(ENTRY, id=f"d{n}", due_at=NOW + (n + 60) * MINUTE) for n in range(MANY)])
    yield opened
    opened.close()


QUESTIONS: dict[str, Callable[[Any], object]] = {
    "due": lambda tx: tx.deliveries.due(NOW, limit=10),
    "next due": lambda tx: tx.deliveries.next_due(),
    "ready": lambda tx: tx.deliveries.ready(NOW, limit=10),
    "expired": lambda tx: tx.deliveries.expired(NOW),
    "held": lambda tx: tx.deliveries.held(),
    "by state": lambda tx: tx.deliveries.by_state(("held", "missed"), limit=5),
    "window": lambda tx: tx.deliveries.window(NOW, NOW + 90 * MINUTE),
    "window of an account": lambda tx: tx.deliveries.window(NOW, NOW + 90 * MINUTE, account_id="acc1"),
    "deliveries of a post": lambda tx: tx.deliveries.of_post("p1"),
    "deliveries of posts": lambda tx: tx.deliveries.of_posts(["p1", "p2"]),
    "flood": lambda tx: tx.deliveries.sent_between("acc1", NOW, NOW),
    "parts": lambda tx: tx.deliveries.parts("d1"),
    "attempts": lambda tx: tx.deliveries.attempts("d1"),
    "journal": lambda tx: tx.deliveries.journal("d1"),
    "uncollected": lambda tx: tx.readings.uncollected(NOW),
    "readings": lambda tx: tx.readings.of_delivery("d1"),
    "latest readings": lambda tx: tx.readings.latest(["d1"]),
    "account readings": lambda tx: tx.readings.of_account("acc1", NOW, NOW),
    "posts": lambda tx: tx.posts.page(limit=5),
    "posts by state": lambda tx: tx.posts.page(states=("draft",), limit=5),
    "next posts": lambda tx: tx.posts.page(before="p0", limit=5),
    "answers": lambda tx: tx.reviews.answers("p1"),
    "approvals": lambda tx: tx.reviews.approvals("p1"),
    "overrides of a post": lambda tx: tx.reviews.overrides("p1"),
    "ledger": lambda tx: tx.ledgers.entries("acc1"),
    "events of a subject": lambda tx: tx.log.events(subject="post:p1"),
    "waiting notices": lambda tx: tx.log.waiting_notices(),
}
SMALL = ("hold", "setting", "member", "account", "beat")


@pytest.mark.parametrize("name", QUESTIONS)
def test_no_question_reads_a_whole_table(store: SqlStore, name: str) -> None:
    asked: list[str] = []
    with store.read() as tx:
        driver(tx._connection).set_trace_callback(asked.append)  # whichever way it is asked
        QUESTIONS[name](tx)
        driver(tx._connection).set_trace_callback(None)
    asked = [statement for statement in asked if statement.lstrip().startswith("SELECT")]
    assert asked
    with store.read() as tx:
        for statement in asked:
            plan = [row[3] for row in driver(tx._connection).execute(f"EXPLAIN QUERY PLAN {statement}")]
            whole = [step.split()[1] for step in plan if step.startswith("SCAN") and "USING" not in step]
            assert [table for table in whole if table not in SMALL and not table.startswith(("anon_", "(subquery"))] == []


def test_the_engines_questions_stay_quick_with_many_rows_in_the_future(store: SqlStore) -> None:
    with store.read() as tx:
        QUESTIONS["due"](tx), QUESTIONS["next due"](tx)
        began = time.perf_counter()
        for _ in range(50):
            for name in ("due", "next due", "ready", "expired"):
                QUESTIONS[name](tx)
    assert (time.perf_counter() - began) / 50 < 0.02
