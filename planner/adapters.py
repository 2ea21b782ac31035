"""What fills the sockets of the house: the clock, ids, the checklist, the connector floor, and the ways to tell people."""

from __future__ import annotations

import logging
import secrets
import socket
import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from connectors import petitions, registry
from connectors.base import Credentials, Timeouts
from connectors.errors import ConnectorError
from connectors.hand import notices
from planner.checklist.report import Draft, Profile
from planner.checklist.wire import report_line
from planner.domain.errors import Invalid, SetupError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from connectors.base import Connector, TokenStore
    from connectors.petitions import PetitionCount, SourceInfo
    from connectors.registry import PlatformInfo
    from connectors.sign_in import Offer
    from planner.checklist.report import LedgerEntry, Report
    from planner.checklist.rules import Packs
    from planner.domain.account import Account
    from planner.ports import Clock
    from planner.settings import Settings

_LOG = logging.getLogger(__name__)
_KEPT = 256
"""Reports that are kept in memory."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return aware UTC."""
        return datetime.now(UTC)


class RandomIds:
    """Ids that nobody can guess."""

    def new(self) -> str:
        """Return 32 hex characters: the second, then 96 random bits. Rows of one moment stand together in an index, however many there are."""
        return f"{int(time.time()):08x}{secrets.token_hex(12)}"


class Checklist:
    """The checklist with its packs, today's date, and the installation's key for fingerprints."""

    def __init__(self, packs: Packs, clock: Clock, key: bytes = b"") -> None:
        """Take the loaded packs, the clock and the key: keyed, a logged fingerprint cannot be guessed back to a name."""
        self._packs = packs
        self._clock = clock
        self._key = key
        self._kept: dict[tuple[object, ...], Report] = {}

    @property
    def rules(self) -> tuple[str, ...]:
        """Return the ids of every rule, each once, by name."""
        return tuple(sorted({rule.id for rule in self._packs.rules}))

    def check(self, draft: Draft, *, profile: Profile | None = None, ledger: Sequence[LedgerEntry] | None = None) -> Report:
        """Check one draft with today's date.

        The same arguments give the same report, so the latest ones are kept: a page asks again at every click, and a hand-in
        should not hold the database while a long text is read once more.
        """
        today, known = self._clock.now().date(), self._keyed(profile)
        question = (draft, repr(known), tuple(ledger or ()), today)
        report = self._kept.get(question)
        if report is None:
            from planner.checklist.check import check  # noqa: PLC0415 - a worker without an account reads nothing

            report = check(draft, profile=known, ledger=ledger, today=today, packs=self._packs)
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            self._kept[question] = report
        return report

    def remember(
        self, draft: Draft, *, day: date, profile: Profile | None = None, ledger: Sequence[LedgerEntry] | None = None
    ) -> tuple[LedgerEntry, ...]:
        """Return what a post that goes out on `day` tells of one person."""
        from planner.checklist.check import remember  # noqa: PLC0415 - as above

        return remember(draft, day=day, profile=self._keyed(profile), ledger=ledger)

    def _keyed(self, profile: Profile | None) -> Profile:
        return replace(profile or Profile(), key=self._key)

    def warm(self) -> None:
        """Read the word lists now, which takes a third of a second: otherwise the first check would."""
        self.check(Draft("", "The word lists are read at the first look."))

    def wire(self, report: Report) -> str:
        """Return the report as JSON."""
        return report_line(report)


class ConnectorFloor:
    """The connector floor, as services see it."""

    def __init__(self, clock: Clock) -> None:
        """Take the clock."""
        self._clock = clock

    def info(self, platform: str) -> PlatformInfo:
        """Return what a platform can do; raise Invalid for an unknown one."""
        if platform not in registry.names():
            raise Invalid("platform", f"There is no platform “{platform[:40]}”. Known: {', '.join(registry.names())}.")
        return registry.platform(platform)

    def all(self) -> tuple[PlatformInfo, ...]:
        """Return every platform."""
        return registry.platforms()

    def planner_view(self, platform: str, mode: str, settings: Mapping[str, str]) -> Connector:
        """Return a connector without a login."""
        self.info(platform)
        return registry.preview(platform, mode, settings)

    def warm(self, platform: str) -> None:
        """Load now what talks to a platform: otherwise its first post would wait for it."""
        registry.warm(platform)

    def begin_sign_in(
        self, platform: str, values: Mapping[str, str], redirect_uri: str, *, state: str, randomness: bytes
    ) -> tuple[str, Mapping[str, str], str]:
        """Return where to sign in, the values with the app that was made, and the proof key to keep."""
        return registry.begin_sign_in(platform, values, redirect_uri, state=state, randomness=randomness, clock=self._clock)

    def finish_sign_in(
        self, platform: str, values: Mapping[str, str], redirect_uri: str, *, query: str, state: str, verifier: str
    ) -> Credentials:
        """Return the login that came of what the browser brought back."""
        return registry.finish_sign_in(platform, values, redirect_uri, query=query, state=state, verifier=verifier, clock=self._clock)

    def offers(self, platform: str, login: Credentials) -> tuple[Offer, ...]:
        """Return what a fresh login can post as or to, where a person has to choose."""
        return registry.offers(platform, login, clock=self._clock)

    def connect(self, account: Account, credentials: Credentials | None, tokens: TokenStore | None) -> Connector:
        """Return the account's working connector."""
        self.info(account.platform)
        return registry.connect(
            account.platform, account.mode, credentials or Credentials(dict(account.settings)), tokens, clock=self._clock
        )


class PetitionFloor:
    """The sources of signature counts, as services see them."""

    def __init__(self, clock: Clock, servers: Mapping[str, str] | None = None) -> None:
        """Take the clock, and other addresses for sources where they do not stand at their own."""
        self._clock = clock
        self._servers = servers or {}

    def all(self) -> tuple[SourceInfo, ...]:
        """Return every source that can be read."""
        return tuple(petitions.info(name) for name in petitions.names())

    def info(self, source: str) -> SourceInfo:
        """Return one; raise Invalid for an unknown one."""
        if source not in petitions.names():
            raise Invalid(
                "source", f"No petition can be read from “{source[:40]}”. Known: {', '.join(petitions.names())}, or count by hand."
            )
        return petitions.info(source)

    def recognize(self, address: str) -> tuple[str, str] | None:
        """Return source and id for a petition's public address, or None."""
        return petitions.recognize(address)

    def read(self, source: str, ref: str, key: str, mark: Mapping[str, str]) -> PetitionCount:
        """Return the count now; raise a ConnectorError."""
        server = self._servers.get(source, "")
        return petitions.open_source(source, ref, clock=self._clock, key=key, mark=mark, server=server).read()


class Channels:
    """The ways in which people are told: mail, a webhook, or none."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        """Take the settings and the clock; a mail address that cannot be read stops the start."""
        self._clock = clock
        self._mail = (
            _mailbox(settings.smtp_url, settings.notice_from, settings.notice_to) if settings.smtp_url and settings.notice_to else None
        )
        self._hook = _hook(settings.webhook_url) if settings.webhook_url else None

    def tell(self, subject: str, text: str, key: str) -> bool:
        """Send one notice through every channel that is set up; return whether every one took it."""
        notice = notices.Notice(key, subject, text)
        try:
            if self._mail:
                notices.send_email(
                    notices.email(notice, self._mail, socket.gethostname() or "localhost", self._clock.now()), self._mail, Timeouts()
                )
            if self._hook:
                notices.send_webhook(notice, self._hook, Timeouts())
        except ConnectorError as error:
            _LOG.warning("A notice could not be sent: %s", error.reason)
            return False
        return True


def _mailbox(url: str, sender: str, to: str) -> notices.Mailbox:
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = None
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or (port is None and ":" in parts.netloc.rpartition("@")[2]):
        raise SetupError(
            "PLANNER_SMTP_URL cannot be read. Write it as smtp://user:password@host:587, or smtps:// for TLS from the first byte."
        )
    tls = parts.scheme == "smtps"
    return notices.Mailbox(
        host=parts.hostname,
        port=port or (465 if tls else 587),
        sender=sender,
        recipients=tuple(part.strip() for part in to.split(",") if part.strip()),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        security="tls" if tls else ("starttls" if parts.username else "none"),
    )


def _hook(url: str) -> notices.Hook:
    host = urlsplit(url).hostname or ""
    if host.endswith("slack.com"):
        return notices.Hook(url, "slack")
    return notices.Hook(url, "discord" if host.endswith(("discord.com", "discordapp.com")) else "plain")
