"""The contract's cases of broken answers: K5 to K7, K9, K10, K13."""

from __future__ import annotations

import socket
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from connectors import registry
from connectors.base import Found, NotFound, Timeouts
from connectors.errors import ConnectorError, Doubtful, Forbidden, OutOfCredit, RateLimited, Rejected, Temporary
from connectors.tokens import HeldTokens
from tests.contract import fault_proxy as faults
from tests.contract.connector_rig import ANSWERED_BADLY, PATIENT, QUICK, ContractBase, Job, MemoryJournal, connect, picture, taken, titled
from tests.contract.fault_modes import Stall

if TYPE_CHECKING:
    from collections.abc import Callable

    from connectors.base import Capabilities, Connector
    from tests.contract.connector_rig import Rig
    from tests.contract.fault_proxy import FaultProxy

REFUSED = {
    301: Rejected,
    308: Rejected,
    400: Rejected,
    402: OutOfCredit,
    403: Forbidden,
    404: Rejected,
    408: Doubtful,
    413: Rejected,
    422: Rejected,
    426: Rejected,
    429: RateLimited,
    500: Doubtful,
    502: Doubtful,
    503: Doubtful,
    504: Doubtful,
}

TOLD_TO_WAIT = {
    "seconds": ({"Retry-After": "120"}, 0, 120),
    "HTTP date": ({"Retry-After": "{http}"}, 0, 300),
    "unix reset": ({"ratelimit-reset": "{unix}"}, 0, 300),
    "unix reset, as X writes it": ({"x-rate-limit-reset": "{unix}"}, 0, 300),
    "ISO reset": ({"X-RateLimit-Reset": "{iso}"}, 0, 300),
    "unix reset in another spelling": ({"X-RateLimit-Reset": "{unix}"}, 0, 300),
    "seconds before a reset": ({"Retry-After": "60", "ratelimit-reset": "{unix}"}, 0, 60),
    "more than a day": ({"Retry-After": "999999"}, 0, 86_400),
    "no seconds at all": ({"Retry-After": "0"}, 0, 5),
    "nonsense": ({"Retry-After": "soon", "x-rate-limit-reset": "later"}, 0, 900),
    "nothing": ({}, 0, 900),
    "reset in the past": ({"ratelimit-reset": "1"}, 0, 5),
    "the server's clock is two hours ahead": ({"ratelimit-reset": "{unix}"}, 7200, 300),
    "the server's clock is two hours behind": ({"ratelimit-reset": "{unix}"}, -7200, 300),
}


_SLOW_MACHINE = 8.0
"""Seconds that a crowded machine may lose; without a bound a call would take a minute."""


def _timed(name: str, call: Callable[[], object], found: dict[str, float | BaseException]) -> None:
    """Note how long the call took, or what it raised that is no error of a connector."""
    start = time.monotonic()
    try:
        call()
    except ConnectorError:
        pass
    except BaseException as error:  # noqa: BLE001 - the very thing that is looked for
        found[name] = error
        return
    found[name] = time.monotonic() - start


class FaultCases(ContractBase):
    """Whatever the answer: one post in the end, or a person is asked; every call bounded in time."""

    # K5
    @pytest.mark.parametrize("fault", ANSWERED_BADLY)
    def test_whatever_the_answer_there_is_one_post_in_the_end(self, rig: Rig, shaky: Connector, proxy: FaultProxy, fault: str) -> None:
        proxy.rule(ANSWERED_BADLY[fault], *rig.create)
        job = Job(shaky, titled(rig, "Once only"))
        start = time.monotonic()
        with pytest.raises((Temporary, Doubtful)):
            job.publish()
        assert time.monotonic() - start < QUICK.total + 2
        outcome = job.run()
        assert len(rig.posts()) == 1 or outcome == "unconfirmed"
        assert len(rig.posts()) <= 1

    @pytest.mark.parametrize("fault", ["drop_before", "drop_after", "status_after 500"])
    def test_a_doubtful_post_is_found_or_certainly_not_there(
        self, rig: Rig, shaky: Connector, proxy: FaultProxy, rules: Capabilities, fault: str
    ) -> None:
        proxy.rule(ANSWERED_BADLY[fault], *rig.create)
        job = Job(shaky, titled(rig, "Look for me", media=taken(rules, picture("A lamp"))))
        with pytest.raises(Doubtful):
            job.publish()
        found = job.find()
        if rules.can_read_back:
            assert isinstance(found, NotFound if fault == "drop_before" else Found)
        assert len(rig.posts()) == (0 if fault == "drop_before" else 1)

    @pytest.mark.parametrize("fault", [Stall(), faults.Drip(0.3)], ids=["no answer", "a byte now and then"])
    def test_every_call_ends_in_time(self, rig: Rig, proxy: FaultProxy, rules: Capabilities, fault: faults.Mode) -> None:
        """Whatever is asked of a server that no longer answers, the call is over soon, and never as a bug."""
        tokens = HeldTokens(rig.credentials(proxy.url))
        assert connect(rig, proxy.url, PATIENT, tokens).check_auth().ok
        job = Job(connect(rig, proxy.url, PATIENT, tokens), titled(rig, "Soon over"))
        ref = job.publish().ref
        hasty = connect(rig, proxy.url, Timeouts(connect=1, read=0.7, media=0.7, total=1), tokens)
        job.connector, job.journal = hasty, MemoryJournal()
        calls: dict[str, Callable[[], object]] = {
            "publish": job.publish,
            "find": job.find,
            "post_metrics": lambda: hasty.post_metrics([ref]),
            "account_metrics": hasty.account_metrics,
            "check_auth": hasty.check_auth,
            "refresh_auth": lambda: hasty.refresh_auth(tokens),
            **({"delete": lambda: hasty.delete(ref)} if rules.can_delete else {}),
        }
        proxy.rule(fault, times=None)
        found: dict[str, float | BaseException] = {}
        threads = [threading.Thread(target=_timed, args=(name, call, found)) for name, call in calls.items()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert set(found) == set(calls)
        assert {name: told for name, told in found.items() if not isinstance(told, float) or told > 1 + _SLOW_MACHINE} == {}

    # K6
    def test_a_server_that_is_not_there_was_not_reached(self, rig: Rig, connector: Connector) -> None:
        job = Job(connector, titled(rig, "Later"))
        with socket.create_server(("127.0.0.1", 0)) as listener:
            closed = f"http://127.0.0.1:{listener.getsockname()[1]}"
        job.connector = connect(rig, closed, QUICK)
        with pytest.raises(Temporary):
            job.publish()
        assert rig.posts() == []
        job.connector = connector
        assert job.run() == "sent"
        assert len(rig.posts()) == 1

    @pytest.mark.parametrize("where", ["unknown host", "bad certificate"])
    def test_a_name_or_a_certificate_that_is_wrong_was_not_reached(self, rig: Rig, untrusted: str, where: str) -> None:
        names_its_server = bool({"server", "site"} & {field.name for field in registry.platform(rig.platform).fields})
        if where == "unknown host" and not names_its_server:
            return
        url = "https://no-such-server.invalid" if where == "unknown host" else untrusted
        job = Job(connect(rig, rig.server, QUICK), titled(rig, "Later"))
        job.connector = connect(rig, url, QUICK)
        with pytest.raises(Temporary, match="not reached"):
            job.publish()
        assert rig.posts() == []

    # K7
    @pytest.mark.parametrize("how", TOLD_TO_WAIT)
    def test_it_says_until_when_to_wait(self, rig: Rig, shaky: Connector, proxy: FaultProxy, how: str) -> None:
        headers, skew, wait = TOLD_TO_WAIT[how]
        reset = datetime.now(UTC) + timedelta(seconds=300 + skew)
        values = {"http": reset.strftime("%a, %d %b %Y %H:%M:%S GMT"), "unix": int(reset.timestamp()), "iso": reset.isoformat()}
        proxy.rule(faults.Status(429, {name: value.format(**values) for name, value in headers.items()}, skew=skew), *rig.create)
        job = Job(shaky, titled(rig, "Patience"))
        with pytest.raises(RateLimited) as caught:
            job.publish()
        assert abs((caught.value.until - datetime.now(UTC)).total_seconds() - wait) < 5
        assert rig.posts() == []
        assert job.run() == "sent"
        assert proxy.count(*rig.create) == 2

    # K9
    @pytest.mark.parametrize("status", REFUSED)
    def test_every_refusal_has_its_name(self, rig: Rig, shaky: Connector, proxy: FaultProxy, status: int) -> None:
        mode = faults.Redirect(code=status) if status in {301, 308} else faults.Status(status)
        proxy.rule(mode, *rig.create, times=None)
        with pytest.raises(REFUSED[status]) as caught:
            Job(shaky, titled(rig, "Refused")).publish()
        assert type(caught.value) is REFUSED[status]
        assert rig.posts() == []

    # K10
    @pytest.mark.parametrize("fault", ["drop_before", "drop_after", "refused"])
    def test_a_thread_goes_on_at_the_part_that_failed(
        self, rig: Rig, shaky: Connector, proxy: FaultProxy, rules: Capabilities, fault: str
    ) -> None:
        if not rules.thread:
            return
        job = Job(shaky, titled(rig, "one", segments=("one", "two")))
        job.publish(0)
        proxy.rule(ANSWERED_BADLY.get(fault, faults.Status(422)), *rig.create)
        with pytest.raises((Doubtful, Temporary, Rejected)):
            job.publish(1)
        assert job.run(1) == "sent"
        first, second = rig.posts()
        assert (first.text, second.text, second.reply_to) == ("one", "two", first.id)

    # K13
    def test_an_uploaded_image_is_used_again(self, rig: Rig, shaky: Connector, proxy: FaultProxy, rules: Capabilities) -> None:
        if rules.media.max_items < 2:
            return
        proxy.rule(faults.DropBefore(), *rig.create)
        job = Job(shaky, titled(rig, "With images", media=(picture("A window"), picture("A desk", "teal"))))
        with pytest.raises((Doubtful, Temporary)):
            job.publish()
        assert job.run() == "sent"
        assert proxy.count(*rig.upload) == 2
        [post] = rig.posts()
        assert post.alts == ("A window", "A desk")

    def test_a_thread_whose_second_part_waits_keeps_its_first(
        self, rig: Rig, shaky: Connector, proxy: FaultProxy, rules: Capabilities
    ) -> None:
        if not rules.thread:
            return
        job = Job(shaky, titled(rig, "one", segments=("one", "two", "three"), media=taken(rules, picture("A door"))))
        job.publish(0)
        proxy.rule(faults.Status(429), *rig.create)
        with pytest.raises(RateLimited):
            job.publish(1)
        assert [post.text for post in rig.posts()] == ["one"]
        assert [job.run(index) for index in (1, 2)] == ["sent", "sent"]
        first, second, third = rig.posts()
        assert (first.reply_to, second.reply_to, third.reply_to) == (None, first.id, second.id)
        assert (first.alts, second.alts, third.alts) == (("A door",)[: rules.media.max_items], (), ())

    @pytest.mark.parametrize("fault", ["drop_before", "drop_after", "status_after 500", "html", "cut_body"])
    def test_a_failed_upload_costs_nothing(self, rig: Rig, shaky: Connector, proxy: FaultProxy, rules: Capabilities, fault: str) -> None:
        if not rules.media.max_items or rig.upload == rig.create:
            return
        proxy.rule(ANSWERED_BADLY[fault], *rig.upload)
        job = Job(shaky, titled(rig, "With an image", media=(picture("A window"),)))
        with pytest.raises(Temporary):
            job.publish()
        assert rig.posts() == []
        assert job.run() == "sent"
        [post] = rig.posts()
        assert post.alts == ("A window",)
