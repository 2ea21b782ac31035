"""A platform over HTTP that really accepts posts and then misbehaves as told; it takes each call for a new post, so no copy can hide."""

from __future__ import annotations

import contextlib
import json
import threading
from collections import Counter
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ACCEPT, LOST, BROKEN, EXPIRED_AFTER = "accept", "accept and cut", "accept and answer 500", "accept, cut, and end the login"


@dataclass(frozen=True)
class Refuse:
    """An answer without accepting."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()


@dataclass
class Post:
    """One call that arrived."""

    key: str
    text: str
    worker: int


@dataclass
class Platform:
    """What is live, what was asked, and how to behave: for texts that hold a word, one behaviour a call, then well."""

    copies: list[Post] = field(default_factory=list)
    calls: list[Post] = field(default_factory=list)
    rules: dict[str, list[Any]] = field(default_factory=dict)
    before: dict[str, Callable[[Post], None]] = field(default_factory=dict)
    after: dict[str, Callable[[Post], None]] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=lambda: {"first"})
    refreshed: int = 0
    away: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)
    server: ThreadingHTTPServer | None = None

    def __enter__(self) -> Self:
        platform = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                platform.take(self)

            def do_GET(self) -> None:
                platform.look(self)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        assert self.server is not None
        self.server.shutdown()
        self.server.server_close()

    @property
    def url(self) -> str:
        assert self.server is not None
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def live(self, word: str) -> list[str]:
        """The live texts that hold a word."""
        with self.lock:
            return [post.text for post in self.copies if word in post.text]

    def doubled(self, word: str) -> int:
        return sum(count - 1 for count in Counter(self.live(word)).values())

    def asked(self, word: str) -> int:
        with self.lock:
            return sum(word in post.text for post in self.calls)

    def take(self, handler: Any) -> None:
        body = json.loads(handler.rfile.read(int(handler.headers["Content-Length"])) or b"{}")
        if handler.path == "/refresh":
            with self.lock:
                self.refreshed += 1
                token = f"again-{self.refreshed}"
                self.tokens.add(token)
            _answer(handler, 200, {"access": token})  # and no refresh token: the stored one must stay
            return
        post = Post(body["key"], body["text"], int(handler.headers["X-Worker"]))
        with self.lock:
            self.calls.append(post)
        if self.away or self._login(handler) not in self.tokens:
            _cut(handler) if self.away else _answer(handler, 401, {})
            return
        _each(self.before, post)
        how = self._behaviour(post.text)
        if isinstance(how, Refuse):
            _answer(handler, how.status, {}, how.headers)
            return
        with self.lock:
            self.copies.append(post)
            number = len(self.copies)
        _each(self.after, post)
        if how == EXPIRED_AFTER:
            self.tokens.clear()
        if how in (LOST, EXPIRED_AFTER):
            _cut(handler)
        elif how == BROKEN:
            _answer(handler, 500, {})
        else:
            _answer(handler, 200, {"ref": f"ref-{number}"})

    def look(self, handler: Any) -> None:
        if self.away:
            _cut(handler)
        elif self._login(handler) not in self.tokens:
            _answer(handler, 401, {})
        else:
            (key,) = parse_qs(urlsplit(handler.path).query)["key"]
            with self.lock:
                found = [f"ref-{number}" for number, post in enumerate(self.copies, 1) if post.key == key]
            _answer(handler, 200, {"ref": found[0] if found else None})

    def _login(self, handler: Any) -> str:
        return str(handler.headers.get("Authorization", "")).removeprefix("Bearer ")

    def _behaviour(self, text: str) -> Any:
        with self.lock:
            for word, ways in self.rules.items():
                if word in text and ways:
                    return ways.pop(0)
        return ACCEPT


def _each(hooks: dict[str, Callable[[Post], None]], post: Post) -> None:
    for word, hook in list(hooks.items()):
        if word in post.text:
            hook(post)


def _cut(handler: Any) -> None:
    handler.close_connection = True
    with contextlib.suppress(OSError):
        handler.connection.shutdown(2)


def _answer(handler: Any, status: int, value: dict[str, Any], headers: tuple[tuple[str, str], ...] = ()) -> None:
    body = json.dumps(value).encode()
    with contextlib.suppress(OSError):
        handler.send_response(status)
        for name, text in (*headers, ("Content-Length", str(len(body)))):
            handler.send_header(name, text)
        handler.end_headers()
        handler.wfile.write(body)


@contextlib.contextmanager
def platform() -> Iterator[Platform]:
    with Platform() as running:
        yield running
