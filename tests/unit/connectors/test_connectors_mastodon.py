"""Mastodon without a server: counting, rendering, comparing, and what a server's own words are taken for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from connectors_stub import FixedClock, Stub, answer

from connectors import facts, registry
from connectors.base import Credentials, Link, Media, Ref, Timeouts, Variant
from connectors.errors import Forbidden, Rejected, Temporary
from connectors.mastodon import mapping, server
from connectors.mastodon.connector import MastodonAccount, preview
from connectors.mastodon.server import Server, Servers
from connectors.tokens import HeldTokens

QUICK = Timeouts(connect=1, read=1, media=1, total=2)
PLAN = registry.preview("mastodon", "api")
_LONG_LINK = (
    '<p>See <a href="https://example.org/long"><span class="invisible">https://</span><span class="ellipsis">example.org/lo</span>'
    '<span class="invisible">ng</span></a></p>'
)
"""How Mastodon shows a long link."""
FAMILY = "👨‍👩‍👧‍👦"


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("a" * 500, 500),
        (FAMILY * 500, 500),
        ("🇺🇸" * 500, 500),
        ("日" * 500, 500),
        ("e\u0301" * 500, 500),
        ("شكرا ", 5),
        ("https://example.org/" + "a" * 400, 23),
        ("example.org", 11),
        ("(https://example.org/a) and https://example.org/b", 53),
        ("@ada@social.example.org hello", 10),
        ("@ada hello", 10),
        ("mail ada@example.org", 20),
        ("#SocialWork", 11),
        ("\u200f" + "سلام", 5),
        ("line\nline", 9),
    ],
)
def test_the_count_follows_mastodons_own_rules(text: str, length: int) -> None:
    """Written down from StatusLengthValidator: grapheme clusters, links 23, the server part of a mention free."""
    verdict = PLAN.measure(Variant((text,)))
    assert (verdict.unit, verdict.parts[0].used, verdict.parts[0].limit) == ("mastodon", length, 500)
    assert verdict.fits


@pytest.mark.parametrize("mode", ["api", "hand"])
def test_a_warning_counts_and_one_more_is_too_much(mode: str) -> None:
    plan = registry.preview("mastodon", mode)
    assert plan.measure(Variant(("a" * 495,), content_warning="Grief")).fits
    over = plan.measure(Variant(("a" * 496, "b"), content_warning="Grief"))
    assert ([part.used for part in over.parts], [problem.field for problem in over.problems]) == ([501, 6], ["text"])
    assert "Part 1 is too long for Mastodon: 501 of 500" in over.problems[0].reason


def test_what_is_sent() -> None:
    image = Media("a.png", "image/png", b"\x89PNG\r\n\x1a\n", "A door")
    variant = Variant(
        ("one", "two"), media=(image,), tags=("Help",), langs=("en-GB", "de"), content_warning="Grief", link=Link("https://example.org")
    )
    first, second = PLAN.render(variant)
    assert first.payload == {
        "status": "one\n\n#Help\n\nhttps://example.org",
        "visibility": "public",
        "spoiler_text": "Grief",
        "language": "en",
        "images": [{"digest": image.digest, "alt": "A door"}],
    }
    assert (first.media, second.media, second.payload["images"], second.payload["spoiler_text"]) == ((image.digest,), (), [], "Grief")
    assert PLAN.render(Variant(("x",), langs=()))[0].payload["language"] == ""


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("<p>one<br>two</p><p>three</p>", "one\ntwo\n\nthree"),
        (_LONG_LINK, "See https://example.org/long"),
        ('<p><a href="https://s.example/tags/Help" class="mention hashtag">#<span>Help</span></a> &amp; &lt;b&gt;</p>', "#Help & <b>"),
        (None, ""),
        (7, ""),
    ],
)
def test_a_status_is_read_as_a_reader_sees_it(content: Any, text: str) -> None:
    assert mapping.text_of({"content": content}) == text


def _status(text: str, **more: Any) -> dict[str, Any]:
    return {"id": "7", "content": f"<p>{text}</p>", "media_attachments": [], "in_reply_to_id": None, **more}


@pytest.mark.parametrize(
    ("status", "previous", "ours"),
    [
        (_status("Hello @ada and @grace"), (), True),
        (_status("Hello  @ada@social.example and @grace\u200b".removesuffix("\u200b")), (), True),
        (_status("Hello @ada and @linus"), (), False),
        (_status("Hello @ada and @grace", media_attachments=[{}]), (), False),
        (_status("Hello @ada and @grace", in_reply_to_id="5"), (), False),
        (_status("Hello @ada and @grace", in_reply_to_id="5"), (Ref("4"), Ref("5")), True),
        (_status("Hello @ada and @grace"), (Ref("5"),), False),
        (_status("Hello @ada and @grace", media_attachments="odd"), (), True),
    ],
)
def test_which_status_is_ours(status: dict[str, Any], previous: tuple[Ref, ...], ours: bool) -> None:
    """The server shows a mention without its server."""
    (part,) = PLAN.render(Variant(("Hello @ada@social.example\nand @grace",)))
    assert mapping.is_ours(part, status, previous) == ours


@pytest.mark.parametrize(
    ("version", "plain"),
    [
        ("4.7.3", True),
        ("4.4.0-beta.1", True),
        ("4.4.0rc2", True),
        ("3.5.19", True),
        ("4.3.0-nightly.2026-01-02", True),
        ("4.3.0+glitch", False),
        ("2.7.2 (compatible; Pleroma 2.5.0)", False),
        ("0.17.3 git-abc", False),
        ("4.2.0 (compatible; Iceshrimp.NET/2025.1)", False),
        ("", False),
    ],
)
def test_what_is_mastodon_itself(version: str, plain: bool) -> None:
    assert server.read({"version": f" {version}"}) == Server(version, plain)


def test_what_a_server_says_in_its_own_way() -> None:
    assert server.read({"version": 4, "max_toot_chars": 5000, "configuration": [], "rules": {}}) == Server(
        "", False, {"text_limit": "5000"}
    )
    odd = {
        "statuses": {"max_characters": "500", "max_media_attachments": 0, "characters_reserved_per_url": True},
        "media_attachments": {"supported_mime_types": ["image/png", 7, "video/mp4"], "image_size_limit": 8},
    }
    found = server.read({"version": "4.7.3", "configuration": odd, "rules": [{"text": "Be kind."}, {"text": 7}, "odd"]})
    assert found == Server("4.7.3", True, {"image_bytes": "8", "mimes": "image/png"}, ("Be kind.",))
    assert found.told() == {"image_bytes": "8", "mimes": "image/png", "software": "Mastodon 4.7.3", "verified": "yes", "rules": "Be kind."}
    assert Server("", False).told() == {"software": "unknown", "verified": "no"}


def test_a_server_is_asked_once_a_day(clock: FixedClock) -> None:
    known, asked = Servers(), []

    def ask() -> Server:
        asked.append(clock.now())
        return Server("4.7.3", True)

    for refresh, hours in ((False, 0), (False, 23), (False, 1), (True, 1)):
        clock.pass_(hours=hours)
        known.get("https://a.example", clock.now(), ask, refresh=refresh)
    assert [moment - asked[0] for moment in asked] == [timedelta(), timedelta(hours=24), timedelta(hours=25)]


@pytest.mark.parametrize("text", ["social.example", " https://social.example/ "])
def test_people_leave_out_the_scheme(text: str) -> None:
    assert server.address(text) == "https://social.example"


@pytest.mark.parametrize("text", ["", "http://social.example", "social.example/@ada", "https://me:pw@social.example", "ftp://a.example"])
def test_an_address_that_is_none(text: str) -> None:
    with pytest.raises(Rejected, match=r"mastodon\.social"):
        server.address(text)


def test_told_limits_change_what_is_measured() -> None:
    told = {"told.text_limit": "10", "told.images": "0", "told.alt_limit": "many", "told.mimes": "image/png", "server": "a.example"}
    known = facts.tuned(facts.load("mastodon"), told)
    assert known.api is not None
    assert (known.api.length.limit, known.api.media.max_items, known.api.media.alt_limit) == (10, 4, 1500)
    assert known.api.media.mimes == ("image/png",)
    assert (known.hand.length.limit, known.hand.idempotency) == (10, "none")
    assert facts.tuned(facts.load("mastodon"), {"server": "a.example"}) is facts.load("mastodon")
    reddit = facts.tuned(facts.load("reddit"), {"told.text_limit": "10"})
    assert (reddit.api, reddit.hand.length.limit) == (None, 10)


def test_without_a_login_nothing_is_sent() -> None:
    with pytest.raises(Forbidden, match="not connected"):
        PLAN.check_auth()
    with pytest.raises(ValueError, match="api"):
        preview(facts.replace(facts.load("mastodon"), api=None))


def account(stub: Stub, clock: FixedClock) -> MastodonAccount:
    found = registry.connect("mastodon", "api", Credentials({"server": stub.url, "access": "the-token"}), clock=clock, timeouts=QUICK)
    assert isinstance(found, MastodonAccount)
    return found


def test_the_composer_link_goes_to_the_accounts_own_server(stub: Stub, clock: FixedClock) -> None:
    link = account(stub, clock).compose_link(Variant(("words",)))
    assert link is not None
    assert "/share?text=words" in link.url


@pytest.mark.parametrize("body", [b"<html>", {"username": "ada"}, {"id": "1"}, []])
def test_an_answer_about_us_that_cannot_be_read(stub: Stub, clock: FixedClock, body: Any) -> None:
    stub.script = [answer(200, body)]
    with pytest.raises(Temporary, match="cannot be read"):
        account(stub, clock).check_auth()


@pytest.mark.parametrize("body", [b"<html>", {"id": True}, {"id": None}])
def test_a_look_that_cannot_tell_who_we_are(stub: Stub, clock: FixedClock, body: Any) -> None:
    stub.script = [answer(200, body)]
    (part,) = PLAN.render(Variant(("words",)))
    connector = account(stub, clock)
    with pytest.raises(Temporary):
        connector.find(part, attempt_key="k", since=clock.now(), journal=_Journal())


def test_a_list_that_is_none_cannot_be_searched(stub: Stub, clock: FixedClock) -> None:
    stub.script = [answer(200, {"id": "1"}), answer(200, {"not": "a list"})]
    (part,) = PLAN.render(Variant(("words",)))
    with pytest.raises(Temporary):
        account(stub, clock).find(part, attempt_key="k", since=clock.now(), journal=_Journal())


def test_a_search_that_is_refused(stub: Stub, clock: FixedClock) -> None:
    stub.script = [answer(200, {"id": 1}), answer(403, {"error": "no"})]
    (part,) = PLAN.render(Variant(("words",)))
    with pytest.raises(Forbidden):
        account(stub, clock).find(part, attempt_key="k", since=clock.now(), journal=_Journal())


def test_a_part_in_the_air_is_not_sent(stub: Stub, clock: FixedClock) -> None:
    _, second = PLAN.render(Variant(("one", "two")))
    with pytest.raises(Rejected, match="nothing to reply to"):
        account(stub, clock).publish(second, attempt_key="k", journal=_Journal(), media=_Journal())
    assert stub.asked == []


def test_a_login_that_is_refused_again_needs_a_person(stub: Stub, clock: FixedClock) -> None:
    stub.script = [answer(401, {"error": "revoked"}), answer(403, {"error": "suspended"})]
    connector = account(stub, clock)
    tokens = HeldTokens(Credentials({"server": stub.url, "access": "the-token"}))
    for said in ("Make a new one", "does not allow"):
        with pytest.raises(Exception, match=said) as caught:
            connector.refresh_auth(tokens)
        assert type(caught.value).__name__ == "AuthExpired"


class _Journal:
    def get(self, step: str) -> None:
        del step

    def put(self, step: str, value: str) -> None:
        raise AssertionError(step, value)

    def media(self, digest: str) -> Media:
        raise KeyError(digest)
