"""The way through the browser of the platforms in beta, against their stand-ins: there, allowed, back, and the choice of a page or board."""

from __future__ import annotations

import logging
import re
import urllib.request
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from connectors import facts, oauth, registry
from connectors.base import Credentials
from connectors.errors import AuthExpired, Forbidden, Rejected, Temporary
from connectors.tokens import HeldTokens
from tests.contract.connector_rig import PATIENT, RealClock
from tests.servers.door import APP, at_home
from tests.servers.linkedin import LinkedIn
from tests.servers.meta import PAGE, FacebookPage, Threads
from tests.servers.pinterest import BOARD, Pinterest

if TYPE_CHECKING:
    from collections.abc import Callable

    from connectors.base import AuthState
    from connectors.sign_in import Offer
    from tests.servers.pretend import Pretend

BACK, STATE = "http://localhost:8501/oauth/callback", "a-state-of-this-test"
CLOCK = RealClock()
SERVERS: dict[str, Callable[[], Any]] = {"facebook": FacebookPage, "threads": Threads, "linkedin": LinkedIn, "pinterest": Pinterest}


class Place:
    """One platform with its stand-in, as the registry sees it."""

    def __init__(self, name: str, server: Pretend, patch: pytest.MonkeyPatch) -> None:
        self.name, self.server = name, server
        known = at_home(facts.load(name), server.url)
        patch.setattr(registry.platform_facts, "load", lambda _: known)

    def back(self, way: str = "Allow", **values: str) -> tuple[dict[str, str], str, str]:
        """Begin, look at the platform's page, take one of its ways; return what is kept, the query that came back, the verifier."""
        url, kept, verifier = registry.begin_sign_in(self.name, {**APP, **values}, BACK, state=STATE, randomness=b"r" * 32, clock=CLOCK)
        with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - our own loopback address
            page = answer.read().decode()
        link = next(unescape(found) for found, text in re.findall(r'<a href="([^"]+)">(\w+)</a>', page) if text == way)
        assert link.startswith(f"{BACK}?")
        return dict(kept), urlsplit(link).query, verifier

    def signed_in(self, **values: str) -> Credentials:
        kept, query, verifier = self.back(**values)
        return registry.finish_sign_in(self.name, kept, BACK, query=query, state=STATE, verifier=verifier, clock=CLOCK)

    def offers(self, login: Credentials) -> tuple[Offer, ...]:
        return registry.offers(self.name, login, clock=CLOCK)

    def who(self, login: Credentials, offer: Offer | None = None) -> tuple[AuthState, Credentials]:
        values = {**login.values, **(offer.values if offer else {})}
        tokens = HeldTokens(Credentials({name: value for name, value in values.items() if value}))
        return registry.connect(self.name, "api", tokens.read(), tokens, clock=CLOCK, timeouts=PATIENT).check_auth(), tokens.read()


@pytest.fixture
def place(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    name: str = request.param
    with SERVERS[name]() as server:
        yield Place(name, server, monkeypatch)


every = pytest.mark.parametrize("place", SERVERS, indirect=True)


def only(name: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("place", [name], indirect=True)


@pytest.mark.feature("Accounts' health")
@every
def test_there_and_back(place: Place) -> None:
    login = place.signed_in()
    offers = place.offers(login)
    assert bool(offers) == bool(registry.platform(place.name).chooses)
    state, kept = place.who(login, offers[0] if offers else None)
    assert (state.ok, bool(state.handle)) == (True, True)
    assert kept.values["got_at"]
    assert "renewed_at" not in kept.values
    assert all(secret not in f"{offers!r}{login!r}" for secret in (kept.values["access"], login.values["access"], APP["client_secret"]))


@every
def test_a_code_works_once_and_a_refusal_is_said(place: Place) -> None:
    kept, query, verifier = place.back()
    registry.finish_sign_in(place.name, kept, BACK, query=query, state=STATE, verifier=verifier, clock=CLOCK)
    with pytest.raises((Rejected, Forbidden, AuthExpired)):
        registry.finish_sign_in(place.name, kept, BACK, query=query, state=STATE, verifier=verifier, clock=CLOCK)
    kept, query, verifier = place.back("Decline")
    with pytest.raises(Forbidden, match="declined"):
        registry.finish_sign_in(place.name, kept, BACK, query=query, state=STATE, verifier=verifier, clock=CLOCK)


@every
def test_a_wrong_app_secret_is_said_and_no_secret_is_in_it(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    for name in [None, *logging.Logger.manager.loggerDict]:
        caplog.set_level(logging.DEBUG, name)
    kept, query, verifier = place.back(client_secret="not-the-secret")
    with pytest.raises((Rejected, Forbidden, AuthExpired)) as caught:
        registry.finish_sign_in(place.name, kept, BACK, query=query, state=STATE, verifier=verifier, clock=CLOCK)
    assert place.signed_in().values["access"]
    shown = f"{caught.value} {caught.value!r} {caplog.text}"
    assert all(secret not in shown for secret in ("not-the-secret", APP["client_secret"], "short-", "long-", "signed-in-at"))


@only("threads")
def test_threads_gives_a_long_login_for_a_short_one(place: Place) -> None:
    login = place.signed_in()
    assert login.values["access"].startswith("long-")
    end = oauth.ends_at(login)
    assert end is not None
    assert (end - CLOCK.now()).days == 59
    assert place.server.door.asked == "threads_basic,threads_content_publish,threads_manage_insights,threads_delete"  # type: ignore[attr-defined]
    tokens = HeldTokens(login)
    registry.connect("threads", "api", login, tokens, clock=CLOCK, timeouts=PATIENT).refresh_auth(tokens)
    after = tokens.read().values
    assert after["access"] != login.values["access"]
    assert after["renewed_at"] == after["got_at"] > login.values["got_at"]


@pytest.mark.parametrize("place", ["threads", "facebook"], indirect=True)
def test_a_login_that_is_not_lengthened_is_none(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.servers.meta import Graph, error  # noqa: PLC0415 - beside its one use

    monkeypatch.setattr(Graph, "lengthen", lambda *_: error(1, 500))
    with pytest.raises(Temporary):
        place.signed_in()


@only("facebook")
def test_facebook_offers_the_pages_on_which_one_may_post(place: Place) -> None:
    server: Any = place.server
    login = place.signed_in()
    [offer] = place.offers(login)
    assert (offer.key, offer.title) == (PAGE, "Juniper Counseling")
    state, kept = place.who(login, offer)
    assert (state.handle, state.remote_id, state.expires_at) == ("Juniper Counseling", PAGE, None)
    assert kept.values["access"] == f"page-token-{PAGE}"
    assert oauth.scopes_of(kept) == tuple(server.allowed)
    server.pages["42"] = ("Another page", ["CREATE_CONTENT"])
    assert [one.title for one in place.offers(login)] == ["Juniper Counseling", "Another page"]
    server.pages = {"42": ("Another page", ["ANALYZE"])}
    with pytest.raises(Forbidden, match="reaches no page"):
        place.offers(login)
    server.allowed.remove("pages_manage_posts")
    with pytest.raises(Forbidden, match="may not pages_manage_posts"):
        place.offers(login)


@only("linkedin")
def test_linkedin_offers_the_member_and_with_the_wider_rights_the_pages(place: Place) -> None:
    server: Any = place.server
    assert [one.key for one in place.offers(place.signed_in())] == ["member"]
    assert server.door.asked == "openid profile w_member_social"
    login = place.signed_in(pages="yes")
    assert server.door.asked.endswith("w_organization_social r_organization_social rw_organization_admin")
    member, page = place.offers(login)
    assert (member.title, page.title, page.note) == ("Dana Nobody", "Juniper Counseling", "Page 4711")
    assert place.who(login, page)[0].remote_id == "urn:li:organization:4711"
    assert place.who(login, member)[0].remote_id == "urn:li:person:abc123"
    server.roles["99"] = "CONTENT_ADMINISTRATOR"
    assert [one.title for one in place.offers(login)][2:] == ["99"]


@only("pinterest")
def test_pinterest_offers_the_boards(place: Place) -> None:
    server: Any = place.server
    login = place.signed_in()
    assert [(one.key, one.title, one.note) for one in place.offers(login)] == [
        (BOARD, "Rooms", "Public board"),
        ("7", "Drafts", "Secret board"),
    ]
    server.boards = {}
    with pytest.raises(Forbidden, match="no board yet"):
        place.offers(login)


@pytest.mark.parametrize("platform", ["mastodon", "x", "threads"])
def test_elsewhere_there_is_nothing_to_choose(platform: str) -> None:
    assert registry.offers(platform, Credentials({"access": "t"}), clock=CLOCK) == ()
