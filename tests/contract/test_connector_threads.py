"""The Threads connector against a stand-in written from Meta's documents; never run against the live service."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from connectors.base import Credentials, Found, Link, NotFound, Ref, Unknown, Variant
from connectors.errors import AuthExpired, Doubtful, Rejected, Temporary
from connectors.tokens import HeldTokens
from tests.contract import fault_proxy as faults
from tests.contract.connector_contract import ConnectorContract
from tests.contract.connector_rig import PATIENT, Job, Remote, connect
from tests.servers.meta import TOKEN, USER, Threads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from connectors.base import Connector
    from tests.contract.fault_proxy import FaultProxy

_EXPIRED = faults.Status(400, body=b'{"error": {"code": 190, "message": "Session has expired"}}')
_MAKE = ("POST", f"/{USER}/threads")


@dataclass(frozen=True, slots=True)
class ThreadsRig:
    """One account."""

    network: Threads
    platform: str = "threads"
    create: tuple[str, str] = ("POST", "/threads_publish")
    upload: tuple[str, str] = ("POST", "/threads_publish")
    expired: faults.Status = _EXPIRED

    @property
    def server(self) -> str:
        return self.network.url

    def credentials(self, server: str) -> Credentials:
        return Credentials({"server": server, "access": TOKEN})

    def posts(self) -> list[Remote]:
        return [_remote(post) for post in self.network.kept.values()]

    def judges(self, text: str, used: int) -> bool:
        del text, used
        return True


def _remote(post: dict[str, Any]) -> Remote:
    return Remote(post["id"], post["text"], reply_to=post["reply_to_id"], raw=json.dumps(post))


class TestThreads(ConnectorContract):
    @pytest.fixture
    def rig(self) -> Iterator[ThreadsRig]:
        with Threads() as network:
            yield ThreadsRig(network)

    def test_the_container_is_written_down_before_it_is_published(self, rig: ThreadsRig, shaky: Connector, proxy: FaultProxy) -> None:
        proxy.rule(faults.DropBefore(), *rig.create)
        job = Job(shaky, Variant(("Hello",)))
        with pytest.raises(Doubtful):
            job.publish()
        [container] = rig.network.containers
        assert job.journal.rows["container_id"] == container
        assert job.find() == NotFound(final=True)
        job.publish()
        assert (list(rig.network.containers), len(rig.posts())) == ([container], 1)

    @pytest.mark.parametrize(
        "fault", [faults.DropAfter(), faults.DropBefore(), faults.html(), faults.Status(500), faults.Status(200, body=b"{}")]
    )
    def test_a_lost_container_costs_nothing(self, rig: ThreadsRig, shaky: Connector, proxy: FaultProxy, fault: faults.Mode) -> None:
        proxy.rule(fault, *_MAKE)
        job = Job(shaky, Variant(("Hello",)))
        with pytest.raises(Temporary):
            job.publish()
        assert job.find() == NotFound(final=True)
        job.publish()
        assert len(rig.posts()) == 1

    def test_a_container_is_waited_for_and_kept_when_it_takes_too_long(self, rig: ThreadsRig, shaky: Connector) -> None:
        rig.network.slow = 2
        Job(shaky, Variant(("Soon",))).publish()
        rig.network.slow = 99
        job = Job(shaky, Variant(("Late",)))
        with pytest.raises(Temporary, match="still preparing"):
            job.publish()
        assert len(rig.posts()) == 1
        rig.network.containers[job.journal.rows["container_id"]]["status"] = "FINISHED"
        job.publish()
        assert [post.text for post in rig.posts()] == ["Soon", "Late"]

    @pytest.mark.parametrize("state", ["ERROR", "EXPIRED", "forgotten"])
    def test_a_dead_container_is_made_anew_only_if_it_was_never_published(
        self, rig: ThreadsRig, shaky: Connector, proxy: FaultProxy, state: str
    ) -> None:
        rig.network.slow = 99
        job = Job(shaky, Variant(("Late",)))
        with pytest.raises(Temporary):
            job.publish()
        rig.network.slow = 0
        _spoil(rig, job, state)
        proxy.rule(faults.DropBefore(), *rig.create)
        with pytest.raises(Doubtful):
            job.publish()
        assert len(rig.network.containers) == (1 if state == "forgotten" else 2)
        _spoil(rig, job, state)
        assert isinstance(job.find(), Unknown)
        with pytest.raises(Doubtful, match="no longer knows"):
            job.publish()
        assert rig.posts() == []

    def test_a_text_that_threads_cannot_prepare_is_refused(self, rig: ThreadsRig, shaky: Connector, proxy: FaultProxy) -> None:
        proxy.rule(faults.Status(200, body=b'{"status": "ERROR"}'), "GET")
        with pytest.raises(Rejected, match="could not prepare"):
            Job(shaky, Variant(("Bad",))).publish()
        assert rig.posts() == []

    def test_a_published_post_that_is_not_shown_yet_is_never_published_again(
        self, rig: ThreadsRig, shaky: Connector, proxy: FaultProxy
    ) -> None:
        proxy.rule(faults.DropAfter(), *rig.create)
        job = Job(shaky, Variant(("Hidden",)))
        with pytest.raises(Doubtful):
            job.publish()
        rig.network.hidden = True
        assert isinstance(job.find(), Unknown)
        with pytest.raises(Doubtful, match="does not show it yet"):
            job.publish()
        rig.network.hidden = False
        found = job.find()
        assert isinstance(found, Found)
        assert job.publish().ref == found.receipt.ref
        assert len(rig.posts()) == 1
        rig.network.hidden = True
        assert isinstance(job.find(), Found)

    def test_while_it_is_in_progress_another_look_is_needed(self, rig: ThreadsRig, shaky: Connector, proxy: FaultProxy) -> None:
        proxy.rule(faults.DropBefore(), *rig.create)
        job = Job(shaky, Variant(("Once",)))
        with pytest.raises(Doubtful):
            job.publish()
        rig.network.containers[job.journal.rows["container_id"]] |= {"status": "IN_PROGRESS", "left": 99}
        assert job.find() == NotFound(final=False)

    def test_an_address_that_cannot_be_read_is_no_failure(self, rig: ThreadsRig, shaky: Connector, proxy: FaultProxy) -> None:
        proxy.rule(faults.Pass(), "GET")
        proxy.rule(faults.Status(500), "GET")
        receipt = Job(shaky, Variant(("Fine",))).publish()
        assert (receipt.url, receipt.at, len(rig.posts())) == (None, None, 1)

    def test_link_and_reply_control(self, rig: ThreadsRig, connector: Connector) -> None:
        variant = Variant(("Read",), link=Link("https://example.org/help"), reply_control="mentioned_only")
        assert connector.measure(variant).fits
        receipt = Job(connector, variant).publish()
        [post] = rig.network.kept.values()
        assert (post["text"], post["reply_control"]) == ("Read\n\nhttps://example.org/help", "mentioned_only")
        assert receipt.url == post["permalink"]
        assert receipt.at is not None

    def test_a_part_without_the_one_before_it_is_refused(self, rig: ThreadsRig, connector: Connector) -> None:
        job = Job(connector, Variant(("one", "two")))
        with pytest.raises(Rejected, match="nothing to reply to"):
            job.publish(1)
        assert rig.posts() == []

    def test_figures_as_reported(self, rig: ThreadsRig, connector: Connector) -> None:
        ref = Job(connector, Variant(("Count me",))).publish().ref
        rig.network.figures[ref] = {"views": 120, "likes": 0}
        found = connector.post_metrics([ref, Ref("1")])
        assert found[ref].values == {"likes": 0, "replies": None, "reposts": None, "quotes": None, "impressions": 120}
        assert (found[Ref("1")].gone, set(found[Ref("1")].values.values())) == (True, {None})
        assert connector.account_metrics().values == {"followers": 41}

    def test_a_token_is_lengthened_and_a_dead_one_needs_a_person(self, rig: ThreadsRig, proxy: FaultProxy) -> None:
        tokens = HeldTokens(rig.credentials(proxy.url))
        connector = connect(rig, proxy.url, PATIENT, tokens)
        connector.refresh_auth(tokens)
        fresh = tokens.read().values
        assert fresh["access"] != TOKEN
        assert 59 <= (datetime.fromisoformat(fresh["expires_at"]) - datetime.now(UTC)).days <= 60
        proxy.rule(faults.Status(400, body=b'{"error": {"code": 100}}'), "GET", "/refresh_access_token")
        connector.refresh_auth(tokens)
        assert tokens.read().values["access"] == fresh["access"]
        rig.network.tokens.clear()
        with pytest.raises(AuthExpired, match="Enter a new one"):
            connector.refresh_auth(tokens)


def _spoil(rig: ThreadsRig, job: Job, state: str) -> None:
    if state == "forgotten":
        rig.network.containers.clear()
    else:
        rig.network.containers[job.journal.rows["container_id"]]["status"] = state
