"""How delivery is doing: heartbeats, lateness, what waits and what needs a person; as figures, as JSON, and as Prometheus text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from planner.domain.delivery import STATES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from planner.ports import Clock, Store

SILENT = timedelta(seconds=30)
"""A worker that was not heard of for so long counts as not running."""

MOST_COUNTED = 1000
"""Rows are counted up to this number; more is shown as this number."""

_LATE_SPAN = timedelta(hours=1)
_FORGOTTEN = timedelta(days=1)
_NAMES = {
    "worker_up": "Whether a worker is running (1) or not (0).",
    "heartbeat_age_seconds": "Seconds since a worker was last heard of.",
    "workers": "Workers heard of within the last half minute.",
    "queue_depth": f"Deliveries due now and not sent yet, counted up to {MOST_COUNTED}.",
    "lateness_seconds": "How late the oldest delivery is that is due now; 0 when none is.",
    "sent_lateness_seconds_max": "How late the latest of the last hour's posts went out.",
    "unconfirmed_for_person": f"Deliveries that a person has to look for, counted up to {MOST_COUNTED}.",
    "clock_jumped": "Whether a worker saw the system clock jump since its start.",
}


@dataclass(frozen=True, slots=True)
class Beat:
    """One worker: its name, its engine, how many seconds it has been silent, and the last jump of its clock."""

    name: str
    engine: str
    age_s: float
    clock_jump: str


@dataclass(frozen=True, slots=True)
class Figures:
    """The state of delivery at one moment. None means that there is nothing to tell, never 0."""

    at: datetime
    workers: tuple[Beat, ...]
    heartbeat: datetime | None
    depth: int
    lateness_s: float
    sent_lateness_s: float | None
    for_person: int
    counts: Mapping[str, int]
    holds: int

    @property
    def alive(self) -> bool:
        """Return whether any worker is running."""
        return any(beat.age_s <= SILENT.total_seconds() for beat in self.workers)

    @property
    def well(self) -> bool:
        """Return whether nothing asks for a person: a worker runs, nothing due waits for long, nothing is unclear."""
        return self.alive and self.lateness_s <= SILENT.total_seconds() and not self.for_person


class Health:
    """Reads the figures; it changes nothing."""

    def __init__(self, store: Store, clock: Clock) -> None:
        """Take the store and the clock."""
        self._store = store
        self._clock = clock

    def figures(self) -> Figures:
        """Return the state of delivery now."""
        now = self._clock.now()
        with self._store.read() as tx:
            beats, following = tx.log.beats(), tx.deliveries.next_due()
            due = tx.deliveries.due(now, limit=MOST_COUNTED) if following is not None and following <= now else ()
            unclear = tx.deliveries.by_state(("unconfirmed",), limit=MOST_COUNTED)
            recent = tx.deliveries.window(now - _LATE_SPAN, now, states=("sent",))
            counts, holds = tx.deliveries.counts(), tx.deliveries.holds()
        late = [(item.sent_at - item.due_at).total_seconds() for item in recent if item.sent_at is not None]
        return Figures(
            at=now,
            workers=tuple(
                Beat(name, details.get("engine", ""), max((now - at).total_seconds(), 0.0), details.get("clock_jump", ""))
                for name, (at, details) in sorted(beats.items())
                if now - at <= _FORGOTTEN
            ),
            heartbeat=max((at for at, _ in beats.values()), default=None),
            depth=len(due),
            lateness_s=max((now - following).total_seconds(), 0.0) if following is not None else 0.0,
            sent_lateness_s=max(late, default=None),
            for_person=sum(item.next_attempt_at is None for item in unclear),
            counts={state: counts.get(state, 0) for state in STATES},
            holds=len(holds),
        )


def as_json(figures: Figures) -> dict[str, object]:
    """Return what `status --json` adds to its answer; no text of any draft is in it."""
    return {
        "well": figures.well,
        "workers": [
            {"name": beat.name, "engine": beat.engine, "silent_s": round(beat.age_s, 1), "clock_jump": beat.clock_jump or None}
            for beat in figures.workers
        ],
        "queue_depth": figures.depth,
        "lateness_s": round(figures.lateness_s, 1),
        "sent_lateness_s": None if figures.sent_lateness_s is None else round(figures.sent_lateness_s, 1),
        "unconfirmed_for_person": figures.for_person,
        "missed": figures.counts["missed"],
        "holds": figures.holds,
    }


def prometheus(figures: Figures) -> str:
    """Return the figures in Prometheus' text format 0.0.4; what is not known is left out."""
    lines = [line for name, value in _values(figures) for line in _metric(name, value)]
    lines += ["# HELP discreet_deliveries Deliveries by state.", "# TYPE discreet_deliveries gauge"]
    lines += [f'discreet_deliveries{{state="{state}"}} {number}' for state, number in figures.counts.items()]
    return "\n".join(lines) + "\n"


def _values(figures: Figures) -> Iterator[tuple[str, float | None]]:
    age = min((beat.age_s for beat in figures.workers), default=None)
    yield "worker_up", int(figures.alive)
    yield "heartbeat_age_seconds", age
    yield "workers", sum(beat.age_s <= SILENT.total_seconds() for beat in figures.workers)
    yield "queue_depth", figures.depth
    yield "lateness_seconds", figures.lateness_s
    yield "sent_lateness_seconds_max", figures.sent_lateness_s
    yield "unconfirmed_for_person", figures.for_person
    yield "clock_jumped", int(any(beat.clock_jump for beat in figures.workers))


def _metric(name: str, value: float | None) -> tuple[str, ...]:
    if value is None:
        return ()
    return (f"# HELP discreet_{name} {_NAMES[name]}", f"# TYPE discreet_{name} gauge", f"discreet_{name} {value:g}")
