"""Times, states and names in plain words, the same on every page; pure functions."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from planner.domain.schedule import WEEKDAYS, spoken, zone

if TYPE_CHECKING:
    from planner.domain.delivery import Delivery, State
    from planner.domain.schedule import Window

STATE_WORDS: dict[State, str] = {
    "queued": "scheduled",
    "sending": "going out",
    "sent": "went out",
    "failed": "refused",
    "unconfirmed": "unconfirmed",
    "missed": "missed",
    "held": "on hold",
    "cancelled": "cancelled",
}
STATE_ICONS: dict[State, str] = {
    "queued": ":material/schedule:",
    "sending": ":material/outbound:",
    "sent": ":material/check_circle:",
    "failed": ":material/cancel:",
    "unconfirmed": ":material/help:",
    "missed": ":material/running_with_errors:",
    "held": ":material/pause_circle:",
    "cancelled": ":material/block:",
}
CAMPAIGN_ICONS = {
    "planned": ":material/edit_calendar:",
    "running": ":material/campaign:",
    "paused": ":material/pause_circle:",
    "closed": ":material/flag:",
}
NOT_REPORTED = "not reported"
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def town(zone_name: str) -> str:
    """Return the place that an IANA zone is named after, `America/Denver` -> `Denver`."""
    return zone_name.rsplit("/", 1)[-1].replace("_", " ")


def dollars(amount: Decimal) -> str:
    """Return a sum in USD with cents, and with tenths of a cent where there are some: $0.20, $0.015."""
    cents = f"{amount:.2f}"
    return f"${cents}" if amount == Decimal(cents) else f"${amount:.3f}"


def abbreviation(utc: datetime, zone_name: str) -> str:
    """Return the zone's short name at that moment, such as MST; an offset where there is none."""
    name = utc.astimezone(zone(zone_name)).tzname() or ""
    return name if name.isalpha() else f"UTC{name}"


def moment(utc: datetime, zone_name: str, *, year: bool = False) -> str:
    """Return `Tue 24 Nov, 09:00 MST, Denver`."""
    local, place = utc.astimezone(zone(zone_name)), town(zone_name)
    named = abbreviation(utc, zone_name)
    return f"{day(local.date(), year=year)}, {local:%H:%M} {named}" + ("" if place == named else f", {place}")


def day(value: date, *, year: bool = False) -> str:
    """Return `Tue 24 Nov` (`Tue 24 Nov 2026`)."""
    return spoken(value) if year else spoken(value).removesuffix(f" {value.year}")


def clock(utc: datetime, zone_name: str) -> str:
    """Return `09:00 MST`."""
    return f"{utc.astimezone(zone(zone_name)):%H:%M} {abbreviation(utc, zone_name)}"


def ago(then: datetime, now: datetime) -> str:
    """Return how long ago something was, coarsely: `just now`, `5 minutes ago`, `3 days ago`."""
    seconds = int((now - then).total_seconds())
    for size, name in ((_DAY, "day"), (_HOUR, "hour"), (_MINUTE, "minute")):
        if seconds >= size:
            return f"{count(seconds // size, name)} ago"
    return "just now"


def count(number: int, one: str, many: str | None = None) -> str:
    """Return `1 post`, `3 posts`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def figure(value: int | None) -> str:
    """Return a count, or `not reported`: absent is never zero."""
    return NOT_REPORTED if value is None else f"{value:,}"


def span(window: Window) -> str:
    """Return `Mon 20:00 to 08:00 (next day)`."""
    over = " (next day)" if window.end <= window.start else ""
    return f"{WEEKDAYS[window.day]} {window.start:%H:%M} to {window.end:%H:%M}{over}"


def state_of(delivery: Delivery) -> str:
    """Return the state in words, with what a hand-post waits for."""
    if delivery.mode == "hand" and delivery.state == "sending":
        return "waiting for you to post it"
    return STATE_WORDS[delivery.state]


def local_now(now: datetime, zone_name: str) -> datetime:
    """Return now on the zone's wall clock, naive, as Streamlit's date fields want it."""
    return now.astimezone(zone(zone_name)).replace(tzinfo=None, second=0, microsecond=0)


def stamp(utc: datetime) -> str:
    """Return ISO UTC to the minute, for exports."""
    return utc.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")


def campaign_state(state: str) -> str:
    """Return a campaign's state with its icon."""
    return f"{CAMPAIGN_ICONS[state]} **{state}**"
