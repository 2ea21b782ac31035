"""What every petition source shares on the wire: a bounded read that asks for changes only, and values taken with care."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from connectors import refusals
from connectors.errors import Temporary
from connectors.http import Deadline, Request, send

if TYPE_CHECKING:
    from collections.abc import Mapping

    from connectors.http import Answer
    from connectors.petitions import Look

SAME, NOWHERE = 304, 404


@dataclass(frozen=True, slots=True)
class Page:
    """One answer: `same` when nothing changed since the mark, else the object; both empty when there is no such page."""

    data: dict[str, Any] | None
    same: bool
    etag: str


class Pages:
    """The reads of one look, all inside one deadline."""

    def __init__(self, look: Look, headers: Mapping[str, str] | None = None) -> None:
        """Start the countdown."""
        self._look = look
        self._headers = dict(headers or {})
        self._deadline = Deadline(look.timeouts.total)

    def page(self, path: str) -> Page:
        """Return the page at this path; raise a ConnectorError for anything but an answer, a no change or a no such page."""
        etag = self._look.mark.get(f"etag {path}", "")
        headers = {"Accept": "application/json", **self._headers, **({"If-None-Match": etag} if etag else {})}
        answer = send(Request("GET", f"{self._look.server}/{path}", "read", headers), deadline=self._deadline, timeouts=self._look.timeouts)
        if answer.status == SAME and etag:
            return Page(None, same=True, etag=etag)
        if answer.status == NOWHERE:
            return Page(None, same=False, etag="")
        return Page(self._object(answer), same=False, etag=answer.headers.get("etag", ""))

    def _object(self, answer: Answer) -> dict[str, Any]:
        return refusals.content(answer, "read", self._look.clock.now())


def member(data: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return an object inside an object; raise Temporary when it is none."""
    value = data.get(name)
    if not isinstance(value, dict):
        raise Temporary("The petition site's answer cannot be read.")
    return value


def number(value: object) -> int | None:
    """Return a count, or None for anything that is none."""
    return value if type(value) is int and value >= 0 else None


def words(value: object) -> str:
    """Return a text, empty for anything else."""
    return value if isinstance(value, str) else ""


def moment(value: object) -> datetime | None:
    """Return an ISO time or day as aware UTC, or None for anything else."""
    try:
        found = datetime.fromisoformat(words(value))
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
