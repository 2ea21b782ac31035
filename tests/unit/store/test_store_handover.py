"""What the promoter hands to the engine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from planner.store.handover import Item, Turn, _turns


def test_a_turn_is_read_as_it_was_written() -> None:
    turn = Turn("acc", again=True, items=(Item("d1", 2, "queued", datetime(2026, 11, 27, 9, 30, tzinfo=UTC)),))
    assert Turn.of(turn.payload()) == turn


def test_a_job_of_an_older_version_tells_no_time_and_is_due() -> None:
    (item,) = Turn.of(b'["acc", false, [["d1", 1, "queued"]]]').items
    assert (item.id, item.generation, item.state) == ("d1", 1, "queued")
    assert item.at < datetime(2000, 1, 1, tzinfo=UTC)


def test_what_is_due_comes_before_a_look_that_is_not_and_a_turn_is_cut_after_that() -> None:
    now = datetime(2026, 11, 27, 9, 30, tzinfo=UTC)

    def row(key: str, state: str, seconds: float) -> SimpleNamespace:
        at = now + timedelta(seconds=seconds)
        return SimpleNamespace(id=key, generation=1, account_id="acc", state=state, wake_at=at, handed_at=None)

    looks = [row(f"look {number:02}", "unconfirmed", 0.5 + number / 100) for number in range(30)]
    rows = [row("doubt", "unconfirmed", -1), *looks, row("long due", "queued", -9), row("ahead", "queued", 0.1)]
    (turn,) = _turns(rows, now)
    assert [item.id for item in turn.items] == ["doubt", "long due", "ahead", *(f"look {number:02}" for number in range(22))]
