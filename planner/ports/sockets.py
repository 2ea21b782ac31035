"""What services need from the world: clock, ids, checklist, connectors, engine, notifier."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from connectors.base import Connector, Credentials, TokenStore
    from connectors.registry import PlatformInfo
    from connectors.sign_in import Offer
    from planner.checklist.report import Draft, LedgerEntry, Profile, Report
    from planner.domain.account import Account


class Clock(Protocol):
    """Tells the time; comes in as an argument everywhere."""

    def now(self) -> datetime:
        """Return aware UTC."""


class Ids(Protocol):
    """Makes new ids."""

    def new(self) -> str:
        """Return a new id: 32 hex characters, never given before."""


class Checker(Protocol):
    """The checklist with its packs loaded."""

    def check(self, draft: Draft, *, profile: Profile | None = None, ledger: Sequence[LedgerEntry] | None = None) -> Report:
        """Check one draft."""

    def remember(
        self, draft: Draft, *, day: date, profile: Profile | None = None, ledger: Sequence[LedgerEntry] | None = None
    ) -> tuple[LedgerEntry, ...]:
        """Return what a post that goes out on `day` tells of one person, for the mosaic check of later drafts."""

    def wire(self, report: Report) -> str:
        """Return the report as JSON."""


class Platforms(Protocol):
    """The connector floor, as services see it."""

    def info(self, platform: str) -> PlatformInfo:
        """Return what a platform can do, without a login; raise Invalid for an unknown one."""

    def all(self) -> tuple[PlatformInfo, ...]:
        """Return every platform."""

    def planner_view(self, platform: str, mode: str, settings: Mapping[str, str]) -> Connector:
        """Return a connector without credentials: for measure, render and compose links only."""

    def begin_sign_in(
        self, platform: str, values: Mapping[str, str], redirect_uri: str, *, state: str, randomness: bytes
    ) -> tuple[str, Mapping[str, str], str]:
        """Return where to sign in, the values with the app that was made, and the proof key to keep; raise a ConnectorError."""

    def finish_sign_in(
        self, platform: str, values: Mapping[str, str], redirect_uri: str, *, query: str, state: str, verifier: str
    ) -> Credentials:
        """Return the login that came of what the browser brought back; raise a ConnectorError."""

    def offers(self, platform: str, login: Credentials) -> tuple[Offer, ...]:
        """Return what a fresh login can post as or to (pages, boards), where a person has to choose; raise a ConnectorError."""

    def connect(self, account: Account, credentials: Credentials | None, tokens: TokenStore | None) -> Connector:
        """Return the account's working connector."""


class ModelReply(Protocol):
    """What a language model wrote, which one it was, and the digest of its weights where its server tells one."""

    @property
    def text(self) -> str:
        """Return the model's words."""

    @property
    def model(self) -> str:
        """Return the model's name."""

    @property
    def digest(self) -> str:
        """Return the digest of its weights, or nothing."""


class LanguageModel(Protocol):
    """A language model on the user's own machine."""

    def ask(self, system: str, user: str) -> ModelReply:
        """Return its answer within some 20 seconds; raise a ConnectorError with a sentence for people."""


class Engine(Protocol):
    """Wakes what is due; holds no rule of the product."""

    def run(self, stop: Stop) -> None:
        """Work until `stop` is set."""


class Stop(Protocol):
    """A request to stop, like threading.Event."""

    def is_set(self) -> bool:
        """Return whether it is time to stop."""

    def wait(self, timeout: float | None = None) -> bool:
        """Wait at most `timeout` seconds, or for as long as it takes; return whether it is time to stop."""


class Notifier(Protocol):
    """Tells people by e-mail or webhook. A double notice is harmless, a lost one is not."""

    def tell(self, subject: str, text: str, key: str) -> bool:
        """Send one notice through every configured channel; return whether every one took it."""
