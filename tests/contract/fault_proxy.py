"""A proxy on the loopback address that stands between a connector and a server and breaks chosen calls in chosen ways.

    with FaultProxy(server.url) as proxy:
        proxy.rule(DropAfter(), "POST", "/wp/v2/posts")
        ...  # the connector talks to proxy.url: the post arrives, its answer does not

A rule matches by method and by a part of the path (with its query). The first rule with turns left decides; without one the
call passes unchanged. The log keeps method, path without query, and mode; never a body, a header or a query.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import threading
from dataclasses import dataclass, field
from email.utils import formatdate, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Protocol, Self
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping

_ONE_HOP = frozenset({"connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "content-length"})


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer, whole."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)


@dataclass(slots=True)
class Exchange:
    """One call: what was asked, and the ways to deal with it."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes = field(repr=False)
    server: str
    handler: BaseHTTPRequestHandler
    closing: threading.Event

    def forward(self) -> Answer:
        """Send the call to the server and return its answer."""
        address = urlsplit(self.server)
        connection = http.client.HTTPConnection(address.hostname or "", address.port or 80, timeout=60)
        with contextlib.closing(connection):
            connection.putrequest(self.method, self.target, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers:
                connection.putheader(name, address.netloc if name.lower() == "host" else value)
            connection.putheader("Content-Length", str(len(self.body)))
            connection.endheaders(self.body)
            answer = connection.getresponse()
            kept = tuple((name, value) for name, value in answer.getheaders() if name.lower() not in _ONE_HOP)
            return Answer(answer.status, kept, answer.read())

    def send(self, answer: Answer, *, declared: int | None = None) -> None:
        """Give the client an answer; `declared` is the length that the header promises, if not the true one."""
        self.start(answer.status, answer.headers, len(answer.body) if declared is None else declared)
        if self.method != "HEAD":
            self.write(answer.body)

    def start(self, status: int, headers: tuple[tuple[str, str], ...], length: int) -> None:
        """Give the client status and headers."""
        self.handler.send_response_only(status)
        for name, value in headers:
            self.handler.send_header(name, value)
        self.handler.send_header("Content-Length", str(length))
        self.handler.end_headers()

    def write(self, body: bytes) -> None:
        """Give the client a piece of the body."""
        self.handler.wfile.write(body)
        self.handler.wfile.flush()

    def drop(self) -> None:
        """Close the client's connection after this call."""
        self.handler.close_connection = True

    def wait(self, seconds: float) -> None:
        """Wait; end early when the proxy closes."""
        self.closing.wait(seconds)


class Mode(Protocol):
    """A way to treat a call."""

    def run(self, exchange: Exchange) -> None:
        """Deal with the call."""


@dataclass(frozen=True, slots=True)
class Pass:
    """Forward, and answer what the server answered."""

    def run(self, exchange: Exchange) -> None:
        """Deal with the call."""
        exchange.send(exchange.forward())


@dataclass(frozen=True, slots=True)
class DropBefore:
    """Close the connection; the server never sees the call."""

    def run(self, exchange: Exchange) -> None:
        """Deal with the call."""
        exchange.drop()


@dataclass(frozen=True, slots=True)
class DropAfter:
    """Forward, then close the connection without an answer."""

    def run(self, exchange: Exchange) -> None:
        """Deal with the call."""
        exchange.forward()
        exchange.drop()


@dataclass(frozen=True, slots=True)
class SlowAfter:
    """Forward, and answer only after `delay` seconds."""

    delay: float

    def run(self, exchange: Exchange) -> None:
        """Deal with the call."""
        answer = exchange.forward()
        exchange.wait(self.delay)
        exchange.send(answer)


@dataclass(frozen=True, slots=True)
class Status:
    """Answer with this status instead of the server, which never sees the call; `skew` shifts the Date header by seconds."""

    code: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b"{}"
    skew: float = 0.0

    def run(self, exchange: Exchange) -> None:
        """Deal with the call."""
        exchange.send(_own(self.code, self.body, self.headers, self.skew))


@dataclass(frozen=True, slots=True)
class StatusAfter:
    """Forward, then answer with this status (500, 502, 504)."""

    code: int

    def run(self, exchange: Exchange) -> None:
        """Deal with the call."""
        exchange.forward()
        exchange.send(_own(self.code, b"<html>Bad gateway</html>", {"Content-Type": "text/html"}))


@dataclass(frozen=True, slots=True)
class CutBody:
    """Forward, promise the whole length, send half the body and close."""

    def run(self, exchange: Exchange) -> None:
        """Deal with the call."""
        answer = exchange.forward()
        half = answer.body[: len(answer.body) // 2]
        exchange.send(Answer(answer.status, answer.headers, half), declared=max(len(answer.body), 1))
        exchange.drop()


@dataclass(frozen=True, slots=True)
class Drip:
    """Forward, then send the body byte by byte, one every `interval` seconds, which no read timeout notices."""

    interval: float = 1.0

    def run(self, exchange: Exchange) -> None:
        """Deal with the call."""
        answer = exchange.forward()
        exchange.start(answer.status, answer.headers, len(answer.body))
        for byte in answer.body:
            if exchange.closing.is_set():
                exchange.drop()
                return
            exchange.write(bytes([byte]))
            exchange.wait(self.interval)


@dataclass(frozen=True, slots=True)
class Twice:
    """Forward two times, as a network device that repeats a call; answer what the second one got."""

    def run(self, exchange: Exchange) -> None:
        """Deal with the call."""
        exchange.forward()
        exchange.send(exchange.forward())


@dataclass(frozen=True, slots=True)
class WrongBody:
    """Answer with success and a body of the wrong kind; `forwarded` says whether the server saw the call."""

    body: bytes
    kind: str
    code: int = 200
    forwarded: bool = True

    def run(self, exchange: Exchange) -> None:
        """Deal with the call."""
        if self.forwarded:
            exchange.forward()
        exchange.send(_own(self.code, self.body, {"Content-Type": self.kind}))


def html(code: int = 200, *, forwarded: bool = True) -> WrongBody:
    """Return the mode that answers with a page, as a captive portal does."""
    return WrongBody(b"<!doctype html><title>Please log in</title>", "text/html; charset=utf-8", code, forwarded)


def json_list(code: int = 200, *, forwarded: bool = True) -> WrongBody:
    """Return the mode that answers with a JSON list."""
    return WrongBody(b"[]", "application/json", code, forwarded)


def json_string(code: int = 200, *, forwarded: bool = True) -> WrongBody:
    """Return the mode that answers with a JSON string."""
    return WrongBody(json.dumps("ok").encode(), "application/json", code, forwarded)


def empty(code: int = 201, *, forwarded: bool = True) -> WrongBody:
    """Return the mode that answers with nothing."""
    return WrongBody(b"", "application/json", code, forwarded)


@dataclass(frozen=True, slots=True)
class Redirect:
    """Answer 301 to `location` (the same path at the server where it is empty); the server never sees this call."""

    location: str = ""
    code: int = 301

    def run(self, exchange: Exchange) -> None:
        """Deal with the call."""
        exchange.send(_own(self.code, b"", {"Location": self.location or f"{exchange.server}{exchange.target}"}))


@dataclass(frozen=True, slots=True)
class Skew:
    """Forward, and shift the answer's Date header by so many seconds."""

    seconds: float

    def run(self, exchange: Exchange) -> None:
        """Deal with the call."""
        answer = exchange.forward()
        dates = [parsedate_to_datetime(value).timestamp() for name, value in answer.headers if name.lower() == "date"]
        shifted = formatdate(dates[0] + self.seconds if dates else None, usegmt=True)
        rest = tuple((name, value) for name, value in answer.headers if name.lower() != "date")
        exchange.send(Answer(answer.status, (*rest, ("Date", shifted)), answer.body))


def _own(code: int, body: bytes, headers: Mapping[str, str], skew: float = 0.0) -> Answer:
    now = parsedate_to_datetime(formatdate(usegmt=True)).timestamp()
    given = {"Date": formatdate(now + skew, usegmt=True), "Content-Type": "application/json", **headers}
    return Answer(code, tuple(given.items()), body)


@dataclass(slots=True)
class _Rule:
    mode: Mode
    method: str | None
    part: str
    turns: int | None

    def takes(self, method: str, target: str) -> bool:
        if self.turns == 0 or self.method not in (None, method) or self.part not in target:
            return False
        if self.turns is not None:
            self.turns -= 1
        return True


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log."""

    method: str
    path: str
    mode: str


class FaultProxy:
    """The proxy: `url` is its address, `log` what passed, `rule` breaks calls, `clear` lets all pass again."""

    def __init__(self, server: str) -> None:
        """Listen before `server` on a free port of the loopback address."""
        self.server = server.rstrip("/")
        self.log: list[Entry] = []
        self._rules: list[_Rule] = []
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._listener = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._listener.daemon_threads = True
        self._listener.block_on_close = False
        self.url = f"http://127.0.0.1:{self._listener.server_address[1]}"
        self._thread = threading.Thread(target=self._listener.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def rule(self, mode: Mode, method: str | None = None, part: str = "", *, times: int | None = 1) -> None:
        """Treat the next `times` calls (None: all) of this method (None: any) whose path holds `part` in this mode."""
        with self._lock:
            self._rules.append(_Rule(mode, method, part, times))

    def clear(self) -> None:
        """Forget all rules and the log."""
        with self._lock:
            self._rules.clear()
            self.log.clear()

    def count(self, method: str, part: str = "") -> int:
        """Return how many calls of this method with `part` in their path came in."""
        return sum(entry.method == method and part in entry.path for entry in list(self.log))

    def serve(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        """Treat one call by the first rule that takes it."""
        with self._lock:
            mode = next((rule.mode for rule in self._rules if rule.takes(handler.command, handler.path)), Pass())
            self.log.append(Entry(handler.command, urlsplit(handler.path).path, type(mode).__name__))
        headers = tuple((name, value) for name, value in handler.headers.items() if name.lower() not in _ONE_HOP)
        mode.run(Exchange(handler.command, handler.path, headers, body, self.server, handler, self._closing))

    def close(self) -> None:
        """Stop listening and end calls that wait."""
        self._closing.set()
        self._listener.shutdown()
        self._thread.join()
        self._listener.server_close()

    def __enter__(self) -> Self:
        """Return the running proxy."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()


def _handler(proxy: FaultProxy) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        connection: socket.socket

        def answer(self) -> None:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # a client that gave up waiting
                proxy.serve(self, self._body())
                return
            self.close_connection = True

        def _body(self) -> bytes:
            if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
                return self.rfile.read(int(self.headers.get("Content-Length") or 0))
            pieces = []
            while size := int(self.rfile.readline().split(b";")[0], 16):
                pieces.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(pieces)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
        setattr(Handler, f"do_{method}", Handler.answer)
    return Handler
