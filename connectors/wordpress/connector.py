"""The WordPress connector: one blog post per delivery, under an address name by which a lost create is found again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.errors import Forbidden
from connectors.hand.compose import compose_link
from connectors.wordpress import mapping

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
    from connectors.wordpress.client import Client


def preview(facts: Facts) -> WordPress:
    """Return the connector without a login: for capabilities, measure, render and compose links."""
    return WordPress(facts, None)


def connect(facts: Facts, tokens: TokenStore, clock: Clock, timeouts: Timeouts) -> WordPress:
    """Return an account's working connector; raise Rejected when its site address cannot be used."""
    from connectors.wordpress.client import Client  # noqa: PLC0415 - the HTTP library loads only when an account is really used

    return WordPress(facts, Client(tokens, clock, timeouts))


class WordPress:
    """One user on one site. A reference is the number of the post."""

    def __init__(self, facts: Facts, client: Client | None) -> None:
        """Work by the facts of the platform, through a login where there is one."""
        if facts.api is None:
            raise ValueError(f"{facts.folder / 'facts.toml'} has no [api] table. Add it.")
        self.name = facts.platform
        self._facts = facts
        self._rules = facts.api
        self._client = client

    def capabilities(self, *, refresh: bool = False) -> Capabilities:  # noqa: ARG002 - the same on every site
        """Return what WordPress can do."""
        return self._rules

    def measure(self, variant: Variant) -> Measure:
        """Count characters, and say what keeps the variant from going out."""
        return mapping.measure(self._facts, self._rules, variant)

    def render(self, variant: Variant) -> list[Part]:
        """Return the one part: the post in blocks."""
        return mapping.render(variant)

    def compose_link(self, variant: Variant) -> ComposeLink | None:
        """Return the link that opens the site's own editor."""
        return compose_link(self._facts, self._client.settings() if self._client else {}, variant)

    def publish(
        self,
        part: Part,
        *,
        attempt_key: str,
        journal: Journal,
        media: MediaSource,
        previous: Sequence[Ref] = (),  # noqa: ARG002 - a blog has no threads
    ) -> Receipt:
        """Look for an earlier create, then send one create after its images and tags."""
        return self._open().publish(part, attempt_key, journal, media)

    def find(
        self,
        part: Part,
        *,
        attempt_key: str,
        since: datetime,  # noqa: ARG002 - the address name alone tells the post
        journal: Journal,
        previous: Sequence[Ref] = (),  # noqa: ARG002 - a blog has no threads
    ) -> Found | NotFound | Unknown:
        """Look under the post's address name; one look is enough."""
        return self._open().find(part, attempt_key, journal)

    def delete(self, ref: Ref) -> None:
        """Delete a post for good; a second delete is success."""
        self._open().delete(ref)

    def post_metrics(self, refs: Sequence[Ref]) -> dict[Ref, PostMetrics]:
        """Return the number of approved comments; `gone` for a post that is no longer public."""
        return self._open().post_metrics(refs)

    def account_metrics(self) -> AccountMetrics:
        """Return the number of live posts; followers are not counted by WordPress."""
        return self._open().account_metrics()

    def check_auth(self) -> AuthState:
        """Ask who we are by a harmless read."""
        return self._open().check_auth()

    def refresh_auth(self, store: TokenStore) -> None:  # noqa: ARG002 - there is nothing to swap
        """Ask once more; raise AuthExpired when only a person can go on, by making a new application password."""
        self._open().refresh_auth()

    def _open(self) -> Client:
        if self._client is None:
            raise Forbidden("This WordPress account is not connected. Connect it on the Accounts page.")
        return self._client
