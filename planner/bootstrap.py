"""The composition root: which store, engine, connectors and rule files; everything is wired here and nowhere else."""

from __future__ import annotations

import hashlib
import logging
import socket
import tomllib
import uuid
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from connectors import petitions, registry
from connectors.base import Credentials, Timeouts
from connectors.errors import ConnectorError
from connectors.hand import notices
from connectors.local_model import LocalModel
from planner.checklist.check import check, remember
from planner.checklist.report import Profile
from planner.checklist.rules import InvalidRules, load
from planner.checklist.wire import report_line
from planner.domain.errors import Invalid, SetupError
from planner.services.accounts import Accounts
from planner.services.approvals import Approvals
from planner.services.calendar import Calendar
from planner.services.composer import Composer
from planner.services.connections import Connections
from planner.services.consents import Consents
from planner.services.decisions import Decisions
from planner.services.demo import Demo
from planner.services.gate import Gate
from planner.services.holds import Holds
from planner.services.house import Planner
from planner.services.images import Images
from planner.services.insights import Insights
from planner.services.notices import Notices
from planner.services.petition_tables import PetitionTables
from planner.services.petitions import Petitions
from planner.services.publisher import Publisher
from planner.services.rule_use import RulesInUse
from planner.services.second_reader import ReaderWords, SecondReader
from planner.services.series import SeriesPlans
from planner.services.trail import Trail
from planner.services.transfer import Transfer
from planner.services.workspace import Workspace
from planner.settings import ROOT
from planner.store import copy_store, open_store, restore, vault_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from connectors.base import Connector, TokenStore
    from connectors.petitions import PetitionCount, SourceInfo
    from connectors.registry import PlatformInfo
    from planner.checklist.report import Draft, LedgerEntry, Report
    from planner.checklist.rules import Packs
    from planner.domain.account import Account
    from planner.ports import Clock, Engine, Store
    from planner.settings import Settings
    from planner.store.work import SqlStore

_LOG = logging.getLogger(__name__)
_KEPT = 256
"""Reports that are kept in memory."""

_READER = ROOT / "content_bank" / "second_reader.toml"
_DEMO = ROOT / "content_bank" / "demo" / "practice.toml"


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return aware UTC."""
        return datetime.now(UTC)


class RandomIds:
    """Random ids."""

    def new(self) -> str:
        """Return 32 hex characters."""
        return uuid.uuid4().hex


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
            report = check(draft, profile=known, ledger=ledger, today=today, packs=self._packs)
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            self._kept[question] = report
        return report

    def remember(
        self, draft: Draft, *, day: date, profile: Profile | None = None, ledger: Sequence[LedgerEntry] | None = None
    ) -> tuple[LedgerEntry, ...]:
        """Return what a post that goes out on `day` tells of one person."""
        return remember(draft, day=day, profile=self._keyed(profile), ledger=ledger)

    def _keyed(self, profile: Profile | None) -> Profile:
        return replace(profile or Profile(), key=self._key)

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


class Rounds:
    """What a worker does every minute beside sending: figures and signatures are read, the coming drafts of series are made."""

    def __init__(self, planner: Planner) -> None:
        """Take the product."""
        self._planner = planner

    def collect(self) -> int:
        """Do all, the next also when one did not work; return how many figures and signature counts were read."""
        try:
            figures = self._planner.insights.collect()
        finally:
            try:
                signatures = self._planner.petitions.collect()
            finally:
                self._planner.series.generate()
        return figures + signatures


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


def build(settings: Settings, clock: Clock | None = None, *, checkpoints: bool = False) -> Planner:
    """Return the whole product over its store; raise SetupError with one sentence when the start has to stop.

    Of several processes on one SQLite file only the worker makes the `checkpoints`.
    """
    return _wire(settings, _open(settings, checkpoints=checkpoints), clock or SystemClock())


def build_engine(planner: Planner) -> Engine:
    """Return the engine that wakes what is due: PgQueuer on PostgreSQL, a loop of our own on SQLite."""
    from planner.engine.embedded import EmbeddedEngine  # noqa: PLC0415 - only the worker needs it
    from planner.store import SqlStore  # noqa: PLC0415 - the same

    threads = planner.settings.worker_threads
    if isinstance(planner.store, SqlStore) and planner.store.dialect == "postgresql":
        from planner.engine.distributed import DistributedEngine, Scale  # noqa: PLC0415 - only a team has its packages

        store, queue, scale = planner.store, planner.store.handover(), Scale(threads)
        return DistributedEngine(store, queue, planner.publisher, Rounds(planner), planner.clock, scale=scale, notices=planner.notices)
    return EmbeddedEngine(planner.store, planner.publisher, Rounds(planner), planner.clock, threads=threads, notices=planner.notices)


def prepare(settings: Settings) -> None:
    """Create or migrate the database, once, before the processes start."""
    _open(settings).close()


def backup_store(settings: Settings, target: Path | None) -> Path:
    """Write a checked copy of the database and return where it is."""
    store = _open(settings)
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    try:
        return store.backup(target or settings.data_dir / "backups" / f"planner-{stamp}.sqlite")
    finally:
        store.close()


def restore_store(settings: Settings, source: Path) -> Path | None:
    """Put a backup in place of the database; return where the old one was kept."""
    return restore(settings.database_url, source)


def move_store(settings: Settings, source: str, target: str) -> dict[str, int]:
    """Copy everything from one database to another, compare it, and return table -> rows."""
    key = vault_key(settings.data_dir, value=settings.key, file=settings.key_file)
    return copy_store(source, target, key, settings.data_dir / "backups")


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


def _open(settings: Settings, *, checkpoints: bool = False) -> SqlStore:
    key = vault_key(settings.data_dir, value=settings.key, file=settings.key_file)
    return open_store(settings.database_url, key, backups=settings.data_dir / "backups", checkpoints=checkpoints)


def _fingerprint_key(settings: Settings) -> bytes:
    return hashlib.blake2b(vault_key(settings.data_dir, value=settings.key, file=settings.key_file), person=b"fingerprints").digest()


def _second_reader(settings: Settings, store: Store, clock: Clock) -> SecondReader:
    words = ReaderWords(**tomllib.loads(_READER.read_text(encoding="utf-8")))
    reason = settings.reader_elsewhere
    model = (
        LocalModel(settings.reader_url, settings.reader_model, settings.reader_key or "", elsewhere=bool(reason))
        if settings.reader_url
        else None
    )
    return SecondReader(store, model, words, clock, RandomIds(), reason)


def _wire(settings: Settings, store: Store, clock: Clock) -> Planner:
    ids, platforms = RandomIds(), ConnectorFloor(clock)
    try:
        checker = Checklist(load(settings.rules_dir), clock, _fingerprint_key(settings))
    except InvalidRules as error:
        raise SetupError(str(error)) from None
    gate = Gate(checker, platforms)
    return Planner(
        settings=settings,
        store=store,
        clock=clock,
        ids=ids,
        checker=checker,
        platforms=platforms,
        workspace=Workspace(store, clock, ids),
        accounts=Accounts(store, platforms, clock, ids),
        composer=Composer(store, checker, gate, clock, ids),
        images=Images(store),
        approvals=Approvals(store, gate, clock, ids),
        calendar=Calendar(store, gate, clock, ids),
        publisher=Publisher(store, platforms, gate, clock, ids),
        decisions=Decisions(store, clock, ids),
        holds=Holds(store, clock, ids),
        notices=Notices(store, Channels(settings, clock), clock, settings.public_url),
        insights=Insights(store, platforms, clock, ids),
        connections=Connections(store, checker, clock, ids),
        series=SeriesPlans(store, clock, ids),
        petitions=Petitions(store, PetitionFloor(clock), clock, ids),
        petition_tables=PetitionTables(store, clock, ids),
        rule_use=RulesInUse(store, checker.rules),
        consents=Consents(store, checker, clock, ids),
        trail=Trail(store),
        second_reader=_second_reader(settings, store, clock),
        transfer=Transfer(store, clock),
        demo=Demo(store, clock, ids, tomllib.loads(_DEMO.read_text(encoding="utf-8"))),
    )
