"""A scripted server on loopback: answers each connection with the next bytes of its script and remembers what it was asked."""

from __future__ import annotations

import json
import socket
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator

    from connectors.base import Media


def answer(status: int, body: Any = None, **headers: str) -> bytes:
    """Return a whole answer; dicts and lists become JSON."""
    payload = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status} Said", f"Content-Length: {len(payload)}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + payload


@dataclass(frozen=True)
class Asked:
    """One request as it came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Stub:
    """The server: `script` holds bytes, or callables that get the open connection."""

    url: str = ""
    script: list[bytes | Callable[[socket.socket], None]] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    tls: ssl.SSLContext | None = None

    def handle(self, connection: socket.socket) -> None:
        connection.settimeout(10)
        with suppress(OSError), self.tls.wrap_socket(connection, server_side=True) if self.tls else connection as channel:
            request = _read(channel)
            if request is None:
                return
            self.asked.append(request)
            step = self.script.pop(0)
            if isinstance(step, bytes):
                channel.sendall(step)
            else:
                step(channel)


def _read(connection: socket.socket) -> Asked | None:
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            return None
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    while len(body) < int(headers.get("content-length", 0)):
        body += connection.recv(65536)
    method, path, _ = first.split(" ")
    return Asked(method, path, headers, body)


@contextmanager
def serving(tls: ssl.SSLContext | None = None) -> Iterator[Stub]:
    """Serve on a free port until the block ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    server = Stub(f"https://localhost:{port}" if tls else f"http://127.0.0.1:{port}", tls=tls)
    threads: list[threading.Thread] = []

    def loop() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                threads.append(threading.Thread(target=server.handle, args=(connection,), daemon=True))
                threads[-1].start()

    accepting = threading.Thread(target=loop, daemon=True)
    accepting.start()
    yield server
    with suppress(OSError):
        listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    accepting.join(5)
    for thread in threads:
        thread.join(5)


def drip(data: bytes, every: float = 0.05) -> Callable[[socket.socket], None]:
    """Send one byte after the other."""

    def step(connection: socket.socket) -> None:
        for byte in data:
            connection.sendall(bytes([byte]))
            time.sleep(every)

    return step


def slow(seconds: float, data: bytes) -> Callable[[socket.socket], None]:
    """Answer late."""

    def step(connection: socket.socket) -> None:
        time.sleep(seconds)
        connection.sendall(data)

    return step


class FixedClock:
    """A clock that moves when told."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def pass_(self, **spans: float) -> None:
        self.at += timedelta(**spans)


class MemoryJournal:
    """A journal in memory."""

    def __init__(self) -> None:
        self.rows: dict[str, str] = {}

    def get(self, step: str) -> str | None:
        return self.rows.get(step)

    def put(self, step: str, value: str) -> None:
        self.rows[step] = value


class Shelf:
    """Media by digest."""

    def __init__(self, *items: Media) -> None:
        self.items = {item.digest: item for item in items}

    def media(self, digest: str) -> Media:
        return self.items[digest]
