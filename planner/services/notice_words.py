"""The notices that delivery writes: which post, what happened, what to do; never a word of the draft."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.domain.audit import Notice

if TYPE_CHECKING:
    from datetime import datetime

    from planner.domain.account import Account
    from planner.domain.delivery import Delivery, Hold
    from planner.ports import Ids

_TOLD = {
    "unconfirmed": "nobody can tell whether it is live. Look at the account, then say so on the Deliveries page; it is not sent again before that.",
    "missed": "it did not go out in time. Give it a new time, or take it off the calendar.",
    "held": "it is held and will not go out by itself.",
    "failed": "it was refused and did not go out.",
    "card": "it is to be posted by hand now: its card holds text and pictures.",
    "late": "it turned out to be live after all, although it was marked otherwise. Look at the account.",
}


def for_delivery(ids: Ids, now: datetime, event: str, delivery: Delivery, account: Account) -> Notice:
    """Return the notice of an event about one delivery, once per generation; urgent when waiting for business hours would do harm."""
    urgent = event in ("unconfirmed", "late", "card") or (event == "missed" and delivery.timing == "time-critical")
    why = f" Reason: {delivery.reason}" if delivery.reason and event in ("held", "failed") else ""
    return Notice(
        id=ids.new(),
        key=f"{event}:{delivery.id}:{delivery.generation}",
        event=event,
        urgent=urgent,
        created_at=now,
        text=f"The post for {account.title}, planned for {delivery.wall.replace('T', ' ')} ({delivery.zone}): {_TOLD[event]}{why}",
        link=f"deliveries?delivery={delivery.id}",
        delivery_id=delivery.id,
        account_id=account.id,
    )


def for_account(ids: Ids, now: datetime, account: Account, reason: str) -> Notice:
    """Return the urgent notice that an account cannot post any more."""
    return Notice(
        id=ids.new(),
        key=f"account:{account.id}:{account.version}",
        event="account-lost",
        urgent=True,
        created_at=now,
        text=f"{account.title} cannot post any more: {reason} Its posts are held until the Accounts page says that it works again.",
        link=f"accounts?account={account.id}",
        account_id=account.id,
    )


def for_hold(ids: Ids, now: datetime, hold: Hold) -> Notice:
    """Return the notice that a hold was meant to end now."""
    return Notice(
        id=ids.new(),
        key=f"resume:{hold.id}",
        event="resume",
        urgent=False,
        created_at=now,
        text=f"A hold ({hold.scope}) was meant to end now. Nothing goes out before somebody lifts it. Its reason was: {hold.reason}",
        link="deliveries",
    )


def for_flood(ids: Ids, now: datetime, account: Account, reason: str) -> Notice:
    """Return the urgent notice that an account was stopped because it posted too much."""
    return Notice(
        id=ids.new(),
        key=f"flood:{account.id}:{now.isoformat(timespec='hours')}",
        event="flood",
        urgent=True,
        created_at=now,
        text=reason,
        link="deliveries",
        account_id=account.id,
    )
