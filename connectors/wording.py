"""The words that stand in each part of a post: the segments, tags that are not in them yet, and the link where no card carries it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from connectors.base import Problem

if TYPE_CHECKING:
    from connectors.base import Media, MediaRules, Variant

_TAG = re.compile(r"#\w+")
_EXIF = b"Exif\x00\x00"
_EXIF_WITHIN = 65_536
_MAGIC = {
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/gif": (b"GIF87a", b"GIF89a"),
    "image/webp": (b"RIFF",),
}


def link_in_text(place: str, mode: str, variant: Variant) -> bool:
    """Return whether the link stands in the text: `place` is text, field, or card (a card only by API and without images)."""
    return place == "text" or (place == "card" and (mode == "hand" or bool(variant.media)))


def texts(variant: Variant, *, with_link: bool) -> tuple[str, ...]:
    """Return the final text of each part; tags and a link that stands in no card go below the first one."""
    first, *rest = variant.segments or ("",)
    missing = tuple(tag for tag in map(hashtag, variant.tags) if tag.casefold() not in _tags(variant))
    below = [" ".join(missing)] if missing else []
    if with_link and variant.link and not _stands_in(variant.link.url, first):
        below.append(variant.link.url)
    return ("\n\n".join(filter(None, (first, *below))), *rest)


def hashtag(tag: str) -> str:
    """Return a tag with exactly one number sign."""
    return "#" + tag.lstrip("#")


def _stands_in(url: str, text: str) -> bool:
    """Return whether this very address is in the text already, not only a longer one that begins like it."""
    return re.search(re.escape(url) + r"(?![\w/?=&#%-]|[.:]\w)", text) is not None


def _tags(variant: Variant) -> frozenset[str]:
    return frozenset(tag.casefold() for segment in variant.segments for tag in _TAG.findall(segment))


def media_problems(media: tuple[Media, ...], rules: MediaRules) -> list[Problem]:
    """Return why these images cannot go out: too many, too big, of a wrong kind, a description too long, camera data left in."""
    problems = []
    if len(media) > rules.max_items:
        problems.append(Problem("media", f"{len(media)} images, at most {rules.max_items} are taken. Remove some."))
    for item in media:
        problems += _item_problems(item, rules)
    return problems


def _item_problems(item: Media, rules: MediaRules) -> list[Problem]:
    problems = []
    if item.mime not in rules.mimes:
        problems.append(Problem("media", f"{item.name} is {item.mime}. Save it as {_either(rules.mimes)}."))
    elif not item.data.startswith(_MAGIC.get(item.mime, (b"",))):
        problems.append(Problem("media", f"{item.name} is not what its type says ({item.mime}). Open and save it again."))
    if len(item.data) > rules.max_bytes:
        problems.append(Problem("media", f"{item.name} has {len(item.data):,} bytes, the limit is {rules.max_bytes:,}. Make it smaller."))
    if rules.alt_limit is not None and len(item.alt) > rules.alt_limit:
        reason = f"The description of {item.name} has {len(item.alt)} characters, the limit is {rules.alt_limit}. Shorten it."
        problems.append(Problem("alt", reason))
    if _EXIF in item.data[:_EXIF_WITHIN]:
        problems.append(
            Problem("media", f"{item.name} still holds camera data, perhaps a place. Add the image again, so that it is cleaned.")
        )
    return problems


def _either(mimes: tuple[str, ...]) -> str:
    return " or ".join(mime.partition("/")[2].upper() for mime in mimes) or "nothing: this platform takes no images"
