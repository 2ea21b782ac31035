"""Planning: an approved post gets its time on an account, is moved, or taken off again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal

from planner.domain import delivery as moves
from planner.domain.account import require_complete
from planner.domain.audit import AuditEvent
from planner.domain.delivery import Delivery
from planner.domain.errors import Conflict, Invalid, NotReady
from planner.domain.people import authorize
from planner.domain.schedule import full_hours, inside, local_wall, resolve, same_hour, spoken_wall, upcoming_slots
from planner.domain.similarity import NEAR, overlap, prints, runs
from planner.services import approvals
from planner.services.asks import crowding
from planner.services.gate import Gate, require_clear

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.domain.account import Account
    from planner.domain.people import Actor
    from planner.domain.post import Post
    from planner.domain.review import Approval
    from planner.domain.schedule import Moment, Timing, Wall
    from planner.ports import Clock, Ids, Store, Transaction

Concern = Literal["same-hour", "quiet-hours", "outside-hours", "near-duplicate", "clock-change", "ask-pacing"]
_GRACE = timedelta(minutes=1)
_FAR = timedelta(days=400)
_HOUR, _WEEK = timedelta(hours=1), timedelta(weeks=1)
_AROUND = timedelta(days=90)
_TAKEN = ("queued", "sending", "sent", "unconfirmed")


@dataclass(frozen=True, slots=True)
class Warn:
    """Something to look at before a time is taken; `kind` is what the person accepts."""

    kind: Concern
    text: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What taking this time would mean: the exact moment and what speaks against it."""

    moment: Moment
    warnings: tuple[Warn, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One post on the calendar: the delivery with its post and account, and the account's wall clock."""

    delivery: Delivery
    headline: str
    account: Account
    wall: Wall
    labels: tuple[str, ...]
    purpose: str
    campaign: str


class Calendar:
    """Times of posts."""

    def __init__(self, store: Store, gate: Gate, clock: Clock, ids: Ids) -> None:
        """Take the store, the gate, the clock and the id maker."""
        self._store = store
        self._gate = gate
        self._clock = clock
        self._ids = ids

    def preview(self, post_id: str, account_id: str, wall: Wall, *, delivery_id: str | None = None) -> Plan:
        """Return what scheduling the post then would mean; nothing is stored."""
        with self._store.read() as tx:
            return self._plan(tx, tx.posts.get(post_id), tx.accounts.get(account_id), wall, delivery_id)

    def next_slot(self, account_id: str) -> Moment | None:
        """Return the account's next free posting slot, or None when it has no slots; one within an hour of another post is not free."""
        now = self._clock.now()
        with self._store.read() as tx:
            account = tx.accounts.get(account_id)
            items = tx.deliveries.window(now - _HOUR, now + _FAR, account_id=account_id, states=(*_TAKEN, "held"))
        busy = [item.due_at for item in items if item.state in _TAKEN]
        free = upcoming_slots(account.slots, account.zone, now, [item.due_at for item in items])
        return next((moment for moment in free if not same_hour(moment.utc, busy)), None)

    def next_time(self, account_id: str) -> Wall:
        """Return the full hour to offer first: the next one, within a week, that nothing warns about.

        It lies an hour or more from the account's other posts, and where the account's hours say when somebody can answer, in them.
        Where no hour of the week is all that, the distance to other posts counts most; where none has it, it is simply the next full hour.
        """
        now = self._clock.now()
        with self._store.read() as tx:
            account = tx.accounts.get(account_id)
            busy = [item.due_at for item in tx.deliveries.window(now - _HOUR, now + _WEEK + _HOUR, account_id=account_id, states=_TAKEN)]
        apart = [moment for moment in full_hours(now, account.zone, _WEEK) if not same_hour(moment.utc, busy)]
        answered = (moment for moment in apart if _answered(account, moment.wall))
        return next((moment.wall for moment in (*answered, *apart)), next(full_hours(now, account.zone, _WEEK)).wall)

    def schedule(
        self, actor: Actor, post_id: str, account_id: str, wall: Wall, *, timing: Timing = "plain", accepted: frozenset[str] = frozenset()
    ) -> Delivery:
        """Put the approved post on the account's calendar and return its delivery: the row is what the worker goes by.

        Raise NotReady for a missing approval or account set-up, Blocked or Unanswered for the gate with today's rules, Conflict
        for warnings that `accepted` does not name, Invalid for a time in the past.
        """
        authorize(actor, "publish" if actor.team_size > 1 else "write")
        now = self._clock.now()
        with self._store.write() as tx:
            post, account = tx.posts.get(post_id), tx.accounts.get(account_id)
            _require_usable(tx, post, account)
            require_clear((self._gate.examine(tx, post, account, now),))
            approval = approvals.valid(tx, post, account_id, now)
            if approval is None:
                raise NotReady(
                    f"{account.title}: this version of the post is not approved. Confirm it in the composer or ask a colleague to."
                )
            plan = self._plan(tx, post, account, wall, None)
            _require_lasting(approval, plan, account)
            _require_accepted(plan, accepted)
            entry = Delivery(
                id=self._ids.new(),
                post_id=post_id,
                account_id=account_id,
                state="queued",
                mode=account.mode,
                digest=approval.digest,
                approval_id=approval.id,
                wall=str(wall),
                zone=account.zone,
                due_at=plan.moment.utc,
                timing=timing,
                created_by=actor.id,
                created_at=now,
                updated_at=now,
                demo=post.demo,
            )
            tx.deliveries.add(entry)
            self._gate.remember(tx, post, account, entry.due_at)
            self._audit(tx, actor, "schedule", entry, {"wall": str(wall), "zone": account.zone, "accepted": ",".join(sorted(accepted))})
            return entry

    def move(
        self,
        actor: Actor,
        delivery_id: str,
        generation: int,
        wall: Wall,
        *,
        timing: Timing | None = None,
        accepted: frozenset[str] = frozenset(),
    ) -> Delivery:
        """Give a waiting, held or missed post another time; raise Conflict when somebody moved it in between."""
        authorize(actor, "publish" if actor.team_size > 1 else "write")
        now = self._clock.now()
        with self._store.write() as tx:
            before = _fresh(tx, delivery_id, generation)
            post, account = tx.posts.get(before.post_id), tx.accounts.get(before.account_id)
            plan = self._plan(tx, post, account, wall, delivery_id)
            _require_accepted(plan, accepted)
            after = moves.move(before, now, plan.moment, timing)
            _swap(tx, before, after)
            self._gate.remember(tx, post, account, after.due_at)
            self._audit(tx, actor, "move", after, {"from": before.wall, "to": after.wall})
            return after

    def cancel(self, actor: Actor, delivery_id: str, generation: int, reason: str = "") -> Delivery:
        """Take a waiting, held or missed post off the calendar; the post itself stays."""
        authorize(actor, "publish" if actor.team_size > 1 else "write")
        with self._store.write() as tx:
            before = _fresh(tx, delivery_id, generation)
            after = moves.cancel(before, self._clock.now(), reason or None)
            _swap(tx, before, after)
            tx.ledgers.replace(after.account_id, after.post_id, ())
            self._audit(tx, actor, "cancel", after, {"reason": reason})
            return after

    def window(self, start: datetime, end: datetime, *, account_id: str | None = None, states: tuple[str, ...] = ()) -> tuple[Entry, ...]:
        """Return what lies on the calendar in [start, end), earliest first."""
        with self._store.read() as tx:
            accounts = {account.id: account for account in tx.accounts.all(archived=True)}
            found = tx.deliveries.window(start, end, account_id=account_id, states=states)
            posts = tx.posts.many([item.post_id for item in found])
            titles = {campaign.id: campaign.title for campaign in tx.campaigns.campaigns.all()}
            return tuple(_entry(posts[item.post_id], item, accounts[item.account_id], titles) for item in found)

    def of_post(self, post_id: str) -> tuple[Delivery, ...]:
        """Return the deliveries of a post, earliest first."""
        with self._store.read() as tx:
            return tx.deliveries.of_post(post_id)

    def of_posts(self, post_ids: Sequence[str]) -> Mapping[str, tuple[Delivery, ...]]:
        """Return post -> its deliveries, earliest first; a post without any has an empty tuple."""
        with self._store.read() as tx:
            return tx.deliveries.of_posts(post_ids)

    def _plan(self, tx: Transaction, post: Post, account: Account, wall: Wall, delivery_id: str | None) -> Plan:
        moment = resolve(wall, account.zone)
        now = self._clock.now()
        if moment.utc < now - _GRACE:
            raise Invalid(
                "time",
                f"{spoken_wall(wall)} has passed in {account.zone} (it is {spoken_wall(local_wall(now, account.zone))} there now). Choose a later time.",
            )
        if moment.utc > now + _FAR:
            raise Invalid("time", "That is more than a year ahead. Choose an earlier time.")
        return Plan(moment, tuple(self._warnings(tx, post, account, moment, delivery_id)))

    def _warnings(self, tx: Transaction, post: Post, account: Account, moment: Moment, delivery_id: str | None) -> list[Warn]:
        warnings = []
        local = local_wall(moment.utc, account.zone)
        if moment.remark:
            warnings.append(Warn("clock-change", moment.remark))
        near = tx.deliveries.window(moment.utc - _HOUR, moment.utc + _HOUR, account_id=account.id)
        busy = same_hour(moment.utc, [item.due_at for item in near if item.id != delivery_id and item.state in _TAKEN])
        if busy:
            at = local_wall(busy[0], account.zone).at.isoformat("minutes")
            warnings.append(Warn("same-hour", f"Another post of this account goes out within the hour, at {at}."))
        if inside(account.quiet_hours, local):
            warnings.append(Warn("quiet-hours", "This time lies in the account's quiet hours: nobody will be there to answer."))
        elif account.business_hours and not inside(account.business_hours, local):
            warnings.append(Warn("outside-hours", "This time lies outside the account's business hours: replies will wait."))
        asks = crowding(tx, post, moment.utc)
        if asks:
            text = f"This would be {asks} asks within five days to the same readers. Give them something first, or choose a later day."
            warnings.append(Warn("ask-pacing", text))
        warnings.extend(_twins(tx, post, account, moment))
        return warnings

    def _audit(self, tx: Transaction, actor: Actor, action: str, item: Delivery, details: dict[str, str]) -> None:
        tx.log.audit(AuditEvent(self._ids.new(), self._clock.now(), actor.id, f"delivery.{action}", f"delivery:{item.id}", details))


def _twins(tx: Transaction, post: Post, account: Account, moment: Moment) -> list[Warn]:
    text = post.content_for(account.id).text
    mine = runs(text)
    near = tx.writing.alike(prints(text), moment.utc - _AROUND, moment.utc + _AROUND, _TAKEN)
    posts = tx.posts.many([post_id for post_id, _ in near])
    platforms = {other.id: other.platform for other in tx.accounts.all(archived=True)}
    warnings = []
    for post_id, account_id in near:
        if (post_id, account_id) == (post.id, account.id):
            continue
        theirs = posts[post_id].content_for(account_id).text
        if platforms[account_id] == account.platform == "x" and account_id != account.id and theirs.strip() == text.strip():
            raise Invalid("text", "X does not allow the same text on two accounts. Write a variant of its own for one of them.")
        if post_id != post.id and overlap(mine, runs(theirs)) >= NEAR:
            warnings.append(Warn("near-duplicate", f"Nearly the same text is on the calendar: “{posts[post_id].headline}”."))
    return warnings[:3]


def _entry(post: Post, item: Delivery, account: Account, titles: Mapping[str, str]) -> Entry:
    campaign = titles.get(post.campaign, post.campaign)
    return Entry(item, post.headline, account, local_wall(item.due_at, account.zone), post.labels, post.purpose, campaign)


def _answered(account: Account, wall: Wall) -> bool:
    """Return whether the account's hours say that somebody can answer then; where it has none, any time that is not quiet will do."""
    return not inside(account.quiet_hours, wall) and (not account.business_hours or inside(account.business_hours, wall))


def _require_usable(tx: Transaction, post: Post, account: Account) -> None:
    if account.archived:
        raise NotReady(f"{account.title} was put away. Choose another account in the composer.")
    require_complete(account)
    _refuse_second(tx, post, account.id)


def _require_lasting(approval: Approval, plan: Plan, account: Account) -> None:
    if approval.expires_at is not None and approval.expires_at <= plan.moment.utc:
        ends = local_wall(approval.expires_at, account.zone)
        raise NotReady(
            f"{account.title}: the approval ends at {spoken_wall(ends)} ({account.zone}), before this time. Choose an earlier one."
        )


def _require_accepted(plan: Plan, accepted: frozenset[str]) -> None:
    left = [warning for warning in plan.warnings if warning.kind not in accepted]
    if left:
        raise Conflict(" ".join(warning.text for warning in left) + " Choose another time, or accept this.")


def _refuse_second(tx: Transaction, post: Post, account_id: str) -> None:
    for item in tx.deliveries.of_post(post.id):
        if item.account_id == account_id and item.state not in ("cancelled", "failed", "missed"):
            at = item.due_at.astimezone(UTC).strftime("%d %b %Y %H:%M UTC")
            raise NotReady(f"This post is on that account's calendar already ({item.state}, {at}). Move it there, or start a new post.")


def _fresh(tx: Transaction, delivery_id: str, generation: int) -> Delivery:
    found = tx.deliveries.get(delivery_id)
    if found.generation != generation:
        raise Conflict("Somebody changed this post's time in between. Reload the calendar to see it.")
    return found


def _swap(tx: Transaction, before: Delivery, after: Delivery) -> None:
    if not tx.deliveries.swap(before, after):
        raise Conflict("The post moved on in between: it may be going out right now. Reload to see what happened.")
