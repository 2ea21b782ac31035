"""What all accounts of a platform have together: an app's quota, or what one address may send in a span of time."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_STEPS = 100
"""A span is counted in so many steps, so that the count stays short; a post counts until the end of its step, never for less."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Quota:
    """At most so many posts in any span this long, of all accounts together."""

    posts: int
    span: timedelta


@dataclass(frozen=True, slots=True)
class Spending:
    """Posts that were begun lately: (moment until which the step lasts, how many), oldest first."""

    counts: tuple[tuple[datetime, int], ...] = ()

    @classmethod
    def read(cls, text: str, quota: Quota, now: datetime) -> Spending:
        """Return what `text` wrote, as far as it still counts."""
        found = ((_EPOCH + at * _MICROSECOND, count) for at, count in json.loads(text or "[]"))
        return cls(tuple((at, count) for at, count in found if at + quota.span > now))

    @property
    def text(self) -> str:
        """Return it as JSON."""
        return json.dumps([[(at - _EPOCH) // _MICROSECOND, count] for at, count in self.counts])

    def free(self, quota: Quota) -> int:
        """Return how many posts may go out now."""
        return max(quota.posts - sum(count for _, count in self.counts), 0)

    def again_at(self, quota: Quota, posts: int, now: datetime) -> datetime:
        """Return when so many posts are free; more than the whole quota are waited for like the whole."""
        missing = min(posts, quota.posts) - self.free(quota)
        at = now
        for moment, count in self.counts:
            if missing <= 0:
                break
            missing -= count
            at = moment + quota.span
        return at

    def more(self, quota: Quota, posts: int, now: datetime) -> Spending:
        """Return the spending with so many posts that begin now."""
        step = quota.span / _STEPS
        end = _EPOCH + ((now - _EPOCH) // step + 1) * step
        before = sum(count for at, count in self.counts if at == end)
        return Spending((*((at, count) for at, count in self.counts if at != end), (end, before + posts)))
