"""What services need from the store: one protocol a kind of record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date, datetime

    from connectors.base import Credentials, Media
    from planner.checklist.report import LedgerEntry
    from planner.domain.account import Account
    from planner.domain.audit import AuditEvent, Notice
    from planner.domain.connection import ConnectionNote
    from planner.domain.delivery import Attempt, Delivery, DeliveryPart, Hold, Ready
    from planner.domain.metrics import AccountReading, PostReading
    from planner.domain.people import Member
    from planner.domain.post import Post, PostState
    from planner.domain.review import AnswerGiven, Approval, Override


class Members(Protocol):
    """The people of the workspace."""

    def all(self) -> tuple[Member, ...]:
        """Return everybody, oldest first."""

    def get(self, member_id: str) -> Member:
        """Return one; raise Missing."""

    def put(self, member: Member) -> None:
        """Insert or replace."""


class Accounts(Protocol):
    """Professional accounts."""

    def all(self, *, archived: bool = False) -> tuple[Account, ...]:
        """Return the accounts in the order of their creation."""

    def get(self, account_id: str) -> Account:
        """Return one; raise Missing."""

    def versions(self, account_ids: Sequence[str]) -> Mapping[str, int]:
        """Return id -> version of those that exist; the version rises with every change."""

    def add(self, account: Account) -> None:
        """Insert a new one."""

    def swap(self, before: Account, after: Account) -> bool:
        """Replace `before` by `after` when its version still stands; `after.version` is one higher."""


class Posts(Protocol):
    """Posts with their variants."""

    def get(self, post_id: str) -> Post:
        """Return one; raise Missing."""

    def many(self, post_ids: Sequence[str]) -> Mapping[str, Post]:
        """Return the posts of these ids that exist, in a bounded number of queries."""

    def versions(self, post_ids: Sequence[str]) -> Mapping[str, int]:
        """Return id -> version of those that exist; the version rises with every change."""

    def add(self, post: Post) -> None:
        """Insert a new one, and keep its first version."""

    def swap(self, before: Post, after: Post) -> bool:
        """Replace `before` by `after` when its version still stands, and keep the new version in the history."""

    def delete(self, post_id: str) -> None:
        """Delete a post that never went out, with its history, answers and report."""

    def page(
        self,
        *,
        states: Sequence[PostState] = (),
        account_id: str | None = None,
        search: str = "",
        before: str | None = None,
        limit: int = 50,
    ) -> tuple[Post, ...]:
        """Return posts, the latest change first; `before` is the last id of the page before (keyset)."""

    def version(self, post_id: str, number: int) -> Post:
        """Return an older version; raise Missing."""


class Reviews(Protocol):
    """Reports, answers, approvals and the append-only override log."""

    def put_report(self, post_id: str, account_id: str, content: str, report: str, at: datetime) -> None:
        """Keep the latest report (JSON) of a variant for a content digest."""

    def report(self, post_id: str, account_id: str) -> tuple[str, str, datetime] | None:
        """Return (content digest, report JSON, time) of the latest report."""

    def answers(self, post_id: str) -> tuple[AnswerGiven, ...]:
        """Return all answers of a post, oldest first."""

    def put_answer(self, answer: AnswerGiven) -> None:
        """Insert, or replace the answer for the same post, content and subject."""

    def approvals(self, post_id: str) -> tuple[Approval, ...]:
        """Return all approvals of a post, oldest first, void ones too."""

    def approval(self, approval_id: str) -> Approval:
        """Return one; raise Missing."""

    def add_approval(self, approval: Approval) -> None:
        """Insert."""

    def overrides(self, post_id: str | None = None) -> tuple[Override, ...]:
        """Return the overrides of a post, or all, oldest first."""

    def foresee(self, post_ids: Sequence[str]) -> None:
        """Read ahead what the other methods ask for about each of these posts. In a read transaction only."""

    def add_override(self, override: Override) -> Override:
        """Append to the hash chain; returns it with `prev_hash` and `hash`. Rows can never be changed."""


class Deliveries(Protocol):
    """Deliveries with their frozen parts, attempts, journal and holds. The rows are the truth."""

    def get(self, delivery_id: str) -> Delivery:
        """Return one; raise Missing."""

    def add(self, delivery: Delivery) -> None:
        """Insert a new one."""

    def add_all(self, deliveries: Sequence[Delivery]) -> None:
        """Insert many at once."""

    def own(self, delivery_ids: Collection[str]) -> None:
        """Wait until these are this transaction's alone: before the first change, where several rows or what belongs to one are changed."""

    def swap(self, before: Delivery, after: Delivery) -> bool:
        """Compare-and-set on id, generation, state, due time, lease owner and looks: exactly one row changed, or False."""

    def swap_all(self, pairs: Sequence[tuple[Delivery, Delivery]]) -> frozenset[str]:
        """Swap many rows at once, each by its own compare-and-set; return the ids of those that changed. No row twice."""

    def many(self, delivery_ids: Sequence[str]) -> tuple[Delivery, ...]:
        """Return the deliveries of these ids that exist."""

    def of_post(self, post_id: str) -> tuple[Delivery, ...]:
        """Return the deliveries of a post, earliest first."""

    def of_posts(self, post_ids: Sequence[str]) -> Mapping[str, tuple[Delivery, ...]]:
        """Return post -> its deliveries, earliest first, in one query; a post without any has an empty tuple."""

    def window(self, start: datetime, end: datetime, *, account_id: str | None = None, states: Sequence[str] = ()) -> tuple[Delivery, ...]:
        """Return the deliveries due in [start, end), earliest first."""

    def by_state(self, states: Sequence[str], *, limit: int = 200) -> tuple[Delivery, ...]:
        """Return deliveries in these states, earliest due first."""

    def due(self, now: datetime, *, limit: int) -> tuple[Delivery, ...]:
        """Return queued deliveries with due_at <= now and next_attempt_at null or <= now, earliest first, one per account first."""

    def ready(self, now: datetime, *, limit: int, since: datetime | None = None, busy: Collection[str] = ()) -> tuple[Ready, ...]:
        """Return in short what an engine has to look at now: at most `limit` in doubt, then as many due, each the earliest first.

        `since`: only what has fallen due after this moment. Of these, the rows of `busy` accounts are left out.
        """

    def next_due(self) -> datetime | None:
        """Return when the next queued delivery falls due, or None."""

    def expired(self, now: datetime, *, mode: str = "api", limit: int = 200) -> tuple[Delivery, ...]:
        """Return `sending` deliveries of this mode whose lease (for a hand post: the time of its card) is over."""

    def sent_between(self, account_id: str, start: datetime, end: datetime) -> int:
        """Return how many posts (a thread is one) and retries of this account were attempted in the span: the flood breaker's count."""

    def tried(self, account_ids: Sequence[str], start: datetime, end: datetime) -> Mapping[str, int]:
        """Return the same count for many accounts, only those that tried at all."""

    def hold_queued(self, hold: Hold) -> int:
        """Move every queued delivery of the hold's scope to held, in one statement; return how many."""

    def held(self, *, limit: int = 5000) -> tuple[Delivery, ...]:
        """Return deliveries that are held by a hold or by their account's state, not by what is wrong with themselves."""

    def parts(self, delivery_id: str) -> tuple[DeliveryPart, ...]:
        """Return the frozen parts, in order."""

    def freeze(self, parts: Sequence[DeliveryPart]) -> None:
        """Insert the parts once; parts that are there already stay as they are."""

    def thaw(self, delivery_id: str) -> None:
        """Forget the frozen parts and the journal, so that another content can be frozen; raise Conflict when a part is live."""

    def part_sent(self, delivery_id: str, index: int, ref: str, url: str | None, at: datetime) -> None:
        """Write a part's remote id once; a second, different id is refused."""

    def parts_sent(self, found: Sequence[tuple[str, int, str, str | None]], at: datetime) -> frozenset[str]:
        """Write many remote ids (delivery, part, id, URL), one a delivery; return the deliveries whose part had none before."""

    def attempts(self, delivery_id: str) -> tuple[Attempt, ...]:
        """Return the attempts, oldest first."""

    def add_attempt(self, attempt: Attempt) -> None:
        """Insert."""

    def add_attempts(self, attempts: Sequence[Attempt]) -> None:
        """Insert many in one statement."""

    def end_attempt(self, attempt_id: str, at: datetime, outcome: str, reason: str | None) -> None:
        """Write how it ended, once."""

    def end_attempts(self, attempt_ids: Sequence[str], at: datetime, outcome: str, reason: str | None = None) -> None:
        """Write how many ended, each once."""

    def journal(self, delivery_id: str) -> Mapping[str, str]:
        """Return the journal: step -> value."""

    def put_journal(self, delivery_id: str, step: str, value: str) -> None:
        """Insert or replace one step."""

    def holds(self, *, active: bool = True) -> tuple[Hold, ...]:
        """Return the holds, oldest first."""

    def put_hold(self, hold: Hold) -> None:
        """Insert or replace."""

    def counts(self) -> Mapping[str, int]:
        """Return state -> number of deliveries, only states that occur."""


class Readings(Protocol):
    """Metrics as reported."""

    def add_post(self, reading: PostReading) -> None:
        """Insert; the same delivery and time twice is one row."""

    def add_account(self, reading: AccountReading) -> None:
        """Insert; the same account and time twice is one row."""

    def of_delivery(self, delivery_id: str) -> tuple[PostReading, ...]:
        """Return the readings of one delivery, oldest first."""

    def latest(self, delivery_ids: Sequence[str]) -> Mapping[str, PostReading]:
        """Return the latest reading of each delivery that has one."""

    def of_account(self, account_id: str, start: datetime, end: datetime) -> tuple[AccountReading, ...]:
        """Return the readings of an account in [start, end), oldest first."""

    def accounts_read(self, account_ids: Sequence[str], start: datetime, end: datetime) -> frozenset[str]:
        """Return those of these accounts that have a reading in [start, end), in one query."""

    def uncollected(self, now: datetime, *, limit: int = 200) -> tuple[Delivery, ...]:
        """Return sent api deliveries of the last eight days that may lack one of the planned readings."""


class Notes(Protocol):
    """Connection notes."""

    def all(self, *, account_id: str | None = None, start: date | None = None, end: date | None = None) -> tuple[ConnectionNote, ...]:
        """Return the notes in [start, end), by day."""

    def get(self, note_id: str) -> ConnectionNote:
        """Return one; raise Missing."""

    def add(self, note: ConnectionNote) -> None:
        """Insert."""

    def swap(self, before: ConnectionNote, after: ConnectionNote) -> bool:
        """Replace when the version still stands."""

    def delete(self, note_id: str) -> None:
        """Delete; a note is the writer's own."""


class Ledgers(Protocol):
    """What the account's posts have told before, for the mosaic check. Display values are encrypted at rest."""

    def entries(self, account_id: str) -> tuple[LedgerEntry, ...]:
        """Return the account's entries, oldest first."""

    def replace(self, account_id: str, post_id: str, entries: Sequence[LedgerEntry]) -> None:
        """Replace the entries of one post; none deletes them."""


class Log(Protocol):
    """Audit events, notices, operation ids, small settings, heartbeats."""

    def audit(self, event: AuditEvent) -> None:
        """Append; rows can never be changed."""

    def events(self, *, subject: str | None = None, limit: int = 200) -> tuple[AuditEvent, ...]:
        """Return the newest events first."""

    def put_notice(self, notice: Notice) -> bool:
        """Insert when no notice of that key exists; return whether it was new."""

    def waiting_notices(self, *, limit: int = 100) -> tuple[Notice, ...]:
        """Return notices not told yet, oldest first."""

    def notice_told(self, notice_id: str, at: datetime | None, tries: int) -> None:
        """Write when it was told (None: not yet) and how often it was tried."""

    def done(self, op: str) -> str | None:
        """Return the stored answer of an operation id, or None when it has not been done."""

    def put_done(self, op: str, actor: str, answer: str, at: datetime) -> None:
        """Store the answer of an operation id."""

    def setting(self, name: str) -> str | None:
        """Return a small workspace setting, or None."""

    def settings(self, names: Sequence[str]) -> Mapping[str, str]:
        """Return those of these settings that there are, in one query."""

    def put_setting(self, name: str, value: str) -> None:
        """Insert or replace a setting."""

    def own_note(self, name: str) -> str:
        """Return a setting that nobody else can change until this transaction ends; empty when there was none."""

    def put_note(self, name: str, value: str) -> None:
        """Insert or replace a setting that no page shows to others; it leaves the data version alone, as a heartbeat does."""

    def beat(self, worker: str, at: datetime, details: Mapping[str, str]) -> None:
        """Write a worker's heartbeat."""

    def beats(self) -> Mapping[str, tuple[datetime, Mapping[str, str]]]:
        """Return worker -> (last heartbeat, details)."""


class MediaFiles(Protocol):
    """Image bytes by digest."""

    def put(self, media: Media) -> str:
        """Store once; return the digest."""

    def get(self, digest: str) -> Media:
        """Return name, type and bytes; raise Missing. The alt text is the post's, not the file's."""


class Vault(Protocol):
    """Credentials, encrypted at rest with a key outside the database."""

    def read(self, account_id: str) -> Credentials | None:
        """Return the account's credentials, or None."""

    def write(self, account_id: str, credentials: Credentials) -> None:
        """Store, replacing."""

    def swap(self, account_id: str, old: Credentials, new: Credentials) -> bool:
        """Replace only when `old` still stands."""

    def forget(self, account_id: str) -> None:
        """Delete."""
