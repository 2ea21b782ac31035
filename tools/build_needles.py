"""Build `content_bank/needles.tsv`: per pattern of the rule files, sets of pieces of text of which every match holds one each."""

from __future__ import annotations

import re
from re import _constants as codes  # type: ignore[attr-defined]  # CPython's own parser; used at build time only
from re import _parser as parser  # type: ignore[attr-defined]  # the same
from typing import TYPE_CHECKING, Any

from planner.checklist.bank import BANK
from planner.checklist.confidentiality.live_case import book
from planner.checklist.needles import key
from planner.checklist.patterns import branches, expand, lint
from planner.checklist.rules import load
from planner.checklist.topics import every

if TYPE_CHECKING:
    from collections.abc import Iterator

OUT = BANK / "needles.tsv"
_COMMON = frozenset(
    [
        "the",
        "you",
        "your",
        "and",
        "that",
        "this",
        "with",
        "have",
        "for",
        "are",
        "was",
        "ing",
        "not",
        "all",
        "our",
        "they",
        "what",
        "just",
        "from",
        "out",
        "can",
        "get",
        "will",
        "his",
        "her",
        "him",
        "who",
        "one",
        "any",
        "don",
        "but",
    ]
)
_SHORTEST = 2
_MOST = 400
_GRAM = 4
_SETS = 3
_MOST_OPENINGS = 800

Pieces = frozenset[str]
Beginning = tuple[str, bool]


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
    """Return the expressions of the confidentiality detector for situations and for what a draft says of itself, each once."""
    known = book()
    rows = (*known.expressions, *(one for release in known.releases for one in release.expressions))
    return list(dict.fromkeys(row.pattern.pattern for row in rows))


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
    run = ""
    for code, value in [*items, (None, None)]:
        if code is codes.LITERAL:
            run += chr(value).lower()
            continue
        if len(run) >= _SHORTEST and not set(run) & set("|\t\n"):
            found.append(frozenset({run}))
        run = ""
        found += _node(code, value)
    return [pieces for pieces in found if len(pieces) <= _MOST]


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


def _worth(pieces: Pieces) -> tuple[float, int]:
    rare = sum(1.0 if len(piece) >= _GRAM and piece.strip() not in _COMMON else 6.0 if len(piece) > _SHORTEST else 20.0 for piece in pieces)
    return -rare, min(len(piece) for piece in pieces)


def openings_of(pattern: str) -> frozenset[str]:
    """Return with what alone a match of an expanded pattern can begin, where it begins with a word; empty if that is not known."""
    first, *rest = parser.parse(pattern, re.MULTILINE | re.IGNORECASE) or [(None, None)]
    if first != (codes.AT, codes.AT_BOUNDARY):
        return frozenset()
    found = {text for text, _ in _begun(rest)}
    if len(found) > _MOST_OPENINGS or not all(re.match(r"\w", text) and not set(text) & set("|\t\n^") for text in found):
        return frozenset()
    return frozenset(text for text in found if not any(text[:size] in found for size in range(1, len(text))))


def _begun(items: Any) -> set[Beginning]:  # noqa: ANN401 - nodes of CPython's parser are untyped
    """Return how a run of nodes can begin: a text, and whether what follows the run follows the text."""
    found: set[Beginning] = {("", True)}
    for code, value in items:
        going = {text for text, goes_on in found if goes_on and len(text) < _GRAM}
        if not going:
            break
        found = {one for one in found if one[0] not in going or not one[1]}
        found |= {((text + more)[:_GRAM], goes_on) for text in going for more, goes_on in _begins(code, value)}
        if len(found) > _MOST:
            return {("", False)}
    return found


def _begins(code: Any, value: Any) -> set[Beginning]:  # noqa: ANN401 - the same
    found: set[Beginning] = {("", False)}
    if code is codes.LITERAL:
        found = {(chr(value).lower(), True)}
    elif code is codes.AT:
        found = {("", True)}
    elif code is codes.SUBPATTERN:
        found = _begun(value[-1])
    elif code is codes.BRANCH:
        found = set().union(*map(_begun, value[1]))
    elif code is codes.IN and all(kind is codes.LITERAL for kind, _ in value):
        found = {(chr(sign).lower(), True) for _, sign in value}
    elif code is codes.MAX_REPEAT or code is codes.MIN_REPEAT:
        least, most, inner = value
        found = {(text, goes_on and most == 1) for text, goes_on in _begun(inner)} | ({("", True)} if least == 0 else set())
    return found


def main() -> None:
    """Write the list, once every pattern is built as it should be."""
    faults = [f"{pattern}: {fault}" for pattern in patterns() for fault in lint(pattern)]
    if faults:
        raise SystemExit("\n".join(faults))
    lines = []
    for pattern in dict.fromkeys((*patterns(), *situations())):
        expanded = expand(pattern)
        opened = openings_of(expanded)
        cells = ["^" + "|".join(sorted(opened))] if opened else []
        lines.append("\t".join((key(expanded), *cells, *("|".join(sorted(pieces)) for pieces in pieces_of(expanded)))))
    OUT.write_text("\n".join(sorted(lines)) + "\n", encoding="utf-8")
    print(f"{len(lines)} patterns, {OUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
