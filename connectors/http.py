"""One bounded request: no retry, no redirect, no proxy or netrc from outside, and every failure named for what to do next."""

from __future__ import annotations

import json
import socket
import ssl
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Literal, Self, cast

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError, ReadTimeoutError

from connectors.errors import ConnectorError, Doubtful, Rejected, Temporary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from urllib3 import HTTPConnectionPool

    from connectors.base import Timeouts

Kind = Literal["create", "prepare", "read"]
"""create: a lost answer is doubtful. prepare: uploads and logins, a lost answer costs nothing. read: changes nothing."""

MAX_BODY = 8_000_000
_NEVER_SENT = (NewConnectionError, ConnectTimeoutError, ssl.SSLCertVerificationError)
_BAD_ADDRESS = (
    requests.exceptions.InvalidURL,
    requests.exceptions.MissingSchema,
    requests.exceptions.InvalidSchema,
    requests.exceptions.InvalidHeader,
)


class Deadline:
    """The moment after which nothing more is sent; counted on a clock that nobody can set."""

    def __init__(self, seconds: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Start the countdown."""
        self._monotonic = monotonic
        self._end = monotonic() + seconds

    def left(self) -> float:
        """Return the seconds left, never below 0."""
        return max(0.0, self._end - self._monotonic())


@dataclass(frozen=True, slots=True)
class Request:
    """One request. `kind` decides what a lost answer means; `slow` gives the answer the time that media need."""

    method: str
    url: str
    kind: Kind
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    params: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: bytes | None = field(default=None, repr=False)
    slow: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status, headers with lower-case names, and the body."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def ok(self) -> bool:
        """Return whether the server says yes."""
        return 200 <= self.status < 300  # noqa: PLR2004 - the 2xx range

    def object(self) -> dict[str, Any] | None:
        """Return the body as a JSON object, or None when it is anything else."""
        with suppress(ValueError, RecursionError):
            value = json.loads(self.body)
            return value if isinstance(value, dict) else None
        return None

    @property
    def date(self) -> datetime | None:
        """Return the server's own time, aware, or None when it did not say."""
        return http_date(self.headers.get("date", ""))


def send(request: Request, *, deadline: Deadline, timeouts: Timeouts) -> Answer:
    """Send one request on a fresh connection and return the answer; raise a ConnectorError when none came."""
    if deadline.left() == 0:
        raise Temporary("The time for this call was over before anything was sent.")
    read = timeouts.media if request.slow else timeouts.read
    with requests.Session() as session, Watch(deadline) as watch:
        session.trust_env = False
        session.mount("https://", WatchedAdapter(watch))
        session.mount("http://", WatchedAdapter(watch))
        try:
            with session.request(
                request.method,
                request.url,
                params=list(request.params),
                data=request.body,
                headers={"User-Agent": "Discreet", **request.headers},
                timeout=(min(timeouts.connect, deadline.left()), min(read, deadline.left())),
                allow_redirects=False,
                stream=True,
            ) as response:
                return whole(response, watch)
        except (requests.RequestException, HTTPError, OSError, RecursionError) as error:
            raise failure(error, request.kind) from None


def whole(response: requests.Response, watch: Watch) -> Answer:
    """Return a streamed answer, read to its end while `watch` looks."""
    body = response.raw.read(MAX_BODY, decode_content=True)
    watch.check()
    return Answer(response.status_code, {name.lower(): value for name, value in response.headers.items()}, body)


def failure(error: BaseException, kind: Kind) -> ConnectorError:
    """Return the connector error for a request that got no whole answer."""
    if isinstance(error, _BAD_ADDRESS):
        return Rejected("The server address of this account is not valid. Mend it on the Accounts page.", "server")
    name = type(error).__name__
    if any(isinstance(cause, _NEVER_SENT) for cause in causes(error)):
        return Temporary(f"The server was not reached ({name}). Nothing was sent.")
    if kind == "create":
        return Doubtful(f"The connection broke before the answer was there ({name}). The post may be live.")
    return Temporary(f"The connection broke before the answer was there ({name}).")


def causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception and all that stands behind it: cause, context, and exceptions in `args` and `reason`."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        current = waiting.pop(0)
        if not isinstance(current, BaseException) or id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        waiting += [current.__cause__, current.__context__, *current.args, getattr(current, "reason", None)]


def http_date(text: str) -> datetime | None:
    """Return an HTTP date as an aware time, or None when it is none."""
    with suppress(ValueError, TypeError):
        moment = parsedate_to_datetime(text)
        return moment if moment.tzinfo else None
    return None


class Watch:
    """Cuts the connection when the deadline is over: a server that sends a byte a second defeats every read timeout."""

    def __init__(self, deadline: Deadline) -> None:
        """Watch nothing yet."""
        self._deadline = deadline
        self._socket: socket.socket | None = None
        self._has_cut = False
        self._timer = threading.Timer(deadline.left(), self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        """Start the countdown."""
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it."""
        self._timer.cancel()

    def attach(self, sock: socket.socket | None) -> None:
        """Watch this connection; the last look at the clock before the first byte of a request leaves."""
        self._socket = sock
        if self._deadline.left() == 0:
            raise ConnectTimeoutError

    def check(self) -> None:
        """Raise when the connection was cut: an answer cut in its head looks like a whole one without headers."""
        if self._has_cut:
            raise ReadTimeoutError(cast("Any", None), "", "The deadline was over.")

    def _cut(self) -> None:
        self._has_cut = True
        if self._socket is not None:
            with suppress(OSError):
                # The plain method, because that of a TLS socket would take its state from under the reading thread.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


class _Plain(HTTPConnection):
    def __init__(self, *args: Any, watch: Watch, **more: Any) -> None:  # noqa: ANN401 - handed through to urllib3
        super().__init__(*args, **more)
        self._watch = watch

    def connect(self) -> None:
        super().connect()
        self._watch.attach(self.sock)


class _Secure(HTTPSConnection):
    def __init__(self, *args: Any, watch: Watch, **more: Any) -> None:  # noqa: ANN401 - handed through to urllib3
        super().__init__(*args, **more)
        self._watch = watch

    def connect(self) -> None:
        super().connect()
        self._watch.attach(self.sock)


class WatchedAdapter(HTTPAdapter):
    """Makes connections that are watched; retries nothing."""

    def __init__(self, watch: Watch) -> None:
        """Let `watch` see every connection."""
        self._watch = watch
        super().__init__(max_retries=0)

    def get_connection_with_tls_context(self, *args: Any, **more: Any) -> HTTPConnectionPool:  # noqa: ANN401 - handed through
        """Return the pool, its connections watched."""
        pool = cast("HTTPConnectionPool", super().get_connection_with_tls_context(*args, **more))
        pool.ConnectionCls = _Secure if pool.scheme == "https" else _Plain
        pool.conn_kw["watch"] = self._watch
        return pool
