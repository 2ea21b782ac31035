"""`series`: let a post come again; each occurrence becomes a draft of its own that has to be approved."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from planner.bootstrap import build
from planner.domain.errors import Invalid
from planner.domain.schedule import Wall
from planner.domain.series import EVERY, MONTH_ENDS, Rule
from planner.settings import Settings

if TYPE_CHECKING:
    import argparse

    from planner.services.house import Planner


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add, stop or list."""
    parts = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    add = parts.add_parser("add", help="begin a series that starts from a post")
    add.add_argument("post", help="the post's id")
    add.add_argument("--at", required=True, help="the first time on the wall clock: 2026-11-24 09:00")
    add.add_argument("--zone", required=True, help="the time zone, such as America/Denver")
    add.add_argument("--every", required=True, choices=EVERY)
    add.add_argument("--interval", type=int, default=1, help="every second, third ... of them")
    add.add_argument("--days", default="", help="weekdays of a weekly series, 0 is Monday: 1,3")
    add.add_argument("--month-end", choices=MONTH_ENDS, default="last-day", help="what the 31st means in a shorter month")
    add.add_argument("--until", help="the last day: 2026-12-31")
    stop = parts.add_parser("stop", help="end a series; its drafts stay")
    stop.add_argument("series", help="the series' id")
    parts.add_parser("list", help="show every series")
    parser.epilog = "The worker makes the drafts of the coming four weeks. None is scheduled or approved by itself."


def main(args: argparse.Namespace) -> int:
    """Do one of them."""
    planner = build(Settings.from_env())
    if args.action == "add":
        made = planner.series.start(planner.workspace.actor(), args.post, args.zone, _rule(args))
        print(f"Series {made.id} begins. {len(planner.series.generate())} drafts are made for the coming four weeks; approve each one.")
    elif args.action == "stop":
        print(f"Series {planner.series.stop(planner.workspace.actor(), args.series).id} has ended; its drafts stay.")
    else:
        _list(planner)
    return 0


def _list(planner: Planner) -> None:
    found = planner.series.all()
    for item in found:
        rule = item.rule
        state = "" if item.active else " (ended)"
        print(f"{item.id}: every {rule.interval} {rule.every}, from {rule.start} {item.zone}, post {item.post_id}{state}")
    if not found:
        print("No series yet.")


def _rule(args: argparse.Namespace) -> Rule:
    try:
        days = tuple(int(day) for day in args.days.split(",") if day.strip())
        until = date.fromisoformat(args.until) if args.until else None
    except ValueError:
        raise Invalid("rule", "Write weekdays as 1,3 (0 is Monday) and the last day as 2026-12-31.") from None
    return Rule(Wall.parse(args.at), args.every, args.interval, days, args.month_end, until)
