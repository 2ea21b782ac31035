"""A platform's library on the leash: whatever it raises or returns, the raw answer counts, and where none came, the cause."""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING, Any

import pytest
import requests
from connectors_stub import Stub, answer, drip

from connectors.base import Timeouts
from connectors.errors import ConnectorError, Doubtful, Rejected, Temporary
from connectors.http import Deadline, Kind
from connectors.library import GuardedSession, ask

if TYPE_CHECKING:
    from pathlib import Path

QUICK = Timeouts(connect=1, read=0.4, media=2, total=0.8)


def session(moved: tuple[str, str] | None = None, seconds: float = 5) -> GuardedSession:
    return GuardedSession(Deadline(seconds), QUICK, moved)


def test_the_raw_answer_comes_back_and_the_library_can_read_it(stub: Stub) -> None:
    stub.script = [answer(201, {"id": 1}, X_Own="yes")]
    guarded, seen = session(), []
    said = ask(guarded, "create", lambda: seen.append(guarded.post(stub.url, json={"a": 1}).json()))
    assert (said.status, said.object(), said.headers["x-own"], seen) == (201, {"id": 1}, "yes", [{"id": 1}])
    assert stub.asked[0].json == {"a": 1}


@pytest.mark.parametrize("raised", [ValueError("no"), RecursionError(), AttributeError("'str' object"), KeyError("x")])
def test_an_answer_counts_whatever_the_library_makes_of_it(stub: Stub, raised: Exception) -> None:
    stub.script = [answer(403, "no object")]
    guarded = session()

    def call() -> None:
        guarded.get(stub.url)
        raise raised

    assert ask(guarded, "create", call).status == 403


def _wrapped(guarded: GuardedSession, url: str) -> None:
    """As Mastodon.py does it: its own class says nothing, the cause stands behind it."""
    try:
        guarded.get(url)
    except Exception as error:  # noqa: BLE001 - as the library does
        raise OSError(f"Could not complete request: {error}") from None


@pytest.mark.parametrize(("kind", "meaning"), [("create", Doubtful), ("prepare", Temporary), ("read", Temporary)])
def test_a_dropped_connection_is_named_by_what_was_asked(stub: Stub, kind: Kind, meaning: type[ConnectorError]) -> None:
    stub.script = [b""]
    guarded = session()
    with pytest.raises(ConnectorError) as caught:
        ask(guarded, kind, lambda: _wrapped(guarded, stub.url))
    assert type(caught.value) is meaning


def test_a_refused_port_was_never_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        closed = f"http://127.0.0.1:{listener.getsockname()[1]}"
    guarded = session()
    with pytest.raises(Temporary, match="not reached"):
        ask(guarded, "create", lambda: _wrapped(guarded, closed))


def test_a_library_that_refuses_by_itself_sent_nothing() -> None:
    def call() -> None:
        raise TypeError("media_ids must be strings: the draft")

    with pytest.raises(Rejected, match="TypeError") as caught:
        ask(session(), "create", call)
    assert "draft" not in caught.value.reason


def test_a_library_that_breaks_between_two_calls_leaves_doubt(stub: Stub) -> None:
    stub.script = [answer(200, {}), b""]
    guarded = session()

    def call() -> None:
        guarded.get(stub.url)
        guarded.answer = None
        raise RuntimeError

    with pytest.raises(Doubtful):
        ask(guarded, "create", call)


def test_a_library_that_calls_nobody_is_said() -> None:
    with pytest.raises(Rejected, match="made no call"):
        ask(session(), "create", lambda: None)


def test_a_redirect_is_never_followed(stub: Stub) -> None:
    stub.script = [answer(307, b"", Location=f"{stub.url}/elsewhere")]
    guarded = session()
    assert ask(guarded, "create", lambda: guarded.post(stub.url, data=b"x")).status == 307
    assert len(stub.asked) == 1


def test_a_library_without_a_timeout_has_ours(stub: Stub) -> None:
    """Drip by drip, which no read timeout notices."""
    stub.script = [drip(answer(200, {"id": "1"}))]
    guarded, start = session(seconds=0.8), time.monotonic()
    with pytest.raises(Doubtful):
        ask(guarded, "create", lambda: guarded.get(stub.url, timeout=300))
    assert time.monotonic() - start < 5


def test_when_the_time_is_over_nothing_is_sent(stub: Stub) -> None:
    guarded = session(seconds=0)
    with pytest.raises(Temporary, match="before anything was sent"):
        ask(guarded, "create", lambda: guarded.get(stub.url))
    assert stub.asked == []


def test_an_address_that_is_built_in_can_be_moved(stub: Stub) -> None:
    stub.script = [answer(200, {})]
    guarded = session(("https://api.example.com", stub.url))
    ask(guarded, "read", lambda: guarded.get("https://api.example.com/2/users/me", params={"a": "b"}))
    assert stub.asked[0].path == "/2/users/me?a=b"


def test_a_netrc_entry_never_replaces_the_login(stub: Stub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login somebody password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    stub.script = [answer(200, {})]
    guarded = session()
    ask(guarded, "read", lambda: guarded.get(stub.url, headers={"Authorization": "Bearer ours"}))
    assert stub.asked[0].headers["authorization"] == "Bearer ours"


def test_slow_calls_have_the_time_that_media_need(stub: Stub) -> None:
    def late(connection: socket.socket) -> None:
        time.sleep(0.6)
        connection.sendall(answer(200, {}))

    stub.script = [late, late]
    guarded = session()
    assert ask(guarded, "prepare", lambda: guarded.get(stub.url), slow=True).status == 200
    with pytest.raises(Temporary):
        ask(guarded, "prepare", lambda: guarded.get(stub.url))


def test_the_session_is_what_libraries_expect() -> None:
    guarded: Any = session()
    assert isinstance(guarded, requests.Session)
    assert guarded.trust_env is False
