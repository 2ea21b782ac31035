"""Help lines and countries as the content bank tells them: who can be called where, who has checked that, and what the law changes."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from planner.domain.errors import SetupError
from planner.domain.library import HELP_LINE, UNVERIFIED, Item
from planner.domain.schedule import spoken

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_Made = TypeVar("_Made")


@dataclass(frozen=True, slots=True)
class LawNote:
    """What the law or a professional body of a country asks; `source` is a key of `sources.toml`, `read` whether its text was opened."""

    text: str
    source: str
    read: bool


@dataclass(frozen=True, slots=True)
class Country:
    """A country (or a region such as `CA-ON`) with its emergency number and who has checked that (empty: nobody)."""

    code: str
    name: str
    emergency: str
    verified_by: str
    verified_on: date | None
    law: tuple[LawNote, ...]

    @property
    def state(self) -> str:
        """Return how sure the emergency number is, as words behind it."""
        return UNVERIFIED if self.verified_on is None else f"checked by {self.verified_by} on {spoken(self.verified_on)}"


def countries(bank: Path) -> tuple[Country, ...]:
    """Return the countries of `countries.toml` in its order; raise SetupError with one sentence for a row that cannot be read."""
    return tuple(_told("countries.toml", row, _country) for row in _rows(bank / "countries.toml", "country"))


def lines(bank: Path) -> tuple[Item, ...]:
    """Return the lines of `crisis_lines.toml` as items of the bank that people can check; raise SetupError for one that cannot be read."""
    return tuple(_told("crisis_lines.toml", row, _line) for row in _rows(bank / "crisis_lines.toml", "line"))


def _rows(path: Path, key: str) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    try:
        return list(tomllib.loads(path.read_text(encoding="utf-8")).get(key, []))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SetupError(f"content_bank/{path.name} cannot be read ({error}). Mend that line, or take the file out.") from None


def _told(name: str, row: Mapping[str, Any], made: Callable[[Mapping[str, Any]], _Made]) -> _Made:
    try:
        return made(row)
    except (KeyError, TypeError, ValueError) as error:
        named = row.get("name") or row.get("code") or "an entry without a name"
        raise SetupError(
            f'{name}: {named} cannot be read ({error}). Every entry has all keys of the others, days as "2026-11-26".'
        ) from None


def _day(value: str) -> date | None:
    return date.fromisoformat(value) if value else None


def _verified(row: Mapping[str, Any]) -> tuple[str, date | None]:
    """A check counts with both a person and a day."""
    by, on = str(row["verified_by"]), _day(row["verified_on"])
    return (by, on) if by and on else ("", None)


def _country(row: Mapping[str, Any]) -> Country:
    by, on = _verified(row)
    law = tuple(LawNote(one["text"], one["source"], one["read"]) for one in row["law"])
    return Country(row["code"], row["name"], row["emergency"], by, on, law)


def _line(row: Mapping[str, Any]) -> Item:
    _, on = _verified(row)
    text = f"text {row['keyword']} to {row['text']}" if row["keyword"] else f"text {row['text']}"
    ways = [way for way, given in ((f"call {row['call']}", row["call"]), (text, row["text"])) if given]
    return Item(
        id=row["id"],
        kind="service",
        title=row["name"],
        text=f"{row['name']}:",
        type="resource",
        category=HELP_LINE,
        fields={"region": row["country"], "contact": ", or ".join(ways), "url": row["url"]},
        source=row["seen_in"],
        checked_on=on,
        review_on=_day(row["review_after"]),
        shipped=True,
    )
