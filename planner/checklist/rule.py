"""A rule of the checklist as a value: what it looks for, what it says, and the examples that hold it to its word."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from planner.checklist.report import Question, Source
    from planner.checklist.sieves import Sieves

RuleLevel = Literal["block", "ask", "advise", "note"]


@dataclass(frozen=True, slots=True)
class Offer:
    """A rule's suggestion: what kind, and the texts by quoted words (`*` for all others)."""

    kind: Literal["replace", "delete", "insert", "rewrite"]
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Example:
    """A text that must or must not raise its rule, with the circumstances it is told in."""

    text: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rule:
    """One entry of a rule file; `content_bank/README.md` explains every key."""

    id: str
    variant: str
    pack: str
    revision: int
    level: RuleLevel
    message: str
    why: str
    source: Source
    reviewed: date
    match: tuple[str, ...] = ()
    plugin: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    view: Literal["raw", "folded", "masked", "words"] = "folded"
    ignore_case: bool = True
    certainty: str = "context"
    jurisdiction: tuple[str, ...] = ("any",)
    org_types: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    post_types: tuple[str, ...] = ()
    levels: Mapping[str, RuleLevel] = field(default_factory=dict)
    unless: tuple[str, ...] = ()
    unless_near: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    also_draft: tuple[str, ...] = ()
    without_draft: tuple[str, ...] = ()
    needs_topic: tuple[str, ...] = ()
    needs_absent: tuple[str, ...] = ()
    guards: tuple[str, ...] = ()
    once: bool = False
    question: Question | None = None
    offer: Offer | None = None
    flags: tuple[Example, ...] = ()
    passes: tuple[Example, ...] = ()
    review_after: date | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Packs:
    """All rules that run, their pack versions, and one digest over everything they are made of.

    `plugins` are the numbers of those whose plug-in finds something by itself.
    """

    rules: tuple[Rule, ...]
    versions: Mapping[str, str]
    digest: str
    reviewed: str
    sieves: Sieves
    plugins: frozenset[int]

    def find(self, rule: str, variant: str) -> Rule | None:
        """Return the entry of a rule and variant, else the rule's first entry, else None."""
        return _named(self, rule, variant)


@lru_cache(maxsize=1024)
def _named(packs: Packs, rule: str, variant: str) -> Rule | None:
    entries = [entry for entry in packs.rules if entry.id == rule]
    return next((entry for entry in entries if entry.variant == variant), entries[0] if entries else None)
