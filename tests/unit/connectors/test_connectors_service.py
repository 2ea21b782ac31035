"""Versions of interfaces as data, bearer logins, and the memory that keeps a create from happening twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from connectors_stub import FixedClock, MemoryJournal, Stub, answer

from connectors import attempts, bearer, facts, registry, service
from connectors.base import Credentials, Found, NotFound, Part, Receipt, Ref, Timeouts
from connectors.errors import AuthExpired, Doubtful, Duplicate, Forbidden, Rejected
from connectors.tokens import HeldTokens

if TYPE_CHECKING:
    from datetime import datetime

QUICK = Timeouts(connect=2, read=2, media=2, total=4)
END = date(2027, 1, 15)
KNOWN = service.Service("https://api.example.org", "2", (service.Version("1", None, "documented"), service.Version("2", END, "documented")))
PART = Part(0, {"text": "Hello"})


@pytest.mark.parametrize(
    ("today", "words"),
    [
        (END - timedelta(days=61), ""),
        (END - timedelta(days=60), "switches off the version 2 of its interface on 2027-01-15"),
        (END - timedelta(days=1), "switches off"),
        (END, "has switched off the version 2"),
    ],
)
def test_people_hear_of_an_ending_version_sixty_days_ahead(today: date, words: str) -> None:
    said = KNOWN.warning("Example", today)
    assert (words in said, bool(said)) == (True, bool(words))


def test_an_ended_version_is_refused_and_an_unknown_end_is_none() -> None:
    KNOWN.require("Example", END - timedelta(days=1))
    with pytest.raises(Forbidden, match="post by hand"):
        KNOWN.require("Example", END)
    for name in ("1", "3"):
        other = replace(KNOWN, used=name)
        other.require("Example", date(2100, 1, 1))
        assert (other.version.sunset, other.warning("Example", date(2100, 1, 1))) == (None, "")


@pytest.mark.parametrize("name", [info.name for info in registry.platforms() if info.service])
def test_every_version_in_use_stands_in_its_table(name: str) -> None:
    known = facts.load(name)
    used = known.require_service()
    assert used.used in {one.name for one in used.versions}
    assert known.api is not None
    assert known.api.api_version == used.used
    assert set(dict(used.post_figures)) <= set(known.api.metrics)
    assert all(one.status for one in used.versions)


def test_a_platform_without_an_interface_has_no_service() -> None:
    with pytest.raises(ValueError, match="no \\[service\\] table"):
        facts.load("reddit").require_service()


def wire(stub: Stub, **values: str) -> bearer.Wire:
    return bearer.Wire(KNOWN, Credentials({"server": stub.url, "access": "hush", **values}), FixedClock(), QUICK)


def test_the_token_stands_in_the_header_alone(stub: Stub) -> None:
    stub.script += [answer(200, {"a": 1}), answer(200, {"b": 2})]
    assert wire(stub).content(bearer.Call("POST", "/x", "create", (("q", "1"),), form={"text": "a b"})) == {"a": 1}
    assert wire(stub).content(bearer.Call("POST", "/x", "create", body={"text": "a b"})) == {"b": 2}
    form, body = stub.asked
    assert (form.path, form.body, form.headers["authorization"]) == ("/x?q=1", b"text=a+b", "Bearer hush")
    assert (body.json, body.headers["content-type"]) == ({"text": "a b"}, "application/json")
    assert "hush" not in form.path


def test_without_a_token_nothing_is_asked(stub: Stub) -> None:
    with pytest.raises(AuthExpired, match="no access token"):
        wire(stub, access=" ").ask(bearer.Call("GET", "/x", "read"))
    assert stub.asked == []


def test_only_this_machine_may_stand_in_a_platforms_place() -> None:
    assert bearer.server_of(KNOWN, Credentials({"server": "https://evil.example.org"})) == KNOWN.server
    assert bearer.server_of(KNOWN, Credentials({"server": "http://127.0.0.1:1"})) == "http://127.0.0.1:1"
    elsewhere = bearer.Wire(KNOWN, Credentials({"access": "hush"}), FixedClock(), QUICK)
    assert elsewhere.require_home("https://up.example.org/1", "example.org") == "https://up.example.org/1"
    for url in ("http://127.0.0.1:1/x", "https://example.org.evil.example/x", "https://u:p@example.org/x", None):
        with pytest.raises(Rejected):
            elsewhere.require_home(url, "example.org")


def test_a_login_is_renewed_where_the_platform_renews_it(stub: Stub) -> None:
    stub.script += [answer(200, {"access_token": "new", "expires_in": 60})]
    login = {"server": stub.url, "access": "old", "refresh": "r1", "client_id": "c", "client_secret": "s"}
    tokens = HeldTokens(Credentials(login))
    assert bearer.renew(facts.load("linkedin"), tokens, FixedClock(), QUICK, "old")
    held = tokens.read().values
    assert (held["access"], held["refresh"], stub.asked[0].path) == ("new", "r1", "/oauth/v2/accessToken")
    assert bearer.renew(facts.load("linkedin"), tokens, FixedClock(), QUICK, "old")
    assert len(stub.asked) == 1


def test_without_a_refresh_token_only_another_token_helps() -> None:
    tokens = HeldTokens(Credentials({"access": "a"}))
    assert not bearer.renew(facts.load("linkedin"), tokens, FixedClock(), QUICK, "a")
    assert bearer.renew(facts.load("linkedin"), tokens, FixedClock(), QUICK, "older")
    assert not bearer.renew(facts.load("reddit"), tokens, FixedClock(), QUICK, "a")
    at_home = bearer.provider_of(facts.load("linkedin"), Credentials({}))
    assert at_home == facts.load("linkedin").sign_in


def test_a_pasted_token_ends_at_the_latest_after_its_days() -> None:
    tokens, clock = HeldTokens(Credentials({"access": "a"})), FixedClock()
    first = clock.now() + timedelta(days=60)
    assert bearer.ends_at(tokens, None, clock.now()) is None
    assert bearer.ends_at(tokens, 60, clock.now()) == first
    clock.pass_(days=3)
    assert bearer.ends_at(tokens, 60, clock.now()) == first
    before = tokens.read()
    bearer.remember(tokens, access="a")
    assert tokens.read() is before


def receipt() -> Receipt:
    return Receipt(Ref("1"), None, None)


def raise_doubt() -> Receipt:
    raise Doubtful("Lost.")


def raise_refusal() -> Receipt:
    raise Rejected("No.")


def no_look(_: datetime) -> NotFound:
    raise AssertionError


def test_a_create_that_arrived_is_found_and_never_sent_again() -> None:
    journal, clock = MemoryJournal(), FixedClock()
    with pytest.raises(Doubtful):
        attempts.once(PART, journal, clock.now(), no_look, raise_doubt)
    begun = clock.now()
    clock.pass_(minutes=5)
    looked: list[datetime] = []

    def look(since: datetime) -> Found:
        looked.append(since)
        return Found(receipt())

    assert attempts.once(PART, journal, clock.now(), look, raise_refusal) == receipt()
    assert looked == [begun - attempts.SKEW]
    assert attempts.once(PART, journal, clock.now(), no_look, raise_refusal) == receipt()
    with pytest.raises(Duplicate) as caught:
        attempts.once(Part(0, {"text": "Other"}), journal, clock.now(), no_look, raise_refusal)
    assert caught.value.existing == "1"


def test_a_create_that_did_not_arrive_is_sent_and_a_refusal_leaves_nothing_behind() -> None:
    journal, clock = MemoryJournal(), FixedClock()
    with pytest.raises(Rejected):
        attempts.once(PART, journal, clock.now(), no_look, raise_refusal)
    with pytest.raises(Doubtful):
        attempts.once(PART, journal, clock.now(), no_look, raise_doubt)
    assert attempts.once(PART, journal, clock.now(), lambda _: NotFound(final=False), receipt) == receipt()


def test_where_nobody_can_look_a_person_has_decided() -> None:
    journal, clock = MemoryJournal(), FixedClock()
    with pytest.raises(Doubtful):
        attempts.once(PART, journal, clock.now(), None, raise_doubt)
    assert attempts.once(PART, journal, clock.now(), None, receipt) == receipt()
