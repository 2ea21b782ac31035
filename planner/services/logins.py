"""How each account's sign-in stands: its rights, its end, its last test, its renewals, and what a person has to do; never a token."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from connectors.base import Credentials
from connectors.facts import TOLD
from planner.services.token_care import end_of, renews_at

if TYPE_CHECKING:
    from connectors.registry import PlatformInfo
    from planner.domain.account import Account
    from planner.ports import Clock, Platforms, Store

Standing = Literal["well", "soon", "ended", "missing"]
"""well: nothing to do. soon: a person should sign in again before its end. ended: nothing goes out until then. missing: never connected."""

SOON = timedelta(days=7)
_ORDER: tuple[Standing, ...] = ("ended", "soon", "missing", "well")


@dataclass(frozen=True, slots=True)
class SignIn:
    """One account's sign-in. Times are aware UTC; None: not known, or never. `rights` is None when the platform does not say them."""

    account: Account
    standing: Standing
    rights: tuple[str, ...] | None
    lacks: tuple[str, ...]
    ends_at: datetime | None
    renews: bool
    renews_at: datetime | None
    renewed_at: datetime | None
    tested_at: datetime | None
    to_do: str


class Logins:
    """Reads how sign-ins stand; it changes nothing and asks no platform."""

    def __init__(self, store: Store, platforms: Platforms, clock: Clock) -> None:
        """Take the store, the connector floor and the clock."""
        self._store = store
        self._platforms = platforms
        self._clock = clock

    def all(self) -> tuple[SignIn, ...]:
        """Return the sign-ins of the accounts that are posted to automatically; those that need a person come first."""
        with self._store.read() as tx:
            accounts = [one for one in tx.accounts.all() if one.mode == "api"]
            logins = {one.id: tx.vault.read(one.id) or Credentials({}) for one in accounts}
        found = [self._one(account, logins[account.id]) for account in accounts]
        return tuple(sorted(found, key=lambda one: _ORDER.index(one.standing)))

    def of(self, account: Account) -> SignIn:
        """Return one account's sign-in."""
        with self._store.read() as tx:
            login = tx.vault.read(account.id) or Credentials({})
        return self._one(account, login)

    def _one(self, account: Account, login: Credentials) -> SignIn:
        info, end = self._platforms.info(account.platform), end_of(account, login)
        rights = tuple((login.values.get("scopes") or account.settings.get(f"{TOLD}scopes", "")).split())
        lacks = tuple(right for right in info.rights if right not in rights) if rights else ()
        renews = bool(login.values.get("refresh")) or (info.renews and end is not None)
        standing = self._standing(account, login, end, renews=renews)
        return SignIn(
            account=account,
            standing="soon" if standing == "well" and lacks else standing,
            rights=rights or None,
            lacks=lacks,
            ends_at=end,
            renews=renews,
            renews_at=renews_at(account, login, end) if renews and end is not None else None,
            renewed_at=_moment(login.values.get("renewed_at", "")),
            tested_at=account.checked_at,
            to_do=_to_do(account, info, standing, lacks),
        )

    def _standing(self, account: Account, login: Credentials, end: datetime | None, *, renews: bool) -> Standing:
        if not login.values or account.health == "untested":
            return "missing"
        now = self._clock.now()
        if account.health != "ok" or (end is not None and end <= now and not renews):
            return "ended"
        return "soon" if end is not None and end - now <= SOON and not renews else "well"


def _to_do(account: Account, info: PlatformInfo, standing: Standing, lacks: tuple[str, ...]) -> str:
    """Return one sentence for a person, empty when there is nothing to do."""
    if standing == "missing":
        return "Connect it: until then its posts wait."
    if account.health == "flagged":
        return f"Look at the account's standing on {info.title}, then test it here. Its posts wait until it works."
    if standing == "ended":
        return "Sign in again. Its posts wait until then, and nothing of its history is lost."
    if lacks:
        return f"Sign in again and allow {', '.join(lacks)}: without them not everything works."
    return "Sign in again before it ends, so that no post has to wait." if standing == "soon" else ""


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
