"""Break deliveries in every known way, on SQLite and on PostgreSQL, and print what was published, lost, doubled and stuck: `make faults`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TESTS = ("tests/integration/test_faults_platform.py", "tests/integration/test_faults_workers.py", "tests/integration/test_faults_people.py")
COLUMNS = ("scenario", "store", "workers", "published", "lost", "doubled", "stuck")


def table(lines: list[dict[str, Any]]) -> str:
    """Return the lines as a table, by number of the scenario, SQLite before PostgreSQL."""
    ordered = sorted(lines, key=lambda line: (int(line["scenario"].partition(".")[0]), line["scenario"], line["store"] != "SQLite"))
    rows = [COLUMNS, *(tuple(str(line[name]) for name in COLUMNS) for line in ordered)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)


def main() -> int:
    """Run the fault tests, print the table, and return 1 when a test failed or a number that has to be 0 is not."""
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "lines"
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *TESTS, *sys.argv[1:]]
        status = subprocess.run(command, cwd=ROOT, env={**os.environ, "PLANNER_TEST_FAULTS": str(kept)}, check=False).returncode
        lines = [json.loads(line) for line in kept.read_text().splitlines()] if kept.exists() else []
    print(f"\n{table(lines)}")
    broken = [line for line in lines if line["lost"] or line["doubled"] or line["stuck"]]
    print(f"\n{len(lines)} runs, {len(broken)} of them with something lost, doubled or stuck.")
    return 1 if status or broken or not lines else 0


if __name__ == "__main__":
    sys.exit(main())
