"""Between a variant and a post on X: what is sent, and whether what stands there is the same."""

from __future__ import annotations

import html
import re
import unicodedata
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from connectors import measuring
from connectors.base import Measure, Part, Problem
from connectors.counting import url_spans

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from connectors.base import Capabilities, Media, Ref, Variant
    from connectors.facts import Facts

_SPACE = re.compile(r"\s+")
_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_GIF = "image/gif"
_EPOCH_MS, _TIME_BITS = 1_288_834_974_657, 22
_OLD_NEW = {
    "retweet_count": "repost_count",
    "tweet_count": "post_count",
    "referenced_tweets": "referenced_posts",
    "note_tweet": "note_post",
}
"""X's contract of 2026 names these anew; nobody knows what the wire says, so both are read."""


def measure(facts: Facts, rules: Capabilities, variant: Variant) -> Measure:
    """Return the verdict on a variant, with X's rule about animated images."""
    verdict = measuring.measure(facts, rules, variant)
    problems = list(verdict.problems)
    if len(variant.media) > 1 and any(item.mime == _GIF for item in variant.media):
        problems.append(Problem("media", "X takes a GIF only alone. Remove the other images, or save it as PNG."))
    return Measure(verdict.unit, verdict.parts, tuple(problems), verdict.cost)


def render(facts: Facts, rules: Capabilities, variant: Variant) -> list[Part]:
    """Return the parts; images and the choice who may reply stand with the first one."""
    return [_part(index, text, variant) for index, text in enumerate(measuring.final_texts(facts, rules, variant))]


def _part(index: int, text: str, variant: Variant) -> Part:
    media = variant.media if index == 0 else ()
    payload: dict[str, Any] = {"text": text, "images": [_image(item) for item in media]}
    if index == 0 and variant.reply_control:
        payload["reply_settings"] = variant.reply_control
    return Part(index, payload, tuple(item.digest for item in media))


def _image(item: Media) -> dict[str, str]:
    return {"digest": item.digest, "alt": item.alt, "category": "tweet_gif" if item.mime == _GIF else "tweet_image"}


def body(part: Part, media_ids: Sequence[str], previous: Sequence[Ref]) -> dict[str, Any]:
    """Return the create as it is sent: nothing in it that the author did not choose, no place above all."""
    sent: dict[str, Any] = {}
    if part.payload["text"]:
        sent["text"] = part.payload["text"]
    if media_ids:
        sent["media"] = {"media_ids": list(media_ids)}
    if previous:
        sent["reply"] = {"in_reply_to_tweet_id": previous[-1]}
    if "reply_settings" in part.payload:
        sent["reply_settings"] = part.payload["reply_settings"]
    return sent


def number_of(said: Mapping[str, Any]) -> str | None:
    """Return an object's id, or None when it has none."""
    number = said.get("id")
    return number if isinstance(number, str) and number.isdecimal() else None


def either(said: Mapping[str, Any], old: str) -> Any:  # noqa: ANN401 - a field as X wrote it
    """Return a field under its old or its new name."""
    return said.get(old, said.get(_OLD_NEW.get(old, old)))


def object_of(value: Any) -> Mapping[str, Any]:  # noqa: ANN401 - the same
    """Return an object, an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def objects(value: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - the same
    """Return the objects of a list, none for anything else."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def posted_at(number: str) -> datetime:
    """Return when a post was made, as its number says (a snowflake: milliseconds above the lowest 22 bits)."""
    return datetime.fromtimestamp(((int(number) >> _TIME_BITS) + _EPOCH_MS) / 1000, UTC)


def text_of(post: Mapping[str, Any]) -> str:
    """Return the words as the author wrote them: X escapes them, and puts t.co in place of links and images."""
    whole = object_of(either(post, "note_tweet")) or post
    text = whole.get("text")
    text = html.unescape(text) if isinstance(text, str) else ""
    for link in objects(object_of(whole.get("entities")).get("urls")):
        short, full = link.get("url"), link.get("expanded_url")
        if isinstance(short, str) and short:
            own = "media_key" in link or not isinstance(full, str)
            text = text.replace(short, "" if own else str(full), 1)
    return text.rstrip()


def alts_of(post: Mapping[str, Any], media: Mapping[str, Mapping[str, Any]]) -> list[str | None]:
    """Return the descriptions of a post's images; `media` is what came with the answer, by key."""
    keys = object_of(post.get("attachments")).get("media_keys")
    return [object_of(media.get(key)).get("alt_text") for key in keys] if isinstance(keys, list) else []


def reply_of(post: Mapping[str, Any]) -> str | None:
    """Return the number of the post that this one replies to."""
    found = (item for item in objects(either(post, "referenced_tweets")) if item.get("type") == "replied_to")
    return next((number for number in map(number_of, found) if number), None)


def is_ours(part: Part, post: Mapping[str, Any], previous: Sequence[Ref]) -> bool:
    """Return whether a post is this part: words, reply target, and the number of images where X reports them."""
    keys = object_of(post.get("attachments")).get("media_keys")
    images = len(keys) if isinstance(keys, list) else 0
    same = folded(text_of(post)) == folded(part.payload["text"])
    return same and reply_of(post) == (previous[-1] if previous else None) and images == len(part.media)


def folded(text: str) -> str:
    """Return a text for comparison: NFC, no white space, links without scheme and closing slash."""
    text = unicodedata.normalize("NFC", text)
    pieces: list[str] = []
    at = 0
    for start, end in url_spans(text, bare=True):
        pieces += [text[at:start], _SCHEME.sub("", text[start:end]).removesuffix("/").casefold()]
        at = end
    return _SPACE.sub("", "".join([*pieces, text[at:]]))
