"""Folding of one text to plain letters, quotes and blanks, with the raw start and end of every folded character."""

# ruff: noqa: RUF001 - characters that look alike are what this file is about

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from planner.checklist.late import Late
from planner.checklist.needles import at_places

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Folded = tuple[str, "Sequence[int]", "Sequence[int]"]

_TAGS = (
    "a|abbr|article|aside|b|blockquote|body|br|button|center|code|div|em|figcaption|figure|font|footer|form|h[1-6]|head|header|hr|html|i|iframe|img|input|label|li|link|main|"
    "meta|nav|o:p|ol|p|path|pre|s|script|section|small|span|strong|style|sub|sup|svg|table|tbody|td|tfoot|th|thead|title|tr|u|ul"
)
_DEAD = r"<(?P<dead>style|script)\b[^<>]{0,2000}>.{0,20000}?</(?P=dead)\s*>|<!--.{0,20000}?-->|"
"""What has no words in it at all."""
_DEAD_END = re.compile(r"(?i)</(?:style|script)|-->")
_ALIVE = (
    r"<!doctype[^<>]{0,200}>"
    rf"|</?(?P<tag>{_TAGS})(?:\s[^<>]{{0,2000}})?/?>"
    r"|(?P<css>\{[^{}]{0,200}[a-z-]{2,30}\s?:[^{};]{1,200};[^{}]{0,2000}\})"
    r"|(?P<entity>&(?:\#\d{1,7}|\#x[0-9a-f]{1,6}|[a-z]{2,8}\d{0,2});)"
    r"|(?P<odd>[\x20-\x7e]?[^\x20-\x7e\n]+)"  # one plain letter before: it may carry the marks
)
_TOUCH, _TOUCH_ALIVE = (Late(f"(?is){first}{_ALIVE}") for first in (_DEAD, ""))
"""What is folded. In a text where nothing dead ends, every beginning of it would be read on for thousands of letters in vain."""
_MARK = re.compile(r"(?i)[<&{]|[^\x20-\x7e\n]+")
"""What `_TOUCH` begins with, but for the plain letter before a run of others; to both, the dotted capital I is a plain letter."""
_PLAIN = re.compile(r"[\x20-\x7e\n]*\Z")
_RISKY = re.compile(r"[<&{]")
_BLOCKS = frozenset(
    [
        "article",
        "aside",
        "blockquote",
        "body",
        "br",
        "div",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "section",
        "table",
        "td",
        "th",
        "tr",
        "ul",
    ]
)
_WORD = re.compile(r"[^\W\d_]+")

_KEEP = frozenset("™®©℠½¼¾⅓⅔⅛⅜⅝⅞")
_ONE = {
    **dict.fromkeys("‘’‚‛′´ʼʹˈ՚＇", "'"),
    **dict.fromkeys("“”„‟″«»〝〞", '"'),
    **dict.fromkeys("‐‑‒–−﹣－", "-"),
    **dict.fromkeys("—―⸺", "--"),
    **dict.fromkeys("\t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\u2800", " "),
    **dict.fromkeys("\r\x0b\x0c\x85\u2028\u2029", "\n"),
    **dict.fromkeys("\u00ad\u034f\u061c\u115f\u1160\u180e\u200b\u200c\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff", ""),
    **dict.fromkeys(
        [chr(code) for code in (*range(0xFE00, 0xFE10), *range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xE0000, 0xE01F0))], ""
    ),
    **dict(zip("ᴀʙᴄᴅᴇғɢʜɪᴊᴋʟᴍɴᴏᴘʀᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprtuvwyz", strict=True)),
    **{chr(0x1F150 + index): chr(65 + index) for index in range(26)},
    **{chr(0x1F170 + index): chr(65 + index) for index in range(26)},
}
_LOOKALIKE = str.maketrans(
    "АВЕЅІЈКМНОРСТУХаеѕіјорсухһԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧαινορυ",
    "ABESIJKMHOPCTYXaesijopcyxhdqwABEZHIKMNOPTYXaivopu",
)
_JOINER = "\u200d"


def fold(text: str) -> Folded:
    """Return the folded text and, per folded character, its raw start and end; plain ASCII comes back unchanged."""
    if _PLAIN.match(text) and not _RISKY.search(text):
        return text, range(len(text)), range(1, len(text) + 1)
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    for match in at_places((_TOUCH if _DEAD_END.search(text) else _TOUCH_ALIVE).made, text, _places(text)):
        first, last = match.span()
        _copy(text, at, first, pieces, starts, ends)
        at = last
        if match["odd"] is not None:
            _odd(text, first, last, pieces, starts, ends)
        elif match["entity"] is not None:
            plain = "".join(_plain(char) for char in html.unescape(match[0]))
            _put(plain, first, last, pieces, starts, ends)
        else:
            blank = ("\n" if (match["tag"] or "").lower() in _BLOCKS else " ") + " " * (last - first - 1)
            _put_each(blank, first, pieces, starts, ends)
    _copy(text, at, len(text), pieces, starts, ends)
    return _unmask_lookalikes("".join(pieces)), starts, ends


def _places(text: str) -> Iterator[int]:
    """Yield where something may have to be folded, in order."""
    for mark in _MARK.finditer(text):
        at = mark.start()
        if at and text[at] not in "<&{":
            yield at - 1
        yield at


def is_styled(char: str) -> bool:
    """Tell whether `char` is a letter in fancy dress (mathematical, circled, full-width, small capitals)."""
    if char.isascii() or char in _KEEP:
        return False
    folded = _plain(char)
    if not (len(folded) == 1 and folded.isascii() and folded.isalpha()):
        return False
    return char in _ONE or unicodedata.decomposition(char).startswith(("<font>", "<circle>", "<wide>", "<square>"))


def _copy(text: str, first: int, last: int, pieces: list[str], starts: list[int], ends: list[int]) -> None:
    pieces.append(text[first:last])
    starts.extend(range(first, last))
    ends.extend(range(first + 1, last + 1))


def _put_each(plain: str, first: int, pieces: list[str], starts: list[int], ends: list[int]) -> None:
    pieces.append(plain)
    starts.extend(range(first, first + len(plain)))
    ends.extend(range(first + 1, first + len(plain) + 1))


def _put(plain: str, first: int, last: int, pieces: list[str], starts: list[int], ends: list[int]) -> None:
    pieces.append(plain)
    starts.extend([first] * len(plain))
    ends.extend([last] * len(plain))


def _odd(text: str, at: int, last: int, pieces: list[str], starts: list[int], ends: list[int]) -> None:
    """Fold a run of characters outside plain ASCII, base by base with its combining marks."""
    while at < last:
        stop = at + 1
        while stop < last and unicodedata.combining(text[stop]):
            stop += 1
        base = text[at]
        if stop > at + 1:
            plain = unicodedata.normalize("NFC", _plain(base) + text[at + 1 : stop])
            plain = "".join(char for char in plain if not _is_strike(char))
        elif base == _JOINER:
            plain = base if _is_symbol(text[at - 1 : at]) and _is_symbol(text[stop : stop + 1]) else ""
        elif base == "\r" and text[stop : stop + 1] == "\n":
            plain = " "
        else:
            plain = _plain(base)
        _put(plain, at, stop, pieces, starts, ends)
        at = stop


@lru_cache(maxsize=4096)
def _plain(char: str) -> str:
    known = _ONE.get(char)
    if known is not None:
        return known
    category = unicodedata.category(char)
    if category == "Cc" and char != "\n":
        return " "
    if char in _KEEP or category == "No":
        return char
    folded = unicodedata.normalize("NFKC", char)
    return folded if folded.strip() else char


def _is_strike(char: str) -> bool:
    return char in "\u0305\u0332\u0333\u0335\u0336\u0337\u0338" or "\u20d0" <= char <= "\u20ff"


def _is_symbol(char: str) -> bool:
    return bool(char) and (unicodedata.category(char) in {"So", "Sk"} or char == "\ufe0f")


def _unmask_lookalikes(text: str) -> str:
    """Replace Cyrillic and Greek look-alikes inside words that also hold Latin letters; lengths stay."""
    if text.isascii() or not re.search("[\u0370-\u052f]", text):
        return text
    return _WORD.sub(_latin_word, text)


def _latin_word(match: re.Match[str]) -> str:
    word = match[0]
    if word.isascii() or not any(char < "\u0250" for char in word):
        return word
    return word.translate(_LOOKALIKE)
