"""Turns what was seen in a draft into confidentiality findings: which rule, which words, which level."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.checklist.confidentiality import cues, live_case, subjects
from planner.checklist.report import Candidate, Examination

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from planner.checklist.confidentiality.live_case import Situation
    from planner.checklist.confidentiality.subjects import Confidence, Scan
    from planner.checklist.report import Draft, LedgerEntry, Level, Profile
    from planner.checklist.text import Views

Span = tuple[int, int]

BLOCK = 0.62
ASK = 0.42
CARE = 0.25
GRAMMAR = 0.35
_MENTIONS = 3
_SUBJECT = "s1"
_HARD = frozenset({"ssn", "card", "iban", "record", "license", "plate", "birth", "file", "device"})
_ADDRESS = frozenset({"address-care", "reply-to-named"})


def examine(draft: Draft, views: Views, profile: Profile | None, ledger: Sequence[LedgerEntry] | None) -> Examination:
    """Examine one draft and return the confidentiality candidates with raw offsets.

    Args:
        draft: the text with its circumstances.
        views: the views of `draft.text`.
        profile: what belongs to the account itself; None knows nothing of it.
        ledger: what older posts of the account have told already.
    """
    seen = subjects.scan(views.folded.text, profile)
    sure = subjects.confidence(seen, draft)
    level = level_of(sure)
    evidence = evidence_of(sure)
    situations = live_case.find(seen.words.text)
    found = [*_direct(seen, sure, level, profile), *_situations(situations, seen, draft, sure, level)]
    if level is not None:
        found += [("confidentiality.client-reference", "", level, span, None) for span in mentions(seen)]
        found += [("confidentiality.quasi-identifier", clue.kind, level, (clue.start, clue.end), clue.kind) for clue in seen.clues]
    candidates = []
    for rule, variant, strict, (start, end), clue in found:
        raw = views.folded.to_raw(start, end)
        candidates.append(Candidate(rule, variant, strict, *raw, subject=_SUBJECT, clue=clue, evidence=evidence))
    return Examination(candidates=tuple(candidates), explained=_trace(sure))


def level_of(sure: Confidence) -> Level | None:
    """Return the level that a confidence reaches; the word-level score by itself never reaches `block`."""
    if sure.value >= BLOCK and sure.grammar >= GRAMMAR:
        return "block"
    return "ask" if sure.value >= ASK else None


def evidence_of(sure: Confidence) -> tuple[str, ...]:
    """Return the three strongest cues in words, with their weights."""
    said = {f"cue:{cue.name}": cue.say for cue in cues.cue_book().cues}
    return tuple(f"{said.get(name, name)} (+{part:.1f})" for name, part in sure.cues)


def mentions(seen: Scan) -> tuple[Span, ...]:
    """Return where the person is mentioned: the strongest mention cues, else the first pronoun, clue or words of the text."""
    weights = subjects.weights().features
    order = {cue.name: weights.get(f"cue:{cue.name}", 0.0) for cue in cues.cue_book().cues if cue.mention}
    spans = sorted(
        ((-order[hit.cue], seen.words.span(hit.first, hit.last)) for hit in seen.hits if hit.cue in order),
    )
    kept: list[Span] = []
    for _, (start, end) in spans:
        if len(kept) < _MENTIONS and not any(start < other[1] and other[0] < end for other in kept):
            kept.append((start, end))
    if kept:
        return tuple(sorted(kept))
    first = next((span for word, span in zip(seen.words.lower, seen.words.spans, strict=True) if word in subjects.HE_SHE), None)
    if first is not None:
        return (first,)
    if seen.clues:
        return ((seen.clues[0].start, seen.clues[0].end),)
    return (seen.words.span(0, min(6, len(seen.words.lower))),) if seen.words.lower else ()


Found = tuple[str, str, "Level", Span, "str | None"]


def _direct(seen: Scan, sure: Confidence, level: Level | None, profile: Profile | None) -> Iterator[Found]:
    """Yield names and other identifiers of private persons in a care context."""
    own = frozenset(word for name in profile.names for word in name.lower().split()) if profile else frozenset()
    strict: Level = level or "ask"
    for hit in seen.names if level is not None else ():
        if hit.role == "private" and not set(hit.text.lower().split()) & own:
            yield "confidentiality.direct-identifier", "name", strict, seen.words.span(hit.first, hit.last), None
    for one in seen.identifiers:
        if one.owner == "unknown" and (level is not None or (one.type in _HARD and sure.value >= CARE)):
            yield "confidentiality.direct-identifier", one.type, strict, (one.start, one.end), None


def _situations(situations: tuple[Situation, ...], seen: Scan, draft: Draft, sure: Confidence, level: Level | None) -> Iterator[Found]:
    """Yield live matters and places, searches, and confirmations of a service relation."""
    answer = draft.kind in {"reply", "review-answer"}
    tagged = any(one.type == "handle" and one.owner == "unknown" for one in seen.identifiers)
    named = tagged or any(one.role == "private" for one in seen.names)
    spoken = level is not None
    for one in situations:
        span = (one.start, one.end)
        if one.kind == "search" or (one.kind == "care-search" and sure.value >= CARE):
            yield "confidentiality.searching-clients", "", "block", span, None
        elif one.kind in {"live", "location"} and level is not None:
            yield f"confidentiality.{'live-case' if one.kind == 'live' else 'location-exposure'}", "", level, span, None
        elif one.kind == "named" and named and (spoken or tagged or sure.value >= CARE):
            yield "confidentiality.relationship-disclosure", "", level or "ask", span, None
        elif one.kind == "thanks" and (answer or named):
            yield "confidentiality.relationship-disclosure", "", "block", span, None
        elif one.kind == "addressed" and (answer or (spoken and (named or _speaks_to_one(seen)))):
            yield "confidentiality.relationship-disclosure", "", "block" if answer else level or "ask", span, None


def _speaks_to_one(seen: Scan) -> bool:
    return any(hit.cue in _ADDRESS for hit in seen.hits)


def _trace(sure: Confidence) -> tuple[str, ...]:
    return (
        f"one particular person: {sure.value:.2f} (grammar {sure.grammar:.2f}); "
        + ", ".join(f"{name} {part:+.2f}" for name, part in sure.cues),
    )
