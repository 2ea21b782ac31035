"""The examples of the rules, held against the rules: what flags must flag, what passes must pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.checklist import kinds, trial, wire
from planner.checklist.report import Examination
from planner.checklist.runner import run
from planner.checklist.text import views

if TYPE_CHECKING:
    from datetime import date

    from planner.checklist.report import Draft, Profile, Report
    from planner.checklist.rule import Example, Packs, Rule


def disagreements(packs: Packs) -> tuple[str, ...]:
    """Return one sentence for every example that its rule judges otherwise; rules worded for the detector are left out."""
    return tuple(fault for rule in packs.rules if rule.plugin != kinds.ELSEWHERE for fault in _of(rule, packs))


def overdue(packs: Packs, today: date) -> tuple[str, ...]:
    """Return one sentence for every rule whose review was due before today; such a rule still runs."""
    return tuple(
        f"{_named(rule)}: its review was due on {rule.review_after}: read its source again and write a new review_after"
        for rule in packs.rules
        if rule.review_after is not None and rule.review_after < today
    )


def _named(rule: Rule) -> str:
    return f"{rule.pack}.toml, {rule.id}" + (f" ({rule.variant})" if rule.variant else "")


def _of(rule: Rule, packs: Packs) -> list[str]:
    named = _named(rule)
    faults = [
        f"{named}: the example {one.text!r} must flag, but does not{_stopped(rule, one, packs)}: mend the rule or the example"
        for one in rule.flags
        if not _raises(rule, one, packs)
    ]
    return faults + [
        f"{named}: the example {one.text!r} must pass, but is flagged: mend the rule or the example"
        for one in rule.passes
        if _raises(rule, one, packs)
    ]


def _raises(rule: Rule, example: Example, packs: Packs) -> bool:
    report = reported(example, packs)
    if rule.level == "note":
        return any(note.kind == rule.id for note in report.notes)
    return any(finding.rule == rule.id for finding in report.findings)


def _stopped(rule: Rule, example: Example, packs: Packs) -> str:
    """Return which gate stopped an example, as the end of a clause; another entry of the same rule may have found it before."""
    draft, profile, today = _opened(example)
    stop = trial.stopped_by(trial.gates(rule, draft, Examination(), packs=packs, profile=profile, today=today))
    return f", stopped by {stop}" if stop else ""


def _opened(example: Example) -> tuple[Draft, Profile | None, date | None]:
    facts = dict(example.facts)
    profile = wire.profile_from(facts.pop("profile")) if "profile" in facts else None
    return wire.draft_from({"id": "example", "text": example.text, **facts}), profile, wire.day_of(facts)


def reported(example: Example, packs: Packs) -> Report:
    """Return the report on an example, without the confidentiality detector."""
    draft, profile, today = _opened(example)
    return run(draft, views(draft.text), Examination(), packs=packs, profile=profile, today=today)
