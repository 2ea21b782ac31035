"""What crosses between the calendar page and its browser half: frozen values and their JSON form."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Literal

from planner.ui.components.outbox import MAX_IDS, Ack, is_id

View = Literal["month", "week", "day", "list"]
VIEWS: tuple[View, ...] = ("month", "week", "day", "list")

LABELS: dict[str, Any] = {
    "grid": "Posts by day",
    "item": "{time} {abbr}, {title}, {account}, {state} {badge}",
    "pick": "Select {title}",
    "reschedule": "Change the time of {title}",
    "day": "{day}, {n} posts",
    "today": "today",
    "more": "{n} more",
    "earlier": "Show the days before today",
    "free": "free slots: {n}",
    "slot": "Free slot {time} · {account}",
    "rest": "☾ rest day",
    "past": "That day has passed. Choose today or later.",
    "chosen": "{n} selected",
    "held": "{title} is picked up. Arrow keys move it by day and week, Enter drops it, Escape puts it back.",
    "put_back": "Put back.",
    "not_movable": "This post cannot be moved any more.",
    "saving": "Saving …",
    "saved": "Saved",
    "moved": "Moved.",
    "refused": "Not moved: {reason}",
    "offline": "Offline. Changes that wait in this tab: {n}.",
    "empty": "Nothing is planned here.",
    "hint": "Drag a post to another day, or focus it and press M to move, T for date and time, Space to select, Enter to open.",
    "touch": "Tap a post to open it, ⋯ to give it another time, the box to select it.",
    "marks": {"observance": "✦", "deadline": "⚑", "conflict": "⚠"},
    "states": {
        "draft": {"icon": "✎", "word": "draft"},
        "queued": {"icon": "◷", "word": "scheduled"},
        "sending": {"icon": "↑", "word": "going out"},
        "sent": {"icon": "✓", "word": "went out"},
        "failed": {"icon": "✕", "word": "refused"},
        "unconfirmed": {"icon": "?", "word": "unconfirmed"},
        "missed": {"icon": "!", "word": "missed"},
        "held": {"icon": "‖", "word": "on hold"},
        "cancelled": {"icon": "-", "word": "cancelled"},
    },
}


@dataclass(frozen=True, slots=True)
class Item:
    """One delivery on its account's wall clock (`day` ISO, `time` HH:MM); `v` is its generation, `why_not` says why it stays."""

    id: str
    v: int
    day: str
    time: str
    zone: str
    abbr: str
    title: str
    account: str
    platform: str
    state: str
    badge: str = ""
    movable: bool = True
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class FreeSlot:
    """A posting time that nothing uses yet."""

    day: str
    time: str
    account: str


@dataclass(frozen=True, slots=True)
class Band:
    """A span in which nothing goes out: quiet hours, rest, a window."""

    day: str
    start: str
    end: str
    title: str


@dataclass(frozen=True, slots=True)
class Mark:
    """Something about a day: an observance, a deadline, a conflict."""

    day: str
    kind: Literal["observance", "deadline", "conflict"]
    title: str


@dataclass(frozen=True, slots=True)
class CalendarData:
    """The visible window only. `rev` changes whenever something drawn has changed; `rest` are days on which nobody works; `today` is the first account's today."""

    scope: str
    rev: str
    view: View
    date: str
    today: str
    items: tuple[Item, ...]
    slots: tuple[FreeSlot, ...] = ()
    bands: tuple[Band, ...] = ()
    marks: tuple[Mark, ...] = ()
    rest: tuple[str, ...] = ()
    acked: tuple[Ack, ...] = ()
    week_start: int = 1
    locale: str = "en-US"
    hour_cycle: Literal["h23", "h12"] = "h23"
    may_move: bool = True
    clear_picked: str = ""

    def wire(self) -> dict[str, Any]:
        """Return the JSON-able form with all words of the component; `week_start` 0 is Sunday."""
        lists = {
            "items": _plain(self.items),
            "slots": _plain(self.slots),
            "bands": _plain(self.bands),
            "marks": _plain(self.marks),
            "acked": _plain(self.acked),
        }
        return {name: lists.get(name, getattr(self, name)) for name in self.__slots__} | {"labels": LABELS}


def _plain(rows: tuple[Any, ...]) -> list[dict[str, Any]]:
    """Return flat dataclasses as dicts; `asdict` would copy each of a month's thousands of words."""
    if not rows:
        return []
    names = rows[0].__slots__
    read = attrgetter(*names)
    return [dict(zip(names, read(row), strict=True)) for row in rows]


def parse_ids(value: object) -> tuple[str, ...]:
    """Read the selection as the browser sent it."""
    return tuple(item for item in value[:MAX_IDS] if is_id(item)) if isinstance(value, list) else ()


def parse_id(value: object) -> str | None:
    """Read one id out of a trigger."""
    return str(value) if is_id(value) else None
