"""One call to X: built and signed by tweepy, bounded and judged here; the login is OAuth 2.0 or 1.0a, as the account has it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import tweepy

from connectors import refusals
from connectors.addresses import is_loopback
from connectors.errors import AuthExpired, Duplicate, Forbidden, RateLimited, Rejected
from connectors.http import Deadline
from connectors.library import GuardedSession, ask

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from connectors.base import Clock, Credentials, Timeouts
    from connectors.errors import ConnectorError
    from connectors.http import Answer, Kind

HOST = "https://api.twitter.com"
"""The address that tweepy has built in; OAuth 1.0a signs it, so it stays."""

_FORBIDDEN, _BAD, _TOO_MANY = 403, 400, 429
_TWICE = "duplicate content"
REFUSED = "X does not accept this login. Connect the account again on the Accounts page."
MISSING = (
    "Enter either an OAuth 2.0 access token (with its refresh token and client ID), or all four keys of OAuth 1.0a. "
    "The steps beside the form say where to find them."
)
_ONE = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")


@dataclass(frozen=True, slots=True)
class Call:
    """One call of version 2: a read with `params`, or a JSON `body`; `slow` for media."""

    method: str
    route: str
    kind: Kind
    params: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: Mapping[str, Any] | None = field(default=None, repr=False)
    slow: bool = False

    def renamed(self, old: str, new: str, values: Mapping[str, str]) -> Call:
        """Return the call with one parameter named otherwise, and with other names in its comma list."""
        listed = ",".join(values.get(name, name) for name in self.params[old].split(","))
        return replace(self, params={**{name: value for name, value in self.params.items() if name != old}, new: listed})


class Wire:
    """One login, for the length of one call of the connector."""

    def __init__(self, credentials: Credentials, clock: Clock, timeouts: Timeouts) -> None:
        """Start the countdown; raise AuthExpired when the login is not complete, Rejected for a stand-in elsewhere."""
        values = credentials.values
        self.by_keys = is_by_keys(credentials)
        if not self.by_keys and not values.get("access"):
            raise AuthExpired(MISSING)
        server = values.get("server", "").removesuffix("/")
        if server and not is_loopback(urlsplit(server).hostname or ""):
            raise Rejected("Only a test server on this machine may stand in for X.", "server")
        self.host = server or HOST
        self._clock = clock
        self._session = GuardedSession(Deadline(timeouts.total), timeouts, (HOST, server) if server else None)
        keys = {name: values[name] for name in _ONE} if self.by_keys else {}
        self._library = tweepy.Client(None if self.by_keys else values["access"], **keys, wait_on_rate_limit=False)
        self._library.session = self._session

    def ask(self, call: Call) -> Answer:
        """Make one call and return the raw answer; raise a ConnectorError when none came."""
        body = None if call.body is None else dict(call.body)

        def request() -> object:
            return self._library.request(call.method, call.route, params=dict(call.params), json=body, user_auth=self.by_keys)

        return ask(self._session, call.kind, request, slow=call.slow)

    def content(self, call: Call) -> dict[str, Any]:
        """Make one call and return the object of a good answer; raise what a bad one stands for."""
        return self.read(self.ask(call), call.kind)

    def read(self, answer: Answer, kind: Kind) -> dict[str, Any]:
        """Return the object of a good answer; raise what a bad one stands for."""
        if answer.ok:
            return refusals.content(answer, kind, self.now())
        raise self.refused(answer, kind)

    def refused(self, answer: Answer, kind: Kind) -> ConnectorError:
        """Return the error of a bad answer; X's own words may hold the draft, so they are read and not repeated."""
        if answer.status == _FORBIDDEN and kind == "create" and _TWICE in words(answer):
            return Duplicate("X says that this account has already posted the same text.")
        if answer.status == _TOO_MANY and answer.headers.get("x-app-limit-24hour-remaining", "").strip() == "0":
            until = refusals.again_at(answer, self.now(), "x-app-limit-24hour-reset")
            return RateLimited("X asks this app to wait: all its accounts share one limit.", until, shared=True)
        error = refusals.refusal(answer, kind, self.now())
        if isinstance(error, AuthExpired):
            return AuthExpired(REFUSED)
        if isinstance(error, Forbidden):
            return Forbidden(
                "X does not allow this app or account to do that. Look at the app's rights (read and write) and at the account there."
            )
        return error

    def now(self) -> datetime:
        """Return the time."""
        return self._clock.now()


def is_by_keys(credentials: Credentials) -> bool:
    """Return whether a login is OAuth 1.0a: all four keys are there, and no OAuth 2.0 token is."""
    values = credentials.values
    return not values.get("access") and all(values.get(name) for name in _ONE)


def words(answer: Answer) -> str:
    """Return what X says about an error in small letters, for looking into, never for showing."""
    said = answer.object() or {}
    errors = said.get("errors")
    details = (
        [error.get("message") or error.get("detail") for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []
    )
    return " ".join(str(part) for part in (said.get("detail"), said.get("title"), *details) if part).lower()


def names(answer: Answer, parameter: str) -> bool:
    """Return whether a refusal is about this query parameter."""
    return answer.status == _BAD and parameter.encode() in answer.body
