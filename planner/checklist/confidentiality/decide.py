"""Turns what was seen in a text into confidentiality findings: which rule, which words, which level."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from planner.checklist.bank import lexicon
from planner.checklist.confidentiality import cues, details, identifiers, live_case, marks, passages, replies, subjects
from planner.checklist.confidentiality.lists import name_lists, tells_somebody
from planner.checklist.spans import Stretches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.checklist.confidentiality.live_case import Situation
    from planner.checklist.confidentiality.subjects import Confidence, Scan
    from planner.checklist.report import Draft, Level, Profile

    Span = tuple[int, int]

BLOCK = 0.75
ASK = 0.5
CARE = 0.3
GRAMMAR = 0.1
_MENTIONS = 3
_OPENING = 6
_BESIDE = 120
"""How far from words of a service a name may stand to be the name of whom they are about."""
_HARD = frozenset({"ssn", "card", "iban", "record", "license", "plate", "birth", "device"})
_SOLID = _HARD | {"phone", "email", "handle", "postcode", "ip"}
"""Identifiers that need no weighing where a served person is spoken of."""
_TITLES = frozenset({"mr", "mrs", "ms", "miss"})
_OUTRIGHT = "plain-statement"
_NOT_MEANT = frozenset({"fiction", "fiction-strong", "boundary-speech", "never-post", "own-story", "published", "quoted-start"})
_DIRECT = "confidentiality.direct-identifier"
_RELATION = "confidentiality.relationship-disclosure"
_BONDS = {"relation": _RELATION, "place": "confidentiality.location-exposure", "search": "confidentiality.searching-clients"}
_ADDRESS = frozenset({"cue:address-care", "cue:reply-to-named"})


class Found(NamedTuple):
    """One finding on the folded view, before it gets its words."""

    rule: str
    variant: str
    level: Level
    start: int
    end: int
    clue: str | None = None
    weight: float | None = None
    """How much its words speak for being a detail of a person, of a detail; None of anything else."""


def level_of(sure: Confidence) -> Level | None:
    """Return the level that a confidence reaches; the word-level score by itself never reaches `block`."""
    if sure.value >= BLOCK and sure.grammar >= GRAMMAR:
        return "block"
    return "ask" if sure.value >= ASK else None


def at_least(level: Level | None, seen: Scan, sure: Confidence) -> Level | None:
    """Return `block` where the writer says outright that there is one served person: no weighing of words may talk that away.

    Thanks to somebody in a role outside the service are about nobody served. People beside a court, panel or review that decides about
    them are asked about.
    """
    said = {hit.cue for hit in seen.hits}
    if _OUTRIGHT in said and not said & _NOT_MEANT and not sure.releases:
        return "block"
    if replies.thanks_in_role(seen):
        return None
    if level is None and not said & _NOT_MEANT and not sure.releases and live_case.in_proceedings(seen.words.text):
        return "ask"
    return level


def evidence_of(sure: Confidence) -> tuple[str, ...]:
    """Return the three strongest cues in words, with their weights."""
    return tuple(f"{label(name)} (+{part:.1f})" for name, part in sure.cues)


def read_like_detail(one: Found) -> tuple[str, ...]:
    """Return in words how much the words of a detail that no pattern has found speak for being one; nothing for any other finding."""
    return (f"{label('detail')} ({one.weight:+.1f})",) if one.weight is not None and one.clue is None else ()


def label(sign: str) -> str:
    """Return what a sign is called in plain words: `who:kin:served:past` -> a relative of a served person, in the past tense."""
    told = lexicon("evidence")
    plain = _said().get(sign) or told["whole"].get(sign)
    if plain is not None:
        return str(plain)
    parts, people, how = told["parts"], told["who"], told["how"]
    *first, last = sign.split(":")
    words = [people.get(part) or parts.get(part, part) for part in first]
    ending = f", {how[last]}" if last in how and len(first) > 1 else f" {people.get(last) or parts.get(last, last)}"
    return (" ".join(filter(None, words)) + ending).strip()


@cache
def _said() -> dict[str, str]:
    return {f"cue:{cue.name}": cue.say for cue in cues.cue_book().cues}


def findings(
    seen: Scan, draft: Draft, sure: Confidence, level: Level | None, profile: Profile | None, left_out: list[Found] | None = None
) -> tuple[Found, ...]:
    """Return the findings of one text, level None meaning that no particular served person was seen.

    Details that a pattern has found but whose words speak against it are added to `left_out`.
    """
    shapes = tuple(_shapes(seen, draft, sure, level))
    situations = (*shapes, *_situations(live_case.find(seen.words.text, _wanted(draft, level)), seen, draft, sure, level))
    confirmed = {one.level for one in situations if one.rule == _RELATION}
    named: Level | None = "block" if "block" in {level, *(one.level for one in shapes if one.rule == _RELATION)} else level
    named = named or ("ask" if confirmed else None)
    direct = list(_direct(seen, sure, named))
    if named is not None:
        taken = Stretches((one.start, one.end) for one in direct)
        weighed = _weighed(seen, draft, named, profile, answered=bool(confirmed))
        direct += [one for one in weighed if not taken.meets(one.start, one.end)]
    found = [*direct, *_strongest(situations)]
    if level is not None:
        spans = sure.passages if level == level_of(sure) else ()
        mentioned = mentions(passages.within(seen, spans))
        found += [Found("confidentiality.client-reference", "", level, start, end) for start, end in mentioned]
        for clue, weight in details.find(seen, mentioned, spans):
            one = Found("confidentiality.quasi-identifier", clue.kind, level, clue.start, clue.end, clue.kind or None, weight)
            if weight >= details.BOUNDS.doubtful:
                found.append(one)
            elif left_out is not None:
                left_out.append(one)
    return tuple(found)


def _shapes(seen: Scan, draft: Draft, sure: Confidence, level: Level | None) -> Iterator[Found]:
    """Yield what the shape of an answer, a greeting or a report confirms, unless the draft says that it is about nobody."""
    if sure.releases or {hit.cue for hit in seen.hits} & _NOT_MEANT:
        return
    for one in replies.find(seen, draft, person=level is not None):
        yield Found(_BONDS[one.bond], "", one.level, one.start, one.end)


def _strongest(found: tuple[Found, ...]) -> Iterator[Found]:
    """Return the findings without those that a stricter or earlier one of the same rule overlaps."""
    taken: defaultdict[str, Stretches] = defaultdict(Stretches)
    return (one for one in sorted(found, key=lambda each: each.level != "block") if taken[one.rule].take(one.start, one.end))


def _wanted(draft: Draft, level: Level | None) -> frozenset[str]:
    """Return the situations that can matter: live and addressed ones only where a served person or an answer is in sight."""
    if level is not None:
        return live_case.KINDS
    answer = draft.kind in {"reply", "review-answer"}
    return live_case.KINDS - {"live", "location"} - (frozenset() if answer else frozenset({"addressed"}))


def mentions(seen: Scan) -> tuple[Span, ...]:
    """Return where the person is mentioned: the strongest mention cues, else the first pronoun, clue or words of the text."""
    weights = subjects.weights().features
    order = {cue.name: weights.get(f"cue:{cue.name}", 0.0) for cue in cues.cue_book().cues if cue.mention}
    ranked = sorted((-order[hit.cue], seen.words.span(hit.first, hit.last)) for hit in seen.hits if hit.cue in order)
    taken = Stretches()
    kept = list(islice((span for _, span in ranked if taken.take(*span)), _MENTIONS))
    if kept:
        return tuple(sorted(kept))
    pronoun = next((span for word, span in zip(seen.words.lower, seen.words.spans, strict=True) if word in subjects.HE_SHE), None)
    if pronoun is not None:
        return (pronoun,)
    if seen.clues:
        return ((seen.clues[0].start, seen.clues[0].end),)
    return (seen.words.span(0, min(_OPENING, len(seen.words.lower))),) if seen.words.lower else ()


def _direct(seen: Scan, sure: Confidence, level: Level | None) -> Iterator[Found]:
    """Yield identifiers of private persons in a care context that need no weighing, and file names."""
    sought = _SOLID if level is not None else _HARD if sure.value >= CARE else frozenset()
    for one in seen.identifiers:
        if one.owner == "unknown" and one.type == "file":
            yield from _file(one, level)
        elif one.owner == "unknown" and one.type in sought:
            yield Found(_DIRECT, one.type, level or "ask", one.start, one.end)


def _weighed(seen: Scan, draft: Draft, level: Level, profile: Profile | None, *, answered: bool) -> Iterator[Found]:
    """Yield names and other marks of served persons; with `answered` (a service is confirmed) whoever is named or spoken to as well.

    Declared pseudonyms and the account's own names are none.
    """
    own = frozenset(word for name in profile.names for word in name.lower().split()) if profile else frozenset()
    masked = replies.invented_name(seen.words.text)
    found = [(one.kind, one.start, one.end) for one in marks.find(seen, draft)]
    if answered:
        taken = Stretches((start, end) for _, start, end in found)
        found += [("name", *span) for span in replies.people(seen) if not taken.meets(*span)]
    for kind, start, end in found:
        said = seen.words.text[start:end].lower().split()
        if not (masked and kind == "name" and len(said) == 1) and own.isdisjoint(said):
            yield Found(_DIRECT, kind, level, start, end)


def _file(one: identifiers.Identifier, level: Level | None) -> Iterator[Found]:
    """A file name in the text identifies by a title or a given name in it; beside a served person by any uncommon word."""
    lists = name_lists()
    parts = set(identifiers.parts_of_file_name(one.text))
    beside = level is not None and (tells_somebody(parts) or not subjects.CARE_WORDS.isdisjoint(parts))
    if beside or parts & _TITLES or any(part in lists.given and part not in lists.words for part in parts):
        strict: Level = "block" if subjects.CARE_WORDS & parts else level or "ask"
        yield Found(_DIRECT, "file", strict, one.start, one.end)


def _situations(situations: tuple[Situation, ...], seen: Scan, draft: Draft, sure: Confidence, level: Level | None) -> Iterator[Found]:
    """Yield live matters and places, searches, and confirmations of a service relation."""
    tagged = any(one.type == "handle" and one.owner == "unknown" for one in seen.identifiers)
    for one in situations:
        if one.kind == "search" or (one.kind == "care-search" and sure.value >= CARE):
            yield Found("confidentiality.searching-clients", "", "block", one.start, one.end)
        elif one.kind in {"live", "location"}:
            rule = "confidentiality.live-case" if one.kind == "live" else "confidentiality.location-exposure"
            yield Found(rule, "", level or "ask", one.start, one.end)
        elif level is not None or not replies.of_others(seen.words.text, one.start, one.end):
            strict = _relation_level(one, seen, draft, sure, level, tagged=tagged)
            if strict is not None:
                yield Found("confidentiality.relationship-disclosure", "", strict, one.start, one.end)


def _relation_level(one: Situation, seen: Scan, draft: Draft, sure: Confidence, level: Level | None, *, tagged: bool) -> Level | None:
    """Return the level of words that confirm a service relation, None if they are about nobody in particular."""
    answer = draft.kind in {"reply", "review-answer"}
    private = [seen.words.span(hit.first, hit.last) for hit in seen.names if hit.role == "private"]
    named = tagged or bool(private)
    if one.kind == "thanks":
        return "block" if answer or named else None
    if one.kind == "named":
        beside = tagged or any(start < one.end + _BESIDE and one.start < end + _BESIDE for start, end in private)
        return (level or "ask") if beside and (level is not None or tagged or sure.value >= CARE) else None
    if answer:
        return "block"
    spoken_to = named or any(f"cue:{hit.cue}" in _ADDRESS for hit in seen.hits)
    return level if spoken_to else None
