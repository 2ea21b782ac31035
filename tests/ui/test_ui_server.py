"""The web server: readiness, headers on every answer, foreign hosts refused, incidents without words."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from streamlit import config

from planner.domain.errors import Missing, SetupError, Unavailable
from planner.ui import server

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from starlette.requests import Request
    from starlette.websockets import WebSocket

HOSTS = frozenset({"localhost"})


async def _hello(_request: Request) -> PlainTextResponse:
    answer = PlainTextResponse("hello")
    answer.set_cookie("a", "1", httponly=True)
    answer.set_cookie("b", "2", secure=True)
    return answer


async def _socket(socket: WebSocket) -> None:
    await socket.accept()
    await socket.close()


def guarded(*, secure: bool = False) -> server.Guard:
    return server.Guard(Starlette(routes=[Route("/{path:path}", _hello), WebSocketRoute("/_stcore/stream", _socket)]), HOSTS, secure=secure)


def apart(work: Coroutine[Any, Any, Any]) -> Any:
    """Run it in a thread of its own: the browser tests leave a running event loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def get(path: str, *, host: str = "localhost", secure: bool = False) -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=guarded(secure=secure))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.get(path, headers={"host": host})

    return apart(ask())


def connect(host: str) -> list[dict[str, Any]]:
    """Return what a websocket handshake from this host is answered with."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(dict(message))

    scope = {"type": "websocket", "path": "/_stcore/stream", "headers": [(b"host", host.encode())], "query_string": b"", "subprotocols": []}
    apart(guarded()(scope, receive, send))
    return sent


def test_every_answer_carries_the_headers() -> None:
    headers = get("/anything").headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


def test_the_policy_names_the_installed_inline_script() -> None:
    assert "'sha256-" in server.policy()
    assert "unsafe-eval" not in server.policy()
    assert "script-src 'self' blob: 'sha256-" in server.policy()


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "", "a b", "localhost@evil.example"])
def test_a_foreign_host_is_refused(host: str) -> None:
    answer = get("/", host=host)
    assert answer.status_code == 400
    assert "content-security-policy" in answer.headers


@pytest.mark.parametrize(
    ("header", "name"), [("localhost:8501", "localhost"), ("[::1]:8501", "::1"), ("LOCALHOST", "localhost"), ("a/b", "")]
)
def test_a_host_header_loses_its_port(header: str, name: str) -> None:
    assert server.host_of(header) == name


def test_a_socket_from_a_foreign_host_is_closed() -> None:
    assert connect("evil.example") == [{"type": "websocket.close", "code": 1008}]


def test_a_socket_from_here_opens() -> None:
    assert connect("localhost:8501")[0]["type"] == "websocket.accept"


def test_session_figures_are_nobodys_business() -> None:
    answer = get("/_stcore/metrics")
    assert (answer.status_code, answer.text) == (404, "Not found")


@pytest.mark.parametrize(("secure", "marks"), [(True, [True, True]), (False, [False, True])])
def test_cookies_are_secure_behind_https(secure: bool, marks: list[bool]) -> None:
    cookies = get("/", secure=secure).headers.get_list("set-cookie")
    assert ["secure" in cookie.lower() for cookie in cookies] == marks


def test_the_start_stops_when_the_settings_were_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    server.require_config()
    monkeypatch.setattr(server, "_MUST", {"runner.postScriptGC": not config.get_option("runner.postScriptGC")})
    with pytest.raises(SetupError, match=r"runner\.postScriptGC.*cd "):
        server.require_config()


class Store:
    def __init__(self, fault: Exception | None = None) -> None:
        self.fault = fault

    def data_version(self) -> int:
        if self.fault:
            raise self.fault
        return 1


@pytest.mark.parametrize(("fault", "status"), [(None, 200), (Unavailable("the database is away"), 503)])
def test_readiness_tells_the_class_of_what_is_wrong_and_nothing_else(fault: Exception | None, status: int) -> None:
    class House:
        store = Store(fault)

    answer: Any = server.readiness(House())  # type: ignore[arg-type]  # it looks at the store only
    assert answer == ({"ready": status == 200, "reason": None if status == 200 else "Unavailable"}, status)


def test_an_incident_shows_a_number_and_logs_no_words(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    shown: list[str] = []
    monkeypatch.setattr(server.st, "error", shown.append)

    def fail(words: str) -> None:
        raise ValueError(words)

    draft = "My client lives in Denver"
    with pytest.raises(ValueError, match=draft) as caught:
        fail(draft)
    with caplog.at_level(logging.ERROR):
        assert server.on_script_error(caught.value) is True
    assert "nothing was lost" in shown[0]
    assert "Denver" not in caplog.text + shown[0]
    assert "ValueError" in caplog.text
    assert "in fail" in caplog.text


def test_a_sentence_for_people_is_shown_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr(server.st, "error", shown.append)
    assert server.on_script_error(Missing("This post is not here.")) is True
    assert shown == ["This post is not here\\."]


def test_the_front_door_only_wires() -> None:
    assert len(server.FRONT_DOOR.read_text("utf-8").splitlines()) < 30
