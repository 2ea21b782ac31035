"""What services need to keep petitions and to read their counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from connectors.petitions import PetitionCount, SourceInfo
    from planner.domain.petition import Petition, PetitionLook, SignatureCount


class PetitionRecords(Protocol):
    """Petitions, how their reading goes, and their counts."""

    def all(self, *, campaign: str | None = None, archived: bool = False) -> tuple[Petition, ...]:
        """Return the petitions (of one campaign), oldest first."""

    def get(self, petition_id: str) -> Petition:
        """Return one; raise Missing."""

    def add(self, petition: Petition) -> None:
        """Insert."""

    def swap(self, before: Petition, after: Petition) -> bool:
        """Replace when the version still stands."""

    def look(self, petition_id: str) -> PetitionLook | None:
        """Return how its reading goes, or None before the first try."""

    def claim(self, before: PetitionLook | None, after: PetitionLook) -> bool:
        """Write `after` unless another process looked in between; return whether it was written."""

    def put_look(self, look: PetitionLook) -> None:
        """Insert or replace."""

    def forget_look(self, petition_id: str) -> None:
        """Delete, so that it is read anew."""

    def add_count(self, count: SignatureCount) -> None:
        """Insert; the same petition and time twice is one row, and the first stays."""

    def drop_count(self, count: SignatureCount) -> None:
        """Delete one reading, for which a later one stands."""

    def newest(self, petition_id: str, number: int) -> tuple[SignatureCount, ...]:
        """Return the latest readings, newest first."""

    def counts(self, petition_id: str) -> tuple[SignatureCount, ...]:
        """Return every reading, oldest first."""

    def latest(self, petition_ids: Sequence[str]) -> Mapping[str, SignatureCount]:
        """Return the latest reading with a number of each petition that has one."""


class PetitionSources(Protocol):
    """The sources of counts, as services see them."""

    def all(self) -> tuple[SourceInfo, ...]:
        """Return every source that can be read."""

    def info(self, source: str) -> SourceInfo:
        """Return one; raise Invalid for an unknown one."""

    def recognize(self, address: str) -> tuple[str, str] | None:
        """Return source and id for a petition's public address, or None."""

    def read(self, source: str, ref: str, key: str, mark: Mapping[str, str]) -> PetitionCount:
        """Return the count now; raise a ConnectorError."""
