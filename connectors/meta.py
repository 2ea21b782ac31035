"""The wire of Meta's Graph interfaces (Facebook pages, Threads), and what their error codes mean."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from connectors import bearer, refusals
from connectors.errors import AuthExpired, Doubtful, Duplicate, Forbidden, RateLimited, Temporary
from connectors.reading import number, objects

if TYPE_CHECKING:
    from collections.abc import Mapping

    from connectors.base import Clock, Credentials, Timeouts
    from connectors.bearer import Call
    from connectors.errors import ConnectorError
    from connectors.facts import Facts
    from connectors.http import Answer, Kind
    from connectors.service import Service

DEAD = "Meta no longer accepts this access token (it ends with a changed password, a lost role, or its time). Enter a new one."
_TOKEN, _REPEATED, _OLD = 190, 506, 2635
_UNKNOWN = frozenset({1, 2})
_APP_LIMIT = 4
_LIMITS = frozenset({_APP_LIMIT, 17, 32, 341, 613})
_RIGHTS = frozenset({3, 10, 368, *range(200, 300)})
_MISSING = (100, 33)
_NOT_THERE = frozenset({404, 410})
_BUSY = 80
"""Percent of what an app may ask, from which on no figures are read."""


class MetaWire(bearer.Wire):
    """One login at Meta for the length of one call; raise Forbidden at once when the version in use has ended."""

    def __init__(self, facts: Facts, service: Service, credentials: Credentials, clock: Clock, timeouts: Timeouts) -> None:
        """Start the countdown."""
        super().__init__(service, credentials, clock, timeouts)
        service.require(facts.title, clock.now().date())
        self.is_busy = False
        self._version = service.used

    def at(self, path: str) -> str:
        """Return a path in the version in use."""
        return f"/{self._version}/{path}"

    def ask(self, call: Call) -> Answer:
        """Make one call, and note how much of its share the app has used."""
        answer = super().ask(call)
        self.is_busy = self.is_busy or _used(answer.headers) >= _BUSY
        return answer

    def named(self, answer: Answer, kind: Kind) -> ConnectorError | None:  # noqa: PLR0911 - one line a meaning
        """Return what Meta's own code means."""
        code = error_of(answer).get("code")
        if code == _TOKEN:
            return AuthExpired(DEAD)
        if code in _LIMITS:
            return RateLimited("Meta asks us to wait.", refusals.again_at(answer, self.now()), shared=code == _APP_LIMIT)
        if code in _RIGHTS:
            return Forbidden("Meta does not allow this app or this account to do that. Look at its rights and its standing there.")
        if code == _OLD:
            return Forbidden(f"Meta no longer answers the version {self._version} of its interface. Update Discreet, or post by hand.")
        if code == _REPEATED:
            return Duplicate("Meta says that this account has just posted the very same.")
        if code in _UNKNOWN:
            return Doubtful("Meta met an error of its own. The post may be live.") if kind == "create" else Temporary("Meta met an error.")
        return None


def error_of(answer: Answer) -> Mapping[str, Any]:
    """Return Meta's description of an error, empty where there is none; its words are never shown, they may hold the draft."""
    error = (answer.object() or {}).get("error")
    return error if isinstance(error, dict) else {}


def is_missing(answer: Answer) -> bool:
    """Return whether a thing does not exist, or no longer."""
    error = error_of(answer)
    return answer.status in _NOT_THERE or (error.get("code"), error.get("error_subcode")) == _MISSING


def latest(item: Mapping[str, Any]) -> int | None:
    """Return the latest value of one figure as Meta's insights write it, or None when there is none."""
    values = objects(item.get("values"))
    return number(values[-1].get("value")) if values else None


def _used(headers: Mapping[str, str]) -> float:
    """Return the largest share in percent that Meta says is used, 0 when it says nothing."""
    with suppress(ValueError):
        said = json.loads(headers.get("x-app-usage", "{}"))
        return max((value for value in said.values() if type(value) in (int, float)), default=0.0) if isinstance(said, dict) else 0.0
    return 0.0
