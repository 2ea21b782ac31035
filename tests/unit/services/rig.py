"""A small house for the service tests: the real store on a temporary file, a scripted checklist, platforms that answer as told."""

from __future__ import annotations

import io
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet
from PIL import Image

from connectors import registry
from connectors.base import AccountMetrics, AuthState, Credentials
from planner.checklist.check import check, remember
from planner.checklist.report import Answer, Finding, LedgerEntry, Question, Report, Source, Suggestion, verdict_of
from planner.checklist.rules import load
from planner.checklist.wire import report_line
from planner.domain.account import Account
from planner.domain.delivery import DeliveryPart
from planner.domain.errors import Invalid
from planner.domain.people import Actor, Member
from planner.domain.post import Content, PostVariant
from planner.domain.review import READERS
from planner.domain.schedule import Wall, Window
from planner.services.accounts import Accounts
from planner.services.approvals import Approvals
from planner.services.calendar import Calendar
from planner.services.campaigns import Campaigns
from planner.services.composer import Composer
from planner.services.connections import Connections
from planner.services.copies import Copies
from planner.services.cut_downs import CutDowns
from planner.services.gate import Gate
from planner.services.images import Images
from planner.services.insights import Insights
from planner.services.transfer import Transfer
from planner.services.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from connectors.base import Connector, PostMetrics, Ref, TokenStore
    from connectors.registry import PlatformInfo
    from connectors.sign_in import Offer
    from planner.checklist.report import Draft, Level, Profile
    from planner.domain.delivery import Delivery
    from planner.domain.people import Role
    from planner.domain.post import Post
    from planner.ports import Checker
    from planner.store import SqlStore

KEY = Fernet.generate_key()
NOW = datetime(2026, 11, 24, 16, tzinfo=UTC)
"""Tuesday, 09:00 in Denver."""

TOMORROW = Wall.parse("2026-11-25 10:00")
WEEKDAY_HOURS = tuple(Window(day, time(9), time(17)) for day in range(5))
NIGHTS = tuple(Window(day, time(20), time(7)) for day in range(7))
SOURCE = Source("s1", "A guideline", "https://example.org", "2021", "2026-11-01")
YES_NO = (Answer("yes", "Yes", "raise"), Answer("no", "No", "clear"))


class Time:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> datetime:
        return self.at

    def on(self, **span: float) -> datetime:
        self.at += timedelta(**span)
        return self.at


class Numbers:
    """Ids that count upward."""

    def __init__(self) -> None:
        self._last = 0

    def new(self) -> str:
        self._last += 1
        return f"{self._last:032x}"


@dataclass
class Script:
    """A checklist that finds what it was told to look for, and keeps what it was asked."""

    rules: dict[str, tuple[str, Level]] = field(default_factory=dict)
    asked: dict[str, Question] = field(default_factory=dict)
    drafts: list[Draft] = field(default_factory=list)
    profiles: list[Profile | None] = field(default_factory=list)
    ledgers: list[tuple[LedgerEntry, ...]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def find(self, word: str, rule: str, level: Level) -> None:
        self.rules[word] = (rule, level)

    def ask(self, word: str, question: Question) -> None:
        self.asked[word] = question

    def check(self, draft: Draft, *, profile: Profile | None = None, ledger: Sequence[LedgerEntry] | None = None) -> Report:
        self.drafts.append(draft)
        self.profiles.append(profile)
        self.ledgers.append(tuple(ledger or ()))
        findings = tuple(
            _finding(draft.text, word, rule.partition("/"), level) for word, (rule, level) in self.rules.items() if word in draft.text
        )
        questions = tuple(question for word, question in self.asked.items() if word in draft.text)
        return Report(draft.id, verdict_of(findings), findings, questions, (), None, {"test": "1"}, "Nothing matched.")

    def remember(
        self, draft: Draft, *, day: date, profile: Profile | None = None, ledger: Sequence[LedgerEntry] | None = None
    ) -> tuple[LedgerEntry, ...]:
        self.profiles.append(profile)
        self.ledgers.append(tuple(ledger or ()))
        told = (word for word in self.told if word in draft.text)
        return tuple(LedgerEntry(draft.id, day.isoformat(), draft.id, "age", "d" * 64, word) for word in told)

    def wire(self, report: Report) -> str:
        return f'{{"verdict": "{report.verdict}"}}'


def _finding(text: str, word: str, rule: tuple[str, str, str], level: Level) -> Finding:
    start = text.index(word)
    return Finding(
        id="f1",
        rule=rule[0],
        variant=rule[2] or "main",
        level=level,
        fingerprint=f"fp-{word}",
        start=start,
        end=start + len(word),
        quote=word,
        message=f"{word} stands here.",
        why="Because.",
        source=SOURCE,
        suggestion=Suggestion("delete", start, start + len(word), "") if level == "advise" else None,
        question=Question(f"q-{word}", "Is it so?", "finding", YES_NO) if level == "ask" else None,
    )


@dataclass
class Remote:
    """A platform that answers as told: an answer is a value to return or an error to raise, the last one for ever."""

    auth: list[Any] = field(default_factory=lambda: [AuthState(ok=True, handle="@juniper")])
    posts: list[Any] = field(default_factory=lambda: [{}])
    account: list[Any] = field(default_factory=list)
    refresh: list[Any] = field(default_factory=lambda: [None])
    seen: list[tuple[str, Any]] = field(default_factory=list)
    tokens: TokenStore | None = None
    renewed: Credentials | None = None

    def check_auth(self) -> AuthState:
        if self.renewed is not None:
            assert self.tokens is not None
            assert self.tokens.swap(self.tokens.read(), self.renewed)
            assert not self.tokens.swap(self.renewed.__class__({"access": "stale"}), self.renewed)
        return self._next("auth", None)

    def post_metrics(self, refs: Sequence[Ref]) -> dict[Ref, PostMetrics]:
        return self._next("posts", tuple(refs))

    def account_metrics(self) -> AccountMetrics:
        return self._next("account", None)

    def refresh_auth(self, store: TokenStore) -> None:
        self._next("refresh", store.read().values)

    def _next(self, name: str, argument: Any) -> Any:
        self.seen.append((name, argument))
        answers = getattr(self, name)
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


class Floor:
    """The real platforms' facts; a login meets the scripted remote."""

    def __init__(self) -> None:
        self.remote = Remote()
        self.credentials: list[Credentials | None] = []
        self.refuses: Exception | None = None
        self.begun: list[tuple[Any, ...]] = []
        self.finished: list[tuple[Any, ...]] = []
        self.offered: tuple[Offer, ...] = ()

    def info(self, platform: str) -> PlatformInfo:
        if platform not in registry.names():
            raise Invalid("platform", f"There is no platform “{platform}”.")
        return registry.platform(platform)

    def all(self) -> tuple[PlatformInfo, ...]:
        return registry.platforms()

    def begin_sign_in(self, platform: str, values: Mapping[str, str], redirect_uri: str, *, state: str, randomness: bytes) -> Any:
        self.begun.append((platform, dict(values), redirect_uri, state, randomness))
        if self.refuses:
            raise self.refuses
        return f"https://platform.example/allow?state={state}", {**values, "client_id": "made"}, "the-verifier"

    def finish_sign_in(
        self, platform: str, values: Mapping[str, str], redirect_uri: str, *, query: str, state: str, verifier: str
    ) -> Credentials:
        self.finished.append((platform, dict(values), redirect_uri, query, state, verifier))
        if self.refuses:
            raise self.refuses
        return Credentials({**values, "access": "the-access-token"})

    def offers(self, platform: str, login: Credentials) -> tuple[Offer, ...]:
        self.finished.append((platform, dict(login.values)))
        return self.offered

    def planner_view(self, platform: str, mode: str, settings: Mapping[str, str]) -> Connector:
        return registry.preview(platform, mode, settings)

    def connect(self, account: Account, credentials: Credentials | None, tokens: TokenStore | None) -> Any:  # noqa: ARG002 - the protocol's
        self.credentials.append(credentials)
        self.remote.tokens = tokens
        if self.refuses:
            raise self.refuses
        return self.remote


@dataclass
class Rig:
    """Every service of the house but the publisher, and the ways to a scheduled post."""

    store: SqlStore
    clock: Time
    ids: Numbers
    checker: Any
    platforms: Floor
    gate: Gate
    workspace: Workspace
    accounts: Accounts
    composer: Composer
    cut_downs: CutDowns
    copies: Copies
    images: Images
    approvals: Approvals
    calendar: Calendar
    insights: Insights
    connections: Connections
    transfer: Transfer
    campaigns: Campaigns

    def member(self, name: str, role: Role = "author", *, active: bool = True) -> Actor:
        """Put a person into the workspace and return them as they act in a team of two."""
        with self.store.write() as tx:
            tx.members.put(Member(name, name.capitalize(), role, active=active, created_at=self.clock.now()))
        return Actor(name, name.capitalize(), role, 2)

    def alone(self) -> Actor:
        """Return the owner, working alone."""
        return self.workspace.actor()

    def account(self, **changes: Any) -> Account:
        """Store an account, by default one that is posted to by hand, and return it."""
        fresh = replace(BLANK, **changes)
        return self.accounts.add(Actor("owner", "Owner", "admin"), fresh)

    def draft(self, text: str, *accounts: Account, actor: Actor | None = None, **fields: Any) -> Post:
        """Start a draft."""
        return self.composer.new(actor or self.alone(), tuple(one.id for one in accounts), Content(text=text, **fields))

    def save(self, post: Post, text: str, actor: Actor | None = None, **variants: str) -> Post:
        """Save another text."""
        own = tuple(
            PostVariant(key, replace(post.base, text=variants[key]) if key in variants else variant.content)
            for key, variant in zip(post.account_ids, post.variants, strict=True)
        )
        return self.composer.save(actor or self.alone(), post.id, post.version, replace(post.base, text=text), own)

    def tick_all(self, post: Post, actor: Actor | None = None) -> None:
        """Tick every reader on every account."""
        for account_id in post.account_ids:
            for reader in READERS:
                self.composer.tick(actor or self.alone(), post.id, account_id, reader)

    def submit(self, post: Post, actor: Actor | None = None) -> Post:
        """Tick everything and hand the post in."""
        self.tick_all(post, actor)
        return self.composer.submit(actor or self.alone(), post.id, self.composer.load(post.id).version)

    def ready(self, text: str, *accounts: Account, **fields: Any) -> Post:
        """Return a post that is handed in and confirmed on every account, working alone."""
        post = self.submit(self.draft(text, *accounts, **fields))
        for account_id in post.account_ids:
            self.approvals.approve(self.alone(), post.id, account_id, post.digest_for(account_id))
        return self.composer.load(post.id)

    def scheduled(self, text: str, account: Account, wall: Wall = TOMORROW, **options: Any) -> Delivery:
        """Return a scheduled delivery of a new post."""
        post = self.ready(text, account)
        return self.calendar.schedule(self.alone(), post.id, account.id, wall, **options)

    def force(self, delivery: Delivery, state: str, **changes: Any) -> Delivery:
        """Put a delivery into a state, as the worker would."""
        after = replace(delivery, state=state, **changes)
        with self.store.write() as tx:
            assert tx.deliveries.swap(delivery, after)
        return after

    def out(self, delivery: Delivery, *, ref: str | None = "at://1", **changes: Any) -> Delivery:
        """Put a delivery out, with its part's remote id."""
        item = self.force(delivery, "sent", **{"sent_at": delivery.due_at, "url": "https://example.org/1", **changes})
        with self.store.write() as tx:
            tx.deliveries.freeze((DeliveryPart(item.id, 0, "{}", (), "f" * 64, item.id),))
            if ref:
                tx.deliveries.part_sent(item.id, 0, ref, None, item.sent_at)
        return item

    def actions(self, subject: str | None = None) -> list[str]:
        """Return what the audit log holds, the oldest first."""
        with self.store.read() as tx:
            return [event.action for event in reversed(tx.log.events(subject=subject))]


BLANK = Account(
    id="",
    owner="Dana Whitlock, LCSW",
    purpose="Education",
    kind="practice",
    platform="bluesky",
    handle="@juniper",
    mode="hand",
    zone="America/Denver",
    countries=("US",),
    created_at=NOW,
    org_type="practice",
    author="therapist",
    business_hours=WEEKDAY_HOURS,
    quiet_hours=NIGHTS,
)


def build(store: SqlStore, *, real: bool = False) -> Rig:
    """Return the house over a store, with a scripted checklist or the real one."""
    clock, ids, floor = Time(), Numbers(), Floor()
    rules: Checker = Real(clock) if real else Script()
    gate = Gate(rules, floor)
    return Rig(
        store=store,
        clock=clock,
        ids=ids,
        checker=rules,
        platforms=floor,
        gate=gate,
        workspace=Workspace(store, clock, ids),
        accounts=Accounts(store, floor, clock, ids),
        composer=Composer(store, rules, gate, clock, ids),
        cut_downs=CutDowns(store, clock, ids),
        copies=Copies(store, clock),
        images=Images(store),
        approvals=Approvals(store, gate, clock, ids),
        calendar=Calendar(store, gate, clock, ids),
        insights=Insights(store, floor, clock, ids),
        connections=Connections(store, rules, clock, ids),
        transfer=Transfer(store, clock),
        campaigns=Campaigns(store, Insights(store, floor, clock, ids), clock, ids),
    )


def png(width: int = 4, height: int = 3) -> bytes:
    """Return a small real picture."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(out, "PNG")
    return out.getvalue()


def url(folder: Path) -> str:
    """Return the address of the SQLite file in a folder."""
    return f"sqlite:///{folder / 'planner.sqlite'}"


class Real:
    """The real checklist with its rule files, on the day of the clock."""

    def __init__(self, clock: Time) -> None:
        self._clock = clock
        self._packs = load()

    def check(self, draft: Draft, *, profile: Profile | None = None, ledger: Sequence[LedgerEntry] | None = None) -> Report:
        return check(draft, profile=profile, ledger=ledger, today=self._clock.now().date(), packs=self._packs)

    def remember(
        self, draft: Draft, *, day: date, profile: Profile | None = None, ledger: Sequence[LedgerEntry] | None = None
    ) -> tuple[LedgerEntry, ...]:
        return remember(draft, day=day, profile=profile, ledger=ledger)

    def wire(self, report: Report) -> str:
        return report_line(report)
