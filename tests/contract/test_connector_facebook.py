"""The Facebook connector against a stand-in written from Meta's documents; never run against the live service."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from connectors.base import Credentials, Found, Link, Ref, Unknown, Variant
from connectors.errors import AuthExpired, Doubtful, Duplicate, Forbidden, RateLimited, Temporary
from connectors.tokens import HeldTokens
from tests.contract import fault_proxy as faults
from tests.contract.connector_contract import ConnectorContract
from tests.contract.connector_rig import PATIENT, QUICK, Job, Remote, connect, picture
from tests.contract.fault_proxy import FaultProxy
from tests.servers.meta import PAGE, TOKEN, FacebookPage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from connectors.base import Connector

_EXPIRED = faults.Status(400, body=b'{"error": {"code": 190, "error_subcode": 463, "message": "Session has expired"}}')


def meant(code: int) -> faults.Status:
    return faults.Status(400, body=json.dumps({"error": {"code": code, "message": "x"}}).encode())


@dataclass(frozen=True, slots=True)
class FacebookRig:
    """One page."""

    network: FacebookPage
    platform: str = "facebook"
    create: tuple[str, str] = ("POST", "/feed")
    upload: tuple[str, str] = ("POST", "/photos")
    expired: faults.Status = _EXPIRED

    @property
    def server(self) -> str:
        return self.network.url

    def credentials(self, server: str) -> Credentials:
        return Credentials({"server": server, "access": TOKEN})

    def posts(self) -> list[Remote]:
        return [self._remote(post) for post in self.network.kept.values()]

    def judges(self, text: str, used: int) -> bool:
        del text, used
        return True

    def _remote(self, post: dict[str, Any]) -> Remote:
        alts = tuple(self.network.photos[number]["alt"] for number in post["photos"])
        return Remote(post["id"], post["message"], alts, raw=json.dumps(post))


class TestFacebook(ConnectorContract):
    @pytest.fixture
    def rig(self) -> Iterator[FacebookRig]:
        with FacebookPage() as network:
            yield FacebookRig(network)

    def test_images_are_attached_in_order_with_their_words(self, rig: FacebookRig, connector: Connector) -> None:
        shown = (picture("A window"), picture("A desk", "teal", "JPEG"))
        Job(connector, Variant(("Our rooms",), media=shown)).publish()
        [post] = rig.posts()
        assert post.alts == ("A window", "A desk")
        assert [photo["data"] for photo in rig.network.photos.values()] == [image.data for image in shown]

    def test_a_link_is_sent_for_its_card_and_in_the_text_beside_images(self, rig: FacebookRig, connector: Connector) -> None:
        link = Link("https://example.org/help")
        Job(connector, Variant(("Read",), link=link)).publish()
        Job(connector, Variant(("See",), link=link, media=(picture("A door"),))).publish()
        first, second = rig.network.kept.values()
        assert (first["message"], first["link"]) == ("Read", link.url)
        assert (second["message"], second.get("link")) == (f"See\n\n{link.url}", None)

    def test_what_cannot_become_a_card_is_said_before(self, connector: Connector) -> None:
        assert [problem.field for problem in connector.measure(Variant(("x",), link=Link("example.org", thumb=picture("x")))).problems] == [
            "link",
            "link",
        ]

    def test_images_that_facebook_will_have_forgotten_are_sent_again(self, rig: FacebookRig, shaky: Connector, proxy: FaultProxy) -> None:
        proxy.rule(faults.Status(500), *rig.create)
        job = Job(shaky, Variant(("See",), media=(picture("A door"),)))
        with pytest.raises(Doubtful):
            job.publish()
        [step] = [name for name in job.journal.rows if name.startswith("media:")]
        job.journal.rows[step] = job.journal.rows[step].split(" ")[0] + " 2026-01-01T00:00:00+00:00"
        job.publish()
        assert len(rig.network.photos) == 2

    @pytest.mark.parametrize(
        ("code", "kind"),
        [
            (190, AuthExpired),
            (4, RateLimited),
            (613, RateLimited),
            (10, Forbidden),
            (200, Forbidden),
            (368, Forbidden),
            (2635, Forbidden),
            (506, Duplicate),
            (1, Doubtful),
        ],
    )
    def test_a_code_of_metas_has_its_meaning(
        self, rig: FacebookRig, shaky: Connector, proxy: FaultProxy, code: int, kind: type[Exception]
    ) -> None:
        proxy.rule(meant(code), *rig.create)
        with pytest.raises(kind) as caught:
            Job(shaky, Variant(("Refused",))).publish()
        assert getattr(caught.value, "shared", False) == (code == 4)  # the app's own limit, not the page's
        assert rig.posts() == []
        proxy.rule(meant(2), "GET")
        with pytest.raises(Temporary):
            shaky.account_metrics()

    def test_a_found_post_with_other_descriptions_says_so(self, rig: FacebookRig, shaky: Connector, proxy: FaultProxy) -> None:
        job = Job(shaky, Variant(("Look",), media=(picture("A door"), picture("A bell", "teal"))))
        proxy.rule(faults.DropAfter(), *rig.create)
        with pytest.raises(Doubtful):
            job.publish()
        next(iter(rig.network.photos.values()))["alt"] = ""
        found = job.find()
        assert isinstance(found, Found)
        assert found.receipt.echo["alt"] == ["", "A bell"]
        assert found.receipt.warnings == ("The images on the page, or their descriptions, differ from the approved ones.",)

    def test_a_page_with_many_posts_since_cannot_tell(self, connector: Connector) -> None:
        for number in range(25):
            Job(connector, Variant((f"Post {number}",))).publish()
        assert isinstance(Job(connector, Variant(("Another",))).find(), Unknown)

    def test_figures_one_by_one_once_a_name_is_refused(self, rig: FacebookRig, connector: Connector) -> None:
        refs = [Job(connector, Variant((f"Post {number}",))).publish().ref for number in range(2)]
        rig.network.figures[refs[0]] = {
            "reactions": {"summary": {"total_count": 4}},
            "comments": {"summary": {"total_count": 0}},
            "shares": {"count": 2},
            "post_total_media_view_unique": 90,
        }
        rig.network.figures[PAGE] = {"page_follows": 318, "page_total_media_view_unique": 1200}
        found = connector.post_metrics([*refs, Ref(f"{PAGE}_1")])
        assert found[refs[0]].values == {"likes": 4, "comments": 0, "reposts": 2, "viewers": 90}
        assert found[refs[1]].values == {"likes": None, "comments": None, "reposts": None, "viewers": None}
        assert (found[Ref(f"{PAGE}_1")].gone, set(found[Ref(f"{PAGE}_1")].values.values())) == (True, {None})
        assert connector.account_metrics().values == {"followers": 318, "viewers": 1200}
        rig.network.refused = {"page_total_media_view_unique", "post_total_media_view_unique"}
        assert connector.account_metrics().values == {"followers": 318, "viewers": None}
        assert connector.post_metrics(refs[:1])[refs[0]].values["viewers"] is None

    @pytest.mark.parametrize(
        ("usage", "read"), [('{"call_count": 79}', 2), ('{"call_count": 2, "total_time": 80}', 1), ("[]", 2), ("x", 2)]
    )
    def test_reading_pauses_before_the_app_has_asked_too_much(self, rig: FacebookRig, connector: Connector, usage: str, read: int) -> None:
        refs = [Job(connector, Variant((f"Post {number}",))).publish().ref for number in range(2)]
        rig.network.usage = usage
        assert len(connector.post_metrics(refs)) == read

    def test_who_we_are_and_what_to_do_when_the_token_is_dead(self, rig: FacebookRig) -> None:
        tokens = HeldTokens(rig.credentials(rig.server))
        connector = connect(rig, rig.server, PATIENT, tokens)
        state = connector.check_auth()
        assert (state.handle, state.remote_id, tokens.read().values["page_id"]) == ("Juniper Counseling", PAGE, PAGE)
        link = connector.compose_link(Variant(("x",)))
        assert link is not None
        assert link.url == f"https://www.facebook.com/{PAGE}"
        rig.network.tokens.clear()
        assert "changed password" in (connector.check_auth().needs_login or "")
        with pytest.raises(AuthExpired, match="Enter a new one"):
            connector.refresh_auth(tokens)

    def test_a_delete_that_is_refused_says_so(self, rig: FacebookRig, shaky: Connector, proxy: FaultProxy) -> None:
        ref = Job(shaky, Variant(("Stay",))).publish().ref
        proxy.rule(meant(200), "DELETE")
        with pytest.raises(Forbidden):
            shaky.delete(ref)
        assert len(rig.posts()) == 1


@pytest.mark.parametrize("answer", [b'{"id": "x"}', b"{}", b'{"data": 1}'])
def test_a_look_at_something_else_is_no_look(answer: bytes) -> None:
    with FacebookPage() as network, FaultProxy(network.url) as proxy:
        rig = FacebookRig(network)
        connector = connect(rig, proxy.url, QUICK)
        proxy.rule(faults.Status(200, body=answer), "GET")
        with pytest.raises(Temporary):
            Job(connector, Variant(("x",))).find()
