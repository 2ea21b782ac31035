"""Accounts: set up, connected, tested by a harmless read, switched to hand-posting, put away."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from connectors.base import AuthState, Credentials
from connectors.errors import AuthExpired, ConnectorError, Forbidden, OutOfCredit, Rejected
from connectors.facts import TOLD
from planner.domain.account import Account, validate
from planner.domain.audit import AuditEvent
from planner.domain.errors import Conflict, Invalid, NotReady
from planner.domain.people import authorize

if TYPE_CHECKING:
    from collections.abc import Mapping

    from connectors.registry import PlatformInfo
    from planner.domain.account import AccountHealth, AccountMode
    from planner.domain.people import Actor
    from planner.ports import Clock, Ids, Platforms, Store, Transaction

_NEEDS_LOGIN = (AuthExpired, Forbidden, OutOfCredit)


def choice_of(account_id: str) -> str:
    """Return the name under which a sign-in of this account waits in the vault for a person's choice."""
    return f"choice.{account_id}"


class VaultTokens:
    """One account's row in the vault, as a connector sees it: each look and each swap is its own transaction."""

    def __init__(self, store: Store, account_id: str) -> None:
        """Take the store and the account."""
        self._store = store
        self._account_id = account_id

    def read(self) -> Credentials:
        """Return the stored credentials; empty ones when there are none."""
        with self._store.read() as tx:
            return tx.vault.read(self._account_id) or Credentials({})

    def swap(self, old: Credentials, new: Credentials) -> bool:
        """Replace `old` by `new` unless another process was faster."""
        with self._store.write() as tx:
            return tx.vault.swap(self._account_id, old, new)


class Accounts:
    """Professional accounts and their connections."""

    def __init__(self, store: Store, platforms: Platforms, clock: Clock, ids: Ids) -> None:
        """Take the store, the connector floor, the clock and the id maker."""
        self._store = store
        self._platforms = platforms
        self._clock = clock
        self._ids = ids

    def platforms(self) -> tuple[PlatformInfo, ...]:
        """Return every platform with what it can do and its grade."""
        return self._platforms.all()

    def all(self, *, archived: bool = False) -> tuple[Account, ...]:
        """Return the accounts, oldest first."""
        with self._store.read() as tx:
            return tx.accounts.all(archived=archived)

    def get(self, account_id: str) -> Account:
        """Return one; raise Missing."""
        with self._store.read() as tx:
            return tx.accounts.get(account_id)

    def add(self, actor: Actor, account: Account) -> Account:
        """Store a new account (its id and time are set here); a personal one is refused with the reason."""
        authorize(actor, "connect")
        health: AccountHealth = "ok" if account.mode == "hand" else "untested"
        fresh = replace(
            account,
            id=self._ids.new(),
            created_at=self._clock.now(),
            version=1,
            handle=account.handle.strip(),
            health=health,
            health_note="",
            expires_at=None,
            checked_at=None,
            archived=False,
        )
        self._valid(fresh)
        with self._store.write() as tx:
            _refuse_twice(tx, fresh)
            tx.accounts.add(fresh)
            self._audit(tx, actor, "add", fresh.id, {"platform": fresh.platform, "mode": fresh.mode})
        return fresh

    def update(self, actor: Actor, after: Account) -> Account:
        """Store a changed account (`after.version` is the version that was read); health and history stay as they are.

        The platform cannot change: the login and the history belong to it.
        """
        authorize(actor, "connect")
        with self._store.write() as tx:
            before = tx.accounts.get(after.id)
            if before.version != after.version:
                raise Conflict("Somebody changed this account in between. Reload it, then change it again.")
            if before.platform != after.platform:
                raise Invalid("platform", "An account stays on its platform. Add a new account for the other one.")
            kept = replace(
                after,
                handle=after.handle.strip(),
                archived=before.archived,
                created_at=before.created_at,
                health=_health(before, after),
                health_note=before.health_note,
                expires_at=before.expires_at,
                checked_at=before.checked_at,
                version=before.version + 1,
            )
            self._valid(kept)
            _refuse_twice(tx, kept)
            if not tx.accounts.swap(before, kept):
                raise Conflict("Somebody changed this account in between. Reload it, then change it again.")
            self._audit(tx, actor, "update", kept.id, {})
            return kept

    def connect(self, actor: Actor, account_id: str, values: Mapping[str, str]) -> AuthState:
        """Test the credentials by a harmless read and, only when they work, store them encrypted; history is kept."""
        authorize(actor, "connect")
        account = self.get(account_id)
        if account.mode != "api":
            raise NotReady(f"{account.title} is posted by hand, so it needs no login. Switch it to automatic posting first.")
        wanted = self._platforms.info(account.platform).fields
        empty = [field.label for field in wanted if field.required and not values.get(field.name, "").strip()]
        if empty:
            raise Invalid("credentials", f"Still empty: {', '.join(empty)}. The steps beside the form say where to find them.")
        asked = {field.name for field in wanted}
        fresh = Credentials({name: value.strip() for name, value in values.items() if name in asked and value.strip()})
        return self.take_login(actor, account_id, fresh)

    def take_login(self, actor: Actor, account_id: str, fresh: Credentials) -> AuthState:
        """Test a login by a harmless read and, only when it works, store it encrypted in place of the old one; history is kept."""
        authorize(actor, "connect")
        account, tokens = self.get(account_id), _Trial(fresh)
        state = self._ask(account, tokens)
        if not state.ok:
            reason = (state.needs_login or "no reason given").rstrip(".")
            raise Invalid("credentials", f"{account.title} did not accept this login: {reason}. Nothing was stored.")
        with self._store.write() as tx:
            tx.vault.write(account_id, tokens.read())
            self._settle(tx, account_id, state)
            self._audit(tx, actor, "connect", account_id, {"as": state.handle or ""})
        return state

    def test(self, actor: Actor, account_id: str) -> AuthState:
        """Ask the platform who we are, with the stored login, and note the answer on the account."""
        authorize(actor, "connect")
        account, tokens = self.get(account_id), VaultTokens(self._store, account_id)
        if account.mode == "api" and not tokens.read().values:
            raise NotReady(f"{account.title} has no login yet. Connect it first.")
        state = self._ask(account, tokens)
        with self._store.write() as tx:
            self._settle(tx, account_id, state)
        return state

    def switch_mode(self, actor: Actor, account_id: str, mode: AccountMode) -> Account:
        """Switch between automatic and hand-posting; the stored login stays in the vault."""
        account = self.get(account_id)
        info = self._platforms.info(account.platform)
        if mode not in info.modes:
            raise Invalid("mode", f"{info.title} can only be posted to by hand here.")
        return self.update(actor, replace(account, mode=mode))

    def archive(self, actor: Actor, account_id: str) -> Account:
        """Put an account away and forget its login; refused while posts wait on it."""
        authorize(actor, "connect")
        with self._store.write() as tx:
            before = tx.accounts.get(account_id)
            waiting = [
                item
                for item in tx.deliveries.by_state(("queued", "sending", "unconfirmed", "held"), limit=10_000)
                if item.account_id == account_id
            ]
            if waiting:
                raise NotReady(f"{before.title} still has {len(waiting)} posts waiting. Cancel or move them first.")
            after = replace(before, archived=True, version=before.version + 1)
            if not tx.accounts.swap(before, after):
                raise Conflict("Somebody changed this account in between. Reload it, then try again.")
            for name in (account_id, choice_of(account_id)):
                tx.vault.forget(name)
            self._audit(tx, actor, "archive", account_id, {})
        return after

    def _ask(self, account: Account, tokens: VaultTokens | _Trial) -> AuthState:
        """Return what the platform says to a harmless read; a refused login is an answer too."""
        try:
            return self._platforms.connect(account, tokens.read(), tokens).check_auth()
        except _NEEDS_LOGIN as error:
            return AuthState(ok=False, needs_login=error.reason)
        except Rejected as error:
            raise Invalid("credentials", f"{account.title} cannot be asked with this login: {error.reason} Nothing was changed.") from None
        except ConnectorError as error:
            raise NotReady(f"{account.title} could not be asked: {error.reason} Nothing was changed; try again in a minute.") from None

    def _settle(self, tx: Transaction, account_id: str, state: AuthState) -> None:
        before = tx.accounts.get(account_id)
        after = replace(
            before,
            health="ok" if state.ok else "needs-login",
            health_note=state.needs_login or "",
            expires_at=state.expires_at,
            settings=_told(before, state) if state.ok else before.settings,
            checked_at=self._clock.now(),
            version=before.version + 1,
        )
        tx.accounts.swap(before, after)

    def _valid(self, account: Account) -> None:
        validate(account)
        info = self._platforms.info(account.platform)
        if account.mode not in info.modes:
            raise Invalid("mode", f"{info.title} can only be posted to by hand here. Choose hand-posting.")

    def _audit(self, tx: Transaction, actor: Actor, action: str, account_id: str, details: dict[str, str]) -> None:
        tx.log.audit(AuditEvent(self._ids.new(), self._clock.now(), actor.id, f"account.{action}", f"account:{account_id}", details))


class _Trial:
    """Credentials that are tried before they are stored."""

    def __init__(self, credentials: Credentials) -> None:
        self._now = credentials

    def read(self) -> Credentials:
        return self._now

    def swap(self, old: Credentials, new: Credentials) -> bool:
        if old.values != self._now.values:
            return False
        self._now = new
        return True


def _refuse_twice(tx: Transaction, account: Account) -> None:
    for other in tx.accounts.all():
        if other.id != account.id and (other.platform, other.handle.casefold()) == (account.platform, account.handle.casefold()):
            raise Invalid("handle", f"{account.handle} on {account.platform} is here already. Open it on the Accounts page.")


def _told(account: Account, state: AuthState) -> dict[str, str]:
    """Return the account's settings with what its server says of itself now, in place of what it said before."""
    own = {name: value for name, value in account.settings.items() if not name.startswith(TOLD)}
    said = {**state.told, **({"scopes": " ".join(state.scopes)} if state.scopes else {})}
    return own | {f"{TOLD}{name}": value for name, value in said.items()}


def _health(before: Account, after: Account) -> AccountHealth:
    if before.mode == after.mode:
        return before.health
    return "ok" if after.mode == "hand" else "untested"
