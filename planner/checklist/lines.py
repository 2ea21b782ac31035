"""The help lines of `content_bank/crisis_lines.toml` as the checklist knows them: whose numbers they are, and who has called them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from planner.checklist.bank import BANK, table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_NO_DIGIT = re.compile(r"\D")
_PARTED = re.compile(r"[^\d]+")
_SPELLED_OUT = 3
"""A number of so many digits is also written digit by digit (9-8-8), one of twice as many in two halves (741-741)."""
_HIT, _REACH = 1, 2
"""So many slips of a finger away from a line a number is asked about: one, and two behind the line's own keyword."""


@dataclass(frozen=True, slots=True)
class Line:
    """One help line: ISO country, its numbers as they are written, the word to text, and until when somebody's call counts.

    `called` tells whether a person with a name has called it, `review_after` the last day for which that counts.
    """

    id: str
    country: str
    name: str
    numbers: tuple[str, ...]
    keyword: str
    called: bool
    review_after: date | None

    def checked(self, today: date | None) -> bool:
        """Tell whether somebody has called it, not too long before this day; without a day a call counts for good."""
        return self.called and (today is None or self.review_after is None or today <= self.review_after)


def digits(number: str) -> str:
    """Return a number without blanks and hyphens."""
    return _NO_DIGIT.sub("", number)


@lru_cache(maxsize=4)
def every(bank: Path = BANK) -> tuple[Line, ...]:
    """Return the lines in the order of the file; a bank without the file has none.

    Raises:
        InvalidRules: the file is no TOML. What is wrong within an entry `bankfile.faults` tells; such an entry is read as far as it goes.
    """
    return tuple(_line(row) for row in table("crisis_lines.toml", bank).get("line", ()) if isinstance(row, dict))


@lru_cache(maxsize=4)
def emergencies(bank: Path = BANK) -> frozenset[str]:
    """Return the emergency numbers of `countries.toml`; raise InvalidRules when it is no TOML."""
    rows = table("countries.toml", bank).get("country", ())
    return frozenset(number for row in rows for number in re.findall(r"\d+", str(row.get("emergency", ""))))


def day(told: object) -> date | None:
    """Return the day of a value of the file; None for an empty or a wrong one."""
    try:
        return told if isinstance(told, date) else date.fromisoformat(str(told))
    except ValueError:
        return None


def _line(row: Mapping[str, Any]) -> Line:
    told = {name: str(row.get(name, "")).strip() for name in ("id", "country", "name", "call", "text", "keyword", "verified_by")}
    numbers = tuple(dict.fromkeys(number for number in (told["call"], told["text"]) if number))
    called = bool(told["verified_by"]) and day(row.get("verified_on")) is not None
    return Line(told["id"], told["country"], told["name"], numbers, told["keyword"], called, day(row.get("review_after")))


def spellings(numbers: tuple[str, ...]) -> str:
    """Return a pattern for the ways to write any of these numbers: as it stands, in one, with hyphens, 9-8-8 and 741 741."""
    ways: list[str] = []
    for number in numbers:
        groups, plain = _PARTED.split(number.strip()), digits(number)
        if len(groups) > 1:
            ways.append("[ -]?".join(groups))
        elif len(plain) == _SPELLED_OUT:
            ways += [plain, "-".join(plain)]
        elif len(plain) == 2 * _SPELLED_OUT:
            ways.append(f"{plain[:_SPELLED_OUT]}[ -]?{plain[_SPELLED_OUT:]}")
        else:
            ways.append(plain)
    return "(?:" + "|".join(sorted(set(filter(None, ways)), key=lambda way: (-len(way), way))) + ")"


@lru_cache(maxsize=1)
def word_classes() -> dict[str, str]:
    """Return what `<help_line>`, the lines of one country (`<help_line_gb>`) and `<emergency_number>` stand for in patterns."""
    told: dict[str, tuple[str, ...]] = {"help_line": (), "emergency_number": tuple(sorted(emergencies()))}
    for line in every():
        for name in ("help_line", f"help_line_{line.country.lower()}"):
            told[name] = (*told.get(name, ()), *line.numbers)
    return {name: spellings(numbers) for name, numbers in told.items() if numbers}


def slips(one: str, other: str) -> int:
    """Return how many slips lie between two numbers: a wrong, missing or extra digit, or two neighbors swapped (at most 3 are counted)."""
    if abs(len(one) - len(other)) > _REACH:
        return _REACH + 1
    above: list[int] = []
    row = list(range(len(other) + 1))
    for at, sign in enumerate(one, 1):
        earlier, above, row = above, row, [at]
        for place, meant in enumerate(other, 1):
            least = min(above[place] + 1, row[place - 1] + 1, above[place - 1] + (sign != meant))
            swapped = at > 1 and place > 1 and sign == other[place - 2] and one[at - 2] == meant
            row.append(min(least, earlier[place - 2] + 1) if swapped else least)
    return min(row[-1], _REACH + 1)


def meant(number: str, country: str, *, before: str) -> tuple[Line, str] | None:
    """Return the line, with its number as the bank writes it, that a number nearly is; None for a line, an emergency number, or neither.

    Args:
        number: digits alone.
        country: ISO code of the draft's country; empty when nobody knows it, then the lines of all countries count.
        before: what stands before the number; behind a line's own keyword ("HOME to") two slips count as one does elsewhere.
    """
    listed = every()
    if number in emergencies() or any(number == digits(one) for line in listed for one in line.numbers):
        return None
    best: tuple[int, Line, str] | None = None
    for line in listed:
        if country and line.country != country:
            continue
        keyed = line.keyword and re.search(rf"\b{re.escape(line.keyword)}\b\W+to\W*$", before, re.IGNORECASE)
        for written in line.numbers:
            far = slips(number, digits(written))
            if far <= (_REACH if keyed else _HIT) and (best is None or far < best[0]):
                best = far, line, written
    return None if best is None else best[1:]
