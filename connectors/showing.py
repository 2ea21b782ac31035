"""How a reader meets a text on a platform: addresses shown short, a long text folded, and what would be cut off."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from connectors import counting

if TYPE_CHECKING:
    from connectors.base import Capabilities

_URL = re.compile(r"https?://[^\s<>]*[^\s<>\"'.,;:!?)\]]")


@dataclass(frozen=True, slots=True)
class Seen:
    """One part as a reader meets it: the words shown, those behind “more”, and those that do not fit at all."""

    shown: str
    behind: str = ""
    lost: str = ""


def part(text: str, rules: Capabilities) -> Seen:
    """Return how the platform shows one part of a post."""
    kept = _fitting(text, rules)
    fold = kept if rules.fold is None or len(kept) <= rules.fold else kept[: rules.fold].rsplit(None, 1)[0]
    return Seen(_short(fold, rules.shown_url), _short(kept[len(fold) :].strip(), rules.shown_url), text[len(kept) :])


def _fitting(text: str, rules: Capabilities) -> str:
    """Return the longest beginning that the platform takes."""
    if not counting.too_long(counting.measure(text, rules.length)):
        return text
    low, high = 0, len(text)
    while high - low > 1:
        middle = (low + high) // 2
        if counting.too_long(counting.measure(text[:middle], rules.length)):
            high = middle
        else:
            low = middle
    return text[:low]


def _short(text: str, most: int | None) -> str:
    if most is None:
        return text

    def cut(found: re.Match[str]) -> str:
        bare = found[0].split("://", 1)[1]
        return bare if len(bare) <= most else bare[: most - 1] + "…"

    return _URL.sub(cut, text)
