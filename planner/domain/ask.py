"""Asks: what a campaign wants its readers to do, whether they could, and how often they are asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal, get_args

from planner.domain.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date, datetime

AskKind = Literal["call", "write", "donate", "attend", "sign"]
KINDS: tuple[AskKind, ...] = get_args(AskKind)
PACE = timedelta(days=5)
MOST = 2
"""So many ask posts to one audience within the pace are fine; one more is warned about."""

_REQUIRED = {"verb": "what to do", "who": "whom it concerns", "how": "how to do it", "by_when": "by when", "why": "why it helps"}
_LONGEST = 1_000


@dataclass(frozen=True, slots=True)
class Ask:
    """One ask. `link` is where it is done on the web, `offline` how it is done without; `result` what came of it."""

    id: str
    campaign: str
    kind: AskKind
    created_by: str
    created_at: datetime
    verb: str = ""
    who: str = ""
    how: str = ""
    by_when: date | None = None
    why: str = ""
    link: str = ""
    offline: str = ""
    result: str = ""
    version: int = 1


@dataclass(frozen=True, slots=True)
class Week:
    """One week (its Monday): how many posts ask, and how many do not."""

    monday: date
    asks: int
    others: int


def validate(ask: Ask) -> None:
    """Raise Invalid when an ask cannot be kept; a donation needs a checked address."""
    if ask.kind not in KINDS:
        raise Invalid("kind", f"Choose one of: {', '.join(KINDS)}.")
    for name in ("verb", "who", "how", "why", "link", "offline", "result"):
        if len(getattr(ask, name)) > _LONGEST:
            raise Invalid(name, f"At most {_LONGEST:,} characters, please.")
    if ask.link and not ask.link.startswith(("https://", "http://")):
        raise Invalid("link", "Write the link in full, with https:// in front.")
    if ask.kind == "donate" and not ask.link.startswith("https://"):
        raise Invalid("link", "People give money through this link: it has to be there and begin with https://.")


def open_items(ask: Ask) -> tuple[str, ...]:
    """Return in plain words what a reader still would not know."""
    return tuple(words for name, words in _REQUIRED.items() if not getattr(ask, name))


def sentence(ask: Ask) -> str:
    """Return the ask in one or two sentences, from the parts that are there."""
    what = " ".join(part for part in (ask.verb, ask.who) if part)
    when = f" by {ask.by_when.day} {ask.by_when:%B}" if ask.by_when else ""
    parts = [f"{what}{when}" if what else "", ask.how, ask.why]
    return " ".join(part.rstrip(".") + "." for part in parts if part)


def crowded(due: datetime, others: Collection[datetime]) -> int:
    """Return how many ask posts would stand within five days around `due`, it included, in the fullest such span."""
    near = sorted([due, *(at for at in others if abs(at - due) < PACE)])
    spans = [[at for at in near if first <= at < first + PACE] for first in near]
    return max(len(span) for span in spans if due in span)


def weeks(posts: Iterable[tuple[date, bool]], first: date, last: date) -> tuple[Week, ...]:
    """Return the weeks from `first` to `last` with their posts; each post is its local day and whether it asks."""
    monday = first - timedelta(days=first.weekday())
    counts: dict[date, list[int]] = {}
    while monday <= last:
        counts[monday] = [0, 0]
        monday += timedelta(days=7)
    for day, asks in posts:
        week = day - timedelta(days=day.weekday())
        if week in counts:
            counts[week][not asks] += 1
    return tuple(Week(start, asks, others) for start, (asks, others) in counts.items())
