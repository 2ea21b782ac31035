"""A platform's own library, kept on the leash: it builds and signs the calls, we bound them in time and judge the raw answers.

    session = GuardedSession(Deadline(90), timeouts)
    library.session = session                       # tweepy; Mastodon.py takes it as an argument
    answer = ask(session, "create", lambda: library.do_something())

Libraries follow redirects, have no timeout or one of minutes, and throw exceptions of their own for everything that happens on the way.
None of that matters here: whatever the library raises or returns, the raw answer counts, and where none came, the cause counts.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

import requests
from urllib3.exceptions import HTTPError

from connectors.errors import ConnectorError, Rejected, Temporary
from connectors.http import Answer, Watch, WatchedAdapter, causes, failure, whole

if TYPE_CHECKING:
    from collections.abc import Callable

    from connectors.base import Timeouts
    from connectors.http import Deadline, Kind


class GuardedSession(requests.Session):
    """Sends through fresh, watched connections: no retry, no redirect, no proxy or netrc from outside; keeps the last raw answer.

    `moved` is (address that is built into the library, address to call instead), for test servers.
    """

    def __init__(self, deadline: Deadline, timeouts: Timeouts, moved: tuple[str, str] | None = None) -> None:
        """Share `deadline` among all calls."""
        super().__init__()
        self.trust_env = False
        self.kind: Kind = "read"
        self.slow = False
        self.sent = False
        self.answer: Answer | None = None
        self._deadline = deadline
        self._timeouts = timeouts
        self._moved = moved

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:  # noqa: ANN401 - the library's own wishes do not count
        """Send one request; raise a ConnectorError when no whole answer came."""
        self.answer = None
        if self._deadline.left() == 0:
            raise Temporary("The time for this call was over before anything was sent.")
        if self._moved and request.url:
            request.url = request.url.replace(*self._moved, 1)
        self.sent = True
        read = self._timeouts.media if self.slow else self._timeouts.read
        timeout = (min(self._timeouts.connect, self._deadline.left()), min(read, self._deadline.left()))
        with Watch(self._deadline) as watch, closing(WatchedAdapter(watch)) as adapter:
            try:
                with adapter.send(request, stream=True, timeout=timeout) as response:
                    self.answer = whole(response, watch)
            except (requests.RequestException, HTTPError, OSError, RecursionError) as error:
                raise failure(error, self.kind) from None
        response._content = self.answer.body  # noqa: SLF001 - so that the library can read what we have read
        return response


def ask(session: GuardedSession, kind: Kind, call: Callable[[], object], *, slow: bool = False) -> Answer:
    """Let the library make one call and return the raw answer, good or bad; raise a ConnectorError when there is none."""
    session.kind, session.slow, session.sent, session.answer = kind, slow, False, None
    try:
        call()
    except Exception as error:  # noqa: BLE001 - libraries raise anything; what counts is whether an answer came
        if session.answer is None:
            raise _failed(session, error, kind) from None
    if session.answer is None:
        raise Rejected("The platform's library made no call. Nothing was sent.")
    return session.answer


def _failed(session: GuardedSession, error: Exception, kind: Kind) -> ConnectorError:
    known = next((cause for cause in causes(error) if isinstance(cause, ConnectorError)), None)
    if known is None and not session.sent:
        return Rejected(f"The platform's library refused this call ({type(error).__name__}). Nothing was sent.")
    return known or failure(error, kind)
