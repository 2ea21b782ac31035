"""The X connector against our own stand-in for X, by both kinds of login."""

from __future__ import annotations

import json
import os
import re
import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from oauthlib import oauth1

from connectors import registry
from connectors.base import Credentials, Found, NotFound, Ref, Unknown, Variant
from connectors.errors import AuthExpired, Doubtful, Duplicate, Forbidden, OutOfCredit, RateLimited, Rejected, Temporary
from connectors.tokens import HeldTokens
from tests.contract import fault_proxy as faults
from tests.contract.connector_contract import ConnectorContract
from tests.contract.connector_logins import LoginCases
from tests.contract.connector_privacy import PrivacyCases
from tests.contract.connector_rig import PATIENT, Job, RealClock, Remote, connect, picture
from tests.contract.fault_modes import Edit, Listen, With
from tests.contract.fault_proxy import FaultProxy
from tests.servers.x_emulated import x

if TYPE_CHECKING:
    from collections.abc import Iterator

    from connectors.base import Connector
    from tests.servers.x_emulated import Person, X

_EXPIRED = faults.Status(401, body=b'{"title": "Unauthorized", "type": "about:blank", "status": 401, "detail": "Unauthorized"}')


@dataclass(frozen=True, slots=True)
class XRig:
    """One account at the stand-in, with threads switched on."""

    network: X
    person: Person
    kind: str = "oauth2"
    platform: str = "x"
    create: tuple[str, str] = ("POST", "/2/tweets")
    upload: tuple[str, str] = ("POST", "/2/media/upload")
    expired: faults.Status = _EXPIRED

    @property
    def server(self) -> str:
        return self.network.url

    def credentials(self, server: str) -> Credentials:
        two = {"client_id": "an-app", "access": self.person.access, "refresh": self.person.refresh}
        return Credentials({"server": server, "threads": "yes", **(two if self.kind == "oauth2" else self.person.keys)})

    def posts(self) -> list[Remote]:
        return [self._remote(post) for post in self.person.posts]

    def _remote(self, post: dict[str, Any]) -> Remote:
        alts = tuple(self.network.media[key]["alt"] for key in post["media"])
        return Remote(id=post["id"], text=post["own"], alts=alts, reply_to=post["parent"], raw=json.dumps(post["sent"]))

    def judges(self, text: str, used: int) -> bool:
        """The stand-in counts nothing: it would count with the same library, and prove nothing."""
        del text, used
        return False


@pytest.fixture(scope="module")
def network() -> Iterator[X]:
    with x() as running:
        yield running


class TestX(ConnectorContract):
    @pytest.fixture
    def rig(self, network: X) -> XRig:
        return XRig(network, network.person())

    def test_who_may_reply_is_sent_with_the_first_part_alone(self, rig: XRig, connector: Connector) -> None:
        job = Job(connector, Variant(("one", "two"), reply_control="mentionedUsers"))
        for index in range(2):
            job.publish(index)
        first, second = (post["sent"] for post in rig.person.posts)
        assert first == {"text": "one", "reply_settings": "mentionedUsers"}
        assert second == {"text": "two", "reply": {"in_reply_to_tweet_id": rig.person.posts[0]["id"]}}

    def test_a_post_of_images_alone(self, rig: XRig, connector: Connector) -> None:
        Job(connector, Variant(("",), media=(picture("A door"), picture("A desk", "teal")))).publish()
        [post] = rig.posts()
        assert (post.text, post.alts) == ("", ("A door", "A desk"))

    def test_an_image_without_a_description_is_not_described(self, rig: XRig, proxy: FaultProxy) -> None:
        """The gate asks for one or a logged waiver; with the waiver nothing is sent for it, which would cost."""
        Job(connect(rig, proxy.url, PATIENT), Variant(("x",), media=(picture(""),))).publish()
        assert (rig.posts()[0].alts, proxy.count("POST", "/2/media/metadata")) == ((None,), 0)

    def test_words_come_back_as_they_were_written(self, connector: Connector) -> None:
        """X escapes them and puts t.co in place of links."""
        words = 'Ask & <listen> "well" https://example.org/a?b=1&copy=2 example.org'
        job = Job(connector, Variant((words,), media=(picture("A door"),)))
        receipt = job.publish()
        found = job.find()
        assert isinstance(found, Found)
        assert (found.receipt.ref, found.receipt.echo["text"], found.receipt.warnings) == (receipt.ref, words, ())
        assert found.receipt.at is not None
        assert abs((found.receipt.at - datetime.now(UTC)).total_seconds()) < 60

    def test_a_description_that_was_lost_is_said(self, rig: XRig, connector: Connector) -> None:
        job = Job(connector, Variant(("x",), media=(picture("A door"),)))
        job.publish()
        rig.network.media[rig.person.posts[0]["media"][0]]["alt"] = None
        found = job.find()
        assert isinstance(found, Found)
        assert "description" in found.receipt.warnings[0]

    def test_a_repeat_looks_first(self, rig: XRig, shaky: Connector, proxy: FaultProxy) -> None:
        """X honors no key: what may have arrived is looked for before anything is sent again."""
        proxy.rule(faults.DropAfter(), *rig.create)
        job = Job(shaky, Variant(("Once only",)))
        with pytest.raises(Doubtful):
            job.publish()
        assert job.publish().ref == rig.posts()[0].id
        assert (proxy.count(*rig.create), len(rig.posts())) == (1, 1)

    def test_what_certainly_did_not_arrive_needs_no_look(self, rig: XRig, shaky: Connector, proxy: FaultProxy) -> None:
        """Each look costs."""
        proxy.rule(faults.Status(429), *rig.create)
        job = Job(shaky, Variant(("Once only",)))
        with pytest.raises(RateLimited):
            job.publish()
        job.publish()
        assert (proxy.count("GET", "/tweets"), len(rig.posts())) == (0, 1)

    def test_not_there_takes_two_looks_and_a_busy_account_a_person(self, connector: Connector) -> None:
        job = Job(connector, Variant(("Where?",)))
        assert job.find() == NotFound(final=False)
        for number in range(5):
            Job(connector, Variant((f"Other {number}",))).publish()
        found = job.find()
        assert isinstance(found, Unknown)
        assert "5 or more" in found.reason

    def test_the_same_words_twice_are_refused_by_name(self, rig: XRig, connector: Connector) -> None:
        Job(connector, Variant(("Twice",))).publish()
        with pytest.raises(Duplicate, match="already posted the same text") as caught:
            Job(connector, Variant(("Twice",))).publish()
        assert (caught.value.existing, len(rig.posts())) == (None, 1)

    def test_figures_and_what_only_the_author_sees(self, rig: XRig, connector: Connector) -> None:
        ref = Job(connector, Variant(("Count me",))).publish().ref
        old = Ref(str((int(ref) >> 22) - 30 * 86_400_000 << 22))
        rig.person.posts.append({**rig.person.posts[0], "id": old})
        gone = Ref(str(int(ref) + 1))
        found = connector.post_metrics([ref, old, gone])
        seen = {"likes": 2, "reposts": 1, "replies": 0, "quotes": 0, "bookmarks": 0, "impressions": 90}
        assert found[ref].values == {**seen, "link_clicks": 4, "profile_clicks": 1}
        assert found[old].values == {**seen, "link_clicks": None, "profile_clicks": None}
        assert (found[gone].gone, set(found[gone].values.values())) == (True, {None})
        assert connector.account_metrics().values == {"followers": 7, "following": 3, "posts": 2}
        assert connector.post_metrics([]) == {}

    def test_a_post_that_x_does_not_show_is_absent(self, shaky: Connector, proxy: FaultProxy) -> None:
        ref = Job(shaky, Variant(("Hidden",))).publish().ref
        hidden = {"errors": [{"resource_id": ref, "type": "https://api.twitter.com/2/problems/not-authorized-for-resource"}]}
        proxy.rule(Edit(lambda _: hidden), "GET", "/2/tweets")
        assert shaky.post_metrics([ref]) == {}

    def test_a_broken_description_call_sends_no_post(self, rig: XRig, shaky: Connector, proxy: FaultProxy) -> None:
        proxy.rule(faults.Status(500), "POST", "/2/media/metadata")
        job = Job(shaky, Variant(("x",), media=(picture("A door"),)))
        with pytest.raises(Temporary):
            job.publish()
        assert rig.posts() == []
        job.publish()
        assert (rig.posts()[0].alts, proxy.count(*rig.upload)) == (("A door",), 1)

    def test_an_image_that_x_has_forgotten_is_uploaded_again(self, rig: XRig, connector: Connector) -> None:
        job = Job(connector, Variant(("x",), media=(picture("A door"),)))
        job.journal.put(f"media:{job.parts[0].media[0]}", "77 2026-01-01T00:00:00+00:00")
        job.publish()
        assert rig.posts()[0].alts == ("A door",)

    @pytest.mark.parametrize("body", [b'["odd"]', b'"odd"', b"7", b"null", b"<html>", b'{"errors": "odd"}', b'{"errors": [7]}'])
    @pytest.mark.parametrize(("status", "meaning"), [(400, Rejected), (402, OutOfCredit), (403, Forbidden)])
    def test_a_refusal_of_any_shape_keeps_its_meaning(
        self, rig: XRig, shaky: Connector, proxy: FaultProxy, status: int, meaning: type[Exception], body: bytes
    ) -> None:
        """tweepy ends in an AttributeError where the body is JSON but no object, and has no class for 402."""
        proxy.rule(faults.Status(status, body=body), *rig.create)
        with pytest.raises(meaning) as caught:
            Job(shaky, Variant(("Refused",))).publish()
        assert type(caught.value) is meaning

    def test_a_reset_header_that_is_no_number_does_not_break_the_wait(self, rig: XRig, shaky: Connector, proxy: FaultProxy) -> None:
        """tweepy would end in a ValueError."""
        proxy.rule(faults.Status(429, {"x-rate-limit-reset": "soon"}), *rig.create)
        with pytest.raises(RateLimited) as caught:
            Job(shaky, Variant(("Patience",))).publish()
        assert not caught.value.shared

    def test_a_limit_of_the_app_is_told_from_one_of_the_account(self, rig: XRig, shaky: Connector, proxy: FaultProxy) -> None:
        reset = datetime.now(UTC) + timedelta(hours=3)
        told = {"x-rate-limit-reset": str(int(reset.timestamp()) + 9000), "x-app-limit-24hour-reset": str(int(reset.timestamp()))}
        proxy.rule(faults.Status(429, {**told, "x-app-limit-24hour-remaining": "0"}), *rig.create)
        with pytest.raises(RateLimited) as caught:
            Job(shaky, Variant(("Patience",))).publish()
        assert caught.value.shared
        assert abs(caught.value.until - reset) < timedelta(seconds=90)


class TestXByKeys(LoginCases, PrivacyCases):
    """The same platform by OAuth 1.0a: another login, the same calls."""

    @pytest.fixture
    def rig(self, network: X) -> XRig:
        return XRig(network, network.person(), "oauth1")

    def test_a_thread_with_an_image_is_found_part_by_part(self, rig: XRig, connector: Connector) -> None:
        job = Job(connector, Variant(("one https://example.org/a?b=1&c=2", "two"), media=(picture("A door"),)))
        for index in range(2):
            job.publish(index)
        assert [isinstance(job.find(index), Found) for index in range(2)] == [True, True]
        first, second = rig.posts()
        assert (first.alts, second.reply_to) == (("A door",), first.id)


class TestNames:
    """The contract of 2026 names fields and parameters anew: both are understood, whatever the wire says."""

    @pytest.fixture
    def rig(self, network: X) -> Iterator[XRig]:
        network.new_names = True
        yield XRig(network, network.person())
        network.new_names = False

    def test_the_new_names_are_learned_from_one_refusal(self, rig: XRig) -> None:
        with FaultProxy(rig.server) as proxy:
            connector = connect(rig, proxy.url, PATIENT)
            job = Job(connector, Variant(("one", "two")))
            job.publish()
            second = job.publish(1)
            assert isinstance(job.find(1), Found)
            assert proxy.count("GET", "/tweets") == 2
            assert connector.post_metrics([second.ref])[second.ref].values["reposts"] == 1
            assert connector.account_metrics().values["posts"] == 2
            assert proxy.count("GET", "/tweets") == 3

    def test_another_refusal_teaches_nothing(self, rig: XRig) -> None:
        with FaultProxy(rig.server) as proxy:
            connector = connect(rig, proxy.url, PATIENT)
            proxy.rule(faults.Status(400, body=b'{"detail": "ids: not valid"}'), "GET", "/2/tweets")
            with pytest.raises(Temporary):
                connector.post_metrics([Ref("7")])
            assert proxy.count("GET", "/2/tweets") == 1


class TestLogin:
    @pytest.fixture
    def rig(self, network: X) -> XRig:
        return XRig(network, network.person())

    def test_a_token_is_renewed_before_it_ends(self, rig: XRig) -> None:
        soon = (datetime.now(UTC) + timedelta(minutes=1)).isoformat()
        tokens = HeldTokens(Credentials({**rig.credentials(rig.server).values, "expires_at": soon}))
        before, refreshed = tokens.read().values, rig.network.refreshed
        state = connect(rig, rig.server, PATIENT, tokens).check_auth()
        after = tokens.read().values
        assert (state.ok, state.expires_at, rig.network.refreshed - refreshed) == (True, None, 1)
        assert state.scopes == ("tweet.read", "tweet.write", "users.read", "media.write", "offline.access")
        assert all(after[name] != before[name] for name in ("access", "refresh", "expires_at"))

    def test_without_a_refresh_token_the_end_is_shown(self, rig: XRig) -> None:
        ends = datetime.now(UTC) + timedelta(hours=1)
        values = {**rig.credentials(rig.server).values, "refresh": "", "expires_at": ends.isoformat()}
        state = connect(rig, rig.server, PATIENT, HeldTokens(Credentials(values))).check_auth()
        assert (state.ok, state.expires_at) == (True, ends)

    def test_a_refused_refresh_needs_a_person_and_keeps_the_login(self, rig: XRig) -> None:
        tokens = HeldTokens(Credentials({**rig.credentials(rig.server).values, "refresh": "used-up", "access": "dead"}))
        before = tokens.read()
        connector = connect(rig, rig.server, PATIENT, tokens)
        state = connector.check_auth()
        assert (state.ok, "Connect the account again" in (state.needs_login or "")) == (False, True)
        with pytest.raises(AuthExpired, match="Connect the account again"):
            connector.refresh_auth(tokens)
        assert tokens.read() == before

    @pytest.mark.parametrize("missing", ["consumer_key", "consumer_secret", "access_token", "access_token_secret"])
    def test_three_keys_of_four_are_no_login(self, rig: XRig, missing: str) -> None:
        keys = {name: value for name, value in rig.person.keys.items() if name != missing}
        state = connect(rig, rig.server, PATIENT, HeldTokens(Credentials({"server": rig.server, **keys}))).check_auth()
        assert (state.ok, "all four keys" in (state.needs_login or "")) == (False, True)

    def test_keys_are_signed_for_the_address_that_x_knows(self, rig: XRig) -> None:
        heard = Listen()
        with FaultProxy(rig.server) as proxy:
            proxy.rule(heard, times=None)
            connector = connect(replace(rig, kind="oauth1"), proxy.url, PATIENT)
            assert connector.check_auth().handle == f"@{rig.person.name}"
        header = next(line for line in heard.heard[0].splitlines() if line.startswith("Authorization: "))
        sent = dict(re.findall(r'(\w+)="([^"]*)"', header))
        keys = rig.person.keys
        signer = oauth1.Client(
            keys["consumer_key"],
            keys["consumer_secret"],
            keys["access_token"],
            keys["access_token_secret"],
            nonce=sent["oauth_nonce"],
            timestamp=sent["oauth_timestamp"],
        )
        _, headers, _ = signer.sign("https://api.twitter.com/2/users/me", "GET")
        assert f'oauth_signature="{sent["oauth_signature"]}"' in headers["Authorization"]
        assert all(keys[name] not in heard.heard[0] for name in ("consumer_secret", "access_token_secret"))

    def test_asking_who_we_are_costs_so_it_is_done_once(self, rig: XRig) -> None:
        with FaultProxy(rig.server) as proxy:
            tokens = HeldTokens(rig.credentials(proxy.url))
            for _ in range(2):
                Job(connect(rig, proxy.url, PATIENT, tokens), Variant(("Where?",))).find()
            keys = connect(replace(rig, kind="oauth1"), proxy.url, PATIENT)
            Job(keys, Variant(("Where?",))).find()
            assert proxy.count("GET", "/2/users/me") == 1

    @pytest.mark.parametrize("said", [{"data": {"id": "x"}}, {"data": 7}, {"data": {"username": "a"}}])
    def test_an_answer_about_us_that_cannot_be_read(self, rig: XRig, said: Any) -> None:
        with FaultProxy(rig.server) as proxy:
            proxy.rule(Edit(lambda _: said), "GET", "/2/users/me", times=None)
            connector = connect(rig, proxy.url, PATIENT)
            with pytest.raises(Temporary):
                connector.check_auth()
            with pytest.raises((Temporary, AuthExpired)):
                Job(connector, Variant(("Where?",))).find()

    def test_threads_are_off_until_somebody_switches_them_on(self, rig: XRig) -> None:
        off = Credentials({**rig.credentials(rig.server).values, "threads": ""})
        connector = connect(rig, rig.server, PATIENT, HeldTokens(off))
        thread = Variant(("one", "two"))
        assert (connector.capabilities().thread, connector.measure(thread).fits, connector.check_auth().told) == (False, False, {})
        job = Job(connector, thread)
        job.publish()
        with pytest.raises(Rejected, match="switched off"):
            job.publish(1)
        on = connect(rig, rig.server, PATIENT)
        assert (on.capabilities().thread, on.check_auth().told) == (True, {"threads": "yes"})
        planned = registry.preview("x", "api", {"told.threads": "yes"})
        assert (planned.capabilities().thread, planned.measure(thread).fits) == (True, True)
        assert registry.preview("x", "api").capabilities().thread is False

    @pytest.mark.parametrize("server", ["https://x.example", "http://x.example", "nonsense"])
    def test_only_this_machine_may_stand_in_for_x(self, rig: XRig, server: str) -> None:
        with pytest.raises(Rejected, match="on this machine"):
            connect(rig, server, PATIENT).check_auth()


class TestPlayground:
    """X's own API Playground, where somebody has it running: `PLANNER_TEST_X_URL`, on this machine."""

    @pytest.fixture
    def connector(self) -> Iterator[Connector]:
        url = os.environ.get("PLANNER_TEST_X_URL")
        if not url:
            pytest.skip("X's own API Playground is not here: start it and set PLANNER_TEST_X_URL to its address on this machine.")
        with FaultProxy(url) as proxy:
            proxy.rule(With("X-Auth-Method", "oauth2user"), times=None)
            login = Credentials({"server": proxy.url, "access": os.environ.get("PLANNER_TEST_X_TOKEN", "any"), "client_id": "any"})
            yield registry.connect("x", "api", login, clock=RealClock(), timeouts=PATIENT)

    def test_a_post_is_made_found_counted_and_deleted(self, connector: Connector) -> None:
        assert connector.check_auth().ok
        job = Job(connector, Variant((f"Words & more {uuid.uuid4().hex}",)))
        receipt = job.publish()
        found = job.find()
        assert isinstance(found, Found)
        assert found.receipt.ref == receipt.ref
        assert connector.post_metrics([receipt.ref])[receipt.ref].values["likes"] is not None
        for _ in range(2):
            connector.delete(receipt.ref)
        assert not isinstance(job.find(), Found)
