"""A report as lines for people: where, what, why, and what to do instead."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

from planner.checklist.text import views

if TYPE_CHECKING:
    from planner.checklist.report import Finding, Report

_WIDTH = 100
_PRIVATE = "confidentiality."
_FIRST = {"confidentiality.client-reference": 0}
_MARKUP = re.compile(
    r"</?(?:p|div|span|br|strong|em|b|i|a|ul|ol|li|h[1-6]|table|td|tr|blockquote|html|body)(?: [^<>]{0,200})?/?>", re.IGNORECASE
)
_LEVELS = {"block": "CHANGE", "ask": "ANSWER", "advise": "CONSIDER"}
_KINDS = {"replace": "Instead", "rewrite": "Instead of the post", "insert": "Add", "delete": "Delete"}


def printed(report: Report, text: str, *, explain: bool = False) -> str:
    """Return the report in lines; line numbers count from 1 in `text`.

    Findings of one rule that say the same are told once; what is found about a served person comes first.
    """
    lines = [f"{report.id}: {report.summary}"]
    for findings in _gathered(report):
        lines += _finding(findings, text, explain=explain)
    open_questions = [question.text for question in report.questions]
    if open_questions:
        lines += ["", "  Ask yourself:", *(f"  - {question}" for question in open_questions)]
    lines += [f"  Note: {note.text}" for note in report.notes]
    if tag := _MARKUP.search(text):
        lines.append(f"  Note: markup was pasted ({tag[0]}): paste the text as readers see it, since tags between words can hide them.")
    if report.anonymity is not None:
        lines += ["", *_wrapped("Who could it be: " + report.anonymity.text)]
    if explain:
        lines += ["", *(f"  · {step}" for step in report.explained)]
    return "\n".join(lines)


def _gathered(report: Report) -> list[list[Finding]]:
    """Return the findings in groups that say the same, those about a served person first, then in the order of the text."""
    groups: dict[tuple[str, str, str, str], list[Finding]] = {}
    for finding in report.findings:
        groups.setdefault((finding.rule, finding.level, finding.message, finding.why), []).append(finding)
    return sorted(groups.values(), key=lambda group: _FIRST.get(group[0].rule, int(not group[0].rule.startswith(_PRIVATE)) + 1))


def _finding(findings: list[Finding], text: str, *, explain: bool) -> list[str]:
    finding = findings[0]
    where = _where(finding, text) if finding.quote else "beside the text"
    if len(findings) > 1:
        where = f"{len(findings)} times, first in {where}"
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


def _where(finding: Finding, text: str) -> str:
    """Return the line of a finding, and in a text of one line that has several sentences the sentence."""
    line = text.count("\n", 0, finding.start) + 1
    if "\n" in text.strip():
        return f"line {line}"
    read = views(text)
    if len(read.sentences) == 1:
        return f"line {line}"
    return f"sentence {sum(read.folded.to_raw(*span)[0] <= finding.start for span in read.sentences)}"


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(" ".join(text.split()), _WIDTH, initial_indent="    ", subsequent_indent="      ")
