"""`account`: list, add, connect and test professional accounts."""

from __future__ import annotations

import getpass
import os
import sys
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

from planner.bootstrap import build
from planner.domain.account import Account
from planner.domain.errors import Invalid
from planner.domain.schedule import Slot, Window
from planner.settings import Settings

if TYPE_CHECKING:
    import argparse

    from planner.services.house import Planner

_WORKDAYS = range(5)


def arguments(parser: argparse.ArgumentParser) -> None:
    """What to do, and with which account."""
    steps = parser.add_subparsers(dest="step", required=True, metavar="STEP")
    steps.add_parser("list", help="show the accounts and how they are")
    add = steps.add_parser("add", help="add a professional account")
    add.add_argument("--platform", required=True)
    add.add_argument("--handle", required=True, help="its name on the platform")
    add.add_argument("--owner", required=True, help="who it belongs to")
    add.add_argument("--purpose", required=True, help="why it exists, in a sentence")
    add.add_argument("--kind", choices=("practice", "agency", "advocacy", "personal"), default="practice")
    add.add_argument("--mode", choices=("api", "hand"), default="hand", help="sent by the platform's API, or posted by hand from a card")
    add.add_argument("--zone", required=True, help="IANA time zone: America/Denver")
    add.add_argument(
        "--country",
        action="append",
        required=True,
        help="two letters, or a region: US, CA-ON; repeat for more, the first one decides the rules",
    )
    add.add_argument("--hours", default="09:00-17:00", help="business hours on workdays")
    add.add_argument("--slot", action="append", default=[], help="weekly posting slot: Mon 12:10; repeat for more")
    for name, text in (
        ("connect", "log an account in; secrets are asked for or read from the environment"),
        ("test", "ask the platform who we are"),
    ):
        step = steps.add_parser(name, help=text)
        step.add_argument("account", help="handle or id")
        if name == "connect":
            step.add_argument("--set", action="append", default=[], help="a field that is no secret: server=https://bsky.social")


def main(args: argparse.Namespace) -> int:
    """Do one step."""
    planner = build(Settings.from_env())
    return {"list": _list, "add": _add, "connect": _connect, "test": _test}[args.step](planner, args)


def _list(planner: Planner, _args: argparse.Namespace) -> int:
    found = planner.accounts.all()
    for account in found:
        print(f"{account.title}: {account.mode}, {account.health}, {account.zone}, {account.owner}: {account.purpose} (id {account.id})")
    if not found:
        print("No accounts yet. Add one with `account add`, or on the Accounts page.")
    return 0


def _add(planner: Planner, args: argparse.Namespace) -> int:
    opens, _, closes = args.hours.partition("-")
    account = Account(
        id="",
        owner=args.owner,
        purpose=args.purpose,
        kind=args.kind,
        platform=args.platform,
        handle=args.handle,
        mode=args.mode,
        zone=args.zone,
        countries=tuple(args.country),
        created_at=datetime.now(UTC),
        business_hours=tuple(Window(day, _time(opens), _time(closes)) for day in _WORKDAYS),
        slots=tuple(_slot(text) for text in args.slot),
    )
    added = planner.accounts.add(planner.workspace.actor(), account)
    then = "Log it in with `account connect`." if added.mode == "api" else "It is posted by hand, from a card at its time."
    print(f"Added {added.title} (id {added.id}). {then}")
    return 0


def _connect(planner: Planner, args: argparse.Namespace) -> int:
    account = _find(planner, args.account)
    given = dict(text.split("=", 1) for text in args.set if "=" in text)
    values = {}
    for field in planner.platforms.info(account.platform).fields:
        asked = given.get(field.name) or os.environ.get(f"CONNECT_{field.name.upper()}") or field.default
        if not asked and field.required:
            asked = getpass.getpass(f"{field.label}: ") if field.secret else input(f"{field.label}: ")
        values[field.name] = asked
    state = planner.accounts.connect(planner.workspace.actor(), account.id, values)
    print(f"{account.title} is connected as {state.handle}. The login is stored encrypted.")
    return 0


def _test(planner: Planner, args: argparse.Namespace) -> int:
    account = _find(planner, args.account)
    state = planner.accounts.test(planner.workspace.actor(), account.id)
    if state.ok:
        print(f"{account.title} answers as {state.handle}.")
        return 0
    print(f"{account.title} needs a new login: {state.needs_login}. Use `account connect`.", file=sys.stderr)
    return 1


def _find(planner: Planner, name: str) -> Account:
    for account in planner.accounts.all():
        if name in (account.id, account.handle, account.title):
            return account
    raise Invalid("account", f"There is no account “{name[:60]}”. `account list` shows them.")


def _time(text: str) -> time:
    try:
        return time.fromisoformat(text.strip())
    except ValueError:
        raise Invalid("hours", f"“{text[:20]}” is no time of day. Write 09:00-17:00.") from None


def _slot(text: str) -> Slot:
    day, _, at = text.strip().partition(" ")
    days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    if day.casefold()[:3] not in days:
        raise Invalid("slot", f"“{text[:20]}” is no slot. Write a weekday and a time: Mon 12:10.")
    return Slot(days.index(day.casefold()[:3]), _time(at))
