"""A user's words never reach a Markdown parser: a look at the syntax tree of the whole screen floor."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from markdown_it import MarkdownIt
from streamlit.testing.v1 import AppTest

if TYPE_CHECKING:
    from collections.abc import Callable

UI = Path(__file__).resolve().parents[2] / "planner" / "ui"
FILES = sorted(UI.rglob("*.py"))
MARKDOWN = {
    "markdown", "write", "caption", "title", "header", "subheader", "info", "warning", "error", "success", "badge", "button", "link_button",
    "download_button", "form_submit_button", "checkbox", "toggle", "radio", "pills", "segmented_control", "expander", "popover", "tabs", "metric",
    "page_link", "toast", "help", "text_input", "text_area", "number_input", "date_input", "time_input", "datetime_input", "file_uploader",
    "heading", "confirm",
}  # fmt: skip
"""Calls that read Markdown in their label or body."""
SAFE_CALLS = {
    "plain",
    "count",
    "day",
    "moment",
    "clock",
    "ago",
    "town",
    "span",
    "figure",
    "join",
    "capitalize",
    "state_of",
    "campaign_state",
    "len",
    "subheader_words",
}
SAFE_NAMES = {
    "words.STATE_ICONS", "words.STATE_WORDS", "PERSONAL_REFUSED", "STAGE_WORDS", "lead", "icon", "word", "sentence", "question", "label", "what",
    "missing", "line", "note.stage", "note.place", "resume", "scope", "alt", "made.caution", "beta", "checked", "done", "markdown", "title", "mark",
    "quiet", "NOT_REPORTED", "incident", "who", "number", "account.zone", "page",
    "ENOUGH", "_DAYS", "ROLES",
}  # fmt: skip
"""Constants of ours, and parameters whose every caller is checked by this same test or named in BY_HAND."""
NOT_THE_SCREEN = {"records", "planner", "frames", "figure"}
NEVER = {"unsafe_allow_html", "unsafe_allow_javascript"}


def _calls(tree: ast.AST) -> list[ast.Call]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call)]


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


_PARTS: dict[type[ast.expr], Callable[[Any], list[ast.expr]]] = {
    ast.JoinedStr: lambda node: [part.value for part in node.values if isinstance(part, ast.FormattedValue)],
    ast.IfExp: lambda node: [node.body, node.orelse],
    ast.BinOp: lambda node: [node.left, node.right],
    ast.BoolOp: lambda node: node.values,
    ast.Subscript: lambda node: [node.value],
    ast.GeneratorExp: lambda node: [node.elt],
    ast.List: lambda node: node.elts,
    ast.Tuple: lambda node: node.elts,
}
"""The parts of a compound expression that have to be safe each."""


def safe(node: ast.expr) -> bool:
    """Return whether an expression can only hold our own words."""
    if type(node) in _PARTS:
        return all(safe(part) for part in _PARTS[type(node)](node))
    if isinstance(node, ast.Call):
        return safe(node.args[0]) if _name(node.func) == "join" and node.args else _name(node.func) in SAFE_CALLS
    return isinstance(node, ast.Constant) or ast.unparse(node) in SAFE_NAMES


def faults(source: str) -> list[str]:
    found = []
    for call in _calls(ast.parse(source)):
        words = {keyword.arg for keyword in call.keywords}
        found += [f"{call.lineno}: {name}" for name in NEVER & words]
        name = _name(call.func)
        if name not in MARKDOWN or not isinstance(call.func, ast.Attribute) or _root(call.func) in NOT_THE_SCREEN:
            continue
        texts = [*call.args[:1], *(keyword.value for keyword in call.keywords if keyword.arg in ("help", "label", "body"))]
        found += [f"{call.lineno}: {name}({ast.unparse(text)[:80]})" for text in texts if not safe(text)]
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(UI)))
def test_no_words_of_a_user_in_a_markdown_call(file: Path) -> None:
    assert faults(file.read_text("utf-8")) == []


def test_nothing_draws_a_table_past_the_furniture() -> None:
    drawn = {
        f"{file.name}:{call.lineno}"
        for file in FILES
        for call in _calls(ast.parse(file.read_text("utf-8")))
        if _name(call.func) in ("table", "dataframe", "data_editor") and _root(call.func) == "st"
    }
    assert drawn == set()


WORDS = ["a | b", "\\|", "`x|y`", "| --- |", "**bold** :red[x]", "two\nlines", "", "<b>x</b>"]
HEAD = "| a | b |\n| --- | --- |\n"


def _shown(words):  # noqa: ANN001, ANN202 - AppTest runs this source alone
    from planner.ui import furniture  # noqa: PLC0415 - the same

    furniture.table([(word, number) for number, word in enumerate(words)], ["Words", "Number"], alt="What was said")


def test_no_word_of_a_user_breaks_a_table() -> None:
    app = AppTest.from_function(_shown, args=(WORDS,)).run()
    [told, table] = app.markdown
    assert told.value == "What was said"
    reader = MarkdownIt("commonmark").enable("table")
    rows = [[one for one in reader.parse(f"{HEAD}{row}") if one.type == "inline"][2:] for row in table.value.splitlines()[2:]]
    assert [number.content for _, number in rows] == [str(number) for number in range(len(WORDS))]
    assert [reader.renderInline(words.content).replace("\u2060", "") for words, _ in rows] == [
        "a | b", "\\|", "`x|y`", "| --- |", "**bold** :red[x]", "two lines", "", "&lt;b&gt;x&lt;/b&gt;",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "line",
    [
        "st.markdown(post.headline)",
        "st.button(f'Open {account.handle}')",
        "st.error(error.sentence)",
        "st.caption('x' + note.text)",
        "st.html(words, unsafe_allow_javascript=True)",
        "st.text_input('Name', help=field.help)",
    ],
)
def test_the_look_sees_what_it_looks_for(line: str) -> None:
    assert faults(line) != []


@pytest.mark.parametrize(
    "line", ["st.text(post.headline)", "st.markdown('**ours**')", "st.button(session.plain(account.handle))", "st.code(text)"]
)
def test_the_look_lets_plain_text_pass(line: str) -> None:
    assert faults(line) == []
