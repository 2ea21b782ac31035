"""OAuth 2.0 for every platform: the address to sign in at, code and refresh token for new tokens; nothing of it in logs or repr.

    provider = facts.load(platform).sign_in.at(fields)  # the account's fields, for platforms on many servers
    app = oauth.app_of(credentials, redirect_uri)
    pair = oauth.pkce(randomness)                       # keep pair.verifier and state until the browser comes back
    url = oauth.authorize_url(provider, app, state=state, pair=pair)
    code = oauth.code_from(returned_query, state)       # what the loopback redirect brought
    grant = oauth.exchange(provider, app, code, wire, pair=pair)
    credentials = oauth.kept(credentials, grant)        # access, refresh, expires_at, scopes
    oauth.renew(provider, app, tokens, wire)            # later: refresh by compare-and-swap

The sources are RFC 6749 (sign-in, refresh), RFC 7636 (PKCE, S256 only) and RFC 8252 (loopback redirect).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, urlencode

from connectors import refusals
from connectors.addresses import is_safe
from connectors.base import Credentials
from connectors.errors import AuthExpired, ConnectorError, Forbidden, Rejected, Temporary
from connectors.http import Deadline, Request, send

if TYPE_CHECKING:
    from collections.abc import Mapping

    from connectors.base import Clock, Timeouts, TokenStore
    from connectors.http import Answer
    from connectors.sign_in import Provider

_LOOKS, _PAUSE_S = 6, 0.2
"""A process that lost a renewal looks so often for what the faster one stores."""

_LEAST = 32  # bytes, as RFC 7636 recommends
_REFUSED = frozenset({400, 401, 403})
_LONGEST = timedelta(days=3650)
_DEAD = "The platform no longer accepts this login. Connect the account again on the Accounts page."
_SETTINGS = "This app may not sign in this way. Look at its sign-in settings on the platform's developer page."
_CLOSED = "The platform cannot sign anybody in right now. Try again later."
_NAMED: Mapping[str, tuple[type[AuthExpired | Forbidden | Temporary], str]] = {
    "invalid_grant": (AuthExpired, _DEAD),
    "invalid_client": (
        Forbidden,
        "The platform does not know this app. Compare client ID and client secret with those on the platform's developer page.",
    ),
    "unauthorized_client": (Forbidden, _SETTINGS),
    "unsupported_grant_type": (Forbidden, _SETTINGS),
    "invalid_scope": (Forbidden, "This app may not ask for these rights. Add them on the platform's developer page."),
    "access_denied": (Forbidden, "The sign-in was declined on the platform. Start it again, and allow what it asks for."),
    "temporarily_unavailable": (Temporary, _CLOSED),
    "server_error": (Temporary, _CLOSED),
}
"""What a platform calls a failed sign-in, and what that means here."""


@dataclass(frozen=True, slots=True)
class App:
    """The app that asks: its id, its secret where it has one, and the address that the browser comes back to."""

    client_id: str
    redirect_uri: str
    client_secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Pkce:
    """A proof key: the challenge goes into the address, the verifier stays here until the code is exchanged."""

    challenge: str
    verifier: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Grant:
    """What a platform gave: tokens, until when (aware UTC; None: no end named), the rights (None: not said), and when it gave them."""

    access: str = field(repr=False)
    refresh: str | None = field(default=None, repr=False)
    expires_at: datetime | None = None
    scopes: tuple[str, ...] | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Wire:
    """The time and how long a call may take."""

    clock: Clock
    timeouts: Timeouts


def app_of(credentials: Credentials, redirect_uri: str = "") -> App:
    """Return the app that an account signs in with: its `client_id` and, where it has one, `client_secret`."""
    values = credentials.values
    return App(values.get("client_id", "").strip(), redirect_uri, values.get("client_secret", "").strip() or None)


def pkce(randomness: bytes) -> Pkce:
    """Return the S256 pair of at least 32 random bytes; raise ValueError for fewer."""
    if len(randomness) < _LEAST:
        raise ValueError(f"A proof key needs {_LEAST} random bytes, not {len(randomness)}.")
    verifier = _url64(randomness)
    return Pkce(_url64(hashlib.sha256(verifier.encode()).digest()), verifier)


def authorize_url(provider: Provider, app: App, *, state: str, pair: Pkce | None = None) -> str:
    """Return the address to open in the browser; raise ValueError where the platform wants a proof key and none is given."""
    if provider.pkce and pair is None:
        raise ValueError("This platform wants a proof key. Make one with pkce().")
    params = {
        "response_type": "code",
        "client_id": app.client_id,
        "redirect_uri": app.redirect_uri,
        "scope": provider.separator.join(provider.scopes),
        "state": state,
        **({"code_challenge": pair.challenge, "code_challenge_method": "S256"} if pair else {}),
        **dict(provider.extra),
    }
    return f"{provider.authorize_url}?{urlencode(params, quote_via=quote)}"


def code_from(query: str, state: str) -> str:
    """Return the code that the browser brought back; raise Rejected for a foreign or broken answer, Forbidden when declined."""
    given = {name: values[0] for name, values in parse_qs(query.removeprefix("?")).items()}
    if not hmac.compare_digest(given.get("state", "").encode(), state.encode()):
        raise Rejected("This answer belongs to another sign-in. Start again from the Accounts page.")
    if "error" in given:
        raise _named(given["error"]) or Forbidden("The platform did not sign you in. Start again from the Accounts page.")
    if not given.get("code"):
        raise Rejected("The platform's answer holds no code. Start again from the Accounts page.")
    return given["code"]


def exchange(provider: Provider, app: App, code: str, wire: Wire, *, pair: Pkce | None = None) -> Grant:
    """Return the tokens for a code, which works once; raise a ConnectorError."""
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": app.redirect_uri}
    if pair:
        form["code_verifier"] = pair.verifier
    try:
        return _ask(provider, app, form, wire)
    except AuthExpired:
        raise Rejected("The sign-in took too long, or its code was used before. Start again from the Accounts page.") from None


def refresh(provider: Provider, app: App, token: str, wire: Wire) -> Grant:
    """Return new tokens for a refresh token; raise AuthExpired when only a person can go on."""
    return _ask(provider, app, {"grant_type": "refresh_token", "refresh_token": token}, wire)


def renew(provider: Provider, app: App, store: TokenStore, wire: Wire, *, used: str | None = None) -> Credentials:
    """Refresh the stored login by compare-and-swap and return what is stored afterwards; a faster process wins.

    `used` is the access token that was refused: when the store holds another one by now, somebody has refreshed already. When
    a process lost the race at the platform (its refresh token was used up by the other one), the winner's tokens count.
    """
    held = store.read()
    if used and held.values.get("access", used) != used:
        return held
    token = held.values.get("refresh", "")
    if not token:
        raise AuthExpired(_DEAD)
    try:
        after = kept(held, refresh(provider, app, token, wire))
    except AuthExpired:
        newer = _newer(store, token)
        if newer is None:
            raise
        return newer
    return after if store.swap(held, after) else store.read()


def _newer(store: TokenStore, token: str) -> Credentials | None:
    """Return the login that a faster process has stored, or None; it may have its answer already and be just about to store it."""
    for look in range(_LOOKS):
        newer = store.read()
        if newer.values.get("refresh") != token:
            return newer
        if look < _LOOKS - 1:
            time.sleep(_PAUSE_S)
    return None


def kept(held: Credentials, grant: Grant) -> Credentials:
    """Return the credentials with a grant in them; a refresh token or scopes that the grant does not name stay as they were."""
    values = {**held.values, "access": grant.access}
    if grant.at:
        values |= got(held, grant.at)
    values.pop("expires_at", None)
    if grant.refresh:
        values["refresh"] = grant.refresh
    if grant.expires_at:
        values["expires_at"] = grant.expires_at.isoformat()
    if grant.scopes is not None:
        values["scopes"] = " ".join(grant.scopes)
    return Credentials(values)


def got(held: Credentials, at: datetime) -> dict[str, str]:
    """Return what a login notes of the moment at which its token was given: `got_at`, and `renewed_at` when it had one before."""
    return {"got_at": at.isoformat()} | ({"renewed_at": at.isoformat()} if held.values.get("access") else {})


def ends_at(credentials: Credentials) -> datetime | None:
    """Return when the stored access token ends (aware UTC), or None when that is not known."""
    try:
        moment = datetime.fromisoformat(credentials.values.get("expires_at", ""))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def scopes_of(credentials: Credentials) -> tuple[str, ...]:
    """Return the rights that the stored login has, as far as they are known."""
    return tuple(credentials.values.get("scopes", "").split())


def grant_of(answer: Answer, now: datetime) -> Grant:
    """Return the tokens of a token answer; raise Temporary when it holds none."""
    said = answer.object() or {}
    access, again = said.get("access_token"), said.get("refresh_token")
    if not isinstance(access, str) or not access:
        raise Temporary("The platform's answer to the sign-in cannot be read.")
    end, scopes = _end(said.get("expires_in"), now), _scopes(said.get("scope"))
    return Grant(access, again if isinstance(again, str) and again else None, end, scopes, now)


def _ask(provider: Provider, app: App, form: Mapping[str, str], wire: Wire) -> Grant:
    if not is_safe(provider.token_url):
        raise Rejected("The address to sign in at is not valid. Mend the server of this account on the Accounts page.", "server")
    answer = send(_request(provider, app, form), deadline=Deadline(wire.timeouts.total), timeouts=wire.timeouts)
    if answer.ok:
        return grant_of(answer, wire.clock.now())
    raise _refusal(answer, wire.clock.now())


def _request(provider: Provider, app: App, form: Mapping[str, str]) -> Request:
    headers = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
    fields = {**form, "client_id": app.client_id}
    if provider.client_auth == "basic" and app.client_secret:
        pair = f"{quote(app.client_id, safe='')}:{quote(app.client_secret, safe='')}"
        headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
    elif provider.client_auth == "body" and app.client_secret:
        fields["client_secret"] = app.client_secret
    return Request("POST", provider.token_url, "prepare", headers, body=urlencode(fields).encode())


def _refusal(answer: Answer, now: datetime) -> ConnectorError:
    named = (answer.object() or {}).get("error") if answer.status in _REFUSED else None
    return _named(named) or refusals.refusal(answer, "prepare", now)


def _named(name: object) -> ConnectorError | None:
    known = _NAMED.get(name) if isinstance(name, str) else None
    return known[0](known[1]) if known else None


def _end(seconds: Any, now: datetime) -> datetime | None:  # noqa: ANN401 - whatever the platform wrote
    if isinstance(seconds, bool) or not isinstance(seconds, int | float | str):
        return None
    try:
        return now + min(timedelta(seconds=max(0.0, float(seconds))), _LONGEST)
    except (ValueError, OverflowError):
        return None


def _scopes(said: Any) -> tuple[str, ...] | None:  # noqa: ANN401 - the same
    if isinstance(said, list):
        return tuple(item for item in said if isinstance(item, str))
    return tuple(said.replace(",", " ").split()) if isinstance(said, str) else None


def _url64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
