"""The house keeps its law: small files and functions, cheap core, documented settings and commands."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from planner.__main__ import COMMANDS
from planner.settings import ROOT, SETTINGS
from tools import write_connectors_page, write_settings_page

if TYPE_CHECKING:
    from pathlib import Path

SOURCES = sorted(
    path for room in ("planner", "connectors", "tools") for path in (ROOT / room).rglob("*.py") if "migrations/versions" not in str(path)
)
HEAVY = ("streamlit", "pandas", "plotly", "sqlalchemy", "tweepy", "atproto", "requests", "alembic", "starlette", "PIL")


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_is_one_room(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 400
    tree = ast.parse(text)
    assert ast.get_docstring(tree)
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            doc = node.body[0] if ast.get_docstring(node) else None
            lines = (node.end_lineno or 0) - node.lineno + 1 - ((doc.end_lineno or 0) - doc.lineno + 1 if doc else 0)
            assert lines <= 40, f"{path.name}:{node.lineno} {node.name} has {lines} lines"


@pytest.mark.parametrize(
    "module", ["planner.domain.delivery", "planner.domain.post", "planner.checklist.check", "planner.cli.check", "connectors.registry"]
)
def test_the_core_loads_nothing_heavy(module: str) -> None:
    code = f"import sys, {module}; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_services_load_without_the_dashboard_and_the_database() -> None:
    names = sorted(f"planner.services.{path.stem}" for path in (ROOT / "planner/services").glob("[a-z]*.py") if path.stem != "images")
    heavy = [name for name in HEAVY if name != "PIL"]
    code = f"import sys\nfor name in {names!r}: __import__(name)\nprint([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_every_setting_is_documented() -> None:
    page = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    for setting in SETTINGS:
        assert f"`{setting.name}`" in page
        assert setting.about in page


def test_every_command_is_documented() -> None:
    page = (ROOT / "docs/commands.md").read_text(encoding="utf-8")
    for name, about in COMMANDS.items():
        assert f"`{name}`" in page
        assert about in page


def test_the_generated_pages_are_up_to_date() -> None:
    assert (ROOT / "docs/connectors.md").read_text(encoding="utf-8") == write_connectors_page.page()
    assert (ROOT / "docs/settings.md").read_text(encoding="utf-8") == write_settings_page.settings_page()
    assert (ROOT / "docs/commands.md").read_text(encoding="utf-8") == write_settings_page.commands_page()


def test_no_vague_rooms() -> None:
    assert not [path for path in SOURCES if re.search(r"(util|helper|common|manager)", path.stem)]


def test_words_live_in_the_content_bank() -> None:
    assert not list((ROOT / "content_bank").rglob("*.py"))


def test_decisions_stay_short() -> None:
    page = (ROOT / "docs/decisions.md").read_text(encoding="utf-8")
    for decision in page.split("\n## ")[1:]:
        lines = [line for line in decision.splitlines()[1:] if line.strip()]
        assert len(lines) <= 5, decision.splitlines()[0]


def test_no_unfinished_work() -> None:
    marks = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
    assert not [path for path in SOURCES if marks.search(path.read_text(encoding="utf-8"))]


def test_the_product_never_follows_or_searches_people() -> None:
    """Boundary: no follow, like or people search in any connector (mission: following and feeds)."""
    pattern = re.compile(
        r"graph\.follow|friendships/create|/likes\b|searchActors|account_follow|create_follow|dm/conversation|direct_messages"
    )
    assert not [path for path in (ROOT / "connectors").rglob("*.py") if pattern.search(path.read_text(encoding="utf-8"))]
