"""The contract of every connector that sends: one class, subclassed with a rig for each platform's real server.

What does not apply to a platform follows from its capabilities, never from a list of exceptions.
"""

from __future__ import annotations

import io
import logging
import socket
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from connectors import registry
from connectors.base import Found, Link, Media, NotFound
from connectors.errors import (
    AuthExpired,
    ConnectorError,
    Doubtful,
    Duplicate,
    Forbidden,
    OutOfCredit,
    RateLimited,
    Rejected,
    Temporary,
)
from connectors.tokens import HeldTokens
from tests.contract import fault_proxy as faults
from tests.contract.connector_rig import ANSWERED_BADLY, AT, PATIENT, QUICK, SAMPLES, Job, Rig, connect, filled, picture, thawed, titled
from tests.contract.fault_proxy import FaultProxy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from connectors.base import Capabilities, Connector

DRAFT_WORDS = "zebra-crossing"

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
    "nothing": ({}, 0, 900),
    "reset in the past": ({"ratelimit-reset": "1"}, 0, 5),
    "the server's clock is two hours ahead": ({"ratelimit-reset": "{unix}"}, 7200, 300),
    "the server's clock is two hours behind": ({"ratelimit-reset": "{unix}"}, -7200, 300),
}


class ConnectorContract:
    """Subclass it with a `rig` fixture; every account starts empty."""

    @pytest.fixture
    def proxy(self, rig: Rig) -> Iterator[FaultProxy]:
        with FaultProxy(rig.server) as running:
            yield running

    @pytest.fixture
    def connector(self, rig: Rig) -> Connector:
        return connect(rig, rig.server, PATIENT)

    @pytest.fixture
    def shaky(self, rig: Rig, proxy: FaultProxy) -> Connector:
        """The connector behind the proxy, logged in already, so that the first create is the first fault."""
        connector = connect(rig, proxy.url, QUICK)
        assert connector.check_auth().ok
        proxy.clear()
        return connector

    @pytest.fixture
    def rules(self, connector: Connector) -> Capabilities:
        return connector.capabilities()

    # K1
    def test_a_post_stands_there_as_it_was_rendered(self, rig: Rig, connector: Connector) -> None:
        words = "Help is there: https://example.org/help #SocialWork 👨‍👩‍👧‍👦 日本"
        image = picture("A quiet room with two chairs")
        receipt = Job(connector, titled(rig, words, media=(image,))).publish()
        [post] = rig.posts()
        assert (post.text, post.alts) == (words, (image.alt,))
        assert post.id in receipt.ref
        assert receipt.warnings == ()
        assert receipt.url is not None
        if post.marked:
            assert post.marked == ("https://example.org/help", "#SocialWork")

    def test_a_found_post_says_what_came_back(self, rig: Rig, connector: Connector, rules: Capabilities) -> None:
        job = Job(connector, titled(rig, "Words to read back", media=(picture("A door"),)))
        receipt = job.publish()
        found = job.find()
        assert isinstance(found, Found) == rules.can_read_back
        assert found.receipt.ref == receipt.ref
        assert (found.receipt.echo["text"], list(found.receipt.echo["alt"])) == ("Words to read back", ["A door"])

    def test_a_link_card_carries_the_authors_own_words(self, rig: Rig, connector: Connector, rules: Capabilities) -> None:
        link = Link("https://example.org/help", "Where to find help", "Free and open", picture("", "teal"))
        Job(connector, titled(rig, "A card", link=link)).publish()
        [post] = rig.posts()
        assert link.url in post.raw
        if rules.link_card:
            assert (link.url in post.text, link.title in post.raw, link.description in post.raw) == (False, True, True)

    def test_a_thread_hangs_together(self, rig: Rig, connector: Connector, rules: Capabilities) -> None:
        variant = titled(rig, "one", segments=("one", "two", "three"))
        assert connector.measure(variant).fits == rules.thread
        if not rules.thread:
            return
        job = Job(connector, variant)
        for index in range(3):
            job.publish(index)
        first, second, third = rig.posts()
        assert [post.text for post in (first, second, third)] == ["one", "two", "three"]
        assert (first.reply_to, second.reply_to, third.reply_to) == (None, first.id, second.id)

    # K2
    @pytest.mark.parametrize("sample", SAMPLES)
    def test_measure_and_server_agree_on_the_limit(self, rig: Rig, connector: Connector, rules: Capabilities, sample: str) -> None:
        if rules.length.limit > 10_000:
            assert connector.measure(titled(rig, SAMPLES[sample] * 100)).fits
            return
        fits = filled(rig, connector, SAMPLES[sample])
        over = fits + fits[-1] if fits[-1] != " " else fits + "a"
        over = next(text for text in (over, fits + SAMPLES[sample]) if not connector.measure(titled(rig, text)).fits)
        [used] = connector.measure(titled(rig, fits)).parts
        assert used.used <= used.limit < connector.measure(titled(rig, over)).parts[0].used or used.bytes_limit
        if not rig.judges(fits, used.used):
            return
        assert Job(connector, titled(rig, fits), "fits").publish().ref
        with pytest.raises(Rejected):
            Job(connector, titled(rig, over), "over").publish()
        assert len(rig.posts()) == 1

    # K3
    def test_the_same_part_sent_twice_is_one_post(self, rig: Rig, shaky: Connector, proxy: FaultProxy, rules: Capabilities) -> None:
        job = Job(shaky, titled(rig, "Once only", media=(picture("A tree"),)))
        if rules.idempotency.startswith("native"):
            proxy.rule(faults.Twice(), *rig.create)
        first = job.publish()
        if rules.idempotency != "none":
            assert job.publish().ref == first.ref
        assert len(rig.posts()) == 1

    # K4
    def test_other_words_under_the_same_key_never_replace_or_double(self, rig: Rig, connector: Connector, rules: Capabilities) -> None:
        if rules.idempotency == "none":
            return
        first = Job(connector, titled(rig, "The first words"), "one-delivery").publish()
        other = Job(connector, titled(rig, "The first words", segments=("Other words",)), "one-delivery")
        with pytest.raises(Duplicate) as caught:
            other.publish()
        assert caught.value.existing in {None, first.ref}
        assert [post.text for post in rig.posts()] == ["The first words"]
        found = other.find()
        assert not isinstance(found, Found)
        assert not isinstance(found, NotFound)

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
        job = Job(shaky, titled(rig, "Look for me", media=(picture("A lamp"),)))
        with pytest.raises(Doubtful):
            job.publish()
        found = job.find()
        if rules.can_read_back:
            assert isinstance(found, NotFound if fault == "drop_before" else Found)
        assert len(rig.posts()) == (0 if fault == "drop_before" else 1)

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

    # K8
    def test_an_expired_login_is_refreshed_once(self, rig: Rig, proxy: FaultProxy) -> None:
        tokens = HeldTokens(rig.credentials(proxy.url))
        connector = connect(rig, proxy.url, PATIENT, tokens)
        assert connector.check_auth().ok
        proxy.rule(rig.expired, *rig.create)
        job = Job(connector, titled(rig, "After a new login"))
        with pytest.raises(AuthExpired):
            job.publish()
        assert rig.posts() == []
        connector.refresh_auth(tokens)
        job.publish()
        assert len(rig.posts()) == 1
        assert connect(rig, proxy.url, PATIENT, tokens).check_auth().ok

    def test_two_workers_refresh_at_once_and_one_valid_login_stays(self, rig: Rig) -> None:
        tokens = HeldTokens(rig.credentials(rig.server))
        workers = [connect(rig, rig.server, PATIENT, tokens) for _ in range(2)]
        assert all(worker.check_auth().ok for worker in workers)
        together = threading.Barrier(2)
        failures: list[BaseException] = []

        def refresh(worker: Connector) -> None:
            try:
                together.wait(5)
                worker.refresh_auth(tokens)
            except (ConnectorError, threading.BrokenBarrierError) as error:
                failures.append(error)

        threads = [threading.Thread(target=refresh, args=(worker,)) for worker in workers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert failures == []
        for worker in (*workers, connect(rig, rig.server, PATIENT, tokens)):
            assert worker.check_auth().ok
        Job(workers[0], titled(rig, "one"), "1").publish()
        Job(workers[1], titled(rig, "two"), "2").publish()
        assert len(rig.posts()) == 2

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
    def test_an_uploaded_image_is_used_again(self, rig: Rig, shaky: Connector, proxy: FaultProxy) -> None:
        proxy.rule(faults.DropBefore(), *rig.create)
        job = Job(shaky, titled(rig, "With images", media=(picture("A window"), picture("A desk", "teal"))))
        with pytest.raises((Doubtful, Temporary)):
            job.publish()
        assert job.run() == "sent"
        assert proxy.count(*rig.upload) == 2
        [post] = rig.posts()
        assert post.alts == ("A window", "A desk")

    @pytest.mark.parametrize("fault", ["drop_before", "drop_after", "status_after 500", "html", "cut_body"])
    def test_a_failed_upload_costs_nothing(self, rig: Rig, shaky: Connector, proxy: FaultProxy, fault: str) -> None:
        proxy.rule(ANSWERED_BADLY[fault], *rig.upload)
        job = Job(shaky, titled(rig, "With an image", media=(picture("A window"),)))
        with pytest.raises(Temporary):
            job.publish()
        assert rig.posts() == []
        assert job.run() == "sent"
        [post] = rig.posts()
        assert post.alts == ("A window",)

    # K14
    def test_deleting_twice_is_success(self, rig: Rig, connector: Connector, rules: Capabilities) -> None:
        if not rules.can_delete:
            return
        job = Job(connector, titled(rig, "Soon gone"))
        receipt = job.publish()
        connector.delete(receipt.ref)
        connector.delete(receipt.ref)
        assert rig.posts() == []
        assert isinstance(job.find(), NotFound)

    # K16
    def test_no_log_line_holds_a_secret_or_the_draft(
        self, rig: Rig, shaky: Connector, proxy: FaultProxy, caplog: pytest.LogCaptureFixture
    ) -> None:
        secrets = [
            value for name, value in rig.credentials(proxy.url).values.items() if name not in {"server", "identifier", "handle", "site"}
        ]
        for name in [None, *logging.Logger.manager.loggerDict]:
            caplog.set_level(logging.DEBUG, name)
        shown = []
        for fault in (faults.DropAfter(), faults.Status(400, body=f'{{"message": "bad: {DRAFT_WORDS}"}}'.encode()), faults.html()):
            proxy.rule(fault, *rig.create)
            with pytest.raises(ConnectorError) as caught:
                Job(shaky, titled(rig, DRAFT_WORDS), f"{fault}").publish()
            shown += [str(caught.value), repr(caught.value)]
        shown += [repr(shaky), *(record.getMessage() for record in caplog.records), caplog.text]
        for word in [*secrets, DRAFT_WORDS, "Bearer "]:
            assert word not in "\n".join(shown)

    # K17
    def test_no_place_is_ever_sent(self, rig: Rig, connector: Connector) -> None:
        Job(connector, titled(rig, "Where am I", media=(picture("A map"),))).publish()
        [post] = rig.posts()
        for field in ("geo", "coordinates", "location", "latitude", "place"):
            assert f'"{field}"' not in post.raw.casefold()

    def test_camera_data_is_turned_away(self, rig: Rig, connector: Connector) -> None:
        out = io.BytesIO()
        exif = Image.Exif()
        exif[0x8825] = {1: "N", 2: (39.0, 44.0, 0.0)}
        Image.new("RGB", (4, 4)).save(out, "JPEG", exif=exif)
        photo = Media("photo.jpg", "image/jpeg", out.getvalue(), "A street")
        [problem] = connector.measure(titled(rig, "Look", media=(photo,))).problems
        assert (problem.field, "camera data" in problem.reason) == ("media", True)

    # K18
    def test_the_same_bytes_again(self, rig: Rig, connector: Connector) -> None:
        variant = replace(titled(rig, "Same #Words https://example.org", media=(picture("A cup"),)), scheduled_at=AT)
        again = registry.preview(rig.platform, "api")
        assert [part.fingerprint for part in connector.render(variant)] == [part.fingerprint for part in again.render(variant)]

    def test_what_was_frozen_is_what_is_sent(self, rig: Rig, connector: Connector) -> None:
        """The parts come back from the database as JSON."""
        job = Job(connector, titled(rig, "Frozen #Words", media=(picture("Ice"),)))
        job.parts = [thawed(part) for part in job.parts]
        job.publish()
        assert [post.text for post in rig.posts()] == ["Frozen #Words"]

    def test_who_we_are(self, connector: Connector) -> None:
        state = connector.check_auth()
        assert (state.ok, state.needs_login) == (True, None)
        assert state.remote_id
        assert state.handle
