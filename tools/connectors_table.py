"""What the contract suite ran for each connector, as a table: `make connectors-table`.

python -m pytest tests/contract --junitxml build/contract.xml
python -m tools.connectors_table build/contract.xml
"""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from connectors import registry

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from connectors.registry import PlatformInfo

_HEAD = "| connector | grade | ran against | cases run | passed | skipped | does not apply, and why | nobody has tried |\n|---|---|---|---|---|---|---|---|"
_FAMILY = "tests.contract.test_"
_OUTCOMES = ("failure", "error", "skipped")


@dataclass(slots=True)
class Cases:
    """How a connector's cases ended, and why some were skipped."""

    ended: Counter[str] = field(default_factory=Counter)
    reasons: set[str] = field(default_factory=set)


def read(path: Path) -> dict[str, Cases]:
    """Return the cases by platform, from a report that pytest wrote; raise ValueError when it holds none."""
    found: dict[str, Cases] = {}
    for case in ET.parse(path).iter("testcase"):  # noqa: S314 - pytest's own report on this machine
        platform = _platform(case.get("classname", ""))
        if platform is None:
            continue
        cases = found.setdefault(platform, Cases())
        outcome = next((one for one in _OUTCOMES if case.find(one) is not None), "passed")
        cases.ended[outcome] += 1
        skipped = case.find("skipped")
        if skipped is not None:
            cases.reasons.add(skipped.get("message", "no reason"))
    if not found:
        raise ValueError(f"{path} holds no case of any connector. Run the contract suite with --junitxml {path} first.")
    return found


def table(found: Mapping[str, Cases]) -> str:
    """Return the table, one row a connector that sends, in the order of the Accounts page."""
    return "\n".join([_HEAD, *(_row(info, found.get(info.name, Cases())) for info in registry.platforms() if info.mode != "hand")])


def _platform(classname: str) -> str | None:
    """Return the platform that a test's file is about, or None."""
    name = classname.removeprefix(_FAMILY).partition(".")[0].removeprefix("connector_")
    return name if classname.startswith(_FAMILY) and name in registry.names() else None


def _row(info: PlatformInfo, cases: Cases) -> str:
    ended = cases.ended
    failed = ended["failure"] + ended["error"]
    passed = f"{ended['passed']}{f', {failed} failed' if failed else ''}"
    skipped = f"{ended['skipped']}{': ' if cases.reasons else ''}{' '.join(sorted(cases.reasons))}"
    server = info.tested_against.partition(":")[0]
    cells = (
        info.title,
        info.grade,
        server,
        str(ended.total() - ended["skipped"]),
        passed,
        skipped,
        "; ".join(_left(info)) or "-",
        info.not_tested,
    )
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def _left(info: PlatformInfo) -> Iterable[str]:
    """Yield the kinds of cases that this platform's own abilities leave out."""
    rules = info.capabilities
    if not rules.thread:
        yield "threads: one post at a time here"
    if not rules.media.max_items:
        yield "images: posted by hand, it takes them from a public address only"
    if rules.idempotency == "none":
        yield "other words under the same key: it is told no key"
    if rules.idempotency.startswith("native") is False and rules.idempotency != "none":
        yield "the same call doubled on its way: it honors no key, so a repeat looks first"
    if not any(one.name in {"server", "site"} for one in info.fields):
        yield "an unknown host: it has one address"


def main(arguments: list[str]) -> None:
    """Print the table of a report."""
    print(table(read(Path(arguments[0] if arguments else "build/contract.xml"))))


if __name__ == "__main__":
    main(sys.argv[1:])
