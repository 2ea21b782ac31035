"""From a variant to a LinkedIn post, and back from what LinkedIn says it stored; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from connectors import measuring
from connectors.attempts import same
from connectors.base import Measure, Part, Problem
from connectors.linkedin import little_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from connectors.base import Capabilities, Link, Media, Variant
    from connectors.facts import Facts


def measure(facts: Facts, rules: Capabilities, variant: Variant) -> Measure:
    """Return the verdict on a variant; a link has to be whole, because it becomes a card."""
    verdict = measuring.measure(facts, rules, variant)
    found = list(verdict.problems)
    if variant.link and not variant.link.url.startswith(("https://", "http://")):
        found.append(Problem("link", "The link has no https:// in front. Write it in full."))
    return Measure(verdict.unit, verdict.parts, tuple(found), verdict.cost)


def render(facts: Facts, rules: Capabilities, variant: Variant) -> list[Part]:
    """Return one part for each segment; LinkedIn has no threads, so more than one never goes out."""
    texts = measuring.final_texts(facts, rules, variant)
    return [_part(index, text, variant) for index, text in enumerate(texts)]


def _part(index: int, text: str, variant: Variant) -> Part:
    media = variant.media if index == 0 else ()
    link = variant.link if index == 0 and not media else None
    payload = {
        "commentary": little_text.commentary(text),
        "images": [_image(item) for item in media],
        "article": _article(link) if link else None,
    }
    thumb = (link.thumb.digest,) if link and link.thumb else ()
    return Part(index, payload, (*(item.digest for item in media), *thumb))


def _image(item: Media) -> dict[str, str]:
    return {"digest": item.digest, "alt": item.alt}


def _article(link: Link) -> dict[str, str | None]:
    title = link.title.strip() or urlsplit(link.url).hostname or link.url
    return {"source": link.url, "title": title, "description": link.description, "thumb": link.thumb.digest if link.thumb else None}


def body(part: Part, author: str, images: Mapping[str, str]) -> dict[str, Any]:
    """Return the create call's JSON; `images` maps the digest of each uploaded image to LinkedIn's name for it."""
    content = _content(part.payload, images)
    made = {
        "author": author,
        "commentary": part.payload["commentary"],
        "visibility": "PUBLIC",
        "distribution": {"feedDistribution": "MAIN_FEED", "targetEntities": [], "thirdPartyDistributionChannels": []},
        "lifecycleState": "PUBLISHED",
        "isReshareDisabledByAuthor": False,
    }
    return made | ({"content": content} if content else {})


def _content(payload: Mapping[str, Any], images: Mapping[str, str]) -> dict[str, Any]:
    shown = [{"id": images[image["digest"]], "altText": image["alt"]} for image in payload["images"]]
    if len(shown) == 1:
        return {"media": shown[0]}
    if shown:
        return {"multiImage": {"images": shown}}
    article = payload["article"]
    if not article:
        return {}
    card = {name: article[name] for name in ("source", "title", "description") if article[name]}
    return {"article": card | ({"thumbnail": images[article["thumb"]]} if article["thumb"] else {})}


def echo(post: Mapping[str, Any]) -> dict[str, Any]:
    """Return what LinkedIn stored, in plain words."""
    said = post.get("commentary")
    visibility = post.get("visibility")
    return {
        "text": little_text.plain(said) if isinstance(said, str) else None,
        "alt": [str(image.get("altText") or "") for image in _images(post)],
        "visibility": visibility.lower() if isinstance(visibility, str) else None,
    }


def is_ours(part: Part, post: Mapping[str, Any]) -> bool:
    """Return whether a stored post has these words and as many images."""
    said = echo(post)["text"]
    words = little_text.plain(part.payload["commentary"])
    return said is not None and same(said, words) and len(_images(post)) == len(part.payload["images"])


def changes(part: Part, post: Mapping[str, Any]) -> tuple[str, ...]:
    """Return in one sentence each what stands there otherwise than it was approved."""
    stored, found = echo(post), []
    if stored["alt"] != [image["alt"] for image in part.payload["images"]]:
        found.append("The images on LinkedIn, or their descriptions, differ from the approved ones.")
    if stored["visibility"] not in {None, "public"}:
        found.append(f"The post is not public on LinkedIn: it is shown to {stored['visibility']}.")
    return tuple(found)


def _images(post: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    content = post.get("content")
    if not isinstance(content, dict):
        return ()
    many = content.get("multiImage")
    shown = many.get("images") if isinstance(many, dict) else [content.get("media")]
    return [image for image in shown or () if isinstance(image, dict)]
