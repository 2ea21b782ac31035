"""What a node of a regular expression spells out: the few texts that it can match, in small letters."""

from __future__ import annotations

from itertools import islice
from re import _constants as codes  # type: ignore[attr-defined]  # CPython's own parser; used at build time only
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

Pieces = frozenset[str]
EMPTY: Pieces = frozenset({""})
_MOST_SPELLED = 400
_WIDE = 10


def spelled(code: Any, value: Any) -> Pieces | None:  # noqa: ANN401 - the same
    """Return all texts that a node matches, in small letters; None where they are too many or not known."""
    if code is codes.AT:
        return EMPTY
    if code is codes.SUBPATTERN:
        return _all_spelled(value[-1])
    if code is codes.BRANCH:
        ways = [_all_spelled(branch) for branch in value[1]]
        return _few(one for way in ways for one in way or ()) if all(ways) else None
    if code is codes.MAX_REPEAT or code is codes.MIN_REPEAT:
        least, most, inner = value
        told = _all_spelled(inner) if most == 1 else None
        return told and (told if least else _few({*told, ""}))
    if code is codes.IN and any(kind is codes.CATEGORY for kind, _ in value):
        return None
    letters = signs(code, value)
    return None if letters is None else _few(letters)


def _all_spelled(items: Any) -> Pieces | None:  # noqa: ANN401 - the same
    """Return all texts that a run of nodes matches; None where they are too many or not known."""
    told: Pieces | None = EMPTY
    for code, value in items:
        more = spelled(code, value)
        told = more and told and _few(one + other for one in told for other in more)
    return told


def _few(texts: Iterable[str]) -> Pieces | None:
    found = frozenset(islice(texts, _MOST_SPELLED + 1))
    return found if len(found) <= _MOST_SPELLED else None


def signs(code: Any, value: Any) -> set[str] | None:  # noqa: ANN401 - the same
    """Return the small letters and signs that a node of one character stands for; None where they are too many or not known."""
    if code is codes.LITERAL:
        return {chr(value).lower()}
    found: set[str] = set()
    nodes: Any = value if code is codes.IN else [(None, None)]
    for kind, sign in nodes:
        if kind is codes.LITERAL:
            found.add(chr(sign).lower())
        elif kind is codes.CATEGORY and sign is codes.CATEGORY_DIGIT:
            found.update("0123456789")
        elif kind is codes.RANGE and sign[1] - sign[0] < _WIDE:
            found.update(chr(one).lower() for one in range(sign[0], sign[1] + 1))
        else:
            return None
    return found
