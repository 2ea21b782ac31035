"""Holds `content_bank/messages.toml` to its shape: known keys, known places in {braces}, known effects, and no word that promises too much."""

from __future__ import annotations

import re
from string import Formatter
from typing import TYPE_CHECKING, Any

from planner.checklist import bank
from planner.checklist.circumstances import meant
from planner.checklist.rulefacts import answer_faults

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

NAME = "messages.toml"
_PLACES: dict[str, dict[str, tuple[str, ...]]] = {
    "summary": {
        "none": ("patterns", "version", "reviewed"),
        "empty": (),
        "some": ("counts",),
        "block": (),
        "ask": (),
        "advise": (),
        "question": (),
        "questions": ("count",),
    },
    "notes": {"review_due": ("rule",)},
}
"""Table -> key -> the places that its sentence may have."""
_STANDING = "standing"
_QUESTION = ("text", "answers")
_TABLES = (*_PLACES, _STANDING)
_PROMISE = re.compile(r"\b(?:safe|safely|passed|compliant)\b", re.IGNORECASE)


def faults_of(path: Path) -> tuple[str, ...]:
    """Return one sentence for everything that is wrong with the file; none where there is no file."""
    if not path.exists():
        return ()
    try:
        data = bank.table(path.name, path.parent)
    except bank.InvalidRules as error:
        return error.faults
    return tuple(f"{NAME}{fault}" for fault in _faults(data))


def _faults(data: dict[str, Any]) -> Iterator[str]:
    yield from (f", {fault}" for fault in _keys(data, _TABLES, "table"))
    for table in (name for name in _TABLES if name in data):
        where = f", [{table}]"
        rows = data[table]
        if not isinstance(rows, dict):
            yield f"{where}: it is no table: write [{table}] on a line of its own, and its keys below"
        elif table == _STANDING:
            yield from _questions(rows)
        else:
            yield from (f"{where}: {fault}" for fault in _keys(rows, _PLACES[table], "key"))
            yield from (
                f"{where}, {key}: {fault}" for key in _PLACES[table] if key in rows for fault in _sentence(rows[key], _PLACES[table][key])
            )


def _questions(rows: dict[str, Any]) -> Iterator[str]:
    for name, row in rows.items():
        where = f", [{_STANDING}.{name}]"
        if not isinstance(row, dict):
            yield f"{where}: it is no table: give it `text` and `answers`"
            continue
        yield from (f"{where}: {fault}" for fault in _keys(row, _QUESTION, "key"))
        yield from (f"{where}, text: {fault}" for fault in _sentence(row.get("text", "-"), ()))
        faults = answer_faults(row.get("answers", []))
        yield from (f"{where}: {fault}" for fault in faults)
        labels = [] if faults else [one["label"] for one in row.get("answers", [])]
        yield from (f"{where}, answers: {fault}" for label in labels for fault in _sentence(label, ()))


def _keys(given: Iterable[str], known: Iterable[str], kind: str) -> list[str]:
    listed = tuple(known)
    unknown = [
        f"the {kind} {key!r} is unknown{meant(key, listed)}: correct its spelling or remove it" for key in given if key not in listed
    ]
    return unknown + [f"the {kind} {key!r} is missing: add it" for key in listed if key not in given]


def _sentence(text: object, places: tuple[str, ...]) -> list[str]:
    if not isinstance(text, str) or not text.strip():
        return ["it is no text: write a sentence in quotes"]
    faults = [
        f"the word “{found[0]}” promises what nothing here can know: say what was looked at instead" for found in _PROMISE.finditer(text)
    ]
    try:
        named = [place for _, place, _, _ in Formatter().parse(text) if place is not None]
    except ValueError:
        return [*faults, "a brace is open: write {place} with both braces, or none"]
    allowed = " or ".join(f"{{{place}}}" for place in places) or "no place at all"
    return faults + [
        f"the place {{{place}}} is never filled{meant(place, places)}: use {allowed}" for place in named if place not in places
    ]
