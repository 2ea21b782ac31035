"""`status`: what waits, what went out, what needs a person; 0 all well, 1 something needs you, 2 no worker."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from planner.bootstrap import build
from planner.domain.delivery import NEEDS_PERSON, STATES
from planner.domain.schedule import local_wall
from planner.services.health import SILENT, Health, as_json
from planner.settings import Settings

if TYPE_CHECKING:
    import argparse

_NO_WORKER = 2
_SHOWN = 5


def arguments(parser: argparse.ArgumentParser) -> None:
    """Text or JSON."""
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.epilog = "Exit status: 0 all is well, 1 something needs a person, 2 no worker is running."


def main(args: argparse.Namespace) -> int:
    """Show the state of things."""
    planner = build(Settings.from_env())
    now = planner.clock.now()
    with planner.store.read() as tx:
        counts, holds = tx.deliveries.counts(), tx.deliveries.holds()
        waiting = tx.deliveries.by_state(("queued",), limit=_SHOWN)
        people = tx.deliveries.by_state(tuple(sorted(NEEDS_PERSON)), limit=_SHOWN)
        posts = tx.posts.many([item.post_id for item in (*waiting, *people)])
        accounts = {account.id: account.title for account in tx.accounts.all(archived=True)}
    beat = planner.workspace.heartbeat()
    alive = beat is not None and now - beat < SILENT
    needs = sum(counts.get(state, 0) for state in NEEDS_PERSON)
    if args.json:
        value = {
            "worker": "running" if alive else "not running",
            "heartbeat": beat.isoformat() if beat else None,
            "deliveries": {state: counts.get(state, 0) for state in STATES},
            "holds": [{"scope": hold.scope, "target": hold.target, "reason": hold.reason} for hold in holds],
            "health": as_json(Health(planner.store, planner.clock).figures()),
        }
        print(json.dumps(value, sort_keys=True))
    else:
        last = "never heard of" if beat is None else f"last heard of {int((now - beat).total_seconds())} s ago"
        print(f"Worker: {'running' if alive else 'not running'} ({last}).")
        print("Deliveries: " + (", ".join(f"{counts[state]} {state}" for state in STATES if counts.get(state)) or "none yet") + ".")
        for hold in holds:
            print(f"On hold ({hold.scope}): {hold.reason}")
        for label, items in (("Next", waiting), ("Needs you", people)):
            for item in items:
                state = "" if item.state == "queued" else f" [{item.state}]"
                headline = posts[item.post_id].headline
                print(f"{label}: {local_wall(item.due_at, item.zone)} {item.zone}, {accounts[item.account_id]}{state}: {headline}")
        print("Nothing needs you." if not needs else f"{needs} need{'s' if needs == 1 else ''} you: see the Deliveries page.")
    if not alive:
        return _NO_WORKER
    return 1 if needs else 0
