"""Logins that end: renewed ahead of time where the platform allows it, and said in good time where only a person can."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from connectors.errors import AuthExpired, ConnectorError
from planner.domain.audit import Notice
from planner.services import notice_words
from planner.services.accounts import VaultTokens

if TYPE_CHECKING:
    from connectors.base import Credentials
    from planner.domain.account import Account
    from planner.ports import Clock, Ids, Platforms, Store

AHEAD = timedelta(days=7)
"""Long-lived logins are renewed this long before their end; short ones in their last 25 minutes."""

_SHORT, _SOON = timedelta(days=14), timedelta(minutes=25)
_EVERY = timedelta(minutes=10)
_REMIND = (timedelta(days=7), timedelta(days=1))


class TokenCare:
    """Looks at every stored login now and then; nothing of it can be in the way of a post."""

    def __init__(self, store: Store, platforms: Platforms, clock: Clock, ids: Ids) -> None:
        """Take the store, the connector floor, the clock and the id maker."""
        self._store = store
        self._platforms = platforms
        self._clock = clock
        self._ids = ids
        self._next: datetime | None = None

    def look(self) -> int:
        """Renew what ends soon, and remind of what cannot be renewed; return how many logins were renewed. At most every ten minutes."""
        now = self._clock.now()
        if self._next is not None and self._next - _EVERY <= now < self._next:
            return 0
        self._next = now + _EVERY
        with self._store.read() as tx:
            accounts = [one for one in tx.accounts.all() if one.mode == "api" and one.health == "ok"]
            logins = [(one, login) for one in accounts if (login := tx.vault.read(one.id)) is not None]
        return sum(self._one(account, login) for account, login in logins)

    def _one(self, account: Account, login: Credentials) -> int:
        end, now = end_of(account, login), self._clock.now()
        if end is None:
            return 0
        left, renewable = end - now, bool(login.values.get("refresh"))
        ahead = end - renews_at(account, login, end)
        if left > max(ahead, *_REMIND) or (renewable and left > ahead):
            return 0
        outcome = self._renew(account)
        if outcome == "later" and end - _since(account, login) > _SHORT:
            self._remind(account, end, left, now)
        return int(outcome == "renewed")

    def _renew(self, account: Account) -> Literal["renewed", "dead", "later"]:
        """Try to renew by compare-and-swap; a login that is dead by now is said on the account, anything else is tried again later."""
        tokens = VaultTokens(self._store, account.id)
        before = tokens.read()
        try:
            self._platforms.connect(account, before, tokens).refresh_auth(tokens)
        except AuthExpired as error:
            if not before.values.get("refresh"):
                return "later"
            self._lost(account, error.reason)
            return "dead"
        except ConnectorError:
            return "later"
        after = tokens.read().values
        if after == before.values:
            return "later"
        with self._store.write() as tx:
            known = tx.accounts.get(account.id)
            tx.accounts.swap(known, replace(known, expires_at=_end(after.get("expires_at", "")), version=known.version + 1))
        return "renewed"

    def _lost(self, account: Account, reason: str) -> None:
        with self._store.write() as tx:
            before = tx.accounts.get(account.id)
            after = replace(before, health="needs-login", health_note=reason, version=before.version + 1)
            if tx.accounts.swap(before, after):
                tx.log.put_notice(notice_words.for_account(self._ids, self._clock.now(), after, reason))

    def _remind(self, account: Account, end: datetime, left: timedelta, now: datetime) -> None:
        """Tell seven days and one day ahead, each once; `left` is at most the longest of these."""
        due = [span for span in _REMIND if left <= span]
        days = min(due).days
        text = f"The login of {account.title} ends on {end:%d %B %Y}. Connect it again before then, so that no post waits for it."
        notice = Notice(
            self._ids.new(), f"ends:{account.id}:{end.date().isoformat()}:{days}", "login-ends", days <= 1, now, text,
            f"accounts?account={account.id}", account_id=account.id,
        )  # fmt: skip
        with self._store.write() as tx:
            tx.log.put_notice(notice)


def end_of(account: Account, login: Credentials) -> datetime | None:
    """Return when a login ends (aware), or None when nobody says."""
    return _end(login.values.get("expires_at", "")) or account.expires_at


def renews_at(account: Account, login: Credentials, end: datetime) -> datetime:
    """Return from when on a login that ends then is renewed by itself, where that can be."""
    return end - (AHEAD if end - _since(account, login) > _SHORT else _SOON)


def _since(account: Account, login: Credentials) -> datetime:
    """Return when the token was given; of an older login, which does not say, when it was last tested."""
    return _end(login.values.get("got_at", "")) or account.checked_at or account.created_at


def _end(text: str) -> datetime | None:
    """Return the moment that a login names as its end (aware), or None when it names none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
