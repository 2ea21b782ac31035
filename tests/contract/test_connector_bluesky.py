"""The Bluesky connector against Bluesky's own server; figures and reply control against its whole network."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from connectors.base import Credentials, Ref, Variant
from connectors.errors import AuthExpired, RateLimited
from connectors.tokens import HeldTokens
from tests.contract import fault_proxy as faults
from tests.contract.connector_contract import ConnectorContract
from tests.contract.connector_rig import PATIENT, Job, Remote, connect
from tests.servers.bluesky import lite

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from connectors.base import Connector
    from tests.servers.bluesky import Bluesky, Person


_EXPIRED = faults.Status(400, body=b'{"error": "ExpiredToken", "message": "Token has expired"}')


@dataclass(frozen=True, slots=True)
class BlueskyRig:
    """One account on the server."""

    network: Bluesky
    person: Person
    password: str
    platform: str = "bluesky"
    counts: bool = False
    create: tuple[str, str] = ("POST", "com.atproto.repo.putRecord")
    upload: tuple[str, str] = ("POST", "com.atproto.repo.uploadBlob")
    expired: faults.Status = _EXPIRED

    @property
    def server(self) -> str:
        return self.network.url

    def credentials(self, server: str) -> Credentials:
        return Credentials({"server": server, "identifier": self.person.handle, "app_password": self.password})

    def posts(self) -> list[Remote]:
        return [_remote(record) for record in sorted(self.network.records(self.person), key=lambda record: record["uri"])]

    def judges(self, text: str, used: int) -> bool:
        del text, used
        return True


def _remote(record: dict[str, Any]) -> Remote:
    value = record["value"]
    raw = value["text"].encode()
    spans = [(facet["index"]["byteStart"], facet["index"]["byteEnd"]) for facet in value.get("facets", ())]
    return Remote(
        id=record["uri"],
        text=value["text"],
        alts=tuple(image["alt"] for image in value.get("embed", {}).get("images", ())),
        reply_to=value.get("reply", {}).get("parent", {}).get("uri"),
        marked=tuple(raw[start:end].decode() for start, end in spans),
        raw=json.dumps(value),
    )


def _rig(network: Bluesky) -> BlueskyRig:
    person = network.person()
    return BlueskyRig(network, person, network.app_password(person))


class TestBluesky(ConnectorContract):
    @pytest.fixture
    def rig(self, bluesky: Bluesky) -> BlueskyRig:
        return _rig(bluesky)

    def test_a_mention_leads_to_its_account_and_nobody_is_plain_text(self, bluesky: Bluesky, rig: BlueskyRig, connector: Connector) -> None:
        friend = bluesky.person()
        Job(connector, Variant((f"@{friend.handle} and @nobody-here.test",))).publish()
        [record] = bluesky.records(rig.person)
        [facet] = record["value"]["facets"]
        assert facet["features"] == [{"$type": "app.bsky.richtext.facet#mention", "did": friend.did}]
        assert rig.posts()[0].marked == (f"@{friend.handle}",)

    def test_a_deleted_post_that_is_sent_again_comes_back(self, rig: BlueskyRig, connector: Connector) -> None:
        """Hence a key is dead once its delivery is sent."""
        job = Job(connector, Variant(("Back again",)))
        connector.delete(job.publish().ref)
        job.publish()
        assert len(rig.posts()) == 1

    def test_the_gate_has_the_key_of_its_post(self, bluesky: Bluesky, rig: BlueskyRig, connector: Connector) -> None:
        job = Job(connector, Variant(("Nobody may reply",), reply_control="nobody"))
        receipt = job.publish()
        again = job.publish()
        assert again == replace(receipt, at=again.at)
        [gate] = bluesky.records(rig.person, "app.bsky.feed.threadgate")
        assert (gate["value"]["post"], gate["value"]["allow"]) == (rig.posts()[0].id, [])
        assert gate["value"]["createdAt"] == "2026-11-21T09:00:00.000Z"
        assert gate["uri"].rpartition("/")[2] == rig.posts()[0].id.rpartition("/")[2]

    def test_a_revoked_app_password_asks_for_a_login(self, bluesky: Bluesky, rig: BlueskyRig) -> None:
        tokens = HeldTokens(rig.credentials(rig.server))
        connector = connect(rig, rig.server, PATIENT, tokens)
        assert connector.check_auth().ok
        before = tokens.read()
        bluesky.call("com.atproto.server.revokeAppPassword", {"name": "planner"}, token=rig.person.access)
        with pytest.raises(AuthExpired, match="new app password"):
            connector.refresh_auth(tokens)
        assert tokens.read() == before

    def test_a_wrong_app_password_is_said_at_once(self, rig: BlueskyRig) -> None:
        state = connect(replace(rig, password="never-was-good"), rig.server, PATIENT).check_auth()
        assert (state.ok, "new app password" in (state.needs_login or "")) == (False, True)


@pytest.mark.slow
def test_the_servers_own_limit_on_logins_says_until_when(tmp_path: Path) -> None:
    """Thirty logins in five minutes: hence a login is kept and renewed, never made for each post."""
    with lite(tmp_path, rate_limits=True) as server:
        if server.log.name == "none.log":
            pytest.skip("The server that PLANNER_TEST_BLUESKY_URL names has limits of its own.")
        rig = replace(_rig(server), password="never-was-good")
        connector = connect(rig, rig.server, PATIENT)
        assert [connector.check_auth().ok for _ in range(30)] == [False] * 30
        with pytest.raises(RateLimited) as caught:
            connector.check_auth()
        assert timedelta(seconds=5) <= caught.value.until - datetime.now(UTC) <= timedelta(minutes=5, seconds=5)


def eventually(ask: Callable[[], Any], wanted: Any) -> Any:
    """Ask until the network's view has caught up, at most fifteen seconds."""
    for _ in range(150):
        if ask() == wanted:
            break
        time.sleep(0.1)
    return ask()


@pytest.mark.slow
class TestBlueskyNetwork:
    @pytest.fixture
    def rig(self, bluesky_network: Bluesky) -> BlueskyRig:
        return _rig(bluesky_network)

    @pytest.fixture
    def connector(self, rig: BlueskyRig) -> Connector:
        return connect(rig, rig.server, PATIENT)

    def test_figures_are_what_people_did(self, bluesky_network: Bluesky, rig: BlueskyRig, connector: Connector) -> None:
        receipt = Job(connector, Variant(("Count me",))).publish()
        for reader in (bluesky_network.person(), bluesky_network.person()):
            bluesky_network.like(reader, receipt.ref.partition("#")[0])
            bluesky_network.follow(reader, rig.person)
        wanted = {"likes": 2, "reposts": 0, "replies": 0, "quotes": 0, "bookmarks": 0}
        assert eventually(
            lambda: {ref: figures.values for ref, figures in connector.post_metrics([receipt.ref]).items()}, {receipt.ref: wanted}
        ) == {
            receipt.ref: wanted,
        }
        assert eventually(lambda: connector.account_metrics().values["followers"], 2) == 2

    def test_a_deleted_post_is_gone_and_an_unknown_one_too(self, connector: Connector) -> None:
        receipt = Job(connector, Variant(("Soon gone",))).publish()
        eventually(lambda: len(connector.post_metrics([receipt.ref])), 1)
        connector.delete(receipt.ref)
        assert eventually(lambda: connector.post_metrics([receipt.ref])[receipt.ref].gone, True)
        assert set(connector.post_metrics([receipt.ref])[receipt.ref].values.values()) == {None}

    def test_more_posts_than_fit_into_one_question(self, connector: Connector) -> None:
        refs = [Job(connector, Variant((f"Post {number}",)), f"d{number}").publish().ref for number in range(26)]
        assert eventually(lambda: set(connector.post_metrics(refs)), set(refs)) == set(refs)

    @pytest.mark.parametrize(("control", "open_"), [("nobody", False), (None, True)])
    def test_reply_control_is_obeyed_and_shown(
        self, bluesky_network: Bluesky, connector: Connector, control: str | None, open_: bool
    ) -> None:
        reader = bluesky_network.person()
        bluesky_network.profile(reader, "Reader")
        receipt = Job(connector, Variant(("May you reply?",), reply_control=control)).publish()
        uri, _, cid = receipt.ref.partition("#")
        root = {"uri": uri, "cid": cid}
        reply = {"text": "A reply", "createdAt": "2026-11-21T09:01:00.000Z", "reply": {"root": root, "parent": root}}

        def seen() -> dict[str, Any]:
            found = bluesky_network.call("app.bsky.feed.getPosts", token=reader.access, uris=[uri])["posts"]
            return found[0] if found else {}

        assert eventually(lambda: bool(seen()), True)
        assert eventually(lambda: "threadgate" in seen(), not open_) == (not open_)
        assert seen()["viewer"].get("replyDisabled", False) == (not open_)
        bluesky_network.create(reader, reply)
        assert eventually(lambda: seen()["replyCount"], 1 if open_ else 0) == (1 if open_ else 0)
        refs = [Ref(receipt.ref)]
        assert connector.post_metrics(refs)[refs[0]].values["replies"] == (1 if open_ else 0)
