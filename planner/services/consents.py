"""The consent register: what a story may rest upon, and what happens at once when somebody takes their consent back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from planner.checklist.report import Draft
from planner.domain import delivery as moves
from planner.domain.audit import AuditEvent
from planner.domain.consent import BASES, StoryBasis, check_consent, story_problem, withdraw
from planner.domain.errors import Blocked, Conflict, Invalid, Missing, NotReady
from planner.domain.people import authorize

if TYPE_CHECKING:
    from datetime import date, datetime

    from planner.domain.consent import Consent
    from planner.domain.delivery import Delivery
    from planner.domain.people import Actor
    from planner.domain.post import Post
    from planner.ports import Checker, Clock, Ids, Store, Transaction

STORIES = "stories"
_ON, _OFF = "on", "off"
_REASON = 15
_WAITING = frozenset({"queued"})


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What a withdrawal did: how many deliveries are held now, and which are live and have to be taken down by a person."""

    held: int
    live: tuple[Delivery, ...]


@dataclass(frozen=True, slots=True)
class Resting:
    """A story that rests upon a consent: its post and its deliveries."""

    post: Post
    deliveries: tuple[Delivery, ...]


class Consents:
    """Consents and the stories that rest upon them."""

    def __init__(self, store: Store, checker: Checker, clock: Clock, ids: Ids) -> None:
        """Take the store, the checklist (a pointer must not name anybody), the clock and the id maker."""
        self._store = store
        self._checker = checker
        self._clock = clock
        self._ids = ids

    def stories_on(self) -> bool:
        """Return whether the organization has switched stories on; a fresh installation has not."""
        with self._store.read() as tx:
            return stories_on(tx)

    def switch_stories(self, actor: Actor, *, on: bool, reason: str) -> None:
        """Switch the story type on or off for everybody, with the reason, in the audit log."""
        authorize(actor, "administer")
        if len(reason.strip()) < _REASON:
            raise Invalid("reason", f"Give the reason in at least {_REASON} characters: it is kept in the log.")
        with self._store.write() as tx:
            tx.log.put_setting(STORIES, _ON if on else _OFF)
            self._audit(tx, actor, "stories.on" if on else "stories.off", "setting:stories", {"reason": reason.strip()})

    def register(self, actor: Actor) -> tuple[Consent, ...]:
        """Return every record, the latest first."""
        authorize(actor, "read")
        with self._store.read() as tx:
            return tx.consents.all()

    def add(self, actor: Actor, consent: Consent) -> Consent:
        """Keep a new record; raise Invalid for a missing part, Blocked when its words would identify somebody."""
        authorize(actor, "review" if actor.team_size > 1 else "write")
        now = self._clock.now()
        kept = replace(check_consent(consent, now.date()), id=self._ids.new(), by=actor.id, at=now, withdrawn_at=None, withdrawn_why="")
        self._refuse_names(kept)
        with self._store.write() as tx:
            tx.consents.add(kept)
            self._audit(tx, actor, "consent.add", f"consent:{kept.id}", {"given": kept.given_on.isoformat(), "uses": str(len(kept.uses))})
        return kept

    def rest(self, actor: Actor, post_id: str, basis: str, consent_id: str | None = None) -> StoryBasis:
        """Say what a story rests upon: a consent that holds today, or that it is a composite of many people."""
        authorize(actor, "write")
        if basis not in BASES:
            raise Invalid("basis", f"Choose one of: {', '.join(BASES)}.")
        now = self._clock.now()
        made = StoryBasis(post_id, basis, consent_id if basis == "consent" else None, actor.id, now)
        with self._store.write() as tx:
            tx.posts.get(post_id)
            consent = tx.consents.get(consent_id) if made.consent_id and consent_id else None
            problem = story_problem(made, consent, now.date())
            if problem:
                raise NotReady(problem)
            tx.consents.put_basis(made)
            self._audit(tx, actor, "story.basis", f"post:{post_id}", {"basis": basis, "consent": made.consent_id or ""})
        return made

    def basis(self, post_id: str) -> StoryBasis | None:
        """Return what a story rests upon, or None."""
        with self._store.read() as tx:
            return tx.consents.basis(post_id)

    def resting_on(self, consent_id: str) -> tuple[Resting, ...]:
        """Return the stories that rest upon a consent, with their deliveries."""
        with self._store.read() as tx:
            posts = tx.posts.many(tx.consents.resting_on(consent_id))
            return tuple(Resting(post, tx.deliveries.of_post(post.id)) for post in posts.values())

    def withdraw(self, actor: Actor, consent_id: str, why: str) -> Withdrawal:
        """Take a consent back: everything that rests upon it is held in the same moment, and what is live is listed."""
        authorize(actor, "hold")
        now = self._clock.now()
        with self._store.write() as tx:
            before = tx.consents.get(consent_id)
            if before is None:
                raise Missing("This consent is not in the register. Reload the page.")
            after = withdraw(before, now, why)
            if not tx.consents.swap(before, after):
                raise Conflict("Somebody withdrew this consent in the same moment. Reload the page.")
            held, live = self._stop(tx, consent_id, story_problem(_on(consent_id, now), after, now.date()), now)
            self._audit(tx, actor, "consent.withdraw", f"consent:{consent_id}", {"held": str(held), "live": str(len(live))})
        return Withdrawal(held, live)

    def _stop(self, tx: Transaction, consent_id: str, reason: str, now: datetime) -> tuple[int, tuple[Delivery, ...]]:
        there = [delivery for post_id in tx.consents.resting_on(consent_id) for delivery in tx.deliveries.of_post(post_id)]
        waiting = [delivery for delivery in there if delivery.state in _WAITING]
        held = tx.deliveries.swap_all([(delivery, moves.hold(delivery, now, reason, "delivery", None)) for delivery in waiting])
        return len(held), tuple(delivery for delivery in there if delivery.state in ("sent", "unconfirmed", "sending"))

    def _refuse_names(self, consent: Consent) -> None:
        words = "; ".join((consent.pointer, *consent.uses))
        report = self._checker.check(Draft(id="consent", text=words, kind="note"))
        rules = tuple(dict.fromkeys(one.rule for one in report.findings if one.rule == "confidentiality.direct-identifier"))
        if rules:
            raise Blocked("This looks like the name or number of a person. Write where the signed form lies, never who signed it.", rules)

    def _audit(self, tx: Transaction, actor: Actor, action: str, subject: str, details: dict[str, str]) -> None:
        tx.log.audit(AuditEvent(self._ids.new(), self._clock.now(), actor.id, action, subject, details))


def stories_on(tx: Transaction) -> bool:
    """Return whether the organization has switched stories on."""
    return tx.log.setting(STORIES) == _ON


def problem_of(tx: Transaction, post: Post, today: date) -> str:
    """Return the sentence that stops this post because of what it rests upon; nothing for a post that tells no story."""
    if post.type != "story":
        return ""
    basis = tx.consents.basis(post.id)
    consent = tx.consents.get(basis.consent_id) if basis is not None and basis.consent_id else None
    return story_problem(basis, consent, today)


def _on(consent_id: str, at: datetime) -> StoryBasis:
    return StoryBasis("", "consent", consent_id, "", at)
