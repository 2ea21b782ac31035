"""Score the checklist on labelled drafts: python -m tools.evaluate [--json] [--misses N] [FILE.jsonl ...].

Without files, the drafts shipped with the tests. One JSON object a line: id, text, author?, platform?, country?, verdict, and
findings [{rule, quote}]. A draft is breaching when it is labelled with a `confidentiality.` rule; a report holds it with a block and
catches it with a block or an ask of that family.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.checklist.check import check
from planner.checklist.wire import draft_from

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.checklist.report import Report

SHIPPED = Path(__file__).resolve().parents[1] / "tests" / "content" / "drafts"
_FAMILY = "confidentiality."
_CLUES = {"confidentiality.direct-identifier", "confidentiality.quasi-identifier"}
FIGURES = (
    ("conf_caught", "breach_caught", "breach"),
    ("caught_precision", "breach_caught", "caught"),
    ("conf_held", "breach_held", "breach"),
    ("held_precision", "breach_held", "held"),
    ("pass_caught", "pass_caught", "pass"),
    ("pass_held", "pass_held", "pass"),
    ("pass_flagged", "pass_flagged", "pass"),
    ("clue_recall", "clues_found", "clues"),
    ("other_block_recall", "other_blocked", "other_block"),
    ("verdict_accuracy", "right_verdict", "drafts"),
)


@dataclass(slots=True)
class Score:
    """Counts over all drafts: of the whole, and per rule labelled, fired and both."""

    tally: Counter[str] = field(default_factory=Counter)
    labelled: Counter[str] = field(default_factory=Counter)
    fired: Counter[str] = field(default_factory=Counter)
    both: Counter[str] = field(default_factory=Counter)
    misses: list[tuple[str, str]] = field(default_factory=list)

    def add(self, row: dict[str, Any], report: Report) -> None:
        """Count one labelled draft and its report."""
        labelled, fired = {finding["rule"] for finding in row["findings"]}, {finding.rule for finding in report.findings}
        self.labelled.update(labelled)
        self.fired.update(fired)
        self.both.update(labelled & fired)
        self.misses += [(rule, str(row["id"])) for rule in sorted(labelled - fired)]
        levels = {finding.level for finding in report.findings if finding.rule.startswith(_FAMILY)}
        facts = self._facts(row, report, labelled, caught=bool(levels & {"block", "ask"}), held="block" in levels)
        self.tally.update({name: 1 for name, is_so in facts.items() if is_so})
        self._clues(row, report)

    @staticmethod
    def _facts(row: dict[str, Any], report: Report, labelled: set[str], *, caught: bool, held: bool) -> dict[str, bool]:
        breach = any(rule.startswith(_FAMILY) for rule in labelled)
        passes, other = row["verdict"] == "pass", row["verdict"] == "block" and not breach
        return {
            "drafts": True,
            "right_verdict": report.verdict == row["verdict"],
            "breach": breach,
            "caught": caught,
            "held": held,
            "breach_caught": breach and caught,
            "breach_held": breach and held,
            "pass": passes,
            "pass_caught": passes and caught,
            "pass_held": passes and report.verdict == "block",
            "pass_flagged": passes and report.verdict != "pass",
            "other_block": other,
            "other_blocked": other and report.verdict == "block",
        }

    def _clues(self, row: dict[str, Any], report: Report) -> None:
        spans = [(finding.start, finding.end) for finding in report.findings if finding.rule.startswith(_FAMILY)]
        for finding in row["findings"]:
            if finding["rule"] in _CLUES:
                places = [at for at in range(len(row["text"])) if row["text"].startswith(finding["quote"], at)]
                self.tally["clues"] += 1
                self.tally["clues_found"] += any(start < at + len(finding["quote"]) and at < end for at in places for start, end in spans)

    def figures(self) -> dict[str, float | None]:
        """Return every figure as a share; None where nothing was to be counted."""
        return {name: ratio(self.tally[part], self.tally[whole]) for name, part, whole in FIGURES}

    def rules(self) -> dict[str, dict[str, float | int | None]]:
        """Return per rule how often it was labelled and fired, its recall and its precision."""
        return {
            rule: {
                "labelled": self.labelled[rule],
                "fired": self.fired[rule],
                "recall": ratio(self.both[rule], self.labelled[rule]),
                "precision": ratio(self.both[rule], self.fired[rule]),
            }
            for rule in sorted({*self.labelled, *self.fired})
        }


def ratio(part: int, whole: int) -> float | None:
    """Return `part` of `whole`, or None if there is no whole."""
    return round(part / whole, 3) if whole else None


def rows_of(paths: Iterable[Path]) -> list[dict[str, Any]]:
    """Return the labelled drafts of all files."""
    return [json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def scored(rows: list[dict[str, Any]]) -> Score:
    """Check every draft and count."""
    score = Score()
    for row in rows:
        facts = {key: row[key] for key in ("id", "text", "author", "platform", "country", "org_type", "media") if key in row}
        score.add(row, check(draft_from(facts)))
    return score


def shown(score: Score, seconds: float) -> str:
    """Return the score as a table for people."""
    lines = [f"{score.tally['drafts']} drafts in {seconds:.1f} s", ""]
    lines += [f"{name:20} {'-' if value is None else f'{value:.3f}'}" for name, value in score.figures().items()]
    lines += ["", f"{'rule':42} {'labelled':>8} {'fired':>6} {'recall':>7} {'precision':>9}"]
    for rule, told in score.rules().items():
        cells = ["-" if told[key] is None else f"{told[key]:.2f}" for key in ("recall", "precision")]
        lines.append(f"{rule:42} {told['labelled']:>8} {told['fired']:>6} {cells[0]:>7} {cells[1]:>9}")
    return "\n".join(lines)


def main(argv: list[str] | None = None) -> int:
    """Score the files and print the table; 1 if there is nothing to score."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else None)
    parser.add_argument("files", nargs="*", type=Path, help="labelled drafts; none means those shipped with the tests")
    parser.add_argument("--json", action="store_true", help="print figures and rules as JSON")
    parser.add_argument("--misses", type=int, default=0, help="name up to N drafts per rule that were missed")
    args = parser.parse_args(argv)
    paths = args.files or sorted(SHIPPED.glob("*.jsonl"))
    if not paths:
        print(f"No labelled drafts in {SHIPPED}: name a file.", file=sys.stderr)
        return 1
    began = time.perf_counter()
    score = scored(rows_of(paths))
    if args.json:
        print(json.dumps({"figures": score.figures(), "rules": score.rules()}, indent=1))
        return 0
    print(shown(score, time.perf_counter() - began))
    for rule in sorted({rule for rule, _ in score.misses}):
        missed = [draft for named, draft in score.misses if named == rule][: args.misses]
        if missed:
            print(f"missed {rule}: {', '.join(missed)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
