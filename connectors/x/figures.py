"""Figures of posts and of the account as X reports them; what is not reported is None."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from connectors.base import AccountMetrics, PostMetrics, Ref
from connectors.x import mapping
from connectors.x.wire import Call

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

_BATCH = 100
_OWN_FOR = timedelta(days=29, hours=12)
"""For 30 days X tells an author what others do not see; half a day is left for two clocks."""

_POST = {
    "likes": "like_count",
    "reposts": "retweet_count",
    "replies": "reply_count",
    "quotes": "quote_count",
    "bookmarks": "bookmark_count",
    "impressions": "impression_count",
}
_OWN = {"link_clicks": "url_link_clicks", "profile_clicks": "user_profile_clicks"}
_ACCOUNT = {"followers": "followers_count", "following": "following_count", "posts": "tweet_count"}
_ABSENT = "resource-not-found"


def calls(refs: Sequence[Ref], now: datetime) -> Iterator[tuple[Call, tuple[Ref, ...]]]:
    """Yield the calls that read these posts, 100 at a time; young ones with the figures that only their author sees."""
    young = tuple(ref for ref in refs if _is_young(ref, now))
    old = tuple(ref for ref in refs if ref not in young)
    for some, fields in ((young, "public_metrics,non_public_metrics"), (old, "public_metrics")):
        for start in range(0, len(some), _BATCH):
            batch = some[start : start + _BATCH]
            yield Call("GET", "/2/tweets", "read", {"ids": ",".join(batch), "tweet.fields": fields}), batch


def _is_young(ref: Ref, now: datetime) -> bool:
    return ref.isdecimal() and now - mapping.posted_at(ref) < _OWN_FOR


def of_posts(said: Mapping[str, Any], refs: Sequence[Ref], now: datetime) -> dict[Ref, PostMetrics]:
    """Return the figures of an answer; `gone` for a post that X no longer has, nothing for one that it does not show."""
    posts = {post.get("id"): post for post in mapping.objects(said.get("data"))}
    gone = {str(error.get("resource_id") or error.get("value")) for error in mapping.objects(said.get("errors")) if _is_gone(error)}
    found = {}
    for ref in refs:
        if ref in posts:
            found[ref] = _figures(posts[ref], now)
        elif ref in gone:
            found[ref] = PostMetrics(dict.fromkeys((*_POST, *_OWN)), now, gone=True)
    return found


def _is_gone(error: Mapping[str, Any]) -> bool:
    return str(error.get("type", "")).endswith(_ABSENT)


def _figures(post: Mapping[str, Any], now: datetime) -> PostMetrics:
    public, own = mapping.object_of(post.get("public_metrics")), mapping.object_of(post.get("non_public_metrics"))
    raw = json.dumps({"public_metrics": public, "non_public_metrics": own}, sort_keys=True)
    return PostMetrics({**_values(public, _POST), **_values(own, _OWN)}, now, raw=raw)


def of_account(said: Mapping[str, Any], now: datetime) -> AccountMetrics:
    """Return followers, following and number of posts."""
    counts = mapping.object_of(mapping.object_of(said.get("data")).get("public_metrics"))
    return AccountMetrics(_values(counts, _ACCOUNT), now, json.dumps(counts, sort_keys=True))


def _values(said: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, int | None]:
    found = {name: mapping.either(said, field) for name, field in names.items()}
    return {name: value if type(value) is int else None for name, value in found.items()}
