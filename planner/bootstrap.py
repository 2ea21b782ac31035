"""The composition root: which store, engine, connectors and rule files; everything is wired here and nowhere else."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from connectors.local_model import LocalModel
from planner.adapters import Channels, ConnectorFloor, PetitionFloor, RandomIds, SystemClock
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
from planner.store import copy_store, restore, vault_key
from planner.worker import BANK, checklist, opened, tuning

if TYPE_CHECKING:
    from pathlib import Path

    from planner.ports import Clock, Ids, Store
    from planner.settings import Settings

_READER = BANK / "second_reader.toml"
_TAKE_DOWN = BANK / "take_down.toml"
_DEMO = BANK / "demo" / "practice.toml"


def build(settings: Settings, clock: Clock | None = None, *, checkpoints: bool = False) -> Planner:
    """Return the whole product over its store; raise SetupError with one sentence when the start has to stop.

    Of several processes on one SQLite file only the worker makes the `checkpoints`.
    """
    return _wire(settings, opened(settings, checkpoints=checkpoints), clock or SystemClock())


def prepare(settings: Settings) -> None:
    """Create or migrate the database, once, before the processes start."""
    opened(settings).close()


def backup_store(settings: Settings, target: Path | None) -> Path:
    """Write a checked copy of the database and return where it is."""
    store = opened(settings)
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


def _second_reader(settings: Settings, store: Store, clock: Clock) -> SecondReader:
    words = ReaderWords(**tomllib.loads(_READER.read_text(encoding="utf-8")))
    reason = settings.reader_elsewhere
    model = (
        LocalModel(settings.reader_url, settings.reader_model, settings.reader_key or "", elsewhere=bool(reason))
        if settings.reader_url
        else None
    )
    return SecondReader(store, model, words, clock, RandomIds(), reason)


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
    ids, platforms, shelf, checker = RandomIds(), ConnectorFloor(clock), load_shelf(BANK), checklist(settings, clock)
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
        publisher=Publisher(store, platforms, gate, clock, ids, tuning(settings, platforms)),
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
        bios=Bios(store, records["accounts"], checker, load_bio_words(BANK), shelf),
        **_bank(store, gate, Library(store, checker, composer, shelf, clock, ids), clock, ids),
        second_reader=_second_reader(settings, store, clock),
        transfer=Transfer(store, clock),
        demo=Demo(store, clock, ids, tomllib.loads(_DEMO.read_text(encoding="utf-8"))),
    )
