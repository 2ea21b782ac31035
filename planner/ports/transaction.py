"""The unit of work and the store itself, as services see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractContextManager

    from planner.domain.delivery import Delivery
    from planner.ports.campaigns import CampaignRecords
    from planner.ports.consents import Consents, Talk
    from planner.ports.library import Keys, Library
    from planner.ports.outside import OutsideLinks
    from planner.ports.petitions import PetitionRecords
    from planner.ports.records import (
        Accounts,
        Deliveries,
        Ledgers,
        Log,
        MediaFiles,
        Members,
        Notes,
        Posts,
        Readings,
        Reviews,
        Vault,
    )
    from planner.ports.sightings import Sightings
    from planner.ports.writing import Writing


class Transaction(Protocol):
    """One unit of work: everything in it is written together or not at all."""

    def foresee(self, rows: Sequence[Delivery], *, subjects: Sequence[str], settings: Sequence[str]) -> int:
        """Read ahead what a look at each of these deliveries asks for, in a bounded number of queries; return the number of `grounds`.

        In a read transaction only.
        """

    def grounds(self) -> int:
        """Return a number that is raised by each transaction that changed what a look before a send may ask for.

        Claims and outcomes do not raise it: a claim sees by itself that a delivery has moved.
        """

    @property
    def members(self) -> Members:
        """The people."""

    @property
    def accounts(self) -> Accounts:
        """The accounts."""

    @property
    def posts(self) -> Posts:
        """The posts."""

    @property
    def reviews(self) -> Reviews:
        """Reports, answers, approvals, overrides."""

    @property
    def sightings(self) -> Sightings:
        """What became of findings that people have read."""

    @property
    def consents(self) -> Consents:
        """The consent register and what stories rest upon."""

    @property
    def talk(self) -> Talk:
        """Comments on drafts, and pages of the audit log."""

    @property
    def writing(self) -> Writing:
        """Cut-downs, kept copies, and posts that are alike."""

    @property
    def deliveries(self) -> Deliveries:
        """The deliveries."""

    @property
    def readings(self) -> Readings:
        """The metrics."""

    @property
    def notes(self) -> Notes:
        """The connection notes."""

    @property
    def petitions(self) -> PetitionRecords:
        """The petitions with their counts."""

    @property
    def library(self) -> Library:
        """The content bank, and what it keeps beside posts."""

    @property
    def keys(self) -> Keys:
        """Keys for machines."""

    @property
    def outside(self) -> OutsideLinks:
        """Links to reviewers outside."""

    @property
    def campaigns(self) -> CampaignRecords:
        """The campaigns with what belongs to them."""

    @property
    def ledgers(self) -> Ledgers:
        """The mosaic ledgers."""

    @property
    def log(self) -> Log:
        """Audit, notices, settings, heartbeats."""

    @property
    def media(self) -> MediaFiles:
        """The image bytes."""

    @property
    def vault(self) -> Vault:
        """The encrypted credentials."""


class Store(Protocol):
    """Where everything of value is kept."""

    def read(self) -> AbstractContextManager[Transaction]:
        """Open a consistent look at the data; writing in it is an error."""

    def write(self) -> AbstractContextManager[Transaction]:
        """Open a writing transaction: commits at the end of the block, rolls back when the block raises."""

    def dump(self) -> Mapping[str, Any]:
        """Return table -> rows as plain values; logins, keys and what is sealed are not in it."""

    def fill(self, told: Mapping[str, Any]) -> Mapping[str, int]:
        """Put what `dump` gave into an empty workspace, all or nothing; return table -> rows. Raise Conflict or Invalid."""

    def data_version(self) -> int:
        """Return a number that is raised by each writing transaction: a cheap cache key."""

    def rest(self) -> None:
        """Give back memory that only speeds up what nobody does now."""
