"""What the connector contract needs from a platform: a rig with a real server, and one delivery driven as the publisher does it."""

from __future__ import annotations

import contextlib
import io
import json
import socket
import ssl
import threading
import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from PIL import Image

from connectors import facts, registry
from connectors.base import Found, Link, Media, NotFound, Timeouts, Variant, attempt_key
from connectors.errors import Doubtful, Temporary
from connectors.tokens import HeldTokens
from tests.contract import fault_proxy as faults
from tests.contract.fault_modes import ResetBody
from tests.contract.fault_proxy import FaultProxy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from connectors.base import Capabilities, Connector, Credentials, Part, Receipt, Ref, TokenStore

AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
PATIENT = Timeouts(connect=5, read=20, media=30, total=60)
QUICK = Timeouts(connect=2, read=3, media=5, total=6)


SAMPLES = {
    "letters": "a",
    "words": "word ",
    "a link": "https://example.org/a ",
    "a bare domain": "example.org ",
    "a mention": "@nobody.example.test ",
    "a hashtag": "#SocialWork ",
    "Chinese": "日",
    "a family": "👨‍👩‍👧‍👦",
    "flags": "🇺🇸",
    "flags of regions": "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "skin tones": "👍🏾",
    "combining accents": "e\u0301",
    "two accents on one letter": "a\u0302\u0323",
    "right to left": "شكرا ",
}

ANSWERED_BADLY = {
    "drop_before": faults.DropBefore(),
    "drop_after": faults.DropAfter(),
    "slow_after": faults.SlowAfter(QUICK.read + 1),
    "status_after 500": faults.StatusAfter(500),
    "status_after 502": faults.StatusAfter(502),
    "status_after 504": faults.StatusAfter(504),
    "cut_body": faults.CutBody(),
    "reset in the body": ResetBody(),
    "drip": faults.Drip(0.5),
    "html": faults.html(),
    "json_list": faults.json_list(),
    "json_string": faults.json_string(),
    "empty": faults.empty(),
    "html, never forwarded": faults.html(forwarded=False),
    "empty, never forwarded": faults.empty(forwarded=False),
}


@dataclass(frozen=True, slots=True)
class Remote:
    """A post as anybody reads it on the server; `marked` are the words that became links, tags or mentions."""

    id: str
    text: str
    alts: tuple[str, ...] = ()
    reply_to: str | None = None
    marked: tuple[str, ...] = ()
    raw: str = ""


class Rig(Protocol):
    """A real server with an account of its own for this test."""

    platform: str
    server: str
    create: tuple[str, str]
    upload: tuple[str, str]
    expired: faults.Status

    def credentials(self, server: str) -> Credentials:
        """Return what the account logs in with, through this address."""

    def posts(self) -> list[Remote]:
        """Return the account's posts, oldest first."""

    def judges(self, text: str, used: int) -> bool:
        """Return whether this server counts such a text as the platform does; a stand-in may not, then own examples have to."""


class RealClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return aware UTC."""
        return datetime.now(UTC)


class MemoryJournal:
    """A journal in memory."""

    def __init__(self) -> None:
        self.rows: dict[str, str] = {}

    def get(self, step: str) -> str | None:
        return self.rows.get(step)

    def put(self, step: str, value: str) -> None:
        self.rows[step] = value


@dataclass(frozen=True, slots=True)
class Shelf:
    """Media by digest."""

    items: tuple[Media, ...]

    def media(self, digest: str) -> Media:
        return next(item for item in self.items if item.digest == digest)


def picture(alt: str, color: str = "navy", kind: str = "PNG") -> Media:
    """Return a small real image."""
    out = io.BytesIO()
    Image.new("RGB", (12, 8), color).save(out, kind)
    return Media(f"{color}.{kind.lower()}", f"image/{kind.lower()}", out.getvalue(), alt, 12, 8)


class Job:
    """One delivery, driven the way the publisher drives it: the same parts, keys and journal at every attempt."""

    def __init__(self, connector: Connector, variant: Variant, delivery: str | None = None) -> None:
        self.connector = connector
        self.delivery = delivery or uuid.uuid4().hex
        self.parts = connector.render(replace(variant, scheduled_at=AT))
        self.media = Shelf((*variant.media, *((variant.link.thumb,) if variant.link and variant.link.thumb else ())))
        self.journal = MemoryJournal()
        self.refs: list[Ref] = []

    def publish(self, index: int = 0) -> Receipt:
        """Send one part; raise what the connector raises."""
        receipt = self.connector.publish(
            self.parts[index],
            attempt_key=attempt_key(self.delivery, index),
            journal=self.journal,
            media=self.media,
            previous=self.refs[:index],
        )
        self.refs[index:] = [receipt.ref]
        return receipt

    def find(self, index: int = 0) -> Any:
        """Look for one part."""
        key = attempt_key(self.delivery, index)
        since = datetime.now(UTC) - timedelta(minutes=2)
        return self.connector.find(self.parts[index], attempt_key=key, since=since, journal=self.journal, previous=self.refs[:index])

    def run(self, index: int = 0) -> str:
        """Send one part as the publisher would: again only when it is certainly not there; return sent or unconfirmed."""
        try:
            self.publish(index)
        except Temporary:
            self.publish(index)
        except Doubtful:
            found = self.find(index)
            if isinstance(found, Found):
                self.refs[index:] = [found.receipt.ref]
            elif isinstance(found, NotFound) and found.final:
                self.publish(index)
            else:
                return "unconfirmed"
        return "sent"


def thawed(part: Part) -> Part:
    """Return the part as the database gives it back."""
    return replace(part, payload=json.loads(json.dumps(part.payload, sort_keys=True)))


def connect(rig: Rig, server: str, timeouts: Timeouts, tokens: TokenStore | None = None) -> Connector:
    """Return the account's connector, through this address."""
    credentials = rig.credentials(server)
    return registry.connect(rig.platform, "api", credentials, tokens or HeldTokens(credentials), clock=RealClock(), timeouts=timeouts)


def taken(rules: Capabilities, *pictures: Media) -> tuple[Media, ...]:
    """Return as many of these images as the platform takes."""
    return pictures[: rules.media.max_items]


def titled(
    rig: Rig, text: str, *, segments: Sequence[str] | None = None, media: tuple[Media, ...] = (), link: Link | None = None
) -> Variant:
    """Return a variant, with a title where the platform needs one."""
    title = "A title" if registry.platform(rig.platform).name == "wordpress" else None
    if not media and facts.load(rig.platform).needs_image:
        media = (picture("An image that has to be there", "silver"),)
    return Variant(tuple(segments or (text,)), title=title, media=media, link=link)


def filled(rig: Rig, connector: Connector, token: str) -> str:
    """Return the longest text of this token, padded with single letters, that `measure` lets through."""

    def fits(text: str) -> bool:
        return connector.measure(titled(rig, text)).fits

    low, high = 1, 4000
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(token * middle) else (low, middle - 1)
    text = (token * low).rstrip()
    for filler in (" ", *"a" * 80):
        text = text + filler if fits(text + filler) else text
    return text.rstrip()


@contextlib.contextmanager
def untrusted_server(folder: Path) -> Iterator[str]:
    """Listen with a certificate for localhost that nobody vouches for; return the address."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    start = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    builder = builder.not_valid_before(start - timedelta(days=1)).not_valid_after(start + timedelta(days=1))
    made = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False).sign(key, hashes.SHA256())
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "both.pem").write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "both.pem")
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                raw, _ = listener.accept()
                with contextlib.suppress(OSError), context.wrap_socket(raw, server_side=True):
                    pass

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"https://localhost:{listener.getsockname()[1]}"
    with contextlib.suppress(OSError):
        listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(5)


class ContractBase:
    """What every case of the contract stands on: a subclass brings `rig`, an account that starts empty."""

    @pytest.fixture
    def proxy(self, rig: Rig) -> Iterator[FaultProxy]:
        with FaultProxy(rig.server) as running:
            yield running

    @pytest.fixture
    def connector(self, rig: Rig) -> Connector:
        return connect(rig, rig.server, PATIENT)

    @pytest.fixture
    def shaky(self, rig: Rig, proxy: FaultProxy) -> Connector:
        """The connector behind the proxy, logged in already, so that the first create is the first fault."""
        connector = connect(rig, proxy.url, QUICK)
        assert connector.check_auth().ok
        proxy.clear()
        return connector

    @pytest.fixture
    def rules(self, connector: Connector) -> Capabilities:
        return connector.capabilities()

    @pytest.fixture
    def untrusted(self, tmp_path: Path) -> Iterator[str]:
        """The address of a server whose certificate nobody signed."""
        with untrusted_server(tmp_path) as url:
            yield url
