"""A platform's own service as data: its address, the versions of its interface with the days on which they end, names of figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from connectors.errors import Forbidden

if TYPE_CHECKING:
    from collections.abc import Mapping

SOON = timedelta(days=60)
"""So long before a version ends people are told."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an interface: answers until `sunset` (None: no day is known); `status` says how that is known."""

    name: str
    sunset: date | None
    status: str

    def is_gone(self, today: date) -> bool:
        """Return whether it answers no longer."""
        return self.sunset is not None and today >= self.sunset


@dataclass(frozen=True, slots=True)
class Service:
    """Where a platform's interface stands, in which version it is used, and what it calls its figures (ours -> theirs)."""

    server: str
    used: str
    versions: tuple[Version, ...]
    post_figures: tuple[tuple[str, str], ...] = ()
    account_figures: tuple[tuple[str, str], ...] = ()

    @property
    def version(self) -> Version:
        """Return the version in use; one that the table does not name has no known end."""
        return next((one for one in self.versions if one.name == self.used), Version(self.used, None, "not in the table"))

    def require(self, title: str, today: date) -> None:
        """Raise Forbidden when the version in use answers no longer, before anything is sent to it."""
        if self.version.is_gone(today):
            raise Forbidden(sunset(title, self.version, today))

    def warning(self, title: str, today: date) -> str:
        """Return one sentence from 60 days before the version's end on; empty before that."""
        end = self.version.sunset
        return sunset(title, self.version, today) if end is not None and today >= end - SOON else ""


def sunset(title: str, version: Version, today: date) -> str:
    """Return what the end of a version means, in words for people."""
    if version.is_gone(today):
        return (
            f"{title} has switched off the version {version.name} of its interface that this Discreet speaks. Update it, or post by hand."
        )
    return f"{title} switches off the version {version.name} of its interface on {version.sunset}. Update Discreet before, or post by hand."


def read(raw: Mapping[str, Any]) -> Service:
    """Return the `[service]` table of a platform's facts."""
    return Service(
        server=raw["server"],
        used=raw["version"],
        versions=tuple(Version(item["name"], item.get("sunset"), item["status"]) for item in raw.get("versions", ())),
        post_figures=tuple(raw.get("post_figures", {}).items()),
        account_figures=tuple(raw.get("account_figures", {}).items()),
    )
