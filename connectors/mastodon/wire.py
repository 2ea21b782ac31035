"""One call to a Mastodon server: built by Mastodon.py, bounded and judged here."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from mastodon import Mastodon

from connectors import refusals
from connectors.errors import AuthExpired, Forbidden
from connectors.http import Deadline
from connectors.library import GuardedSession, ask
from connectors.mastodon.server import address

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from connectors.base import Clock, Credentials, Timeouts
    from connectors.errors import ConnectorError
    from connectors.http import Answer, Kind

_ASSUMED = "4.7.0"
_SCOPE = "outside the authorized scopes"
REFUSED = "The server does not accept this access token. Make a new one there and enter it on the Accounts page."
MISSING_SCOPE = (
    "The access token may not do that. Make a new one with the rights read:accounts, read:statuses, write:statuses and write:media."
)


class Wire:
    """One login at one server, for the length of one call of the connector."""

    def __init__(self, credentials: Credentials, clock: Clock, timeouts: Timeouts) -> None:
        """Start the countdown; raise Rejected when the server address cannot be used."""
        self.url = address(credentials.values.get("server", ""))
        self.clock = clock
        self.deadline = Deadline(timeouts.total)
        self._session = GuardedSession(self.deadline, timeouts)
        # A version is given so that the library never asks for it: asking a dead server ends in a RecursionError there.
        self._library = Mastodon(
            api_base_url=self.url,
            session=self._session,
            ratelimit_method="throw",
            version_check_mode="created",
            mastodon_version=_ASSUMED,
            user_agent="Discreet",
        )
        # Not as an argument: the library would read a file of that name.
        self._library.access_token = credentials.values.get("access", "").strip()

    def ask(self, kind: Kind, call: Callable[[Mastodon], object], *, slow: bool = False) -> Answer:
        """Make one call and return the raw answer; raise a ConnectorError when none came."""
        return ask(self._session, kind, lambda: call(self._library), slow=slow)

    def content(self, kind: Kind, call: Callable[[Mastodon], object], *, slow: bool = False) -> dict[str, Any]:
        """Make one call and return the object of a good answer; raise what a bad one stands for."""
        return self.read(self.ask(kind, call, slow=slow), kind)

    def read(self, answer: Answer, kind: Kind) -> dict[str, Any]:
        """Return the object of a good answer; raise what a bad one stands for."""
        if answer.ok:
            return refusals.content(answer, kind, self.now())
        raise self.refused(answer, kind)

    def items(self, kind: Kind, call: Callable[[Mastodon], object]) -> list[dict[str, Any]]:
        """Make one call and return the objects of a list; raise what a bad answer stands for."""
        answer = self.ask(kind, call)
        if not answer.ok:
            raise self.refused(answer, kind)
        found = objects(answer.body)
        if found is None:
            raise refusals.wrong_kind(kind)
        return found

    def refused(self, answer: Answer, kind: Kind) -> ConnectorError:
        """Return the error of a bad answer; the server's own words may hold the draft, so they are read and not repeated."""
        error = refusals.refusal(answer, kind, self.now())
        if isinstance(error, AuthExpired):
            return AuthExpired(REFUSED)
        if isinstance(error, Forbidden) and _SCOPE in _words(answer.object()):
            return Forbidden(MISSING_SCOPE)
        return error

    def now(self) -> datetime:
        """Return the time."""
        return self.clock.now()


def _words(said: Mapping[str, Any] | None) -> str:
    return str((said or {}).get("error", ""))


def objects(body: bytes) -> list[dict[str, Any]] | None:
    """Return a JSON list of objects, or None when the body is anything else."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, list) and all(isinstance(item, dict) for item in value) else None
