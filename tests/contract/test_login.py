"""The way through the browser, against a real provider: there, allowed by a person, back with a login; and Mastodon's own apps."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from connectors import facts, login, oauth, registry, ways
from connectors.errors import Forbidden, Rejected, Temporary
from connectors.sign_in import Provider
from connectors.ways import Way
from tests.contract.connector_rig import PATIENT, RealClock
from tests.servers.oidc import Oidc, oidc
from tests.unit.connectors.connectors_stub import answer, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

WIRE = oauth.Wire(RealClock(), PATIENT)
BACK = "http://localhost:8501/oauth/callback"
APP = {"client_id": "discreet", "client_secret": "a-client-secret"}
PLACES = Provider("https://{server}/oauth2/authorize", "https://{server}/oauth2/token", ("openid", "email"), "basic")
WAY = Way(PLACES, (), own_app=False)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Oidc]:
    with oidc(tmp_path_factory.mktemp("oidc")) as running:
        yield running


def begun(way: Way, values: dict[str, str], state: str) -> login.Begun:
    return login.begin(way, values, BACK, state=state, randomness=secrets.token_bytes(32), wire=WIRE)


def test_there_and_back_with_a_real_provider(server: Oidc) -> None:
    state = secrets.token_hex(16)
    there = begun(WAY, {**APP, "server": server.url}, state)
    back = server.sign_in(there.url, "ada")
    made = login.finish(WAY, there.values, BACK, query=urlsplit(back).query, state=state, verifier=there.verifier, wire=WIRE)
    assert server.who(made.values["access"]) == "ada"
    assert made.values["client_id"] == "discreet"
    assert made.values["server"] == server.url
    assert made.values["refresh"]
    assert "a-client-secret" not in repr(there)


def test_a_stolen_answer_and_a_declined_one(server: Oidc) -> None:
    state = secrets.token_hex(16)
    there = begun(WAY, {**APP, "server": server.url}, state)
    back = urlsplit(server.sign_in(there.url, "ada")).query
    with pytest.raises(Rejected, match="another sign-in"):
        login.finish(WAY, there.values, BACK, query=back, state="another", verifier=there.verifier, wire=WIRE)
    login.finish(WAY, there.values, BACK, query=back, state=state, verifier=there.verifier, wire=WIRE)
    with pytest.raises(Rejected, match="used before"):
        login.finish(WAY, there.values, BACK, query=back, state=state, verifier=there.verifier, wire=WIRE)
    declined = f"{urlsplit(server.decline(there.url)).query}&state={state}"  # this provider leaves the state out of a refusal
    with pytest.raises(Forbidden, match="declined"):
        login.finish(WAY, there.values, BACK, query=declined, state=state, verifier=there.verifier, wire=WIRE)


def test_without_a_proof_key_where_the_platform_wants_none(server: Oidc) -> None:
    way = replace(WAY, provider=replace(PLACES, pkce=False))
    there = begun(way, {**APP, "server": server.url}, "s1")
    assert there.verifier == ""
    assert "code_challenge" not in there.url
    back = urlsplit(server.sign_in(there.url, "grace")).query
    made = login.finish(way, there.values, BACK, query=back, state="s1", verifier="", wire=WIRE)
    assert server.who(made.values["access"]) == "grace"


def test_an_app_has_to_be_named_where_the_platform_makes_none() -> None:
    with pytest.raises(Rejected, match="client ID is missing"):
        begun(WAY, {"server": "social.example"}, "s")


def test_a_mastodon_server_makes_its_own_app() -> None:
    way = ways.way(facts.load("mastodon"))
    assert way is not None
    assert way.own_app
    assert [one.name for one in way.fields][:1] == ["server"]
    with serving() as stub:
        stub.script = [answer(200, {"client_id": "c1", "client_secret": "s1", "name": "Discreet"})]
        there = begun(way, {"server": stub.url}, "s")
        form = {name: values[0] for name, values in parse_qs(stub.asked[0].body.decode()).items()}
        assert (stub.asked[0].path, form["redirect_uris"], form["client_name"]) == ("/api/v1/apps", BACK, "Discreet")
        assert there.values == {"server": stub.url, "client_id": "c1", "client_secret": "s1"}
        asked = parse_qs(urlsplit(there.url).query)
        assert (asked["client_id"], asked["redirect_uri"], asked["state"]) == (["c1"], [BACK], ["s"])
        again = begun(way, dict(there.values), "t")
        assert again.values == there.values
        assert len(stub.asked) == 1


@pytest.mark.parametrize("said", [{}, [], {"client_id": ""}])
def test_a_server_that_makes_no_app_is_said(said: object) -> None:
    way = ways.way(facts.load("mastodon"))
    assert way is not None
    with serving() as stub:
        stub.script = [answer(200, said)]
        with pytest.raises(Temporary, match="made no app"):
            begun(way, {"server": stub.url}, "s")


def test_an_address_that_is_no_server_is_refused() -> None:
    way = ways.way(facts.load("mastodon"))
    assert way is not None
    with pytest.raises(Rejected, match="server"):
        begun(way, {"server": "http://social.example"}, "s")


def test_which_platforms_sign_in_this_way_and_what_they_ask_for() -> None:
    assert ways.way(facts.load("bluesky")) is None
    assert ways.way(facts.load("reddit")) is None
    for info in registry.platforms():
        names = [one.name for one in info.sign_in_fields]
        assert not {"access", "refresh"} & set(names)
        assert bool(names) == info.signs_in
    with pytest.raises(Rejected, match="no sign-in through the browser"):
        registry.begin_sign_in("bluesky", {}, BACK, state="s", randomness=b"x" * 32, clock=RealClock())
