"""The wire of LinkedIn's versioned interface, and what its refusals mean."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from connectors import bearer
from connectors.base import Ref
from connectors.errors import Duplicate, Forbidden

if TYPE_CHECKING:
    from collections.abc import Mapping

    from connectors.base import Clock, Credentials, Timeouts
    from connectors.errors import ConnectorError
    from connectors.facts import Facts
    from connectors.http import Answer, Kind
    from connectors.service import Service

_SUNSET, _UNPROCESSABLE = 426, 422
_REPEATED = b"DUPLICATE_POST"
_POST = re.compile(rb"urn:li:(?:share|ugcPost|activity):\d+")
_GONE = "LinkedIn no longer answers the version {version} of its interface (426) that this Discreet speaks. Update it, or post by hand meanwhile."
_THERE = "LinkedIn says that this account has this very post already."


class LinkedInWire(bearer.Wire):
    """One login at LinkedIn for the length of one call; raise Forbidden at once when the version in use has ended."""

    def __init__(self, facts: Facts, service: Service, credentials: Credentials, clock: Clock, timeouts: Timeouts) -> None:
        """Start the countdown."""
        super().__init__(service, credentials, clock, timeouts)
        service.require(facts.title, clock.now().date())
        self._version = service.used

    def headers(self) -> Mapping[str, str]:
        """Return the version; LinkedIn never takes the newest one by itself."""
        return {"LinkedIn-Version": self._version, "X-Restli-Protocol-Version": "2.0.0"}

    def named(self, answer: Answer, kind: Kind) -> ConnectorError | None:  # noqa: ARG002 - the same for every kind
        """Name a version that has ended, and a post that is there already."""
        if answer.status == _SUNSET:
            return Forbidden(_GONE.format(version=self._version))
        if answer.status == _UNPROCESSABLE and _REPEATED in answer.body:
            found = _POST.search(answer.body)
            return Duplicate(_THERE, Ref(found[0].decode()) if found else None)
        return None
