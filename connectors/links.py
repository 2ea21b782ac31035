"""Where links stand in a text, by the rules of X's own library twitter-text, and what an emoji is to it; its tables take half a megabyte."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_TABLES = Path(__file__).with_name("counted.toml")
_LONGEST, _LONGEST_SLUG = 4096, 40
_SCHEME = "https://"

_NO_TEXT = "\ufffe\ufeff\uffff"
_TURNS = "\u202a-\u202e\u061c\u200e\u200f\u2066\u2067\u2068\u2069"
_BLANKS = r"\x09-\x0D\x20\x85\xA0\u1680\u180E\u2000-\u200A\u2028\u2029\u202F\u205F\u3000"
_SIGNS = r"\!'#%&'\(\)*\+,\\\-\.\/:;<=>\?@\[\]\^_{|}~\$/"
_ACCENTED = (
    r"\xC0-\xD6\xD8-\xF6\xF8-\xFF\u0100-\u024F\u0253\u0254\u0256\u0257\u0259\u025B\u0263\u0268\u026F\u0272\u0289\u028B\u02BB"
    r"\u0300-\u036F\u1E00-\u1EFF"
)
_CYRILLIC = r"\u0400-\u04FF"

_LETTER = f"[^{_SIGNS}{_BLANKS}{_NO_TEXT}{_TURNS}]"
"""What a domain may consist of."""
_PATH = rf"[a-z{_CYRILLIC}0-9!\*';:=\+,\.\$\/%#\[\]\-\u2013_~@\|&{_ACCENTED}]"
_PAIR = rf"\((?:{_PATH}+|(?:{_PATH}*\({_PATH}+\){_PATH}*))\)"
"""Brackets in a path, with one more pair in them."""
_PATH_END = rf"[\+\-a-z{_CYRILLIC}0-9=_#\/{_ACCENTED}]|(?:{_PAIR})"
_QUERY = r"\?[a-z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*[a-z0-9\-_&=#/]"
_SHORT = re.compile(rf"^https?:\/\/t\.co\/([a-z0-9]+)(?:{_QUERY})?", re.IGNORECASE)
_GLUED = frozenset("-_./")
"""Behind these no bare domain begins."""


class Found(NamedTuple):
    """Where a link stands, and how many signs of the text it takes away from the count: with letters before a bare domain that is another number."""

    start: int
    end: int
    size: int


class _Expressions(NamedTuple):
    """What finds links, the domains within what may be one, and emoji."""

    link: re.Pattern[str]
    domain: re.Pattern[str]
    emoji: re.Pattern[str]


@cache
def _expressions() -> _Expressions:
    """Return the expressions, made of the tables when a text is first counted."""
    told = tomllib.loads(_TABLES.read_text(encoding="utf-8"))
    ends = [f"(?:(?:{'|'.join(told['domains'][kind].split())})(?=[^0-9a-zA-Z@+-]|$))" for kind in ("generic", "country")]
    last = "|".join((*ends, r"(?:xn--[\-0-9a-z]+)"))
    link = (
        rf"((?:[^A-Za-z0-9@\uff20$#\uff03{_NO_TEXT}]|[{_TURNS}]|^))((https?:\/\/)?"
        rf"((?:(?:(?:{_LETTER}(?:[_-]|{_LETTER})*)?{_LETTER}\.)*(?:(?:{_LETTER}(?:-|{_LETTER})*)?{_LETTER}\.)(?:{last})))"
        rf"(?::[0-9]+)?(\/(?:(?:{_PATH}*(?:{_PAIR}{_PATH}*)*{_PATH_END})|(?:@{_PATH}+/))*)?(?:{_QUERY})?)"
    )
    return _Expressions(
        re.compile(link, re.IGNORECASE),
        re.compile(rf"(?:(?:[\-a-z0-9{_ACCENTED}]+)\.)+(?:{last})", re.IGNORECASE),
        re.compile(_emoji(told["emoji"])),
    )


def _emoji(told: dict[str, Any]) -> str:
    """Return an expression for emoji, the longest first."""
    lines = (line.split(" ") for line in told["sequences"].split("\n") if line)
    several = (f"[{re.escape(firsts)}]{''.join(map(_sign, rest.split('-')))}" for rest, firsts in lines)
    single = ("-".join(map(_sign, span.split("-"))) for span in told["single"].split())
    return "|".join((*several, f"[{''.join(single)}]"))


def _sign(code: str) -> str:
    return rf"\U{code:>08}"


def emoji(text: str) -> dict[int, int]:
    """Return where emoji begin, each with its number of signs."""
    return {match.start(): match.end() - match.start() for match in _expressions().emoji.finditer(text)}


def found(text: str, *, bare: bool) -> list[Found]:
    """Return the links of a text from left to right; with `bare`, domains without `https://` too."""
    if ("." if bare else ":") not in text:
        return []
    return [
        one
        for match in _expressions().link.finditer(text)
        if _valid(match)
        for one in (_whole(match) if match[3] else _parts(match, bare=bare))
    ]


def _valid(match: re.Match[str]) -> bool:
    """Tell whether a domain can be looked up and the link is not too long."""
    _, url, scheme, domain, _ = match.groups()
    try:
        plain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        return False
    return bool(plain) and len(scheme or _SCHEME) + len(url) + len(plain) - len(domain) <= _LONGEST


def _whole(match: re.Match[str]) -> Iterator[Found]:
    """Yield a link with its scheme; one of X's own short links ends with its first part."""
    url, end = match[2], match.end()
    short = _SHORT.search(url)
    if short and len(short[1]) > _LONGEST_SLUG:
        return
    size = short.end() if short else len(url)
    yield Found(end - len(url), end - len(url) + size, size)


def _parts(match: re.Match[str], *, bare: bool) -> Iterator[Found]:
    """Yield the domains of plain and accented letters in what has no scheme; what follows the domain belongs to the last one."""
    before, url, _, domain, path = match.groups()
    if not bare or before in _GLUED:
        return
    start, inside = match.end() - len(url), [*_expressions().domain.finditer(domain)]
    for number, one in enumerate(inside, 1):
        if path and number == len(inside):
            yield Found(start + one.start(), match.end(), len(url.replace(domain, one[0])))
        else:
            yield Found(start + one.start(), start + one.end(), one.end() - one.start())
