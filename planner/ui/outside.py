"""The page of a reviewer outside: plain HTML without scripts, one draft and two answers; it links to nothing."""

from __future__ import annotations

import base64
import html
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from connectors.showing import part
from planner.domain.errors import Missing, PlannerError
from planner.ui import words

if TYPE_CHECKING:
    from starlette.requests import Request

    from planner.services.house import Planner
    from planner.services.outside import OutsideLook
    from planner.ui.doors import Limit

COOKIE, PATH = "discreet_review", "/review"
_MOST_BYTES = 20_000
_NOT_FOUND, _WRONG, _TOO_MANY = 404, 400, 429
_STYLE = """<style>
:root{color-scheme:light dark;--line:#5c6b70;--main:#0b5f6b;--on:#ffffff;--page:#ffffff;--words:#0d171b;--field:#f4f6f7;--bad:#b3261e}
@media (prefers-color-scheme:dark){:root{--line:#8fa3a9;--main:#5cc8d6;--on:#06282d;--page:#0b1215;--words:#eef4f5;--field:#182329;--bad:#f2a8a2}}
html{background:var(--page);color:var(--words)}
body{font:1.05rem/1.55 system-ui,sans-serif;max-width:40rem;margin:2.5rem auto;padding:0 1rem}
h1{font-size:1.7rem;line-height:1.25}h2{font-size:1.2rem;margin-top:2rem}
.text{white-space:pre-wrap;overflow-wrap:anywhere;border:1px solid var(--line);border-radius:.5rem;padding:1rem;margin:.75rem 0}
img{max-width:100%;border-radius:.5rem}
label{display:block;font-weight:600;margin-top:1rem}
input,textarea{font:inherit;width:100%;box-sizing:border-box;padding:.6rem;border:1px solid var(--line);border-radius:.4rem;background:var(--field);color:inherit}
button{font:inherit;font-weight:600;min-height:44px;padding:.5rem 1.2rem;border-radius:.4rem;border:1px solid var(--main);margin:1rem .6rem 0 0;cursor:pointer;background:transparent;color:inherit}
button.yes{background:var(--main);color:var(--on)}
:focus-visible{outline:3px solid var(--main);outline-offset:2px}
.wrong{border-left:4px solid var(--bad);padding-left:.8rem}
</style>"""


def routes(planner: Planner, calls: Limit, wrong: Limit) -> list[Route]:
    """Return the link's address, which only leaves a cookie, and the page behind it; the secret never stays in the address bar."""

    async def arrive(request: Request) -> Response:
        secret = request.path_params["token"]
        refused = _refused(request)
        if refused is not None:
            return refused
        answer = await run_in_threadpool(_shown, planner, secret)
        if answer.status_code == _NOT_FOUND:
            wrong.allows(_caller(request))
            return answer
        gone_to = RedirectResponse(PATH, status_code=303, headers=_HEADERS)
        gone_to.set_cookie(COOKIE, secret, path=PATH, httponly=True, samesite="lax")
        return gone_to

    async def page(request: Request) -> Response:
        refused = _refused(request)
        if refused is not None:
            return refused
        secret = request.cookies.get(COOKIE, "")
        if request.method == "POST":
            body = await _form(request)
            answer = await run_in_threadpool(_answered, planner, secret, body)
        else:
            answer = await run_in_threadpool(_shown, planner, secret)
        if answer.status_code == _NOT_FOUND:
            wrong.allows(_caller(request))
        return answer

    def _refused(request: Request) -> Response | None:
        caller = _caller(request)
        if wrong.allows(caller, count=False) and calls.allows(caller):
            return None
        return _page("Too many tries", "<p>Wait a minute, then open the link again.</p>", _TOO_MANY)

    return [Route(f"{PATH}/{{token}}", arrive, methods=["GET"]), Route(PATH, page, methods=["GET", "POST"])]


_HEADERS = {"cache-control": "no-store", "x-robots-tag": "noindex"}


def _shown(planner: Planner, secret: str, problem: str = "", typed: dict[str, str] | None = None) -> HTMLResponse:
    try:
        look = planner.outside.look(secret)
    except Missing as error:
        return _page("Nothing to read here", f"<p>{html.escape(error.sentence)}</p>", _NOT_FOUND)
    return _page("Please read this draft", _draft(planner, look) + _form_of(problem, typed or {}), _WRONG if problem else 200)


def _answered(planner: Planner, secret: str, told: dict[str, str]) -> HTMLResponse:
    yes = told.get("answer") == "yes"
    try:
        link = planner.outside.answer(secret, told.get("name", ""), yes=yes, comment=told.get("comment", ""))
    except Missing as error:
        return _page("Nothing to read here", f"<p>{html.escape(error.sentence)}</p>", _NOT_FOUND)
    except PlannerError as error:
        return _shown(planner, secret, error.sentence, told)
    said = "You approved exactly this text. A later change of it needs a new yes." if yes else "It went back with your comment."
    return _page(
        "Thank you",
        f"<p>{html.escape(said)}</p><p>Recorded for {html.escape(link.name)}. This link is used up; you can close the page.</p>",
        200,
    )


def _draft(planner: Planner, look: OutsideLook) -> str:
    info, content = planner.platforms.info(look.account.platform), look.content
    until = words.moment(look.link.expires_at, look.account.zone, year=True)
    told = f"<p>For {html.escape(look.account.handle)} on {html.escape(info.title)}. Nothing has been published. The link ends {html.escape(until)}.</p>"
    pieces = [("Content warning", content.content_warning), ("Title", content.title)]
    for number, text in enumerate(content.segments, 1):
        seen = part(text, info.capabilities)
        pieces.append(
            (
                f"Part {number} of {len(content.segments)}" if len(content.segments) > 1 else "Text",
                text if seen.lost or seen.behind else seen.shown,
            )
        )
    pieces += [
        ("First comment", content.first_comment),
        ("Link", f"{content.link.title}\n{content.link.url}".strip() if content.link else ""),
    ]
    boxes = "".join(f'<h2>{html.escape(label)}</h2><div class="text">{html.escape(text)}</div>' for label, text in pieces if text)
    images = "".join(_image(planner, ref.digest, ref.mime, ref.alt) for ref in content.media)
    return told + boxes + images


def _image(planner: Planner, digest: str, mime: str, alt: str) -> str:
    told = html.escape(alt or "no description")
    if not mime.startswith("image/"):
        return f"<p>A film: {told}</p>"
    data = base64.b64encode(planner.images.data(digest).data).decode()
    return f'<p><img src="data:{html.escape(mime)};base64,{data}" alt="{told}"><br>Description: {told}</p>'


def _form_of(problem: str, typed: dict[str, str]) -> str:
    wrong = f'<p class="wrong" role="alert">{html.escape(problem)}</p>' if problem else ""
    name, comment = html.escape(typed.get("name", "")), html.escape(typed.get("comment", ""))
    return (
        f'<h2>Your answer</h2>{wrong}<form method="post" action="{PATH}" autocomplete="off">'
        f'<label for="name">Your name</label><input id="name" name="name" maxlength="120" value="{name}" required>'
        f'<label for="comment">What should change? (needed to send it back)</label><textarea id="comment" name="comment" rows="4" maxlength="2000">{comment}</textarea>'
        '<button class="yes" name="answer" value="yes">Approve exactly this text</button>'
        '<button name="answer" value="no">Send it back</button></form>'
    )


def _page(title: str, body: str, status: int) -> HTMLResponse:
    head = f'<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>{_STYLE}</head>'
    return HTMLResponse(f"{head}<body><main><h1>{title}</h1>{body}</main></body></html>", status_code=status, headers=_HEADERS)


async def _form(request: Request) -> dict[str, str]:
    """Return the fields of a small form; one that is too large is read as empty."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _MOST_BYTES:
            return {}
    return {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}


def _caller(request: Request) -> str:
    return request.client.host if request.client else ""
