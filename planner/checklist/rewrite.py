"""Suggestions for confidentiality findings: the broader question first, and each clue made general or taken out."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from planner.checklist.bank import lexicon
from planner.checklist.patterns import phrase
from planner.checklist.report import Suggestion

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.checklist.reading import Reading
    from planner.checklist.report import Finding

_WHOLE = ("confidentiality.client-reference", "confidentiality.relationship-disclosure", "confidentiality.live-case")
_NAME = "confidentiality.direct-identifier"
_DETAIL = "confidentiality.quasi-identifier"
_NUMBER = re.compile(r"\d{1,3}")
_ARTICLE = re.compile(r"\b(?:a|an|the|my|our|this|that)$", re.IGNORECASE)
_ARTICLE_LENGTH = 4
_CHILD, _TEEN, _OLD = 13, 20, 65


def offered(findings: tuple[Finding, ...], reading: Reading) -> tuple[Finding, ...]:
    """Give confidentiality findings without a suggestion their own: a broader question, a general word, or deletion."""
    if not any(finding.rule.startswith("confidentiality.") for finding in findings):
        return findings
    broader = broader_question(reading.folded)
    whole = Suggestion("rewrite", 0, len(reading.draft.text), broader) if broader else None
    return tuple(
        replace(finding, suggestion=_for(finding, reading, whole)) if finding.suggestion is None else finding for finding in findings
    )


def without_echoes(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Return the findings, numbered anew, without details that lie within another one of the same person and are mended the same way.

    Whoever takes "since his mum died in March" out needs no second button for "in March"; a general word for a detail within stays.
    """
    details: defaultdict[tuple[str | None, str, str], list[Finding]] = defaultdict(list)
    for one in findings:
        kind = one.suggestion.kind if one.suggestion else ""
        if one.rule == _DETAIL and one.start < one.end and kind != "replace":
            details[one.subject, one.level, kind].append(one)
    echoes = {one.id for alike in details.values() for one in _within(alike)}
    if not echoes:
        return findings
    return tuple(replace(one, id=f"f{number}") for number, one in enumerate((one for one in findings if one.id not in echoes), 1))


def _within(findings: list[Finding]) -> Iterator[Finding]:
    """Yield the findings that lie within a wider one of them."""
    widest = (0, 0)
    for one in sorted(findings, key=lambda each: (each.start, -each.end)):
        if one.end > widest[1]:
            widest = (one.start, one.end)
        elif (one.start, one.end) != widest:
            yield one


def broader_question(text: str) -> str | None:
    """Return a question about people in general on the same topic, filled only from the topic list; None if no topic is known."""
    data = lexicon("rewrite")
    condition = _first(text, data["conditions"])
    topic = condition or _first(text, data["topics"])
    situation = _first(text, data["situations"])
    intent = next((name for name in ("resources", "feelings", "success", "advice") if _matches(text, data["intents"][name])), "advice")
    templates = data["templates"]
    if situation is not None:
        return str(templates["ethics"]).replace("{situation}", situation)
    if intent == "advice" and condition is not None:
        return str(templates["advice"]).replace("{condition}", condition)
    if topic is not None and intent != "feelings":
        return str(templates["success" if intent == "success" else "resources"]).replace("{topic}", topic)
    return None


def general_word(clue: str, quote: str) -> str | None:
    """Return the general words for one clue, the empty text where it is best left out, None if nothing is known of its kind."""
    told = lexicon("rewrite")["clues"].get(clue)
    if clue == "age":
        number = _NUMBER.search(quote)
        ages = lexicon("rewrite")["ages"]
        if number is None:
            return str(ages["unknown"])
        years = int(number[0])
        return str(ages["child" if years < _CHILD else "teen" if years < _TEEN else "adult" if years < _OLD else "old"])
    if told is None:
        return None
    low = quote.lower()
    return str(next((words for key, words in told.items() if key != "*" and re.search(phrase(key), low)), told.get("*", "")))


def _for(finding: Finding, reading: Reading, whole: Suggestion | None) -> Suggestion | None:
    if finding.rule in _WHOLE:
        return whole
    if finding.start == finding.end or finding.rule not in {_NAME, _DETAIL}:
        return None
    words = "" if finding.rule == _NAME else general_word(finding.variant, finding.quote)
    if words is None:
        return whole
    if not words:
        return Suggestion("delete", finding.start, finding.end, "")
    before = reading.draft.text[: finding.start].rstrip()
    if len(before) < finding.start and _ARTICLE.search(before, max(0, len(before) - _ARTICLE_LENGTH)):
        words = re.sub(r"^an? ", "", words)
    return Suggestion("replace", finding.start, finding.end, words)


def _first(text: str, table: dict[str, str]) -> str | None:
    """Return the public name of the first listed word that `text` holds."""
    match = _any(tuple(table)).search(text)
    return None if match is None else _named(" ".join(match[0].lower().split()), table)


@lru_cache(maxsize=8)
def _any(keys: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(phrase(key) for key in sorted(keys, key=lambda key: (-len(key), key))), re.IGNORECASE)


def _named(found: str, table: dict[str, Any]) -> str:
    exact = table.get(found)
    if exact is not None:
        return str(exact)
    return str(next(name for key, name in table.items() if re.fullmatch(phrase(key), found, re.IGNORECASE)))


def _matches(text: str, words: list[str]) -> bool:
    return _any(tuple(words)).search(text) is not None
