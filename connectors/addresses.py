"""Which addresses are fit for logging in: https anywhere, plain http on this machine only."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit


def is_safe(url: str) -> bool:
    """Return whether a login may be sent to this address: https, or http on this machine, and no name or password in it."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))
    return bool(safe and host and not parts.username and not parts.password)


def is_loopback(host: str) -> bool:
    """Return whether a host name is this machine."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
