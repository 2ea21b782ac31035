"""The Mastodon connector against a server that speaks its interface, and against what look-alikes make of it."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from connectors import registry
from connectors.base import Credentials, Found, NotFound, Ref, Unknown, Variant
from connectors.errors import Doubtful, Forbidden, Rejected, Temporary
from connectors.mastodon.mapping import text_of
from tests.contract import fault_proxy as faults
from tests.contract.connector_contract import ConnectorContract
from tests.contract.connector_rig import PATIENT, QUICK, Job, Remote, connect, picture
from tests.contract.fault_modes import Edit, Listen
from tests.contract.fault_proxy import FaultProxy
from tests.servers.mastodon_mocked import Person

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from connectors.base import Connector
    from tests.servers.mastodon_mocked import Mastodon


_REVOKED = faults.Status(401, body=b'{"error": "The access token was revoked"}')


@dataclass(frozen=True, slots=True)
class MastodonRig:
    """One account on the server."""

    network: Mastodon
    person: Person
    platform: str = "mastodon"
    create: tuple[str, str] = ("POST", "/api/v1/statuses")
    upload: tuple[str, str] = ("POST", "/api/v2/media")
    expired: faults.Status = _REVOKED

    @property
    def server(self) -> str:
        return self.network.url

    def credentials(self, server: str) -> Credentials:
        return Credentials({"server": server, "access": self.person.token})

    def posts(self) -> list[Remote]:
        return [_remote(status) for status in reversed(self.network.statuses(self.person))]

    def judges(self, text: str, used: int) -> bool:
        """The stand-in counts code points: it knows neither the rule for links nor letters of several code points."""
        return self.network.real or len(text) == used


def _remote(status: dict[str, Any]) -> Remote:
    return Remote(
        id=status["id"],
        text=text_of(status),
        alts=tuple(item["description"] for item in status["media_attachments"]),
        reply_to=status["in_reply_to_id"],
        raw=json.dumps({name: value for name, value in status.items() if name not in {"account", "application"}}),
    )


class TestMastodon(ConnectorContract):
    @pytest.fixture
    def rig(self, mastodon: Mastodon) -> MastodonRig:
        return MastodonRig(mastodon, mastodon.person())

    @pytest.mark.parametrize("visibility", ["public", "unlisted", "private"])
    def test_who_sees_it_and_the_warning_before_it(self, rig: MastodonRig, connector: Connector, visibility: str) -> None:
        variant = Variant(("About a hard week",), visibility=visibility, content_warning="Grief", langs=("en-US",))
        receipt = Job(connector, variant).publish()
        [status] = rig.network.statuses(rig.person)
        shown = {name: status[name] for name in ("visibility", "spoiler_text", "sensitive", "language")}
        assert shown == {"visibility": visibility, "spoiler_text": "Grief", "sensitive": True, "language": "en"}
        assert (receipt.warnings, receipt.echo["visibility"], receipt.echo["content_warning"]) == ((), visibility, "Grief")

    def test_each_part_of_a_thread_carries_warning_and_visibility(self, rig: MastodonRig, connector: Connector) -> None:
        job = Job(connector, Variant(("one", "two"), visibility="unlisted", content_warning="Grief"))
        for index in range(2):
            job.publish(index)
        assert [(each["spoiler_text"], each["visibility"]) for each in rig.network.statuses(rig.person)] == [("Grief", "unlisted")] * 2

    def test_the_key_alone_makes_it_one_post(self, rig: MastodonRig, connector: Connector) -> None:
        """Also when the journal is lost."""
        refs = {Job(connector, Variant(("Once only",)), "one-delivery").publish().ref for _ in range(2)}
        assert (len(refs), len(rig.posts())) == (1, 1)

    @pytest.mark.parametrize("gone", [False, True])
    def test_the_limits_are_the_servers_own(self, rig: MastodonRig, proxy: FaultProxy, gone: bool) -> None:
        """By the second version of the interface, and by the first where a server does not have it."""
        statuses = {"max_characters": 40, "characters_reserved_per_url": 10, "max_media_attachments": 1}
        media = {"image_size_limit": 5000, "description_limit": 12, "supported_mime_types": ["image/png", "video/mp4"]}
        rules = [{"id": "1", "text": "Be kind."}]
        change = Edit(lambda said: {**said, "configuration": {"statuses": statuses, "media_attachments": media}, "rules": rules})
        if gone:
            proxy.rule(faults.Status(404), "GET", "/api/v2/instance", times=None)
        proxy.rule(change, "GET", "/api/v1/instance" if gone else "/api/v2/instance", times=None)
        connector = connect(rig, proxy.url, PATIENT)
        known = connector.capabilities()
        assert (known.length.limit, known.length.url_weight, known.media.max_items, known.media.max_bytes) == (40, 10, 1, 5000)
        assert (known.media.alt_limit, known.media.mimes, known.idempotency) == (12, ("image/png",), "native_window")
        assert connector.measure(Variant(("a" * 28 + " https://example.org/long",))).fits
        assert not connector.measure(Variant(("a" * 30 + " https://example.org/long",))).fits
        [problem] = connector.measure(Variant(("x",), media=(picture("Far too many words"),))).problems
        assert (problem.field, "limit is 12" in problem.reason) == ("alt", True)
        told = connector.check_auth().told
        assert (told["text_limit"], told["verified"], told["rules"]) == ("40", "yes", "Be kind.")
        planned = registry.preview("mastodon", "api", {f"told.{name}": value for name, value in told.items()})
        assert planned.capabilities() == known
        by_hand = registry.preview("mastodon", "hand", {f"told.{name}": value for name, value in told.items()})
        assert by_hand.capabilities().length == known.length

    def test_it_waits_until_an_image_is_processed(self, rig: MastodonRig, shaky: Connector, proxy: FaultProxy) -> None:
        proxy.rule(Edit(lambda said: {**said, "url": None}, 202), *rig.upload)
        proxy.rule(Edit(lambda said: {**said, "url": None}, 206), "GET", "/api/v1/media/")
        Job(shaky, Variant(("A window",), media=(picture("A window"),))).publish()
        assert proxy.count("GET", "/api/v1/media/") == 2
        assert [post.alts for post in rig.posts()] == [("A window",)]

    def test_an_image_that_takes_too_long_is_not_uploaded_again(self, rig: MastodonRig, shaky: Connector, proxy: FaultProxy) -> None:
        proxy.rule(Edit(lambda said: said, 202), *rig.upload)
        proxy.rule(Edit(lambda said: said, 206), "GET", "/api/v1/media/", times=None)
        job = Job(shaky, Variant(("A window",), media=(picture("A window"),)))
        with pytest.raises(Temporary, match="still processing"):
            job.publish()
        proxy.clear()
        job.publish()
        assert (proxy.count(*rig.upload), [post.alts for post in rig.posts()]) == (0, [("A window",)])

    def test_an_image_that_cannot_be_processed_is_for_the_author(self, rig: MastodonRig, shaky: Connector, proxy: FaultProxy) -> None:
        proxy.rule(Edit(lambda said: said, 202), *rig.upload)
        proxy.rule(faults.Status(422, body=b'{"error": "Error processing thumbnail"}'), "GET", "/api/v1/media/")
        with pytest.raises(Rejected, match="Save it anew"):
            Job(shaky, Variant(("A window",), media=(picture("A window"),))).publish()
        assert rig.posts() == []

    def test_an_upload_that_the_server_forgot_is_made_again(self, rig: MastodonRig, shaky: Connector, proxy: FaultProxy) -> None:
        job = Job(shaky, Variant(("A window",), media=(picture("A window"),)))
        job.journal.put(f"media:{job.parts[0].media[0]}", "999999999")
        job.publish()
        assert (proxy.count(*rig.upload), [post.alts for post in rig.posts()]) == (1, [("A window",)])

    def test_a_busy_account_cannot_be_searched_to_the_end(self, rig: MastodonRig, connector: Connector) -> None:
        for number in range(40):
            rig.network.call("POST", "v1/statuses", rig.person, data={"status": f"Other {number}"})
        found = Job(connector, Variant(("Below them?",))).find()
        assert isinstance(found, Unknown)
        assert "more than 40" in found.reason

    def test_last_months_same_words_are_not_ours(self, rig: MastodonRig, connector: Connector) -> None:
        job = Job(connector, Variant(("Once a month",)))
        job.publish()
        part = job.parts[0]
        later = datetime.now(UTC) + timedelta(minutes=1)
        found = connector.find(part, attempt_key="k", since=later, journal=job.journal)
        assert isinstance(found, NotFound)
        assert len(rig.posts()) == 1

    def test_figures_are_counted_and_what_is_deleted_is_gone(self, mastodon: Mastodon, connector: Connector) -> None:
        refs = [Job(connector, Variant((f"Post {number}",))).publish().ref for number in range(3)]
        fan = mastodon.person()
        mastodon.call("POST", f"v1/statuses/{refs[0]}/favourite", fan)
        mastodon.call("POST", f"v1/statuses/{refs[0]}/reblog", fan)
        connector.delete(refs[2])
        found = connector.post_metrics([*refs, Ref("999999999")])
        assert [(dict(figures.values), figures.gone) for figures in found.values()] == [
            ({"likes": 1, "reposts": 1, "replies": 0}, False),
            ({"likes": 0, "reposts": 0, "replies": 0}, False),
            ({"likes": None, "reposts": None, "replies": None}, True),
            ({"likes": None, "reposts": None, "replies": None}, True),
        ]
        assert connector.account_metrics().values["posts"] == 2
        assert connector.post_metrics([]) == {}

    def test_a_server_without_the_list_is_asked_one_by_one(self, shaky: Connector, proxy: FaultProxy) -> None:
        ref = Job(shaky, Variant(("Count me",))).publish().ref
        proxy.rule(faults.Status(404), "GET", "/api/v1/statuses?", times=None)
        proxy.rule(Edit(lambda said: {name: value for name, value in said.items() if name != "reblogs_count"}), "GET", "/api/v1/statuses/")
        [figures] = shaky.post_metrics([ref]).values()
        assert figures.values == {"likes": 0, "reposts": None, "replies": 0}

    def test_a_token_is_never_taken_for_a_file(self, rig: MastodonRig, proxy: FaultProxy, tmp_path: Path) -> None:
        """Mastodon.py would read a file whose name was entered as the token, and send what stands in it."""
        secret = tmp_path / "token"
        secret.write_text("words-of-the-file")
        heard = Listen()
        proxy.rule(heard, times=None)
        state = connect(replace(rig, person=Person("", str(secret))), proxy.url, QUICK).check_auth()
        assert (state.ok, "words-of-the-file" in "".join(heard.heard)) == (False, False)

    def test_a_token_without_the_right_says_which_are_needed(self, shaky: Connector, proxy: FaultProxy, rig: MastodonRig) -> None:
        proxy.rule(faults.Status(403, body=b'{"error": "This action is outside the authorized scopes"}'), *rig.create)
        with pytest.raises(Forbidden, match="write:statuses"):
            Job(shaky, Variant(("May not",))).publish()


def _like(software: str) -> Edit:
    return Edit(lambda said: {**said, "version": software})


class TestLookAlike:
    """K20: a server that only speaks the interface keeps none of its promises."""

    @pytest.fixture
    def rig(self, mastodon: Mastodon) -> MastodonRig:
        return MastodonRig(mastodon, mastodon.person())

    @pytest.fixture
    def proxy(self, rig: MastodonRig) -> Iterator[FaultProxy]:
        with FaultProxy(rig.server) as running:
            running.rule(_like("2.7.2 (compatible; Small 1.0)"), "GET", "/instance", times=None)
            yield running

    @pytest.fixture
    def connector(self, rig: MastodonRig, proxy: FaultProxy) -> Connector:
        return connect(rig, proxy.url, QUICK)

    def test_it_is_called_unverified_and_its_key_is_not_trusted(self, connector: Connector) -> None:
        told = connector.check_auth().told
        assert (told["software"], told["verified"]) == ("2.7.2 (compatible; Small 1.0)", "no")
        assert connector.capabilities().idempotency == "lookup"
        planned = registry.preview("mastodon", "api", {f"told.{name}": value for name, value in told.items()})
        assert planned.capabilities().idempotency == "lookup"

    def test_a_lost_answer_is_looked_for(self, rig: MastodonRig, connector: Connector, proxy: FaultProxy) -> None:
        proxy.rule(faults.DropAfter(), *rig.create)
        job = Job(connector, Variant(("Once only",)))
        with pytest.raises(Doubtful):
            job.publish()
        assert isinstance(job.find(), Found)
        assert len(rig.posts()) == 1

    def test_what_it_changes_is_said_and_nothing_is_sent_again(self, rig: MastodonRig, connector: Connector, proxy: FaultProxy) -> None:
        changed = {"visibility": "private", "content": "<p>Other words</p>", "spoiler_text": "", "media_attachments": []}
        proxy.rule(Edit(lambda said: {**said, **changed}), *rig.create)
        variant = Variant(("Quiet",), visibility="unlisted", content_warning="Grief", media=(picture("A door"),))
        receipt = Job(connector, variant).publish()
        assert [warning.partition(".")[0] for warning in receipt.warnings] == [
            "The server shows this post as private, not as unlisted",
            "The content warning is missing or changed on the server",
            "Images or their descriptions are not as they were meant",
            "The text on the server is not the text that was sent",
        ]

    def test_a_bare_answer_is_enough(self, rig: MastodonRig, connector: Connector, proxy: FaultProxy) -> None:
        proxy.rule(Edit(lambda said: {"id": int(said["id"]), "content": said["content"], "url": "javascript:alert(1)"}), *rig.create)
        receipt = Job(connector, Variant(("Bare",))).publish()
        assert (receipt.url, receipt.at, receipt.warnings) == (None, None, ())
        assert receipt.ref == rig.posts()[0].id

    @pytest.mark.parametrize("said", [{"id": ""}, {"id": None}, {"id": True}, {"error": "no"}])
    def test_an_answer_without_a_number_leaves_doubt(self, rig: MastodonRig, connector: Connector, proxy: FaultProxy, said: Any) -> None:
        proxy.rule(Edit(lambda _: said), *rig.create)
        with pytest.raises(Doubtful):
            Job(connector, Variant(("Where?",))).publish()

    def test_a_wrong_token_that_is_answered_422_needs_a_login(self, connector: Connector, proxy: FaultProxy) -> None:
        proxy.rule(faults.Status(422, body=b'{"error": "The access token is invalid"}'), "GET", "/verify_credentials")
        state = connector.check_auth()
        assert (state.ok, "Make a new one" in (state.needs_login or "")) == (False, True)

    def test_followers_that_are_null_stay_missing(self, connector: Connector, proxy: FaultProxy) -> None:
        proxy.rule(Edit(lambda said: {**said, "followers_count": None}), "GET", "/verify_credentials")
        assert connector.account_metrics().values["followers"] is None

    def test_a_server_that_cannot_delete_says_so(self, rig: MastodonRig, connector: Connector, proxy: FaultProxy) -> None:
        ref = Job(connector, Variant(("Stays",))).publish().ref
        proxy.rule(faults.Status(405), "DELETE", "/statuses/")
        with pytest.raises(Rejected):
            connector.delete(ref)
        assert len(rig.posts()) == 1
