"""Write docs/mission.md: each feature of the mission with its clauses and the tests that show it: `python -m tools.write_mission_page`."""

from __future__ import annotations

import ast
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TESTS = ROOT / "tests"
PLAN = TESTS / "mission.toml"
_MARKS = ("clause", "feature")
_SHOWN = 6
"""So many tests are named in a row of the page; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Feature:
    """One row of the mission: its section, name, clauses, and why it is not there (yet), if it is not."""

    section: str
    name: str
    clauses: tuple[str, ...]
    not_built: str = ""


def features() -> tuple[Feature, ...]:
    """Return the mission's features in order."""
    rows = tomllib.loads(PLAN.read_text(encoding="utf-8"))["feature"]
    return tuple(Feature(row["section"], row["name"], tuple(row["clauses"]), row.get("not_built", "")) for row in rows)


def marked() -> dict[str, tuple[str, ...]]:
    """Return clause or feature name -> the tests that are marked with it, as `file::test`, sorted."""
    found: dict[str, set[str]] = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        for name, key in _marks_of(path):
            found.setdefault(key, set()).add(name)
    return {key: tuple(sorted(names)) for key, names in found.items()}


def shown(feature: Feature, tests: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return the tests that show a feature: those marked with its name, or with one of its clauses."""
    return tuple(sorted({test for key in (feature.name, *feature.clauses) for test in tests.get(key, ())}))


def page() -> str:
    """Return the page as Markdown."""
    tests = marked()
    lines = [
        "# What the product must do, and the tests that show it",
        "",
        "Made by `python -m tools.write_mission_page` from `tests/mission.toml` and the marks on the tests. `make test` runs every test",
        "named here; a red one stops a release, so what stands in this table was green when it was written.",
    ]
    section = ""
    for feature in features():
        if feature.section != section:
            section = feature.section
            lines += ["", f"## {section}", "", "| feature | clauses | shown by |", "|---|---|---|"]
        lines.append(f"| {feature.name} | {', '.join(feature.clauses) or '-'} | {_evidence(feature, shown(feature, tests))} |")
    return "\n".join(lines) + "\n"


def _evidence(feature: Feature, tests: tuple[str, ...]) -> str:
    if feature.not_built:
        return f"**not built:** {feature.not_built}"
    named = "<br>".join(f"`{test}`" for test in tests[:_SHOWN])
    return named + (f"<br>and {len(tests) - _SHOWN} more" if len(tests) > _SHOWN else "")


def _marks_of(path: Path) -> Iterator[tuple[str, str]]:
    """Yield (test, key) for every clause or feature mark in a file, on a function, a class, a parameter or the module."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    whole = str(path.relative_to(TESTS))
    for top in tree.body:
        names = [whole]
        if isinstance(top, ast.FunctionDef | ast.AsyncFunctionDef):
            names = [f"{whole}::{top.name}"]
        elif isinstance(top, ast.ClassDef):
            inner = [part for part in top.body if isinstance(part, ast.FunctionDef) and _keys(part)]
            yield from ((f"{whole}::{top.name}::{part.name}", key) for part in inner for key in _keys(part))
            names = [f"{whole}::{top.name}"]
            yield from ((names[0], key) for mark in top.decorator_list for key in _keys(mark))
            continue
        yield from ((name, key) for name in names for key in _keys(top))


def _keys(node: ast.AST) -> list[str]:
    """Return the words in every mark of ours below a node."""
    calls = [call for call in ast.walk(node) if isinstance(call, ast.Call)]
    ours = [call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr in _MARKS and _is_mark(call.func.value)]
    return [str(word.value) for call in ours for word in call.args if isinstance(word, ast.Constant)]


def _is_mark(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "mark"


def main() -> None:
    """Write the page."""
    (ROOT / "docs/mission.md").write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
