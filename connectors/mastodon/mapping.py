"""Between a variant and a Mastodon status: what is sent, and whether what came back is the same."""

from __future__ import annotations

import html
import re
import unicodedata
from typing import TYPE_CHECKING, Any

from connectors import measuring
from connectors.base import Part
from connectors.counting import short_mentions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from connectors.base import Capabilities, Media, Ref, Variant
    from connectors.facts import Facts

_BREAK = re.compile(r"<br\s*/?>|</p>\s*<p[^>]*>", re.IGNORECASE)
_MARKUP = re.compile(r"<[^>]*>")
_SPACE = re.compile(r"\s+")


def render(facts: Facts, rules: Capabilities, variant: Variant) -> list[Part]:
    """Return the parts; images stand with the first one, warning and visibility with every one, because each can be shown alone."""
    words = measuring.final_texts(facts, rules, variant)
    return [_part(index, text, variant) for index, text in enumerate(words)]


def _part(index: int, text: str, variant: Variant) -> Part:
    media = variant.media if index == 0 else ()
    payload: dict[str, Any] = {
        "status": text,
        "visibility": variant.visibility or "public",
        "spoiler_text": variant.content_warning or "",
        "language": variant.langs[0].split("-")[0].lower() if variant.langs else "",
        "images": [_image(item) for item in media],
    }
    return Part(index, payload, tuple(item.digest for item in media))


def _image(item: Media) -> dict[str, str]:
    return {"digest": item.digest, "alt": item.alt}


def number_of(said: Mapping[str, Any]) -> str | None:
    """Return an object's id as text, or None when it has none; look-alikes write it as a number."""
    number = said.get("id")
    return str(number) if number and isinstance(number, str | int) and not isinstance(number, bool) else None


def text_of(status: Mapping[str, Any]) -> str:
    """Return the words of a status as a reader sees them: no markup, lines as they were."""
    content = status.get("content")
    lines = _BREAK.sub(lambda found: "\n" if found[0].lower().startswith("<br") else "\n\n", content if isinstance(content, str) else "")
    return html.unescape(_MARKUP.sub("", lines))


def echo(status: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a stored status says, for the comparison with what was meant."""
    return {
        "text": text_of(status),
        "alt": [image.get("description") for image in images(status)],
        "visibility": status.get("visibility"),
        "content_warning": status.get("spoiler_text") or None,
        "reply_to": status.get("in_reply_to_id"),
    }


def images(status: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the attachments of a status."""
    found = status.get("media_attachments")
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def same_words(part: Part, status: Mapping[str, Any]) -> bool:
    """Return whether a status has the words of a part; the server shortens mentions and marks up the rest."""
    return _folded(short_mentions(part.payload["status"])) == _folded(short_mentions(text_of(status)))


def _folded(text: str) -> str:
    return _SPACE.sub("", unicodedata.normalize("NFC", text))


def is_ours(part: Part, status: Mapping[str, Any], previous: Sequence[Ref]) -> bool:
    """Return whether a status is this part: words, number of images and reply target."""
    wanted = previous[-1] if previous else None
    reply = status.get("in_reply_to_id")
    return (
        same_words(part, status)
        and len(images(status)) == len(part.media)
        and (reply is None) == (wanted is None)
        and reply in (None, wanted)
    )


def changes(part: Part, status: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what the server made of a part otherwise than it was meant, one sentence each; what it does not report says nothing."""
    found, sent = [], part.payload
    shown = status.get("visibility")
    if isinstance(shown, str) and shown != sent["visibility"]:
        found.append(f"The server shows this post as {shown[:20]}, not as {sent['visibility']}. Look at it there.")
    if sent["spoiler_text"] and status.get("spoiler_text") != sent["spoiler_text"]:
        found.append("The content warning is missing or changed on the server. Look at the post there.")
    if [image.get("description") or "" for image in images(status)] != [image["alt"] for image in sent["images"]]:
        found.append("Images or their descriptions are not as they were meant. Look at the post there.")
    if not same_words(part, status):
        found.append("The text on the server is not the text that was sent. Look at the post there.")
    return tuple(found)
