"""From one rule and one reading to candidates: where it applies, where it hits, and which hits its conditions leave."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from planner.checklist import guards, kinds
from planner.checklist.patterns import branches, compiled, holds, phrase, spans
from planner.checklist.report import Candidate
from planner.checklist.spans import meets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.checklist.reading import Hit, Reading
    from planner.checklist.report import Draft
    from planner.checklist.rule import Packs, Rule, RuleLevel

_ORDER: tuple[RuleLevel, ...] = ("note", "advise", "ask", "block")
_ANYWHERE = ("any",)
_EXACT = "exact"
_DOUBTED = ("ask", "advise")
"""What a pattern finds at these levels is dropped when the whole draft reads otherwise; no sentence around it may talk a block away."""


def places(draft: Draft) -> frozenset[str]:
    """Return the codes that rules may name for this draft: its country, and its country with region (`CA`, `CA-ON`); empty if not told."""
    nation = draft.nation
    region = (draft.country or "").upper().partition("-")[2]
    return frozenset(code for code in (nation, f"{nation}-{region}" if region else "") if code)


def applies(rule: Rule, reading: Reading) -> bool:
    """Tell whether the draft's circumstances and topics call for the rule."""
    return _suits(rule, reading.draft) and _touched(rule, reading)


def _suits(rule: Rule, draft: Draft) -> bool:
    """Tell whether the draft's circumstances call for the rule."""
    return misfit(rule, draft) is None


def misfit(rule: Rule, draft: Draft) -> str | None:
    """Return the first key of the rule that the draft's circumstances do not meet, or None; an author who is not told meets any."""
    if rule.jurisdiction != _ANYWHERE and places(draft).isdisjoint(rule.jurisdiction):
        return "jurisdiction"
    if rule.org_types and draft.org_type not in rule.org_types:
        return "org_types"
    if rule.platforms and draft.platform not in rule.platforms:
        return "platforms"
    if rule.kinds and draft.kind not in rule.kinds:
        return "kinds"
    if rule.post_types and draft.post_type not in rule.post_types:
        return "post_types"
    return None if not rule.authors or draft.author is None or draft.author in rule.authors else "authors"


def _touched(rule: Rule, reading: Reading) -> bool:
    """Tell whether the draft's topics call for the rule."""
    if rule.needs_topic and not reading.topics.issuperset(rule.needs_topic):
        return False
    return not rule.needs_absent or reading.topics.isdisjoint(rule.needs_absent)


def worth_trying(packs: Packs, reading: Reading) -> list[Rule]:
    """Return the rules that apply and could find anything at all, in order: every plug-in, and patterns that match somewhere."""
    draft, letters = reading.draft, reading.letters
    suiting = _suiting(packs, replace(draft, id="", text="", media=(), account="", location="", link_preview="", record=None))
    found = packs.plugins.union(*(letters.found(view).rules for view in packs.sieves.by_view))
    return [rule for number in sorted(found & suiting) if _touched(rule := packs.rules[number], reading)]


@lru_cache(maxsize=64)
def _suiting(packs: Packs, circumstances: Draft) -> frozenset[int]:
    """Return the numbers of the rules that the circumstances of a draft without words call for."""
    return frozenset(number for number, rule in enumerate(packs.rules) if _suits(rule, circumstances))


def candidates(rule: Rule, reading: Reading, trace: list[str] | None = None) -> Iterator[tuple[Candidate, RuleLevel]]:
    """Yield what a rule finds, with its level; guards that dropped a hit are told to `trace`."""
    if rule.plugin:
        for candidate in kinds.run(rule, reading) if _draft_allows(rule, reading) else ():
            level = guarded(rule, reading.hit(candidate.start, candidate.end), reading, trace)
            if level is not None:
                yield candidate, level
        return
    found = hits(rule, reading)
    if not found or not _draft_allows(rule, reading):
        return
    for hit in found:
        level = guarded(rule, hit, reading, trace) if barrier(rule, hit, reading) is None else None
        if level is not None:
            yield Candidate(rule.id, rule.variant, "advise", hit.start, hit.end, fields={"quote": hit.words}), level
            if rule.once:
                return


def hits(rule: Rule, reading: Reading) -> list[Hit]:
    """Return every place where the rule's patterns match, before any condition, in the order of the text."""
    found = reading.letters.found(rule.view).spans
    spans = {span for pattern in parts(rule.match) if (pattern, rule.ignore_case) in found for span in found[pattern, rule.ignore_case]}
    if not spans:
        return []
    view = getattr(reading.views, rule.view)
    return [reading.hit(*view.to_raw(*span)) for span in sorted(spans)]


@lru_cache(maxsize=1024)
def parts(patterns: tuple[str, ...]) -> tuple[str, ...]:
    """Return the parts of patterns that are looked for alone."""
    return tuple(branch for whole in patterns for branch in branches(whole))


def start_level(rule: Rule, reading: Reading) -> RuleLevel:
    """Return the rule's level for this kind of organization and country."""
    draft = reading.draft
    named = [rule.levels[key] for key in (draft.org_type or "", draft.author or "", *places(draft)) if key in rule.levels]
    return max(named, key=_ORDER.index, default=rule.level)


def lowered(level: RuleLevel) -> RuleLevel | None:
    """Return the next milder level; below advise there is none."""
    return {"block": "ask", "ask": "advise"}.get(level)  # type: ignore[return-value]  # the values are levels


def _draft_allows(rule: Rule, reading: Reading) -> bool:
    return draft_barrier(rule, reading) is None


def draft_barrier(rule: Rule, reading: Reading) -> tuple[str, str] | None:
    """Return the first condition on the whole draft that is not met, as its key and pattern, or None."""
    view = "words" if rule.view == "words" else "folded"
    missing = next((pattern for pattern in rule.also_draft if not reading.holds(pattern, view)), None)
    if missing is not None:
        return "also_draft", missing
    there = next((pattern for pattern in rule.without_draft if reading.holds(pattern, view)), None)
    return None if there is None else ("without_draft", there)


def barrier(rule: Rule, hit: Hit, reading: Reading) -> tuple[str, str] | None:
    """Return the first condition on the words around a hit that is not met, as its key and its pattern or words, or None."""
    start, end = reading.sentence_span(hit)
    sentence = reading.stretch(start, end)
    for pattern in rule.also:
        if not holds(compiled(pattern, ignore_case=True), sentence):
            return "also", pattern
    for pattern in rule.without:
        if holds(compiled(pattern, ignore_case=True), sentence):
            return "without", pattern
    for words in rule.unless:
        if meets(spans(words, reading.folded, max(0, start), end), hit.first, hit.last):
            return "unless", words
    if not rule.unless_near:
        return None
    found = compiled("|".join(phrase(word) for word in rule.unless_near), ignore_case=True).search(reading.near(hit, 6))
    return None if found is None else ("unless_near", found[0])


def guarded(rule: Rule, hit: Hit, reading: Reading, trace: list[str] | None) -> RuleLevel | None:
    """Return the level that the whole draft and the guards leave to a hit, or None; each that lowered or dropped it is told to `trace`."""
    level: RuleLevel | None = start_level(rule, reading)
    if level in _DOUBTED and rule.certainty != _EXACT and reading.speaks_against(rule.id):
        if trace is not None:
            trace.append(f"{rule.id} {rule.variant} [{hit.start}:{hit.end}] the whole draft reads otherwise: drop")
        return None
    for guard in rule.guards:
        effect = guards.effect(guard, hit, reading)
        if effect is None or level is None:
            continue
        if trace is not None:
            trace.append(f"{rule.id} {rule.variant} [{hit.start}:{hit.end}] {guard}: {effect}")
        if effect == "drop":
            return None
        level = lowered(level)
    return level
