"""The page of a reviewer outside, asked as a browser would, and the link that the Approvals page makes once."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from starlette.applications import Starlette

from planner.ui import doors
from tests.ui.conftest import texts

if TYPE_CHECKING:
    from tests.ui.conftest import Desk

pytestmark = pytest.mark.feature("Roles and comments")


def visit(desk: Desk, *calls: tuple[str, str, dict[str, str]]) -> list[httpx.Response]:
    """Make these calls (method, path, fields) one after the other, in one browser that keeps its cookies."""

    async def ask() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app=Starlette(routes=doors.routes(desk.planner)))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return [await client.request(method, path, data=fields or None) for method, path, fields in calls]

    with ThreadPoolExecutor(1) as thread:  # a browser test before may have left its loop running in this one
        return thread.submit(asyncio.run, ask()).result()


def secret_of(desk: Desk, text: str = "Sleep & <b>worry</b> feed each other.", **more: Any) -> tuple[str, str]:
    account = desk.account(**more)
    post = desk.ready(desk.draft(text))
    _, secret = desk.planner.outside.ask(desk.me, post.id, account.id, post.digest_for(account.id), 3)
    return secret, post.id


def test_one_draft_is_read_and_approved_and_the_link_is_used_up(desk: Desk) -> None:
    secret, post_id = secret_of(desk)
    arrived, page, unnamed, done, again = visit(
        desk,
        ("GET", f"/review/{secret}", {}),
        ("GET", "/review", {}),
        ("POST", "/review", {"name": " ", "answer": "yes"}),
        ("POST", "/review", {"name": "Kim <i>", "answer": "yes"}),
        ("GET", "/review", {}),
    )
    assert (arrived.status_code, arrived.headers["location"]) == (303, "/review")
    cookie = arrived.headers["set-cookie"].lower()
    assert all(part in cookie for part in ("httponly", "samesite=lax", "path=/review"))
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    assert "Sleep &amp; &lt;b&gt;worry&lt;/b&gt; feed each other." in page.text
    assert "<a " not in page.text
    assert "<script" not in page.text
    assert secret not in page.text
    assert unnamed.status_code == 400
    assert "Write your name" in unnamed.text
    assert "Recorded for Kim &lt;i&gt;." in done.text
    assert again.status_code == 404
    assert "Sleep" not in again.text
    assert desk.planner.composer.load(post_id).state == "ready"


def test_a_draft_is_sent_back_with_what_should_change(desk: Desk) -> None:
    secret, post_id = secret_of(desk)
    _, empty, done = visit(
        desk,
        ("GET", f"/review/{secret}", {}),
        ("POST", "/review", {"name": "Kim", "answer": "no"}),
        ("POST", "/review", {"name": "Kim", "answer": "no", "comment": "Too near."}),
    )
    assert 'value="Kim"' in empty.text
    assert "Say what should change" in empty.text
    assert "It went back with your comment." in done.text
    assert desk.planner.composer.load(post_id).state == "returned"


def test_wrong_links_open_nothing_and_too_many_are_refused(desk: Desk) -> None:
    secret, _ = secret_of(desk)
    answers = visit(desk, *[("GET", f"/review/wrong{number}", {}) for number in range(21)], ("GET", f"/review/{secret}", {}))
    assert {one.status_code for one in answers[:20]} == {404}
    assert [one.status_code for one in answers[20:]] == [429, 429]
    assert visit(desk, ("GET", "/review", {}), ("POST", "/review", {"answer": "yes"}))[1].status_code == 404
    _, large = visit(desk, ("GET", f"/review/{secret}", {}), ("POST", "/review", {"name": "Kim", "answer": "yes", "comment": "x" * 30_000}))
    assert large.status_code == 400


def test_every_part_that_would_go_out_is_shown(desk: Desk) -> None:
    from planner.domain.post import Content, LinkCard  # noqa: PLC0415 - one test needs them

    account = desk.account(platform="mastodon", settings={"server": "mastodon.example"})
    content = Content(text="First part.\n---\nSecond part.", content_warning="Grief", link=LinkCard("https://example.org/a", "A title"))
    post = desk.ready(desk.planner.composer.new(desk.me, (account.id,), content))
    _, secret = desk.planner.outside.ask(desk.me, post.id, account.id, post.digest_for(account.id), 1)
    _, page = visit(desk, ("GET", f"/review/{secret}", {}), ("GET", "/review", {}))
    for words in ("Part 1 of 2", "Second part.", "Grief", "A title", "https://example.org/a"):
        assert words in page.text


def test_the_link_is_made_once_shown_once_and_taken_back(desk: Desk) -> None:
    account = desk.account()
    post = desk.ready(desk.draft())
    key = f"{post.id}.{account.id}"
    app = desk.open("approvals")
    app.button(key=f"outside.make.{key}").click().run()
    (shown,) = [block.value for block in app.code if "/review/" in block.value]
    assert desk.planner.outside.look(shown.rsplit("/", 1)[1]).content.text == post.base.text
    assert "Copy it now" in texts(app)
    later = desk.open("approvals")
    assert [block.value for block in later.code if "/review/" in block.value] == []
    (link,) = desk.planner.outside.of_post(post.id)
    later.button(key=f"outside.revoke.{link.id}").click().run()
    assert "opens nothing any more" in texts(later)
    assert desk.planner.outside.of_post(post.id)[0].revoked_at is not None
