"""The files of the content bank that are no rule packs, looked over: what is broken, what is wrong, and which help lines the rules miss."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from planner.checklist import lines
from planner.checklist.bank import BANK, InvalidRules, table
from planner.checklist.circumstances import meant
from planner.checklist.patterns import compiled

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date
    from pathlib import Path

    from planner.checklist.rule import Packs, Rule

_LINE_KEYS = (
    "id", "country", "name", "call", "text", "keyword", "hours", "languages", "url", "seen_in", "verified_by", "verified_on", "review_after",
)  # fmt: skip
_COUNTRY_KEYS = ("code", "name", "emergency", "seen_in", "verified_by", "verified_on", "law")
_LISTS = frozenset({"languages", "law"})
_DAYS = ("verified_on", "review_after")
_NUMBER = re.compile(r"\d[\d -]*\d")
_BRANCH = re.compile(r"[|()]")
_BETWEEN = re.compile(r"\[ -\]\??|\[ \.-\]\??|[ -]\??|\\b")
_SHORTEST = 3
"""A branch of so many digits or more is a number that somebody calls."""
_PLUGIN = "crisis-line"


class Fault(NamedTuple):
    """One sentence on what is wrong; what only `warns` makes nothing invalid."""

    text: str
    warns: bool = False


def unreadable(bank: Path = BANK) -> tuple[str, ...]:
    """Return one sentence for every file of the bank that is no TOML."""
    faults: list[str] = []
    for path in sorted(bank.rglob("*.toml")):
        try:
            table(path.relative_to(bank).as_posix(), bank)
        except InvalidRules as error:
            faults.extend(error.faults)
    return tuple(faults)


def faults(packs: Packs, today: date, bank: Path = BANK) -> tuple[Fault, ...]:
    """Return what is wrong in `crisis_lines.toml` and `countries.toml`, by themselves and beside the rules; both must be TOML.

    Args:
        packs: the rules that accept numbers as help.
        today: the day by which a review is overdue.
        bank: the folder of the content bank.

    Raises:
        InvalidRules: one of the two is no TOML.
    """
    codes = {str(row.get("code")) for row in table("countries.toml", bank).get("country", ()) if isinstance(row, dict)}
    found = list(_rows("countries.toml", "country", _COUNTRY_KEYS, bank, today))
    for where, row in _entries("countries.toml", "country", bank):
        if not re.search(r"\d", str(row.get("emergency", ""))):
            found.append(Fault(f'{where}: it has no emergency number: write emergency = "112"'))
    found += _rows("crisis_lines.toml", "line", _LINE_KEYS, bank, today)
    seen: set[str] = set()
    for where, row in _entries("crisis_lines.toml", "line", bank):
        found += (Fault(f"{where}: {told}") for told in _line(row, codes, seen))
        seen.add(str(row.get("id")))
    return (*found, *_missed(packs, bank), *_strangers(packs, bank))


def _entries(name: str, key: str, bank: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    listed = table(name, bank).get(key, ())
    for number, row in enumerate(listed if isinstance(listed, list) else (), 1):
        if isinstance(row, dict):
            yield f"{name}, {row.get('id') or row.get('code') or f'entry {number}'}", row


def _rows(name: str, key: str, keys: tuple[str, ...], bank: Path, today: date) -> Iterator[Fault]:
    """Find tables and keys that nobody reads, keys that are missing, values of another kind, and days that are none or are over."""
    told = table(name, bank)
    for strange in sorted(set(told) - {key}):
        yield Fault(f"{name}: nobody reads {strange!r}: begin every entry with [[{key}]]")
    if not isinstance(told.get(key, []), list):
        yield Fault(f"{name}: {key} is no list of entries: begin every entry with [[{key}]]")
    for where, row in _entries(name, key, bank):
        for strange in sorted(set(row) - set(keys)):
            yield Fault(f"{where}: the key {strange!r} is unknown{meant(strange, keys)}: correct its spelling or remove it")
        for missing in (one for one in keys if one not in row):
            empty = "[]" if missing in _LISTS else '""'
            yield Fault(f"{where}: it has no {missing}: write {missing} = {empty}, or what belongs there")
        for other in (one for one in keys if one in row and not isinstance(row[one], list if one in _LISTS else str)):
            yield Fault(f"{where}: {other} is no {'list' if other in _LISTS else 'text'}: {_written(other)}")
        yield from (Fault(f"{where}: {told}", warns=warns) for told, warns in _days(row, today))


def _written(key: str) -> str:
    example = "2027-05-21" if key in _DAYS else "..."
    return "write it in [brackets]" if key in _LISTS else f'write {key} = "{example}", with quotation marks'


def _days(row: Mapping[str, Any], today: date) -> Iterator[tuple[str, bool]]:
    """Yield what is wrong with the days of an entry, and whether that only warns."""
    for key in _DAYS:
        told = row.get(key)
        if isinstance(told, str) and told and lines.day(told) is None:
            yield f'{key} {told!r} is no day: write it as "2027-05-21"', False
    on = lines.day(row.get("verified_on"))
    if bool(row.get("verified_by")) != bool(row.get("verified_on")):
        yield "verified_by and verified_on belong together: give who called and on which day, or leave both empty", False
    if on is not None and on > today:
        yield f"verified_on {on.isoformat()} has not come yet: give the day on which somebody called", False
    again = lines.day(row.get("review_after"))
    if again is not None and again < today:
        yield f"review_after {again.isoformat()} is over: call the line again, and write down name, day and next review", True


def _line(row: Mapping[str, Any], codes: set[str], seen: set[str]) -> Iterator[str]:
    """Yield what is wrong with one help line beyond its keys and days."""
    if row.get("id") in seen:
        yield "another entry has the same id: give it one of its own"
    if row.get("country") is not None and str(row["country"]) not in codes:
        yield f"the country {row['country']!r} is not in countries.toml: write two capital letters that stand there"
    numbers = {key: str(row.get(key, "")) for key in ("call", "text")}
    for key, number in numbers.items():
        if number and _NUMBER.fullmatch(number) is None:
            yield f"{key} {number!r} is no number: write digits, with blanks or hyphens between them"
    if not any(numbers.values()):
        yield "it has no number: give the one to call, the one to text, or both"
    if row.get("keyword") and not numbers["text"]:
        yield f"there is no number to text {row['keyword']!r} to: fill in text, or empty keyword"


def _missed(packs: Packs, bank: Path) -> Iterator[Fault]:
    """Tell of every line's number that a rule on missing help would not take for help."""
    for rule in packs.rules:
        if rule.plugin != _PLUGIN:
            continue
        for line in lines.every(bank):
            for number in line.numbers:
                if not any(compiled(pattern, ignore_case=True).search(f"({number})") for pattern in rule.options["resource"]):
                    yield Fault(f"{_named(rule)}: {number} of {line.id} is no help to it: write <help_line> into its `resource`")


def _strangers(packs: Packs, bank: Path) -> Iterator[Fault]:
    """Tell of every number that a rule of `safety.toml` accepts as help and that is neither a line nor an emergency number."""
    known = {lines.digits(number) for line in lines.every(bank) for number in line.numbers} | lines.emergencies(bank)
    for rule in packs.rules:
        if rule.pack != "safety":
            continue
        patterns = (*rule.without_draft, *rule.options.get("resource", ()))
        told = {part for pattern in patterns for whole in _BRANCH.split(pattern) if (part := _BETWEEN.sub("", whole)).isdigit()}
        for number in sorted(one for one in told - known if len(one) >= _SHORTEST):
            yield Fault(f"{_named(rule)}: it takes {number} for help, which is no line of crisis_lines.toml: add the line or take it out")


def _named(rule: Rule) -> str:
    return f"{rule.pack}.toml, {rule.id}" + (f" ({rule.variant})" if rule.variant else "")
