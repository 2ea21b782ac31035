"""Examines one draft as a whole: its text, what stands beside it, how few people fit, and what older posts have told."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from planner.checklist.bank import lexicon
from planner.checklist.confidentiality import anonymity, decide, identifiers, mosaic, names, places, subjects
from planner.checklist.confidentiality.lists import name_lists
from planner.checklist.confidentiality.words import without_capitals
from planner.checklist.report import Answer, Candidate, Examination, Question
from planner.checklist.text import views as views_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from planner.checklist.confidentiality.places import Place
    from planner.checklist.confidentiality.subjects import Confidence, Scan
    from planner.checklist.report import Anonymity, Draft, LedgerEntry, Level, MediaItem, Profile
    from planner.checklist.text import Views

SUBJECT = "s1"
POSSIBLE = 0.2


def examine(draft: Draft, views: Views, profile: Profile | None, ledger: Sequence[LedgerEntry] | None) -> Examination:
    """Examine one draft and return the confidentiality candidates with raw offsets.

    Args:
        draft: the text with its circumstances.
        views: the views of `draft.text`.
        profile: what belongs to the account itself; None knows nothing of it.
        ledger: what older posts of the account have told already; None or empty means nothing.
    """
    seen = subjects.scan(views.folded.text, profile)
    sure = subjects.confidence(seen, draft)
    level = decide.at_least(decide.level_of(sure), seen, sure)
    counted, note = anonymity.assess(seen, profile) if sure.value >= POSSIBLE else (None, None)
    if level is None and counted is not None and counted.high < mosaic.CROWD and not sure.releases:
        level = "ask"
    evidence = decide.evidence_of(sure)
    left_out: list[decide.Found] = []
    candidates = [
        Candidate(
            one.rule,
            one.variant,
            one.level,
            *views.folded.to_raw(one.start, one.end),
            subject=SUBJECT,
            clue=one.clue,
            evidence=(*decide.read_like_detail(one), *evidence),
        )
        for one in decide.findings(seen, draft, sure, level, profile, left_out)
    ]
    if sure.value >= POSSIBLE:
        joined = list(_joined(seen, views, ledger or (), evidence, _pinned(draft, profile)))
        candidates += joined or _beside_profile(seen, views, evidence, profile)
    candidates += _beside(draft, level, profile)
    return Examination(
        candidates=tuple(candidates),
        anonymity=counted,
        questions=tuple(_questions(sure, level)),
        notes=(note,) if note is not None and level is not None else (),
        explained=(_trace(sure, counted, views), *(_dropped(one, views) for one in left_out)),
        confidence=sure.value,
        words=seen.words.lower,
        passages=sure.parts,
    )


def remember(
    draft: Draft, views: Views, profile: Profile | None, ledger: Sequence[LedgerEntry] | None, *, day: str, key: bytes
) -> tuple[LedgerEntry, ...]:
    """Return what the post tells of one person, for the mosaic check of later posts; none when it speaks of nobody in particular.

    A post that joins with older ones speaks of their person; any other one speaks of a person of its own.
    """
    seen = subjects.scan(views.folded.text, profile)
    if subjects.confidence(seen, draft).value < POSSIBLE:
        return ()
    older = mosaic.join(seen, ledger or (), pinned=_pinned(draft, profile))
    person = older.entries[0].subject if older is not None else draft.id
    return mosaic.remember(seen, post_id=draft.id, date=day, subject=person, key=key, location=draft.location)


def _pinned(draft: Draft, profile: Profile | None) -> str:
    """Return the places that stand outside the text: the draft's location tag and the account's own town."""
    home = _home(profile)
    return "\n".join(place for place in (draft.location, f"{home.name}, {home.area}" if home else "") if place)


def _home(profile: Profile | None) -> Place | None:
    return places.home(profile.town, profile.employer) if profile else None


def personal_details(text: str, profile: Profile | None = None) -> tuple[tuple[int, int, str], ...]:
    """Return every name, place and identifier of `text` as (start, end, type) in raw offsets, whatever it speaks of."""
    views = views_of(text)
    seen = subjects.scan(views.folded.text, profile)
    listed = {(hit.start, hit.end) for hit in seen.places}
    least = names.POSSIBLE_SMALL if without_capitals(seen.words) else names.POSSIBLE
    named = [(seen.words.span(hit.first, hit.last), hit.confidence) for hit in names.find(seen.words, least)]
    found = [(*span, "name") for span, sureness in named if sureness >= names.SURE or span not in listed]
    found += [(hit.start, hit.end, hit.kind) for hit in seen.places]
    found += [(one.start, one.end, one.type) for one in seen.identifiers]
    return tuple(sorted((*views.folded.to_raw(start, end), kind) for start, end, kind in found))


@cache
def _question_rows() -> dict[str, Question]:
    table = lexicon("situations")["questions"]
    return {
        name: Question(f"confidentiality/{name}", row["text"], "topic", tuple(Answer(**answer) for answer in row["answers"]))
        for name, row in table.items()
    }


def _questions(sure: Confidence, level: Level | None) -> Iterator[Question]:
    if "written-consent" in sure.releases:
        yield _question_rows()["consent"]
    elif level is None and sure.value >= POSSIBLE:
        yield _question_rows()["person"]


def _joined(seen: Scan, views: Views, ledger: Sequence[LedgerEntry], evidence: tuple[str, ...], pinned: str) -> Iterator[Candidate]:
    found = mosaic.join(seen, ledger, pinned=pinned)
    if found is None:
        return
    told = {"posts": mosaic.posts(found.entries)}
    for start, end in found.spans:
        yield Candidate(
            "confidentiality.mosaic",
            "refers-back" if found.refers_back else "",
            "block" if found.refers_back or found.few else "ask",
            *views.folded.to_raw(start, end),
            subject=SUBJECT,
            evidence=evidence,
            fields=told,
        )


def _beside_profile(seen: Scan, views: Views, evidence: tuple[str, ...], profile: Profile | None) -> Iterator[Candidate]:
    """Yield the details that become telling beside the town and the employer of the account's own bio."""
    told = {"posts": ", ".join(part for part in (profile.town, profile.employer) if part) if profile else ""}
    for start, end in mosaic.beside_profile(seen, _home(profile)):
        yield Candidate(
            "confidentiality.mosaic", "profile", "ask", *views.folded.to_raw(start, end), subject=SUBJECT, evidence=evidence, fields=told
        )


def _beside(draft: Draft, level: Level | None, profile: Profile | None) -> Iterator[Candidate]:
    """Yield what stands outside the text, all placed at its end: descriptions, alt texts, file names, link preview, location tag."""
    end = len(draft.text)
    texts = [text for item in draft.media for text in (item.alt, item.description)] + [draft.link_preview]
    for text in dict.fromkeys(text for text in texts if text.strip()):
        yield from _of_text(replace(draft, text=text, kind="alt-text", media=(), link_preview="", location=""), end, level, profile)
    for item in draft.media:
        found = file_level(item, level)
        if found is not None:
            yield Candidate("confidentiality.direct-identifier", "file", found, end, end, subject=SUBJECT)
    if level is not None and (draft.location.strip() or any(item.has_gps for item in draft.media)):
        yield Candidate("confidentiality.location-exposure", "", level, end, end, subject=SUBJECT)


def _of_text(draft: Draft, end: int, level: Level | None, profile: Profile | None) -> Iterator[Candidate]:
    views = views_of(draft.text)
    seen = subjects.scan(views.folded.text, profile)
    sure = subjects.confidence(seen, draft)
    own = decide.level_of(sure) or level
    once = {
        (one.rule, one.variant, one.level): one
        for one in decide.findings(seen, draft, sure, own, profile)
        if own is not None or one.level == "block"
    }
    for one in once.values():
        yield Candidate(one.rule, one.variant, one.level, end, end, subject=SUBJECT, clue=one.clue, evidence=decide.evidence_of(sure))


def file_level(item: MediaItem, level: Level | None) -> Level | None:
    """Return the level of a media file name: a given name in it identifies, and with a care word or a served person in the text it blocks."""
    lists = name_lists()
    parts = tuple(identifiers.parts_of_file_name(item.name))
    if not any(part in lists.given and part not in lists.words for part in parts):
        return None
    return "block" if level is not None or subjects.CARE_WORDS & set(parts) else "ask"


def _dropped(one: decide.Found, views: Views) -> str:
    start, end = views.folded.to_raw(one.start, one.end)
    return f"{one.rule} {one.variant} [{start}:{end}] its words read like no detail of a person ({one.weight:+.1f}): drop"


def _trace(sure: Confidence, counted: Anonymity | None, views: Views) -> str:
    told = ", ".join(f"{decide.label(name)} {part:+.2f}" for name, part in sure.cues)
    said = "".join(f"; says {name}" for name in sorted(sure.releases))
    crowd = "" if counted is None else f"; about {counted.k:.0f} people fit ({counted.low:.0f}-{counted.high:.0f})"
    spans = [views.folded.to_raw(*span) for span in sure.passages]
    where = f"; most in letters {', '.join(f'{start}-{end}' for start, end in spans)}" if spans else ""
    return f"one particular person: {sure.value:.2f} (grammar {sure.grammar:.2f}): {told}{where}{said}{crowd}"
