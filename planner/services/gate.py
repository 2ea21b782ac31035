"""The one gate that every draft passes: checklist, answers, overrides and the platform's own limits, for one account."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from connectors.base import Problem
from planner.checklist.report import Draft, MediaItem, Profile
from planner.domain.errors import Blocked, Unanswered
from planner.domain.making import quickly
from planner.domain.review import READERS, missing_ticks, override_counts
from planner.domain.schedule import local_wall
from planner.domain.withheld import Withheld
from planner.services import campaign_gate, render
from planner.services.beside import record_of
from planner.services.consents import problem_of
from planner.services.headings import named
from planner.services.shelf import Shelf

if TYPE_CHECKING:
    from datetime import datetime

    from connectors.base import Measure
    from planner.checklist.report import Finding, LedgerEntry, Question, Record, Report
    from planner.domain.account import Account
    from planner.domain.post import Content, Post
    from planner.domain.review import AnswerGiven, Override
    from planner.ports import Checker, Platforms, Transaction

TICK = "reader:"
YES, NO = "yes", "no"
DISMISSED = "dismissed"
STORY = "confidentiality.story"
NAMED = "It names the person behind this pseudonym. Take the name out, or end the pseudonym on the account's Bio."
_BY_ITSELF = ("confidentiality.", "boundaries.", "tone.")
"""What words in another part of a thread cannot excuse: each part is a post that can be passed on alone. A source or a crisis line
belongs to the whole thread."""

_REMEMBERED = timedelta(days=2 * 365)


@dataclass(frozen=True, slots=True)
class Located:
    """A finding and the field it stands in (`text`, `title`, `first_comment`, `content_warning`)."""

    field: str
    finding: Finding


@dataclass(frozen=True, slots=True)
class Passage:
    """What the gate says about one variant. `open` holds what still stops it: blocks, unanswered asks, questions, ticks, limits.

    `story` is the sentence that stops a story without a consent that holds, or nothing.
    """

    account: Account
    content: str
    report: Report
    findings: tuple[Located, ...]
    blocking: tuple[Located, ...]
    unanswered: tuple[Located, ...]
    questions: tuple[Question, ...]
    open_questions: tuple[Question, ...]
    ticks: frozenset[str]
    missing_ticks: tuple[str, ...]
    measure: Measure
    overrides: tuple[Override, ...]
    story: str = ""

    @property
    def clear(self) -> bool:
        """Return whether nothing stops this variant any more."""
        return not (self.blocking or self.unanswered or self.open_questions or self.missing_ticks or self.measure.problems or self.story)


_draft, _profile, _passage = quickly(Draft), quickly(Profile), quickly(Passage)
"""One of each is made for every look at a post, also right before it is sent."""


def profile_of(account: Account) -> Profile:
    """Return what the checklist may take for the account's own and public."""
    facts = account.facts
    return _profile(
        names=(account.owner, *facts.names),
        phones=facts.phones,
        emails=facts.emails,
        domains=facts.domains,
        addresses=facts.addresses,
        handles=(account.handle,),
        town=facts.town,
        employer=facts.employer,
        credential_line=facts.credential_line,
    )


def draft_of(post: Post, account: Account, content: Content, record: Record | None = None) -> Draft:
    """Return the draft that is checked for this account, with what stands beside it."""
    media = tuple(
        MediaItem(kind="video" if ref.mime.startswith("video/") else "image", name=ref.name, alt=ref.alt, decorative=bool(ref.waiver))
        for ref in content.media
    )
    return _draft(
        id=post.id,
        text=content.text,
        author=account.author or None,  # type: ignore[arg-type]  # validated when the account is saved
        platform=account.platform,
        country=account.countries[0],
        org_type=account.org_type,
        post_type=post.type,
        media=media,
        account=account.handle,
        link_preview=" ".join(filter(None, (content.link.title, content.link.description))) if content.link else "",
        record=record,
    )


class Gate:
    """Checks a post for an account with today's rules and what people have answered and overridden."""

    def __init__(self, checker: Checker, platforms: Platforms, shelf: Shelf | None = None) -> None:
        """Take the checklist, the connector floor, and what the content bank came with."""
        self._checker = checker
        self._platforms = platforms
        self._shelf = shelf or Shelf()

    def examine(self, tx: Transaction, post: Post, account: Account, now: datetime, record: Record | None = None) -> Passage:
        """Return what the gate says about the post on this account; `record` stands beside a post that is not stored yet."""
        content = post.content_for(account.id)
        told = record or record_of(tx, post, content, self._shelf, now.date())
        draft = draft_of(post, account, content, told)
        profile = campaign_gate.informed(tx, profile_of(account), now.date(), post)
        report, findings, questions = self._findings(draft, content, profile, _told_before(tx, post, account, now))
        questions = (*questions, *campaign_gate.questions(tx, post, content))
        answers, digest = tx.reviews.answers(post.id), content.digest
        given = {answer.subject: answer for answer in answers if answer.content == digest}
        by_finding = {answer.subject: answer for answer in answers}
        overrides = tx.reviews.overrides(post.id)
        ticks = frozenset([reader for reader in READERS if TICK + reader in given and given[TICK + reader].key == YES])
        left = tuple([item for item in findings if not _overridden(item.finding, overrides, now)])
        connector = self._platforms.planner_view(account.platform, account.mode, account.settings)
        return _passage(
            account=account,
            content=digest,
            report=report,
            findings=findings,
            blocking=tuple([item for item in left if _blocks(item.finding, by_finding)]),
            unanswered=tuple([item for item in left if item.finding.level == "ask" and item.finding.fingerprint not in by_finding]),
            questions=questions,
            open_questions=tuple(
                [question for question in questions if question.kind != "finding" and question.answers and question.id not in given]
            ),
            ticks=ticks,
            missing_ticks=missing_ticks(ticks),
            measure=_measured(
                connector.measure(render.post(tx, post, account)),
                (*campaign_gate.problems(tx, post, content), *_own_name(account, content)),
            ),
            overrides=overrides,
            story=problem_of(tx, post, now.date()),
        )

    def remember(self, tx: Transaction, post: Post, account: Account, due: datetime) -> None:
        """Keep what the post tells of a person, so that a later draft of the account is read beside it."""
        content = post.content_for(account.id)
        words = "\n".join(part for part in (content.title, content.text, content.first_comment) if part)
        draft = replace(draft_of(post, account, content), text=words)
        day = local_wall(due, account.zone).day
        told = self._checker.remember(draft, day=day, profile=profile_of(account), ledger=_told_before(tx, post, account, due))
        tx.ledgers.replace(account.id, post.id, told)

    def _findings(
        self, draft: Draft, content: Content, profile: Profile, ledger: tuple[LedgerEntry, ...]
    ) -> tuple[Report, tuple[Located, ...], tuple[Question, ...]]:
        """Check the text, then every other field that a reader sees by the same rules; a question is asked once."""
        report = self._checker.check(draft, profile=profile, ledger=ledger)
        found = [Located("text", finding) for finding in report.findings]
        found += self._parts_alone(draft, content, profile, ledger, frozenset(finding.fingerprint for finding in report.findings))
        questions = {question.id: question for question in report.questions}
        for field in ("title", "first_comment", "content_warning"):
            words = getattr(content, field)
            if words:
                alone = replace(draft, text=words, post_type=None, media=(), link_preview="", record=None)
                extra = self._checker.check(alone, profile=profile, ledger=ledger)
                found.extend(Located(field, finding) for finding in extra.findings)
                questions = {question.id: question for question in extra.questions} | questions
        return report, tuple(found), tuple(questions.values())

    def _parts_alone(
        self, draft: Draft, content: Content, profile: Profile, ledger: tuple[LedgerEntry, ...], known: frozenset[str]
    ) -> list[Located]:
        """Check each part of a thread alone and return what the look at the whole did not see, at its place in the whole text."""
        found: dict[str, Located] = {}
        at = 0
        for words in content.segments if len(content.segments) > 1 else ():
            start = content.text.index(words, at)
            at = start + len(words)
            alone = self._checker.check(replace(draft, text=words, media=(), link_preview=""), profile=profile, ledger=ledger)
            for one in alone.findings:
                if one.rule.startswith(_BY_ITSELF) and one.fingerprint not in known:
                    found.setdefault(one.fingerprint, Located("text", _moved(one, start)))
        return list(found.values())


def _moved(finding: Finding, by: int) -> Finding:
    hint = finding.suggestion
    moved = replace(hint, start=hint.start + by, end=hint.end + by) if hint else None
    return replace(finding, start=finding.start + by, end=finding.end + by, suggestion=moved)


def require_clear(passages: tuple[Passage, ...]) -> None:
    """Raise Blocked or Unanswered with one sentence that names what is left, or return."""
    for passage in passages:
        where = passage.account.title
        if passage.measure.problems:
            problem = passage.measure.problems[0]
            raise Blocked(f"{where}: {problem.reason}", (f"limit.{problem.field}",))
        if passage.story:
            raise Blocked(f"{where}: {passage.story}", (STORY,))
        if passage.blocking:
            rules = tuple(dict.fromkeys(item.finding.rule for item in passage.blocking))
            count = len(passage.blocking)
            raise Blocked(
                f"{where}: {count} finding{'s' if count > 1 else ''} block{'' if count > 1 else 's'} this post ({named(rules)}). "
                "Change the words, or override with a reason.",
                rules,
            )
    for passage in passages:
        ids = (
            *(item.finding.fingerprint for item in passage.unanswered),
            *(question.id for question in passage.open_questions),
            *(TICK + reader for reader in passage.missing_ticks),
        )
        if ids:
            raise Unanswered(f"{passage.account.title}: {_open_words(passage)} still open. Answer in the composer, then go on.", ids)


def _measured(measure: Measure, problems: tuple[Problem, ...]) -> Measure:
    """Return the platform's measure with what the campaign and the account add to it."""
    return replace(measure, problems=(*measure.problems, *problems)) if problems else measure


def _own_name(account: Account, content: Content) -> tuple[Problem, ...]:
    """Return why a post of a pseudonymous account may not go out: it names, somewhere, the person behind the pseudonym."""
    if not account.facts.legal_name:
        return ()
    withheld, link = Withheld((account,)), content.link
    fields = {
        "text": (content.text,), "title": (content.title,), "first_comment": (content.first_comment,),
        "content_warning": (content.content_warning,), "media": [ref.alt for ref in content.media],
        "link": (link.url, link.title, link.description) if link else (),
    }  # fmt: skip
    return tuple(Problem(field, NAMED) for field, texts in fields.items() if any(map(withheld.finds, texts)))


def _told_before(tx: Transaction, post: Post, account: Account, now: datetime) -> tuple[LedgerEntry, ...]:
    """Return what other posts of the account have told within two years."""
    since = (now - _REMEMBERED).date().isoformat()
    return tuple(entry for entry in tx.ledgers.entries(account.id) if entry.post_id != post.id and entry.date >= since)


def answers_to(passage: Passage, subject: str) -> tuple[str, ...]:
    """Return the answers that a finding (by its fingerprint) or a question takes; none when this variant does not raise it.

    What is only advice may be dismissed; nothing else can be waved away by a word that is no answer.
    """
    for item in passage.findings:
        if item.finding.fingerprint == subject:
            asked = item.finding.question.answers if item.finding.question else ()
            return (*(answer.key for answer in asked), *((DISMISSED,) if item.finding.level == "advise" else ()))
    return next((tuple(answer.key for answer in question.answers) for question in passage.questions if question.id == subject), ())


def _open_words(passage: Passage) -> str:
    parts = []
    for count, one in (
        (len(passage.unanswered), "finding"),
        (len(passage.open_questions), "question"),
        (len(passage.missing_ticks), "reader tick"),
    ):
        if count:
            parts.append(f"{count} {one}{'s' if count > 1 else ''}")
    return ", ".join(parts) + (" is" if parts == [parts[0]] and parts[0].startswith("1 ") else " are")


def _overridden(finding: Finding, overrides: tuple[Override, ...], now: datetime) -> bool:
    return any(override_counts(override, finding.fingerprint, now) for override in overrides)


def _blocks(finding: Finding, answers: dict[str, AnswerGiven]) -> bool:
    if finding.level == "block":
        return True
    given = answers.get(finding.fingerprint)
    if given is None or finding.question is None:
        return False
    return any(answer.key == given.key and answer.effect == "raise" for answer in finding.question.answers)
