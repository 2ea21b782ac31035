"""How a rule fares in use: what became of the findings that people read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

Outcome = Literal["waiting", "fixed", "answered", "false-alarm", "excepted"]
"""Not settled yet; the words were changed; an answer cleared it; logged as the checklist's mistake; logged as another exception."""

ENOUGH = 20
"""So many decisions are needed before a figure means anything."""

FLOOR = 0.80
"""Below this share of justified findings a rule drops one level at the next release of its pack."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A finding that stood in a draft long enough to be read, or that somebody acted upon. Holds no word of the draft."""

    post_id: str
    fingerprint: str
    rule: str
    level: str
    at: datetime
    outcome: Outcome = "waiting"
    settled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RuleCount:
    """How often findings of one rule came to one outcome."""

    rule: str
    outcome: Outcome
    number: int


@dataclass(frozen=True, slots=True)
class RuleUse:
    """One rule's record. `shown` counts everything read, `decisions` what counts for the precision."""

    rule: str
    shown: int
    fixed: int
    answered: int
    false_alarms: int
    excepted: int

    @property
    def decisions(self) -> int:
        """Return how many people decided for or against the rule."""
        return self.fixed + self.false_alarms

    @property
    def precision(self) -> float | None:
        """Return fixed / (fixed + false alarms), 0 to 1; None while nobody has decided."""
        return self.fixed / self.decisions if self.decisions else None

    @property
    def verdict(self) -> Literal["too few", "holds", "drops", "review"]:
        """Return what the figure means: too few decisions, the rule holds, drops a level, or (confidentiality) needs a review first."""
        if self.precision is None or self.decisions < ENOUGH:
            return "too few"
        if self.precision >= FLOOR:
            return "holds"
        return "review" if self.rule.startswith("confidentiality.") else "drops"


def uses(counts: Iterable[RuleCount], rules: Iterable[str] = ()) -> tuple[RuleUse, ...]:
    """Return one record a rule, by name; `rules` names those that must be there even when nothing was ever read of them."""
    table: dict[str, dict[str, int]] = {rule: {} for rule in rules}
    for one in counts:
        row = table.setdefault(one.rule, {})
        row[one.outcome] = row.get(one.outcome, 0) + one.number
    return tuple(
        RuleUse(
            rule,
            shown=sum(row.values()),
            fixed=row.get("fixed", 0),
            answered=row.get("answered", 0),
            false_alarms=row.get("false-alarm", 0),
            excepted=row.get("excepted", 0),
        )
        for rule, row in sorted(table.items())
    )
