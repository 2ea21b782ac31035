"""Figures: collected where a platform reports them, typed in where it does not, never invented."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from connectors.base import Ref
from connectors.errors import AuthExpired, ConnectorError, RateLimited
from planner.domain.audit import AuditEvent
from planner.domain.errors import Invalid, NotReady
from planner.domain.metrics import AccountReading, PostReading, due_collections, engagement
from planner.domain.people import authorize
from planner.services.accounts import VaultTokens

if TYPE_CHECKING:
    from collections.abc import Mapping

    from connectors.base import PostMetrics
    from planner.domain.account import Account
    from planner.domain.connection import ConnectionNote
    from planner.domain.delivery import Delivery
    from planner.domain.people import Actor
    from planner.ports import Clock, Ids, Platforms, Store, Transaction

HAND_METRICS = ("likes", "reposts", "replies", "quotes", "comments", "impressions")
_MOST = 10**9
_DAY = timedelta(days=1)
_SKEW = timedelta(minutes=5)
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class PostFigures:
    """One sent post with its latest figures; `values` is empty and `total` None when nothing was reported yet."""

    delivery: Delivery
    headline: str
    account: Account
    values: Mapping[str, int | None]
    total: int | None
    gone: bool
    taken_at: datetime | None
    source: str | None
    labels: tuple[str, ...]
    purpose: str
    campaign: str
    campaign_id: str = ""


@dataclass(frozen=True, slots=True)
class Followers:
    """An account's follower readings with the connection notes of the same weeks: one is never shown without the other."""

    account: Account
    readings: tuple[AccountReading, ...]
    notes: tuple[ConnectionNote, ...]


class Insights:
    """Collecting and reading figures."""

    def __init__(self, store: Store, platforms: Platforms, clock: Clock, ids: Ids) -> None:
        """Take the store, the connector floor, the clock and the id maker."""
        self._store = store
        self._platforms = platforms
        self._clock = clock
        self._ids = ids

    def collect(self) -> int:
        """Read the figures that are due (posts after an hour and 1, 3, 7, 14, 28 days; followers daily) and return how many readings were stored.

        A platform that does not answer is asked again at the next round, one that is asked too often when it says; nothing is stored
        for it.
        """
        now = self._clock.now()
        with self._store.read() as tx:
            accounts = _askable(tx, now)
            due: dict[str, list[tuple[Delivery, str]]] = {key: [] for key in accounts}
            for item in tx.readings.uncollected(now):
                taken = tuple(reading.taken_at for reading in tx.readings.of_delivery(item.id) if reading.source == "api")
                ref = next((part.ref for part in tx.deliveries.parts(item.id) if part.ref), None)
                if item.account_id in due and item.sent_at and ref and due_collections(item.sent_at, taken, now):
                    due[item.account_id].append((item, ref))
            daily = accounts.keys() - tx.readings.accounts_read(tuple(accounts), now - _DAY + _SKEW, now + _SKEW)
        return sum(self._collect_one(accounts[key], due[key], daily=key in daily) for key in accounts if due[key] or key in daily)

    def _collect_one(self, account: Account, due: list[tuple[Delivery, str]], *, daily: bool) -> int:
        """Read one account's figures, with one refreshed login; a login that is dead is said on the account."""
        tokens = VaultTokens(self._store, account.id)
        try:
            try:
                return self._read(account, tokens, due, daily=daily)
            except AuthExpired:
                self._platforms.connect(account, tokens.read(), tokens).refresh_auth(tokens)
                return self._read(account, tokens, due, daily=daily)
        except AuthExpired as error:
            self._needs_login(account, error.reason)
        except RateLimited as error:
            with self._store.write() as tx:
                tx.log.put_setting(_wait_name(account), error.until.isoformat())
        except ConnectorError:
            pass
        return 0

    def _needs_login(self, account: Account, reason: str) -> None:
        with self._store.write() as tx:
            before = tx.accounts.get(account.id)
            tx.accounts.swap(before, replace(before, health="needs-login", health_note=reason, version=before.version + 1))

    def _read(self, account: Account, tokens: VaultTokens, due: list[tuple[Delivery, str]], *, daily: bool) -> int:
        connector = self._platforms.connect(account, tokens.read(), tokens)
        stored = self._store_posts(due, connector.post_metrics([Ref(ref) for _, ref in due])) if due else 0
        if daily:
            figures = connector.account_metrics()
            with self._store.write() as tx:
                tx.readings.add_account(AccountReading(account.id, figures.taken_at, "api", figures.values, figures.raw))
            stored += 1
        return stored

    def _store_posts(self, due: list[tuple[Delivery, str]], found: Mapping[Ref, PostMetrics]) -> int:
        stored = 0
        with self._store.write() as tx:
            for item, ref in due:
                figures = found.get(Ref(ref))
                if figures is not None:
                    tx.readings.add_post(PostReading(item.id, figures.taken_at, "api", figures.values, figures.gone, figures.raw))
                    stored += 1
        return stored

    def enter(self, actor: Actor, delivery_id: str, values: Mapping[str, int | None], at: datetime | None = None) -> PostReading:
        """Store figures that a person read off the platform; what was left empty stays missing."""
        authorize(actor, "write")
        known = _valid(values, HAND_METRICS)
        now = self._clock.now()
        with self._store.write() as tx:
            item = tx.deliveries.get(delivery_id)
            if item.state != "sent":
                raise NotReady("Figures belong to posts that are out. This one is not.")
            read_at = _past(at or now, now)
            if item.sent_at is not None and read_at < item.sent_at:
                raise Invalid("time", "This reading is older than the post. Give the time at which you read the figures.")
            reading = PostReading(delivery_id, read_at, "hand", known)
            tx.readings.add_post(reading)
            tx.log.audit(AuditEvent(self._ids.new(), now, actor.id, "metrics.enter", f"delivery:{delivery_id}"))
        return reading

    def enter_followers(self, actor: Actor, account_id: str, followers: int, at: datetime | None = None) -> AccountReading:
        """Store a follower count that a person read off the platform."""
        authorize(actor, "write")
        known = _valid({"followers": followers}, ("followers",))
        now = self._clock.now()
        with self._store.write() as tx:
            tx.accounts.get(account_id)
            reading = AccountReading(account_id, _past(at or now, now), "hand", known)
            tx.readings.add_account(reading)
        return reading

    def posts(self, start: datetime, end: datetime, account_id: str | None = None) -> tuple[PostFigures, ...]:
        """Return the posts that were due in [start, end) and went out, earliest first, each with its latest figures."""
        with self._store.read() as tx:
            sent = tx.deliveries.window(start, end, account_id=account_id, states=("sent",))
            latest = tx.readings.latest([item.id for item in sent])
            posts = tx.posts.many([item.post_id for item in sent])
            accounts = {account.id: account for account in tx.accounts.all(archived=True)}
            titles = {campaign.id: campaign.title for campaign in tx.campaigns.campaigns.all()}
        rows = []
        for item in sent:
            reading, post = latest.get(item.id), posts[item.post_id]
            values = reading.values if reading else {}
            rows.append(
                PostFigures(
                    delivery=item,
                    headline=post.headline,
                    account=accounts[item.account_id],
                    values=values,
                    total=engagement(values),
                    gone=bool(reading and reading.gone),
                    taken_at=reading.taken_at if reading else None,
                    source=reading.source if reading else None,
                    labels=post.labels,
                    purpose=post.purpose,
                    campaign=titles.get(post.campaign, post.campaign),
                    campaign_id=post.campaign,
                )
            )
        return tuple(rows)

    def history(self, delivery_id: str) -> tuple[PostReading, ...]:
        """Return all readings of one delivery, oldest first."""
        with self._store.read() as tx:
            return tx.readings.of_delivery(delivery_id)

    def followers(self, account_id: str, start: datetime, end: datetime) -> Followers:
        """Return the follower readings of an account in [start, end) with its connection notes of the same days."""
        with self._store.read() as tx:
            account = tx.accounts.get(account_id)
            readings = tx.readings.of_account(account_id, start, end)
            notes = tx.notes.all(account_id=account_id, start=start.date(), end=(end - _INSTANT).date() + _DAY)
        return Followers(account, readings, notes)


def _askable(tx: Transaction, now: datetime) -> dict[str, Account]:
    """Return the accounts that may be asked now, by id."""
    connected = [account for account in tx.accounts.all() if account.mode == "api" and account.health == "ok"]
    waits = tx.log.settings([_wait_name(account) for account in connected])
    until = {name: datetime.fromisoformat(value) for name, value in waits.items()}
    return {account.id: account for account in connected if now >= until.get(_wait_name(account), now)}


def _wait_name(account: Account) -> str:
    return f"collect.{account.id}"


def _valid(values: Mapping[str, int | None], names: tuple[str, ...]) -> dict[str, int | None]:
    known = {name: values.get(name) for name in names}
    unknown = sorted(set(values) - set(names))
    if unknown:
        raise Invalid("metrics", f"“{unknown[0]}” is not a figure that can be kept. Use: {', '.join(names)}.")
    for name, value in known.items():
        if value is not None and not 0 <= value <= _MOST:
            raise Invalid("metrics", f"{name}: {value} is not a count. Leave it empty when the platform does not show it.")
    if all(value is None for value in known.values()):
        raise Invalid("metrics", "No figure was given. Enter at least one, and leave empty what the platform does not show.")
    return known


def _past(at: datetime, now: datetime) -> datetime:
    if at.tzinfo is None or at > now + _SKEW:
        raise Invalid("time", "This reading lies in the future or has no time zone. Give the time at which you read the figures.")
    return at
