"""From a variant to a WordPress post in blocks, and back from what the site stored; pure."""

from __future__ import annotations

import html
import json
import re
import unicodedata
from typing import TYPE_CHECKING, Any

from connectors import measuring
from connectors.base import Measure, Part, Problem
from connectors.wording import hashtag

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from connectors.base import Capabilities, Link, Media, Variant
    from connectors.facts import Facts

_SLUG_LENGTH = 60
_KEY_LENGTH = 8
_URL = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)\]}'\u2019\u201d]")
_BLANK_LINES = re.compile(r"\n\s*\n")
_TAGS = re.compile(r"<[^>]*>")
_ALT = re.compile(r'<img [^>]*alt="([^"]*)"')
_ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/gif": "gif"}


def measure(facts: Facts, rules: Capabilities, variant: Variant) -> Measure:
    """Return the verdict on a variant; a link has to be whole, because it becomes one."""
    verdict = measuring.measure(facts, rules, variant)
    found = []
    if variant.link and not variant.link.url.startswith(("https://", "http://")):
        found.append(Problem("link", "The link has no https:// in front. Write it in full."))
    if variant.link and variant.link.thumb:
        found.append(Problem("link", "WordPress shows no picture with a link. Add it as an image of the post, or take it out."))
    return Measure(verdict.unit, verdict.parts, (*verdict.problems, *found), verdict.cost)


def render(variant: Variant) -> list[Part]:
    """Return the one part: title, paragraphs as blocks, images by digest, tags by name, and whether comments are closed."""
    text = "\n\n".join(variant.segments)
    payload: dict[str, Any] = {
        "title": _escaped(_one_line(variant.title or "")),
        "blocks": [*_paragraphs(text), *_link_block(variant.link, text)],
        "images": [_image(item) for item in variant.media],
        "tags": [_one_line(hashtag(tag)[1:]) for tag in variant.tags],
        "comments": "closed" if variant.reply_control == "nobody" else None,
    }
    return [Part(0, payload, tuple(item.digest for item in variant.media))]


def _image(item: Media) -> dict[str, str]:
    stem = item.name.rpartition(".")[0] or item.name
    return {
        "digest": item.digest,
        "stem": slug_words(stem) or "image",
        "ending": _ENDINGS.get(item.mime, "bin"),
        "alt": _one_line(item.alt),
    }


def _paragraphs(text: str) -> list[str]:
    pieces = (piece.strip() for piece in _BLANK_LINES.split(unicodedata.normalize("NFC", text).replace("\r\n", "\n")))
    return [_paragraph(_linked(piece).replace("\n", "<br>")) for piece in pieces if piece]


def _paragraph(inner: str) -> str:
    return f"<!-- wp:paragraph -->\n<p>{inner}</p>\n<!-- /wp:paragraph -->"


def _linked(text: str) -> str:
    """Return escaped text in which every address is a link; a bare address in a line of its own would be fetched by the site."""
    made, at = "", 0
    for found in _URL.finditer(text):
        made += _escaped(text[at : found.start()]) + _anchor(found[0], found[0])
        at = found.end()
    return made + _escaped(text[at:])


def _anchor(url: str, words: str) -> str:
    return f'<a href="{_quoted(url)}">{_escaped(words)}</a>'


def _link_block(link: Link | None, text: str) -> list[str]:
    if link is None or link.url in text:
        return []
    title, description = _one_line(link.title), _one_line(link.description)
    return [_paragraph(_anchor(link.url, title or link.url) + (f"<br>{_escaped(description)}" if description else ""))]


def _escaped(text: str) -> str:
    """Return text that stays text: no markup, and no shortcode, which starts with a bracket."""
    return html.escape(text, quote=False).replace("[", "&#091;").replace("]", "&#093;")


def _quoted(text: str) -> str:
    """Return text fit to stand between double quotes."""
    return _escaped(text).replace('"', "&quot;")


def _one_line(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def slug_words(text: str) -> str:
    """Return the part of an address that says what a post is about: small ASCII letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", html.unescape(text)).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:_SLUG_LENGTH].strip("-")


def slug(part: Part, attempt_key: str) -> str:
    """Return the address name of the post, by which a lost create is found again."""
    return f"{slug_words(part.payload['title']) or 'post'}-{attempt_key[:_KEY_LENGTH]}"


def file_stem(image: Mapping[str, str], attempt_key: str) -> str:
    """Return the file name without its ending, by which a lost upload is found again."""
    return f"{image['stem']}-{attempt_key[:_KEY_LENGTH]}{image['digest'][:_KEY_LENGTH]}"


def body(part: Part, slug_: str, files: Sequence[Mapping[str, Any]], tags: Sequence[int]) -> dict[str, Any]:
    """Return the create call's JSON; `files` hold id and url of the uploaded images in order."""
    images = zip(files, part.payload["images"], strict=True)
    content = "\n\n".join([*part.payload["blocks"], *(_image_block(file, image["alt"]) for file, image in images)])
    made = {"status": "publish", "slug": slug_, "title": part.payload["title"], "content": content, "tags": list(tags)}
    if part.payload["comments"]:
        made |= {"comment_status": part.payload["comments"], "ping_status": part.payload["comments"]}
    return made


def _image_block(file: Mapping[str, Any], alt: str) -> str:
    number, url = file["id"], _quoted(file["url"])
    img = f'<img src="{url}" alt="{_quoted(alt)}" class="wp-image-{number}"/>'
    return f'<!-- wp:image {json.dumps({"id": number})} -->\n<figure class="wp-block-image">{img}</figure>\n<!-- /wp:image -->'


def echo(post: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the site stored, in plain words, for the comparison with what was meant."""
    content = raw(post, "content")
    return {
        "title": html.unescape(raw(post, "title")),
        "text": plain(content),
        "alt": [html.unescape(alt) for alt in _ALT.findall(content)],
        "visibility": "public" if post.get("status") == "publish" and not post.get("password") else str(post.get("status")),
        "comments": post.get("comment_status"),
    }


def plain(content: str) -> str:
    """Return the words of a post's blocks: paragraphs parted by a blank line."""
    paragraphs = content.replace("<br>", "\n").replace("<br />", "\n").replace("</p>", "\n\n")
    words = html.unescape(_TAGS.sub("", paragraphs))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.strip() for line in words.split("\n"))).strip()


def raw(post: Mapping[str, Any], field: str) -> str:
    """Return a field as it is stored, empty when the site does not show it."""
    value = post.get(field)
    said = value.get("raw") if isinstance(value, dict) else None
    return said if isinstance(said, str) else ""


def is_other(part: Part, post: Mapping[str, Any]) -> bool:
    """Return whether the stored title or text is not the approved one; white space does not count."""
    return _same(raw(post, "title")) != _same(part.payload["title"]) or _same(raw(post, "content")) != _same(
        "\n\n".join(part.payload["blocks"])
    )


def _same(content: str) -> str:
    return " ".join(plain(unicodedata.normalize("NFC", content)).split())


def changes(part: Part, post: Mapping[str, Any]) -> tuple[str, ...]:
    """Return in one sentence each what stands on the site otherwise than it was approved."""
    stored = echo(post)
    found = []
    if is_other(part, post):
        found.append("The title or the text on the site differs from the approved one.")
    if stored["alt"] != [image["alt"] for image in part.payload["images"]]:
        found.append("The images on the site, or their descriptions, differ from the approved ones.")
    if stored["visibility"] != "public":
        found.append(f"The post is not public on the site: its state is {stored['visibility']}.")
    if part.payload["comments"] not in {None, stored["comments"]}:
        found.append("Comments are open on the site although they were to be closed.")
    return tuple(found)
