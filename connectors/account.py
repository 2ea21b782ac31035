"""A connector that is put together from a platform's words (pure) and its client (network): what needs no class of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from connectors.errors import Forbidden
from connectors.hand.compose import compose_link

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from connectors.base import (
        AccountMetrics,
        AuthState,
        Capabilities,
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
        TokenStore,
        Unknown,
        Variant,
    )
    from connectors.facts import Facts


class Words(Protocol):
    """The pure side of a platform: a module `mapping`."""

    def measure(self, facts: Facts, rules: Capabilities, variant: Variant) -> Measure:
        """Count a variant the way the platform counts."""

    def render(self, facts: Facts, rules: Capabilities, variant: Variant) -> list[Part]:
        """Return the parts to send."""


class Client(Protocol):
    """The network side of a platform, for one account."""

    def rules(self, usual: Capabilities) -> Capabilities:
        """Return what this login can do, without asking anybody."""

    def publish(self, part: Part, attempt_key: str, journal: Journal, media: MediaSource, previous: Sequence[Ref]) -> Receipt:
        """Send one create."""

    def find(self, part: Part, since: datetime, journal: Journal, previous: Sequence[Ref]) -> Found | NotFound | Unknown:
        """Look whether a doubtful create arrived."""

    def delete(self, ref: Ref) -> None:
        """Delete a post; a second delete is success."""

    def post_metrics(self, refs: Sequence[Ref]) -> dict[Ref, PostMetrics]:
        """Return the figures of posts."""

    def account_metrics(self) -> AccountMetrics:
        """Return the figures of the account."""

    def check_auth(self) -> AuthState:
        """Ask who we are."""

    def refresh_auth(self, store: TokenStore) -> None:
        """Renew the login."""

    def settings(self) -> Mapping[str, str]:
        """Return what links into the platform's own composer need."""


class AccountConnector:
    """One account on one platform, by its facts."""

    def __init__(self, facts: Facts, words: Words, client: Client | None) -> None:
        """Work by the facts and the words of the platform, through a login where there is one."""
        if facts.api is None:
            raise ValueError(f"{facts.folder / 'facts.toml'} has no [api] table. Add it.")
        self.name = facts.platform
        self._facts = facts
        self._rules = client.rules(facts.api) if client else facts.api
        self._words = words
        self._client = client

    def capabilities(self, *, refresh: bool = False) -> Capabilities:  # noqa: ARG002 - nothing to ask anybody
        """Return what this login can do."""
        return self._rules

    def measure(self, variant: Variant) -> Measure:
        """Count a variant the way the platform counts."""
        return self._words.measure(self._facts, self._rules, variant)

    def render(self, variant: Variant) -> list[Part]:
        """Return the parts to send."""
        return self._words.render(self._facts, self._rules, variant)

    def compose_link(self, variant: Variant) -> ComposeLink | None:
        """Return the link that opens the platform's own composer, or None."""
        return compose_link(self._facts, self._client.settings() if self._client else {}, variant)

    def publish(self, part: Part, *, attempt_key: str, journal: Journal, media: MediaSource, previous: Sequence[Ref] = ()) -> Receipt:
        """Send one create after what it needs."""
        return self._open().publish(part, attempt_key, journal, media, previous)

    def find(
        self,
        part: Part,
        *,
        attempt_key: str,  # noqa: ARG002 - these platforms are told no key
        since: datetime,
        journal: Journal,
        previous: Sequence[Ref] = (),
    ) -> Found | NotFound | Unknown:
        """Look whether a doubtful create arrived."""
        return self._open().find(part, since, journal, previous)

    def delete(self, ref: Ref) -> None:
        """Delete a post; a second delete is success."""
        self._open().delete(ref)

    def post_metrics(self, refs: Sequence[Ref]) -> dict[Ref, PostMetrics]:
        """Return the figures of posts; `gone` for a deleted one."""
        return self._open().post_metrics(refs)

    def account_metrics(self) -> AccountMetrics:
        """Return the figures of the account."""
        return self._open().account_metrics()

    def check_auth(self) -> AuthState:
        """Ask who we are by a harmless read."""
        return self._open().check_auth()

    def refresh_auth(self, store: TokenStore) -> None:
        """Renew the login, or say that only a person can."""
        self._open().refresh_auth(store)

    def _open(self) -> Client:
        if self._client is None:
            raise Forbidden(f"This {self._facts.title} account is not connected. Connect it on the Accounts page.")
        return self._client
