"""The Mastodon connector: one create per call under a key that the server honors for an hour; later and elsewhere, a look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors import measuring
from connectors.errors import Forbidden
from connectors.facts import TOLD, tuned
from connectors.hand.compose import compose_link
from connectors.mastodon import mapping

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
    from connectors.mastodon.client import Client


def preview(facts: Facts) -> MastodonAccount:
    """Return the connector without a login: for capabilities, measure, render and compose links."""
    return MastodonAccount(facts, None)


def connect(facts: Facts, tokens: TokenStore, clock: Clock, timeouts: Timeouts) -> MastodonAccount:
    """Return an account's working connector; raise Rejected when its server address cannot be used."""
    from connectors.mastodon.client import Client  # noqa: PLC0415 - the library loads only when an account is really used

    return MastodonAccount(facts, Client(tokens, clock, timeouts))


class MastodonAccount:
    """One account on one server. A reference is the number of the status."""

    def __init__(self, facts: Facts, client: Client | None) -> None:
        """Work by the facts of the platform, and by what the server says once it was asked."""
        if facts.api is None:
            raise ValueError(f"{facts.folder / 'facts.toml'} has no [api] table. Add it.")
        self.name = facts.platform
        self._facts = facts
        self._rules = facts.api
        self._client = client

    def capabilities(self, *, refresh: bool = False) -> Capabilities:
        """Return what this server can do; with a login it is asked, at most once a day unless `refresh`."""
        if self._client is not None:
            told = {f"{TOLD}{name}": value for name, value in self._client.about(refresh=refresh).told().items()}
            self._rules = tuned(self._facts, told).api or self._rules
        return self._rules

    def measure(self, variant: Variant) -> Measure:
        """Count as Mastodon counts, by the limits of this server as far as they are known."""
        return measuring.measure(self._facts, self._rules, variant)

    def render(self, variant: Variant) -> list[Part]:
        """Return the parts."""
        return mapping.render(self._facts, self._rules, variant)

    def compose_link(self, variant: Variant) -> ComposeLink | None:
        """Return the link that opens the server's own composer."""
        return compose_link(self._facts, self._client.settings() if self._client else {}, variant)

    def publish(self, part: Part, *, attempt_key: str, journal: Journal, media: MediaSource, previous: Sequence[Ref] = ()) -> Receipt:
        """Send one create, after its uploads."""
        return self._open().publish(part, attempt_key, journal, media, previous)

    def find(
        self,
        part: Part,
        *,
        attempt_key: str,  # noqa: ARG002 - a status does not carry the key it was made with
        since: datetime,
        journal: Journal,
        previous: Sequence[Ref] = (),
    ) -> Found | NotFound | Unknown:
        """Look through the account's newest posts; one look is enough."""
        return self._open().find(part, since, journal, previous)

    def delete(self, ref: Ref) -> None:
        """Delete a post; a second delete is success."""
        self._open().delete(ref)

    def post_metrics(self, refs: Sequence[Ref]) -> dict[Ref, PostMetrics]:
        """Return favorites, boosts and replies; `gone` for a deleted post."""
        return self._open().post_metrics(refs)

    def account_metrics(self) -> AccountMetrics:
        """Return followers, following and posts."""
        return self._open().account_metrics()

    def check_auth(self) -> AuthState:
        """Ask who we are and what the server allows, by harmless reads."""
        return self._open().check_auth()

    def refresh_auth(self, store: TokenStore) -> None:
        """Ask once more; raise AuthExpired when only a person can go on, by making a new token."""
        self._open().refresh_auth(store)

    def _open(self) -> Client:
        if self._client is None:
            raise Forbidden("This Mastodon account is not connected. Connect it on the Accounts page.")
        return self._client
