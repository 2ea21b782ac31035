"""One account's login at X: OAuth 2.0 is renewed before it ends and kept by compare-and-swap; OAuth 1.0a has no end."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from connectors import oauth
from connectors.base import Credentials
from connectors.errors import AuthExpired
from connectors.x.wire import REFUSED, Call, Wire, is_by_keys

if TYPE_CHECKING:
    from datetime import datetime

    from connectors.base import Clock, Timeouts, TokenStore
    from connectors.sign_in import Provider

_SOON = timedelta(minutes=5)
_TOKEN = "/2/oauth2/token"  # noqa: S105 - an address


class Session:
    """The account's tokens, read from their store each time, so that every process uses the newest."""

    def __init__(self, tokens: TokenStore, provider: Provider, clock: Clock, timeouts: Timeouts) -> None:
        """Open nothing yet."""
        self.tokens = tokens
        self._provider = provider
        self._clock = clock
        self._timeouts = timeouts
        self._used: str | None = None

    def open(self) -> Wire:
        """Start a call: return the login's wire; renews first when the stored token is about to end."""
        held = self.tokens.read()
        ends = None if is_by_keys(held) else oauth.ends_at(held)
        if ends is not None and ends - _SOON <= self.now() and held.values.get("refresh"):
            held = self._renew(self.tokens, None)
        self._used = held.values.get("access", "")
        return Wire(held, self._clock, self._timeouts)

    def refresh(self, store: TokenStore) -> None:
        """Renew the login unless another process has done so since our last call; from now on `store` is ours."""
        self.tokens = store
        if is_by_keys(store.read()):
            # Keys have no end: ask once more, so that a passing refusal does not stop the account.
            self.open().content(Call("GET", "/2/users/me", "read"))
        else:
            self._used = self._renew(store, self._used).values.get("access", "")

    def renews(self) -> bool:
        """Return whether the login can be renewed without a person."""
        held = self.tokens.read()
        return not is_by_keys(held) and bool(held.values.get("refresh"))

    def ends(self) -> datetime | None:
        """Return when the login ends for good, or None while it renews itself or has no end."""
        held = self.tokens.read()
        return None if is_by_keys(held) or self.renews() else oauth.ends_at(held)

    def scopes(self) -> tuple[str, ...]:
        """Return the rights that the login is known to have."""
        return oauth.scopes_of(self.tokens.read())

    def me(self, wire: Wire) -> str:
        """Return the account's number: known from its keys or an earlier look, else asked for once, because asking costs."""
        held = self.tokens.read()
        known = held.values.get("user_id") or (held.values.get("access_token", "").partition("-")[0] if is_by_keys(held) else "")
        if known.isdecimal():
            return known
        said = wire.content(Call("GET", "/2/users/me", "read")).get("data")
        number = said.get("id") if isinstance(said, dict) else None
        if not isinstance(number, str) or not number.isdecimal():
            raise AuthExpired(REFUSED)
        self.tokens.swap(held, Credentials({**held.values, "user_id": number}))
        return number

    def now(self) -> datetime:
        """Return the time."""
        return self._clock.now()

    def _renew(self, store: TokenStore, used: str | None) -> Credentials:
        server = store.read().values.get("server", "").removesuffix("/")
        provider = replace(self._provider, token_url=f"{server}{_TOKEN}") if server else self._provider
        app = oauth.app_of(store.read())
        try:
            return oauth.renew(provider, app, store, oauth.Wire(self._clock, self._timeouts), used=used)
        except AuthExpired:
            raise AuthExpired(REFUSED) from None
