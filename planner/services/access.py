"""Keys for machines: secret links to feeds and bearer tokens, shown once, kept as digests, gone when they are taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from planner.domain.access import AccessKey, check_name, check_scopes, digest
from planner.domain.audit import AuditEvent
from planner.domain.errors import Missing, NotAllowed
from planner.domain.event import calendar_entry
from planner.domain.ics import Event, calendar
from planner.domain.people import ALLOWED, authorize
from planner.domain.withheld import Withheld

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from planner.domain.access import KeyKind
    from planner.domain.people import Actor
    from planner.ports import Clock, Ids, Store, Transaction
    from planner.services.workspace import Workspace

_USED_EVERY = timedelta(hours=1)
_BACK, _AHEAD = timedelta(days=30), timedelta(days=365)
_SHOWN = ("queued", "sending", "sent", "held", "missed", "cancelled")
_NO_FEED = "There is no such feed. Ask whoever gave you the link for a new one."
_NO_TOKEN = "This token is unknown or was taken back. Make a new one in Settings."  # noqa: S105 - a sentence


class Access:
    """Making, listing, taking back and using keys."""

    def __init__(self, store: Store, workspace: Workspace, clock: Clock, ids: Ids) -> None:
        """Take the store, the workspace with its members, the clock and the id maker, which also makes the secrets."""
        self._store = store
        self._workspace = workspace
        self._clock = clock
        self._ids = ids

    def make_feed(self, actor: Actor, name: str, account_id: str = "", *, full_text: bool = False) -> tuple[AccessKey, str]:
        """Make a secret link's token for all posts, or one account's; return the key and the token, which is never shown again."""
        authorize(actor, "publish" if actor.team_size > 1 else "write")
        with self._store.read() as tx:
            if account_id:
                tx.accounts.get(account_id)
        made = AccessKey("", "feed", check_name(name), "", actor.id, self._clock.now(), account_id=account_id, full_text=full_text)
        return self._make(actor, made, "")

    def make_token(self, actor: Actor, name: str, scopes: Iterable[str]) -> tuple[AccessKey, str]:
        """Make a bearer token for oneself; it can do at most what its owner may do at the moment of use."""
        made = AccessKey("", "api", check_name(name), "", actor.id, self._clock.now(), check_scopes(scopes))
        return self._make(actor, made, "dsc_")

    def keys(self, actor: Actor, kind: KeyKind) -> tuple[AccessKey, ...]:
        """Return the keys that stand, oldest first: one's own, or everybody's for an admin."""
        with self._store.read() as tx:
            every = tx.keys.all(kind)
        all_of_them = "administer" in ALLOWED[actor.role]
        return tuple(key for key in every if key.revoked_at is None and (all_of_them or key.member_id == actor.id))

    def revoke(self, actor: Actor, key_id: str) -> None:
        """Take a key back: from this moment it opens nothing."""
        now = self._clock.now()
        with self._store.write() as tx:
            key = tx.keys.get(key_id)
            if key.member_id != actor.id:
                authorize(actor, "administer")
            tx.keys.put(replace(key, revoked_at=now))
            tx.log.audit(AuditEvent(self._ids.new(), now, actor.id, "key.revoke", f"key:{key_id}", {"kind": key.kind}))

    def bearer(self, token: str, scope: str) -> Actor:
        """Return who acts with this token; raise Missing for a token that does not stand, NotAllowed for one without this scope."""
        key, member = self._standing("api", token)
        if key is None or member is None:
            raise Missing(_NO_TOKEN)
        if scope not in key.scopes:
            raise NotAllowed(f"This token may not {scope}. Make one with that scope in Settings.")
        return member

    def feed(self, token: str) -> str:
        """Return the calendar of a secret link: titles only, unless its owner wanted the texts in it. Raise Missing for a wrong token."""
        key, _ = self._standing("feed", token)
        if key is None:
            raise Missing(_NO_FEED)
        now = self._clock.now()
        with self._store.read() as tx:
            withheld = Withheld(tx.accounts.all(archived=True))
            events = self._events(tx, key, now - _BACK, now + _AHEAD)
        hidden = [
            replace(one, title=withheld.hide(one.title), text=withheld.hide(one.text), place=withheld.hide(one.place)) for one in events
        ]
        return calendar(withheld.hide(key.name), hidden)

    def _events(self, tx: Transaction, key: AccessKey, start: datetime, end: datetime) -> list[Event]:
        found = tx.deliveries.window(start, end, account_id=key.account_id or None, states=_SHOWN)
        accounts = {account.id: account.title for account in tx.accounts.all(archived=True)}
        posts = tx.posts.many([item.post_id for item in found])
        events = []
        for item in found:
            post = posts[item.post_id]
            content = post.content_for(item.account_id) if item.account_id in post.account_ids else post.base
            title = f"{content.title or 'Post'} ({accounts[item.account_id]})"
            events.append(
                Event(
                    f"{item.id}@discreet", item.due_at, item.updated_at, title, content.text if key.full_text else "", item.url or "",
                    cancelled=item.state == "cancelled",
                )
            )  # fmt: skip
        if not key.account_id:
            events += [calendar_entry(one, self._clock.now()) for one in tx.campaigns.events.all() if start <= one.starts_at < end]
        return events

    def _make(self, actor: Actor, made: AccessKey, prefix: str) -> tuple[AccessKey, str]:
        secret = f"{prefix}{self._ids.new()}{self._ids.new()}"
        key = replace(made, id=self._ids.new(), digest=digest(secret))
        with self._store.write() as tx:
            tx.keys.put(key)
            details = {"kind": key.kind, "scopes": " ".join(key.scopes)}
            tx.log.audit(AuditEvent(self._ids.new(), key.created_at, actor.id, "key.make", f"key:{key.id}", details))
        return key, secret

    def _standing(self, kind: KeyKind, secret: str) -> tuple[AccessKey | None, Actor | None]:
        """Return a key that was not taken back and whose member still works here, and that member; note now and then that it is used."""
        now = self._clock.now()
        with self._store.read() as tx:
            key = tx.keys.find(kind, digest(secret))
        if key is None or key.revoked_at is not None:
            return None, None
        try:
            member = self._workspace.actor(key.member_id)
        except NotAllowed:
            return None, None
        if key.used_at is None or now - key.used_at >= _USED_EVERY:
            with self._store.write() as tx:
                tx.keys.put(replace(tx.keys.get(key.id), used_at=now))
        return key, member
