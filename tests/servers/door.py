"""The sign-in page of a stand-in: a person allows or declines, the browser goes back with a code, and the code becomes a token once."""

from __future__ import annotations

import html
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from tests.servers.pretend import Call, Said

if TYPE_CHECKING:
    from connectors.facts import Facts

APP = {"client_id": "app-of-nobody", "client_secret": "app-secret-of-nobody"}


@dataclass
class Door:
    """`asked` is what the last visitor was asked to allow; codes work once, and only with the address that they were given for."""

    asked: str = ""
    _codes: dict[str, str] = field(default_factory=dict)

    def page(self, call: Call) -> Said:
        """Answer the browser: what is asked, and the two ways back."""
        query = call.query
        if query.get("client_id") != APP["client_id"] or query.get("response_type") != "code" or not query.get("state"):
            return Said(400, b"<p>This app is not known here.</p>", {"Content-Type": "text/html"})
        self.asked = query["scope"]
        code = f"code-{len(self._codes) + 1}"
        self._codes[code] = query["redirect_uri"]
        ways = {"Allow": {"code": code, "state": query["state"]}, "Decline": {"error": "access_denied", "state": query["state"]}}
        links = "".join(f'<p><a href="{html.escape(_back(query["redirect_uri"], values))}">{name}</a></p>' for name, values in ways.items())
        body = f"<!doctype html><title>Allow?</title><h1>Discreet asks for {html.escape(self.asked)}</h1>{links}"
        return Said(200, body.encode(), {"Content-Type": "text/html"})

    def redeems(self, form: dict[str, str]) -> bool:
        """Return whether this code may become a token now."""
        known = self._codes.pop(form.get("code", ""), None)
        return known is not None and known == form.get("redirect_uri") and form.get("grant_type") == "authorization_code"


def is_app(values: dict[str, str]) -> bool:
    """Return whether these are the app's id and secret."""
    return all(values.get(name) == value for name, value in APP.items())


def at_home(facts: Facts, url: str) -> Facts:
    """Return a platform's facts with the stand-in in the platform's place."""
    assert facts.sign_in is not None
    assert facts.service is not None
    moved = {
        name: f"{url}{urlsplit(getattr(facts.sign_in, name)).path}"
        for name in ("authorize_url", "token_url", "longer_url")
        if getattr(facts.sign_in, name)
    }
    return replace(facts, sign_in=replace(facts.sign_in, **moved), service=replace(facts.service, server=url))


def _back(redirect_uri: str, values: dict[str, str]) -> str:
    return f"{redirect_uri}?{urlencode(values)}"
