"""The X connector: one create per call; X honors no key, so a lost answer is looked for in the account's own posts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from connectors.errors import Forbidden
from connectors.hand.compose import compose_link
from connectors.x import mapping

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from connectors.base import (
        AccountMetrics,
        AuthState,
        Capabilities,
        Clock,
        ComposeLink,
        Found,
        Journal,
        Measure,
        MediaSource,
        NotFound,
        Part,
        PostMetrics,
        Receipt,
        Ref,
        Timeouts,
        TokenStore,
        Unknown,
        Variant,
    )
    from connectors.facts import Facts
    from connectors.x.client import Client


def preview(facts: Facts) -> XAccount:
    """Return the connector without a login: for capabilities, measure, render and compose links."""
    return XAccount(facts, None)


def connect(facts: Facts, tokens: TokenStore, clock: Clock, timeouts: Timeouts) -> XAccount:
    """Return an account's working connector; raise ValueError for facts that do not say where X signs people in."""
    from connectors.x.client import Client  # noqa: PLC0415 - the library loads only when an account is really used

    if facts.sign_in is None:
        raise ValueError(f"{facts.folder / 'facts.toml'} has no [sign_in] table. Add it.")
    return XAccount(facts, Client(tokens, facts.sign_in, clock, timeouts))


class XAccount:
    """One account. A reference is the number of the post."""

    def __init__(self, facts: Facts, client: Client | None) -> None:
        """Work by the facts of the platform, through a login where there is one."""
        if facts.api is None:
            raise ValueError(f"{facts.folder / 'facts.toml'} has no [api] table. Add it.")
        self.name = facts.platform
        self._facts = facts
        self._rules = facts.api
        self._client = client

    def capabilities(self, *, refresh: bool = False) -> Capabilities:  # noqa: ARG002 - X says nothing of itself
        """Return what X can do; threads only where the account has them switched on."""
        threads = self._rules.thread or (self._client is not None and self._client.threads())
        return replace(self._rules, thread=threads)

    def measure(self, variant: Variant) -> Measure:
        """Count as twitter-text counts, say what keeps the variant from going out, and what it costs."""
        return mapping.measure(self._facts, self.capabilities(), variant)

    def render(self, variant: Variant) -> list[Part]:
        """Return the parts."""
        return mapping.render(self._facts, self._rules, variant)

    def compose_link(self, variant: Variant) -> ComposeLink | None:
        """Return the link that opens X's own composer."""
        return compose_link(self._facts, {}, variant)

    def publish(
        self,
        part: Part,
        *,
        attempt_key: str,  # noqa: ARG002 - X honors no key
        journal: Journal,
        media: MediaSource,
        previous: Sequence[Ref] = (),
    ) -> Receipt:
        """Send one create, after its uploads; a repeat looks first."""
        return self._open().publish(part, journal, media, previous)

    def find(
        self,
        part: Part,
        *,
        attempt_key: str,  # noqa: ARG002 - a post does not carry the key it was made with
        since: datetime,
        journal: Journal,  # noqa: ARG002 - the words alone tell the post
        previous: Sequence[Ref] = (),
    ) -> Found | NotFound | Unknown:
        """Look through the account's newest posts; it takes two looks, because nobody knows how late they show."""
        return self._open().find(part, since, previous)

    def delete(self, ref: Ref) -> None:
        """Delete a post; a second delete is success."""
        self._open().delete(ref)

    def post_metrics(self, refs: Sequence[Ref]) -> dict[Ref, PostMetrics]:
        """Return likes, reposts, replies, quotes, bookmarks, impressions and, for 30 days, clicks; `gone` for a deleted post."""
        return self._open().post_metrics(refs)

    def account_metrics(self) -> AccountMetrics:
        """Return followers, following and posts."""
        return self._open().account_metrics()

    def check_auth(self) -> AuthState:
        """Ask who we are by a harmless read."""
        return self._open().check_auth()

    def refresh_auth(self, store: TokenStore) -> None:
        """Renew the login by compare-and-swap; raise AuthExpired when a person must connect the account again."""
        self._open().refresh_auth(store)

    def _open(self) -> Client:
        if self._client is None:
            raise Forbidden("This X account is not connected. Connect it on the Accounts page.")
        return self._client
