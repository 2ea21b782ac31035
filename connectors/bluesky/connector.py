"""The Bluesky connector: one create per call under a key that follows from the delivery, so that a repeat meets itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.bluesky import mapping
from connectors.errors import Forbidden
from connectors.hand.compose import compose_link

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
    from connectors.bluesky.client import Client
    from connectors.facts import Facts


def preview(facts: Facts) -> Bluesky:
    """Return the connector without a login: for capabilities, measure, render and compose links."""
    return Bluesky(facts, None)


def connect(facts: Facts, tokens: TokenStore, clock: Clock, timeouts: Timeouts) -> Bluesky:
    """Return an account's working connector; raise Rejected when its server address cannot be used."""
    from connectors.bluesky.client import Client  # noqa: PLC0415 - the HTTP library loads only when an account is really used

    return Bluesky(facts, Client(tokens, clock, timeouts))


class Bluesky:
    """One account. A reference is `at://…#cid`: the address of the record and the hash of its content."""

    def __init__(self, facts: Facts, client: Client | None) -> None:
        """Work by the facts of the platform, through a login where there is one."""
        if facts.api is None:
            raise ValueError(f"{facts.folder / 'facts.toml'} has no [api] table. Add it.")
        self.name = facts.platform
        self._facts = facts
        self._rules = facts.api
        self._client = client

    def capabilities(self, *, refresh: bool = False) -> Capabilities:  # noqa: ARG002 - the same on every server
        """Return what Bluesky can do."""
        return self._rules

    def measure(self, variant: Variant) -> Measure:
        """Count graphemes and bytes, and say what keeps the variant from going out."""
        return mapping.measure(self._facts, self._rules, variant)

    def render(self, variant: Variant) -> list[Part]:
        """Return the parts; rendered without `scheduled_at` they can be shown, not sent."""
        return mapping.render(self._facts, self._rules, variant)

    def compose_link(self, variant: Variant) -> ComposeLink | None:
        """Return the link that opens Bluesky's own composer."""
        return compose_link(self._facts, {}, variant)

    def publish(self, part: Part, *, attempt_key: str, journal: Journal, media: MediaSource, previous: Sequence[Ref] = ()) -> Receipt:
        """Send one create, after its uploads and its reply control; a repeat under the same key changes nothing."""
        return self._open().publish(part, attempt_key, journal, media, previous)

    def find(
        self,
        part: Part,
        *,
        attempt_key: str,
        since: datetime,  # noqa: ARG002 - the key alone tells the record
        journal: Journal,
        previous: Sequence[Ref] = (),
    ) -> Found | NotFound | Unknown:
        """Look under the record's key; one look is enough."""
        return self._open().find(part, attempt_key, journal, previous)

    def delete(self, ref: Ref) -> None:
        """Delete a post; a second delete is success."""
        self._open().delete(ref)

    def post_metrics(self, refs: Sequence[Ref]) -> dict[Ref, PostMetrics]:
        """Return likes, reposts, replies, quotes and bookmarks; `gone` for a deleted post, nothing for one not shown yet."""
        return self._open().post_metrics(refs)

    def account_metrics(self) -> AccountMetrics:
        """Return followers, following and posts."""
        return self._open().account_metrics()

    def check_auth(self) -> AuthState:
        """Ask who we are by a harmless read."""
        return self._open().check_auth()

    def refresh_auth(self, store: TokenStore) -> None:
        """Renew the login by compare-and-swap; raise AuthExpired when a person must enter a new app password."""
        self._open().refresh_auth(store)

    def _open(self) -> Client:
        if self._client is None:
            raise Forbidden("This Bluesky account is not connected. Connect it on the Accounts page.")
        return self._client
