"""One bounded request: what comes back, and what each way of failing means."""

from __future__ import annotations

import datetime as dt
import gzip
import socket
import ssl
import time
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING

import pytest
import requests
import urllib3.exceptions as urllib3_errors
from connectors_stub import Stub, answer, drip, serving, slow
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from connectors.base import Timeouts
from connectors.errors import ConnectorError, Doubtful, Rejected, Temporary
from connectors.http import Answer, Deadline, Kind, Request, causes, failure, http_date, send

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

QUICK = Timeouts(connect=1, read=0.4, media=2, total=0.8)


def get(url: str, kind: Kind = "create", *, slow_answer: bool = False) -> Answer:
    return send(Request("GET", url, kind, slow=slow_answer), deadline=Deadline(QUICK.total), timeouts=QUICK)


def test_a_good_answer(stub: Stub) -> None:
    stub.script = [answer(201, {"id": 1}, Date="Sat, 21 Nov 2026 09:00:00 GMT")]
    request = Request("POST", stub.url, "create", {"X-Own": "yes"}, (("q", "a b"),), b"words")
    said = send(request, deadline=Deadline(5), timeouts=QUICK)
    assert (said.status, said.ok, said.object()) == (201, True, {"id": 1})
    assert said.date == dt.datetime(2026, 11, 21, 9, tzinfo=dt.UTC)
    assert (stub.asked[0].method, stub.asked[0].path, stub.asked[0].body) == ("POST", "/?q=a+b", b"words")
    assert stub.asked[0].headers["x-own"] == "yes"


def test_a_compressed_answer(stub: Stub) -> None:
    stub.script = [answer(200, gzip.compress(b'{"a": 1}'), Content_Encoding="gzip")]
    assert get(stub.url).object() == {"a": 1}


@pytest.mark.parametrize("body", [b"<html>", b"", b"[1]", b'"text"', b"\xff", b"[" * 100_000])
def test_a_body_that_is_no_object(stub: Stub, body: bytes) -> None:
    stub.script = [answer(200, body)]
    said = get(stub.url)
    assert said.object() is None
    assert said.date is None


def test_a_redirect_is_never_followed(stub: Stub) -> None:
    stub.script = [answer(301, Location=f"{stub.url}/other")]
    assert get(stub.url).status == 301
    assert len(stub.asked) == 1


def test_no_netrc_and_no_proxy_from_outside(stub: Stub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login thief password thief\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    stub.script = [answer(200, {})]
    send(Request("GET", stub.url, "read", {"Authorization": "Bearer own"}), deadline=Deadline(5), timeouts=QUICK)
    assert stub.asked[0].headers["authorization"] == "Bearer own"


def _close(connection: socket.socket) -> None:
    connection.shutdown(socket.SHUT_RDWR)


def _reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")


def _half(connection: socket.socket) -> None:
    connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n{"half": ')


BROKEN = {
    "closed": _close,
    "reset": _reset,
    "half a body": _half,
    "late": slow(0.6, answer(200, {})),
    "no HTTP": b"hello there\r\n\r\n",
    "dripping body": drip(answer(200, {"a": "b" * 100})),
    "dripping head": drip(b"HTTP/1.1 200 OK\r\n" + b"X-More: yes\r\n" * 50),
}


@pytest.mark.parametrize("how", BROKEN)
@pytest.mark.parametrize(("kind", "error"), [("create", Doubtful), ("prepare", Temporary), ("read", Temporary)])
def test_a_broken_answer(stub: Stub, how: str, kind: Kind, error: type[ConnectorError]) -> None:
    stub.script = [BROKEN[how]]
    start = time.monotonic()
    with pytest.raises(error):
        get(stub.url, kind)
    assert time.monotonic() - start < QUICK.total + 0.5
    assert len(stub.asked) == 1


def test_media_may_take_longer(stub: Stub) -> None:
    stub.script = [slow(0.6, answer(200, {"late": True}))]
    assert get(stub.url, slow_answer=True).object() == {"late": True}


def test_nothing_leaves_after_the_deadline(stub: Stub) -> None:
    with pytest.raises(Temporary, match="before anything was sent"):
        send(Request("GET", stub.url, "create"), deadline=Deadline(0), timeouts=QUICK)
    assert stub.asked == []


def test_a_worker_that_was_frozen_while_connecting_sends_nothing(stub: Stub) -> None:
    """The last look at the clock comes after connecting, right before the first byte."""
    readings = iter([0.0, 0.1, 0.1, 0.1, 0.1])
    deadline = Deadline(90, lambda: next(readings, 1000.0))
    with pytest.raises(Temporary, match="Nothing was sent"):
        send(Request("GET", stub.url, "create"), deadline=deadline, timeouts=QUICK)
    assert stub.asked == []


def test_a_refused_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(Temporary, match="Nothing was sent"):
        get(f"http://127.0.0.1:{port}")


def test_an_unknown_host() -> None:
    with pytest.raises(Temporary):
        get("http://no-such-host.invalid")


@pytest.mark.parametrize("url", ["no scheme", "ftp://127.0.0.1/", "http://", "http://["])
def test_a_broken_address(url: str) -> None:
    with pytest.raises(Rejected, match="address") as caught:
        get(url)
    assert caught.value.field == "server"


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Make a certificate for localhost that nobody vouches for, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    start = dt.datetime.now(dt.UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    builder = builder.not_valid_before(start - dt.timedelta(days=1)).not_valid_after(start + dt.timedelta(days=1))
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    made = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True).sign(key, hashes.SHA256())
    pem = tmp_path / "both.pem"
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    pem.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return pem


@pytest.fixture
def secure(certificate: Path) -> Iterator[Stub]:
    """The scripted server, behind TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with serving(context) as server:
        yield server


def test_a_bad_certificate_means_that_nothing_was_sent(secure: Stub) -> None:
    with pytest.raises(Temporary, match="SSLError"):
        get(secure.url)
    assert secure.asked == []


@pytest.fixture
def trusted(secure: Stub, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Stub:
    monkeypatch.setattr(requests.adapters, "DEFAULT_CA_BUNDLE_PATH", str(certificate))
    return secure


def test_a_good_answer_over_tls(trusted: Stub) -> None:
    trusted.script = [answer(200, {"secure": True})]
    assert get(trusted.url).object() == {"secure": True}


@pytest.mark.parametrize("how", ["closed", "half a body", "late", "dripping body", "dripping head"])
def test_a_broken_answer_over_tls(trusted: Stub, how: str) -> None:
    trusted.script = [BROKEN[how]]
    start = time.monotonic()
    with pytest.raises(Doubtful):
        get(trusted.url)
    assert time.monotonic() - start < QUICK.total + 0.5


def test_a_server_that_never_takes_the_connection_up(stub: Stub) -> None:
    """The deadline passes before there is a connection to cut."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener, ExitStack() as filling:
        address = listener.getsockname()
        for _ in range(3):
            waiting = filling.enter_context(socket.socket())
            waiting.setblocking(False)
            with suppress(BlockingIOError):
                waiting.connect(address)
        patient = Timeouts(connect=1.5, read=1, media=1, total=0.3)
        with pytest.raises(Temporary, match="Nothing was sent"):
            send(Request("GET", f"http://127.0.0.1:{address[1]}", "create"), deadline=Deadline(0.3), timeouts=patient)
    assert stub.asked == []


def test_other_trouble_with_tls_is_doubtful() -> None:
    assert isinstance(failure(requests.exceptions.SSLError("odd"), "create"), Doubtful)


def test_the_first_cause_may_stand_in_args_reason_cause_or_context() -> None:
    innermost = urllib3_errors.NewConnectionError(None, "refused")  # type: ignore[arg-type]
    in_reason = urllib3_errors.MaxRetryError(None, "/", innermost)  # type: ignore[arg-type]
    in_args = requests.ConnectionError(in_reason)
    in_cause = ValueError("outer")
    in_cause.__cause__ = in_args
    in_context = KeyError("outermost")
    in_context.__context__ = in_cause
    assert innermost in list(causes(in_context))
    assert isinstance(failure(in_context, "create"), Temporary)


def test_a_circle_of_causes_ends() -> None:
    first, second = ValueError("a"), ValueError("b")
    first.__cause__, second.__cause__ = second, first
    assert list(causes(first)) == [first, second]


@pytest.mark.parametrize(
    ("text", "there"),
    [("Sat, 21 Nov 2026 09:00:00 GMT", True), ("21 Nov 2026 09:00:00", False), ("soon", False), ("", False)],
)
def test_http_dates(text: str, there: bool) -> None:
    assert (http_date(text) is not None) == there


def test_no_words_and_no_token_in_what_is_shown(stub: Stub) -> None:
    request = Request("POST", stub.url, "create", {"Authorization": "Bearer s3cret"}, (("token", "s3cret"),), b"draft words")
    stub.script = [_close]
    with pytest.raises(Doubtful) as caught:
        send(request, deadline=Deadline(5), timeouts=QUICK)
    shown = repr(request) + repr(caught.value) + str(caught.value) + repr(Answer(200, {"set-cookie": "s3cret"}, b"draft words"))
    assert "s3cret" not in shown
    assert "draft" not in shown
    assert caught.value.__suppress_context__
