"""Signing an account in through the browser: begun here, allowed on the platform's own page, finished when the browser comes back."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from connectors.base import Credentials
from connectors.errors import ConnectorError
from planner.domain.errors import Invalid, NotReady
from planner.domain.people import authorize
from planner.services.workspace import member_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from planner.domain.people import Actor
    from planner.ports import Clock, Platforms, Store
    from planner.services.accounts import Accounts

CALLBACK = "oauth/callback"
"""Where the browser comes back to, below the dashboard's own address."""

LASTS = timedelta(minutes=10)
_OURS = "sign-in."
_BYTES = 32


@dataclass(frozen=True, slots=True)
class SignedIn:
    """An account that has just been signed in, and as whom."""

    account_id: str
    title: str
    handle: str


class SignIns:
    """Sign-ins on their way. What is kept meanwhile is encrypted, works once, and ends after ten minutes."""

    def __init__(
        self,
        store: Store,
        platforms: Platforms,
        accounts: Accounts,
        clock: Clock,
        public_url: str,
        randomness: Callable[[int], bytes] | None = None,
    ) -> None:
        """Take the store, the connector floor, the accounts, the clock and the dashboard's address; `randomness(n)` gives n bytes."""
        self._store = store
        self._platforms = platforms
        self._accounts = accounts
        self._clock = clock
        self._randomness = randomness or secrets.token_bytes
        self.redirect_uri = f"{public_url.rstrip('/')}/{CALLBACK}"

    def begin(self, actor: Actor, account_id: str, values: Mapping[str, str]) -> str:
        """Return the platform's address to open; raise Invalid naming what is missing, NotReady when the platform cannot be asked."""
        authorize(actor, "connect")
        account = self._accounts.get(account_id)
        info = self._platforms.info(account.platform)
        if account.mode != "api" or not info.signs_in:
            raise NotReady(f"{account.title} is not signed in through the browser. Use the form beside the steps.")
        given = {one.name: values.get(one.name, "").strip() for one in info.sign_in_fields}
        empty = [one.label for one in info.sign_in_fields if one.required and not given[one.name]]
        if empty:
            raise Invalid("credentials", f"Still empty: {', '.join(empty)}. The steps beside the form say where to find them.")
        state = self._randomness(_BYTES).hex()
        filled = {name: value for name, value in given.items() if value}
        try:
            url, kept, verifier = self._platforms.begin_sign_in(
                account.platform, filled, self.redirect_uri, state=state, randomness=self._randomness(_BYTES)
            )
        except ConnectorError as error:
            raise NotReady(error.reason) from None
        waiting = {
            **{f"value.{name}": value for name, value in kept.items()},
            "account": account_id,
            "actor": actor.id,
            "verifier": verifier,
            "until": (self._clock.now() + LASTS).isoformat(),
        }
        with self._store.write() as tx:
            older = tx.log.setting(_OURS + account_id)
            if older:
                tx.vault.forget(older)
            tx.vault.write(_name(state), Credentials(waiting))
            tx.log.put_setting(_OURS + account_id, _name(state))
        return url

    def finish(self, query: str) -> SignedIn:
        """Take what the browser brought back (the address's query), test the login and store it; raise a sentence for people."""
        state = next(iter(parse_qs(query).get("state", ())), "")
        waiting = self._take(state)
        with self._store.read() as tx:
            actor = member_of(tx.members.all(), waiting["actor"])
        account = self._accounts.get(waiting["account"])
        values = {name.removeprefix("value."): value for name, value in waiting.items() if name.startswith("value.")}
        try:
            login = self._platforms.finish_sign_in(
                account.platform, values, self.redirect_uri, query=query, state=state, verifier=waiting["verifier"]
            )
        except ConnectorError as error:
            raise NotReady(error.reason) from None
        told = self._accounts.take_login(actor, account.id, login)
        return SignedIn(account.id, account.title, told.handle or "")

    def _take(self, state: str) -> Mapping[str, str]:
        """Return what waits for this state and forget it: it works once."""
        with self._store.write() as tx:
            held = tx.vault.read(_name(state)) if state else None
            if held is not None:
                tx.vault.forget(_name(state))
        if held is None or self._clock.now() > datetime.fromisoformat(held.values["until"]):
            raise NotReady("This sign-in has ended or was used before. Start it again from the Accounts page.")
        return held.values


def _name(state: str) -> str:
    return _OURS + hashlib.sha256(state.encode()).hexdigest()[:32]
