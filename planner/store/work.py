"""The unit of work: read and write transactions over one database, all rooms inside one connection."""

from __future__ import annotations

import os
import threading
import time
from contextlib import ExitStack, closing, contextmanager, nullcontext
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import bindparam, func, select, update

from planner.store import archive, probe, tables
from planner.store.campaigns import SqlCampaigns
from planner.store.connect import translated
from planner.store.consents import SqlConsents, SqlTalk
from planner.store.convoy import Convoy
from planner.store.deliveries import SqlDeliveries
from planner.store.handover import CALL, Handover
from planner.store.library import SqlKeys, SqlLibrary
from planner.store.log import SqlLog
from planner.store.outside import SqlOutsideLinks
from planner.store.people import SqlAccounts, SqlMembers
from planner.store.petitions import SqlPetitions
from planner.store.posts import SqlPosts, SqlReviews
from planner.store.probe import SLOTS, Kept
from planner.store.readings import SqlNotes, SqlReadings
from planner.store.sealed import SqlLedgers, SqlMedia, SqlVault
from planner.store.sightings import SqlSightings
from planner.store.straight import Straight
from planner.store.watch import Watch
from planner.store.writing import SqlWriting

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from sqlalchemy import Connection, Engine, QueuePool

    from planner.domain.delivery import Delivery
    from planner.store.crypt import Crypt
    from planner.store.watch import Look

_RAISE = Straight(update(tables.change).where(tables.change.c.slot == bindparam("which")).values(number=tables.change.c.number + 1))
_VERSION = select(func.sum(tables.change.c.number))
_LOOK_EVERY_S = 1.0
_LONG_LOG = 8 * 1024 * 1024


class _Marks:
    """What a transaction has changed. The rooms know this alone: if they knew the transaction, what was read for it would stay until the collector came."""

    def __init__(self) -> None:
        self.changed = self.moved = False

    def touch(self) -> None:
        self.changed = True

    def move(self) -> None:
        self.moved = True


class SqlTransaction:
    """Everything of value, inside one transaction."""

    def __init__(self, connection: Connection, crypt: Crypt, kept: Kept | None = None) -> None:
        """Take the open connection, the key, and what is kept of looks before."""
        self._connection = connection
        self._crypt = crypt
        self._kept = kept or Kept()
        self._marks = _Marks()

    def touch(self) -> None:
        """Say that something changed which a look before a send may ask for."""
        self._marks.touch()

    @cached_property
    def members(self) -> SqlMembers:
        """The people."""
        return SqlMembers(self._connection, self._marks.move)

    @cached_property
    def accounts(self) -> SqlAccounts:
        """The accounts."""
        return SqlAccounts(self._connection, self._marks.touch)

    @cached_property
    def posts(self) -> SqlPosts:
        """The posts."""
        return SqlPosts(self._connection, self._marks.touch)

    @cached_property
    def reviews(self) -> SqlReviews:
        """Reports, answers, approvals, overrides."""
        return SqlReviews(self._connection, self._marks.touch)

    @cached_property
    def sightings(self) -> SqlSightings:
        """What became of findings."""
        return SqlSightings(self._connection, self._marks.move)

    @cached_property
    def consents(self) -> SqlConsents:
        """The consent register."""
        return SqlConsents(self._connection, self._marks.touch)

    @cached_property
    def talk(self) -> SqlTalk:
        """Comments, and the log page by page."""
        return SqlTalk(self._connection, self._marks.move)

    @cached_property
    def writing(self) -> SqlWriting:
        """What stands beside a draft while it is written."""
        return SqlWriting(self._connection, self._marks.move)

    @cached_property
    def deliveries(self) -> SqlDeliveries:
        """The deliveries."""
        return SqlDeliveries(self._connection, self._marks.move, self._marks.touch)

    @cached_property
    def readings(self) -> SqlReadings:
        """The metrics."""
        return SqlReadings(self._connection, self._marks.move)

    @cached_property
    def notes(self) -> SqlNotes:
        """The connection notes."""
        return SqlNotes(self._connection, self._marks.move)

    @cached_property
    def petitions(self) -> SqlPetitions:
        """The petitions with their counts."""
        return SqlPetitions(self._connection, self._marks.touch)

    @cached_property
    def library(self) -> SqlLibrary:
        """The content bank, and what it keeps beside posts."""
        return SqlLibrary(self._connection, self._marks.touch)

    @cached_property
    def keys(self) -> SqlKeys:
        """Keys for machines."""
        return SqlKeys(self._connection, self._marks.move)

    @cached_property
    def outside(self) -> SqlOutsideLinks:
        """Links to reviewers outside."""
        return SqlOutsideLinks(self._connection, self._marks.move)

    @cached_property
    def campaigns(self) -> SqlCampaigns:
        """The campaigns with what belongs to them."""
        return SqlCampaigns(self._connection, self._marks.touch)

    @cached_property
    def ledgers(self) -> SqlLedgers:
        """The mosaic ledgers."""
        return SqlLedgers(self._connection, self._marks.touch, self._crypt)

    @cached_property
    def log(self) -> SqlLog:
        """Audit, notices, settings, heartbeats."""
        return SqlLog(self._connection, self._marks.touch)

    @cached_property
    def media(self) -> SqlMedia:
        """The image bytes."""
        return SqlMedia(self._connection, self._marks.touch)

    @cached_property
    def vault(self) -> SqlVault:
        """The encrypted credentials."""
        return SqlVault(self._connection, self._marks.touch, self._crypt)

    def foresee(self, rows: Sequence[Delivery], *, subjects: Sequence[str], settings: Sequence[str]) -> int:
        """Read ahead, for many deliveries in a dozen queries, what a look at each of them asks for. In a read transaction only.

        Return the number of `grounds`. While it stands, accounts and logins need not be read again.
        """
        ids, posts, accounts = [row.id for row in rows], [row.post_id for row in rows], list(dict.fromkeys(row.account_id for row in rows))
        asked = {"deliveries": ids, "posts": posts, "accounts": accounts, "subjects": subjects, "settings": settings}
        nothing, grounds = probe.empty(self._connection, asked)
        for room in (self.deliveries, self.reviews, self.library, self.campaigns, self.ledgers, self.log):
            room.empty = nothing
        self.deliveries.foresee(ids)
        self.posts.foresee(posts)
        self.reviews.foresee(posts)
        self.library.foresee(posts)
        self.campaigns.foresee()
        self.accounts.keep(self._kept.of("accounts", grounds))
        self.accounts.foresee(accounts)
        self.ledgers.foresee(accounts)
        self.vault.keep(self._kept.of("vault", grounds))
        self.vault.foresee(accounts)
        self.log.foresee(subjects, settings)
        return grounds

    def grounds(self) -> int:
        """Return a number that is raised by each transaction that changed what a look before a send may ask for."""
        ((number,),) = probe.GROUNDS(self._connection)
        return int(number)

    def raise_version(self) -> None:
        """Raise the data version when anything changed: last in the transaction, so that its lock is short."""
        changed = self._marks.changed
        if changed or self._marks.moved:
            slot = threading.get_native_id() % SLOTS if self._connection.dialect.name == "postgresql" else 0
            _RAISE(self._connection, which=slot if changed else slot + SLOTS)

    def call(self) -> None:
        """Wake the workers of a server, as soon as this is committed, for a row that has to be looked at in a moment; others they find."""
        deliveries: SqlDeliveries | None = vars(self).get("deliveries")
        if deliveries is not None and deliveries.pressing and self._connection.dialect.name == "postgresql":
            self._connection.execute(CALL)


class SqlStore:
    """The database. Safe to use from many threads and processes at once."""

    def __init__(self, readers: Engine, writers: Engine, crypt: Crypt, path: Path | None, *, checkpoints: bool) -> None:
        """Take the two kinds of connections, the key, the SQLite file if it is one, and whether this process makes the checkpoints."""
        self._readers = readers
        self._writers = writers
        self._crypt = crypt
        self._path = path
        self._checkpoints = checkpoints
        self._kept = Kept()
        self._commits = 0
        self._looked = 0.0
        self._convoy = Convoy(writers, self._fold_log) if path is not None else None
        self._watch = Watch(readers if path is not None else writers)

    @property
    def dialect(self) -> str:
        """Return `sqlite` or `postgresql`."""
        return self._writers.dialect.name

    @contextmanager
    def read(self) -> Iterator[SqlTransaction]:
        """Open a consistent look at the data; writing in it is refused by the database."""
        with translated(), self._readers.begin() as connection:
            yield SqlTransaction(connection, self._crypt, self._kept)

    @contextmanager
    def write(self) -> Iterator[SqlTransaction]:
        """Open a writing transaction: commits at the end of the block, rolls back when the block raises."""
        with translated(), self._convoy.join() if self._convoy else self._writers.begin() as connection:
            work = SqlTransaction(connection, self._crypt)
            yield work
            work.call()
            work.raise_version()

    def handover(self) -> Handover:
        """Return the side of the database that a distributed engine works with; PostgreSQL only."""
        return Handover(self._readers, self._writers)

    def look(self) -> Look:
        """Return what an idle worker has to know; one thread asks."""
        return self._watch.look()

    def data_version(self) -> int:
        """Return a number that is raised by each transaction that changed something."""
        with translated(), self._readers.connect() as connection:
            return int(connection.execute(_VERSION).scalar_one())

    def rest(self) -> None:
        """Let connections to a SQLite file that nobody uses give back the pages that they keep: some thousand posts leave 10 MB with them."""
        with translated(), ExitStack() as held:
            for engine in (self._readers, self._writers) if self._path is not None else ():
                for _ in range(cast("QueuePool", engine.pool).checkedin()):
                    held.enter_context(closing(engine.raw_connection())).cursor().execute("PRAGMA shrink_memory")

    def backup(self, target: Path) -> Path:
        """Write a checked copy of the running database; the key is not in it."""
        from planner.store.backup import copy_into, refuse_server  # noqa: PLC0415 - loads the driver of SQLite

        return copy_into(refuse_server(self._path), target)

    def dump(self) -> dict[str, list[dict[str, Any]]]:
        """Return table -> rows as plain values, of one moment; logins, keys and what is sealed are not in it."""
        with translated(), self._readers.begin() as connection:
            return archive.dump(connection)

    def fill(self, told: Mapping[str, Any]) -> dict[str, int]:
        """Put what `dump` gave into an empty workspace, all or nothing; return table -> rows."""
        with translated(), self._convoy.join() if self._convoy else self._writers.begin() as connection:
            counts = archive.fill(connection, told)
            work = SqlTransaction(connection, self._crypt)
            work.touch()
            work.raise_version()
            return counts

    def close(self) -> None:
        """Close every connection."""
        self._watch.close()
        self._readers.dispose()
        self._writers.dispose()

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        """Hold the turn of this process's writers while nothing is open."""
        with self._convoy.alone() if self._convoy else nullcontext():
            yield

    def _fold_log(self) -> None:
        """Checkpoint a long write-ahead log now and then, after a commit, in the one process that may."""
        self._commits += 1
        if self._path is None or not self._checkpoints or time.monotonic() - self._looked < _LOOK_EVERY_S:
            return
        self._looked = time.monotonic()
        log = f"{self._path}-wal"
        if os.path.exists(log) and os.path.getsize(log) > _LONG_LOG:  # noqa: PTH110, PTH202 - on the hot path
            raw = self._writers.raw_connection()
            try:
                raw.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)")
            finally:
                raw.close()
