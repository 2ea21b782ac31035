"""Links, hashtags and mentions of a text as Bluesky facets; offsets are UTF-8 bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import regex

from connectors import counting

if TYPE_CHECKING:
    from collections.abc import Iterator

_LINK, _TAG, _MENTION = ("app.bsky.richtext.facet#link", "app.bsky.richtext.facet#tag", "app.bsky.richtext.facet#mention")
_HASHTAG = regex.compile(r"(?<![\p{L}\p{N}\p{M}_#&/])[#\uff03](?!\ufe0f)([\p{L}\p{N}\p{M}_\p{Emoji_Presentation}\u200d\ufe0f-]+)")
_DIGITS = regex.compile(r"[\p{N}_-]+")
_HANDLE = regex.compile(
    r"(?<![\p{L}\p{N}_@./])@((?:[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)"
)
_TAG_LIMIT = 64


def facets(text: str) -> list[dict[str, Any]]:
    """Return the facets of a text in their order; a mention carries its `handle`, whose `did` only the network knows."""
    taken = [False] * len(text)
    found: list[tuple[int, int, dict[str, Any]]] = []
    for start, end, feature in (*_mentions(text), *_links(text), *_tags(text)):
        if not any(taken[start:end]):
            taken[start:end] = [True] * (end - start)
            found.append((start, end, feature))
    return [_facet(text, *item) for item in sorted(found, key=lambda item: item[0])]


def _facet(text: str, start: int, end: int, feature: dict[str, Any]) -> dict[str, Any]:
    first = counting.utf8(text[:start])
    index = {"byteStart": first, "byteEnd": first + counting.utf8(text[start:end])}
    return {"index": index, "features": [feature]}


def _links(text: str) -> Iterator[tuple[int, int, dict[str, Any]]]:
    for start, end in counting.url_spans(text, bare=True):
        url = text[start:end]
        yield start, end, {"$type": _LINK, "uri": url if "://" in url else f"https://{url}"}


def _tags(text: str) -> Iterator[tuple[int, int, dict[str, Any]]]:
    for match in _HASHTAG.finditer(text):
        tag = match[1].rstrip("-")
        if tag and not _DIGITS.fullmatch(tag) and counting.graphemes(tag) <= _TAG_LIMIT:
            yield match.start(), match.start() + 1 + len(tag), {"$type": _TAG, "tag": tag}


def _mentions(text: str) -> Iterator[tuple[int, int, dict[str, Any]]]:
    for match in _HANDLE.finditer(text):
        yield match.start(), match.end(), {"$type": _MENTION, "handle": match[1].lower()}
