"""The loader that reads every rule file, checks it and reports all faults together."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

import tomli

from planner.checklist import rulefile, sentences
from planner.checklist.bank import BANK, InvalidRules, table
from planner.checklist.kinds import ELSEWHERE
from planner.checklist.needles import forget
from planner.checklist.report import Source
from planner.checklist.rule import Packs
from planner.checklist.sieves import Sieves

if TYPE_CHECKING:
    from pathlib import Path

    from planner.checklist.rule import Rule

__all__ = ["InvalidRules", "Packs", "load"]

_LINES = ("countries.toml", "crisis_lines.toml")
"""Beside rules and lexicons, the files of which numbers are read."""


@lru_cache(maxsize=4)
def load(house: Path | None = None, bank: Path = BANK) -> Packs:
    """Read the packs of the content bank and, if given, a folder of house rules; read once and kept.

    Raises:
        InvalidRules: any file is broken; every fault of every file is listed.
    """
    faults = list(sentences.faults_of(bank / sentences.NAME))
    sources = _sources(bank, faults)
    digest = hashlib.sha256()
    rules: list[Rule] = []
    versions: dict[str, str] = {}
    paths = [(path, False) for path in sorted((bank / "rules").glob("*.toml"))]
    if house is not None:
        if not house.is_dir():
            raise InvalidRules((f"{house}: there is no such folder of house rules: give an existing folder with .toml files",))
        paths += [(path, True) for path in sorted(house.glob("*.toml"))]
    for path, is_house in paths:
        content = path.read_bytes()
        digest.update(path.name.encode() + b"\0" + content + b"\0")
        try:
            data = table(path.name, path.parent)
        except InvalidRules as error:
            faults.extend(error.faults)
            continue
        read = rulefile.read_house if is_house else rulefile.read_pack
        version, entries, found = read(path.name, data, sources)
        faults.extend(found)
        rules.extend(entries)
        versions.update(version)
    faults.extend(_twins(rules))
    forget()
    if faults:
        raise InvalidRules(tuple(faults))
    for path in (*sorted((bank / "lexicons").glob("*.toml")), *(bank / name for name in _LINES if (bank / name).exists())):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    latest = max((rule.reviewed for rule in rules), default=None)
    reviewed = latest.strftime("%Y-%m") if latest else "never"
    plugins = frozenset(number for number, rule in enumerate(rules) if rule.plugin not in {"", ELSEWHERE})
    return Packs(tuple(rules), MappingProxyType(versions), digest.hexdigest()[:16], reviewed, _sieves(rules), plugins)


def _sieves(rules: list[Rule]) -> Sieves:
    """Return what to look for in which view."""
    parts: dict[str, list[tuple[str, bool, int]]] = {}
    for number, rule in enumerate(rules):
        told = parts.setdefault(rule.view, [])
        told += [(pattern, rule.ignore_case, number) for pattern in rule.match]
    return Sieves(parts)


def _sources(bank: Path, faults: list[str]) -> dict[str, Source]:
    try:
        listed = tomli.loads((bank / "sources.toml").read_text(encoding="utf-8"))
    except (OSError, tomli.TOMLDecodeError, UnicodeDecodeError) as error:
        faults.append(f"sources.toml: it cannot be read ({error}): restore or mend it")
        return {}
    found: dict[str, Source] = {}
    for key, row in listed.items():
        missing = [name for name in ("title", "url", "edition", "retrieved") if not row.get(name)]
        if missing:
            faults.append(f"sources.toml: {key} has no {', '.join(missing)}: fill it in")
        found[key] = Source(
            key, str(row.get("title", "")), str(row.get("url", "")), str(row.get("edition", "")), str(row.get("retrieved", ""))
        )
    return found


def _twins(rules: list[Rule]) -> list[str]:
    seen: set[tuple[str, str]] = set()
    faults = []
    for rule in rules:
        if (rule.id, rule.variant) in seen:
            faults.append(f"{rule.pack}: {rule.id} with the variant {rule.variant!r} stands twice: give one of them another variant")
        seen.add((rule.id, rule.variant))
    return faults
