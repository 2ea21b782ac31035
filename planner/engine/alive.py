"""A session whose server vanished without a word ends soon, instead of when the system gives up after a quarter of an hour."""

from __future__ import annotations

import socket
from typing import Any

_WAYS = {"TCP_KEEPIDLE": 30, "TCP_KEEPINTVL": 10, "TCP_KEEPCNT": 3, "TCP_USER_TIMEOUT": 30_000}
"""The same times as of the store's connections: silence is asked about, and what was sent is answered within half a minute."""


def ends_with_its_server(session: Any) -> None:  # noqa: ANN401 - asyncpg's, which has no such setting
    """Set it on the socket of an open session; a system without one of the settings goes without that one, a local socket without all."""
    transport = getattr(session, "_transport", None)
    link = None if transport is None else transport.get_extra_info("socket")
    if link is None or link.family not in (socket.AF_INET, socket.AF_INET6):
        return
    link.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in _WAYS.items():
        if hasattr(socket, name):
            link.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
