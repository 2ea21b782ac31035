"""From one rule and one reading to candidates: where it applies, where it hits, and which hits its conditions leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.checklist import guards, kinds
from planner.checklist.patterns import compiled, phrase
from planner.checklist.report import Candidate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.checklist.reading import Hit, Reading
    from planner.checklist.report import Draft
    from planner.checklist.rule import Rule, RuleLevel

_ORDER: tuple[RuleLevel, ...] = ("note", "advise", "ask", "block")
_ALIASES = {"UK": "GB"}


def country(draft: Draft) -> str:
    """Return the draft's country as alpha-2, with UK read as GB and a region cut off; empty if not told."""
    code = (draft.country or "").upper()
    return _ALIASES.get(code, code).split("-")[0]


def applies(rule: Rule, reading: Reading) -> bool:
    """Tell whether the draft's circumstances and topics call for the rule."""
    draft = reading.draft
    if "any" not in rule.jurisdiction and not {country(draft), (draft.country or "").upper()} & set(rule.jurisdiction):
        return False
    told = (
        (rule.org_types, draft.org_type),
        (rule.platforms, draft.platform),
        (rule.kinds, draft.kind),
        (rule.authors, draft.author),
        (rule.post_types, draft.post_type),
    )
    if any(wanted and value not in wanted for wanted, value in told):
        return False
    return all(topic in reading.topics for topic in rule.needs_topic) and not any(topic in reading.topics for topic in rule.needs_absent)


def candidates(rule: Rule, reading: Reading, trace: list[str] | None = None) -> Iterator[tuple[Candidate, RuleLevel]]:
    """Yield what a rule finds, with its level; guards that dropped a hit are told to `trace`."""
    if rule.plugin:
        for candidate in kinds.run(rule, reading):
            level = _guarded(rule, reading.hit(candidate.start, candidate.end), reading, trace)
            if level is not None:
                yield candidate, level
        return
    if not _draft_allows(rule, reading):
        return
    for hit in hits(rule, reading):
        level = _guarded(rule, hit, reading, trace) if _stands(rule, hit, reading) else None
        if level is not None:
            yield Candidate(rule.id, rule.variant, "advise", hit.start, hit.end, fields={"quote": hit.words}), level
            if rule.once:
                return


def hits(rule: Rule, reading: Reading) -> Iterator[Hit]:
    """Yield every place where the rule's patterns match, before any condition."""
    view = getattr(reading.views, rule.view)
    for match in compiled("|".join(rule.match), ignore_case=rule.ignore_case).finditer(view.text):
        if match.end() > match.start():
            marked = next((index for index in range(1, match.re.groups + 1) if match[index] is not None), 0)  # (…) marks the words to show
            yield reading.hit(*view.to_raw(*match.span(marked)))


def start_level(rule: Rule, reading: Reading) -> RuleLevel:
    """Return the rule's level for this kind of organization and country."""
    draft = reading.draft
    named = [rule.levels[key] for key in (draft.org_type or "", (draft.country or "").upper(), draft.author or "") if key in rule.levels]
    return max(named, key=_ORDER.index, default=rule.level)


def lowered(level: RuleLevel) -> RuleLevel | None:
    """Return the next milder level; below advise there is none."""
    return {"block": "ask", "ask": "advise"}.get(level)  # type: ignore[return-value]  # the values are levels


def _draft_allows(rule: Rule, reading: Reading) -> bool:
    text = reading.views.words.text if rule.view == "words" else reading.folded
    if any(not compiled(pattern, ignore_case=True).search(text) for pattern in rule.also_draft):
        return False
    return not any(compiled(pattern, ignore_case=True).search(text) for pattern in rule.without_draft)


def _stands(rule: Rule, hit: Hit, reading: Reading) -> bool:
    start, end = reading.sentence_span(hit)
    sentence = reading.folded[start:end]
    if any(not compiled(pattern, ignore_case=True).search(sentence) for pattern in rule.also):
        return False
    if any(compiled(pattern, ignore_case=True).search(sentence) for pattern in rule.without):
        return False
    for words in rule.unless:
        for match in compiled(phrase(words), ignore_case=True).finditer(reading.folded, max(0, start), end):
            if match.start() < hit.last and hit.first < match.end():
                return False
    if not rule.unless_near:
        return True
    return compiled("|".join(phrase(word) for word in rule.unless_near), ignore_case=True).search(reading.near(hit, 6)) is None


def _guarded(rule: Rule, hit: Hit, reading: Reading, trace: list[str] | None) -> RuleLevel | None:
    level: RuleLevel | None = start_level(rule, reading)
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
