"""OAuth 2.0: what is asked, what each answer means, and that no secret shows."""

from __future__ import annotations

import base64
import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from connectors_stub import FixedClock, Stub, answer

from connectors import facts, oauth
from connectors.base import Credentials, Timeouts
from connectors.errors import AuthExpired, ConnectorError, Forbidden, OutOfCredit, RateLimited, Rejected, Temporary
from connectors.oauth import App, Wire
from connectors.sign_in import ClientAuth, Provider
from connectors.tokens import HeldTokens

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

APP = App("client-1", "http://127.0.0.1:8765/callback", "the-client-secret")
PAIR = oauth.pkce(bytes(range(32)))
NOW = FixedClock().at


def provider(stub: Stub, **changes: Any) -> Provider:
    return Provider(f"{stub.url}/authorize", f"{stub.url}/token", ("post.read", "offline.access"), **changes)


def wire(clock: FixedClock) -> Wire:
    return Wire(clock, Timeouts(connect=1, read=1, media=1, total=2))


def sent(stub: Stub, index: int = -1) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(stub.asked[index].body.decode()).items()}


def test_the_proof_key_of_the_rfc() -> None:
    """The example of RFC 7636, appendix B."""
    randomness = base64.urlsafe_b64decode("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk=")
    pair = oauth.pkce(randomness)
    assert pair.verifier == "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    assert pair.challenge == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_a_proof_key_needs_enough_randomness() -> None:
    with pytest.raises(ValueError, match="32 random bytes"):
        oauth.pkce(b"short")


def test_the_address_to_sign_in_at(stub: Stub) -> None:
    url = oauth.authorize_url(provider(stub, extra=(("access_type", "offline"),)), APP, state="s 1", pair=PAIR)
    assert url.startswith(f"{stub.url}/authorize?")
    assert {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()} == {
        "response_type": "code",
        "client_id": "client-1",
        "redirect_uri": "http://127.0.0.1:8765/callback",
        "scope": "post.read offline.access",
        "state": "s 1",
        "code_challenge": PAIR.challenge,
        "code_challenge_method": "S256",
        "access_type": "offline",
    }
    assert "+" not in url
    for secret in ("the-client-secret", PAIR.verifier):
        assert secret not in url


def test_a_platform_that_wants_a_proof_key_gets_one(stub: Stub) -> None:
    with pytest.raises(ValueError, match="proof key"):
        oauth.authorize_url(provider(stub), APP, state="s")
    url = oauth.authorize_url(provider(stub, pkce=False, separator=","), APP, state="s")
    assert "code_challenge" not in url
    assert "scope=post.read%2Coffline.access" in url


@pytest.mark.parametrize(
    ("server", "base"), [("social.example", "https://social.example"), ("https://social.example/", "https://social.example")]
)
def test_a_provider_on_the_accounts_own_server(server: str, base: str) -> None:
    found = Provider("https://{server}/oauth/authorize", "https://{server}/oauth/token", ("read",)).at({"server": server})
    assert (found.authorize_url, found.token_url) == (f"{base}/oauth/authorize", f"{base}/oauth/token")


@pytest.mark.parametrize("server", ["http://social.example", "", "ftp://social.example", "https://me:pw@social.example", "https://[bad"])
def test_a_server_that_must_not_hear_a_login(server: str) -> None:
    with pytest.raises(Rejected, match="not valid"):
        Provider("https://{server}/a", "https://{server}/t", ()).at({"server": server})


def test_a_token_address_in_the_clear_is_never_called(clock: FixedClock) -> None:
    with pytest.raises(Rejected, match="not valid"):
        oauth.refresh(Provider("https://a.example", "http://a.example/token", ()), APP, "r", wire(clock))


def test_the_browser_comes_back_with_a_code() -> None:
    assert oauth.code_from("?code=c%2F1&state=mine", "mine") == "c/1"


@pytest.mark.parametrize(
    ("query", "error", "said"),
    [
        ("code=c&state=other", Rejected, "another sign-in"),
        ("code=c", Rejected, "another sign-in"),
        ("state=mine", Rejected, "no code"),
        ("state=mine&error=access_denied&error_description=evil", Forbidden, "declined"),
        ("state=mine&error=server_error", Temporary, "Try again later"),
        ("state=mine&error=something_new", Forbidden, "did not sign you in"),
    ],
)
def test_the_browser_comes_back_without_one(query: str, error: type[ConnectorError], said: str) -> None:
    with pytest.raises(error, match=said) as caught:
        oauth.code_from(query, "mine")
    assert "evil" not in str(caught.value)


def test_a_code_becomes_tokens(stub: Stub, clock: FixedClock) -> None:
    body = {"access_token": "A1", "refresh_token": "R1", "expires_in": 7200, "scope": "post.read offline.access", "token_type": "bearer"}
    stub.script = [answer(200, body)]
    grant = oauth.exchange(provider(stub), APP, "the-code", wire(clock), pair=PAIR)
    assert (grant.access, grant.refresh, grant.scopes) == ("A1", "R1", ("post.read", "offline.access"))
    assert grant.expires_at == NOW + timedelta(hours=2)
    assert sent(stub) == {
        "grant_type": "authorization_code",
        "code": "the-code",
        "redirect_uri": APP.redirect_uri,
        "client_id": "client-1",
        "code_verifier": PAIR.verifier,
    }
    assert (stub.asked[0].method, stub.asked[0].path) == ("POST", "/token")


def test_a_code_without_a_proof_key(stub: Stub, clock: FixedClock) -> None:
    stub.script = [answer(200, {"access_token": "A1"})]
    assert oauth.exchange(provider(stub, pkce=False), APP, "the-code", wire(clock)) == oauth.Grant("A1", at=NOW)
    assert "code_verifier" not in sent(stub)


@pytest.mark.parametrize(
    ("client_auth", "secret", "header", "in_body"),
    [
        ("none", "the secret", None, None),
        ("body", "the secret", None, "the secret"),
        ("basic", "the secret", "Basic " + base64.b64encode(b"client-1:the%20secret").decode(), None),
        ("basic", None, None, None),
        ("body", None, None, None),
    ],
)
def test_how_the_app_proves_itself(
    stub: Stub, clock: FixedClock, client_auth: ClientAuth, secret: str | None, header: str | None, in_body: str | None
) -> None:
    stub.script = [answer(200, {"access_token": "A"})]
    oauth.refresh(provider(stub, client_auth=client_auth), App("client-1", "x", secret), "R", wire(clock))
    assert (stub.asked[0].headers.get("authorization"), sent(stub).get("client_secret")) == (header, in_body)
    assert "secret" not in stub.asked[0].path


@pytest.mark.parametrize(
    ("said", "seconds"),
    [(3600, 3600), ("3600", 3600), (3600.5, 3600.5), (-5, 0), (None, None), (True, None), ("soon", None), ([], None), ("nan", 0)],
)
def test_when_a_token_ends(stub: Stub, clock: FixedClock, said: Any, seconds: float | None) -> None:
    stub.script = [answer(200, {"access_token": "A", "expires_in": said})]
    grant = oauth.refresh(provider(stub), APP, "R", wire(clock))
    assert grant.expires_at == (None if seconds is None else NOW + timedelta(seconds=seconds))


@pytest.mark.parametrize("far", [10**12, "inf", 10**400])
def test_an_end_that_is_no_date_is_far_away_or_unknown(stub: Stub, clock: FixedClock, far: Any) -> None:
    stub.script = [answer(200, {"access_token": "A", "expires_in": far})]
    ends = oauth.refresh(provider(stub), APP, "R", wire(clock)).expires_at
    assert ends is None or ends == NOW + timedelta(days=3650)


@pytest.mark.parametrize(
    ("said", "scopes"), [("a b", ("a", "b")), ("a,b", ("a", "b")), (["a", 1, "b"], ("a", "b")), ("", ()), (None, None), (7, None)]
)
def test_which_rights_a_token_has(stub: Stub, clock: FixedClock, said: Any, scopes: tuple[str, ...] | None) -> None:
    stub.script = [answer(200, {"access_token": "A", "scope": said})]
    assert oauth.refresh(provider(stub), APP, "R", wire(clock)).scopes == scopes


def error(status: int, name: str, **headers: str) -> bytes:
    return answer(status, {"error": name, "error_description": "the-refresh-token is evil"}, **headers)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (error(400, "invalid_grant"), AuthExpired),
        (error(401, "invalid_client"), Forbidden),
        (error(400, "invalid_client"), Forbidden),
        (error(400, "unauthorized_client"), Forbidden),
        (error(400, "unsupported_grant_type"), Forbidden),
        (error(400, "invalid_scope"), Forbidden),
        (error(400, "invalid_request"), Rejected),
        (error(400, "temporarily_unavailable"), Temporary),
        (answer(400, {"error": {"message": "not the standard"}}), Rejected),
        (answer(400, b"<html>"), Rejected),
        (answer(401, b""), AuthExpired),
        (answer(402, {}), OutOfCredit),
        (answer(403, {}), Forbidden),
        (error(429, "invalid_grant", Retry_After="60"), RateLimited),
        (error(500, "invalid_grant"), Temporary),
        (answer(503, b""), Temporary),
        (answer(302, b"", Location="https://evil.example/"), Rejected),
        (answer(200, b"<html>"), Temporary),
        (answer(200, []), Temporary),
        (answer(200, {"access_token": ""}), Temporary),
        (answer(200, {"access_token": 7}), Temporary),
        (b"", Temporary),
        (answer(200, {"access_token": "A"})[:-4], Temporary),
    ],
)
def test_what_an_answer_means(
    stub: Stub,
    clock: FixedClock,
    caplog: pytest.LogCaptureFixture,
    said: bytes | Callable[[socket.socket], None],
    kind: type[ConnectorError],
) -> None:
    caplog.set_level(logging.DEBUG)
    stub.script = [said]
    with pytest.raises(ConnectorError) as caught:
        oauth.refresh(provider(stub, client_auth="body"), APP, "the-refresh-token", wire(clock))
    assert type(caught.value) is kind
    for secret in ("the-refresh-token", "the-client-secret", "evil"):
        assert secret not in f"{caught.value!r} {caplog.text}"
    assert len(stub.asked) == 1


def test_a_code_that_is_too_old_is_no_dead_account(stub: Stub, clock: FixedClock) -> None:
    stub.script = [error(400, "invalid_grant")]
    with pytest.raises(Rejected, match="took too long"):
        oauth.exchange(provider(stub), APP, "the-code", wire(clock), pair=PAIR)


def test_nothing_shows_its_secrets(stub: Stub) -> None:
    grant = oauth.Grant("the-access", "the-refresh", NOW, ("a",))
    shown = repr((APP, PAIR, grant, provider(stub), oauth.kept(Credentials({}), grant)))
    for secret in ("the-client-secret", PAIR.verifier, "the-access", "the-refresh"):
        assert secret not in shown


def test_a_grant_is_kept_beside_what_the_account_has() -> None:
    held = Credentials({"server": "s", "access": "A0", "refresh": "R0", "expires_at": "2026-11-21T08:00:00+00:00", "scopes": "a"})
    after = oauth.kept(held, oauth.Grant("A1", "R1", NOW, ("a", "b")))
    assert after.values == {"server": "s", "access": "A1", "refresh": "R1", "expires_at": NOW.isoformat(), "scopes": "a b"}
    assert (oauth.ends_at(after), oauth.scopes_of(after)) == (NOW, ("a", "b"))


def test_an_answer_that_names_little_empties_nothing() -> None:
    held = Credentials({"access": "A0", "refresh": "R0", "expires_at": NOW.isoformat(), "scopes": "a"})
    after = oauth.kept(held, oauth.Grant("A1"))
    assert after.values == {"access": "A1", "refresh": "R0", "scopes": "a"}
    assert (oauth.ends_at(after), oauth.ends_at(Credentials({"expires_at": "2026-11-21T08:00:00"}))) == (None, None)


def test_renewing_stores_the_new_login(stub: Stub, clock: FixedClock) -> None:
    stub.script = [answer(200, {"access_token": "A1", "expires_in": 60})]
    tokens = HeldTokens(Credentials({"access": "A0", "refresh": "R0"}))
    after = oauth.renew(provider(stub), APP, tokens, wire(clock), used="A0")
    assert after == tokens.read()
    times = {"expires_at": (NOW + timedelta(seconds=60)).isoformat(), "got_at": NOW.isoformat(), "renewed_at": NOW.isoformat()}
    assert after.values == {"access": "A1", "refresh": "R0", **times}
    assert sent(stub) == {"grant_type": "refresh_token", "refresh_token": "R0", "client_id": "client-1"}


def test_a_login_that_somebody_renewed_already_is_used(stub: Stub, clock: FixedClock) -> None:
    tokens = HeldTokens(Credentials({"access": "A1", "refresh": "R1"}))
    assert oauth.renew(provider(stub), APP, tokens, wire(clock), used="A0").values["access"] == "A1"
    assert stub.asked == []


def test_a_login_without_a_refresh_token_needs_a_person(stub: Stub, clock: FixedClock) -> None:
    with pytest.raises(AuthExpired, match="Connect the account again"):
        oauth.renew(provider(stub), APP, HeldTokens(Credentials({"access": "A0"})), wire(clock))
    assert stub.asked == []


class Raced(HeldTokens):
    """A store in which another process is faster while we ask the platform."""

    def __init__(self, held: Credentials, theirs: Credentials) -> None:
        super().__init__(held)
        self._theirs = theirs
        self._reads = 0

    def read(self) -> Credentials:
        self._reads += 1
        return super().read() if self._reads == 1 else self._theirs

    def swap(self, old: Credentials, new: Credentials) -> bool:
        del old, new
        return False


@pytest.mark.parametrize("said", [answer(200, {"access_token": "A1", "refresh_token": "R1"}), error(400, "invalid_grant")])
def test_a_faster_process_wins(stub: Stub, clock: FixedClock, said: bytes) -> None:
    """Also where the platform turns our refresh token away because the other one has used it up."""
    stub.script = [said]
    tokens = Raced(Credentials({"access": "A0", "refresh": "R0"}), Credentials({"access": "A9", "refresh": "R9"}))
    assert oauth.renew(provider(stub), APP, tokens, wire(clock)).values == {"access": "A9", "refresh": "R9"}


def test_a_dead_refresh_token_leaves_the_login_as_it_was(stub: Stub, clock: FixedClock) -> None:
    stub.script = [error(400, "invalid_grant")]
    tokens = HeldTokens(Credentials({"access": "A0", "refresh": "R0"}))
    with pytest.raises(AuthExpired):
        oauth.renew(provider(stub), APP, tokens, wire(clock))
    assert tokens.read().values == {"access": "A0", "refresh": "R0"}


def test_the_stored_end_is_utc() -> None:
    after = oauth.kept(Credentials({}), oauth.Grant("A", expires_at=datetime(2026, 11, 21, 9, tzinfo=UTC)))
    assert after.values["expires_at"] == "2026-11-21T09:00:00+00:00"


def test_the_app_of_an_account() -> None:
    assert oauth.app_of(Credentials({"client_id": " a ", "client_secret": ""}), "http://127.0.0.1:1/") == App("a", "http://127.0.0.1:1/")
    assert oauth.app_of(Credentials({"client_id": "a", "client_secret": "s"})) == App("a", "", "s")


@pytest.mark.parametrize(
    ("platform", "authorize", "token"),
    [
        ("x", "https://x.com/i/oauth2/authorize", "https://api.x.com/2/oauth2/token"),
        ("mastodon", "https://social.example/oauth/authorize", "https://social.example/oauth/token"),
    ],
)
def test_where_a_platform_signs_people_in_is_data(platform: str, authorize: str, token: str) -> None:
    found = facts.load(platform).sign_in
    assert found is not None
    at = found.at({"server": "social.example"})
    assert (at.authorize_url, at.token_url, at.pkce) == (authorize, token, True)
    assert at.scopes


def test_a_platform_without_a_sign_in_has_none() -> None:
    assert facts.load("bluesky").sign_in is None
