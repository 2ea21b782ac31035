"""The fault proxy breaks exactly the chosen calls, in exactly the promised way, and writes down nothing that is secret."""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import httpx
import pytest
import requests

from tests.contract import fault_proxy as faults
from tests.contract.fault_proxy import FaultProxy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.servers.webhook_sink import Sink


@pytest.fixture
def proxy(webhook_sink: Sink) -> Iterator[FaultProxy]:
    webhook_sink.will_answer(201, {"Content-Type": "application/json", "X-Seen": "yes"}, b'{"id": 1}')
    with FaultProxy(webhook_sink.url) as running:
        yield running


@pytest.fixture
def post(proxy: FaultProxy) -> Callable[[], requests.Response]:
    def call() -> requests.Response:
        with requests.Session() as session:
            return session.post(f"{proxy.url}/posts?token=secret", json={"text": "draft"}, timeout=(2, 0.6), allow_redirects=False)

    return call


def test_without_a_rule_a_call_passes_unchanged(proxy: FaultProxy, post: Callable[[], requests.Response], webhook_sink: Sink) -> None:
    answer = post()
    assert (answer.status_code, answer.json(), answer.headers["X-Seen"]) == (201, {"id": 1}, "yes")
    [seen] = webhook_sink.requests
    assert (seen.method, seen.path, seen.query, seen.body) == ("POST", "/posts", {"token": ["secret"]}, b'{"text": "draft"}')
    assert seen.headers["Host"] == webhook_sink.url.removeprefix("http://")
    assert proxy.count("POST", "/posts") == 1


def test_a_chunked_body_arrives_whole(proxy: FaultProxy, webhook_sink: Sink) -> None:
    requests.post(f"{proxy.url}/posts", data=iter([b"one ", b"two"]), timeout=2)
    assert [request.body for request in webhook_sink.requests] == [b"one two"]


@pytest.mark.parametrize(
    ("mode", "arrived"),
    [(faults.DropBefore(), 0), (faults.DropAfter(), 1)],
)
def test_a_dropped_call_has_no_answer(
    mode: faults.Mode, arrived: int, proxy: FaultProxy, post: Callable[[], requests.Response], webhook_sink: Sink
) -> None:
    proxy.rule(mode, "POST")
    with pytest.raises(requests.ConnectionError, match="RemoteDisconnected"):
        post()
    assert len(webhook_sink.requests) == arrived


def test_a_dropped_call_looks_the_same_to_httpx(proxy: FaultProxy) -> None:
    proxy.rule(faults.DropAfter())
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.post(f"{proxy.url}/posts", json={})


def test_a_slow_answer_comes_after_the_clients_timeout(
    proxy: FaultProxy, post: Callable[[], requests.Response], webhook_sink: Sink
) -> None:
    proxy.rule(faults.SlowAfter(5))
    with pytest.raises(requests.ReadTimeout):
        post()
    assert len(webhook_sink.requests) == 1


def test_a_slow_answer_that_comes_in_time_is_the_servers(proxy: FaultProxy, post: Callable[[], requests.Response]) -> None:
    proxy.rule(faults.SlowAfter(0.2))
    started = time.monotonic()
    assert post().json() == {"id": 1}
    assert time.monotonic() - started >= 0.2


def test_an_own_status_keeps_the_call_from_the_server(proxy: FaultProxy, post: Callable[[], requests.Response], webhook_sink: Sink) -> None:
    proxy.rule(faults.Status(429, {"Retry-After": "30"}, b'{"error": "slow down"}', skew=-600))
    answer = post()
    assert (answer.status_code, answer.headers["Retry-After"], answer.json()) == (429, "30", {"error": "slow down"})
    assert _age(answer) == pytest.approx(600, abs=30)
    assert webhook_sink.requests == []


@pytest.mark.parametrize("code", [500, 502, 504])
def test_a_status_after_the_call_arrived(code: int, proxy: FaultProxy, post: Callable[[], requests.Response], webhook_sink: Sink) -> None:
    proxy.rule(faults.StatusAfter(code))
    assert post().status_code == code
    assert len(webhook_sink.requests) == 1


def test_a_cut_body_breaks_the_reading(proxy: FaultProxy, post: Callable[[], requests.Response], webhook_sink: Sink) -> None:
    proxy.rule(faults.CutBody())
    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
        post()
    assert len(webhook_sink.requests) == 1


def test_a_dripping_answer_defeats_a_read_timeout(proxy: FaultProxy, post: Callable[[], requests.Response]) -> None:
    proxy.rule(faults.Drip(0.2))
    started = time.monotonic()
    assert post().json() == {"id": 1}
    assert time.monotonic() - started > 1.2  # nine bytes, far over the read timeout of 0.6 s


def test_a_dripping_answer_ends_when_the_proxy_closes(webhook_sink: Sink) -> None:
    started = time.monotonic()
    with FaultProxy(webhook_sink.url) as proxy:
        proxy.rule(faults.Drip(60))
        answer = requests.get(f"{proxy.url}/", stream=True, timeout=5)
    with answer, pytest.raises(requests.exceptions.ChunkedEncodingError):
        _ = answer.content
    assert time.monotonic() - started < 10


def test_twice_reaches_the_server_twice(proxy: FaultProxy, post: Callable[[], requests.Response], webhook_sink: Sink) -> None:
    proxy.rule(faults.Twice())
    assert post().content == b"ok"
    assert len(webhook_sink.requests) == 2


@pytest.mark.parametrize("forwarded", [True, False])
@pytest.mark.parametrize(
    ("make", "status", "content"),
    [
        (faults.html, 200, b"<!doctype html><title>Please log in</title>"),
        (faults.json_list, 200, b"[]"),
        (faults.json_string, 200, b'"ok"'),
        (faults.empty, 201, b""),
    ],
)
def test_a_body_of_the_wrong_kind(  # noqa: PLR0917 - three parameters and three fixtures
    make: Callable[..., faults.Mode],
    status: int,
    content: bytes,
    forwarded: bool,
    proxy: FaultProxy,
    post: Callable[[], requests.Response],
    webhook_sink: Sink,
) -> None:
    proxy.rule(make(forwarded=forwarded))
    answer = post()
    assert (answer.status_code, answer.content, len(webhook_sink.requests)) == (status, content, int(forwarded))


def test_a_redirect_names_the_server(proxy: FaultProxy, post: Callable[[], requests.Response], webhook_sink: Sink) -> None:
    proxy.rule(faults.Redirect())
    answer = post()
    assert (answer.status_code, answer.headers["Location"]) == (301, f"{webhook_sink.url}/posts?token=secret")
    assert webhook_sink.requests == []


def test_skew_shifts_the_date_of_the_servers_answer(proxy: FaultProxy, post: Callable[[], requests.Response]) -> None:
    proxy.rule(faults.Skew(3600))
    answer = post()
    assert answer.json() == {"id": 1}
    assert _age(answer) == pytest.approx(-3600, abs=30)


def test_a_rule_takes_only_its_method_its_path_and_its_turns(proxy: FaultProxy, post: Callable[[], requests.Response]) -> None:
    proxy.rule(faults.Status(418), "GET")
    proxy.rule(faults.Status(418), "POST", "/other")
    proxy.rule(faults.Status(500), "POST", "/posts", times=2)
    proxy.rule(faults.Status(503), "POST", "/posts")
    assert [post().status_code for _ in range(5)] == [500, 500, 503, 201, 200]


def test_a_rule_without_turns_stays_until_it_is_cleared(proxy: FaultProxy, post: Callable[[], requests.Response]) -> None:
    proxy.rule(faults.Status(500), times=None)
    assert [post().status_code for _ in range(3)] == [500] * 3
    proxy.clear()
    assert post().status_code == 201
    assert len(proxy.log) == 1


def test_the_log_holds_neither_body_nor_query(proxy: FaultProxy, post: Callable[[], requests.Response]) -> None:
    proxy.rule(faults.Status(500))
    post()
    assert proxy.log == [faults.Entry("POST", "/posts", "Status")]


def _age(answer: requests.Response) -> float:
    return time.time() - parsedate_to_datetime(answer.headers["Date"]).timestamp()
