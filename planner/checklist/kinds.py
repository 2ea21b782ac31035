"""The plug-ins: kinds of rules that a pattern alone cannot express, by the name that a rule file gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.checklist import appearance, asks, evidence, languages, line_numbers, record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from planner.checklist.reading import Reading
    from planner.checklist.report import Candidate
    from planner.checklist.rule import Rule

    Plugin = Callable[[Rule, Reading], Iterator[Candidate]]

ELSEWHERE = "confidentiality"
"""The plug-in name of entries that only word what the confidentiality detector finds."""

PLUGINS: dict[str, Plugin] = {
    "alt-text": appearance.alt_text,
    "hashtag-case": appearance.hashtag_case,
    "hashtag-count": appearance.hashtag_count,
    "emoji": appearance.emoji,
    "caps": appearance.caps,
    "styled-letters": appearance.styled_letters,
    "sentence-length": appearance.sentence_length,
    "statistic-source": evidence.statistic_source,
    "year-in-text": evidence.year_in_text,
    "crisis-line": evidence.crisis_line,
    "reads-like": evidence.reads_like,
    "ask-count": asks.ask_count,
    "near-election": asks.near_election,
    "channel-register": asks.channel_register,
    "hashtag-card": asks.hashtag_card,
    "source-needed": record.source_needed,
    "source-tier": record.source_tier,
    "stale-source": record.stale_source,
    "missing-field": record.missing_field,
    "expired-item": record.expired_item,
    "app-card": record.app_card,
    "paid-partner": asks.paid_partner,
    "other-language": languages.other_language,
    "mistyped-line": line_numbers.mistyped_line,
    "foreign-line": line_numbers.foreign_line,
    "uncalled-line": line_numbers.uncalled_line,
}


def run(rule: Rule, reading: Reading) -> Iterator[Candidate]:
    """Yield what the rule's plug-in finds; entries worded for the confidentiality detector find nothing here."""
    if rule.plugin != ELSEWHERE:
        yield from PLUGINS[rule.plugin](rule, reading)
