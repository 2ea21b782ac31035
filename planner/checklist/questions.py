"""The questions that only a human can answer: standing ones, those of topics, and those of the confidentiality detector."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.checklist import topics
from planner.checklist.bank import messages
from planner.checklist.report import Answer, Question

if TYPE_CHECKING:
    from planner.checklist.reading import Reading
    from planner.checklist.report import Finding

_MOST = 3
_COVERED = {
    "suicide": ("safety.suicide-messaging",),
    "eating": ("safety.eating-disorder-detail",),
    "health": ("claims.individual-advice", "claims.misinformation"),
    "service": ("claims.outcome-guarantee",),
    "contact": ("boundaries.private-contact",),
    "story": ("confidentiality.client-reference",),
    "politics": ("advocacy.electioneering",),
}


def asked(reading: Reading, findings: tuple[Finding, ...], examined: tuple[Question, ...]) -> tuple[Question, ...]:
    """Return the questions of the report, at most three of them from topics, none twice."""
    fired = {finding.rule for finding in findings}
    of_topics = [one for one in _of_topics(reading, fired) if one.id not in {question.id for question in examined}]
    return (*_standing(), *examined, *of_topics[: max(0, _MOST - len(examined))])


def _standing() -> tuple[Question, ...]:
    return tuple(
        Question(id=f"standing/{key}", text=row["text"], kind="standing", answers=tuple(Answer(**answer) for answer in row["answers"]))
        for key, row in messages()["standing"].items()
    )


def _of_topics(reading: Reading, fired: set[str]) -> list[Question]:
    """Ask for a topic when it is touched in the way that matters and no finding has asked about it already."""
    answers = (Answer("no", "No", "clear"), Answer("yes", "Yes", "keep"))
    found = []
    for topic in topics.every():
        if not topic.question or fired & set(_COVERED.get(topic.name, ())):
            continue
        if topic.name == "picture":
            wanted = bool(reading.draft.media)
        else:
            wanted = topic.name in reading.topics and any(reading.holds(pattern, "words") for pattern in topic.asks_when)
        if wanted:
            found.append(Question(id=f"topic/{topic.name}", text=topic.question, kind="topic", answers=answers))
    return found
