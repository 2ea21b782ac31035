"""From a variant to text posts on Threads, and back from what Meta says it stored; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connectors import measuring
from connectors.attempts import same
from connectors.base import Part
from connectors.reading import words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from connectors.base import Capabilities, Measure, Ref, Variant
    from connectors.facts import Facts


def measure(facts: Facts, rules: Capabilities, variant: Variant) -> Measure:
    """Return the verdict on a variant; an emoji counts its bytes."""
    return measuring.measure(facts, rules, variant)


def render(facts: Facts, rules: Capabilities, variant: Variant) -> list[Part]:
    """Return one part for each segment; the link stands in the first one, where Threads makes a preview of it."""
    texts = measuring.final_texts(facts, rules, variant)
    return [Part(index, {"text": text, "reply_control": variant.reply_control}) for index, text in enumerate(texts)]


def form(part: Part, previous: Sequence[Ref]) -> dict[str, str]:
    """Return what a container is made of."""
    made = {"media_type": "TEXT", "text": part.payload["text"]}
    if part.payload["reply_control"]:
        made["reply_control"] = part.payload["reply_control"]
    return made | ({"reply_to_id": previous[-1]} if previous else {})


def is_ours(part: Part, post: Mapping[str, Any]) -> bool:
    """Return whether a stored post has these words."""
    return same(words(post.get("text")), part.payload["text"])
