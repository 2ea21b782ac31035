"""The doors beside the pages: calendar feed and outside review by secret link, and the HTTP interface; each with its limit of calls a minute."""

from __future__ import annotations

import hashlib
import threading
import time
from collections import deque
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from planner.domain.errors import Missing, PlannerError
from planner.ui import outside
from planner.ui.api import MOST_BYTES, Call, Reply, answer, encoded

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from planner.services.house import Planner

FEED_CALLS, API_CALLS, REVIEW_CALLS, WRONG_CALLS = 60, 240, 60, 20
"""Calls a minute: of one link, of one token, of one reader outside, and of one address with wrong ones."""

_MINUTE_S = 60.0
_KNOWN = 10_000
_FORMAT = "application/x-ndjson"


class Limit:
    """At most so many calls a minute for each name."""

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        """Take the number and a clock in seconds."""
        self._most = most
        self._clock = clock
        self._calls: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def allows(self, name: str, *, count: bool = True) -> bool:
        """Return whether this name may call now, and count the call."""
        now = self._clock()
        with self._lock:
            if len(self._calls) > _KNOWN:
                self._calls = {key: calls for key, calls in self._calls.items() if calls and calls[-1] > now - _MINUTE_S}
            calls = self._calls.setdefault(name, deque())
            while calls and calls[0] <= now - _MINUTE_S:
                calls.popleft()
            if len(calls) >= self._most:
                return False
            if count:
                calls.append(now)
            return True


def routes(planner: Planner) -> list[Route]:
    """Return the routes of the outside review, of the feed and of the HTTP interface."""
    feeds, tokens, wrong = Limit(FEED_CALLS), Limit(API_CALLS), Limit(WRONG_CALLS)

    async def feed(request: Request) -> Response:
        token, caller = request.path_params["token"], _caller(request)
        if not wrong.allows(caller, count=False) or not feeds.allows(_name(token)):
            return _slower()
        try:
            text = await run_in_threadpool(planner.access.feed, token)
        except Missing as error:
            wrong.allows(caller)
            return PlainTextResponse(error.sentence, status_code=404)
        except PlannerError as error:
            return PlainTextResponse(error.sentence, status_code=503)
        return _calendar(text, request.headers.get("if-none-match", ""))

    async def api(request: Request) -> Response:
        caller, token = _caller(request), _bearer(request)
        if not wrong.allows(caller, count=False) or not tokens.allows(_name(token)):
            return _slower()
        body = await _read(request)
        if body is None:
            return _json(Reply(413, {"error": {"kind": "too-large", "sentence": f"Send at most {MOST_BYTES:,} bytes."}}), lines=False)
        path = tuple(part for part in request.path_params["path"].split("/") if part)
        call = Call(request.method, path, dict(request.query_params), token, request.headers.get("idempotency-key", ""), body)
        reply = await run_in_threadpool(answer, planner, call)
        if reply.status == 401:  # noqa: PLR2004 - unauthorized
            wrong.allows(caller)
        return _json(reply, lines=request.query_params.get("format") == "jsonl")

    return [
        *outside.routes(planner, Limit(REVIEW_CALLS), wrong),
        Route("/feeds/{token}.ics", feed, methods=["GET"]),
        Route("/api/v1/{path:path}", api, methods=["GET", "POST", "PUT", "PATCH", "DELETE"]),
    ]


def _calendar(text: str, known: str) -> Response:
    tag = f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, max-age=300"}
    if tag in known:
        return Response(status_code=304, headers=headers)
    return Response(text.encode(), media_type="text/calendar; charset=utf-8", headers=headers)


def _json(reply: Reply, *, lines: bool) -> Response:
    fine = lines and reply.status < 300  # noqa: PLR2004 - an answer, no error
    headers = {"Cache-Control": "no-store"} | ({"WWW-Authenticate": "Bearer"} if reply.status == 401 else {})  # noqa: PLR2004 - unauthorized
    return Response(encoded(reply, lines=fine), reply.status, headers, _FORMAT if fine else "application/json")


def _slower() -> Response:
    told = {"error": {"kind": "too-many", "sentence": "Too many calls. Wait a minute, then go on more slowly."}}
    return JSONResponse(told, status_code=429, headers={"Retry-After": "60"})


async def _read(request: Request) -> bytes | None:
    """Return the body, or None once it is too large."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > MOST_BYTES:
            return None
        parts.append(part)
    return b"".join(parts)


def _bearer(request: Request) -> str:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def _caller(request: Request) -> str:
    return request.client.host if request.client else ""


def _name(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
