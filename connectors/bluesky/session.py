"""One account's login: made with the app password, renewed before it ends, kept by compare-and-swap."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from connectors import oauth
from connectors.base import Credentials
from connectors.bluesky.xrpc import Call, Reply, Wire, expiry, server_url
from connectors.errors import AuthExpired, Temporary
from connectors.http import Deadline

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from connectors.base import Clock, Timeouts, TokenStore

_SOON = timedelta(minutes=2)
_REFUSED = "Bluesky does not accept this handle with this app password. Make a new app password there and enter it on the Accounts page."


@dataclass(frozen=True, slots=True)
class Login:
    """Who we are for the length of one call, and how long that call may take."""

    did: str
    handle: str
    access: str = field(repr=False)
    wire: Wire
    deadline: Deadline

    def send(self, call: Call) -> Reply:
        """Make one call as this account and return whatever came back."""
        return self.wire.send(call, deadline=self.deadline, token=self.access)


class Session:
    """The account's tokens, read from their store each time, so that every process uses the newest."""

    def __init__(self, tokens: TokenStore, clock: Clock, timeouts: Timeouts) -> None:
        """Open nothing yet; raise Rejected when the server address cannot be used."""
        self.tokens = tokens
        self._wire = Wire(server_url(tokens.read().values.get("server", "")), clock, timeouts)
        self._used: str | None = None

    def login(self) -> Login:
        """Start a call: return who we are; logs in or renews first when the stored token is missing or about to end."""
        deadline = Deadline(self._wire.timeouts.total)
        held = self.tokens.read()
        access = held.values.get("access", "")
        if not access:
            held = self._enter(self.tokens, held, deadline)
        elif self._ends_soon(access):
            held = self._renew(self.tokens, held, deadline)
        self._used = held.values["access"]
        return Login(held.values["did"], held.values["handle"], self._used, self._wire, deadline)

    def refresh(self, store: TokenStore) -> None:
        """Renew the login unless another process has done so since our last call; from now on `store` is ours."""
        self.tokens = store
        held = store.read()
        access = held.values.get("access", "")
        if access and self._used and access != self._used:
            return
        deadline = Deadline(self._wire.timeouts.total)
        renewed = self._renew(store, held, deadline) if access else self._enter(store, held, deadline)
        self._used = renewed.values["access"]

    def now(self) -> datetime:
        """Return the time."""
        return self._wire.clock.now()

    def ends(self) -> datetime | None:
        """Return when the login ends, or None while the app password renews it."""
        held = self.tokens.read().values
        return None if held.get("app_password") else expiry(held.get("refresh", ""))

    def _ends_soon(self, access: str) -> bool:
        end = expiry(access)
        return end is not None and end - _SOON <= self.now()

    def _renew(self, store: TokenStore, held: Credentials, deadline: Deadline) -> Credentials:
        call = Call("com.atproto.server.refreshSession", "prepare", procedure=True)
        try:
            answer = self._wire.send(call, deadline=deadline, token=held.values.get("refresh")).content()
        except AuthExpired:
            return self._enter(store, held, deadline)
        return _keep(store, held, answer, self.now())

    def _enter(self, store: TokenStore, held: Credentials, deadline: Deadline) -> Credentials:
        password = held.values.get("app_password", "")
        if not password:
            raise AuthExpired(_REFUSED)
        body = {"identifier": held.values.get("identifier", "").strip().removeprefix("@"), "password": password}
        call = Call("com.atproto.server.createSession", "prepare", input=body)
        try:
            answer = self._wire.send(call, deadline=deadline).content()
        except AuthExpired:
            raise AuthExpired(_REFUSED) from None
        return _keep(store, held, answer, self.now())


def _keep(store: TokenStore, held: Credentials, answer: Mapping[str, Any], now: datetime) -> Credentials:
    """Store what a login gave: an answer without a refresh token keeps the old one, and a faster process wins."""
    access, did = answer.get("accessJwt"), answer.get("did", held.values.get("did"))
    if not isinstance(access, str) or not isinstance(did, str):
        raise Temporary("Bluesky's answer to the login cannot be read.")
    given = {"access": access, "refresh": answer.get("refreshJwt"), "did": did, "handle": answer.get("handle")}
    after = Credentials(
        {
            "handle": did,
            **held.values,
            **oauth.got(held, now),
            **{name: value for name, value in given.items() if isinstance(value, str) and value},
        }
    )
    return after if store.swap(held, after) else store.read()
