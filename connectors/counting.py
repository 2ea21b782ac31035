"""How long a text is in each platform's own unit; pure, so that the composer, the command line and the worker count alike."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import regex

from connectors import links
from connectors.base import PartMeasure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from connectors.base import Length

_CLUSTER = regex.compile(r"\X")
_EMOJI = regex.compile(r"[\p{Extended_Pictographic}\p{Regional_Indicator}\u20e3]")
_REMOTE_MENTION = regex.compile(r"(?<![=/\w])(@[a-z0-9_]+(?:[a-z0-9_.-]+[a-z0-9_]+)?)@[\w.-]+\w", regex.IGNORECASE)
_URL_WEIGHT = 23
_HEAVY = 2
_WEIGHTY = re.compile("[^\u0000-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]")
"""What counts two on X: emoji, and all that lies beyond the letters of most alphabets and the commonest signs."""
_ONE, _TWO = "\u0414", "\u65e5"
"""A letter that weighs 1 on X and one that weighs 2; neither begins or ends a domain."""

_EYE = re.compile("\U0001f441\ufe0f?\u200d\U0001f5e8\ufe0f?")
_SIGN = re.compile("[\u00a9\u00ae](?!\ufe0f)")
_TAGGED = re.compile("\U0001f3f4[\U000e0020-\U000e007f]+(?=[^\\s./:]*[A-Za-z0-9])")
_BEFORE = re.compile("[\u0590-\u08ff\U000e0020-\U000e007f]+(?=[^\\s./:]*[A-Za-z0-9])")
_CASED = str.maketrans(dict.fromkeys("\u0130\u0131\u017f", _ONE))


def graphemes(text: str) -> int:
    """Return the number of user-perceived characters: a family emoji, a flag, an accented letter is one."""
    return sum(1 for _ in _CLUSTER.finditer(text))


def utf8(text: str) -> int:
    """Return the number of UTF-8 bytes."""
    return len(text.encode("utf-8", "surrogatepass"))


def utf16(text: str) -> int:
    """Return the number of UTF-16 units, the way a browser's `length` counts: an emoji is two or more."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def weighted(text: str) -> int:
    """Return X's weighted length: a URL is 23 (a bare domain too), an emoji or a CJK character 2, after NFC.

    Equal to X's own library (npm twitter-text 3.1.0) wherever the Python one errs: the signs (c) and (r), line ends of two characters,
    the eye in a speech bubble, and domains that stand right behind Arabic or Hebrew letters or a region's flag.
    """
    composed = unicodedata.normalize("NFC", text).replace("\r\n", "\n\n").replace("\r", "\n")
    same = _apart(_TAGGED.sub(_TWO, _SIGN.sub("°", _EYE.sub(_eye, composed))))
    sizes, emoji = {link.start: link.size for link in links.found(same, bare=True)}, links.emoji(same)
    used = at = 0
    while at < len(same):
        if at in sizes:
            used, at = used + _URL_WEIGHT, at + sizes[at]
        elif at in emoji:
            used, at = used + _HEAVY, at + emoji[at]
        else:
            used, at = used + (_HEAVY if _WEIGHTY.match(same, at) else 1), at + 1
    return used


def _apart(text: str) -> str:
    """Return the text with letters that hide a domain behind them replaced by others of the same weight; its length stays."""
    return _BEFORE.sub(lambda found: "".join(_ONE if sign < "\u1100" else _TWO for sign in found[0]), text).translate(_CASED)


def _eye(found: re.Match[str]) -> str:
    """Return what weighs as much as this spelling of the eye in a speech bubble: an emoji only without variation selectors."""
    if "\ufe0f" not in found[0]:
        return found[0]
    return f"{_TWO}{_ONE}{_TWO}" if found[0][1] == "\ufe0f" else _TWO * 2


def url_spans(text: str, *, bare: bool) -> tuple[tuple[int, int], ...]:
    """Return where URLs stand, as (start, end) in code points; with `bare`, domains without `https://` too."""
    if ("." if bare else "://") not in text:
        return ()
    return tuple((one.start, one.end) for one in links.found(_apart(text), bare=bare))


def mastodon(text: str, url_weight: int = _URL_WEIGHT) -> int:
    """Return Mastodon's length: graphemes, each URL with its scheme `url_weight`, the server part of a mention free."""
    used, at = 0, 0
    for start, end in url_spans(text, bare=False):
        used += graphemes(_REMOTE_MENTION.sub(r"\1", text[at:start])) + url_weight
        at = end
    return used + graphemes(_REMOTE_MENTION.sub(r"\1", text[at:]))


def short_mentions(text: str) -> str:
    """Return the text as Mastodon shows and counts it: mentions without their server."""
    return _REMOTE_MENTION.sub(r"\1", text)


def threads(text: str) -> int:
    """Return Threads' length: characters, but an emoji counts its UTF-8 bytes."""
    return sum(utf8(cluster) if _EMOJI.search(cluster) else len(cluster) for cluster in _CLUSTER.findall(text))


_UNITS: Mapping[str, Callable[[str], int]] = {
    "graphemes": graphemes,
    "weighted": weighted,
    "characters": len,
    "utf16": utf16,
    "threads": threads,
}
UNITS: frozenset[str] = frozenset({*_UNITS, "mastodon"})
"""Every unit that a `Length` may name."""


def used(text: str, length: Length) -> int:
    """Return how much of `length` a text uses, in its unit; raise KeyError for a unit nobody knows."""
    if length.unit == "mastodon":
        return mastodon(text, length.url_weight or _URL_WEIGHT)
    return _UNITS[length.unit](text)


def measure(text: str, length: Length) -> PartMeasure:
    """Return one part's use of a length rule, with the byte count where the platform has a byte limit."""
    count = utf8(text) if length.bytes_limit is not None else None
    return PartMeasure(used(text, length), length.limit, count, length.bytes_limit)


def too_long(part: PartMeasure) -> bool:
    """Return whether a part is over its limit, in its unit or in bytes."""
    bytes_over = part.bytes_used is not None and part.bytes_limit is not None and part.bytes_used > part.bytes_limit
    return part.used > part.limit or bytes_over
