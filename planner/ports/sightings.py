"""What services need from the store to say how the rules fare in use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from planner.domain.rule_use import Outcome, RuleCount, Sighting


class Sightings(Protocol):
    """Findings that a person has read in a draft, and what became of them; never a word of the draft."""

    def saw(self, sightings: Iterable[Sighting]) -> None:
        """Keep these; one that is known already stays as it is."""

    def waiting(self, post_id: str) -> tuple[Sighting, ...]:
        """Return what was read in this post and is not settled yet."""

    def settle(self, post_id: str, fingerprint: str, outcome: Outcome, at: datetime) -> None:
        """Keep what became of one."""

    def counts(self) -> tuple[RuleCount, ...]:
        """Return rule, outcome and number over everything, rules in order of their names."""
