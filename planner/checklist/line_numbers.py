"""Plug-ins for the numbers of help lines: one that is nearly a line, one of another country, one that nobody has called."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from planner.checklist import lines
from planner.checklist.patterns import compiled
from planner.checklist.report import Candidate, Suggestion

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.checklist.reading import Reading
    from planner.checklist.rule import Rule

_DIGIT = re.compile(r"\d")
_LINE = r"\b<help_line>\b"
_GOES_ON = re.compile(r"\d|%|[.,:/-]\d")
"""What follows a part of a price, a time, a date or a longer number."""
_BELONGS = frozenset("0123456789.,:/-+#$£€")
"""What stands before a part of such a number."""
_WORDS_BEFORE = 24


def mistyped_line(rule: Rule, reading: Reading) -> Iterator[Candidate]:
    """Yield every number that is one slip of a finger away from a line of the draft's country (of any, if nobody knows it).

    Options: `numbers` (patterns on the folded view; group 1 is a number that a reader is told to call or text), `after` (what may
    follow it: nothing that it counts), `about` (patterns of drafts that speak to somebody in need), `known` (other short numbers that
    answer somewhere). A line of the bank and an emergency number, of whatever country, are nearly nothing.
    """
    options = rule.options
    text = reading.folded
    if not _DIGIT.search(text) or not any(reading.holds(pattern) for pattern in options["about"]):
        return
    follows = [compiled(pattern, ignore_case=True) for pattern in options["after"]]
    for start, end in _numbers(rule, reading):
        number = lines.digits(text[start:end])
        if number in options["known"] or not any(pattern.match(text, end) for pattern in follows):
            continue
        found = lines.meant(number, reading.draft.nation, before=text[max(0, start - _WORDS_BEFORE) : start])
        if found is not None:
            line, written = found
            place = reading.views.folded.to_raw(start, end)
            fields = {"quote": text[start:end], "number": written, "line": line.name}
            yield Candidate(rule.id, rule.variant, "advise", *place, Suggestion("replace", *place, written), fields=fields)


def foreign_line(rule: Rule, reading: Reading) -> Iterator[Candidate]:
    """Yield every number that is a line of other countries only; without a country, nothing.

    Options: `numbers` (patterns on the folded view; group 1 is the number), `named` (country -> pattern: a draft that names a line's
    country says for whom it is). A draft that also gives a line of its own country compares.
    """
    here = reading.draft.nation
    if not here or not reading.holds(_LINE):
        return
    told = [(start, end, _lines_of(reading.folded[start:end])) for start, end in _numbers(rule, reading)]
    if any(line.country == here for _, _, found in told for line in found):
        return
    for start, end, found in told:
        named = (rule.options["named"].get(line.country) for line in found)
        if found and not any(pattern and reading.holds(pattern) for pattern in named):
            place = reading.views.folded.to_raw(start, end)
            yield Candidate(rule.id, rule.variant, "advise", *place, fields={"quote": reading.folded[start:end], "line": found[0].name})


def uncalled_line(rule: Rule, reading: Reading) -> Iterator[Candidate]:
    """Yield once, with all their names, the lines in the draft that nobody has called, or nobody lately.

    Option `numbers`: patterns on the folded view; group 1 is the number. With a country only its lines count. A line whose check the
    workspace has noted (`Record.called`) is called; one that came from the shelf and is asked about already is not told twice.
    """
    if not reading.holds(_LINE):
        return
    here, record = reading.draft.nation, reading.draft.record
    names: dict[str, tuple[int, int]] = {}
    for start, end in _numbers(rule, reading):
        found = [line for line in _lines_of(reading.folded[start:end]) if here in {"", line.country}]
        noted = record is not None and any(line.id in record.called for line in found)
        asked = record is not None and any(title == line.name for line in found for title, _ in record.expired)
        if found and not (noted or asked or any(line.checked(reading.today) for line in found)):
            names.setdefault(found[0].name, (start, end))
    if names:
        start, end = next(iter(names.values()))
        place = reading.views.folded.to_raw(start, end)
        yield Candidate(rule.id, rule.variant, "advise", *place, fields={"quote": reading.folded[start:end], "line": "; ".join(names)})


def _numbers(rule: Rule, reading: Reading) -> Iterator[tuple[int, int]]:
    """Yield where on `folded` a number stands that is no part of anything longer."""
    text = reading.folded
    for found in reading.letters.every(rule.options["numbers"], "folded"):
        start, end = found.span(1)
        if text[start - 1 : start] not in _BELONGS and not _GOES_ON.match(text, end):
            yield start, end


def _lines_of(number: str) -> list[lines.Line]:
    told = lines.digits(number)
    return [line for line in lines.every() if any(told == lines.digits(one) for one in line.numbers)]
