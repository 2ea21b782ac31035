"""What was looked at a moment before its time. It goes out by that look only while nothing that a look asks for has changed since."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from planner.domain.schedule import is_stale

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from connectors.base import Credentials
    from planner.domain.delivery import Ready
    from planner.services.outgoing import Job

LASTS = timedelta(seconds=20)
"""So long a look ahead may be used: what ends by itself was asked for by that moment."""

_MOST = 5000


@dataclass(frozen=True, slots=True)
class Seen:
    """A job as it was looked at, the login of its account as it was read with it, and when."""

    job: Job
    login: Credentials | None
    at: datetime

    def holds(self, row: Ready, now: datetime) -> bool:
        """Return whether this is the row that was seen, and by the clock alone the answer would be the same now."""
        seen = self.job.delivery
        lasts = self.at <= now < self.at + LASTS and now.date() == self.at.date()
        due = seen.due_at <= now and (seen.next_attempt_at is None or seen.next_attempt_at <= now)
        return lasts and seen.generation == row.generation and due and not is_stale(seen.due_at, now, seen.timing)


class Ahead:
    """Keeps what was seen until its time; what is not asked for by then is forgotten, at the next `tidy` at the latest. Safe to use from several threads."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._lock = threading.Lock()
        self._seen: dict[str, Seen] = {}

    def room(self, now: datetime) -> int:
        """Return how many more may be kept."""
        with self._lock:
            self._tidy(now)
            return max(0, _MOST - len(self._seen))

    def keep(self, jobs: Sequence[Job], logins: Mapping[str, Credentials | None], now: datetime) -> None:
        """Keep these; of one that was seen before the later look counts."""
        with self._lock:
            for job in jobs:
                self._seen.pop(job.delivery.id, None)
                self._seen[job.delivery.id] = Seen(job, logins[job.account.id], now)

    def take(self, rows: Sequence[Ready], now: datetime) -> list[Seen]:
        """Give away what was seen of these rows and holds by the clock; nothing when two of them are of one account."""
        with self._lock:
            seen = [(row, self._seen.pop(row.id)) for row in rows if row.id in self._seen]
            self._tidy(now)
        alone = len({row.account_id for row in rows}) == len(rows)
        return [one for row, one in seen if alone and one.holds(row, now)]

    def tidy(self, now: datetime) -> None:
        """Forget what can be used no more: logins are not kept open by a worker that has nothing else to do."""
        with self._lock:
            self._tidy(now)

    def forget(self) -> None:
        """Forget everything: something has changed."""
        with self._lock:
            self._seen.clear()

    def _tidy(self, now: datetime) -> None:
        """Forget what can be used no more, with the logins in it. The lock is held."""
        while self._seen and not (first := next(iter(self._seen.values()))).at <= now < first.at + LASTS:
            del self._seen[first.job.delivery.id]
