"""The Bluesky connector against a scripted server: its calls, its login, and what each answer means."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from connectors_stub import FixedClock, MemoryJournal, Shelf, Stub, answer, slow

from connectors import registry
from connectors.base import Connector, Credentials, Found, Media, NotFound, Part, Ref, Timeouts, Unknown, Variant, attempt_key
from connectors.errors import AuthExpired, ConnectorError, Doubtful, Duplicate, Forbidden, RateLimited, Rejected, Temporary
from connectors.tokens import HeldTokens

AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
KEY = attempt_key("delivery", 0)
URI = "at://did:plc:me/app.bsky.feed.post/3n2sqeyh3225x"
CID = "bafyreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy"
REF = Ref(f"{URI}#{CID}")
PNG = Media("a.png", "image/png", b"\x89PNG\r\n\x1a\nrest", "A quiet room", 640, 480)
BLOB = {"$type": "blob", "ref": {"$link": "bafkrei"}, "mimeType": "image/png", "size": 12}
QUICK = Timeouts(connect=1, read=0.5, media=1, total=2)
PUT = {"uri": URI, "cid": CID, "commit": {}}


def token(ends: datetime, name: str = "t") -> str:
    claims = base64.urlsafe_b64encode(json.dumps({"exp": int(ends.timestamp()), "n": name}).encode()).decode().rstrip("=")
    return f"head.{claims}.sign"


FRESH, OLD = token(AT + timedelta(hours=2), "fresh"), token(AT + timedelta(minutes=1), "old")
REFRESH = token(AT + timedelta(days=90), "refresh")
LOGIN = {"accessJwt": FRESH, "refreshJwt": REFRESH, "did": "did:plc:me", "handle": "me.test"}


def held(stub: Stub, **more: str) -> Credentials:
    return Credentials({"server": stub.url, "identifier": "@me.test ", "app_password": "s3cret-pass", **more})


def logged_in(stub: Stub, access: str = FRESH) -> Credentials:
    return held(stub, access=access, refresh=REFRESH, did="did:plc:me", handle="me.test")


@pytest.fixture
def tokens(stub: Stub) -> HeldTokens:
    return HeldTokens(logged_in(stub))


@pytest.fixture
def connector(stub: Stub, tokens: HeldTokens, clock: FixedClock) -> Connector:
    return open_(stub, tokens, clock)


def open_(stub: Stub, tokens: HeldTokens, clock: FixedClock) -> Connector:
    assert stub.url
    return registry.connect("bluesky", "api", tokens.read(), tokens, clock=clock, timeouts=QUICK)


def part_of(variant: Variant, index: int = 0) -> Part:
    return registry.preview("bluesky", "api").render(replace(variant, scheduled_at=AT))[index]


PLAIN = part_of(Variant(("Hello",)))


def publish(connector: Connector, part: Part = PLAIN, journal: MemoryJournal | None = None, *previous: Ref) -> Any:
    return connector.publish(part, attempt_key=KEY, journal=journal or MemoryJournal(), media=Shelf(PNG), previous=previous)


def find(connector: Connector, part: Part = PLAIN, journal: MemoryJournal | None = None) -> Any:
    return connector.find(part, attempt_key=KEY, since=AT, journal=journal or MemoryJournal())


def error(name: str, message: str = "") -> dict[str, str]:
    return {"error": name, "message": message}


def test_one_create_with_a_written_null(stub: Stub, connector: Connector) -> None:
    stub.script = [answer(200, PUT, Date="Sat, 21 Nov 2026 09:00:01 GMT")]
    receipt = publish(connector)
    assert (receipt.ref, receipt.url) == (REF, "https://bsky.app/profile/did:plc:me/post/3n2sqeyh3225x")
    assert receipt.at == AT + timedelta(seconds=1)
    (asked,) = stub.asked
    assert (asked.method, asked.path) == ("POST", "/xrpc/com.atproto.repo.putRecord")
    assert asked.headers["authorization"] == f"Bearer {FRESH}"
    assert b'"swapRecord": null' in asked.body
    assert asked.json == {
        "repo": "did:plc:me",
        "collection": "app.bsky.feed.post",
        "rkey": "3n2sqeyh3225x",
        "swapRecord": None,
        "record": {"$type": "app.bsky.feed.post", "text": "Hello", "createdAt": "2026-11-21T09:00:00.000Z", "langs": ["en"]},
    }


def test_the_same_bytes_at_every_attempt(stub: Stub, connector: Connector, clock: FixedClock) -> None:
    stub.script = [answer(200, PUT), answer(200, {"uri": URI, "cid": CID})]
    first = publish(connector)
    clock.pass_(minutes=7)
    assert publish(connector).ref == first.ref
    assert stub.asked[0].body == stub.asked[1].body


def test_images_are_uploaded_once(stub: Stub, connector: Connector) -> None:
    part = part_of(Variant(("Look",), media=(PNG,)))
    journal = MemoryJournal()
    stub.script = [answer(200, {"blob": BLOB}), answer(503), answer(200, PUT)]
    with pytest.raises(Doubtful):
        publish(connector, part, journal)
    publish(connector, part, journal)
    assert [asked.path.rpartition(".")[2] for asked in stub.asked] == ["uploadBlob", "putRecord", "putRecord"]
    assert (stub.asked[0].headers["content-type"], stub.asked[0].body) == ("image/png", PNG.data)
    assert stub.asked[2].json["record"]["embed"]["images"] == [
        {"alt": "A quiet room", "image": BLOB, "aspectRatio": {"width": 640, "height": 480}},
    ]


def test_an_upload_that_the_server_forgot_is_made_again(stub: Stub, connector: Connector) -> None:
    part = part_of(Variant(("Look",), media=(PNG,)))
    journal = MemoryJournal()
    stub.script = [answer(200, {"blob": BLOB}), answer(400, error("BlobNotFound")), answer(200, {"blob": BLOB}), answer(200, PUT)]
    with pytest.raises(Temporary, match="uploaded again"):
        publish(connector, part, journal)
    assert publish(connector, part, journal).ref == REF


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        (answer(200, {"nothing": 1}), Temporary),
        (answer(500), Temporary),
        (answer(413), Rejected),
        (answer(400, error("ExpiredToken")), AuthExpired),
    ],
)
def test_a_failed_upload_leaves_nothing_doubtful(stub: Stub, connector: Connector, said: bytes, wanted: type[ConnectorError]) -> None:
    stub.script = [said]
    with pytest.raises(wanted):
        publish(connector, part_of(Variant(("Look",), media=(PNG,))))
    assert len(stub.asked) == 1


def test_mentions_are_resolved_once(stub: Stub, connector: Connector) -> None:
    part = part_of(Variant(("@friend.test and @nobody.test",)))
    journal = MemoryJournal()
    stub.script = [answer(200, {"did": "did:plc:friend"}), answer(400, error("InvalidRequest", "no")), answer(500), answer(200, PUT)]
    with pytest.raises(Doubtful):
        publish(connector, part, journal)
    publish(connector, part, journal)
    assert stub.asked[0].path == "/xrpc/com.atproto.identity.resolveHandle?handle=friend.test"
    (facet,) = stub.asked[3].json["record"]["facets"]
    assert facet["features"] == [{"$type": "app.bsky.richtext.facet#mention", "did": "did:plc:friend"}]
    assert stub.asked[2].body == stub.asked[3].body


def test_a_mention_that_cannot_be_asked_about_waits(stub: Stub, connector: Connector) -> None:
    for said in (answer(502), answer(200, {"did": 7})):
        stub.script = [said]
        with pytest.raises(Temporary):
            publish(connector, part_of(Variant(("@friend.test",))))


GATED = part_of(Variant(("Hello",), reply_control="mentioned"))


def test_the_reply_control_is_in_force_before_the_post_and_written_again_after_it(stub: Stub, connector: Connector) -> None:
    stub.script = [answer(200, {"cid": "bafyearly"}), answer(200, PUT), answer(200, {"cid": "bafylate"})]
    assert publish(connector, GATED).warnings == ()
    early, post, late = (asked.json for asked in stub.asked)
    assert [call["collection"].rpartition(".")[2] for call in (early, post, late)] == ["threadgate", "post", "threadgate"]
    assert {call["rkey"] for call in (early, post, late)} == {"3n2sqeyh3225x"}
    assert [call["swapRecord"] for call in (early, post, late)] == [None, None, "bafyearly"]
    assert early["record"] == {**late["record"], "createdAt": "1970-01-01T00:00:00.000Z"}
    assert late["record"] == {
        "$type": "app.bsky.feed.threadgate",
        "post": URI,
        "allow": [{"$type": "app.bsky.feed.threadgate#mentionRule"}],
        "createdAt": "2026-11-21T09:00:00.000Z",
    }


@pytest.mark.parametrize(("policy", "shared"), [("3000;w=300", True), ("5000;w=3600", False), ("", False)])
def test_the_limit_of_this_machines_address_is_told_from_the_accounts_own(
    stub: Stub, connector: Connector, policy: str, *, shared: bool
) -> None:
    stub.script = [answer(429, error("RateLimitExceeded", "Rate Limit Exceeded"), Retry_After="60", RateLimit_Policy=policy)]
    with pytest.raises(RateLimited) as caught:
        publish(connector)
    assert caught.value.shared == shared


def test_without_its_reply_control_a_post_does_not_go_out(stub: Stub, connector: Connector) -> None:
    stub.script = [answer(500)]
    with pytest.raises(Temporary):
        publish(connector, GATED)
    assert len(stub.asked) == 1


@pytest.mark.parametrize("said", [answer(500), answer(200, b"<html>"), answer(429), slow(0.8, answer(200, {}))])
def test_a_live_post_whose_reply_control_may_not_show_is_a_warning(stub: Stub, connector: Connector, said: Any) -> None:
    stub.script = [answer(200, {"cid": "bafyearly"}), answer(200, PUT), said]
    receipt = publish(connector, GATED)
    assert receipt.ref == REF
    assert "reply settings" in receipt.warnings[0]


def test_a_repeat_leaves_the_reply_control_that_stands_there(stub: Stub, connector: Connector) -> None:
    """It may be ours from the call before, or what a person chose since."""
    taken = answer(400, error("InvalidSwap", "Record was at bafyother"))
    journal = MemoryJournal()
    stub.script = [answer(200, {"cid": "bafyearly"}), answer(500), taken, answer(200, PUT), taken]
    with pytest.raises(Doubtful):
        publish(connector, GATED, journal)
    assert publish(connector, GATED, journal).warnings == ()
    stub.script = [taken, answer(200, PUT)]
    assert publish(connector, GATED).warnings == ()


def test_the_journal_is_not_asked_once_the_post_is_out(stub: Stub, connector: Connector) -> None:
    """It may refuse at any time, because the right to send has ended; then the post would look as if it had never left."""
    journal = MemoryJournal()

    def put(connection: Any) -> None:
        journal.rows = None  # type: ignore[assignment] - any use from here on breaks
        connection.sendall(answer(200, PUT))

    stub.script = [answer(200, {"cid": "bafyearly"}), put, answer(200, {})]
    assert publish(connector, GATED, journal).ref == REF


def test_a_thread_replies_to_its_root_and_its_last_part(stub: Stub, connector: Connector) -> None:
    second = part_of(Variant(("one", "two", "three")), 2)
    stub.script = [answer(200, PUT)]
    publish(connector, second, None, Ref("at://did/c/1#a"), Ref("at://did/c/2#b"))
    assert stub.asked[0].json["record"]["reply"] == {
        "root": {"uri": "at://did/c/1", "cid": "a"},
        "parent": {"uri": "at://did/c/2", "cid": "b"},
    }
    for part in (second, part_of(Variant(("one", "two")), 1)):
        with pytest.raises(Rejected, match="part before"):
            publish(connector, part)
    assert len(stub.asked) == 1


def test_a_part_without_a_time_is_not_sent(stub: Stub, connector: Connector) -> None:
    (part,) = registry.preview("bluesky", "api").render(Variant(("Hello",)))
    with pytest.raises(Rejected, match="without a time"):
        publish(connector, part)
    assert stub.asked == []


@pytest.mark.parametrize(
    ("said", "wanted", "words"),
    [
        (answer(400, error("InvalidRequest", "Record/text must not be longer than 300 graphemes")), Rejected, "300 graphemes"),
        (answer(400, error("InvalidRequest", "Bad words: draft")), Rejected, "400: InvalidRequest."),
        (answer(400, error("<b>", "draft")), Rejected, "answered 400."),
        (answer(400, error("ExpiredToken", "Token has expired")), AuthExpired, "login"),
        (answer(401, error("InvalidToken")), AuthExpired, "login"),
        (answer(403, error("Forbidden")), Forbidden, "not allow"),
        (answer(400, error("AccountTakedown")), Forbidden, "AccountTakedown"),
        (answer(429, error("RateLimitExceeded"), ratelimit_reset=str(int(AT.timestamp()) + 289)), RateLimited, "wait"),
        (answer(500, error("InternalServerError")), Doubtful, "may be live"),
        (answer(502), Doubtful, "may be live"),
        (answer(301, Location="https://elsewhere"), Rejected, "redirect"),
        (answer(200, b"<html>"), Doubtful, "may be live"),
        (answer(200, []), Doubtful, "may be live"),
        (answer(200, {"uri": URI}), Doubtful, "may be live"),
        (answer(200, {"uri": "https://odd", "cid": CID}), Doubtful, "may be live"),
        (answer(200, {"uri": "at://did:plc:me", "cid": CID}), Doubtful, "may be live"),
        (answer(200, {"uri": f"{URI}#more", "cid": CID}), Doubtful, "may be live"),
        (answer(200, {"uri": URI, "cid": 7}), Doubtful, "may be live"),
        (slow(0.8, answer(200, PUT)), Doubtful, "may be live"),
    ],
)
def test_answers_to_a_create(stub: Stub, connector: Connector, said: Any, wanted: type[ConnectorError], words: str) -> None:
    stub.script = [said]
    with pytest.raises(wanted, match=words) as caught:
        publish(connector)
    assert len(stub.asked) == 1
    assert "draft" not in str(caught.value)


@pytest.mark.parametrize(("message", "existing"), [(f"Record was at {CID}", REF), ("Record was at something", None)])
def test_other_content_under_the_same_key(stub: Stub, connector: Connector, message: str, existing: Ref | None) -> None:
    stub.script = [answer(400, error("InvalidSwap", message))]
    with pytest.raises(Duplicate, match="Open it and compare") as caught:
        publish(connector)
    assert caught.value.existing == existing


def stored(**more: Any) -> dict[str, Any]:
    value = {"$type": "app.bsky.feed.post", "text": "Hello", "createdAt": "2026-11-21T09:00:00.000Z", "langs": ["en"], **more}
    return {"uri": URI, "cid": CID, "value": value}


def test_find_says_found_when_it_is_ours(stub: Stub, connector: Connector) -> None:
    stub.script = [answer(200, stored())]
    found = find(connector)
    assert isinstance(found, Found)
    assert (found.receipt.ref, found.receipt.echo) == (REF, {"text": "Hello", "alt": [], "reply_to": None})
    assert stub.asked[0].path.endswith("getRecord?repo=did%3Aplc%3Ame&collection=app.bsky.feed.post&rkey=3n2sqeyh3225x")


def test_find_says_not_found_for_good(stub: Stub, connector: Connector) -> None:
    stub.script = [answer(400, error("RecordNotFound"))]
    assert find(connector) == NotFound(final=True)


def test_find_knows_the_place_in_the_thread(stub: Stub, connector: Connector) -> None:
    second = part_of(Variant(("one", "Hello")), 1)
    root = {"uri": "at://did/c/1", "cid": "a"}
    stub.script = [answer(200, stored(reply={"root": root, "parent": root}))] * 2
    here, elsewhere = (
        connector.find(second, attempt_key=KEY, since=AT, journal=MemoryJournal(), previous=[Ref(ref)])
        for ref in ("at://did/c/1#a", "at://did/c/2#b")
    )
    assert isinstance(here, Found)
    assert here.receipt.echo["reply_to"] == root
    assert isinstance(elsewhere, Unknown)


def test_find_shows_what_stands_in_its_place(stub: Stub, connector: Connector) -> None:
    stub.script = [answer(200, stored(text="Other"))]
    found = find(connector)
    assert isinstance(found, Unknown)
    assert found.existing == REF


def test_find_knows_images_and_mentions_from_the_journal(stub: Stub, connector: Connector) -> None:
    part = part_of(Variant(("@a.test @b.test",), media=(PNG,)))
    journal = MemoryJournal()
    journal.rows = {f"blob:{PNG.digest}": json.dumps(BLOB), "did:a.test": "did:plc:a", "did:b.test": "-"}
    facet = {"index": {"byteStart": 0, "byteEnd": 7}, "features": [{"$type": "app.bsky.richtext.facet#mention", "did": "did:plc:a"}]}
    image = {"alt": "A quiet room", "image": BLOB, "aspectRatio": {"width": 640, "height": 480}}
    there = stored(text="@a.test @b.test", facets=[facet], embed={"$type": "app.bsky.embed.images", "images": [image]})
    stub.script = [answer(200, there), answer(200, there), answer(200, there)]
    assert isinstance(find(connector, part, journal), Found)
    journal.rows.pop("did:b.test")
    assert isinstance(find(connector, part, journal), Unknown)
    assert isinstance(find(connector, part, MemoryJournal()), Unknown)


def test_find_on_a_bad_day_is_temporary(stub: Stub, connector: Connector) -> None:
    stub.script = [answer(502), answer(400, error("Odd")), answer(200, {"uri": 1})]
    for _ in range(3):
        with pytest.raises(Temporary):
            find(connector)


def test_delete(stub: Stub, connector: Connector) -> None:
    stub.script = [answer(200, {}), answer(200, {})]
    connector.delete(REF)
    connector.delete(REF)
    assert stub.asked[0].json == {"repo": "did:plc:me", "collection": "app.bsky.feed.post", "rkey": "3n2sqeyh3225x"}


def test_figures_of_posts_come_in_batches(stub: Stub, connector: Connector) -> None:
    refs = [Ref(f"at://did/c/{number}#cid") for number in range(27)]
    views = [
        {"uri": f"at://did/c/{number}", "likeCount": number, "replyCount": 0, "repostCount": "odd", "record": {"text": "words"}}
        for number in range(26)
    ]
    stub.script = [answer(200, {"posts": views[:25]}), answer(200, {"posts": views[25:]}), answer(400, error("RecordNotFound"))]
    found = connector.post_metrics(refs)
    assert found[refs[7]].values == {"likes": 7, "reposts": None, "replies": 0, "quotes": None, "bookmarks": None}
    assert json.loads(found[refs[7]].raw) == {"likeCount": 7, "replyCount": 0, "repostCount": "odd"}
    assert (found[refs[26]].gone, set(found[refs[26]].values.values())) == (True, {None})
    assert found[refs[0]].taken_at == AT
    assert [asked.path.count("uris=") for asked in stub.asked[:2]] == [25, 2]


def test_a_post_that_is_not_shown_yet_has_no_figures(stub: Stub, connector: Connector) -> None:
    stub.script = [answer(200, {"posts": None}), answer(200, stored())]
    assert connector.post_metrics([REF]) == {}
    assert connector.post_metrics([]) == {}


def test_figures_of_the_account(stub: Stub, connector: Connector) -> None:
    stub.script = [answer(200, {"followersCount": 12, "postsCount": True, "description": "words"})]
    figures = connector.account_metrics()
    assert figures.values == {"followers": 12, "following": None, "posts": None}
    assert "words" not in figures.raw
    assert figures.taken_at == AT


def test_the_first_call_logs_in_and_keeps_the_tokens(stub: Stub, clock: FixedClock) -> None:
    tokens = HeldTokens(held(stub))
    stub.script = [answer(200, LOGIN), answer(200, PUT)]
    publish(open_(stub, tokens, clock))
    assert stub.asked[0].json == {"identifier": "me.test", "password": "s3cret-pass"}
    assert tokens.read() == logged_in_as(stub)


def logged_in_as(stub: Stub) -> Credentials:
    return held(stub, access=FRESH, refresh=REFRESH, did="did:plc:me", handle="me.test", got_at=AT.isoformat())


def test_a_token_about_to_end_is_renewed_before_the_call(stub: Stub, clock: FixedClock) -> None:
    tokens = HeldTokens(logged_in(stub, OLD))
    stub.script = [answer(200, LOGIN), answer(200, PUT)]
    publish(open_(stub, tokens, clock))
    assert [asked.path.rpartition(".")[2] for asked in stub.asked] == ["refreshSession", "putRecord"]
    assert stub.asked[0].headers["authorization"] == f"Bearer {REFRESH}"
    assert stub.asked[1].headers["authorization"] == f"Bearer {FRESH}"


def test_an_answer_without_a_refresh_token_keeps_the_old_one(stub: Stub, clock: FixedClock) -> None:
    tokens = HeldTokens(logged_in(stub, OLD))
    stub.script = [answer(200, {"accessJwt": FRESH, "refreshJwt": "", "did": "did:plc:me"})]
    open_(stub, tokens, clock).refresh_auth(tokens)
    assert tokens.read() == Credentials({**logged_in_as(stub).values, "renewed_at": AT.isoformat()})


def test_a_connector_follows_the_store_that_it_was_renewed_in(stub: Stub, clock: FixedClock) -> None:
    tokens = HeldTokens(logged_in(stub, OLD))
    connector = registry.connect("bluesky", "api", tokens.read(), clock=clock, timeouts=QUICK)
    stub.script = [answer(200, LOGIN), answer(200, PUT)]
    connector.refresh_auth(tokens)
    publish(connector)
    assert stub.asked[1].headers["authorization"] == f"Bearer {FRESH}"


def test_a_dead_refresh_token_means_a_new_login(stub: Stub, connector: Connector, tokens: HeldTokens) -> None:
    newer = token(AT + timedelta(hours=3), "newer")
    stub.script = [answer(400, error("ExpiredToken")), answer(200, {**LOGIN, "accessJwt": newer})]
    connector.refresh_auth(tokens)
    assert tokens.read().values["access"] == newer


def test_a_refused_app_password_asks_for_a_new_one(stub: Stub, connector: Connector, tokens: HeldTokens) -> None:
    before = tokens.read()
    stub.script = [answer(400, error("ExpiredToken")), answer(401, error("AuthenticationRequired"))]
    with pytest.raises(AuthExpired, match="new app password"):
        connector.refresh_auth(tokens)
    assert tokens.read() == before


def test_without_an_app_password_nothing_is_asked(stub: Stub, clock: FixedClock) -> None:
    tokens = HeldTokens(Credentials({"server": stub.url}))
    with pytest.raises(AuthExpired, match="new app password"):
        open_(stub, tokens, clock).account_metrics()
    assert stub.asked == []


def test_a_login_answer_that_cannot_be_read(stub: Stub, clock: FixedClock) -> None:
    tokens = HeldTokens(held(stub))
    stub.script = [answer(200, {"did": "did:plc:me"})]
    with pytest.raises(Temporary, match="login"):
        open_(stub, tokens, clock).refresh_auth(tokens)


def test_a_network_fault_while_renewing_keeps_the_tokens(stub: Stub, connector: Connector, tokens: HeldTokens) -> None:
    before = tokens.read()
    stub.script = [answer(503)]
    with pytest.raises(Temporary):
        connector.refresh_auth(tokens)
    assert tokens.read() == before


def test_who_renewed_first_is_followed(stub: Stub, connector: Connector, tokens: HeldTokens) -> None:
    stub.script = [answer(400, error("ExpiredToken")), answer(200, PUT)]
    with pytest.raises(AuthExpired):
        publish(connector)
    newer = Credentials({**tokens.read().values, "access": token(AT + timedelta(hours=3), "newer")})
    assert tokens.swap(tokens.read(), newer)
    connector.refresh_auth(tokens)
    publish(connector)
    assert [asked.path.rpartition(".")[2] for asked in stub.asked] == ["putRecord", "putRecord"]
    assert stub.asked[1].headers["authorization"] == f"Bearer {newer.values['access']}"


def test_who_renewed_in_between_wins(stub: Stub, connector: Connector, tokens: HeldTokens) -> None:
    newer = Credentials({**tokens.read().values, "access": token(AT + timedelta(hours=3), "newer")})

    def meanwhile(connection: Any) -> None:
        assert tokens.swap(tokens.read(), newer)
        connection.sendall(answer(200, LOGIN))

    stub.script = [meanwhile]
    connector.refresh_auth(tokens)
    assert tokens.read() == newer


def test_who_am_i(stub: Stub, connector: Connector) -> None:
    stub.script = [answer(200, {"handle": "new-name.test", "did": "did:plc:me"})]
    state = connector.check_auth()
    assert (state.ok, state.handle, state.remote_id) == (True, "new-name.test", "did:plc:me")
    assert state.expires_at is None, "the app password renews the login"


def test_without_an_app_password_the_login_ends_with_its_refresh_token(stub: Stub, clock: FixedClock) -> None:
    values = {name: value for name, value in logged_in(stub).values.items() if name != "app_password"}
    stub.script = [answer(200, {"handle": "me.test"})]
    assert open_(stub, HeldTokens(Credentials(values)), clock).check_auth().expires_at == AT + timedelta(days=90)


def test_who_am_i_renews_a_dead_token_once(stub: Stub, connector: Connector) -> None:
    stub.script = [answer(400, error("ExpiredToken")), answer(200, LOGIN), answer(200, {})]
    assert connector.check_auth().handle == "me.test"


@pytest.mark.parametrize("last", [answer(401, error("AuthenticationRequired")), answer(400, error("AccountTakedown"))])
def test_who_am_i_says_when_a_person_must_log_in(stub: Stub, connector: Connector, last: bytes) -> None:
    stub.script = [answer(400, error("ExpiredToken")), answer(400, error("ExpiredToken")), last]
    state = connector.check_auth()
    assert (state.ok, bool(state.needs_login)) == (False, True)


def test_a_wrong_password_is_tried_once(stub: Stub, clock: FixedClock) -> None:
    """The server counts logins."""
    stub.script = [answer(401, error("AuthenticationRequired"))]
    assert not open_(stub, HeldTokens(held(stub)), clock).check_auth().ok
    assert len(stub.asked) == 1


def test_who_am_i_on_a_bad_day_is_temporary(stub: Stub, connector: Connector) -> None:
    stub.script = [answer(502)]
    with pytest.raises(Temporary):
        connector.check_auth()


@pytest.mark.parametrize("access", ["no-token", "a.b.c", "a.e30.c", "a.W10.c"])
def test_a_token_that_does_not_say_when_it_ends_is_tried(stub: Stub, clock: FixedClock, access: str) -> None:
    stub.script = [answer(200, {"postsCount": 1})]
    assert open_(stub, HeldTokens(logged_in(stub, access)), clock).account_metrics().values["posts"] == 1


@pytest.mark.parametrize(
    "server",
    [
        "",
        "bsky.social",
        "http://bsky.social",
        "https://user@bsky.social",
        "https://bsky.social/path",
        "https://",
        "http://10.0.0.1",
        "file:///etc",
    ],
)
def test_a_server_that_would_see_the_password_in_clear_is_refused(server: str, clock: FixedClock) -> None:
    with pytest.raises(Rejected, match="server address") as caught:
        registry.connect("bluesky", "api", Credentials({"server": server}), clock=clock)
    assert caught.value.field == "server"


@pytest.mark.parametrize(
    "server", ["https://bsky.social/", " https://pds.example.org:8443", "http://localhost:1", "http://127.0.0.1:1", "http://[::1]:1"]
)
def test_servers_that_are_fine(server: str, clock: FixedClock) -> None:
    assert registry.connect("bluesky", "api", Credentials({"server": server}), clock=clock).name == "bluesky"


def test_a_draft_can_be_opened_in_blueskys_own_composer() -> None:
    found = registry.preview("bluesky", "api").compose_link(Variant(("Hello #Hope",)))
    assert found is not None
    assert found.url == "https://bsky.app/intent/compose?text=Hello%20%23Hope"


def test_a_preview_cannot_go_online() -> None:
    preview = registry.preview("bluesky", "api")
    for call in (preview.account_metrics, preview.check_auth, lambda: publish(preview), lambda: find(preview), lambda: preview.delete(REF)):
        with pytest.raises(Forbidden, match="not connected"):
            call()
