"""The LinkedIn connector against a stand-in written from its documents; never run against the live service."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from connectors import facts, registry
from connectors.base import Credentials, Found, Link, NotFound, Ref, Unknown, Variant
from connectors.errors import AuthExpired, Doubtful, Duplicate, Forbidden, Rejected
from connectors.linkedin.client import Client
from connectors.tokens import HeldTokens
from tests.contract import fault_proxy as faults
from tests.contract.connector_contract import ConnectorContract
from tests.contract.connector_faults import REFUSED
from tests.contract.connector_rig import ANSWERED_BADLY, PATIENT, QUICK, Job, RealClock, Remote, connect, picture
from tests.contract.fault_modes import Edit
from tests.contract.fault_proxy import FaultProxy
from tests.servers.linkedin import PAGE, TOKEN, LinkedIn, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from connectors.base import Connector


_EXPIRED = faults.Status(401, body=b'{"status": 401, "code": "EXPIRED_ACCESS_TOKEN"}')


@pytest.fixture
def network() -> Iterator[LinkedIn]:
    with LinkedIn() as running:
        yield running


@dataclass(frozen=True, slots=True)
class LinkedInRig:
    """One page, or one member."""

    network: LinkedIn
    organization: str = "4711"
    platform: str = "linkedin"
    create: tuple[str, str] = ("POST", "/rest/posts")
    upload: tuple[str, str] = ("POST", "/rest/images")
    expired: faults.Status = _EXPIRED

    @property
    def server(self) -> str:
        return self.network.url

    def credentials(self, server: str) -> Credentials:
        return Credentials({"server": server, "access": TOKEN, "organization": self.organization})

    def posts(self) -> list[Remote]:
        return [_remote(name, post) for name, post in self.network.kept.items()]

    def judges(self, text: str, used: int) -> bool:
        del text, used
        return True


def _remote(name: str, post: dict) -> Remote:  # type: ignore[type-arg]
    content = post.get("content", {})
    images = [content["media"]] if "media" in content else content.get("multiImage", {}).get("images", [])
    return Remote(name, shown(post["commentary"]), tuple(image["altText"] for image in images), raw=json.dumps(post))


class TestLinkedInPage(ConnectorContract):
    @pytest.fixture
    def rig(self, network: LinkedIn) -> LinkedInRig:
        return LinkedInRig(network)

    @pytest.mark.parametrize("fault", [name for name in ANSWERED_BADLY if name != "drip"])
    def test_whatever_the_answer_there_is_one_post_in_the_end(
        self, rig: LinkedInRig, shaky: Connector, proxy: FaultProxy, fault: str
    ) -> None:
        """An answer of LinkedIn's has no body that could come byte by byte: the name of the post stands in its head."""
        super().test_whatever_the_answer_there_is_one_post_in_the_end(rig, shaky, proxy, fault)

    @pytest.mark.parametrize("status", [status for status in REFUSED if status != 426])
    def test_every_refusal_has_its_name(self, rig: LinkedInRig, shaky: Connector, proxy: FaultProxy, status: int) -> None:
        super().test_every_refusal_has_its_name(rig, shaky, proxy, status)

    def test_a_version_that_has_ended_is_no_mistake_of_the_author(self, rig: LinkedInRig, shaky: Connector, proxy: FaultProxy) -> None:
        proxy.rule(faults.Status(426), *rig.create)
        with pytest.raises(Forbidden, match="no longer answers the version 202607"):
            Job(shaky, Variant(("Refused",))).publish()

    @pytest.mark.feature("Accounts' health")
    def test_the_image_comes_with_its_words_and_its_bytes(self, rig: LinkedInRig, connector: Connector) -> None:
        image = picture("A quiet room")
        Job(connector, Variant(("See",), media=(image,))).publish()
        assert list(rig.network.images.values()) == [image.data]

    def test_no_reserved_character_cuts_the_post(self, rig: LinkedInRig, connector: Connector) -> None:
        text = "Ask (us) [now] {here} <b> a_b *c* ~d~ | \\ @dana #Grief #grief_and_loss #2026 e#f"
        Job(connector, Variant((text,))).publish()
        assert [post.text for post in rig.posts()] == [text]

    def test_a_found_post_with_other_images_or_readers_says_so(self, rig: LinkedInRig, shaky: Connector, proxy: FaultProxy) -> None:
        job = Job(shaky, Variant(("Look",), media=(picture("A door"),)))
        proxy.rule(faults.DropAfter(), *rig.create)
        with pytest.raises(Doubtful):
            job.publish()
        [post] = rig.network.kept.values()
        post["content"]["media"]["altText"], post["visibility"] = "Nothing", "CONNECTIONS"
        found = job.find()
        assert isinstance(found, Found)
        assert [word for word in ("descriptions", "connections") if any(word in line for line in found.receipt.warnings)] == [
            "descriptions",
            "connections",
        ]

    def test_a_page_with_many_posts_since_cannot_tell(self, connector: Connector) -> None:
        for number in range(20):
            Job(connector, Variant((f"Post {number}",))).publish()
        found = Job(connector, Variant(("Another",))).find()
        assert isinstance(found, Unknown)
        assert "20 or more" in found.reason

    def test_the_very_same_post_is_named_and_found(self, rig: LinkedInRig, connector: Connector) -> None:
        first = Job(connector, Variant(("The same words",))).publish()
        again = Job(connector, Variant(("The same words",)))
        with pytest.raises(Duplicate) as caught:
            again.publish()
        assert caught.value.existing == first.ref
        found = again.find()
        assert isinstance(found, Found)
        assert found.receipt.ref == first.ref
        for post in rig.network.kept.values():
            post["createdAt"] = 0
        assert again.find() == Unknown(found_but_hidden(), first.ref)

    def test_a_create_without_a_name_is_doubtful(self, rig: LinkedInRig, shaky: Connector, proxy: FaultProxy) -> None:
        proxy.rule(faults.Status(201, {"x-restli-id": "7"}), *rig.create)
        with pytest.raises(Doubtful):
            Job(shaky, Variant(("No name",))).publish()

    def test_the_token_goes_to_linkedin_alone(self, rig: LinkedInRig, shaky: Connector, proxy: FaultProxy) -> None:
        for address in ("https://linkedin.com.example.org/x", "http://www.linkedin.com/x", "ftp://x", 7):
            value = {"image": "urn:li:image:1", "uploadUrl": address}
            proxy.rule(Edit(lambda _, value=value: {"value": value}), *rig.upload)
            with pytest.raises(Rejected, match="not its own"):
                Job(shaky, Variant(("See",), media=(picture("A door"),))).publish()
        assert rig.network.images == {}

    def test_figures_are_counted_where_linkedin_counts_them(self, rig: LinkedInRig, connector: Connector) -> None:
        refs = [Job(connector, Variant((f"Post {number}",))).publish().ref for number in range(3)]
        rig.network.figures[refs[0]] = {
            "likeCount": 4,
            "commentCount": 0,
            "shareCount": 1,
            "impressionCount": 90,
            "uniqueImpressionsCount": 80,
        }
        connector.delete(refs[2])
        found = connector.post_metrics([*refs, Ref("urn:li:ugcPost:1")])
        assert found[refs[0]].values == {"likes": 4, "comments": 0, "reposts": 1, "impressions": 90, "link_clicks": None}
        assert (set(found[refs[1]].values.values()), found[refs[1]].gone) == ({None}, False)
        assert (set(found[refs[2]].values.values()), found[refs[2]].gone) == ({None}, True)
        assert found[Ref("urn:li:ugcPost:1")].gone
        assert connector.account_metrics().values == {"followers": 318}

    def test_who_we_are_as_a_page(self, connector: Connector) -> None:
        state = connector.check_auth()
        assert (state.handle, state.remote_id) == ("Juniper Counseling", PAGE)
        assert state.expires_at is not None
        assert 59 <= (state.expires_at - datetime.now(UTC)).days <= 60


def found_but_hidden() -> str:
    return "LinkedIn says that it has this very post already, but does not show it. Open the profile and look; it may take a day to appear."


class TestLinkedInMember:
    @pytest.fixture
    def rig(self, network: LinkedIn) -> LinkedInRig:
        return LinkedInRig(network, organization="")

    @pytest.fixture
    def proxy(self, rig: LinkedInRig) -> Iterator[FaultProxy]:
        with FaultProxy(rig.server) as running:
            yield running

    def test_a_members_post_goes_out_and_is_never_read(self, rig: LinkedInRig) -> None:
        connector = connect(rig, rig.server, PATIENT)
        card = Link("https://example.org/help", "Where to find help")
        receipt = Job(connector, Variant(("Hello",), link=card)).publish()
        [post] = rig.network.kept.values()
        assert (post["author"], post["content"]) == (
            "urn:li:person:abc123",
            {"article": {"source": card.url, "title": card.title}},
        )
        assert receipt.url == f"https://www.linkedin.com/feed/update/{receipt.ref}"
        rules = connector.capabilities()
        assert (rules.can_read_back, rules.metrics, rules.idempotency) == (False, (), "none")
        assert set(connector.post_metrics([receipt.ref])[receipt.ref].values.values()) == {None}
        assert connector.account_metrics().values == {"followers": None}
        assert not [call for call in rig.network.calls if call.method == "GET" and call.path.startswith("/rest/")]

    @pytest.mark.parametrize("fault", [faults.DropAfter(), faults.StatusAfter(500), faults.SlowAfter(QUICK.read + 1)])
    def test_a_lost_answer_is_left_to_a_person(self, rig: LinkedInRig, proxy: FaultProxy, fault: faults.Mode) -> None:
        job = Job(connect(rig, proxy.url, QUICK), Variant(("Once",)))
        proxy.rule(fault, *rig.create)
        assert job.run() == "unconfirmed"
        with pytest.raises(Duplicate) as caught:
            job.publish()
        [name] = rig.network.kept
        found = job.find()
        assert isinstance(found, Unknown)
        assert (caught.value.existing, found.existing) == (name, name)

    def test_a_repeat_that_is_not_named_is_a_repeat(self, rig: LinkedInRig, proxy: FaultProxy) -> None:
        job = Job(connect(rig, proxy.url, QUICK), Variant(("Once",)))
        proxy.rule(faults.Status(422, body=b'{"code": "DUPLICATE_POST"}'), *rig.create)
        with pytest.raises(Duplicate) as caught:
            job.publish()
        assert (caught.value.existing, job.find()) == (None, Unknown(found_but_hidden()))

    def test_a_dead_token_says_what_to_do(self, rig: LinkedInRig) -> None:
        rig.network.tokens.clear()
        tokens = HeldTokens(rig.credentials(rig.server))
        connector = connect(rig, rig.server, PATIENT, tokens)
        assert "60 days" in (connector.check_auth().needs_login or "")
        with pytest.raises(AuthExpired, match="60 days"):
            connector.refresh_auth(tokens)

    def test_a_token_that_a_person_changed_meanwhile_counts(self, rig: LinkedInRig) -> None:
        tokens = HeldTokens(rig.credentials(rig.server))
        connector = connect(rig, rig.server, PATIENT, tokens)
        connector.refresh_auth(tokens)
        assert tokens.read().values["author"] == "urn:li:person:abc123"
        assert tokens.read().values["access"] == TOKEN

    def test_a_missing_right_and_a_missing_token_are_said(self, rig: LinkedInRig, proxy: FaultProxy) -> None:
        proxy.rule(faults.Status(403), "GET", "/v2/userinfo")
        assert "does not allow" in (connect(rig, proxy.url, QUICK).check_auth().needs_login or "")
        empty = Client(facts.load("linkedin"), facts.load("linkedin").require_service(), HeldTokens(Credentials({})), RealClock(), QUICK)
        assert empty.check_auth().needs_login is not None

    def test_an_ended_version_is_never_asked(self, rig: LinkedInRig) -> None:
        known = facts.load("linkedin")
        old = replace(known.require_service(), used="202510")
        client = Client(known, old, HeldTokens(rig.credentials(rig.server)), RealClock(), QUICK)
        with pytest.raises(Forbidden, match="202510"):
            client.delete(Ref("urn:li:share:1"))
        assert rig.network.calls == []

    def test_the_account_is_off_until_somebody_wants_it(self) -> None:
        info = registry.platform("linkedin")
        assert (info.mode, info.grade, info.capabilities.needs_approval) == ("beta", "beta", True)
        assert "never run against the live service" in info.not_tested
        with pytest.raises(Forbidden, match="not connected"):
            registry.preview("linkedin", "api").delete(Ref("x"))


def test_no_look_is_enough_for_a_page(network: LinkedIn) -> None:
    connector = connect(LinkedInRig(network), network.url, PATIENT)
    assert Job(connector, Variant(("Never sent",))).find() == NotFound(final=False)
