"""An HTTP server in this process that keeps what is posted to it."""

from __future__ import annotations

import contextlib
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True, slots=True)
class Received:
    """One request as it came in."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes


@dataclass(slots=True)
class Sink:
    """Address, requests so far, and the answers to give: each of `answers` once, then 200."""

    url: str
    requests: list[Received] = field(default_factory=list)
    answers: list[tuple[int, Mapping[str, str], bytes]] = field(default_factory=list)

    def will_answer(self, status: int, headers: Mapping[str, str] | None = None, body: bytes = b"") -> None:
        """Queue one answer."""
        self.answers.append((status, headers or {}, body))

    def take(self, received: Received) -> tuple[int, Mapping[str, str], bytes]:
        """Keep a request and return its answer."""
        self.requests.append(received)
        return self.answers.pop(0) if self.answers else (200, {}, b"ok")


def _handler(sink: Sink) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            address = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            received = Received(self.command, address.path, parse_qs(address.query), dict(self.headers.items()), body)
            status, headers, content = sink.take(received)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(content)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"):
        setattr(Handler, f"do_{method}", Handler.answer)
    return Handler


@contextlib.contextmanager
def webhook_sink() -> Iterator[Sink]:
    """Run the server on the loopback address."""
    sink = Sink("")
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(sink))
    sink.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield sink
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
