"""Telling people: urgent things at once, the rest as one digest in business hours; a double notice is harmless, a lost one is not."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from planner.domain.schedule import inside, local_wall

if TYPE_CHECKING:
    from datetime import datetime

    from planner.domain.account import Account
    from planner.domain.audit import Notice
    from planner.ports import Clock, Notifier, Store

_MOST = 100
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(minutes=1), timedelta(minutes=30)
_SUBJECTS = {
    "unconfirmed": "A post may be live: please look",
    "missed": "A post was missed",
    "held": "A post is held",
    "failed": "A post was refused",
    "card": "A post waits to be posted by hand",
    "late": "A post is live after all",
    "login-ends": "A login ends soon",
    "account-lost": "An account cannot post any more",
    "resume": "A hold was meant to end now",
    "flood": "An account was stopped: too many posts",
}


class Notices:
    """Hands waiting notices to the notifier; what it does not take is tried again later."""

    def __init__(self, store: Store, notifier: Notifier, clock: Clock, public_url: str = "") -> None:
        """Take the store, the notifier, the clock and the address that links in notices start with."""
        self._store = store
        self._notifier = notifier
        self._clock = clock
        self._base = public_url.rstrip("/")
        self._quiet_until: datetime | None = None
        self._pause = _FIRST_PAUSE

    def tick(self) -> int:
        """Tell what is to be told now; return how many notices were told."""
        now = self._clock.now()
        if self._quiet_until is not None and now < self._quiet_until:
            return 0
        with self._store.read() as tx:
            waiting = tx.log.waiting_notices(limit=_MOST)
            accounts = {account.id: account for account in tx.accounts.all()} if waiting else {}
        told = 0
        for notice in waiting:
            if notice.urgent:
                told += self._tell((notice,), _SUBJECTS.get(notice.event, "Discreet"), now)
        digest = tuple(notice for notice in waiting if not notice.urgent and _in_hours(notice, accounts, now))
        if digest:
            told += self._tell(digest, f"Discreet: {len(digest)} thing{'s' if len(digest) > 1 else ''} to look at", now)
        return told

    def _tell(self, notices: tuple[Notice, ...], subject: str, now: datetime) -> int:
        text = "\n\n".join(f"{notice.text}\n{self._base}/{notice.link}" for notice in notices)
        taken = self._notifier.tell(subject, text, notices[0].key)
        with self._store.write() as tx:
            for notice in notices:
                tx.log.notice_told(notice.id, now if taken else None, notice.tries + 1)
        if taken:
            self._quiet_until, self._pause = None, _FIRST_PAUSE
            return len(notices)
        self._quiet_until = now + self._pause
        self._pause = min(self._pause * 2, _LONGEST_PAUSE)
        return 0


def _in_hours(notice: Notice, accounts: dict[str, Account], now: datetime) -> bool:
    """Return whether it is the account's business hours now; an account without hours, or none at all, waits for nobody."""
    account = accounts.get(notice.account_id or "")
    return account is None or not account.business_hours or inside(account.business_hours, local_wall(now, account.zone))
