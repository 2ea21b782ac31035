"""From packs and one reading to the report: every candidate gets its words, level, fingerprint, suggestion and place in line."""

from __future__ import annotations

import hmac
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from planner.checklist import match, questions, rewrite
from planner.checklist.bank import messages
from planner.checklist.reading import Reading
from planner.checklist.report import LEVELS, Draft, Examination, Finding, Note, Report, Suggestion, verdict_of
from planner.checklist.spans import Stretches
from planner.checklist.text import views

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from planner.checklist.report import Candidate, Level, Profile
    from planner.checklist.rule import Packs, Rule, RuleLevel
    from planner.checklist.text import Views

_LOCKED = ("confidentiality.", "safety.suicide-messaging")
_CAUGHT = ("block", "ask")
_SHOWN = 90
_READS_LIKE = "reads-like"
_IDENTIFIER = "confidentiality.direct-identifier"
_PERSON = "confidentiality.client-reference"
OF_NO_CASE = frozenset(f"confidentiality.{name}" for name in ("relationship-disclosure", "searching-clients", "location-exposure"))
"""Rules that hold a draft without a case, too."""


class _Judged(NamedTuple):
    """A candidate with the rule that words it and its final level."""

    candidate: Candidate
    rule: Rule
    level: RuleLevel


def run(
    draft: Draft,
    read: Views,
    examination: Examination,
    *,
    packs: Packs,
    profile: Profile | None = None,
    today: date | None = None,
) -> Report:
    """Run every rule over the draft, join the confidentiality candidates, and word the report."""
    reading = opened(draft, read, examination, packs=packs, profile=profile, today=today)
    trace: list[str] = list(examination.explained)
    judged = _judge(reading, packs, trace)
    judged += [
        _Judged(one, rule, _settled(one.level, rule.id, reading))
        for one in _without_case(list(_believed(examination, reading, trace)), reading, trace)
        if (rule := packs.find(one.rule, one.variant)) is not None
    ]
    judged += _beside(reading, packs)
    kept = _without_doubles(judged)
    notes = [*examination.notes, *(_note(one, reading) for one in kept if one.level == "note")]
    notes += _due(kept, reading)
    shown = sorted((one for one in kept if one.level != "note"), key=_place)
    worded = tuple(_finding(one, reading, f"f{number}") for number, one in enumerate(shown, 1))
    findings = rewrite.without_echoes(rewrite.offered(worded, reading))
    asked = questions.asked(reading, findings, examination.questions)
    return Report(
        id=draft.id,
        verdict=verdict_of(findings),
        findings=findings,
        questions=asked,
        notes=tuple(sorted(notes, key=lambda note: (note.start, note.end, note.kind, note.text))),
        anonymity=examination.anonymity,
        packs={**packs.versions, "digest": packs.digest},
        summary=summary(findings, len([one for one in asked if one.kind != "standing"]), packs),
        explained=tuple(trace),
    )


def opened(
    draft: Draft, read: Views, examination: Examination, *, packs: Packs, profile: Profile | None = None, today: date | None = None
) -> Reading:
    """Return the draft as the rules read it, with what the confidentiality detector has seen in it."""
    reading = Reading(draft, read, profile, today, packs.sieves)
    reading.seen, reading.said, reading.passages = examination.confidence, examination.words, examination.passages
    reading.caught = any(one.level in _CAUGHT for one in examination.candidates)
    reading.named = any(one.rule == _IDENTIFIER for one in examination.candidates)
    return reading


def summary(findings: tuple[Finding, ...], open_questions: int, packs: Packs) -> str:
    """Return the one sentence on top of the report; it never says that a draft is safe."""
    told: dict[str, str] = messages()["summary"]
    if findings:
        counts = [(sum(finding.level == level for finding in findings), told[level]) for level in LEVELS]
        first = told["some"].format(counts=", ".join(f"{count} {word}" for count, word in counts if count))
    else:
        patterns = sum(max(1, len(rule.match)) for rule in packs.rules)
        first = told["none"].format(patterns=patterns, version=max(packs.versions.values(), default="0"), reviewed=packs.reviewed)
    if open_questions == 0:
        return first
    return f"{first} {told['question' if open_questions == 1 else 'questions'].format(count=open_questions)}"


def _judge(reading: Reading, packs: Packs, trace: list[str]) -> list[_Judged]:
    return [
        _Judged(candidate, rule, _settled(level, rule.id, reading))
        for rule in match.worth_trying(packs, reading)
        for candidate, level in match.candidates(rule, reading, trace)
    ]


def _believed(examination: Examination, reading: Reading, trace: list[str]) -> Iterator[Candidate]:
    """Yield the confidentiality candidates without those of side rules (place, search, relation) that the whole draft speaks against.

    What blocks stays, if no served person is seen at least as surely: no cheerful sentence around it may talk it away. Beside one, a
    doubtful place or relation holds nothing that is not held already; alone, a doubtful block is asked about. A name is dropped only
    where another rule has caught the draft already; numbers, addresses and the like always stay.
    """
    person = [LEVELS.index(one.level) for one in examination.candidates if one.rule == _PERSON]
    alone = all(one.rule == _IDENTIFIER for one in examination.candidates)
    for one in examination.candidates:
        beside = any(level <= LEVELS.index(one.level) for level in person)
        doubtful = one.rule not in {_IDENTIFIER, _PERSON} and reading.doubtful(one.rule, one.start, one.end)
        named = one.rule == _IDENTIFIER
        stays = (one.variant != "name" or alone) if named else (one.level == "block" and not (doubtful and beside))
        if one.start < one.end and not stays and ((doubtful and beside) or reading.speaks_against(one.rule)):
            trace.append(f"{one.rule} {one.variant} [{one.start}:{one.end}] the whole draft reads otherwise: drop")
        elif one.start < one.end and doubtful and one.level == "block" and not person:
            trace.append(f"{one.rule} {one.variant} [{one.start}:{one.end}] the whole draft reads otherwise: ask")
            yield replace(one, level="ask")
        else:
            yield one


def _without_case(candidates: list[Candidate], reading: Reading, trace: list[str]) -> list[Candidate]:
    """Return the candidates without mentions of a person where a relation, a search or a place holds the draft as strictly and no case is told.

    Whoever thanks a reviewer, or says that she looks clients up, gives away a relation or a habit; that is what the report should say.
    Details and names stay marked.
    """
    side = [LEVELS.index(one.level) for one in candidates if one.rule in OF_NO_CASE]
    strictest = min((LEVELS.index(one.level) for one in candidates if one.rule == _PERSON), default=len(LEVELS))
    if min(side, default=len(LEVELS)) > strictest:
        return candidates
    told = (one for one in candidates if one.rule == _PERSON and one.start < one.end)  # an alt text has words of its own
    bare = [one for one in told if reading.tells_no_case(_PERSON, one.start, one.end)]
    trace += [f"{one.rule} [{one.start}:{one.end}] another rule holds the draft, and it tells no case: drop" for one in bare]
    return [one for one in candidates if one not in bare]


def _beside(reading: Reading, packs: Packs) -> list[_Judged]:
    """Judge the words that stand outside the text: alt texts, descriptions, the link preview."""
    draft = reading.draft
    told = [words for item in draft.media for words in (item.alt, item.description) if words.strip()] + (
        [draft.link_preview] if draft.link_preview.strip() else []
    )
    end = len(draft.text)
    judged = []
    for words in dict.fromkeys(told):
        part = Reading(
            replace(draft, text=words, media=(), link_preview="", location="", kind="alt-text"),
            views(words),
            reading.profile,
            reading.today,
            packs.sieves,
        )
        for rule in packs.rules:
            if rule.match and rule.pack != "accessibility" and match.applies(rule, part):
                judged += [
                    _Judged(replace(candidate, start=end, end=end), rule, _settled(level, rule.id, reading))
                    for candidate, level in match.candidates(rule, part)
                ]
    return judged


def _settled(level: RuleLevel, rule: str, reading: Reading) -> RuleLevel:
    """Apply the account's settings: any level may be raised; confidentiality and suicide rules are never lowered."""
    profile = reading.profile
    wanted = profile.raised.get(rule)
    if wanted is not None and LEVELS.index(wanted) < (LEVELS.index(level) if level != "note" else len(LEVELS)):
        return wanted
    if rule in profile.lowered and level != "block" and not rule.startswith(_LOCKED):
        return match.lowered(level) or "note"
    return level


def _without_doubles(judged: list[_Judged]) -> list[_Judged]:
    """Keep one finding per rule and place: the strictest, then the longest; confidentiality spans may overlap."""
    strict = {"block": 0, "ask": 1, "advise": 2, "note": 3}
    taken: dict[str, _Taken] = defaultdict(_Taken)
    judged = [one for one in judged if one.rule.plugin != _READS_LIKE or not _told_otherwise(one, judged, strict)]
    order = sorted(
        judged,
        key=lambda one: (strict[one.level], one.candidate.start - one.candidate.end, one.candidate.start, one.rule.id, one.rule.variant),
    )
    return [one for one in order if taken[one.rule.id].take(one)]


class _Taken:
    """The places of one rule's findings, in order. Those of a confidentiality rule may overlap; all others stand apart."""

    def __init__(self) -> None:
        """Begin with none."""
        self._places: set[tuple[int, int, str]] = set()
        self._stretches = Stretches()

    def take(self, one: _Judged) -> bool:
        """Take a finding's place unless it is taken; what stands beside the text has no words, so there the variant tells."""
        here = one.candidate
        place = (here.start, here.end, "" if here.start < here.end else one.rule.variant)
        if place in self._places or not (here.rule.startswith("confidentiality.") or self._stretches.take(here.start, here.end)):
            return False
        self._places.add(place)
        return True


def _told_otherwise(scored: _Judged, judged: list[_Judged], strict: dict[str, int]) -> bool:
    """Tell whether a pattern says the same as a word score at least as strictly, or another word score says it more strictly."""
    return any(
        one.rule.id == scored.rule.id and strict[one.level] < strict[scored.level] + (one.rule.plugin != _READS_LIKE) for one in judged
    )


def _place(judged: _Judged) -> tuple[int, int, str, str]:
    """Return what findings stand in order by."""
    return judged.candidate.start, judged.candidate.end, judged.rule.id, judged.candidate.variant


def _finding(judged: _Judged, reading: Reading, name: str) -> Finding:
    candidate, rule = judged.candidate, judged.rule
    level: Level = judged.level if judged.level != "note" else "advise"
    quote = reading.draft.text[candidate.start : candidate.end]
    fields = {"quote": quote, **candidate.fields}
    return Finding(
        id=name,
        rule=rule.id,
        variant=candidate.variant,
        level=level,
        fingerprint=_fingerprint(judged, reading),
        start=candidate.start,
        end=candidate.end,
        quote=quote,
        message=_filled(rule.message, fields),
        why=_filled(rule.why, fields),
        source=rule.source,
        suggestion=candidate.suggestion or _suggestion(rule, candidate, reading),
        question=rule.question and replace(rule.question, text=_filled(rule.question.text, fields)),
        subject=candidate.subject,
        clue=candidate.clue,
        evidence=candidate.evidence,
    )


def _note(judged: _Judged, reading: Reading) -> Note:
    candidate = judged.candidate
    fields = {"quote": reading.draft.text[candidate.start : candidate.end], **candidate.fields}
    return Note(judged.rule.id, _filled(judged.rule.message, fields), candidate.start, candidate.end)


def _due(kept: list[_Judged], reading: Reading) -> list[Note]:
    """Return one note per rule that has fired and whose review is overdue on the day of the check."""
    today, end = reading.today, len(reading.draft.text)
    overdue = {one.rule.id for one in kept if today is not None and one.rule.review_after is not None and one.rule.review_after < today}
    return [Note("review-due", messages()["notes"]["review_due"].replace("{rule}", rule), end, end) for rule in sorted(overdue)]


def _filled(text: str, fields: dict[str, str]) -> str:
    for name, value in fields.items():
        words = " ".join(value.split())
        text = text.replace("{" + name + "}", words if len(words) <= _SHOWN else words[: _SHOWN - 1].rstrip() + "…")
    return text


def _suggestion(rule: Rule, candidate: Candidate, reading: Reading) -> Suggestion | None:
    """Return the rule's own offer for these words; outside the text nothing can be replaced by a click."""
    offer = rule.offer
    if offer is None:
        return None
    end = len(reading.draft.text)
    if offer.kind == "insert":
        return Suggestion("insert", end, end, offer.texts.get("*", ""))
    if candidate.start == candidate.end:
        return None
    words = " ".join(candidate.fields.get("quote", "").lower().split())
    text = "" if offer.kind == "delete" else offer.texts.get(words, offer.texts.get("*"))
    if text is None:
        return None
    quote = reading.draft.text[candidate.start : candidate.end]
    if quote[:1].isupper() and text[:1].islower() and (quote[1:2].islower() or _begins(reading, candidate.start)):
        text = text[0].upper() + text[1:]
    return Suggestion(offer.kind, candidate.start, candidate.end, text)


def _begins(reading: Reading, start: int) -> bool:
    return reading.draft.text[:start].rstrip()[-1:] in {"", ".", "!", "?", "\n"}


def _fingerprint(judged: _Judged, reading: Reading) -> str:
    """Name the finding without telling its words; it survives edits of other sentences, not of its own."""
    hit = reading.hit(judged.candidate.start, judged.candidate.end)
    place = (hit.words, reading.sentence(hit)) if hit.words else (judged.candidate.fields.get("quote", ""), "")
    parts = (judged.rule.id, judged.candidate.variant, str(judged.rule.revision), *place)
    return hmac.digest(reading.profile.key, "\0".join(parts).encode("utf-8", "surrogatepass"), "sha256").hex()[:32]
