"""The delivery state machine: which move is allowed from where, and what each move leaves behind."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.domain import delivery as moves
from planner.domain.delivery import FINAL, NEEDS_PERSON, STATES, Delivery, Hold
from planner.domain.errors import NotReady
from planner.domain.schedule import Moment, Wall

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = datetime(2026, 11, 24, 16, tzinfo=UTC)
LATER = NOW + timedelta(minutes=2)
MOMENT = Moment(Wall.parse("2026-11-25 10:00"), "Europe/Berlin", LATER)
ENTRY = Delivery(
    id="d1",
    post_id="p1",
    account_id="acc1",
    state="queued",
    mode="api",
    digest="0" * 64,
    approval_id="a1",
    wall="2026-11-24T09:00",
    zone="America/Denver",
    due_at=NOW,
    timing="plain",
    created_by="m1",
    created_at=NOW,
    updated_at=NOW,
)

MOVES: dict[str, tuple[set[str], Callable[[Delivery], Delivery]]] = {
    "claim": ({"queued"}, lambda row: moves.claim(row, "w", LATER, LATER)),
    "postpone": ({"queued"}, lambda row: moves.postpone(row, LATER, LATER, "Wait.")),
    "renew": ({"sending"}, lambda row: moves.renew(row, LATER, LATER)),
    "sent": ({"sending", "unconfirmed"}, lambda row: moves.sent(row, LATER, "https://example.org/1", "Cut.")),
    "requeue": ({"sending", "unconfirmed"}, lambda row: moves.requeue(row, LATER, LATER, "Again.")),
    "fail": ({"sending", "unconfirmed"}, lambda row: moves.fail(row, LATER, "No.")),
    "doubt": ({"sending"}, lambda row: moves.doubt(row, LATER, "Lost.", LATER)),
    "look_again": ({"unconfirmed"}, lambda row: moves.look_again(row, LATER, "Asked.", LATER)),
    "look_later": ({"unconfirmed"}, lambda row: moves.look_later(row, LATER, "Asked.", None)),
    "miss": ({"queued", "held", "sending"}, lambda row: moves.miss(row, LATER, "Late.")),
    "hold": ({"queued", "sending"}, lambda row: moves.hold(row, LATER, "Pause.", "all", LATER)),
    "release": ({"held"}, lambda row: moves.release(row, LATER)),
    "cancel": ({"queued", "held", "missed"}, lambda row: moves.cancel(row, LATER)),
    "move": ({"queued", "held", "missed"}, lambda row: moves.move(row, LATER, MOMENT)),
}
BECOMES = {
    "claim": "sending",
    "postpone": "queued",
    "renew": "sending",
    "sent": "sent",
    "requeue": "queued",
    "fail": "failed",
    "doubt": "unconfirmed",
    "look_again": "unconfirmed",
    "look_later": "unconfirmed",
    "miss": "missed",
    "hold": "held",
    "release": "queued",
    "cancel": "cancelled",
    "move": "queued",
}
BUSY = replace(
    ENTRY, lease_owner="w", lease_until=NOW, next_attempt_at=NOW, held_scope="all", resume_at=NOW, reason="Old.", looks=2, attempts=3
)


@pytest.mark.parametrize("name", MOVES)
@pytest.mark.parametrize("state", STATES)
def test_every_move_is_allowed_from_its_states_and_from_no_other(name: str, state: str) -> None:
    allowed, step = MOVES[name]
    row = replace(BUSY, state=state)
    if state in allowed:
        assert step(row).state == BECOMES[name]
    else:
        with pytest.raises(NotReady, match=f"This post is {state}"):
            step(row)


def test_a_final_row_knows_no_move() -> None:
    assert {state for state in STATES if any(state in allowed for allowed, _ in MOVES.values())} == set(STATES) - FINAL
    assert {"sent", "failed", "cancelled"} == FINAL
    assert {"unconfirmed", "missed", "held", "failed"} == NEEDS_PERSON


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("claim", {"lease_owner": "w", "lease_until": LATER, "reason": None, "next_attempt_at": None, "attempts": 4}),
        ("postpone", {"lease_owner": None, "lease_until": None, "reason": "Wait.", "next_attempt_at": LATER, "generation": 2}),
        ("renew", {"lease_until": LATER}),
        (
            "sent",
            {"lease_owner": None, "lease_until": None, "reason": None, "sent_at": LATER, "url": "https://example.org/1", "warning": "Cut."},
        ),
        ("requeue", {"lease_owner": None, "lease_until": None, "reason": "Again.", "next_attempt_at": LATER, "generation": 2}),
        ("fail", {"lease_owner": None, "lease_until": None, "reason": "No."}),
        ("doubt", {"lease_owner": None, "lease_until": None, "reason": "Lost.", "next_attempt_at": LATER, "looks": 0}),
        ("look_again", {"reason": "Asked.", "next_attempt_at": LATER, "looks": 3}),
        ("look_later", {"reason": "Asked.", "next_attempt_at": None}),
        ("miss", {"lease_owner": None, "lease_until": None, "reason": "Late.", "generation": 2}),
        (
            "hold",
            {
                "lease_owner": None,
                "lease_until": None,
                "reason": "Pause.",
                "held_scope": "all",
                "resume_at": LATER,
                "generation": 2,
                "next_attempt_at": None,
            },
        ),
        ("release", {"lease_owner": None, "lease_until": None, "reason": None, "held_scope": None, "resume_at": None, "generation": 2}),
        ("cancel", {"lease_owner": None, "lease_until": None, "reason": None, "generation": 2, "next_attempt_at": None}),
        (
            "move",
            {
                "lease_owner": None,
                "lease_until": None,
                "reason": None,
                "wall": "2026-11-25T10:00",
                "zone": "Europe/Berlin",
                "due_at": LATER,
                "generation": 2,
                "next_attempt_at": None,
                "held_scope": None,
                "resume_at": None,
            },
        ),
    ],
)
def test_a_move_changes_exactly_this(name: str, changed: dict[str, object]) -> None:
    allowed, step = MOVES[name]
    row = replace(BUSY, state=min(allowed))
    expected = {**changed, "state": BECOMES[name], "updated_at": LATER}
    after = step(row)
    assert {field.name: getattr(after, field.name) for field in fields(after)} == {
        **{field.name: getattr(row, field.name) for field in fields(row)},
        **expected,
    }


def test_a_move_may_change_the_timing_too() -> None:
    assert moves.move(ENTRY, LATER, MOMENT, "evergreen").timing == "evergreen"
    assert moves.cancel(ENTRY, LATER, "Not needed.").reason == "Not needed."


def test_a_hold_is_in_force_until_it_is_lifted_whatever_its_date_says() -> None:
    hold = Hold("h", "all", "", "Pause.", "m1", NOW, resume_at=NOW - timedelta(days=1))
    assert hold.active
    assert not replace(hold, lifted_at=NOW).active


@given(names=st.lists(st.sampled_from(sorted(MOVES)), max_size=30))
def test_whatever_is_tried_generations_never_go_back_and_final_is_final(names: list[str]) -> None:
    row = ENTRY
    for name in names:
        allowed, step = MOVES[name]
        before = row
        try:
            row = step(row)
        except NotReady:
            assert before.state not in allowed
        assert row.generation >= before.generation
        assert before.state not in FINAL or row == before
        assert (row.lease_owner is not None) == (row.state == "sending")
        assert (row.held_scope is not None) <= (row.state in ("held", "missed", "cancelled"))
