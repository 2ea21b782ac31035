"""The health figures: red without a worker, honest about lateness, and without a word of any draft."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from planner.services.health import Health, as_json, prometheus
from tests.unit.services.rig import TOMORROW

if TYPE_CHECKING:
    from tests.unit.services.rig import Rig

LATER = replace(TOMORROW, at=TOMORROW.at.replace(hour=14))
DETAILS = {"engine": "embedded", "clock_jump": ""}


@pytest.fixture
def health(rig: Rig) -> Health:
    return Health(rig.store, rig.clock)


def beat(rig: Rig, name: str = "worker", **details: str) -> None:
    with rig.store.write() as tx:
        tx.log.beat(name, rig.clock.now(), {**DETAILS, **details})


def test_without_a_worker_it_is_not_well(rig: Rig, health: Health) -> None:
    figures = health.figures()
    assert (figures.alive, figures.well, figures.heartbeat, figures.workers) == (False, False, None, ())
    text = prometheus(figures)
    assert "discreet_worker_up 0\n" in text
    assert "heartbeat_age" not in text
    assert "sent_lateness" not in text
    beat(rig)
    assert health.figures().well
    rig.clock.on(seconds=31)
    silent = health.figures()
    assert (silent.alive, silent.well, silent.heartbeat) == (False, False, rig.clock.now() - timedelta(seconds=31))
    assert "discreet_heartbeat_age_seconds 31\n" in prometheus(silent)
    rig.clock.on(days=1)
    assert health.figures().workers == ()


def test_a_heartbeat_from_the_future_is_no_negative_age(rig: Rig, health: Health) -> None:
    beat(rig)
    rig.clock.on(hours=-1)
    assert health.figures().workers[0].age_s == 0


def test_what_is_due_and_waits_makes_it_unwell(rig: Rig, health: Health) -> None:
    entry = rig.scheduled("Our line is open.", rig.account())
    beat(rig)
    assert health.figures().well
    assert (health.figures().depth, health.figures().lateness_s) == (0, 0.0)
    rig.clock.at = entry.due_at + timedelta(seconds=40)
    beat(rig)
    figures = health.figures()
    assert (figures.depth, figures.lateness_s, figures.well) == (1, 40.0, False)
    assert "discreet_lateness_seconds 40\n" in prometheus(figures)


def test_what_a_person_has_to_look_for_makes_it_unwell(rig: Rig, health: Health) -> None:
    account = rig.account()
    one, two = rig.scheduled("One.", account), rig.scheduled("Two.", account, accepted=frozenset({"same-hour"}))
    rig.force(one, "unconfirmed", next_attempt_at=rig.clock.now() + timedelta(minutes=1))
    beat(rig)
    assert health.figures().well
    rig.force(two, "unconfirmed")
    figures = health.figures()
    assert (figures.for_person, figures.well, figures.counts["unconfirmed"]) == (1, False, 2)


def test_the_lateness_of_what_went_out_is_told(rig: Rig, health: Health) -> None:
    entry = rig.scheduled("Our line is open.", rig.account())
    rig.clock.at = entry.due_at + timedelta(minutes=1)
    rig.force(entry, "sent", sent_at=entry.due_at + timedelta(seconds=2.5), url="https://example.org/1")
    by_hand = rig.scheduled("By hand.", rig.account(handle="@other"), LATER)
    rig.force(by_hand, "sent", due_at=entry.due_at)
    assert health.figures().sent_lateness_s == 2.5
    assert "discreet_sent_lateness_seconds_max 2.5\n" in prometheus(health.figures())
    assert as_json(health.figures())["sent_lateness_s"] == 2.5


def test_the_texts_hold_every_figure_and_no_draft(rig: Rig, health: Health) -> None:
    rig.scheduled("Unmistakable words.", rig.account())
    beat(rig, "worker-a", engine="distributed", clock_jump="2026-11-24T16:00:00+00:00 +3600 s")
    beat(rig, "worker-b")
    figures = health.figures()
    value = as_json(figures)
    assert value["workers"] == [
        {"name": "worker-a", "engine": "distributed", "silent_s": 0.0, "clock_jump": "2026-11-24T16:00:00+00:00 +3600 s"},
        {"name": "worker-b", "engine": "embedded", "silent_s": 0.0, "clock_jump": None},
    ]
    assert (value["well"], value["queue_depth"], value["missed"], value["holds"], value["sent_lateness_s"]) == (True, 0, 0, 0, None)
    text = prometheus(figures)
    assert 'discreet_deliveries{state="queued"} 1\n' in text
    assert "discreet_clock_jumped 1\n" in text
    assert "discreet_workers 2\n" in text
    assert "Unmistakable" not in text + json.dumps(value)
    for line in text.splitlines():
        assert line.startswith(("# HELP discreet_", "# TYPE discreet_", "discreet_"))
