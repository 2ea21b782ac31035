"""How the rules fare in use: which findings people mend, which they call mistakes, and which rules never spoke."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import TYPE_CHECKING

from planner.domain.people import authorize
from planner.domain.review import Override
from planner.domain.rule_use import RuleUse, Sighting, uses
from planner.domain.withheld import Withheld
from planner.services.cells import cell

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from planner.domain.people import Actor
    from planner.domain.rule_use import Outcome
    from planner.ports import Store, Transaction
    from planner.services.gate import Passage

READ_AFTER = timedelta(seconds=4)
"""A finding that stood this long before the next letter counts as read."""


@dataclass(frozen=True, slots=True)
class PersonRule:
    """How many exceptions one person has logged to one rule, and the oldest that still counts."""

    person: str
    rule: str
    number: int
    oldest: datetime


def saw(tx: Transaction, post_id: str, passages: Iterable[Passage], at: datetime) -> None:
    """Keep that a person has read the findings of these passages. No word of the draft is kept."""
    findings = {item.finding.fingerprint: item.finding for passage in passages for item in passage.findings}
    tx.sightings.saw(Sighting(post_id, key, finding.rule, finding.level, at) for key, finding in sorted(findings.items()))


def settle(tx: Transaction, post_id: str, passages: Iterable[Passage], at: datetime) -> None:
    """Say what became of everything that was read in this post, now that it is handed in."""
    kept = tuple(passages)
    standing = {item.finding.fingerprint for passage in kept for item in passage.findings}
    exceptions = {one.fingerprint: one for passage in kept for one in passage.overrides}
    for seen in tx.sightings.waiting(post_id):
        tx.sightings.settle(post_id, seen.fingerprint, _outcome(seen, standing, exceptions), at)


def _outcome(seen: Sighting, standing: set[str], exceptions: dict[str, Override]) -> Outcome:
    if seen.fingerprint not in standing:
        return "fixed"
    exception = exceptions.get(seen.fingerprint)
    if exception is None:
        return "answered"
    return "false-alarm" if exception.reason_code == "false-alarm" else "excepted"


class RulesInUse:
    """What the whole team's drafts say about the rules."""

    def __init__(self, store: Store, rules: Iterable[str]) -> None:
        """Take the store and the ids of every rule there is."""
        self._store = store
        self._rules = tuple(sorted(set(rules)))

    def table(self, actor: Actor) -> tuple[RuleUse, ...]:
        """Return one record a rule, by name; a rule that never spoke has zeros."""
        authorize(actor, "read")
        with self._store.read() as tx:
            return uses(tx.sightings.counts(), self._rules)

    def exceptions(self, actor: Actor, now: datetime) -> tuple[PersonRule, ...]:
        """Return the exceptions that count now, by person and rule, the oldest first."""
        authorize(actor, "read")
        with self._store.read() as tx:
            names = {member.id: member.name for member in tx.members.all()}
            logged = tx.reviews.overrides()
        groups: dict[tuple[str, str], list[datetime]] = {}
        for one in logged:
            if one.expires_at is None or one.expires_at > now:
                groups.setdefault((names.get(one.by, one.by), one.rule), []).append(one.at)
        rows = (PersonRule(person, rule, len(times), min(times)) for (person, rule), times in groups.items())
        return tuple(sorted(rows, key=lambda row: (row.oldest, row.person, row.rule)))

    def exceptions_csv(self, actor: Actor) -> str:
        """Return the whole log of exceptions as CSV with a header, oldest first; it holds no text of a draft."""
        authorize(actor, "review")
        with self._store.read() as tx:
            logged = tx.reviews.overrides()
            withheld = Withheld(tx.accounts.all(archived=True))
        names = [field.name for field in fields(Override)]
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(names)
        writer.writerows([cell(getattr(one, name)) for name in names] for one in logged)
        return withheld.hide(out.getvalue())
