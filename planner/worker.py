"""The composition root of a worker: what sends and what is done beside it, and nothing of the pages; `bootstrap` wires the rest around it."""

from __future__ import annotations

import hashlib
import logging
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, Protocol

from planner.adapters import Channels, Checklist, ConnectorFloor, PetitionFloor, RandomIds, SystemClock
from planner.checklist.rules import InvalidRules, load
from planner.domain.errors import SetupError
from planner.engine.memory import give_back
from planner.engine.tasks import Beside
from planner.services.gate import Gate
from planner.services.insights import Insights
from planner.services.notices import Notices
from planner.services.outgoing import Tuning
from planner.services.petitions import Petitions
from planner.services.publisher import Publisher
from planner.services.series import SeriesPlans
from planner.services.shelf import load as load_shelf
from planner.services.token_care import TokenCare
from planner.settings import ROOT
from planner.store import open_store, vault_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.engine.tasks import Collecting
    from planner.ports import Clock, Engine, Store
    from planner.settings import Settings
    from planner.store import SqlStore

BANK = ROOT / "content_bank"

_LOG = logging.getLogger(__name__)


class Warming(Protocol):
    """What talks to platforms."""

    def warm(self, platform: str) -> None:
        """Load what a platform needs."""


class Reading(Protocol):
    """What reads drafts."""

    def warm(self) -> None:
        """Load the word lists."""


class Warmth:
    """What the next post of an account will need is loaded before it is due, and nothing where there is no account."""

    def __init__(self, store: Store, platforms: Warming, checker: Reading) -> None:
        """Take what knows the accounts, and what is to be loaded."""
        self._store = store
        self._platforms = platforms
        self._checker = checker
        self._warm: set[str] = set()

    def look(self) -> None:
        """Load what talks to those platforms that accounts are connected to, and the word lists with the first one."""
        with self._store.read() as tx:
            cold = {one.platform for one in tx.accounts.all() if one.mode == "api"} - self._warm
        loads: dict[str, Callable[[], None]] = {platform: partial(self._platforms.warm, platform) for platform in sorted(cold)}
        if cold and not self._warm:
            loads["the word lists"] = self._checker.warm
        for name, load_it in loads.items():
            try:
                load_it()
            except Exception as error:  # noqa: BLE001 - what cannot be loaded fails the posts of its own platform alone, and tells why there
                _LOG.warning("%s cannot be loaded ahead (%s).", name, type(error).__name__)
        self._warm |= cold

    def tend(self) -> None:
        """Load what new accounts need, and let memory that is free go back to the system."""
        with ExitStack() as besides:
            besides.callback(give_back)
            besides.callback(self._store.rest)
            self.look()


class Rounds:
    """What one worker does every minute beside sending: figures and signatures are read, the coming drafts of series are made, logins are renewed."""

    def __init__(self, insights: Insights, petitions: Petitions, series: SeriesPlans, token_care: TokenCare) -> None:
        """Take the use cases."""
        self._insights = insights
        self._petitions = petitions
        self._series = series
        self._token_care = token_care

    def collect(self) -> int:
        """Do all, the next also when one did not work; return how many figures and signature counts were read."""
        with ExitStack() as besides:
            besides.callback(self._series.generate)
            besides.callback(self._token_care.look)
            try:
                figures = self._insights.collect()
            finally:
                signatures = self._petitions.collect()
            return figures + signatures


def build_worker(settings: Settings, clock: Clock | None = None) -> Engine:
    """Return a worker over its store, ready to run; raise SetupError with one sentence when the start has to stop.

    Of several processes on one SQLite file only the worker makes the checkpoints.
    """
    store, clock, ids = opened(settings, checkpoints=True), clock or SystemClock(), RandomIds()
    platforms, checker = ConnectorFloor(clock), checklist(settings, clock)
    gate, warmth = Gate(checker, platforms, load_shelf(BANK)), Warmth(store, platforms, checker)
    publisher = Publisher(store, platforms, gate, clock, ids, tuning(settings, platforms))
    rounds = Rounds(
        Insights(store, platforms, clock, ids),
        Petitions(store, PetitionFloor(clock), clock, ids),
        SeriesPlans(store, clock, ids),
        TokenCare(store, platforms, clock, ids),
    )
    warmth.look()
    notices = Notices(store, Channels(settings, clock), clock, settings.public_url)
    return _engine(store, publisher, rounds, clock, settings.worker_threads, Beside(notices.tick, warmth.tend))


def _engine(store: SqlStore, publisher: Publisher, rounds: Collecting, clock: Clock, threads: int, beside: Beside) -> Engine:
    """Return the engine that wakes what is due: PgQueuer on PostgreSQL, a loop of our own on SQLite; only the one that is used is loaded."""
    if store.dialect == "postgresql":
        from planner.engine.distributed import DistributedEngine, Scale  # noqa: PLC0415 - only a team has its packages

        return DistributedEngine(store.handover(), publisher, rounds, clock, scale=Scale(threads), beside=beside)
    from planner.engine.embedded import EmbeddedEngine  # noqa: PLC0415 - not on PostgreSQL

    return EmbeddedEngine(store, publisher, rounds, clock, threads=threads, beside=beside)


def opened(settings: Settings, *, checkpoints: bool = False) -> SqlStore:
    """Return the store, up to date."""
    key = vault_key(settings.data_dir, value=settings.key, file=settings.key_file)
    return open_store(settings.database_url, key, backups=settings.data_dir / "backups", checkpoints=checkpoints)


def checklist(settings: Settings, clock: Clock) -> Checklist:
    """Return the checklist with the house's rules, its fingerprints keyed by the installation; raise SetupError when a rule is broken."""
    key = hashlib.blake2b(vault_key(settings.data_dir, value=settings.key, file=settings.key_file), person=b"fingerprints").digest()
    try:
        return Checklist(load(settings.rules_dir), clock, key)
    except InvalidRules as error:
        raise SetupError(str(error)) from None


def tuning(settings: Settings, platforms: ConnectorFloor) -> Tuning:
    """Return the limits of the settings; raise SetupError when they name no platform."""
    strange = set(settings.shared_limits) - {one.name for one in platforms.all()}
    if strange:
        raise SetupError(
            f"PLANNER_SHARED_LIMITS names {', '.join(sorted(strange))}, which is no platform of Discreet. Mend it and start again."
        )
    return Tuning(shared=settings.shared_limits)
