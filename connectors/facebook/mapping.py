"""From a variant to a post of a Facebook page, and back from what Meta says it stored; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connectors import measuring
from connectors.attempts import same
from connectors.base import Measure, Part, Problem
from connectors.reading import objects, words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from connectors.base import Capabilities, Variant
    from connectors.facts import Facts


def measure(facts: Facts, rules: Capabilities, variant: Variant) -> Measure:
    """Return the verdict on a variant; Facebook makes the card of a link by itself, from the linked page."""
    verdict = measuring.measure(facts, rules, variant)
    found = list(verdict.problems)
    if variant.link and not variant.link.url.startswith(("https://", "http://")):
        found.append(Problem("link", "The link has no https:// in front. Write it in full."))
    if variant.link and variant.link.thumb:
        found.append(Problem("link", "Facebook takes the picture of a link from the linked page. Take yours out, or add it as an image."))
    return Measure(verdict.unit, verdict.parts, tuple(found), verdict.cost)


def render(facts: Facts, rules: Capabilities, variant: Variant) -> list[Part]:
    """Return one part for each segment; a page has no threads, so more than one never goes out."""
    return [_part(index, text, variant) for index, text in enumerate(measuring.final_texts(facts, rules, variant))]


def _part(index: int, text: str, variant: Variant) -> Part:
    media = variant.media if index == 0 else ()
    link = variant.link.url if index == 0 and variant.link and not media else None
    images = [{"digest": item.digest, "alt": item.alt, "name": item.name} for item in media]
    return Part(index, {"message": text, "link": link, "images": images}, tuple(item.digest for item in media))


def body(part: Part, photos: Sequence[str]) -> dict[str, Any]:
    """Return the create call's JSON; `photos` are Meta's numbers of the images, in order."""
    made: dict[str, Any] = {"message": part.payload["message"]}
    if part.payload["link"]:
        made["link"] = part.payload["link"]
    if photos:
        made["attached_media"] = [{"media_fbid": number} for number in photos]
    return made


def photos_of(post: Mapping[str, Any]) -> list[str]:
    """Return Meta's numbers of a stored post's images, in order."""
    attachments = post.get("attachments")
    found: list[str] = []
    for item in objects(attachments.get("data") if isinstance(attachments, dict) else None):
        below = item.get("subattachments")
        many = objects(below.get("data") if isinstance(below, dict) else None) or [item]
        found += [words(one["target"].get("id")) for one in many if _is_photo(one)]
    return found


def _is_photo(item: Mapping[str, Any]) -> bool:
    return words(item.get("type")) == "photo" and isinstance(item.get("target"), dict)


def is_ours(part: Part, post: Mapping[str, Any]) -> bool:
    """Return whether a stored post has these words and as many images."""
    return same(words(post.get("message")), part.payload["message"]) and len(photos_of(post)) == len(part.payload["images"])


def changes(part: Part, alts: Sequence[str]) -> tuple[str, ...]:
    """Return in one sentence what stands there otherwise than it was approved."""
    if list(alts) == [image["alt"] for image in part.payload["images"]]:
        return ()
    return ("The images on the page, or their descriptions, differ from the approved ones.",)
