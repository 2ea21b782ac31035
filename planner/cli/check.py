"""`check`: read drafts, print what the checklist finds; nothing is sent, stored or remembered."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from planner.checklist import circumstances, trial, wire
from planner.checklist.bank import messages
from planner.checklist.check import check
from planner.checklist.report import LEVELS
from planner.checklist.rules import InvalidRules, Packs, load
from planner.cli import check_input
from planner.cli.check_text import printed

if TYPE_CHECKING:
    from datetime import date

    from planner.checklist.report import Draft, Report

_EXITS = {"pass": 0, "revise": 1, "block": 2}
_FAULT = 3
_NEVER = "never"
_UNREAD = 2
_ENDS = """exit status of a text:
  0  nothing has to be answered or changed
  1  a question has to be answered
  2  something has to be changed before it can go out (block)
  3  a fault: a file, argument or rule file that cannot be used, or no text
exit status with --format jsonl, whatever is found:
  0  every line was checked
  2  a line could not be read; it is named on standard error, the others were checked
  3  a fault: a file, argument or rule file that cannot be used
With --fail-on LEVEL: 1 when a finding is at least this strict, else 0; with --fail-on never: 0. Faults and unread lines stay what they are.

fields of a draft in jsonl, one JSON object a line; id and text are needed, other fields are not read, a misspelled one is refused:
  id, text, today (2026-11-21)
  author        {authors}
  kind          {kinds}
  country       a code or an English name: US, UK, CA-ON, New Zealand
  org_type      {org_types}
  platform      {platforms}
  post_type     {post_types}
  account, location, link_preview    texts
  media         a list of {{kind, name, alt, description, has_gps, has_captions, decorative}}
  record        {{sources: [{{title, tier, kind, published}}], fields: {{name: text}}, expired: [[title, why]], apps: [name]}}
"""


@dataclass(slots=True)
class _Tally:
    """What went by, for the exit status and `--stats`."""

    verdicts: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    levels: set[str] = field(default_factory=set)
    faulty: bool = False

    def add(self, report: Report) -> None:
        self.verdicts[report.verdict] += 1
        self.rules.update({finding.rule for finding in report.findings})
        self.levels.update(finding.level for finding in report.findings)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's words."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = _ENDS.format(**{name: ", ".join(words) for name, words in _choices().items()})
    parser.add_argument("files", nargs="*", metavar="FILE", help="text files, each one draft; none or - reads standard input")
    parser.add_argument(
        "--format",
        choices=("text", "jsonl"),
        default="text",
        help="text for people (default), jsonl for programs: one draft and one report a line",
    )
    parser.add_argument("--author", help="who writes: " + ", ".join(circumstances.AUTHORS))
    parser.add_argument("--kind", help="what it is: " + ", ".join(circumstances.KINDS) + "; left out, an answer is told by its opening")
    parser.add_argument("--platform", help="where the draft will go, e.g. linkedin")
    parser.add_argument("--country", help="the account's country or region: a code or an English name, e.g. US, CA-ON or New Zealand")
    parser.add_argument("--org-type", dest="org_type", help=", ".join(circumstances.org_types()))
    parser.add_argument("--today", help="the day to judge dates by, as 2026-11-21; without it rules about dates rest")
    parser.add_argument("--profile", type=Path, help="a JSON file with the account's own names, contacts and settings")
    parser.add_argument("--rules", type=Path, help="a folder with house rules (phrases)")
    parser.add_argument("--explain", action="store_true", help="show the cues and guards behind every finding")
    parser.add_argument("--rule", metavar="ID[/VARIANT]", help="show, gate by gate, why this rule speaks or stays silent")
    parser.add_argument(
        "--fail-on", dest="fail_on", choices=(*LEVELS, _NEVER), help="exit 1 when a finding is at least this strict, else 0"
    )
    parser.add_argument("--stats", action="store_true", help="count verdicts and rules on standard error")
    parser.add_argument(
        "--validate",
        action="store_true",
        help="only check the rule files with all their examples, and the lists of help lines and countries",
    )


def _choices() -> dict[str, tuple[str, ...]]:
    return {
        "authors": circumstances.AUTHORS,
        "kinds": circumstances.KINDS,
        "org_types": circumstances.org_types(),
        "platforms": circumstances.platforms(),
        "post_types": circumstances.post_types(),
    }


def main(args: argparse.Namespace) -> int:
    """Check what is given; the exit status is 0 pass, 1 revise, 2 block, 3 for a fault; of JSON lines 0, and 2 where one cannot be read."""
    _survive_any_text()
    began = time.perf_counter()
    tally = _Tally()
    try:
        if args.validate:
            return _validate(args.rules, check_input.day(args.today) or datetime.now(UTC).date())
        _check(args, load(args.rules), tally)
    except (InvalidRules, check_input.Unreadable) as error:
        print(f"check: {error}", file=sys.stderr)
        return _FAULT
    if args.stats:
        _print_stats(tally, time.perf_counter() - began)
    return _status(args, tally)


def _check(args: argparse.Namespace, packs: Packs, tally: _Tally) -> None:
    profile = check_input.profile(args.profile, packs)
    asked = check_input.rules(args.rule, packs)
    for where, draft, today in check_input.drafts(args, check_input.day(args.today)):
        if isinstance(draft, check_input.Unreadable):
            tally.faulty = True
            print(f"check: {where}: {draft}", file=sys.stderr)
            continue
        report = check(draft, profile=profile, today=today, packs=packs)
        if args.explain or asked:
            beside = (*report.explained, trial.wording_of(draft)) if args.explain else ()
            report = replace(report, explained=(*beside, *trial.explained(asked, draft, packs=packs, profile=profile, today=today)))
        if _is_empty(draft):
            tally.faulty |= args.format == "text"
            report = replace(report, summary=messages()["summary"]["empty"])
            print(f"check: {where}: {report.summary}", file=sys.stderr)
        tally.add(report)
        if args.format == "jsonl":
            print(wire.report_line(report, explain=args.explain or bool(asked)), flush=True)
        elif not _is_empty(draft):
            print(printed(report, draft.text, explain=args.explain or bool(asked)))


def _is_empty(draft: Draft) -> bool:
    """Tell whether there is nothing to check: a report that nothing matched would read like praise."""
    return not (draft.text.strip() or draft.media or draft.link_preview.strip())


def _status(args: argparse.Namespace, tally: _Tally) -> int:
    lines = args.format == "jsonl"
    if tally.faulty:
        return _UNREAD if lines else _FAULT
    if args.fail_on == _NEVER:
        return 0
    if args.fail_on is not None:
        return int(not tally.levels.isdisjoint(LEVELS[: LEVELS.index(args.fail_on) + 1]))
    if lines:
        return 0
    return max((_EXITS[verdict] for verdict in tally.verdicts), default=0)


def _validate(rules: Path | None, today: date) -> int:
    from planner.checklist import bankfile  # noqa: PLC0415 - only this switch needs it
    from planner.checklist.examples import disagreements, overdue  # noqa: PLC0415 - the same

    if broken := bankfile.unreadable():
        raise InvalidRules(broken)
    packs = load(rules)
    found = bankfile.faults(packs, today)
    for warning in (*overdue(packs, today), *(f"warning: {one.text}" for one in found if one.warns)):
        print(f"check: {warning}", file=sys.stderr)
    disagreeing, wrong = disagreements(packs), [one.text for one in found if not one.warns]
    for fault in (*wrong, *disagreeing):
        print(f"check: {fault}", file=sys.stderr)
    examples = sum(len(rule.flags) + len(rule.passes) for rule in packs.rules)
    beside = f" {len(wrong)} faults in the lists beside them." if wrong else ""
    print(f"{len(packs.rules)} rules, {examples} examples, {len(disagreeing)} disagree.{beside}")
    return _FAULT if disagreeing or wrong else 0


def _print_stats(tally: _Tally, seconds: float) -> None:
    drafts = sum(tally.verdicts.values())
    verdicts = ", ".join(f"{count} {verdict}" for verdict, count in sorted(tally.verdicts.items()))
    print(f"{drafts} drafts in {seconds:.2f} s: {verdicts or 'none'}", file=sys.stderr)
    for rule, count in sorted(tally.rules.items()):
        print(f"{count:6} {rule}", file=sys.stderr)


def _survive_any_text() -> None:
    """Print what an old console or a lone surrogate cannot show as an escape instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
