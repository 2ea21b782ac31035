"""What the promoter hands to the engine."""

from __future__ import annotations

from datetime import UTC, datetime

from planner.store.handover import Item, Turn


def test_a_turn_is_read_as_it_was_written() -> None:
    turn = Turn("acc", again=True, items=(Item("d1", 2, "queued", datetime(2026, 11, 27, 9, 30, tzinfo=UTC)),))
    assert Turn.of(turn.payload()) == turn


def test_a_job_of_an_older_version_tells_no_time_and_is_due() -> None:
    (item,) = Turn.of(b'["acc", false, [["d1", 1, "queued"]]]').items
    assert (item.id, item.generation, item.state) == ("d1", 1, "queued")
    assert item.at < datetime(2000, 1, 1, tzinfo=UTC)
