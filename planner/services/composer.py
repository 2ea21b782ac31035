"""Writing: drafts with a variant per account, checked while typing, answered, overridden, and handed in."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from planner.checklist.report import Draft
from planner.domain.audit import AuditEvent
from planner.domain.errors import Conflict, Invalid, Missing, NotAllowed, NotReady
from planner.domain.people import ALLOWED, authorize
from planner.domain.post import Content, Post, PostVariant, edit
from planner.domain.review import READERS, AnswerGiven, Override, check_override
from planner.domain.similarity import NEAR, overlap, prints, runs
from planner.services import approvals, cut_downs, rule_use
from planner.services.campaign_gate import informed
from planner.services.consents import stories_on
from planner.services.gate import NO, TICK, YES, Gate, Passage, answers_to, profile_of, require_clear

if TYPE_CHECKING:
    from planner.checklist.report import Kind, Report
    from planner.domain.people import Actor
    from planner.domain.post import PostType, Purpose
    from planner.ports import Checker, Clock, Ids, Store, Transaction

MAX_TEXT = 100_000
"""Code points of one text; the longest platform limit is far below."""

_LOCKED = frozenset({("safety.suicide-messaging", "method")})
_LOOK_BACK = timedelta(days=90)
_LIVE = ("queued", "sending", "sent", "unconfirmed", "held")
_UNFIT = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Twin:
    """A scheduled or published post that says nearly the same."""

    post_id: str
    headline: str
    share: float


@dataclass(frozen=True, slots=True)
class Details:
    """What stands beside the words of a post; readers never see it."""

    purpose: Purpose = "educate"
    type: PostType = "plain"
    labels: tuple[str, ...] = ()
    campaign: str = ""


class Composer:
    """Drafts and their way to the gate."""

    def __init__(self, store: Store, checker: Checker, gate: Gate, clock: Clock, ids: Ids) -> None:
        """Take the store, the checklist, the gate, the clock and the id maker."""
        self._store = store
        self._checker = checker
        self._gate = gate
        self._clock = clock
        self._ids = ids

    def new(self, actor: Actor, account_ids: tuple[str, ...] = (), base: Content | None = None, *, demo: bool = False) -> Post:
        """Start a draft for these accounts and return it."""
        authorize(actor, "write")
        now = self._clock.now()
        variants = tuple(PostVariant(account_id) for account_id in account_ids)
        post = Post(self._ids.new(), checked_content(base or Content()), variants, actor.id, now, now, demo=demo)
        with self._store.write() as tx:
            _check_accounts(tx, account_ids)
            tx.posts.add(post)
        return post

    def load(self, post_id: str) -> Post:
        """Return the post; raise Missing."""
        with self._store.read() as tx:
            return tx.posts.get(post_id)

    def version(self, post_id: str, number: int) -> Post:
        """Return an older version of the post; raise Missing."""
        with self._store.read() as tx:
            return tx.posts.version(post_id, number)

    def recent(self, *, search: str = "", before: str | None = None, limit: int = 50) -> tuple[Post, ...]:
        """Return posts, the latest change first."""
        with self._store.read() as tx:
            return tx.posts.page(search=search, before=before, limit=limit)

    def save(
        self,
        actor: Actor,
        post_id: str,
        version: int,
        base: Content,
        variants: tuple[PostVariant, ...],
        details: Details | None = None,
    ) -> Post:
        """Store the draft as it stands; raise Conflict when somebody saved a newer version in between."""
        authorize(actor, "write")
        checked_content(base)
        for variant in variants:
            checked_content(variant.content or base)
        with self._store.write() as tx:
            before = tx.posts.get(post_id)
            if before.version != version:
                raise Conflict("Somebody saved a newer version of this post. Reload to see it; your text is kept here until you do.")
            _refuse_published(tx, before)
            now = self._clock.now()
            after = edit(before, base=base, variants=variants, at=now)
            _check_accounts(tx, after.account_ids, known=before.account_ids)
            if details is not None:
                if details.type == "story" != before.type and not stories_on(tx):
                    raise NotReady("Stories are switched off here. An admin can switch them on in Settings, with the reason.")
                after = replace(after, purpose=details.purpose, type=details.type, labels=details.labels, campaign=details.campaign)
            if replace(after, version=before.version, updated_at=before.updated_at) == before:
                return before
            if now - before.updated_at >= rule_use.READ_AFTER:
                rule_use.saw(tx, post_id, self._passages(tx, before), now)
            if not tx.posts.swap(before, after):
                raise Conflict("Somebody saved a newer version of this post. Reload to see it; your text is kept here until you do.")
            changed = (before.base, before.variants) != (after.base, after.variants)
            if changed:
                cut_downs.parent_changed(tx, self._ids, actor, post_id, now)
                self._log_waivers(tx, actor, before, after)
            if changed and approvals.last_writer(tx, before) != actor.id:
                tx.log.audit(AuditEvent(self._ids.new(), after.updated_at, actor.id, approvals.EDITED, f"post:{post_id}"))
            return after

    def delete(self, actor: Actor, post_id: str) -> None:
        """Delete a draft that has no deliveries."""
        authorize(actor, "write")
        with self._store.write() as tx:
            tx.posts.get(post_id)
            if tx.deliveries.of_post(post_id):
                raise NotReady("This post has deliveries, so it stays in the record. Cancel what is still queued instead.")
            tx.posts.delete(post_id)
            tx.log.audit(AuditEvent(self._ids.new(), self._clock.now(), actor.id, "post.delete", f"post:{post_id}"))

    def check(self, post_id: str) -> tuple[Passage, ...]:
        """Return what the gate says about each variant, in the order of the accounts; nothing is stored."""
        with self._store.read() as tx:
            return self._passages(tx, tx.posts.get(post_id))

    def check_text(self, text: str, account_id: str | None = None, kind: Kind = "post") -> Report:
        """Check loose text (a note, a reply, a text while it is typed) with the account's profile; nothing is stored."""
        with self._store.read() as tx:
            account = tx.accounts.get(account_id) if account_id else None
            profile = informed(tx, profile_of(account), self._clock.now().date()) if account else None
        draft = Draft(
            id="text",
            text=text,
            kind=kind,
            author=(account.author or None) if account else None,  # type: ignore[arg-type]  # validated when the account is saved
            platform=account.platform if account else None,
            country=account.countries[0] if account else None,
            org_type=account.org_type if account else None,
        )
        return self._checker.check(draft, profile=profile)

    def answer(self, actor: Actor, post_id: str, account_id: str, subject: str, key: str) -> None:
        """Store the answer to a finding (its fingerprint) or a question (its id), with name and time.

        A variant that does not raise it, while another one of the post does, stores nothing. Raise Missing when no variant does,
        Invalid for an answer that the question does not offer.
        """
        authorize(actor, "write")
        now = self._clock.now()
        with self._store.write() as tx:
            post = tx.posts.get(post_id)
            passage = self._gate.examine(tx, post, tx.accounts.get(account_id), now)
            offered = answers_to(passage, subject)
            if not offered:
                if not any(answers_to(other, subject) for other in self._passages(tx, post)):
                    raise Missing("Nothing in this post asks that any more. Reload it and look at what is open now.")
                return
            if key not in offered:
                raise Invalid("answer", f"“{key[:20]}” is no answer here. Choose one of: {', '.join(offered)}.")
            rule_use.saw(tx, post_id, (passage,), now)
            tx.reviews.put_answer(AnswerGiven(post_id, passage.content, subject, key, actor.id, now))

    def tick(self, actor: Actor, post_id: str, account_id: str, reader: str, *, on: bool = True) -> None:
        """Store that the author has read the post as this reader would (boss, family, client, colleague), or take it back."""
        if reader not in READERS:
            raise Invalid("reader", f"Choose one of: {', '.join(READERS)}.")
        authorize(actor, "write")
        with self._store.write() as tx:
            content = tx.posts.get(post_id).content_for(account_id).digest
            tx.reviews.put_answer(AnswerGiven(post_id, content, TICK + reader, YES if on else NO, actor.id, self._clock.now()))

    def override(
        self, actor: Actor, post_id: str, account_id: str, fingerprint: str, reason_code: str, reason: str, *, second: str | None = None
    ) -> Override:
        """Log an exception to one finding of the variant; raise when it may not be made.

        Alone, an override of a block counts ten minutes later; handing the post in after that is the second confirmation.
        """
        authorize(actor, "write")
        now = self._clock.now()
        with self._store.write() as tx:
            post = tx.posts.get(post_id)
            passage = self._gate.examine(tx, post, tx.accounts.get(account_id), now)
            found = next((item.finding for item in passage.findings if item.finding.fingerprint == fingerprint), None)
            if found is None:
                raise Missing("This finding is not in the text any more. Nothing needs to be overridden.")
            locked = (found.rule, found.variant) in _LOCKED
            if second is not None:
                _check_second(tx, second)
            counts_from = check_override(
                found.level, reason_code, reason, by=actor.id, second=second, team_size=actor.team_size, at=now, locked=locked
            )
            entry = Override(
                id=self._ids.new(),
                post_id=post_id,
                fingerprint=fingerprint,
                rule=found.rule,
                level=found.level,
                version=post.version,
                by=actor.id,
                role=actor.role,
                at=now,
                reason_code=reason_code,  # type: ignore[arg-type]  # check_override refuses others
                reason=reason.strip(),
                effective_at=counts_from,
                second_reviewer=second,
            )
            rule_use.saw(tx, post_id, (passage,), now)
            tx.log.audit(
                AuditEvent(self._ids.new(), now, actor.id, "override", f"post:{post_id}", {"rule": found.rule, "reason_code": reason_code})
            )
            return tx.reviews.add_override(entry)

    def submit(self, actor: Actor, post_id: str, version: int) -> Post:
        """Hand the post in: `in_review` in a team, `ready` when alone. Raise Blocked or Unanswered when the gate is not clear."""
        authorize(actor, "write")
        now = self._clock.now()
        with self._store.write() as tx:
            before = tx.posts.get(post_id)
            if before.version != version:
                raise Conflict("Somebody saved a newer version of this post. Reload, look at it, and submit that one.")
            if before.state not in ("draft", "returned"):
                return before
            if not before.variants:
                raise Invalid("accounts", "Choose at least one account: each platform counts and checks the text its own way.")
            if not all(before.content_for(key).text.strip() or before.content_for(key).media for key in before.account_ids):
                raise Invalid("text", "There is nothing to post yet. Write a text first.")
            cut_downs.require_fresh(tx, post_id)
            passages = self._passages(tx, before)
            require_clear(passages)
            alone = actor.team_size == 1 and not any(passage.account.two_person for passage in passages)
            approved = all(approvals.valid(tx, before, key, now) for key in before.account_ids)
            after = replace(before, state="ready" if alone or approved else "in_review", version=before.version + 1, updated_at=now)
            if not tx.posts.swap(before, after):
                raise Conflict("Somebody saved a newer version of this post. Reload, look at it, and submit that one.")
            rule_use.saw(tx, post_id, passages, now)
            rule_use.settle(tx, post_id, passages, now)
            for passage in passages:
                tx.reviews.put_report(post_id, passage.account.id, passage.content, self._checker.wire(passage.report), now)
            tx.log.audit(AuditEvent(self._ids.new(), now, actor.id, "post.submit", f"post:{post_id}", {"state": after.state}))
            return after

    def twins(self, post_id: str) -> tuple[Twin, ...]:
        """Return scheduled and published posts of the last and next 90 days, on any account, that say nearly the same."""
        now = self._clock.now()
        with self._store.read() as tx:
            post = tx.posts.get(post_id)
            mine = list(dict.fromkeys((post.base.text, *(post.content_for(key).text for key in post.account_ids))))
            marks = frozenset().union(*map(prints, mine))
            near = tx.writing.alike(marks, now - _LOOK_BACK, now + _LOOK_BACK, _LIVE)
            others = tx.posts.many([key for key, _ in near if key != post_id])
            shares: dict[str, float] = {}
            for key, account_id in near:
                if key in others:
                    theirs = runs(others[key].content_for(account_id).text)
                    shares[key] = max(shares.get(key, 0.0), *(overlap(runs(text), theirs) for text in mine))
        found = [Twin(key, others[key].headline, share) for key, share in shares.items() if share >= NEAR]
        return tuple(sorted(found, key=lambda twin: -twin.share))

    def _log_waivers(self, tx: Transaction, actor: Actor, before: Post, after: Post) -> None:
        """Write down why an image goes without a description."""
        for digest, why in sorted(_waived(after) - _waived(before)):
            details = {"image": digest[:12], "reason": why}
            tx.log.audit(AuditEvent(self._ids.new(), after.updated_at, actor.id, "media.waive", f"post:{after.id}", details))

    def _passages(self, tx: Transaction, post: Post) -> tuple[Passage, ...]:
        now = self._clock.now()
        return tuple(self._gate.examine(tx, post, tx.accounts.get(account_id), now) for account_id in post.account_ids)


def checked_content(content: Content) -> Content:
    """Return the content, or raise Invalid for a text that is too long or that no database and no platform can hold."""
    link = (content.link.url, content.link.title, content.link.description) if content.link else ()
    alt = tuple(words for ref in content.media for words in (ref.alt, ref.waiver))
    for name, words in (
        ("text", content.text),
        ("title", content.title),
        ("first_comment", content.first_comment),
        ("content_warning", content.content_warning),
        *(("link", part) for part in link),
        *(("alt", part) for part in alt),
    ):
        if len(words) > MAX_TEXT:
            raise Invalid(
                name, f"This text has {len(words):,} characters; {MAX_TEXT:,} is the most. Shorten it: nothing of it has been stored."
            )
        broken = _UNFIT.search(words)
        if broken:
            raise Invalid(name, f"Character {broken.start() + 1:,} is no character that can be posted. Delete it, or type the words again.")
    return content


def _waived(post: Post) -> set[tuple[str, str]]:
    contents = (post.base, *(one.content for one in post.variants if one.content))
    return {(ref.digest, ref.waiver) for content in contents for ref in content.media if ref.waiver and not ref.alt}


def _check_accounts(tx: Transaction, account_ids: tuple[str, ...], known: tuple[str, ...] = ()) -> None:
    """Raise for an account that does not exist, that was put away (unless it is there already), or that is named twice."""
    if len(set(account_ids)) < len(account_ids):
        raise Invalid("accounts", "An account is chosen twice. Choose each account once.")
    for account_id in account_ids:
        account = tx.accounts.get(account_id)
        if account.archived and account_id not in known:
            raise Invalid("accounts", f"{account.title} was put away. Choose another account.")


def _check_second(tx: Transaction, member_id: str) -> None:
    """Raise NotAllowed unless the second person of an override is somebody who works here and may write."""
    found = next((member for member in tx.members.all() if member.id == member_id), None)
    if found is None or not found.active or "write" not in ALLOWED[found.role]:
        raise NotAllowed("The second person has to be an active member who may write here. Choose a colleague from the list.")


def _refuse_published(tx: Transaction, post: Post) -> None:
    if any(item.state in ("sent", "sending", "unconfirmed") for item in tx.deliveries.of_post(post.id)):
        raise NotReady("This post has gone out or is on its way, so its text is kept as it was. Start a new post for a correction.")
