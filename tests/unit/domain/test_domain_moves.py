"""The delivery state machine as a table: every move from every state, and exactly what it changes."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, get_args

import pytest

from planner.domain import delivery as moves
from planner.domain.delivery import FINAL, NEEDS_PERSON, STATES, Delivery, Hold, State
from planner.domain.errors import NotReady
from planner.domain.schedule import Wall, resolve

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = datetime(2026, 11, 24, 16, tzinfo=UTC)
THEN = NOW + timedelta(hours=3)
BEFORE = NOW - timedelta(hours=3)
MOMENT = resolve(Wall.parse("2026-12-01 09:30"), "Europe/Dublin")

FULL = Delivery(
    id="d1",
    post_id="p1",
    account_id="a1",
    state="queued",
    mode="api",
    digest="d" * 64,
    approval_id="v1",
    wall="2026-11-24T09:00",
    zone="America/Denver",
    due_at=NOW,
    timing="evergreen",
    created_by="ann",
    created_at=BEFORE,
    updated_at=BEFORE,
    generation=4,
    next_attempt_at=BEFORE,
    lease_owner="w1",
    lease_until=BEFORE,
    looks=2,
    attempts=3,
    reason="before",
    held_scope="account",
    resume_at=BEFORE,
    sent_at=None,
    url=None,
    warning="old",
    demo=True,
)
"""A row in which every field says something, so that a move shows all that it touches."""

FREE = {"lease_owner": None, "lease_until": None, "updated_at": NOW}
UNHELD = {"held_scope": None, "resume_at": None}
QUEUED, SENDING, HELD, MISSED, UNCONFIRMED = ("queued",), ("sending",), ("held",), ("missed",), ("unconfirmed",)

Row = tuple[str, "Callable[[Delivery], Delivery]", tuple[str, ...], str, dict[str, Any]]
TABLE: list[Row] = [
    (
        "claim",
        lambda row: moves.claim(row, "w2", NOW, THEN),
        QUEUED,
        "sent",
        {
            "state": "sending",
            "lease_owner": "w2",
            "lease_until": THEN,
            "updated_at": NOW,
            "reason": None,
            "next_attempt_at": None,
            "attempts": 4,
        },
    ),
    ("renew", lambda row: moves.renew(row, NOW, THEN), SENDING, "continued", {"lease_until": THEN, "updated_at": NOW}),
    (
        "postpone",
        lambda row: moves.postpone(row, NOW, THEN, "why"),
        QUEUED,
        "postponed",
        {**FREE, "reason": "why", "next_attempt_at": THEN, "generation": 5},
    ),
    (
        "sent",
        lambda row: moves.sent(row, NOW, "https://x.example/1", "odd"),
        SENDING + UNCONFIRMED,
        "marked as sent",
        {**FREE, "state": "sent", "reason": None, "sent_at": NOW, "url": "https://x.example/1", "warning": "odd"},
    ),
    (
        "sent without an address",
        lambda row: moves.sent(row, NOW, None),
        SENDING + UNCONFIRMED,
        "marked as sent",
        {**FREE, "state": "sent", "reason": None, "sent_at": NOW, "warning": None},
    ),
    (
        "requeue",
        lambda row: moves.requeue(row, NOW, THEN, "why"),
        SENDING + UNCONFIRMED,
        "queued again",
        {**FREE, "state": "queued", "reason": "why", "next_attempt_at": THEN, "generation": 5},
    ),
    (
        "fail",
        lambda row: moves.fail(row, NOW, "why"),
        SENDING + UNCONFIRMED,
        "marked as failed",
        {**FREE, "state": "failed", "reason": "why"},
    ),
    (
        "doubt",
        lambda row: moves.doubt(row, NOW, "why", THEN),
        SENDING,
        "marked as unconfirmed",
        {**FREE, "state": "unconfirmed", "reason": "why", "next_attempt_at": THEN, "looks": 0},
    ),
    (
        "look again",
        lambda row: moves.look_again(row, NOW, "why", THEN),
        UNCONFIRMED,
        "looked for",
        {"reason": "why", "updated_at": NOW, "next_attempt_at": THEN, "looks": 3},
    ),
    (
        "look no more",
        lambda row: moves.look_later(row, NOW, "why", None),
        UNCONFIRMED,
        "looked for",
        {"reason": "why", "updated_at": NOW, "next_attempt_at": None},
    ),
    (
        "miss",
        lambda row: moves.miss(row, NOW, "why"),
        QUEUED + HELD + SENDING,
        "marked as missed",
        {**FREE, "state": "missed", "reason": "why", "generation": 5},
    ),
    (
        "hold",
        lambda row: moves.hold(row, NOW, "why", "campaign", THEN),
        QUEUED + SENDING,
        "held",
        {**FREE, "state": "held", "reason": "why", "held_scope": "campaign", "resume_at": THEN, "generation": 5, "next_attempt_at": None},
    ),
    (
        "release",
        lambda row: moves.release(row, NOW),
        HELD,
        "released",
        {**FREE, **UNHELD, "state": "queued", "reason": None, "generation": 5},
    ),
    (
        "cancel",
        lambda row: moves.cancel(row, NOW, "why"),
        QUEUED + HELD + MISSED,
        "cancelled",
        {**FREE, "state": "cancelled", "reason": "why", "generation": 5, "next_attempt_at": None},
    ),
    (
        "cancel without a reason",
        lambda row: moves.cancel(row, NOW),
        QUEUED + HELD + MISSED,
        "cancelled",
        {**FREE, "state": "cancelled", "reason": None, "generation": 5, "next_attempt_at": None},
    ),
    (
        "move",
        lambda row: moves.move(row, NOW, MOMENT, "plain"),
        QUEUED + HELD + MISSED,
        "moved",
        {
            **FREE,
            **UNHELD,
            "state": "queued",
            "reason": None,
            "wall": "2026-12-01T09:30",
            "zone": "Europe/Dublin",
            "due_at": datetime(2026, 12, 1, 9, 30, tzinfo=UTC),
            "timing": "plain",
            "generation": 5,
            "next_attempt_at": None,
        },
    ),
    (
        "move with the same timing",
        lambda row: moves.move(row, NOW, MOMENT),
        QUEUED + HELD + MISSED,
        "moved",
        {
            **FREE,
            **UNHELD,
            "state": "queued",
            "reason": None,
            "wall": "2026-12-01T09:30",
            "zone": "Europe/Dublin",
            "due_at": datetime(2026, 12, 1, 9, 30, tzinfo=UTC),
            "generation": 5,
            "next_attempt_at": None,
        },
    ),
]


def diff(before: Delivery, after: Delivery) -> dict[str, Any]:
    pairs = ((field.name, getattr(before, field.name), getattr(after, field.name)) for field in fields(Delivery))
    return {name: new for name, old, new in pairs if old != new}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(("name", "act", "allowed", "doing", "changes"), TABLE, ids=[row[0] for row in TABLE])
def test_every_move_from_every_state(
    name: str, act: Callable[[Delivery], Delivery], allowed: tuple[str, ...], doing: str, changes: dict[str, Any], state: State
) -> None:
    row = replace(FULL, state=state)
    if state not in allowed:
        with pytest.raises(NotReady) as caught:
            act(row)
        assert caught.value.sentence == f"This post is {state}; it cannot be {doing} any more. Reload to see what happened."
        return
    after = act(row)
    assert diff(row, after) == {key: value for key, value in changes.items() if getattr(row, key) != value}, name
    assert after.generation >= row.generation


def test_the_states_are_whole_and_what_is_sent_moves_nowhere() -> None:
    assert get_args(State) == STATES
    assert frozenset({"sent", "failed", "cancelled"}) == FINAL
    assert frozenset({"unconfirmed", "missed", "held", "failed"}) == NEEDS_PERSON
    assert not [name for name, _, allowed, *_ in TABLE if FINAL & set(allowed)]


def test_a_hold_is_in_force_until_somebody_lifts_it() -> None:
    hold = Hold("h1", "all", "", "A local tragedy", "ann", BEFORE, resume_at=BEFORE)
    assert hold.active
    assert not replace(hold, lifted_at=NOW, lifted_by="ann").active
