"""`petition`: keep petitions, type their counts in, take them from a table, read those that can be read."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from planner.bootstrap import build
from planner.domain.errors import Invalid
from planner.domain.petition import HAND, Petition
from planner.settings import Settings

if TYPE_CHECKING:
    import argparse

    from planner.services.house import Planner
    from planner.services.petitions import PetitionView


def arguments(parser: argparse.ArgumentParser) -> None:
    """What to do, and with which petition."""
    steps = parser.add_subparsers(dest="step", required=True, metavar="STEP")
    steps.add_parser("list", help="show the petitions with their latest counts and how old those are")
    add = steps.add_parser("add", help="add a petition")
    add.add_argument("title")
    add.add_argument("--url", default="", help="its public address; a UK Parliament petition is recognized by it")
    add.add_argument("--target", default="", help="whom it asks")
    add.add_argument("--ask", default="", help="what it asks for")
    add.add_argument("--deadline", help="the last day: 2026-12-31")
    add.add_argument("--campaign", default="", help="the campaign that it belongs to")
    add.add_argument("--source", default=HAND, help="where its count is read: uk_petitions, action_network; default: by hand")
    add.add_argument("--ref", default="", help="its number or id there")
    count = steps.add_parser("count", help="type a count in")
    count.add_argument("petition", help="title or id")
    count.add_argument("count", type=int)
    count.add_argument("--as-of", help="when you read it, with its zone: 2026-11-24T09:00+00:00; default: now")
    count.add_argument("--sure", action="store_true", help="it is right although it is smaller than before, or later than now")
    table = steps.add_parser("import", help="take counts from a CSV file: petition,count,as_of[,source_url]")
    table.add_argument("file")
    table.add_argument("--sure", default="", help="line numbers whose question you have answered with yes: 3,7")
    read = steps.add_parser("read", help="read one now")
    read.add_argument("petition", help="title or id")
    key = steps.add_parser("key", help="keep the API key of a source, read from standard input")
    key.add_argument("source")


def main(args: argparse.Namespace) -> int:
    """Do one step."""
    planner = build(Settings.from_env())
    return {"list": _list, "add": _add, "count": _count, "import": _import, "read": _read, "key": _key}[args.step](planner, args)


def _list(planner: Planner, _args: argparse.Namespace) -> int:
    found = planner.petitions.all()
    for view in found:
        print(_line(view))
    if not found:
        print("No petitions yet. Add one with `petition add`.")
    return 0


def _line(view: PetitionView) -> str:
    last = view.latest
    said = f"{last.count:,} signatures as of {last.as_of:%Y-%m-%d %H:%M} UTC ({last.source})" if last else "no count yet"
    missing = f" Still missing: {', '.join(view.open_items)}." if view.open_items else ""
    problem = f" Last look: {view.problem}" if view.problem else ""
    return f"{view.petition.title}: {said}.{missing}{problem} (id {view.petition.id})"


def _add(planner: Planner, args: argparse.Namespace) -> int:
    try:
        deadline = date.fromisoformat(args.deadline) if args.deadline else None
    except ValueError:
        raise Invalid("deadline", f"“{args.deadline[:20]}” is no date. Write it as 2026-12-31.") from None
    fresh = Petition(
        id="",
        title=args.title,
        created_by="",
        created_at=planner.clock.now(),
        campaign=args.campaign,
        target=args.target,
        ask=args.ask,
        url=args.url,
        deadline=deadline,
        source=args.source,
        ref=args.ref,
    )
    added = planner.petitions.add(planner.workspace.actor(), fresh)
    how = "Its count is typed in." if added.source == HAND else "The worker reads its count every 15 minutes."
    print(f"Added {added.title} (id {added.id}). {how}")
    return 0


def _count(planner: Planner, args: argparse.Namespace) -> int:
    try:
        at = datetime.fromisoformat(args.as_of) if args.as_of else None
    except ValueError:
        raise Invalid("as_of", f"“{args.as_of[:30]}” is no time. Write it as 2026-11-24T09:00+00:00.") from None
    kept = planner.petitions.enter(planner.workspace.actor(), _find(planner, args.petition), args.count, at, sure=args.sure)
    print(f"Kept: {kept.count:,} as of {kept.as_of:%Y-%m-%d %H:%M} UTC.")
    return 0


def _import(planner: Planner, args: argparse.Namespace) -> int:
    try:
        text = Path(args.file).read_text(encoding="utf-8")
        sure = {int(line) for line in args.sure.split(",") if line.strip()}
    except (OSError, UnicodeDecodeError):
        raise Invalid("file", f"{args.file[:120]} cannot be read as UTF-8 text.") from None
    except ValueError:
        raise Invalid("sure", "Write line numbers as 3,7.") from None
    print(f"Stored {planner.petition_tables.store(planner.workspace.actor(), text, sure)} counts.")
    return 0


def _read(planner: Planner, args: argparse.Namespace) -> int:
    view = planner.petitions.look(planner.workspace.actor(), _find(planner, args.petition))
    print(_line(view))
    return 1 if view.problem else 0


def _key(planner: Planner, args: argparse.Namespace) -> int:
    planner.petitions.set_key(planner.workspace.actor(), args.source, sys.stdin.readline())
    print("The key is stored encrypted.")
    return 0


def _find(planner: Planner, name: str) -> str:
    for view in planner.petitions.all():
        if name.casefold() in (view.petition.id, view.petition.title.casefold()):
            return view.petition.id
    raise Invalid("petition", f"There is no petition “{name[:60]}”. `petition list` shows them.")
