"""Build `content_bank/needles.tsv.z`: per pattern of the rule files, sets of pieces of text of which every match holds one each."""

from __future__ import annotations

import re
import zlib
from re import _constants as codes  # type: ignore[attr-defined]  # CPython's own parser; used at build time only
from re import _parser as parser  # type: ignore[attr-defined]  # the same
from typing import TYPE_CHECKING, Any

from planner.checklist import guards
from planner.checklist.bank import BANK
from planner.checklist.confidentiality import identifiers, places, replies
from planner.checklist.confidentiality.live_case import book
from planner.checklist.needles import GRAM, LONGEST_BLANK, LONGEST_CHAIN, LONGEST_WORD, key
from planner.checklist.patterns import branches, expand, lint
from planner.checklist.rules import load
from planner.checklist.topics import every
from tools.spelled import EMPTY, Pieces, signs, spelled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

OUT = BANK / "needles.tsv.z"
_COMMON = frozenset(
    "the you your and that this with have for are was ing not all our they what just from out can get will his her him who one any don but".split()  # noqa: SIM905 - a list of them takes a line a word
)
_SHORTEST, _TELLING, _LONGEST = 2, 8, 12
_MOST_JOINED = 150
_MOST = 400
_SETS = 3
_MOST_OPENINGS = 800

_UNLISTED = frozenset("|\t\n~\x01")
"""Signs that the list cannot hold, and those that fill up the masked view and names."""
Beginning = tuple[str, bool, bool]
"""A text, whether what follows follows it, and whether a word begins where it is still empty."""
_UNKNOWN: Beginning = ("", False, False)
_WORD_EDGES = frozenset({codes.AT_BOUNDARY, codes.AT_BEGINNING, codes.AT_BEGINNING_LINE, codes.AT_BEGINNING_STRING})
_FEW, _FEW_PIECES, _FAR, _ENDLESS = 400, 20, 360, 10_000
_BLIND = 0x250
"""Where a range may not end to be looked at letter by letter."""


def patterns() -> list[str]:
    """Return every pattern of the packs and topics, unexpanded, split at its outer `|`, each once."""
    found: dict[str, None] = {}
    for rule in load().rules:
        for pattern in (*rule.match, *rule.also, *rule.without, *rule.also_draft, *rule.without_draft, *_texts(rule.options)):
            found.update(dict.fromkeys(branches(pattern)))
    for topic in every():
        for pattern in (*topic.match, *topic.asks_when):
            found.update(dict.fromkeys(branches(pattern)))
    return list(found)


def situations() -> list[str]:
    """Return the expressions of the guards, and of the detector for situations, places, identifiers and what a draft says of itself."""
    known = book()
    rows = (*known.expressions, *(one for release in known.releases for one in release.expressions))
    return list(
        dict.fromkeys((*(row.pattern.pattern for row in rows), *places.expressions(), *identifiers.expressions(), *guards.expressions()))
    )


def _texts(value: Any) -> Iterator[str]:  # noqa: ANN401 - options are whatever TOML holds
    if isinstance(value, str):
        yield value
    elif hasattr(value, "values"):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)


def pieces_of(pattern: str) -> list[Pieces]:
    """Return sets of pieces of text: every match of the expanded pattern holds at least one piece of each; the most telling first."""
    found = _sets(parser.parse(pattern, re.MULTILINE | re.IGNORECASE))
    return sorted(sorted(set(found), key=sorted), key=_worth, reverse=True)[:_SETS]


def _sets(items: Any) -> list[Pieces]:  # noqa: ANN401 - nodes of CPython's parser are untyped
    found: list[Pieces] = []
    run: Pieces = EMPTY
    for code, value in items:
        more = spelled(code, value)
        if more and len(run) * len(more) <= _MOST_JOINED:
            run = frozenset(one + other for one in run for other in more)
            continue
        found.append(run)
        run = more or EMPTY
        found += _node(code, value)
    return [pieces for pieces in map(_least, (*found, run)) if pieces]


def _least(pieces: Pieces) -> Pieces:
    """Return the pieces without those that hold another one, no longer than needed; none when one cannot be asked for, or they are too many."""
    cut = {piece[:_LONGEST] for piece in pieces}
    if len(cut) > _MOST or any(len(piece) < _SHORTEST or set(piece) & _UNLISTED or _everywhere(piece) for piece in cut):
        return frozenset()
    return frozenset(piece for piece in cut if not any(other in piece for other in cut if other != piece))


def _everywhere(piece: str) -> bool:
    """Tell whether nearly every text holds a piece, so that asking for it tells nothing."""
    letters = piece.strip(" '")
    return letters in _COMMON or (len(letters) <= _SHORTEST and (letters.isalpha() or not letters))


def _node(code: Any, value: Any) -> list[Pieces]:  # noqa: ANN401 - the same
    if code is codes.SUBPATTERN:
        return _sets(value[-1])
    if code is codes.BRANCH:
        branched = [max(_sets(branch), key=_worth, default=None) for branch in value[1]]
        if any(pieces is None for pieces in branched):
            return []
        return [frozenset(piece for pieces in branched if pieces for piece in pieces)]
    if code is codes.MAX_REPEAT or code is codes.MIN_REPEAT:
        least, _, inner = value
        return _sets(inner) if least else []
    return []


def _worth(pieces: Pieces) -> tuple[int, int]:
    return -sum(map(_seldom, pieces)), min(map(len, pieces))


def _seldom(piece: str) -> int:
    """Return how often a piece may stand in a text, in no unit: several words seldom do, short or common ones often."""
    size = len(piece.strip())
    if " " in piece.strip():
        return 10 if size < _TELLING else 3
    if size <= _SHORTEST:
        return 400
    return 120 if size < GRAM or piece.strip() in _COMMON else 20 if size < _TELLING else 10


def openings_of(pattern: str) -> frozenset[str]:
    """Return with what alone a match of an expanded pattern can begin: a word's first letters, or a sign; empty if that is not known."""
    return _openings(list(parser.parse(pattern, re.MULTILINE | re.IGNORECASE)), at_word=False)


def _openings(items: list[Any], *, at_word: bool) -> frozenset[str]:
    found = {text for text, _, _ in _begun(items, ("", True, at_word))}
    if len(found) > _MOST_OPENINGS or not all(_can_open(text) for text in found):
        return frozenset()
    return frozenset(text for text in found if not any(text[:size] in found for size in range(1, len(text))))


def _can_open(text: str) -> bool:
    """Tell whether the list can hold an opening, and a text be asked for it."""
    return bool(text) and (text == "\n" or not text[0].isspace()) and not set(text) & set("|\t^\\")


def _begun(items: Any, begin: Beginning) -> set[Beginning]:  # noqa: ANN401 - nodes of CPython's parser are untyped
    """Return how a run of nodes can begin: a text, whether what follows the run follows the text, and whether a word begins here."""
    found: set[Beginning] = {begin}
    for code, value in items:
        going = {one for one in found if one[1] and len(one[0]) < GRAM}
        if not going:
            break
        found = (found - going) | {more for one in going for more in _grown(one, code, value)}
        if len(found) > _MOST:
            return {_UNKNOWN}
    return found


def _grown(begin: Beginning, code: Any, value: Any) -> set[Beginning]:  # noqa: ANN401 - the same
    """Return how a beginning goes on with one more node."""
    text, _, at_word = begin
    if code is codes.AT:
        return {(text, True, at_word or value in _WORD_EDGES)}
    if code is codes.SUBPATTERN:
        return _begun(value[-1], begin)
    if code is codes.BRANCH:
        return set().union(*(_begun(branch, begin) for branch in value[1]))
    if code is codes.MAX_REPEAT or code is codes.MIN_REPEAT:
        least, most, inner = value
        told = {(more, goes_on and most == 1, edge) for more, goes_on, edge in _begun(inner, begin)}
        return told | ({begin} if least == 0 else set())
    begun = signs(code, value)
    if begun is None:
        return {(text, False, at_word)}
    return {_with(begin, sign, goes_on=not sign.isdecimal() or code is codes.LITERAL) for sign in begun}


def _with(begin: Beginning, sign: str, *, goes_on: bool) -> Beginning:
    text, _, at_word = begin
    if text:
        return (text + sign)[:GRAM], goes_on, at_word
    if not _is_word(sign):
        return sign, False, at_word
    return (sign, goes_on, at_word) if at_word else _UNKNOWN


def _is_word(sign: str) -> bool:
    return re.match(r"\w", sign) is not None


def near_of(pattern: str, *, opened: bool) -> str:
    """Return the cell that says which words or pieces stand how far behind the beginning of each match; empty if that does not help.

    `@LEAST-MOST` and the openings of a word, or `*LEAST-MOST` and pieces of text: a match that begins at a place has one of them at
    LEAST to MOST characters from there, in texts without endless words and blanks (`needles.LONGEST_WORD`). Where openings are not known
    (`opened`), every match must begin with a word.
    """
    items = _flat(parser.parse(pattern, re.MULTILINE | re.IGNORECASE))
    if not opened and not (items[:1] == [(codes.AT, codes.AT_BOUNDARY)] and _sure_word(items[1:])):
        return ""
    told = []
    least, most = 0, 0
    for number, (code, value) in enumerate(items):
        if most > _FAR:
            break
        if (
            number
            and (words := _openings(items[number:], at_word=_ends_word(items[:number])))
            and len(words) <= _FEW
            and all(map(_is_word, words))
        ):
            told.append((_worth(words), f"@{least}-{most}:" + "|".join(sorted(words))))
        pieces = max(_sets([(code, value)]), key=_worth, default=None)
        if pieces and len(pieces) <= _FEW_PIECES and not set("".join(pieces)) & set("|\t\n"):
            more = _width([(code, value)])[1]
            told.append((_worth(pieces), f"*{least}-{most + more}:" + "|".join(sorted(pieces))))
        low, high = _width([(code, value)])
        least, most = least + low, most + high
    return max((one for one in told if _within(one[1])), default=((0, 0), ""))[1]


def _within(cell: str) -> bool:
    return int(cell[1:].partition(":")[0].partition("-")[2]) <= _FAR


def _flat(items: Any) -> list[Any]:  # noqa: ANN401 - the same
    """Return a run of nodes with the nodes of its groups in their place."""
    found: list[Any] = []
    for code, value in items:
        found += _flat(value[-1]) if code is codes.SUBPATTERN else [(code, value)]
    return found


def _sure_word(items: Any) -> bool:  # noqa: ANN401 - the same
    """Tell whether the first character of every match belongs to a word."""
    for code, value in _flat(items):
        if code is codes.BRANCH:
            return all(_sure_word(branch) for branch in value[1])
        if code is codes.MAX_REPEAT or code is codes.MIN_REPEAT:
            if not _sure_word(value[2]):
                return False
            if value[0]:
                return True
            continue
        return _all_of(code, value, _is_word)
    return False


def _all_of(code: Any, value: Any, wanted: Callable[[str], bool]) -> bool:  # noqa: ANN401 - the same
    """Tell whether every character that a node of one character stands for is as wanted, tried on all of the first plane."""
    if code is codes.LITERAL:
        return wanted(chr(value))
    if code is not codes.IN:
        return False
    known = {codes.CATEGORY_WORD: "w", codes.CATEGORY_DIGIT: "7", codes.CATEGORY_SPACE: " "}
    for kind, sign in value:
        if kind is codes.LITERAL and wanted(chr(sign)):
            continue
        if kind is codes.RANGE and sign[1] < _BLIND and all(wanted(chr(one)) for one in range(sign[0], sign[1] + 1)):
            continue
        if kind is codes.CATEGORY and sign in known and wanted(known[sign]):
            continue
        return False
    return True


def _ends_word(items: Any) -> bool:  # noqa: ANN401 - the same
    """Tell whether a word may begin behind a run of nodes because no word goes on there."""
    for code, value in reversed(_flat(items)):
        if code is codes.BRANCH:
            return all(map(_ends_word, value[1]))
        if code is codes.AT:
            return value in _WORD_EDGES - {codes.AT_BOUNDARY}
        if code is codes.MAX_REPEAT or code is codes.MIN_REPEAT:
            if not _ends_word(value[2]):
                return False
            if value[0]:
                return True
            continue
        return _all_of(code, value, lambda sign: not _is_word(sign))
    return False


def _width(items: Any) -> tuple[int, int]:  # noqa: ANN401 - the same
    """Return how few and how many characters a run of nodes takes in a tame text."""
    least = most = 0
    for code, value in items:
        low = high = 1
        if code is codes.SUBPATTERN:
            low, high = _width(value[-1])
        elif code is codes.BRANCH:
            widths = [_width(branch) for branch in value[1]]
            low, high = min(one for one, _ in widths), max(one for _, one in widths)
        elif code is codes.MAX_REPEAT or code is codes.MIN_REPEAT:
            one, many = _width(value[2])
            low, high = value[0] * one, many * _times(value)
        elif code is codes.AT or code in {codes.ASSERT, codes.ASSERT_NOT}:
            low = high = 0
        elif code not in {codes.LITERAL, codes.NOT_LITERAL, codes.ANY, codes.IN}:
            low, high = 0, _ENDLESS
        least, most = least + low, min(most + high, _ENDLESS)
    return least, most


def _times(repeat: Any) -> int:  # noqa: ANN401 - the same
    """Return how often a repeat can go round in a tame text."""
    _, most, inner = repeat
    if most is not codes.MAXREPEAT:
        return int(most)
    if len(inner) != 1:
        return _ENDLESS
    code, value = inner[0]
    if _all_of(code, value, lambda sign: sign.isspace() or sign == "-"):
        return LONGEST_BLANK
    if _all_of(code, value, _is_word):
        return LONGEST_WORD
    return LONGEST_CHAIN if _all_of(code, value, lambda sign: not sign.isspace()) else _ENDLESS


def listed() -> str:
    """Return the list as it should be."""
    lines = []
    for pattern in dict.fromkeys((*patterns(), *situations())):
        expanded = expand(pattern)
        opened = openings_of(expanded)
        cells = ["^" + "|".join(sorted(opened)).replace("\n", "\\n")] if opened else []
        if not all(map(_is_word, opened)) or not opened:
            cells += filter(None, [near_of(expanded, opened=bool(opened))])
        cells += ("|".join(sorted(one)) for one in pieces_of(expanded))
        lines.append("\t".join((key(expanded), *cells)))
    pieces = ((key(expand(pattern)), pieces_of(pattern)) for pattern in dict.fromkeys(replies.expressions()))
    lines += ["\t".join((name, *("|".join(sorted(one)) for one in sets))) for name, sets in pieces]
    return "\n".join(sorted(lines)) + "\n"


def main() -> None:
    """Write the list, once every pattern is built as it should be."""
    faults = [f"{pattern}: {fault}" for pattern in patterns() for fault in lint(pattern)]
    if faults:
        raise SystemExit("\n".join(faults))
    OUT.write_bytes(zlib.compress(listed().encode(), 9))
    print(f"content_bank/{OUT.name} knows every pattern of the rule files now; next: make rules, and a line in docs/rules-coverage.md.")


if __name__ == "__main__":
    main()
