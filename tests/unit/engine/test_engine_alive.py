"""A session whose server vanished without a word is given up soon."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from types import SimpleNamespace
from typing import Any

import pytest

from planner.engine.alive import ends_with_its_server


def session(link: socket.socket | None) -> Any:
    """Return what is asked of asyncpg's."""
    return SimpleNamespace(_transport=SimpleNamespace(get_extra_info={"socket": link}.get))


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="this system has no such setting")
def test_what_was_sent_is_answered_within_half_a_minute_and_silence_is_asked_about() -> None:
    with ExitStack() as open_ones:
        server = open_ones.enter_context(socket.create_server(("127.0.0.1", 0)))
        link = open_ones.enter_context(socket.create_connection(server.getsockname()))
        assert link.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 0
        ends_with_its_server(session(link))
        told = [link.getsockopt(socket.IPPROTO_TCP, name) for name in (socket.TCP_USER_TIMEOUT, socket.TCP_KEEPIDLE)]
        assert told == [30_000, 30]
        assert link.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)


def test_a_system_without_the_settings_goes_without_them(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TCP_KEEPIDLE", "TCP_KEEPINTVL", "TCP_KEEPCNT", "TCP_USER_TIMEOUT"):
        monkeypatch.delattr(socket, name, raising=False)
    with socket.socket() as link:
        ends_with_its_server(session(link))
        assert link.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)


def test_a_local_socket_or_a_driver_that_shows_none_is_left_alone() -> None:
    with socket.socket(socket.AF_UNIX) as link:
        for one in (session(link), session(None), SimpleNamespace()):
            ends_with_its_server(one)
        assert not link.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
