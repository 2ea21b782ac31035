"""`note`: keep a connection note; its words pass the same gate as a post."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from planner.bootstrap import build
from planner.domain.connection import PLACES, STAGES, ConnectionNote
from planner.domain.errors import Invalid
from planner.settings import Settings

if TYPE_CHECKING:
    import argparse


def arguments(parser: argparse.ArgumentParser) -> None:
    """Whom, what, how far, where."""
    parser.add_argument("text", help="what happened; never about a client")
    parser.add_argument("--account", required=True, help="handle or id of the account that it grew from")
    parser.add_argument("--who", required=True, help="a professional or an organization")
    parser.add_argument("--stage", choices=STAGES, default="contact")
    parser.add_argument("--place", choices=PLACES, default="online")
    parser.add_argument("--next", default="", help="the next step")
    parser.add_argument("--sure", action="store_true", help="it is about a professional or an organization, nobody we serve")
    parser.add_argument("--day", help="2026-11-24; default: today")


def main(args: argparse.Namespace) -> int:
    """Keep the note."""
    planner = build(Settings.from_env())
    actor, now = planner.workspace.actor(), planner.clock.now()
    account = next((item for item in planner.accounts.all() if args.account in (item.id, item.handle, item.title)), None)
    if account is None:
        raise Invalid("account", f"There is no account “{args.account[:60]}”. `account list` shows them.")
    try:
        day = date.fromisoformat(args.day) if args.day else now.date()
    except ValueError:
        raise Invalid("day", f"“{args.day[:20]}” is no date. Write it as 2026-11-24.") from None
    fresh = ConnectionNote("", account.id, day, args.who, args.text, args.stage, args.place, actor.id, now, args.next)
    kept = planner.connections.note(actor, fresh, sure=args.sure)
    print(f"Kept: {kept.who}, {kept.stage}, {kept.day.isoformat()}.")
    return 0
