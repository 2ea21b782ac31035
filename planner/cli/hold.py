"""`hold`: stop everything, one account or one campaign, with a reason; or lift a hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.bootstrap import build
from planner.domain.errors import Invalid
from planner.domain.schedule import Wall, resolve
from planner.settings import Settings

if TYPE_CHECKING:
    import argparse
    from datetime import datetime

    from planner.services.house import Planner


def arguments(parser: argparse.ArgumentParser) -> None:
    """What is held or lifted."""
    parser.add_argument("scope", choices=("all", "account", "campaign", "list", "lift"))
    parser.add_argument("target", nargs="?", default="", help="account handle or id, campaign, or the id of the hold to lift")
    parser.add_argument("--reason", default="", help="why; it is shown on every page")
    parser.add_argument("--until", help="UTC day and time at which to look at it again: 2026-11-24T09:00; nothing is lifted by itself")
    parser.epilog = "Lifting queues what is still fresh; what is too late by then comes to review and is never sent by itself."


def main(args: argparse.Namespace) -> int:
    """Hold, list or lift."""
    planner = build(Settings.from_env())
    actor = planner.workspace.actor()
    if args.scope == "list":
        return _list(planner)
    if args.scope == "lift":
        found = [hold for hold in planner.holds.active() if args.target in ("", hold.id, hold.target)]
        if not found:
            raise Invalid("target", "There is no such hold. `hold list` shows those in force.")
        moved = sum(planner.holds.lift(actor, hold.id) for hold in found)
        print(f"{len(found)} hold{'s' if len(found) > 1 else ''} lifted; {moved} posts moved on.")
        return 0
    hold = planner.holds.hold(actor, args.scope, _target(planner, args.scope, args.target), args.reason, _until(args.until))
    print(f"On hold ({hold.scope}): {hold.reason} Nothing of it goes out until you lift it: hold lift {hold.id}")
    return 0


def _list(planner: Planner) -> int:
    holds = planner.holds.active()
    for hold in holds:
        print(f"{hold.id}  {hold.scope} {hold.target}: {hold.reason}")
    if not holds:
        print("Nothing is on hold.")
    return 0


def _target(planner: Planner, scope: str, name: str) -> str:
    if scope != "account":
        return name
    for account in planner.accounts.all():
        if name in (account.id, account.handle, account.title):
            return account.id
    raise Invalid("target", f"There is no account “{name[:60]}”. `account list` shows them.")


def _until(text: str | None) -> datetime | None:
    return resolve(Wall.parse(text), "UTC").utc if text else None
