"""What the content bank comes with: templates, quotes, places of help, replies, observances, guidelines; read once, never written."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from planner.domain.errors import SetupError
from planner.domain.library import Item
from planner.domain.observances import Observance, read
from planner.services import help_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from planner.services.help_lines import Country

_ROOMS = ("templates", "shelf")


@dataclass(frozen=True, slots=True)
class Guideline:
    """A guideline or source that rules point to. `superseded_by` names what stands in its place; such a one is history only."""

    id: str
    title: str
    publisher: str
    edition: str
    url: str
    country: str
    profession: str
    checked_on: date
    review_on: date
    superseded_by: str = ""

    def due(self, today: date) -> bool:
        """Return whether somebody should look for a newer edition."""
        return self.review_on < today


@dataclass(frozen=True, slots=True)
class Shelf:
    """Everything shipped, by id; `samples` are words for the placeholders of templates."""

    items: Mapping[str, Item] = field(default_factory=dict)
    observances: tuple[Observance, ...] = ()
    guidelines: tuple[Guideline, ...] = ()
    samples: Mapping[str, str] = field(default_factory=dict)
    countries: tuple[Country, ...] = ()

    def with_own(self, own: Iterable[Item]) -> dict[str, Item]:
        """Return everything by id, the workspace's own copies in place of what came with the product."""
        return {**self.items, **{item.id: item for item in own}}


def load(bank: Path) -> Shelf:
    """Read the folders of the content bank; raise SetupError with one sentence for a file that cannot be read."""
    items: dict[str, Item] = {}
    samples: dict[str, str] = {}
    for room in _ROOMS:
        for path in sorted((bank / room).glob("*.toml")):
            data = _read(path)
            samples.update(data.get("samples", {}))
            for row in data.get("item", []):
                item = _item(path.name, data, row)
                if item.id in items:
                    raise SetupError(f"{path.name}: the id “{item.id}” stands twice in the content bank. Give one of them another id.")
                items[item.id] = item
    observances = tuple(read(row) for path in sorted((bank / "observances").glob("*.toml")) for row in _read(path).get("observance", []))
    guidelines = tuple(_guideline(key, row) for key, row in _read(bank / "sources.toml").items())
    items.update({item.id: item for item in help_lines.lines(bank)})
    return Shelf(items, observances, guidelines, samples, help_lines.countries(bank))


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SetupError(f"content_bank/{path.name} cannot be read ({type(error).__name__}). Mend the file, or take it out.") from None


def _item(name: str, data: Mapping[str, Any], row: Mapping[str, Any]) -> Item:
    try:
        return Item(
            id=row["id"],
            kind=data["kind"],
            title=row["title"],
            text=row["text"].strip(),
            purpose=row.get("purpose", data.get("purpose", "educate")),
            type=row.get("type", data.get("type", "plain")),
            category=row.get("category", data.get("category", "")),
            fields=row.get("fields", {}),
            source=row.get("source", data.get("source", "Discreet")),
            checked_on=row.get("checked_on", data.get("checked_on")),
            review_on=row.get("review_on", data.get("review_on")),
            shipped=True,
        )
    except KeyError as error:
        raise SetupError(f"{name}: the item “{row.get('id', 'without an id')}” has no {error}. Add it.") from None


def _guideline(key: str, row: Mapping[str, Any]) -> Guideline:
    try:
        return Guideline(
            id=key,
            title=row["title"],
            publisher=row["publisher"],
            edition=row["edition"],
            url=row["url"],
            country=row.get("country", "any"),
            profession=row.get("profession", "any"),
            checked_on=date.fromisoformat(row["retrieved"]),
            review_on=date.fromisoformat(row["review_after"]),
            superseded_by=row.get("superseded_by", ""),
        )
    except (KeyError, ValueError) as error:
        raise SetupError(
            f"sources.toml: {key} cannot be read ({error}). Every source tells its title, publisher, edition, address and dates."
        ) from None
