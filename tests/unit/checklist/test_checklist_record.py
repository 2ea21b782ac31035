"""What stands beside a draft is read with it: several rules speak there at once, each once."""

from __future__ import annotations

from datetime import date

from planner.checklist.check import check
from planner.checklist.report import Draft, Record, SourceFact

TODAY = date(2026, 11, 26)


def test_two_old_sources_and_a_due_item_are_all_named() -> None:
    record = Record(
        sources=(
            SourceFact("A", "news", "statistic", "2020-01-01"),
            SourceFact("B", "other", "statistic", ""),
            SourceFact("C", "news", "article", "2020-01-01"),
        ),
        expired=(("Clinic", "nobody has checked it yet"), ("Line", "nobody has checked it yet")),
    )
    found = check(Draft("d", "Waits are long.", record=record), today=TODAY).findings
    assert [(one.rule, one.variant, one.message) for one in found] == [
        ("claims.stale-source", "article", "The shared article “C” (2020-01-01) is older than two years, or has no date."),
        ("claims.stale-source", "bank-item", "“Clinic; Line” from the content bank: nobody has checked it yet."),
        ("claims.stale-source", "statistic", "The figure's source “A; B” (2020-01-01; no date) is older than three years, or has no date."),
        ("claims.unsourced-statistic", "tier-other", "The source “B” is no journal, public body, known organization or news desk."),
    ]
    assert len({one.fingerprint for one in found}) == 4


def test_nothing_is_old_while_the_day_is_not_known() -> None:
    record = Record(sources=(SourceFact("A", "news", "statistic", "2020-01-01"),))
    assert check(Draft("d", "Waits are long.", record=record)).findings == ()


def test_a_source_that_nobody_knows_does_not_carry_a_figure() -> None:
    text = "Four in ten adults slept badly in most weeks."
    unknown = Record(sources=(SourceFact("A", "other", "statistic", "2026-01-01"),))
    assert "" in [
        one.variant for one in check(Draft("d", text, record=unknown), today=TODAY).findings if one.rule == "claims.unsourced-statistic"
    ]
    known = Record(sources=(SourceFact("A", "news", "statistic", "2026-01-01"),))
    assert check(Draft("d", text, record=known), today=TODAY).findings == ()
