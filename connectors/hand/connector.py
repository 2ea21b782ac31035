"""The connector of every account that is posted by hand: it counts, shows and links, and never sends anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors import measuring
from connectors.base import AuthState, Part, Unknown
from connectors.errors import Forbidden
from connectors.hand.compose import compose_link

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from connectors.base import (
        AccountMetrics,
        Capabilities,
        ComposeLink,
        Journal,
        Measure,
        MediaSource,
        PostMetrics,
        Receipt,
        Ref,
        TokenStore,
        Variant,
    )
    from connectors.facts import Facts

_BY_HAND = "This account is posted by hand: open its card on the page Deliveries, post it there, and paste the address back."


class Hand:
    """One account on one platform, posted by a person. `settings` are the server, page or community that its links need."""

    def __init__(self, facts: Facts, settings: Mapping[str, str]) -> None:
        """Work by a platform's facts."""
        self.name = facts.platform
        self._facts = facts
        self._settings = settings

    def capabilities(self, *, refresh: bool = False) -> Capabilities:  # noqa: ARG002 - nothing to ask anybody
        """Return the limits that count for a person too."""
        return self._facts.hand

    def measure(self, variant: Variant) -> Measure:
        """Count a variant the way the platform counts."""
        return measuring.measure(self._facts, self._facts.hand, variant)

    def render(self, variant: Variant) -> list[Part]:
        """Return what the card shows: final texts, images by digest with their descriptions, and what to set by hand."""
        words = measuring.final_texts(self._facts, self._facts.hand, variant)
        return [self._part(index, text, variant) for index, text in enumerate(words)]

    def _part(self, index: int, text: str, variant: Variant) -> Part:
        if index > 0:
            return Part(index, {"text": text})
        payload = {
            "text": text,
            "title": variant.title,
            "link": variant.link.url if variant.link else None,
            "images": [{"digest": item.digest, "name": item.name, "alt": item.alt} for item in variant.media],
            "set": _choices(variant),
            "reminders": list(self._facts.reminders),
        }
        return Part(index, payload, tuple(item.digest for item in variant.media))

    def publish(
        self,
        part: Part,  # noqa: ARG002 - a person sends it
        *,
        attempt_key: str,  # noqa: ARG002 - the same
        journal: Journal,  # noqa: ARG002 - the same
        media: MediaSource,  # noqa: ARG002 - the same
        previous: Sequence[Ref] = (),  # noqa: ARG002 - the same
    ) -> Receipt:
        """Send nothing, ever."""
        raise Forbidden(_BY_HAND)

    def find(
        self,
        part: Part,  # noqa: ARG002 - only the person knows
        *,
        attempt_key: str,  # noqa: ARG002 - the same
        since: datetime,  # noqa: ARG002 - the same
        journal: Journal,  # noqa: ARG002 - the same
        previous: Sequence[Ref] = (),  # noqa: ARG002 - the same
    ) -> Unknown:
        """Say that only the person who posted it can tell."""
        return Unknown("Only the person who posted it can say whether it is live. Ask, then mark it on its card.")

    def delete(self, ref: Ref) -> None:  # noqa: ARG002 - a person deletes it
        """Delete nothing."""
        raise Forbidden("This account is posted by hand: delete the post on the platform itself.")

    def post_metrics(self, refs: Sequence[Ref]) -> dict[Ref, PostMetrics]:  # noqa: ARG002 - nobody reports any
        """Return nothing: no figures are reported for posts by hand."""
        return {}

    def account_metrics(self) -> AccountMetrics:
        """Report nothing."""
        raise Forbidden("This account is posted by hand: type its figures in on the Engagement page.")

    def check_auth(self) -> AuthState:
        """Return that there is no login to check."""
        return AuthState(ok=True, handle=self._settings.get("handle") or None)

    def refresh_auth(self, store: TokenStore) -> None:
        """Do nothing: there is no token."""

    def compose_link(self, variant: Variant) -> ComposeLink | None:
        """Return the link that opens the platform's own composer."""
        return compose_link(self._facts, self._settings, variant)


def _choices(variant: Variant) -> dict[str, str]:
    chosen = {"visibility": variant.visibility, "reply_control": variant.reply_control, "content_warning": variant.content_warning}
    return {name: value for name, value in chosen.items() if value}
