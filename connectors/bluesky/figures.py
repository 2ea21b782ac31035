"""Figures of posts and of the account as Bluesky reports them; what is not reported is None."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from connectors.base import AccountMetrics, PostMetrics
from connectors.bluesky.mapping import uri_of
from connectors.bluesky.xrpc import Call, get_record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from connectors.base import Ref
    from connectors.bluesky.session import Login

_BATCH = 25
_POST = {"likes": "likeCount", "reposts": "repostCount", "replies": "replyCount", "quotes": "quoteCount", "bookmarks": "bookmarkCount"}
_ACCOUNT = {"followers": "followersCount", "following": "followsCount", "posts": "postsCount"}


def of_posts(login: Login, refs: Sequence[Ref], now: datetime) -> dict[Ref, PostMetrics]:
    """Return the figures of these posts, 25 at a time; a post that is neither shown nor deleted is absent."""
    found: dict[Ref, PostMetrics] = {}
    for start in range(0, len(refs), _BATCH):
        found |= _batch(login, refs[start : start + _BATCH], now)
    return found


def _batch(login: Login, refs: Sequence[Ref], now: datetime) -> dict[Ref, PostMetrics]:
    call = Call("app.bsky.feed.getPosts", "read", params=tuple(("uris", uri_of(ref)) for ref in refs))
    posts = login.send(call).content().get("posts")
    views = {view.get("uri"): view for view in (posts if isinstance(posts, list) else ()) if isinstance(view, dict)}
    found = {}
    for ref in refs:
        view = views.get(uri_of(ref))
        if view is not None:
            found[ref] = PostMetrics(_values(view, _POST), now, raw=_raw(view, _POST))
        elif login.send(get_record(uri_of(ref))).error == "RecordNotFound":
            found[ref] = PostMetrics(dict.fromkeys(_POST), now, gone=True)
    return found


def of_account(login: Login, now: datetime) -> AccountMetrics:
    """Return followers, following and number of posts."""
    profile = login.send(Call("app.bsky.actor.getProfile", "read", params=(("actor", login.did),))).content()
    return AccountMetrics(_values(profile, _ACCOUNT), now, _raw(profile, _ACCOUNT))


def _values(view: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, int | None]:
    return {name: view[field] if type(view.get(field)) is int else None for name, field in names.items()}


def _raw(view: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """Return the counts alone as they came; a post's words are not kept here."""
    return json.dumps({field: view[field] for field in names.values() if field in view}, sort_keys=True)
