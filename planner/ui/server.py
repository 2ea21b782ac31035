"""The web server: one ASGI application with the pages, readiness and security headers; beside `doors` and `outside` the only importer of Starlette."""

from __future__ import annotations

import base64
import hashlib
import html
import logging
import re
import secrets
import traceback
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse
from starlette.routing import Route
from streamlit import config
from streamlit.logger import get_logger

from planner.domain.errors import PlannerError, SetupError
from planner.services.health import Health, prometheus
from planner.services.sign_ins import CALLBACK
from planner.settings import LOOPBACK
from planner.ui import doors
from planner.ui.session import plain

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from planner.services.house import Planner
    from planner.settings import Settings

log = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parents[2]
FRONT_DOOR = ROOT / "streamlit_app.py"
HIDDEN = ("/_stcore/metrics",)
"""Built-in addresses that tell strangers about sessions: answered with 404."""

_MUST: dict[str, object] = {"runner.postScriptGC": False, "client.showErrorDetails": "none", "browser.gatherUsageStats": False}
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def application(planner: Planner, front_door: Path, settings: Settings) -> st.App:
    """Return the whole web application; raise SetupError when the shipped Streamlit configuration was not read."""
    require_config()

    async def readyz(_request: Request) -> JSONResponse:
        body, status = readiness(planner)
        return JSONResponse(body, status_code=status)

    async def metrics(request: Request) -> PlainTextResponse:
        passed_on = any(name in request.headers for name in ("x-forwarded-for", "forwarded"))
        return figures(planner, request.client.host if request.client and not passed_on else "")

    async def signed_in(request: Request) -> HTMLResponse:
        return await run_in_threadpool(after_sign_in, planner, str(request.url.query))

    @asynccontextmanager
    async def warm(_app: Any) -> AsyncIterator[dict[str, Any]]:  # noqa: ANN401 - Streamlit types its application loosely
        for name in ("planner.ui.tables", "plotly.graph_objects", "planner.ui.navigation"):
            import_module(name)
        planner.composer.check_text("The word lists are read at the first look.")
        yield {}

    return st.App(
        front_door,
        lifespan=warm,
        routes=[Route("/readyz", readyz), Route("/metrics", metrics), Route(f"/{CALLBACK}", signed_in), *doors.routes(planner)],
        middleware=[Middleware(Guard, hosts=_hosts(settings), secure=settings.public_url.startswith("https://"))],
        on_script_error=on_script_error,
    )


def serve(planner: Planner) -> None:
    """Run the dashboard until it is told to stop."""
    settings = planner.settings
    app = application(planner, FRONT_DOOR, settings)
    get_logger("streamlit.config").setLevel(logging.ERROR)  # else it warns of the three settings in the next line
    app.run(config={"server.port": settings.port, "server.address": settings.address, "server.headless": True})


def require_config() -> None:
    """Raise SetupError unless `.streamlit/config.toml` is in force: Streamlit ignores it from another working directory without a word."""
    wrong = [name for name, value in _MUST.items() if config.get_option(name) != value]
    if wrong:
        raise SetupError(f"Streamlit's settings were not read ({', '.join(wrong)}). Start the planner from its own folder: cd {ROOT}")


def policy() -> str:
    """Return the content security policy; the one inline script of Streamlit's page is named by its hash."""
    page = (Path(st.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    hashes = " ".join(f"'sha256-{_sha256(script)}'" for script in _SCRIPT.findall(page))
    return (
        f"default-src 'self'; script-src 'self' blob: {hashes}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; frame-ancestors 'none'; base-uri 'self'; form-action 'self'"
    )


class Guard:
    """Refuses foreign hosts, hides what is nobody's business, and puts the security headers on every answer."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str], *, secure: bool) -> None:
        """Take the application behind it, the host names that people may use, and whether the public address is https."""
        self._app = app
        self._hosts = hosts
        self._secure = secure
        self._headers = {"content-security-policy": policy(), "x-content-type-options": "nosniff", "referrer-policy": "same-origin"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer or pass on one request."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
        elif host_of(Headers(scope=scope).get("host", "")) not in self._hosts:
            await self._refuse(scope, receive, send)
        elif scope["path"] in HIDDEN:
            await PlainTextResponse("Not found", status_code=404, headers=self._headers)(scope, receive, send)
        else:
            await self._app(scope, receive, self._dressed(send))

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        await PlainTextResponse("Unknown host", status_code=400, headers=self._headers)(scope, receive, send)

    def _dressed(self, send: Send) -> Send:
        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers[name] = value
                if self._secure:
                    message["headers"] = [(key, _secured(value) if key.lower() == b"set-cookie" else value) for key, value in headers.raw]
            await send(message)

        return dressed


def host_of(header: str) -> str:
    """Return the host name of a Host header without its port: `localhost:8501`, `[::1]:8501`."""
    return (urlsplit(f"//{header}").hostname or "").lower() if re.fullmatch(r"[\w.:\[\]-]*", header) else ""


def on_script_error(error: Exception) -> bool:
    """Show one sentence with an incident id instead of a traceback; the log keeps the place, never the words."""
    if isinstance(error, PlannerError):
        st.error(plain(error.sentence))
        return True
    incident = secrets.token_hex(4)
    frames = "".join(traceback.format_tb(error.__traceback__))
    log.error("incident %s: %s\n%s", incident, type(error).__name__, frames)
    st.error(f"Something went wrong here, and nothing was lost. Reload the page; if it stays, tell your admin the number {incident}.")
    return True


def readiness(planner: Planner) -> tuple[dict[str, object], int]:
    """Return whether the database answers, with the class of what is wrong and nothing else, and the HTTP status."""
    try:
        planner.store.data_version()
    except PlannerError as error:
        return {"ready": False, "reason": type(error).__name__}, 503
    return {"ready": True, "reason": None}, 200


def after_sign_in(planner: Planner, query: str) -> HTMLResponse:
    """Finish a sign-in through the browser, and say how it went on a small page with the way back."""
    try:
        done = planner.sign_ins.finish(query)
    except PlannerError as error:
        return _page("Not connected", error.sentence, "accounts", 400)
    if done.choose:
        sentence = f"{done.title}: you have allowed it. One step is left: go back and choose the {done.choose}. Nothing was posted."
        return _page("Almost there", sentence, f"accounts?account={done.account_id}", 200)
    who = f" as {done.handle}" if done.handle else ""
    return _page("Connected", f"{done.title} is connected{who}. Nothing was posted.", f"accounts?account={done.account_id}", 200)


def _page(title: str, sentence: str, back: str, status: int) -> HTMLResponse:
    head = f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>'
    style = (
        "<style>body{font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:4rem auto;padding:0 1rem;color-scheme:light dark}</style>"
    )
    body = f'<h1>{title}</h1><p>{html.escape(sentence)}</p><p><a href="/{html.escape(back)}">Back to Discreet</a></p>'
    return HTMLResponse(head + style + body, status_code=status, headers={"cache-control": "no-store"})


def figures(planner: Planner, caller: str) -> PlainTextResponse:
    """Return the health figures as Prometheus reads them, to this machine only."""
    if caller not in LOOPBACK:
        return PlainTextResponse("Not found", status_code=404)
    try:
        text = prometheus(Health(planner.store, planner.clock).figures())
    except PlannerError:
        return PlainTextResponse("The database does not answer.", status_code=503)
    return PlainTextResponse(text, media_type="text/plain; version=0.0.4")


def _hosts(settings: Settings) -> frozenset[str]:
    named = {"localhost", "127.0.0.1", "::1", settings.address.lower(), (urlsplit(settings.public_url).hostname or "localhost").lower()}
    return frozenset(named - {"0.0.0.0", "::", ""})  # noqa: S104 - "every address" is no host name


def _secured(cookie: bytes) -> bytes:
    return cookie if b"secure" in cookie.lower() else cookie + b"; Secure"


def _sha256(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
