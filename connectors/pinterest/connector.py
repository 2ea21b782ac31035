"""The Pinterest connector: one pin per delivery."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.account import AccountConnector
from connectors.pinterest import mapping

if TYPE_CHECKING:
    from connectors.base import Clock, Timeouts, TokenStore
    from connectors.facts import Facts


def preview(facts: Facts) -> AccountConnector:
    """Return the connector without a login: for capabilities, measure, render and compose links."""
    return AccountConnector(facts, mapping, None)


def connect(facts: Facts, tokens: TokenStore, clock: Clock, timeouts: Timeouts) -> AccountConnector:
    """Return an account's working connector."""
    from connectors.pinterest.client import Client  # noqa: PLC0415 - the HTTP library loads only when an account is really used

    return AccountConnector(facts, mapping, Client(facts, facts.require_service(), tokens, clock, timeouts))
