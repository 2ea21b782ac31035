"""From the gate's passages to what the checklist panel shows: findings merged over accounts, grouped under their headings."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from planner.services.headings import HEADINGS, group_of
from planner.ui import words
from planner.ui.components.composer.contract import Answer, Ask, Change, Heading, Hint, Marked, Offer, SourceLink
from planner.ui.frames import utf16_offsets
from planner.ui.pages.composer_marks import whole

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.checklist.report import Finding
    from planner.services.gate import Located, Passage

ALWAYS = ("privacy", "consent", "confidentiality")
REASONS = {
    "quoting": "Quoting something public",
    "own-identity": "It is about myself",
    "name": "A name that may stand here",
    "false-alarm": "The checklist is mistaken",
    "consented": "The person has consented in writing",
    "policy-exception": "Our policy allows it",
    "other": "Another reason",
}
_FIELDS = {"title": "In the title: ", "first_comment": "In the first comment: ", "content_warning": "In the content warning: "}
_OF_A_PERSON = ("confidentiality.client-reference", "confidentiality.quasi-identifier")
_OF_WHOM = " of a particular person."
"""What the heading of a person's card says for all its lines."""
_DISCLAIMER = "claims.missing-disclaimer"
_PIECES = re.compile(r"\w+|\s+|[^\w\s]")
_ORDER = {"block": 0, "ask": 1, "advise": 2}


def marked(text: str, passages: Sequence[Passage], given: Mapping[str, str]) -> tuple[Marked, ...]:
    """Return the findings of all accounts that publish this text, each once, with the browser's offsets."""
    offsets = utf16_offsets(text)
    blocking = {item.finding.fingerprint for passage in passages for item in passage.blocking}
    found: dict[str, Marked] = {}
    for passage in passages:
        for item in passage.findings:
            finding = item.finding
            if finding.level == "advise" and finding.fingerprint in given:
                continue
            found.setdefault(f"{item.field}:{finding.fingerprint}", _mark(text, offsets, item, given.get(finding.fingerprint), blocking))
    waits = not text.strip()  # a page without a word has nothing to mend yet; what is missing stands beside "Done writing"
    limits = [
        _limit(passage, number, len(offsets) - 1) for passage in passages for number in range(0 if waits else len(passage.measure.problems))
    ]
    return gathered(told_once(sorted((*found.values(), *limits), key=lambda one: (one.start, _ORDER[one.level], one.id))))


def told_once(found: Sequence[Marked]) -> tuple[Marked, ...]:
    """Return the findings without the question to think about, or the rewriting of the whole text, that an open one before them shows.

    A draft about one person has half a dozen details: each keeps its own mark, sentence and general word.
    """
    told: set[Ask | Hint | None] = set()
    shown = []
    for one in found:
        question = None if one.question in told else one.question
        suggestion = None if one.suggestion in told else one.suggestion
        shown.append(replace(one, question=question, suggestion=suggestion))
        if not one.cleared:
            told.add(one.suggestion)
            if one.question is not None and not one.question.answers:
                told.add(one.question)
    return tuple(shown)


def gathered(found: Sequence[Marked]) -> tuple[Marked, ...]:
    """Return the findings with a card to share only where there are several of one person."""
    members = Counter(one.card for one in found)
    return tuple(one if members[one.card] > 1 else replace(one, card="") for one in found)


def _card(item: Located, *, open_block: bool) -> str:
    """Return whose card a finding belongs on: what is told of one person in the text, as long as nobody answered for it."""
    finding = item.finding
    return finding.subject or "" if open_block and item.field == "text" and finding.rule in _OF_A_PERSON else ""


def _mark(text: str, offsets: tuple[int, ...], item: Located, answer: str | None, blocking: set[str]) -> Marked:
    finding = item.finding
    inside = item.field == "text"
    start, end = whole(text, finding.start, finding.end) if inside else (0, 0)
    quote, message = _said(text, item)
    hint = finding.suggestion if inside else None
    question = finding.question
    cleared = finding.level == "ask" and answer is not None and finding.fingerprint not in blocking
    cleared = cleared or (finding.level == "block" and finding.fingerprint not in blocking)
    return Marked(
        id=finding.fingerprint,
        group=group_of(finding.rule),
        level=finding.level,
        start=offsets[start],
        end=offsets[end],
        quote=quote,
        message=message,
        why=finding.why,
        source=SourceLink(_source(finding), finding.source.url),
        suggestion=Hint(offsets[hint.start], offsets[hint.end], text[hint.start : hint.end], hint.text, whole=hint.kind == "rewrite")
        if hint
        else None,
        question=Ask(question.text, _answers(finding)) if question else None,
        answer=answer,
        cleared=cleared,
        card=_card(item, open_block=finding.level == "block" and not cleared),
        short=message.removeprefix(f"“{quote}” ").removeprefix("is ").removesuffix(_OF_WHOM),
    )


def said(text: str, item: Located) -> str:
    """Return in words what one finding says, about whole phrases of its text."""
    return _said(text, item)[1]


def _said(text: str, item: Located) -> tuple[str, str]:
    """Return the words that a finding is about, from edge to edge of its phrase, and its sentence with them."""
    finding, quote = item.finding, item.finding.quote
    if item.field == "text" and quote == text[finding.start : finding.end]:
        start, end = whole(text, finding.start, finding.end)
        quote = text[start:end]
    return quote, _FIELDS.get(item.field, "") + finding.message.replace(f"“{finding.quote}”", f"“{quote}”")


def _answers(finding: Finding) -> tuple[Answer, ...]:
    """A block is cleared by other words or a logged exception, never by an answer: its question is there to think about."""
    if finding.question is None or finding.level == "block":
        return ()
    return tuple(Answer(one.key, one.label) for one in finding.question.answers)


def _source(finding: Finding) -> str:
    return finding.source.title + (f" ({finding.source.edition})" if finding.source.edition else "")


def _limit(passage: Passage, number: int, end: int) -> Marked:
    problem = passage.measure.problems[number]
    return Marked(
        id=f"limit:{passage.account.id}:{number}",
        group="limits",
        level="block",
        start=end,
        end=end,
        quote="",
        message=f"{passage.account.title}: {problem.reason}",
        why="The platform would refuse it, or cut it off.",
    )


def headings(found: Sequence[Marked]) -> tuple[Heading, ...]:
    """Return the headings with their state in words: privacy, consent and confidentiality always, the others when they have findings."""
    shown = []
    for key, title in HEADINGS.items():
        mine = [one for one in found if one.group == key]
        if key in ALWAYS or mine:
            open_ones = [one for one in mine if not one.cleared]
            level = min((one.level for one in open_ones), key=_ORDER.__getitem__, default="")
            shown.append(Heading(key, title, _state(open_ones, mine), level))
    return tuple(shown)


def _state(open_ones: Sequence[Marked], mine: Sequence[Marked]) -> str:
    if not open_ones:
        return "answered" if mine else "nothing matched"
    parts = []
    for level, verb in (("block", "block"), ("ask", "ask"), ("advise", "advise")):
        number = sum(one.level == level for one in open_ones)
        if number:
            parts.append(f"{number} {verb}{'s' if number == 1 else ''}")
    return ", ".join(parts)


def verdict(found: Sequence[Marked]) -> Literal["block", "revise", "pass"]:
    """Return what the open findings together mean."""
    levels = {one.level for one in found if not one.cleared}
    return "block" if "block" in levels else "revise" if levels else "pass"


def summary(passages: Sequence[Passage], found: Sequence[Marked], text: str) -> str:
    """Return the sentence at the top of the panel; nothing found is never called safe."""
    if not passages:
        return "Choose an account above: each platform counts and checks the text its own way."
    if not found and not text.strip():
        return "Begin to write: the checklist reads along, on this computer only."
    open_ones = [one for one in found if not one.cleared]
    if not open_ones:
        return "Nothing matched. That is not the same as safe: read it once as somebody it speaks about."
    return f"{words.count(len(open_ones), 'finding')}: {_state(open_ones, open_ones)}."


def remarks(passages: Sequence[Passage]) -> tuple[str, ...]:
    """Return remarks that are no findings: notes, and the anonymity estimate."""
    offered = {passage.account.id for passage in passages if passage.account.facts.disclaimer}
    notes = [
        note.text for passage in passages for note in passage.report.notes if note.kind != _DISCLAIMER or passage.account.id not in offered
    ]
    notes += [passage.report.anonymity.text for passage in passages if passage.report.anonymity]
    return tuple(dict.fromkeys(notes))


def offers(passages: Sequence[Passage], text: str) -> tuple[Offer, ...]:
    """Return each account's own disclaimer, where the text reads like advice and does not say it yet."""
    found: dict[str, Offer] = {}
    for passage in passages:
        own = passage.account.facts.disclaimer.strip()
        about = [note.text for note in passage.report.notes if note.kind == _DISCLAIMER]
        about += [item.finding.message for item in passage.findings if item.finding.rule == _DISCLAIMER]
        if own and about and own not in text:
            found.setdefault(own, Offer(f"disclaimer:{passage.account.id}", about[0], f"Add “{own}”", own))
    return tuple(found.values())


def changes(base: str, own: str) -> tuple[Change, ...]:
    """Return word by word what an account's own version makes of the text for all accounts; nothing when they are the same."""
    if base == own:
        return ()
    before, after = _PIECES.findall(base), _PIECES.findall(own)
    made: list[Change] = []
    for tag, first, last, start, end in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            made.append(Change("same", "".join(before[first:last])))
            continue
        if first < last:
            made.append(Change("out", "".join(before[first:last])))
        if start < end:
            made.append(Change("in", "".join(after[start:end])))
    return tuple(made)
