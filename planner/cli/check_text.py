"""A report as lines for people: where, what, why, and what to do instead."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.checklist.report import Finding, Report

_WIDTH = 100
_LEVELS = {"block": "CHANGE", "ask": "ANSWER", "advise": "CONSIDER"}
_KINDS = {"replace": "Instead", "rewrite": "Instead of the post", "insert": "Add", "delete": "Delete"}


def printed(report: Report, text: str, *, explain: bool = False) -> str:
    """Return the report in lines; line numbers count from 1 in `text`."""
    lines = [f"{report.id}: {report.summary}"]
    for finding in report.findings:
        lines += _finding(finding, text, explain=explain)
    open_questions = [question.text for question in report.questions]
    if open_questions:
        lines += ["", "  Ask yourself:", *(f"  - {question}" for question in open_questions)]
    lines += [f"  Note: {note.text}" for note in report.notes]
    if report.anonymity is not None:
        lines += ["", *_wrapped("Who could it be: " + report.anonymity.text)]
    if explain:
        lines += ["", *(f"  · {step}" for step in report.explained)]
    return "\n".join(lines)


def _finding(finding: Finding, text: str, *, explain: bool) -> list[str]:
    line = text.count("\n", 0, finding.start) + 1
    where = f"line {line}" if finding.quote else "beside the text"
    lines = ["", f"  {_LEVELS[finding.level]} ({where}, {finding.rule}): {finding.message}"]
    lines += _wrapped("Why: " + finding.why)
    offer = finding.suggestion
    if offer is not None:
        said = finding.quote if offer.kind == "delete" else offer.text
        lines += _wrapped(f"{_KINDS[offer.kind]}: {said}")
    if finding.question is not None:
        lines += _wrapped("Ask yourself: " + finding.question.text)
    lines += _wrapped(f"Source: {finding.source.title}")
    if explain and finding.evidence:
        lines += _wrapped("Cues: " + ", ".join(finding.evidence))
    return lines


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(" ".join(text.split()), _WIDTH, initial_indent="    ", subsequent_indent="      ")
