"""Signing an account in through the browser: begun here, allowed on the platform's own page, finished when the browser comes back.

Where a login reaches several pages or boards, a person chooses one before anything is stored as the account's login.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from connectors.base import Credentials
from connectors.errors import ConnectorError
from connectors.sign_in import Offer
from planner.domain.errors import Invalid, NotReady
from planner.domain.people import authorize
from planner.services.accounts import choice_of
from planner.services.workspace import member_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

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
    """An account that has just been signed in, and as whom; with `choose` it waits until a person has chosen such a thing."""

    account_id: str
    title: str
    handle: str
    choose: str = ""


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
            tx.vault.forget(choice_of(account_id))
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
        info = self._platforms.info(account.platform)
        values = {name.removeprefix("value."): value for name, value in waiting.items() if name.startswith("value.")}
        try:
            login = self._platforms.finish_sign_in(
                account.platform, values, self.redirect_uri, query=query, state=state, verifier=waiting["verifier"]
            )
            found = self._platforms.offers(account.platform, login) if info.chooses else ()
        except ConnectorError as error:
            raise NotReady(error.reason) from None
        if len(found) > 1:
            self._keep_choice(account.id, login, found)
            return SignedIn(account.id, account.title, "", info.chooses)
        told = self._accounts.take_login(actor, account.id, _completed(login, found[0]) if found else login)
        return SignedIn(account.id, account.title, told.handle or "")

    def choices(self, account_id: str) -> tuple[Offer, ...]:
        """Return what may be chosen after a sign-in, without any token; nothing when no sign-in waits for a choice."""
        held = self._waiting_choice(account_id)
        if held is None:
            return ()
        return tuple(Offer(one["key"], one["title"], one["note"]) for one in json.loads(held.values["offers"]))

    def choose(self, actor: Actor, account_id: str, key: str) -> SignedIn:
        """Complete a sign-in with what was chosen, test it and store it; raise a sentence for people."""
        authorize(actor, "connect")
        account, held = self._accounts.get(account_id), self._waiting_choice(account_id)
        if held is None:
            raise NotReady("This sign-in has ended or was completed before. Start it again from the Accounts page.")
        offers = {one["key"]: Offer(**one) for one in json.loads(held.values["offers"])}
        if key not in offers:
            raise Invalid("choice", "Choose one of the list first.")
        told = self._accounts.take_login(actor, account_id, _completed(Credentials(json.loads(held.values["login"])), offers[key]))
        with self._store.write() as tx:
            tx.vault.forget(choice_of(account_id))
        return SignedIn(account_id, account.title, told.handle or "")

    def _waiting_choice(self, account_id: str) -> Credentials | None:
        """Return what waits for a choice, or None; what has waited too long is forgotten."""
        with self._store.read() as tx:
            held = tx.vault.read(choice_of(account_id))
        if held is not None and self._clock.now() > datetime.fromisoformat(held.values["until"]):
            with self._store.write() as tx:
                tx.vault.forget(choice_of(account_id))
            return None
        return held

    def _keep_choice(self, account_id: str, login: Credentials, offers: Sequence[Offer]) -> None:
        kept = {
            "login": json.dumps(dict(login.values)),
            "offers": json.dumps([{"key": one.key, "title": one.title, "note": one.note, "values": dict(one.values)} for one in offers]),
            "until": (self._clock.now() + LASTS).isoformat(),
        }
        with self._store.write() as tx:
            tx.vault.write(choice_of(account_id), Credentials(kept))

    def _take(self, state: str) -> Mapping[str, str]:
        """Return what waits for this state and forget it: it works once."""
        with self._store.write() as tx:
            held = tx.vault.read(_name(state)) if state else None
            if held is not None:
                tx.vault.forget(_name(state))
        if held is None or self._clock.now() > datetime.fromisoformat(held.values["until"]):
            raise NotReady("This sign-in has ended or was used before. Start it again from the Accounts page.")
        return held.values


def _completed(login: Credentials, offer: Offer) -> Credentials:
    """Return the login with what was chosen in it; an empty value of the offer takes one out."""
    values = {**login.values, **offer.values}
    return Credentials({name: value for name, value in values.items() if value})


def _name(state: str) -> str:
    return _OURS + hashlib.sha256(state.encode()).hexdigest()[:32]
