"""OAuth 2.0 against a real provider: sign in, refresh, refresh from two workers, decline, revoke."""

from __future__ import annotations

import secrets
import threading
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from connectors import oauth
from connectors.base import Credentials
from connectors.errors import AuthExpired, ConnectorError, Forbidden, Rejected
from connectors.sign_in import Provider
from connectors.tokens import HeldTokens
from tests.contract.connector_rig import PATIENT, RealClock
from tests.servers.oidc import Oidc, oidc

if TYPE_CHECKING:
    from collections.abc import Iterator

WIRE = oauth.Wire(RealClock(), PATIENT)
APP = oauth.App("discreet", "http://127.0.0.1:8765/callback", "a-client-secret")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Oidc]:
    with oidc(tmp_path_factory.mktemp("oidc")) as running:
        yield running


@pytest.fixture
def provider(server: Oidc) -> Provider:
    places = Provider("https://{server}/oauth2/authorize", "https://{server}/oauth2/token", ("openid", "email"), "basic")
    return places.at({"server": server.url})


def signed_in(server: Oidc, provider: Provider, person: str) -> oauth.Grant:
    state, pair = secrets.token_urlsafe(16), oauth.pkce(secrets.token_bytes(32))
    back = server.sign_in(oauth.authorize_url(provider, APP, state=state, pair=pair), person)
    assert back.startswith(APP.redirect_uri)
    return oauth.exchange(provider, APP, oauth.code_from(urlsplit(back).query, state), WIRE, pair=pair)


def test_a_person_signs_in_and_stays_signed_in(server: Oidc, provider: Provider) -> None:
    grant = signed_in(server, provider, "ada")
    assert (server.who(grant.access), grant.scopes) == ("ada", ("openid", "email"))
    assert grant.expires_at is not None
    assert grant.expires_at > WIRE.clock.now()
    tokens = HeldTokens(oauth.kept(Credentials({}), grant))
    after = oauth.renew(provider, APP, tokens, WIRE)
    assert after.values["access"] != grant.access
    assert (server.who(after.values["access"]), server.who(grant.access)) == ("ada", None)
    assert after.values["refresh"] == (tokens.read().values["refresh"])


def test_two_workers_renew_at_once_and_one_valid_login_stays(server: Oidc, provider: Provider) -> None:
    grant = signed_in(server, provider, "grace")
    tokens = HeldTokens(oauth.kept(Credentials({}), grant))
    together, failures = threading.Barrier(2), []

    def renew() -> None:
        try:
            together.wait(5)
            oauth.renew(provider, APP, tokens, WIRE, used=grant.access)
        except (ConnectorError, threading.BrokenBarrierError) as error:
            failures.append(error)

    workers = [threading.Thread(target=renew) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    assert failures == []
    assert server.who(tokens.read().values["access"]) == "grace"


def test_a_code_works_once(server: Oidc, provider: Provider) -> None:
    pair = oauth.pkce(secrets.token_bytes(32))
    back = server.sign_in(oauth.authorize_url(provider, APP, state="s", pair=pair), "ada")
    code = oauth.code_from(urlsplit(back).query, "s")
    oauth.exchange(provider, APP, code, WIRE, pair=pair)
    with pytest.raises(Rejected, match="used before"):
        oauth.exchange(provider, APP, code, WIRE, pair=pair)


def test_a_person_declines(server: Oidc, provider: Provider) -> None:
    back = server.decline(oauth.authorize_url(provider, APP, state="s", pair=oauth.pkce(secrets.token_bytes(32))))
    query = urlsplit(back).query
    with pytest.raises((Forbidden, Rejected)):  # this server forgets the state when it is declined
        oauth.code_from(query, "s")
    with pytest.raises(Forbidden, match="declined"):
        oauth.code_from(f"{query}&state=s", "s")


def test_a_login_that_was_ended_needs_a_person(server: Oidc, provider: Provider) -> None:
    grant = signed_in(server, provider, "linus")
    tokens = HeldTokens(oauth.kept(Credentials({}), grant))
    server.revoke("linus")
    with pytest.raises(AuthExpired, match="Connect the account again"):
        oauth.renew(provider, APP, tokens, WIRE)
    assert tokens.read().values["refresh"] == grant.refresh
