"""From a variant to a pin, and back from what Pinterest says it stored; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connectors import measuring
from connectors.attempts import same
from connectors.base import Measure, Part, Problem
from connectors.reading import words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from connectors.base import Capabilities, Variant
    from connectors.facts import Facts

_LINK = 2048


def measure(facts: Facts, rules: Capabilities, variant: Variant) -> Measure:
    """Return the verdict on a variant; the link is a field of its own."""
    verdict = measuring.measure(facts, rules, variant)
    found = list(verdict.problems)
    if variant.link and not variant.link.url.startswith(("https://", "http://")):
        found.append(Problem("link", "The link has no https:// in front. Write it in full."))
    if variant.link and len(variant.link.url) > _LINK:
        found.append(Problem("link", f"The link has {len(variant.link.url)} characters, the limit is {_LINK}. Use a shorter one."))
    return Measure(verdict.unit, verdict.parts, tuple(found), verdict.cost)


def render(facts: Facts, rules: Capabilities, variant: Variant) -> list[Part]:
    """Return one part for each segment; a pin is one, so more than one never goes out."""
    return [_part(index, text, variant) for index, text in enumerate(measuring.final_texts(facts, rules, variant))]


def _part(index: int, text: str, variant: Variant) -> Part:
    image = variant.media[0] if variant.media and index == 0 else None
    payload = {
        "title": variant.title or "",
        "description": text,
        "link": variant.link.url if variant.link else None,
        "alt": image.alt if image else "",
        "image": image.digest if image else None,
    }
    return Part(index, payload, (image.digest,) if image else ())


def body(part: Part, board: str, mime: str, data: str) -> dict[str, Any]:
    """Return the create call's JSON; `data` is the image in base64."""
    pin = part.payload
    chosen = {"title": pin["title"], "description": pin["description"], "link": pin["link"], "alt_text": pin["alt"]}
    source = {"source_type": "image_base64", "content_type": mime, "data": data}
    return {"board_id": board, "media_source": source, **{name: value for name, value in chosen.items() if value}}


def echo(pin: Mapping[str, Any]) -> dict[str, Any]:
    """Return what Pinterest stored, in plain words."""
    said = {name: words(pin.get(name)) for name in ("title", "description", "link", "alt_text")}
    return {"text": said["description"], "title": said["title"], "link": said["link"], "alt": [said["alt_text"]]}


def is_ours(part: Part, pin: Mapping[str, Any]) -> bool:
    """Return whether a stored pin has this title, this description and this link."""
    said, meant = echo(pin), part.payload
    return same(said["text"], meant["description"]) and same(said["title"], meant["title"]) and said["link"] == (meant["link"] or "")


def changes(part: Part, pin: Mapping[str, Any]) -> tuple[str, ...]:
    """Return in one sentence what stands there otherwise than it was approved."""
    if same(words(pin.get("alt_text")), part.payload["alt"]):
        return ()
    return ("The description of the image on Pinterest differs from the approved one.",)
