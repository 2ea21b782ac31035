"""How long one check takes, beside counting the words of the same text; cold start, memory and package data: `make bench`.

Texts are the shipped good drafts joined to 3,000 characters. The processor time of a check is the best of three, so that a crowded
machine tells less; the yardstick (all words and pairs of words of the text, counted) is timed between the checks in the same run.
"""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
import time
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from planner.checklist.check import check
from planner.checklist.report import Draft
from planner.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

SIZE, TEXTS, TIMES = 3_000, 60, 3
_MEMORY = "int(next(line for line in open('/proc/self/status') if line.startswith('VmHWM')).split()[1]) / 1024"
_BARE = f"print({_MEMORY})"
_FIRST = (
    "import time; began = time.process_time();"
    "from planner.checklist.check import check; from planner.checklist.report import Draft; check(Draft('d', 'My client cried.'));"
    "took = time.process_time() - began;"
    f"print(took, {_MEMORY})"
)


def texts() -> list[str]:
    """Return good drafts, joined and cut to size; the same every time."""
    rows = [json.loads(line) for path in sorted((ROOT / "tests/content/drafts").glob("*.jsonl")) for line in path.open(encoding="utf-8")]
    good = [row["text"] for row in rows if row["verdict"] == "pass"]
    chance = random.Random(5)  # noqa: S311 - reproducible texts, no secret
    return ["\n\n".join(chance.choices(good, k=60))[:SIZE] for _ in range(TEXTS)]


def best(work: Callable[[], object]) -> float:
    """Return the least processor time of three goes, in milliseconds."""
    took = []
    for _ in range(TIMES):
        began = time.process_time()
        work()
        took.append(time.process_time() - began)
    return min(took) * 1000


def counted(text: str) -> Counter[object]:
    """Count words and pairs of words: the yardstick."""
    words = re.findall(r"\w+", text.lower())
    return Counter([*words, *pairwise(words)])


def run_alone(code: str) -> list[float]:
    """Return the figures that a Python of its own prints."""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=ROOT)
    return [float(figure) for figure in done.stdout.split()]


def main() -> None:
    """Measure and print."""
    joined = texts()
    for text in joined[:20]:
        check(Draft("warm", text[::-1]))
    number = iter(range(1_000_000))
    checks, yards = [], []
    for text in joined:
        checks.append(best(lambda text=text: check(Draft("d", f"{text} {next(number)}"))))  # type: ignore[misc]  # bound at once
        yards.append(best(lambda text=text: counted(text)))  # type: ignore[misc]  # the same
    checks.sort()
    yard = sorted(yards)[len(yards) // 2]
    middle, late = checks[len(checks) // 2], checks[len(checks) * 95 // 100]
    told = f"median {middle:.1f} ms, 95th percentile {late:.1f} ms of processor time"
    sys.stdout.write(f"{SIZE} characters: {told}; yardstick {yard:.2f} ms, ratio {middle / yard:.0f}\n")
    (bare,), (first, full) = run_alone(_BARE), min(run_alone(_FIRST) for _ in range(TIMES))
    sys.stdout.write(
        f"first draft of a new process: {first:.2f} s of processor time; memory over a bare interpreter: {full - bare:.0f} MB\n"
    )
    data = sum(path.stat().st_size for part in ("rules", "lexicons", "population") for path in (ROOT / "content_bank" / part).rglob("*"))
    data += sum(path.stat().st_size for path in (ROOT / "content_bank").glob("*.*") if path.suffix != ".md")
    sys.stdout.write(f"package data of the checklist: {data / 1e6:.1f} MB\n")


if __name__ == "__main__":
    main()
