"""Posts, their history, and what belongs to the gate: reports, answers, approvals, the override log."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, select, tuple_
from sqlalchemy.exc import IntegrityError

from planner.domain.errors import Missing, NotReady
from planner.domain.post import Post
from planner.domain.review import AnswerGiven, Approval, Override
from planner.store import tables, tables_writing
from planner.store.rows import Room, Rows
from planner.store.writing import prints_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.domain.post import PostState

POSTS = Rows(tables.post, Post, "This post does not exist any more. Go back to the list of posts.")
_ANSWERS = Rows(tables.answer, AnswerGiven)
_APPROVALS = Rows(tables.approval, Approval, "This approval does not exist. Ask for the review again.")
_OVERRIDES = Rows(tables.override, Override)
_BY_TIME = ("at", "content", "subject")
_GENESIS = "0" * 64
_VERSIONS = select(tables.post.c.id, tables.post.c.version)
_IN_VERSION = ("base", "variants", "updated_at")


class SqlPosts(Room):
    """Posts with their variants."""

    def get(self, post_id: str) -> Post:
        """Return one; raise Missing."""
        return self._single("post", POSTS, post_id)

    def many(self, post_ids: Sequence[str]) -> Mapping[str, Post]:
        """Return the posts of these ids that exist, in a bounded number of queries."""
        return {post.id: post for post in POSTS.among(self._connection, "id", post_ids)}

    def versions(self, post_ids: Sequence[str]) -> Mapping[str, int]:
        """Return id -> version of those that exist."""
        return dict(self._among(_VERSIONS, tables.post.c.id, post_ids))

    def foresee(self, post_ids: Sequence[str]) -> None:
        """Read these posts ahead."""
        self._known.update((("post", key), post) for key, post in self.many(post_ids).items())

    def add(self, post: Post) -> None:
        """Insert a new one, and keep its first version."""
        self._insert(tables.post, {**POSTS.values(post), "words": _words(post)})
        self._link(post)
        self._mark(post)
        self._keep(post)

    def swap(self, before: Post, after: Post) -> bool:
        """Replace when the version still stands, and keep the new version in the history."""
        table = tables.post
        changes = {**POSTS.changed(before, after), "words": _words(after)}
        statement = table.update().where(table.c.id == before.id, table.c.version == before.version).values(**changes)
        if self._write(statement) != 1:
            return False
        if before.account_ids != after.account_ids:
            self._write(delete(tables.post_account).where(tables.post_account.c.post_id == after.id))
            self._link(after)
        if (before.base, before.variants) != (after.base, after.variants):
            self._mark(after)
        self._keep(after)
        return True

    def delete(self, post_id: str) -> None:
        """Delete a post that never went out, with its history, answers, report and cancelled deliveries."""
        rows, tried = tables.delivery.c, select(tables.attempt.c.delivery_id)
        self._write(delete(tables.delivery).where(rows.post_id == post_id, rows.state == "cancelled", rows.id.not_in(tried)))
        try:
            self._write(delete(tables.post).where(tables.post.c.id == post_id))
        except IntegrityError:
            raise NotReady("This post is scheduled or has gone out, so it is kept. Cancel what is scheduled, then archive it.") from None

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
        table = tables.post.c
        query = POSTS.select.order_by(table.updated_at.desc(), table.id.desc()).limit(limit)
        if states:
            query = query.where(table.state.in_(states))
        if account_id is not None:
            links = tables.post_account.c
            query = query.where(table.id.in_(select(links.post_id).where(links.account_id == account_id)))
        if search.strip():
            query = query.where(table.words.contains(_plain(search), autoescape=True))
        if before is not None:
            last = select(table.updated_at, table.id).where(table.id == before)
            query = query.where(tuple_(table.updated_at, table.id) < last.scalar_subquery())
        return POSTS.all(self._connection, query)

    def version(self, post_id: str, number: int) -> Post:
        """Return an older version; raise Missing."""
        table = tables.post_version
        query = select(table).where(table.c.post_id == post_id, table.c.version == number)
        row = self._connection.execute(query).mappings().first()
        if row is None:
            raise Missing("This version of the post is not kept. Choose another one from its history.")
        rest = dict(row["rest"])
        rest["created_at"] = datetime.fromisoformat(rest["created_at"])
        rest["labels"] = tuple(rest["labels"])
        return Post(id=post_id, version=number, **{name: row[name] for name in _IN_VERSION}, **rest)

    def _link(self, post: Post) -> None:
        self._insert(tables.post_account, *({"post_id": post.id, "account_id": account_id} for account_id in post.account_ids))

    def _mark(self, post: Post) -> None:
        """Keep the prints by which posts that repeat this one are found."""
        table, wanted = tables_writing.likeness, prints_of(post)
        there = set(self._connection.execute(select(table.c.print).where(table.c.post_id == post.id)).scalars())
        if there - wanted:
            self._write(delete(table).where(table.c.post_id == post.id, table.c.print.in_(there - wanted)))
        self._insert(table, *({"post_id": post.id, "print": one} for one in sorted(wanted - there)))

    def _keep(self, post: Post) -> None:
        values = POSTS.values(post)
        rest = {name: value for name, value in values.items() if name not in (*_IN_VERSION, "id", "version")}
        rest["created_at"], rest["labels"] = post.created_at.isoformat(), list(post.labels)
        kept = {name: values[name] for name in _IN_VERSION}
        self._upsert(tables.post_version, {"post_id": post.id, "version": post.version, **kept, "rest": rest})


class SqlReviews(Room):
    """Reports, answers, approvals and the append-only override log."""

    def put_report(self, post_id: str, account_id: str, content: str, report: str, at: datetime) -> None:
        """Keep the latest report (JSON) of a variant for a content digest."""
        self._upsert(tables.report, {"post_id": post_id, "account_id": account_id, "content": content, "report": report, "at": at})

    def report(self, post_id: str, account_id: str) -> tuple[str, str, datetime] | None:
        """Return (content digest, report JSON, time) of the latest report."""
        table = tables.report.c
        query = select(table.content, table.report, table.at).where(table.post_id == post_id, table.account_id == account_id)
        row = self._connection.execute(query).first()
        return None if row is None else (row[0], row[1], row[2])

    def answers(self, post_id: str) -> tuple[AnswerGiven, ...]:
        """Return all answers of a post, oldest first."""
        return self._list("answers", _ANSWERS, "post_id", post_id, _BY_TIME)

    def put_answer(self, answer: AnswerGiven) -> None:
        """Insert, or replace the answer for the same post, content and subject."""
        self._upsert(tables.answer, _ANSWERS.values(answer))

    def approvals(self, post_id: str) -> tuple[Approval, ...]:
        """Return all approvals of a post, oldest first, void ones too."""
        return self._list("approvals", _APPROVALS, "post_id", post_id, ("at", "id"))

    def approval(self, approval_id: str) -> Approval:
        """Return one; raise Missing."""
        return _APPROVALS.one(self._connection, id=approval_id)

    def add_approval(self, approval: Approval) -> None:
        """Insert."""
        self._insert(tables.approval, _APPROVALS.values(approval))

    def overrides(self, post_id: str | None = None) -> tuple[Override, ...]:
        """Return the overrides of a post, or all, oldest first."""
        if post_id is None:
            return _OVERRIDES.by(self._connection, ("seq",))
        return self._list("overrides", _OVERRIDES, "post_id", post_id, ("seq",))

    def foresee(self, post_ids: Sequence[str]) -> None:
        """Read the answers, approvals and overrides of these posts ahead."""
        self._ahead("answers", _ANSWERS, "post_id", post_ids, _BY_TIME)
        self._ahead("approvals", _APPROVALS, "post_id", post_ids, ("at", "id"))
        self._ahead("overrides", _OVERRIDES, "post_id", post_ids, ("seq",))

    def add_override(self, override: Override) -> Override:
        """Append to the hash chain; two writers queue, so that every row names the one before it."""
        if self._connection.dialect.name == "postgresql":
            self._connection.execute(select(func.pg_advisory_xact_lock(_CHAIN_LOCK)))
        last = self._connection.execute(select(tables.override.c.hash).order_by(tables.override.c.seq.desc()).limit(1)).scalar()
        linked = replace(override, prev_hash=last or _GENESIS, hash="")
        chained = replace(linked, hash=override_hash(linked))
        self._insert(tables.override, _OVERRIDES.values(chained))
        return chained


_CHAIN_LOCK = 7_016_996_765_293_437_281
"""Any fixed number: PostgreSQL's name for "one appends to the chain"."""


def override_hash(override: Override) -> str:
    """Return the SHA-256 of the row and the hash before it, hex."""
    return hashlib.sha256(json.dumps(asdict(replace(override, hash="")), sort_keys=True, default=_iso).encode()).hexdigest()


def broken_link(overrides: Sequence[Override]) -> Override | None:
    """Return the first row of the whole log that was changed or whose forerunner is missing, or None."""
    before = _GENESIS
    for override in overrides:
        if override.prev_hash != before or override.hash != override_hash(override):
            return override
        before = override.hash
    return None


def _iso(value: Any) -> str:  # noqa: ANN401 - json.dumps asks for what it cannot write
    return str(value.isoformat())


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _words(post: Post) -> str:
    """Return what a search looks through."""
    contents = (post.base, *(variant.content for variant in post.variants if variant.content))
    return _plain(" ".join((*(f"{content.title} {content.text}" for content in contents), *post.labels, post.campaign)))
