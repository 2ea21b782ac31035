"""The closed set of platform errors; each class says who acts next and what the delivery becomes.

ConnectorError
|-- Rejected      refused, nothing accepted            -> the author edits; delivery failed
|-- Duplicate     the platform says that it has it      -> find(); sent, failed or unconfirmed
|-- AuthExpired   the token is dead                     -> refresh once, then the account needs a login; held
|-- Forbidden     scope, review, suspension, sunset     -> a person; the account's deliveries are held
|-- RateLimited   too many calls                        -> again at `until`, if not stale
|-- OutOfCredit   no credit left                        -> a person tops up; the account's deliveries are held
|-- Temporary     certainly not accepted                -> again by itself, inside the stale window
`-- Doubtful      may have been accepted                -> unconfirmed; searched for, never blindly resent
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from connectors.base import Ref


class ConnectorError(Exception):
    """A platform did not do what was asked; `reason` is one plain sentence without secrets or draft text."""

    def __init__(self, reason: str) -> None:
        """Keep `reason`, fit to be shown to a person and to be logged."""
        super().__init__(reason)
        self.reason = reason


class Rejected(ConnectorError):
    """Refused, nothing accepted; nobody retries. `field` names what to change, if the platform said so."""

    def __init__(self, reason: str, field: str | None = None) -> None:
        """Keep the reason and the name of the field to change."""
        super().__init__(reason)
        self.field = field


class Duplicate(ConnectorError):
    """The platform says that it already has this post; `existing` is its reference where it was named."""

    def __init__(self, reason: str, existing: Ref | None = None) -> None:
        """Keep the reason and the existing post's reference."""
        super().__init__(reason)
        self.existing = existing


class AuthExpired(ConnectorError):
    """The token is no longer accepted: refresh once, then ask for a new login."""


class Forbidden(ConnectorError):
    """A right is missing (scope, review, suspension, sunset API version): a person has to act."""


class RateLimited(ConnectorError):
    """Too many calls; the next one may go out at `until` (aware UTC). `shared`: the limit is the app's or the address's, not the account's."""

    def __init__(self, reason: str, until: datetime, *, shared: bool = False) -> None:
        """Keep the reason, the moment from which calls are accepted again, and whether every account of the platform has to wait."""
        super().__init__(reason)
        self.until = until
        self.shared = shared


class OutOfCredit(ConnectorError):
    """The account's prepaid credit is used up."""


class Temporary(ConnectorError):
    """Certainly not accepted (the server was never reached): may be sent again by itself."""


class Doubtful(ConnectorError):
    """The platform may have accepted it: search for it, never resend blindly."""
