"""The real Bluesky servers do what the connector's tests rely on."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
import requests

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.servers.bluesky import Bluesky

_AT = "2026-01-01T00:00:00.000Z"


def _eventually(ask: Callable[[], list[int]], good: Callable[[list[int]], bool]) -> list[int]:
    for _ in range(100):
        if good(value := ask()):
            return value
        time.sleep(0.1)
    return ask()


def test_a_post_written_with_an_app_password_can_be_read_by_anybody(bluesky: Bluesky) -> None:
    person = bluesky.person()
    session = bluesky.call("com.atproto.server.createSession", {"identifier": person.handle, "password": bluesky.app_password(person)})
    body = {"repo": person.did, "collection": "app.bsky.feed.post", "record": {"text": "hello", "createdAt": _AT}}
    made = bluesky.call("com.atproto.repo.createRecord", body, token=session["accessJwt"])
    assert [record["value"]["text"] for record in bluesky.records(person)] == ["hello"]
    assert bluesky.record(made["uri"])["cid"] == made["cid"]


def test_a_deleted_post_is_gone(bluesky: Bluesky) -> None:
    person = bluesky.person()
    made = bluesky.create(person, {"text": "hello", "createdAt": _AT})
    bluesky.delete(person, made["uri"])
    with pytest.raises(requests.HTTPError, match="RecordNotFound"):
        bluesky.record(made["uri"])


def test_the_network_counts_likes_and_followers(bluesky_network: Bluesky) -> None:
    author, reader = bluesky_network.person(), bluesky_network.person()
    made = bluesky_network.create(author, {"text": "hello", "createdAt": _AT})
    bluesky_network.like(reader, made["uri"])
    bluesky_network.follow(reader, author)

    def likes() -> list[int]:
        found = bluesky_network.call("app.bsky.feed.getPosts", token=author.access, uris=[made["uri"]])
        return [post["likeCount"] for post in found["posts"]]

    assert _eventually(likes, lambda counts: counts == [1]) == [1]
    profile = bluesky_network.call("app.bsky.actor.getProfile", token=author.access, actor=author.did)
    assert profile["followersCount"] == 1
