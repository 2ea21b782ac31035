"""The wire of a platform that takes a bearer token in the `Authorization` header: one bounded call, and the renewal of the token."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from connectors import oauth, refusals
from connectors.addresses import is_loopback, is_safe
from connectors.base import Credentials
from connectors.errors import AuthExpired, ConnectorError, Rejected
from connectors.http import Deadline, Request, send

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from connectors.base import Clock, Timeouts, TokenStore
    from connectors.facts import Facts
    from connectors.http import Answer, Kind
    from connectors.service import Service
    from connectors.sign_in import Provider

OTHER_SERVER = "server"
"""Only an address of this machine, or one that can never exist, may stand in the platform's place, for tests; nobody is asked for it."""

_NOWHERE = ".invalid"


@dataclass(frozen=True, slots=True)
class Call:
    """One call: a read with `params`, a JSON `body`, a `form`, or `raw` bytes. `path` may be a whole address of the platform's."""

    method: str
    path: str
    kind: Kind
    params: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: Mapping[str, Any] | None = field(default=None, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    raw: bytes | None = field(default=None, repr=False)
    slow: bool = False


class Wire:
    """One login for the length of one call of the connector. A subclass may name its platform's own refusals."""

    def __init__(self, service: Service, credentials: Credentials, clock: Clock, timeouts: Timeouts) -> None:
        """Start the countdown; raise Rejected when there is no token."""
        self.access = credentials.values.get("access", "").strip()
        self.server = server_of(service, credentials)
        self._clock = clock
        self._timeouts = timeouts
        self._deadline = Deadline(timeouts.total)

    def headers(self) -> Mapping[str, str]:
        """Return what the platform wants to see on every call, beside the token."""
        return {}

    def named(self, answer: Answer, kind: Kind) -> ConnectorError | None:  # noqa: ARG002 - for subclasses
        """Return the error that this platform names in a bad answer, or None to go by its status."""
        return None

    def now(self) -> datetime:
        """Return the time."""
        return self._clock.now()

    def left(self) -> float:
        """Return the seconds that this call of the connector still has."""
        return self._deadline.left()

    def ask(self, call: Call) -> Answer:
        """Make one call and return whatever came back; raise when nothing whole came."""
        if not self.access:
            raise AuthExpired("This account has no access token. Enter one on the Accounts page.")
        url = call.path if "://" in call.path else f"{self.server}{call.path}"
        headers = {"Accept": "application/json", **self.headers(), **call.headers, "Authorization": f"Bearer {self.access}"}
        body = call.raw
        if call.body is not None:
            headers["Content-Type"], body = "application/json", json.dumps(call.body, sort_keys=True).encode()
        elif call.form is not None:
            headers["Content-Type"], body = "application/x-www-form-urlencoded", urlencode(call.form).encode()
        request = Request(call.method, url, call.kind, headers, call.params, body, slow=call.slow)
        return send(request, deadline=self._deadline, timeouts=self._timeouts)

    def content(self, call: Call) -> dict[str, Any]:
        """Make one call and return the object of a good answer; raise what a bad one stands for."""
        return self.read(self.ask(call), call.kind)

    def read(self, answer: Answer, kind: Kind) -> dict[str, Any]:
        """Return the object of a good answer; raise what a bad one stands for."""
        if not answer.ok:
            raise self.refused(answer, kind)
        return refusals.content(answer, kind, self.now())

    def refused(self, answer: Answer, kind: Kind) -> ConnectorError:
        """Return the error of a bad answer."""
        return self.named(answer, kind) or refusals.refusal(answer, kind, self.now())

    def require_home(self, url: object, domain: str) -> str:
        """Return an address that the platform gave for an upload, if the token may go there; raise for any other."""
        host = urlsplit(url).hostname or "" if isinstance(url, str) and is_safe(url) else ""
        here = is_loopback(urlsplit(self.server).hostname or "") and is_loopback(host)
        if not isinstance(url, str) or not (host == domain or host.endswith(f".{domain}") or here):
            raise Rejected("The platform named an address for the upload that is not its own. Nothing was sent there.")
        return url


def server_of(service: Service, credentials: Credentials) -> str:
    """Return the platform's address, or one of this machine in its place."""
    other = credentials.values.get(OTHER_SERVER, "").strip().rstrip("/")
    host = urlsplit(other).hostname or ""
    return other if is_loopback(host) or host.endswith(_NOWHERE) else service.server


def provider_of(facts: Facts, credentials: Credentials) -> Provider | None:
    """Return where this account's login is renewed, or None when the platform renews none by OAuth."""
    if facts.sign_in is None or facts.service is None:
        return None
    home = server_of(facts.service, credentials)
    if home == facts.service.server:
        return facts.sign_in
    return replace(facts.sign_in, token_url=f"{home}{urlsplit(facts.sign_in.token_url).path}")


def renew(facts: Facts, store: TokenStore, clock: Clock, timeouts: Timeouts, used: str) -> bool:
    """Renew the stored login where it can be; return False when it has no refresh token, so that only a person can go on."""
    held = store.read()
    provider = provider_of(facts, held)
    if provider is None or not held.values.get("refresh"):
        return held.values.get("access", "") != used
    oauth.renew(provider, oauth.app_of(held), store, oauth.Wire(clock, timeouts), used=used)
    return True


def remember(store: TokenStore, **values: str) -> None:
    """Keep what the platform told about the login beside it; a process that changed the login meanwhile wins."""
    held = store.read()
    fresh = {**held.values, **values}
    if fresh != dict(held.values):
        store.swap(held, Credentials(fresh))


def ends_at(store: TokenStore, days: int | None, now: datetime) -> datetime | None:
    """Return when the login ends; for a pasted token, which says nothing, at the latest so many days after it was first seen."""
    known = oauth.ends_at(store.read())
    if known is None and days is not None:
        known = now + timedelta(days=days)
        remember(store, expires_at=known.isoformat(), got_at=now.isoformat())
    return known
