"""Everything out: posts, deliveries, figures, notes, approvals, overrides and the audit log, as JSON or CSV."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict, is_dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from planner.domain.people import authorize
from planner.domain.withheld import Withheld
from planner.services.cells import cell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.domain.account import Account
    from planner.domain.people import Actor
    from planner.domain.post import Post
    from planner.ports import Clock, Store, Transaction

T = TypeVar("T")
FORMAT = 1
Table = Literal["posts", "deliveries", "figures", "notes", "audit"]
TABLES: tuple[Table, ...] = ("posts", "deliveries", "figures", "notes", "audit")
_PAGE = 200
_FIRST = datetime(2000, 1, 1, tzinfo=UTC)
_LAST = datetime(2200, 1, 1, tzinfo=UTC)
_METRICS = ("likes", "reposts", "replies", "quotes", "comments", "impressions", "bookmarks")
COLUMNS: dict[Table, tuple[str, ...]] = {
    "posts": ("post", "account", "state", "purpose", "type", "labels", "title", "text", "changed"),
    "deliveries": (
        "delivery", "post", "account", "state", "local time", "zone", "due (UTC)", "sent (UTC)", "address", "reason",
    ),
    "figures": ("delivery", "read (UTC)", "source", "gone", *_METRICS),
    "notes": ("account", "day", "who", "text", "stage", "place", "next_step"),
    "audit": ("at (UTC)", "who", "what", "subject", "details"),
}  # fmt: skip


class Transfer:
    """Exports; logins and keys are never part of one."""

    def __init__(self, store: Store, clock: Clock) -> None:
        """Take the store and the clock."""
        self._store = store
        self._clock = clock

    def everything(self, actor: Actor) -> str:
        """Return the whole workspace as JSON, keys sorted: all but logins and image bytes."""
        authorize(actor, "read")
        with self._store.read() as tx:
            posts = list(_posts(tx))
            deliveries = tx.deliveries.window(_FIRST, _LAST)
            accounts = tx.accounts.all(archived=True)
            petitions = tx.petitions.all(archived=True)
            value = {
                "format": FORMAT,
                "exported_at": self._clock.now(),
                "members": tx.members.all(),
                "accounts": accounts,
                "posts": posts,
                "answers": [answer for post in posts for answer in tx.reviews.answers(post.id)],
                "approvals": [approval for post in posts for approval in tx.reviews.approvals(post.id)],
                "overrides": tx.reviews.overrides(),
                "consents": tx.consents.all(),
                "stories": [basis for post in posts if (basis := tx.consents.basis(post.id)) is not None],
                "cut_downs": [cut for post in posts if (cut := tx.writing.cut_down(post.id)) is not None],
                "comments": [comment for post in posts for comment in tx.talk.comments(post.id)],
                **_bank(tx, posts),
                "deliveries": deliveries,
                "parts": [part for item in deliveries for part in tx.deliveries.parts(item.id)],
                "attempts": [attempt for item in deliveries for attempt in tx.deliveries.attempts(item.id)],
                "figures": [reading for item in deliveries for reading in tx.readings.of_delivery(item.id)],
                "followers": [reading for account in accounts for reading in tx.readings.of_account(account.id, _FIRST, _LAST)],
                "notes": tx.notes.all(),
                "petitions": petitions,
                "campaigns": tx.campaigns.campaigns.all(),
                "campaign_links": tx.campaigns.links(),
                "hashtag_cards": tx.campaigns.cards.all(),
                "events": tx.campaigns.events.all(),
                "asks": tx.campaigns.asks.all(),
                "partners": tx.campaigns.partners.all(),
                "lobbying": tx.campaigns.lobbying.all(),
                "signature_counts": [count for item in petitions for count in tx.petitions.counts(item.id)],
                "audit": tx.log.events(limit=1_000_000),
            }
        return _text(value, [account for account in accounts if account.facts.legal_name])

    def table(self, actor: Actor, name: Table) -> str:
        """Return one table as CSV for a spreadsheet; cells that a spreadsheet would run get an apostrophe in front."""
        authorize(actor, "read")
        with self._store.read() as tx:
            rows = list(_TABLES[name](tx))
            withheld = Withheld(tx.accounts.all(archived=True))
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(COLUMNS[name])
        writer.writerows([cell(row[column]) for column in COLUMNS[name]] for row in rows)
        return withheld.hide(out.getvalue())

    def without_names(self, value: T) -> T:
        """Return a text, or lists and objects with texts in them, without the own names of people who write under a pseudonym."""
        with self._store.read() as tx:
            cleaned: T = Withheld(tx.accounts.all(archived=True)).clean(value)
        return cleaned


def _text(value: dict[str, Any], hidden: list[Account]) -> str:
    """Return the export as text, without the own names behind the pseudonyms of `hidden`."""
    text = json.dumps(value, default=_plain, sort_keys=True, indent=1, ensure_ascii=False)
    if hidden:
        told = json.loads(text)
        for account in told["accounts"]:
            account["facts"]["legal_name"] = ""
        text = json.dumps(Withheld(hidden).clean(told), sort_keys=True, indent=1, ensure_ascii=False)
    return text + "\n"


def _bank(tx: Transaction, posts: list[Post]) -> dict[str, Any]:
    """Return the content bank, and what it keeps beside posts, by the names of the export."""
    return {
        "bank": tx.library.items(),
        "pillars": tx.library.pillars(),
        "sources": [source for post in posts for source in tx.library.sources(post.id)],
        "beside_posts": list(tx.library.notes([post.id for post in posts]).values()),
    }


def _posts(tx: Transaction) -> Iterator[Post]:
    last: str | None = None
    while page := tx.posts.page(before=last, limit=_PAGE):
        yield from page
        last = page[-1].id


def _post_rows(tx: Transaction) -> Iterator[dict[str, Any]]:
    names = {account.id: account.title for account in tx.accounts.all(archived=True)}
    for post in _posts(tx):
        for account_id in post.account_ids or ("",):
            content = post.content_for(account_id) if account_id else post.base
            yield {
                "post": post.id,
                "account": names.get(account_id, ""),
                "state": post.state,
                "purpose": post.purpose,
                "type": post.type,
                "labels": " ".join(post.labels),
                "title": content.title,
                "text": content.text,
                "changed": post.updated_at,
            }


def _delivery_rows(tx: Transaction) -> Iterator[dict[str, Any]]:
    names = {account.id: account.title for account in tx.accounts.all(archived=True)}
    for item in tx.deliveries.window(_FIRST, _LAST):
        yield {
            "delivery": item.id,
            "post": item.post_id,
            "account": names[item.account_id],
            "state": item.state,
            "local time": item.wall,
            "zone": item.zone,
            "due (UTC)": item.due_at,
            "sent (UTC)": item.sent_at,
            "address": item.url,
            "reason": item.reason,
        }


def _figure_rows(tx: Transaction) -> Iterator[dict[str, Any]]:
    for item in tx.deliveries.window(_FIRST, _LAST, states=("sent",)):
        for reading in tx.readings.of_delivery(item.id):
            yield {
                "delivery": item.id,
                "read (UTC)": reading.taken_at,
                "source": reading.source,
                "gone": reading.gone,
                **{name: reading.values.get(name) for name in _METRICS},
            }


def _note_rows(tx: Transaction) -> Iterator[dict[str, Any]]:
    names = {account.id: account.title for account in tx.accounts.all(archived=True)}
    for note in tx.notes.all():
        yield {**asdict(note), "account": names[note.account_id]}


def _audit_rows(tx: Transaction) -> Iterator[dict[str, Any]]:
    for event in tx.log.events(limit=1_000_000):
        details = json.dumps(dict(event.details), sort_keys=True, ensure_ascii=False)
        yield {"at (UTC)": event.at, "who": event.actor, "what": event.action, "subject": event.subject, "details": details}


_TABLES = {"posts": _post_rows, "deliveries": _delivery_rows, "figures": _figure_rows, "notes": _note_rows, "audit": _audit_rows}


def _plain(value: Any) -> Any:  # noqa: ANN401 - json's default hook takes and gives anything
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    return dict(value)
