"""Plug-ins for what stands beside a draft: source records, the fields of its type, items of the content bank, app cards."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from planner.checklist.report import Candidate
from planner.checklist.topics import matcher

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.checklist.reading import Reading
    from planner.checklist.report import Record, SourceFact
    from planner.checklist.rule import Rule


def _record(reading: Reading) -> Record | None:
    """Return what stands beside the draft; loose texts, comments and titles have nothing beside them."""
    return reading.draft.record


def _at_end(rule: Rule, reading: Reading, **fields: str) -> Candidate:
    end = len(reading.draft.text)
    return Candidate(rule.id, rule.variant, "advise", end, end, fields=fields)


def source_needed(rule: Rule, reading: Reading) -> Iterator[Candidate]:
    """Yield once when a post of this rule's types has no source record."""
    record = _record(reading)
    if record is not None and not record.sources:
        yield _at_end(rule, reading, quote=str(reading.draft.post_type))


def source_tier(rule: Rule, reading: Reading) -> Iterator[Candidate]:
    """Yield once, with all their titles, the source records of a tier that option `tiers` lists."""
    record = _record(reading)
    found = [source.title for source in (record.sources if record else ()) if source.tier in rule.options["tiers"]]
    if found:
        yield _at_end(rule, reading, quote="; ".join(found))


def stale_source(rule: Rule, reading: Reading) -> Iterator[Candidate]:
    """Yield once the source records of kind `kind` that were published more than `years` ago, or whose date nobody has noted."""
    record, today = _record(reading), reading.today
    if record is None or today is None:
        return
    years = int(rule.options["years"])
    found = [source for source in record.sources if source.kind == rule.options["kind"] and _older(source, years, today)]
    if found:
        dates = "; ".join(source.published or "no date" for source in found)
        yield _at_end(rule, reading, quote="; ".join(source.title for source in found), dated=dates)


def _older(source: SourceFact, years: int, today: date) -> bool:
    if not source.published:
        return True
    then = date.fromisoformat(source.published)
    return (then.year + years, then.month, then.day) < (today.year, today.month, today.day)


def missing_field(rule: Rule, reading: Reading) -> Iterator[Candidate]:
    """Yield once, with all their names, when fields that option `required` (post type -> field -> words) lists are empty."""
    record = _record(reading)
    if record is None:
        return
    given = {name for name, value in record.fields if value.strip()}
    missing = [words for name, words in rule.options["required"].get(reading.draft.post_type, {}).items() if name not in given]
    if missing:
        yield _at_end(rule, reading, quote=", ".join(missing))


def expired_item(rule: Rule, reading: Reading) -> Iterator[Candidate]:
    """Yield once the items of the content bank in this draft whose check is due."""
    record = _record(reading)
    if record is not None and record.expired:
        titles, reasons = zip(*record.expired, strict=True)
        yield _at_end(rule, reading, quote="; ".join(titles), reason="; ".join(dict.fromkeys(reasons)) + ".")


def app_card(rule: Rule, reading: Reading) -> Iterator[Candidate]:
    """Yield each app that the draft points to (option `apps`: patterns on the folded view) and that has no card in the bank."""
    record = _record(reading)
    if record is None:
        return
    known = [name.lower() for name in record.apps]
    for found in matcher(tuple(rule.options["apps"])).finditer(reading.folded):
        near = reading.folded[max(0, found.start() - 60) : found.end() + 60].lower()
        if not any(name in near for name in known):
            start, end = reading.views.folded.to_raw(*found.span())
            yield Candidate(rule.id, rule.variant, "advise", start, end, fields={"quote": found[0]})
