"""What a person has to give before an account can be signed in through the browser; loads no HTTP library."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from connectors.facts import CredentialField

if TYPE_CHECKING:
    from connectors.facts import Facts
    from connectors.sign_in import Provider

_TOKENS = frozenset({"access", "refresh", "consumer_key", "consumer_secret", "access_token", "access_token_secret", "expires_at", "scopes"})
"""What a sign-in brings, so that nobody has to copy it."""

_APP = (
    CredentialField("client_id", "Client ID", "Of the app that you made on the platform's developer page."),
    CredentialField(
        "client_secret", "Client secret", "Of the same app; leave it empty where the platform gives none.", secret=True, required=False
    ),
)


@dataclass(frozen=True, slots=True)
class Way:
    """How a platform signs people in, and what the person has to give before; `own_app`: the platform makes the app by itself."""

    provider: Provider
    fields: tuple[CredentialField, ...]
    own_app: bool


def way(facts: Facts) -> Way | None:
    """Return how this platform signs people in, or None when it does not (an app password, or by hand only)."""
    if facts.sign_in is None or facts.api is None:
        return None
    own_app = bool(facts.sign_in.register_url)
    asked = tuple(one for one in (*facts.fields_for("sign-in"), *facts.fields_for("api")) if one.name not in _TOKENS and not one.chosen)
    names = {one.name for one in asked}
    extra = () if own_app else tuple(one for one in _APP if one.name not in names)
    return Way(facts.sign_in, (*extra, *asked), own_app)
