"""The composition root: which store, engine, connectors and rule files; everything is wired here and nowhere else."""

from __future__ import annotations

import hashlib
import logging
import tomllib
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from connectors.local_model import LocalModel
from planner.adapters import Channels, Checklist, ConnectorFloor, PetitionFloor, RandomIds, SystemClock
from planner.checklist.rules import InvalidRules, load
from planner.domain.errors import SetupError
from planner.services.access import Access
from planner.services.accounts import Accounts
from planner.services.approvals import Approvals
from planner.services.bios import Bios
from planner.services.bios import load as load_bio_words
from planner.services.cadence import Cadence
from planner.services.calendar import Calendar
from planner.services.campaigns import Campaigns
from planner.services.client_view import ClientViews
from planner.services.composer import Composer
from planner.services.connections import Connections
from planner.services.consents import Consents
from planner.services.copies import Copies
from planner.services.costs import Costs
from planner.services.cut_downs import CutDowns
from planner.services.decisions import Decisions
from planner.services.demo import Demo
from planner.services.gate import Gate
from planner.services.holds import Holds
from planner.services.house import Planner
from planner.services.images import Images
from planner.services.imports import Imports
from planner.services.insights import Insights
from planner.services.library import Library
from planner.services.logins import Logins
from planner.services.notices import Notices
from planner.services.outgoing import Tuning
from planner.services.outside import OutsideReviews
from planner.services.petition_tables import PetitionTables
from planner.services.petitions import Petitions
from planner.services.publisher import Publisher
from planner.services.report import Reports
from planner.services.rule_use import RulesInUse
from planner.services.second_reader import ReaderWords, SecondReader
from planner.services.series import SeriesPlans
from planner.services.shelf import load as load_shelf
from planner.services.sign_ins import SignIns
from planner.services.sources import Sources
from planner.services.takedown import TakeDowns
from planner.services.token_care import TokenCare
from planner.services.trail import Trail
from planner.services.transfer import Transfer
from planner.services.workspace import Workspace
from planner.settings import ROOT
from planner.store import copy_store, open_store, restore, vault_key

if TYPE_CHECKING:
    from pathlib import Path

    from planner.ports import Clock, Engine, Ids, Store
    from planner.settings import Settings
    from planner.store.work import SqlStore

_LOG = logging.getLogger(__name__)

_READER = ROOT / "content_bank" / "second_reader.toml"
_BANK = ROOT / "content_bank"
_TAKE_DOWN = ROOT / "content_bank" / "take_down.toml"
_DEMO = _BANK / "demo" / "practice.toml"


class Rounds:
    """What a worker does every minute beside sending: figures and signatures are read, the coming drafts of series are made, logins are renewed."""

    def __init__(self, planner: Planner) -> None:
        """Take the product."""
        self._planner = planner

    def collect(self) -> int:
        """Do all, the next also when one did not work; return how many figures and signature counts were read."""
        with ExitStack() as besides:
            besides.callback(self._planner.series.generate)
            besides.callback(self._planner.token_care.look)
            try:
                figures = self._planner.insights.collect()
            finally:
                signatures = self._planner.petitions.collect()
            return figures + signatures


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


def _checker(settings: Settings, clock: Clock) -> Checklist:
    try:
        return Checklist(load(settings.rules_dir), clock, _fingerprint_key(settings))
    except InvalidRules as error:
        raise SetupError(str(error)) from None


def _tuning(settings: Settings, platforms: ConnectorFloor) -> Tuning:
    strange = set(settings.shared_limits) - {one.name for one in platforms.all()}
    if strange:
        raise SetupError(
            f"PLANNER_SHARED_LIMITS names {', '.join(sorted(strange))}, which is no platform of Discreet. Mend it and start again."
        )
    return Tuning(shared=settings.shared_limits)


def _bank(store: Store, gate: Gate, library: Library, clock: Clock, ids: Ids) -> dict[str, Any]:
    """Return the services around the content bank, by their names in the house."""
    return {
        "library": library,
        "sources": Sources(store, clock, ids),
        "imports": Imports(store, gate, clock, ids),
        "access": Access(store, Workspace(store, clock, ids), clock, ids),
    }


def _records(settings: Settings, store: Store, platforms: ConnectorFloor, clock: Clock, ids: Ids) -> dict[str, Any]:
    """Return the services around logins and records, by their names in the house."""
    accounts, insights = Accounts(store, platforms, clock, ids), Insights(store, platforms, clock, ids)
    return {
        "accounts": accounts,
        "trail": Trail(store),
        "client_views": ClientViews(store, clock),
        "cadence": Cadence(store, clock, ids),
        "reports": Reports(store, insights, clock),
        "sign_ins": SignIns(store, platforms, accounts, clock, settings.public_url),
        "logins": Logins(store, platforms, clock),
        "token_care": TokenCare(store, platforms, clock, ids),
    }


def _wire(settings: Settings, store: Store, clock: Clock) -> Planner:
    ids, platforms, shelf, checker = RandomIds(), ConnectorFloor(clock), load_shelf(_BANK), _checker(settings, clock)
    composer = Composer(store, checker, gate := Gate(checker, platforms, shelf), clock, ids)
    return Planner(
        settings=settings,
        store=store,
        clock=clock,
        ids=ids,
        checker=checker,
        platforms=platforms,
        workspace=Workspace(store, clock, ids),
        composer=composer,
        cut_downs=CutDowns(store, clock, ids),
        copies=Copies(store, clock),
        images=Images(store),
        approvals=(said := Approvals(store, gate, clock, ids)),
        outside=OutsideReviews(store, said, clock, ids),
        calendar=Calendar(store, gate, clock, ids),
        publisher=Publisher(store, platforms, gate, clock, ids, _tuning(settings, platforms)),
        decisions=Decisions(store, clock, ids),
        holds=Holds(store, clock, ids),
        notices=Notices(store, Channels(settings, clock), clock, settings.public_url),
        insights=Insights(store, platforms, clock, ids),
        connections=Connections(store, checker, clock, ids),
        series=SeriesPlans(store, clock, ids),
        campaigns=Campaigns(store, Insights(store, platforms, clock, ids), clock, ids),
        petitions=Petitions(store, PetitionFloor(clock), clock, ids),
        petition_tables=PetitionTables(store, clock, ids),
        rule_use=RulesInUse(store, checker.rules),
        consents=Consents(store, checker, clock, ids),
        costs=Costs(store, platforms),
        take_downs=TakeDowns(store, platforms, composer, clock, ids, tomllib.loads(_TAKE_DOWN.read_text(encoding="utf-8"))),
        **(records := _records(settings, store, platforms, clock, ids)),
        bios=Bios(store, records["accounts"], checker, load_bio_words(_BANK), shelf),
        **_bank(store, gate, Library(store, checker, composer, shelf, clock, ids), clock, ids),
        second_reader=_second_reader(settings, store, clock),
        transfer=Transfer(store, clock),
        demo=Demo(store, clock, ids, tomllib.loads(_DEMO.read_text(encoding="utf-8"))),
    )
