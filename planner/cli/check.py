"""`check`: read drafts, print what the checklist finds; nothing is sent, stored or remembered."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.checklist import wire
from planner.checklist.check import check
from planner.checklist.report import LEVELS, Draft
from planner.checklist.rules import InvalidRules, Packs, load
from planner.cli.check_text import printed

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from planner.checklist.report import Profile, Report

_MOST_BYTES = 400_000
_EXITS = {"pass": 0, "revise": 1, "block": 2}
_MALFORMED, _BROKEN = 2, 3


class _Unreadable(Exception):
    """A file, line or argument that cannot be used; the message is one sentence for the person at the keyboard."""


@dataclass(slots=True)
class _Tally:
    """What went by, for the exit status and `--stats`."""

    verdicts: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    levels: set[str] = field(default_factory=set)
    malformed: bool = False

    def add(self, report: Report) -> None:
        self.verdicts[report.verdict] += 1
        self.rules.update({finding.rule for finding in report.findings})
        self.levels.update(finding.level for finding in report.findings)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's words."""
    parser.add_argument("files", nargs="*", metavar="FILE", help="text files, each one draft; none or - reads standard input")
    parser.add_argument(
        "--format",
        choices=("text", "jsonl"),
        default="text",
        help="text for people (default), jsonl for programs: one draft and one report a line",
    )
    parser.add_argument("--author", help="therapist, social-worker, agency, advocacy or student")
    parser.add_argument("--platform", help="where the draft will go, e.g. linkedin")
    parser.add_argument("--country", help="the account's country, e.g. US or UK")
    parser.add_argument("--org-type", dest="org_type", help="practice, agency, charity, 501c3, 501c4, foundation, government or other")
    parser.add_argument("--today", help="the day to judge dates by, as 2026-11-21; without it rules about dates rest")
    parser.add_argument("--profile", type=Path, help="a JSON file with the account's own names, contacts and settings")
    parser.add_argument("--rules", type=Path, help="a folder with house rules (phrases)")
    parser.add_argument("--explain", action="store_true", help="show the cues and guards behind every finding")
    parser.add_argument("--fail-on", dest="fail_on", choices=LEVELS, help="exit 1 when a finding is at least this strict")
    parser.add_argument("--stats", action="store_true", help="count verdicts and rules on standard error")
    parser.add_argument("--validate", action="store_true", help="only check the rule files, with all their examples")


def main(args: argparse.Namespace) -> int:
    """Check what is given; the exit status is 0 pass, 1 revise, 2 block for text, and 0, 1, 2 or 3 as documented for jsonl."""
    _survive_any_text()
    began = time.perf_counter()
    try:
        packs = load(args.rules)
        if args.validate:
            return _validate(packs)
        today = _day(args.today)
        profile = _profile(args.profile)
        tally = _Tally()
        if args.format == "jsonl":
            _lines(args, packs, profile, today, tally)
        else:
            _files(args, packs, profile, today, tally)
    except InvalidRules as error:
        print(f"check: {error}", file=sys.stderr)
        return _BROKEN
    except _Unreadable as error:
        print(f"check: {error}", file=sys.stderr)
        return _BROKEN if args.format == "text" else _MALFORMED
    if args.stats:
        _print_stats(tally, time.perf_counter() - began)
    return _status(args, tally)


def _status(args: argparse.Namespace, tally: _Tally) -> int:
    failed = args.fail_on is not None and any(
        LEVELS.index(args.fail_on) >= LEVELS.index(level) for level in LEVELS if level in tally.levels
    )
    if args.format == "jsonl":
        return _MALFORMED if tally.malformed else int(failed)
    if args.fail_on is not None:
        return int(failed)
    return max((_EXITS[verdict] for verdict in tally.verdicts), default=0)


def _lines(args: argparse.Namespace, packs: Packs, profile: Profile | None, today: date | None, tally: _Tally) -> None:
    for where, line in _numbered(args.files):
        try:
            draft = _parsed(line)
        except _Unreadable as error:
            tally.malformed = True
            print(f"check: {where}: {error}", file=sys.stderr)
            continue
        report = check(draft, profile=profile, today=today, packs=packs)
        tally.add(report)
        print(wire.report_line(report, explain=args.explain), flush=True)


def _parsed(line: bytes) -> Draft:
    if len(line) > _MOST_BYTES:
        raise _Unreadable(f"{len(line) // 1000} kB are more than a post; the limit is {_MOST_BYTES // 1000} kB")
    try:
        return wire.with_inferred_kind(wire.draft_from(json.loads(line.decode("utf-8"))))
    except UnicodeDecodeError:
        raise _Unreadable("it is no UTF-8") from None
    except RecursionError:
        raise _Unreadable("it is nested too deeply") from None
    except wire.Malformed as error:
        raise _Unreadable(str(error)) from None
    except ValueError:
        raise _Unreadable("it is no JSON") from None


def _numbered(files: list[str]) -> Iterator[tuple[str, bytes]]:
    for name in files or ["-"]:
        if name == "-":
            source: Any = sys.stdin.buffer
            for number, line in enumerate(source, 1):
                if line.strip():
                    yield f"line {number}", line
        else:
            for number, line in enumerate(_content(name, limit=None).splitlines(), 1):
                if line.strip():
                    yield f"{name}, line {number}", line


def _files(args: argparse.Namespace, packs: Packs, profile: Profile | None, today: date | None, tally: _Tally) -> None:
    for name in args.files or ["-"]:
        content = sys.stdin.buffer.read(_MOST_BYTES + 1) if name == "-" else _content(name, limit=_MOST_BYTES)
        shown = "standard input" if name == "-" else name
        if len(content) > _MOST_BYTES:
            raise _Unreadable(f"{shown} is longer than {_MOST_BYTES // 1000} kB, which is more than a post; check a part of it")
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise _Unreadable(f"{shown} is no UTF-8 text; save it as UTF-8 and try again") from None
        told = {
            "id": shown,
            "text": text,
            "author": args.author,
            "platform": args.platform,
            "country": args.country,
            "org_type": args.org_type,
        }
        try:
            draft = wire.with_inferred_kind(wire.draft_from(told))
        except wire.Malformed as error:
            raise _Unreadable(str(error)) from None
        report = check(draft, profile=profile, today=today, packs=packs)
        tally.add(report)
        print(printed(report, text, explain=args.explain))


def _content(name: str, *, limit: int | None) -> bytes:
    try:
        with Path(name).open("rb") as file:
            return file.read() if limit is None else file.read(limit + 1)
    except OSError as error:
        raise _Unreadable(f"{name} cannot be read ({error.strerror or 'unknown reason'}); check the name and its permissions") from None


def _day(word: str | None) -> date | None:
    try:
        return None if word is None else date.fromisoformat(word)
    except ValueError:
        raise _Unreadable(f"--today {word!r} is no day; write it as 2026-11-21") from None


def _profile(path: Path | None) -> Profile | None:
    if path is None:
        return None
    try:
        return wire.profile_from(json.loads(_content(str(path), limit=None).decode("utf-8")))
    except wire.Malformed as error:
        raise _Unreadable(f"{path}: {error}") from None
    except ValueError:
        raise _Unreadable(f"{path} is no JSON; see content_bank/README.md for an example") from None


def _validate(packs: Packs) -> int:
    from planner.checklist.examples import disagreements  # noqa: PLC0415 - only this switch needs it

    faults = disagreements(packs)
    for fault in faults:
        print(f"check: {fault}", file=sys.stderr)
    print(f"{len(packs.rules)} rules, {sum(len(rule.flags) + len(rule.passes) for rule in packs.rules)} examples, {len(faults)} disagree.")
    return _BROKEN if faults else 0


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
