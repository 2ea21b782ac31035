"""The look at everything again right before a send: approval, hold, staleness, today's rules, the account, the flood breaker."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from planner.domain import delivery as moves
from planner.domain.account import label_of
from planner.domain.errors import Missing
from planner.domain.schedule import is_stale
from planner.services import approvals, render
from planner.services.beside import DUE_ITEM
from planner.services.headings import named
from planner.services.outgoing import Job, freeze, make_job, may_be_live, part_of
from planner.services.sharing import group

if TYPE_CHECKING:
    from collections.abc import Sequence

    from connectors.base import Part
    from planner.domain.account import Account
    from planner.domain.delivery import Delivery, Hold
    from planner.domain.post import Post
    from planner.ports import Platforms, Transaction
    from planner.services.gate import Gate
    from planner.services.outgoing import Tuning

DEMO = "Example data is never sent."
STALE = "It is too late for this post to go out by itself. Give it a new time, or take it off the calendar."
NOT_APPROVED = "The post is not approved as it stands now. Have this version approved, then schedule it again."
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stopped:
    """Why a delivery does not go out now: the row's next value, and a hold on the account when its flood breaker tripped."""

    after: Delivery
    flood: str | None = None


def pause_name(account_id: str) -> str:
    """Return the setting that says until when an account has to wait."""
    return f"pause.{account_id}"


def together(account: Account) -> str:
    """Return why an account waits for something that others used up."""
    return f"All accounts on {label_of(account.platform)} share one limit here, and it is used up until then."


def covering(holds: Sequence[Hold], delivery: Delivery, campaign: str) -> Hold | None:
    """Return the first active hold that covers the delivery, or None."""
    targets = {"all": "", "account": delivery.account_id, "campaign": campaign, "delivery": delivery.id}
    return next((hold for hold in holds if hold.scope == "all" or (hold.target and targets[hold.scope] == hold.target)), None)


class Fresh:
    """The check before each send; it reads, and changes nothing."""

    def __init__(self, gate: Gate, platforms: Platforms, tuning: Tuning) -> None:
        """Take the gate with today's rules, the connector floor, and the limits."""
        self._gate = gate
        self._platforms = platforms
        self._tuning = tuning

    def look(self, tx: Transaction, rows: Sequence[Delivery], now: datetime) -> list[Job | Stopped]:
        """Return for each of the deliveries, no two of one account, what to send or why not; what they ask for is read ahead at once."""
        grounds = self._foresee(tx, rows)
        tried = tx.deliveries.tried([row.account_id for row in rows], now - _DAY, now + _DAY)
        return [self._look(tx, row, now, tried.get(row.account_id, 0), grounds) for row in rows]

    def look_ahead(self, tx: Transaction, rows: Sequence[Delivery], now: datetime, until: datetime) -> list[Job]:
        """Return what there is to send of deliveries that nobody tried before, where nothing that lets them out ends by then.

        What an account has tried is not counted here: `still` does it in the claim.
        """
        grounds = self._foresee(tx, rows)
        found = [self._look(tx, row, now, 0, grounds) for row in rows if not tx.deliveries.parts(row.id)]
        return [job for job in found if isinstance(job, Job) and job.account.mode == "api" and _lasts(tx, job.post, until)]

    def _foresee(self, tx: Transaction, rows: Sequence[Delivery]) -> int:
        return tx.foresee(rows, subjects=[approvals.subject(row.post_id) for row in rows], settings=self._pauses(rows))

    def _pauses(self, rows: Sequence[Delivery]) -> list[str]:
        """Return the settings that may say that one of these has to wait, for itself or together with the others of its platform."""
        return [
            pause_name(name) for name in (*(row.account_id for row in rows), *(f"platform.{one.name}" for one in self._platforms.all()))
        ]

    def _look(self, tx: Transaction, delivery: Delivery, now: datetime, tried: int, grounds: int) -> Job | Stopped:
        post, account = tx.posts.get(delivery.post_id), tx.accounts.get(delivery.account_id)
        if delivery.demo and account.mode != "hand":  # its card may be tried; what a platform would really get may not leave
            return Stopped(moves.cancel(delivery, now, DEMO))
        if is_stale(delivery.due_at, now, delivery.timing):
            return Stopped(moves.miss(delivery, now, STALE + _live(tx, delivery)))
        stopped = self._held(tx, delivery, post, now) or self._account(tx, delivery, account, now)
        if stopped is not None:
            return stopped
        reason = _approval(tx, delivery, post, now) or self._rules(tx, post, account, now)
        if reason is not None:
            return Stopped(moves.hold(delivery, now, reason, "delivery", None))
        flood = self._flood(tx, account, now, tried)
        if flood is not None:
            return Stopped(moves.hold(delivery, now, flood, "account", None), flood)
        return self._job(tx, delivery, post, account, grounds)

    def unchanged(self, tx: Transaction, jobs: Sequence[Job], grounds: int, *, again: bool) -> list[Job]:
        """Return those of which everything that was looked at still stands, inside the transaction that claims.

        Where anything has changed meanwhile, they need another look; after that one (`again`) their own rows have to be the same.
        """
        moved = [job for job in jobs if job.grounds != grounds]
        return [*(job for job in jobs if job.grounds == grounds), *(self._same(tx, moved) if again and moved else ())]

    def still(self, tx: Transaction, jobs: Sequence[Job], grounds: int, now: datetime) -> list[Job]:
        """Return those of what was looked at ahead to which every answer would be the same now, inside the transaction that claims."""
        same = [job for job in jobs if job.grounds == grounds]
        tried = tx.deliveries.tried([job.account.id for job in same], now - _DAY, now + _DAY) if same else {}
        most = min(self._tuning.per_hour, self._tuning.per_day)
        return [job for job in same if tried.get(job.account.id, 0) < most]

    def _same(self, tx: Transaction, jobs: Sequence[Job]) -> list[Job]:
        posts = tx.posts.versions([job.post.id for job in jobs])
        accounts = tx.accounts.versions([job.account.id for job in jobs])
        holds = tx.deliveries.holds()
        return [
            job
            for job in jobs
            if posts.get(job.post.id) == job.post.version
            and accounts.get(job.account.id) == job.account.version
            and covering(holds, job.delivery, job.post.campaign) is None
        ]

    def _held(self, tx: Transaction, delivery: Delivery, post: Post, now: datetime) -> Stopped | None:
        hold = covering(tx.deliveries.holds(), delivery, post.campaign)
        return None if hold is None else Stopped(moves.hold(delivery, now, hold.reason, hold.scope, hold.resume_at))

    def _account(self, tx: Transaction, delivery: Delivery, account: Account, now: datetime) -> Stopped | None:
        if account.archived:
            return Stopped(moves.hold(delivery, now, f"{account.title} was put away. Choose another account.", "delivery", None))
        if account.mode == "api" and account.health != "ok":
            note = account.health_note or "It needs a new login."
            return Stopped(moves.hold(delivery, now, f"{account.title} cannot post now. {note}", "account", None))
        for name, words in ((account.id, f"{account.title} accepts no more posts until then."), (group(account), together(account))):
            until = tx.log.setting(pause_name(name))
            if until is not None and now < datetime.fromisoformat(until):
                return Stopped(wait(delivery, now, datetime.fromisoformat(until), words))
        return None

    def _rules(self, tx: Transaction, post: Post, account: Account, now: datetime) -> str | None:
        try:
            passage = self._gate.examine(tx, post, account, now)
        except Missing as error:
            return error.sentence
        if passage.story:
            return passage.story
        if passage.blocking:
            headings = named(item.finding.rule for item in passage.blocking)
            return f"The checklist as it is today blocks this post ({headings}). Change the words, or override with a reason."
        due = next((item.finding for item in passage.unanswered if (item.finding.rule, item.finding.variant) == DUE_ITEM), None)
        if due is not None:
            return f"{due.message} Open it, note the check in the content bank, and give the post a time again."
        return passage.measure.problems[0].reason if passage.measure.problems else None

    def _flood(self, tx: Transaction, account: Account, now: datetime, tried: int) -> str | None:
        if account.mode != "api":
            return None
        most, within = self._tuning.per_day, "a day"
        if self._tuning.per_hour <= tried < most:
            most, within = self._tuning.per_hour, "an hour"
            tried = tx.deliveries.sent_between(account.id, now - _HOUR, now + _HOUR)
        if tried < most:
            return None
        return (
            f"{account.title} has tried {most} posts within {within}, which is its limit. "
            "Look whether something repeats itself, then lift the hold."
        )

    def _job(self, tx: Transaction, delivery: Delivery, post: Post, account: Account, grounds: int) -> Job:
        """Return the job with its frozen parts; they are made anew only while nothing of them can be live."""
        there = tx.deliveries.parts(delivery.id)
        attempts = tx.deliveries.attempts(delivery.id) if there else ()
        if any(part.ref is not None or may_be_live(attempts, part.index) for part in there):
            return make_job(delivery, post, account, there, grounds=grounds)
        parts = freeze(delivery.id, self._render(tx, delivery, post, account))
        other = tuple(part.fingerprint for part in there) != tuple(part.fingerprint for part in parts)
        return make_job(delivery, post, account, parts, thaw=bool(there) and other, grounds=grounds, opened=part_of(parts[0]))

    def _render(self, tx: Transaction, delivery: Delivery, post: Post, account: Account) -> list[Part]:
        connector = self._platforms.planner_view(account.platform, account.mode, account.settings)
        return connector.render(render.post(tx, post, account, delivery.due_at))


def wait(delivery: Delivery, now: datetime, again_at: datetime, reason: str) -> Delivery:
    """Return the queued delivery put off until then, or missed when that is past its stale window."""
    if is_stale(delivery.due_at, again_at, delivery.timing):
        return moves.miss(delivery, now, f"{reason} {STALE}")
    return moves.postpone(delivery, now, again_at, reason)


def _approval(tx: Transaction, delivery: Delivery, post: Post, now: datetime) -> str | None:
    same = delivery.account_id in post.account_ids and post.digest_for(delivery.account_id) == delivery.digest
    return None if same and approvals.valid(tx, post, delivery.account_id, now, delivery.digest) else NOT_APPROVED


def _lasts(tx: Transaction, post: Post, until: datetime) -> bool:
    """Return whether no approval and no override of the post ends by then."""
    ends = (*(one.expires_at for one in tx.reviews.approvals(post.id)), *(one.expires_at for one in tx.reviews.overrides(post.id)))
    return all(at is None or at > until for at in ends)


def _live(tx: Transaction, delivery: Delivery) -> str:
    parts = tx.deliveries.parts(delivery.id)
    live = sum(part.ref is not None for part in parts)
    return f" {live} of its {len(parts)} parts are live already." if live else ""
