"""Signing an account in through the browser: the address to open, and the login that comes of what the browser brings back.

way = ways.way(facts)                                    # None: this platform has no such sign-in
begun = login.begin(way, values, redirect_uri, state=..., randomness=..., wire=...)
credentials = login.finish(way, begun.values, redirect_uri, query=..., state=..., verifier=begun.verifier, wire=...)
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from connectors import oauth, refusals
from connectors.addresses import is_safe
from connectors.base import Credentials
from connectors.errors import Rejected, Temporary
from connectors.http import Deadline, Request, send

if TYPE_CHECKING:
    from collections.abc import Mapping

    from connectors.oauth import Wire
    from connectors.sign_in import Provider
    from connectors.ways import Way


@dataclass(frozen=True, slots=True)
class Begun:
    """The address to open in the browser, what was filled in (with the app that was made for it), and the proof key's other half."""

    url: str
    values: Mapping[str, str] = field(repr=False)
    verifier: str = field(repr=False)


def begin(way: Way, values: Mapping[str, str], redirect_uri: str, *, state: str, randomness: bytes, wire: Wire) -> Begun:
    """Return where to go; raise a ConnectorError when an address is not fit for a login or the server makes no app."""
    provider = way.provider.at(values)
    kept = dict(values)
    if way.own_app and not kept.get("client_id"):
        kept.update(_register(provider, redirect_uri, wire))
    if not kept.get("client_id"):
        raise Rejected("The client ID is missing. Make an app on the platform's developer page and copy its client ID.", "client_id")
    pair = oauth.pkce(randomness) if provider.pkce else None
    url = oauth.authorize_url(provider, oauth.app_of(Credentials(kept), redirect_uri), state=state, pair=pair)
    return Begun(url, kept, pair.verifier if pair else "")


def finish(way: Way, values: Mapping[str, str], redirect_uri: str, *, query: str, state: str, verifier: str, wire: Wire) -> Credentials:
    """Return the whole login for what the browser brought back; raise a ConnectorError with a sentence for people."""
    provider = way.provider.at(values)
    code = oauth.code_from(query, state)
    held = Credentials(dict(values))
    pair = oauth.Pkce("", verifier) if verifier else None
    app = oauth.app_of(held, redirect_uri)
    grant = oauth.exchange(provider, app, code, wire, pair=pair)
    return oauth.kept(held, _longer(provider, app, grant, wire) if provider.longer_url else grant)


def _longer(provider: Provider, app: oauth.App, grant: oauth.Grant, wire: Wire) -> oauth.Grant:
    """Return the long login for a short one, as Meta documents it: a read with the app's secret, so only on the way of a sign-in."""
    params = {"grant_type": provider.longer_grant, "client_id": app.client_id, "client_secret": app.client_secret or ""}
    params[provider.longer_token] = grant.access
    request = Request("GET", provider.longer_url, "prepare", {"Accept": "application/json"}, tuple(params.items()))
    answer = send(request, deadline=Deadline(wire.timeouts.total), timeouts=wire.timeouts)
    if not answer.ok:
        raise refusals.refusal(answer, "prepare", wire.clock.now())
    given = oauth.grant_of(answer, wire.clock.now())
    return replace(given, scopes=grant.scopes if given.scopes is None else given.scopes)


def _register(provider: Provider, redirect_uri: str, wire: Wire) -> dict[str, str]:
    """Let the server make an app for this installation, as Mastodon servers do without asking anybody."""
    if not is_safe(provider.register_url):
        raise Rejected("The server's address is not valid. Mend it, such as mastodon.social.", "server")
    form = {"client_name": "Discreet", "redirect_uris": redirect_uri, "scopes": provider.separator.join(provider.scopes)}
    headers = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
    request = Request("POST", provider.register_url, "prepare", headers, body=urlencode(form).encode())
    said = send(request, deadline=Deadline(wire.timeouts.total), timeouts=wire.timeouts).object() or {}
    made = {name: str(said[name]) for name in ("client_id", "client_secret") if said.get(name)}
    if "client_id" not in made:
        raise Temporary("This server made no app for the sign-in. Is the address right, and is it the kind of server that was chosen?")
    return made
