"""The product speaks calmly: no word of a streak, a score of days or a prize in anything that people read."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest

from planner.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

PUSH = re.compile(
    r"\bstreaks?\b|\bdays? in a row\b|\bkeep it up\b|\b(?:don.t|do not) break (?:the|your)\b|\bleaderboard|\bbadges? earned\b",
    re.IGNORECASE,
)
DICTIONARIES = ("lexicons", "population", "rules", "needles.tsv.z", "reads_like.z")
"""Word lists to recognize what others write; nobody reads them as the product's own words."""


def spoken() -> Iterator[tuple[str, str]]:
    """Yield (file, text) of every string that the code can show, and of every text that is shipped."""
    for folder in ("planner", "connectors"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield str(path.relative_to(ROOT)), node.value
        for path in sorted((ROOT / folder).rglob("*.*")):
            if path.suffix in (".js", ".css", ".toml", ".md"):
                yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "content_bank").rglob("*.*")):
        if not set(path.relative_to(ROOT).parts) & set(DICTIONARIES):
            yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")


@pytest.mark.clause("C127")
def test_nothing_that_people_read_speaks_of_streaks() -> None:
    assert PUSH.search("You are on a 5 day streak, keep it up!")
    assert [(name, PUSH.search(text)[0]) for name, text in spoken() if PUSH.search(text)] == []  # type: ignore[index]  # found just there
