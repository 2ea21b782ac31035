"""The connector protocol and the frozen values that cross it; imports nothing of the planner."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NewType, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from decimal import Decimal

Ref = NewType("Ref", str)
"""A remote id as the platform gave it: an opaque string."""

Mode = Literal["api", "beta", "hand"]
Idempotency = Literal["native_forever", "native_window", "container", "lookup", "none"]


@dataclass(frozen=True, slots=True)
class Media:
    """One image to publish: its bytes, type and description. EXIF has been removed before it comes here."""

    name: str
    mime: str
    data: bytes = field(repr=False)
    alt: str
    width: int | None = None
    height: int | None = None

    @property
    def digest(self) -> str:
        """Return the SHA-256 of the bytes, hex."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True)
class Link:
    """A link card: the author's own title and description, no server fetches anything."""

    url: str
    title: str = ""
    description: str = ""
    thumb: Media | None = None


@dataclass(frozen=True, slots=True)
class Variant:
    """What the planner hands in for one account: the segments of a thread (one for a plain post) and what goes with them."""

    segments: tuple[str, ...]
    title: str | None = None
    link: Link | None = None
    media: tuple[Media, ...] = ()
    tags: tuple[str, ...] = ()
    langs: tuple[str, ...] = ("en",)
    content_warning: str | None = None
    visibility: str | None = None
    reply_control: str | None = None
    scheduled_at: datetime | None = None
    first_comment: str | None = None


_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Part:
    """One remote post, frozen before its first send. `payload` is JSON-able; media stand in it by digest only."""

    index: int
    payload: Mapping[str, Any]
    media: tuple[str, ...] = ()

    @property
    def fingerprint(self) -> str:
        """Return the SHA-256 of the canonical JSON of index, payload and media digests, hex."""
        return self.frozen[1]

    @property
    def frozen(self) -> tuple[str, str]:
        """Return the payload as canonical JSON, and the fingerprint."""
        payload = _canonical(self.payload)
        told = f"[{self.index},{payload},{_canonical(list(self.media)) if self.media else '[]'}]"
        return payload, hashlib.sha256(told.encode()).hexdigest()


class Journal(Protocol):
    """What a publish call has already achieved; each `put` commits at once, alone. Never holds secrets."""

    def get(self, step: str) -> str | None:
        """Return the value stored for `step`, or None."""

    def put(self, step: str, value: str) -> None:
        """Store `value` for `step` durably before returning."""


class MediaSource(Protocol):
    """Gives back media bytes for a digest that stands in a part."""

    def media(self, digest: str) -> Media:
        """Return the media item with this SHA-256 digest; raise KeyError when it is unknown."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What an account logs in with: field name -> value (`server`, `identifier`, `app_password`, `access`, `refresh`, ...)."""

    values: Mapping[str, str] = field(repr=False)

    def __repr__(self) -> str:
        """Show no secret."""
        return "Credentials(…)"


class Clock(Protocol):
    """Tells the time; comes in as an argument."""

    def now(self) -> datetime:
        """Return aware UTC."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds that a call may take: to connect, to read an answer, to send media, and a whole publish."""

    connect: float = 5.0
    read: float = 20.0
    media: float = 60.0
    total: float = 90.0


class TokenStore(Protocol):
    """The account's token row: read it, and swap old for new in one step."""

    def read(self) -> Credentials:
        """Return the stored credentials."""

    def swap(self, old: Credentials, new: Credentials) -> bool:
        """Replace `old` by `new`; return False when another process was faster and nothing was written."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The platform accepted the part: its id, public address, time, and what came back for the read-back comparison."""

    ref: Ref
    url: str | None
    at: datetime | None
    echo: Mapping[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """find(): the part is on the account."""

    receipt: Receipt


@dataclass(frozen=True, slots=True)
class NotFound:
    """find(): the part is not on the account. `final` says whether one look is enough for this connector."""

    final: bool


@dataclass(frozen=True, slots=True)
class Unknown:
    """find(): nobody can tell; `reason` in one sentence, `existing` when something else stands in its place."""

    reason: str
    existing: Ref | None = None


@dataclass(frozen=True, slots=True)
class PostMetrics:
    """Figures of one post as reported: name -> int, or None when not offered or not reported. 0 is a real zero."""

    values: Mapping[str, int | None]
    taken_at: datetime
    gone: bool = False
    raw: str = ""


@dataclass(frozen=True, slots=True)
class AccountMetrics:
    """Figures of the account itself (followers, following, posts); None when not reported."""

    values: Mapping[str, int | None]
    taken_at: datetime
    raw: str = ""


@dataclass(frozen=True, slots=True)
class PartMeasure:
    """How much of a limit one part uses, in the platform's own unit."""

    used: int
    limit: int
    bytes_used: int | None = None
    bytes_limit: int | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a variant cannot go out on this platform: the field and one plain sentence."""

    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class Measure:
    """The verdict of `measure()`: unit, use per part, problems, and the price in USD where the platform has one."""

    unit: str
    parts: tuple[PartMeasure, ...]
    problems: tuple[Problem, ...] = ()
    cost: Decimal | None = None

    @property
    def fits(self) -> bool:
        """Return whether the variant may be sent as it is."""
        return not self.problems


@dataclass(frozen=True, slots=True)
class Length:
    """A length rule: a unit of `counting.UNITS`, limit, the weight of a URL (None: as written), UTF-8 byte limit."""

    unit: str
    limit: int
    url_weight: int | None = None
    bytes_limit: int | None = None


@dataclass(frozen=True, slots=True)
class MediaRules:
    """What images a platform takes."""

    max_items: int
    max_bytes: int
    mimes: tuple[str, ...]
    needs_public_url: bool = False
    alt_limit: int | None = None


@dataclass(frozen=True, slots=True)
class Shared:
    """How many posts all accounts of one app or one address may make together in any span of so many seconds."""

    posts: int
    span_s: int


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a platform can do; the contract suite and the pages follow from it, never from a skip list."""

    platform: str
    title: str
    mode: Mode
    idempotency: Idempotency
    idempotency_window_s: int | None
    can_read_back: bool
    can_delete: bool
    thread: bool
    link_card: bool
    length: Length
    media: MediaRules
    metrics: tuple[str, ...] = ()
    metrics_window_days: int | None = None
    content_warning: bool = False
    visibility: tuple[str, ...] = ()
    reply_control: tuple[str, ...] = ()
    first_comment: str = ""
    """How a first comment is posted: `reply` (a reply to oneself), `comment` (a comment below), or empty: there is none."""
    fold: int | None = None
    """After about how many characters the platform folds a text behind “more”; None: not at all."""
    shown_url: int | None = None
    """How many characters of an address the platform shows; None: all."""
    min_interval_s: int = 0
    shared: Shared | None = None
    """What all accounts of an installation may post together, where the platform says so."""
    needs_approval: bool = False
    token_days: int | None = None
    api_version: str | None = None


@dataclass(frozen=True, slots=True)
class AuthState:
    """Who the account is logged in as, until when, and whether a person must log in again (with the reason).

    `told` is what the server or the login says about limits and choices of this one account: names of `facts.tuned`, and `software`,
    `verified` (no: the server only speaks the platform's language) and `rules` for the page. Never a secret.
    """

    ok: bool
    handle: str | None = None
    remote_id: str | None = None
    scopes: tuple[str, ...] = ()
    expires_at: datetime | None = None
    needs_login: str | None = None
    told: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ComposeLink:
    """A link that opens the platform's own composer; `prefills` names what it fills in, `rules` leads to a community's own rules."""

    url: str
    prefills: tuple[str, ...]
    note: str = ""
    rules: str = ""


@runtime_checkable
class Connector(Protocol):
    """One account on one platform. Every call is bounded in time; nothing retries by itself; no secret leaves."""

    name: str

    def capabilities(self, *, refresh: bool = False) -> Capabilities:
        """Return what the platform can do; may cost one read, cached for a day."""

    def measure(self, variant: Variant) -> Measure:
        """Count a variant the way the platform counts; pure, no network."""

    def render(self, variant: Variant) -> list[Part]:
        """Return the parts to send; pure, the same bytes for the same variant on every machine."""

    def publish(self, part: Part, *, attempt_key: str, journal: Journal, media: MediaSource, previous: Sequence[Ref] = ()) -> Receipt:
        """Send one create. `previous` holds the refs of the thread's earlier parts in order, root first. Raise a ConnectorError."""

    def find(
        self, part: Part, *, attempt_key: str, since: datetime, journal: Journal, previous: Sequence[Ref] = ()
    ) -> Found | NotFound | Unknown:
        """Look whether a doubtful create arrived."""

    def delete(self, ref: Ref) -> None:
        """Delete a post; a second delete is success."""

    def post_metrics(self, refs: Sequence[Ref]) -> dict[Ref, PostMetrics]:
        """Return the figures of these posts; a ref that the platform did not answer for is absent."""

    def account_metrics(self) -> AccountMetrics:
        """Return the figures of the account."""

    def check_auth(self) -> AuthState:
        """Ask who we are by a harmless read."""

    def refresh_auth(self, store: TokenStore) -> None:
        """Refresh the token by compare-and-swap; an answer without a refresh token never empties the stored one."""

    def compose_link(self, variant: Variant) -> ComposeLink | None:
        """Return the link that opens the platform's own composer for hand-posting, or None."""


def attempt_key(delivery_id: str, index: int) -> str:
    """Return the key of one part of one delivery, the same for every attempt: 32 hex characters."""
    return hashlib.sha256(f"{delivery_id}:{index}".encode()).hexdigest()[:32]
