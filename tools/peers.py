"""Measure the tools that people use today beside the checklist, on the same labelled drafts: `make peers`.

A peer *catches* a draft when it marks any place in it: none of them claims to know who is spoken of. Presidio (no model) and proselint
come from PyPI into build/peers/, alex from npm; what cannot be installed is left out and said.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tools.evaluate import SHIPPED, ratio, rows_of, scored

ROOT = Path(__file__).resolve().parents[1]
HOME = ROOT / "build" / "peers"
ALEX = "alex@11.0.1"
_FAMILY = "confidentiality."
_CLUES = ("confidentiality.direct-identifier", "confidentiality.quasi-identifier")
_PLACE = re.compile(r"^\s*(\d+):(\d+)-(\d+):(\d+)\s+warning")

Spans = list[tuple[int, int]]


def install() -> Path:
    """Install the peers into a folder of their own, once, and return its Python."""
    python = HOME / "venv" / "bin" / "python"
    if not python.exists():
        HOME.mkdir(parents=True, exist_ok=True)
        uv = Path(sys.executable).with_name("uv")
        subprocess.run([uv, "venv", "-q", HOME / "venv"], check=True)
        subprocess.run([uv, "pip", "install", "-q", "--python", python, "-r", ROOT / "requirements-peers.in"], check=True)
    if shutil.which("npm") and not (HOME / "node_modules").exists():
        subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", HOME, ALEX], check=False)
    return python


def marks(python: Path, rows: list[dict[str, Any]]) -> dict[str, dict[str, Spans]]:
    """Return tool -> draft id -> the places that it marks, as code points."""
    lines = "".join(json.dumps({"id": row["id"], "text": row["text"]}) + "\n" for row in rows)
    told = subprocess.run([python, "-m", "tools.peers_run"], input=lines, capture_output=True, text=True, check=True, cwd=ROOT)
    found: dict[str, dict[str, Spans]] = {}
    for line in told.stdout.splitlines():
        answer = json.loads(line)
        for name in answer.keys() - {"id"}:
            found.setdefault(name, {})[answer["id"]] = [(start, end) for start, end in answer[name]]
    if (HOME / "node_modules" / ".bin" / "alex").exists():
        found["alex"] = _alex(rows)
    return found


def _alex(rows: list[dict[str, Any]]) -> dict[str, Spans]:
    """Let alex read every draft in one go, each as a text file: starting it costs more than reading."""
    with tempfile.TemporaryDirectory() as folder:
        for number, row in enumerate(rows):
            (Path(folder) / f"{number}.txt").write_text(row["text"], encoding="utf-8")
        command: list[str | Path] = [HOME / "node_modules" / ".bin" / "alex", "--text", *(f"{number}.txt" for number in range(len(rows)))]
        plain = {**os.environ, "FORCE_COLOR": "0"}
        told = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=plain)
    found: dict[str, Spans] = {row["id"]: [] for row in rows}
    current = rows[0]
    for line in (told.stdout + told.stderr).splitlines():
        place, name = _PLACE.match(line), line.split(":")[0].strip()
        if place is not None:
            found[current["id"]].append(_span(current["text"], *map(int, place.groups())))
        elif name.endswith(".txt"):
            current = rows[int(name.removesuffix(".txt"))]
    return found


def _span(text: str, line: int, column: int, last: int, end: int) -> tuple[int, int]:
    starts = [0]
    for one in text.split("\n"):
        starts.append(starts[-1] + len(one) + 1)
    return starts[line - 1] + column - 1, starts[last - 1] + end - 1


def figures(rows: list[dict[str, Any]], found: dict[str, Spans]) -> dict[str, float | None]:
    """Return a peer's figures, by the names of `tools.evaluate`."""
    breach = [row for row in rows if any(one["rule"].startswith(_FAMILY) for one in row["findings"])]
    passes = [row for row in rows if row["verdict"] == "pass"]
    caught = [row for row in rows if found.get(row["id"])]
    clues = [(row, one["quote"]) for row in rows for one in row["findings"] if one["rule"] in _CLUES]
    seen = sum(_overlaps(row["text"], quote, found.get(row["id"], [])) for row, quote in clues)
    return {
        "conf_caught": ratio(sum(row in caught for row in breach), len(breach)),
        "caught_precision": ratio(sum(row in breach for row in caught), len(caught)),
        "pass_caught": ratio(sum(row in caught for row in passes), len(passes)),
        "clue_recall": ratio(seen, len(clues)),
    }


def _overlaps(text: str, quote: str, spans: Spans) -> bool:
    places = [at for at in range(len(text)) if text.startswith(quote, at)]
    return any(start < at + len(quote) and at < end for at in places for start, end in spans)


def main(argv: list[str]) -> int:
    """Print one row a tool."""
    rows = rows_of([Path(name) for name in argv] or sorted(SHIPPED.glob("*.jsonl")))
    ours = scored(rows).figures()
    names = ("conf_caught", "caught_precision", "pass_caught", "clue_recall")
    table = {"this checklist": {name: ours[name] for name in names}}
    table |= {name: figures(rows, found) for name, found in sorted(marks(install(), rows).items())}
    print(f"{len(rows)} drafts\n{'':16}" + "".join(f"{name:>18}" for name in names))
    for name, row in table.items():
        print(f"{name:16}" + "".join(f"{'-' if row[key] is None else f'{row[key]:.3f}':>18}" for key in names))
    missing = {"alex", "presidio", "proselint"} - table.keys()
    if missing:
        print(f"Not measured, because not installed: {', '.join(sorted(missing))}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
