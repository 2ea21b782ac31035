"""Where signature counts of petitions are read, and only read: the protocol, its values, and every source named once."""

from __future__ import annotations

import importlib
import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol, cast

from connectors.base import Timeouts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from connectors.base import Clock

PetitionState = Literal["open", "closed", "rejected", "unknown"]
_FLOOR = Path(__file__).parent
_SOURCES: Mapping[str, str] = {
    "uk_petitions": "connectors.uk_petitions.source",
    "action_network": "connectors.action_network.source",
}
"""Source -> the module that reads it. Any other petition is counted by hand or from a table."""


@dataclass(frozen=True, slots=True)
class Milestone:
    """Something that the petition's site says has happened, and when (aware UTC; a bare day is its first moment)."""

    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PetitionCount:
    """What one look brought. `count` is None when the site did not say it, never 0 in its place.

    `raw` holds, as JSON, only the fields that were used: no answer is kept that may name a person. `mark` is what the next look needs
    to ask for changes only; whoever keeps it need not understand it.
    """

    count: int | None
    state: PetitionState
    as_of: datetime
    milestones: tuple[Milestone, ...]
    source: str
    raw: str
    title: str = ""
    url: str = ""
    mark: Mapping[str, str] = field(default_factory=dict, repr=False)


class PetitionSource(Protocol):
    """One petition at one source."""

    def read(self) -> PetitionCount:
        """Return the count now; raise a ConnectorError. Never reads who signed."""


@dataclass(frozen=True, slots=True)
class Look:
    """One look at one petition: its number or id at the source, the key where one is needed, the last look's mark, and the wire."""

    ref: str
    clock: Clock
    server: str
    milestones: tuple[tuple[str, str], ...] = ()
    key: str = field(default="", repr=False)
    mark: Mapping[str, str] = field(default_factory=dict, repr=False)
    timeouts: Timeouts = field(default_factory=Timeouts)


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What is known of a source. `address` finds the petition's id in its public address, where it stands in it."""

    name: str
    title: str
    checked: date
    server: str
    interval_s: int
    ref_label: str
    ref_help: str
    ref: str
    address: str
    needs_key: bool
    milestones: tuple[tuple[str, str], ...]
    setup: str
    grade: str
    tested_against: str
    not_tested: str


class _Module(Protocol):
    def source(self, look: Look) -> PetitionSource: ...


def names() -> tuple[str, ...]:
    """Return every source's name."""
    return tuple(_SOURCES)


@cache
def info(name: str) -> SourceInfo:
    """Return what is known of a source; raise KeyError for an unknown one."""
    if name not in _SOURCES:
        raise KeyError(f"There is no petition source {name!r}; known are {', '.join(_SOURCES)}.")
    folder = _FLOOR / name
    raw = tomllib.loads((folder / "facts.toml").read_text(encoding="utf-8"))
    quality = tomllib.loads((folder / "quality.toml").read_text(encoding="utf-8"))
    milestones = tuple((item["field"], item["name"]) for item in raw.pop("milestone", ()))
    return SourceInfo(name=name, milestones=milestones, setup=(folder / "setup.md").read_text(encoding="utf-8"), **raw, **quality)


def recognize(address: str) -> tuple[str, str] | None:
    """Return source and id for the public address of a petition, or None when no source can be told from it."""
    for name in _SOURCES:
        known = info(name).address
        found = re.match(known, address.strip()) if known else None
        if found:
            return name, found.group(1)
    return None


def open_source(
    name: str,
    ref: str,
    *,
    clock: Clock,
    key: str = "",
    mark: Mapping[str, str] | None = None,
    timeouts: Timeouts | None = None,
    server: str = "",
) -> PetitionSource:
    """Return one petition at one source; `server` stands in for the source's own address, in tests. Raise KeyError for an unknown one."""
    known = info(name)
    module = cast("_Module", importlib.import_module(_SOURCES[name]))
    return module.source(
        Look(ref.strip(), clock, (server or known.server).rstrip("/"), known.milestones, key, mark or {}, timeouts or Timeouts())
    )
