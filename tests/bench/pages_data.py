"""A seeded workspace as large as ten busy years: 100,000 posts with their deliveries, 1,000,000 readings, written straight into the store.

`python -m tests.bench.pages_data FOLDER [POSTS READINGS]`; the same seed gives the same rows. About two minutes on two cores.
"""

from __future__ import annotations

import base64
import random
import sys
import time as clock
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.domain.account import Account
from planner.domain.delivery import Delivery
from planner.domain.post import Content, Post, PostVariant
from planner.domain.review import Approval
from planner.domain.schedule import Slot, Window, local_wall
from planner.services.workspace import STARTED
from planner.store import open_store, tables, tables_writing
from planner.store.posts import _words
from planner.store.rows import Rows
from planner.store.writing import prints_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Table

KEY = base64.urlsafe_b64encode(bytes(32))
POSTS, READINGS = 100_000, 1_000_000
AHEAD = timedelta(days=60)
BACK = timedelta(days=3_650)
_BATCH = 5_000
_PLATFORMS = ("wordpress", "bluesky", "linkedin", "facebook")
_LABELS = ("sleep", "grief", "worry", "school", "work", "families")
_WORDS = [
    "worry",
    "sleep",
    "breath",
    "morning",
    "paper",
    "list",
    "school",
    "garden",
    "walk",
    "kettle",
    "window",
    "letter",
    "quiet",
    "evening",
    "group",
    "library",
    "page",
    "small",
    "tonight",
    "friend",
    "river",
    "season",
    "room",
    "table",
    "music",
    "story",
    "light",
    "bread",
    "question",
    "answer",
    "season",
    "winter",
    "summer",
    "clinic",
    "handout",
    "number",
    "study",
    "county",
    "bus",
    "phone",
    "neighbor",
]


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is to be."""

    posts: int = POSTS
    readings: int = READINGS
    seed: int = 7


def fill(folder: Path, now: datetime, size: Size | None = None) -> None:
    """Write the workspace into an empty folder; `now` (aware UTC) lies sixty days before the last post."""
    size = size or Size()
    store = open_store(f"sqlite:///{folder / 'planner.sqlite'}", KEY, backups=folder / "backups")
    accounts = tuple(_account(number, now) for number in range(len(_PLATFORMS)))
    with store.write() as tx:
        for account in accounts:
            tx.accounts.add(account)
        tx.log.put_setting(STARTED, "empty")
    rows = _Rows(random.Random(size.seed), now, accounts, size)  # noqa: S311 - invented posts
    with store._writers.begin() as connection:
        for batch in rows.posts():
            _write(connection, batch)
        for batch in rows.readings():
            _write(connection, batch)
        connection.exec_driver_sql("ANALYZE")
    store.close()


class _Rows:
    def __init__(self, chance: random.Random, now: datetime, accounts: tuple[Account, ...], size: Size) -> None:
        self._chance = chance
        self._now = now
        self._accounts = accounts
        self._size = size

    def posts(self) -> Iterator[list[tuple[Table, dict[str, Any]]]]:
        """Yield batches of posts with everything that hangs on them, the oldest first."""
        post_rows, delivery_rows, approval_rows = Rows(tables.post, Post), Rows(tables.delivery, Delivery), Rows(tables.approval, Approval)
        batch: list[tuple[Table, dict[str, Any]]] = []
        for number in range(self._size.posts):
            post, item, approval = self._one(number)
            batch.append((tables.post, {**post_rows.values(post), "words": _words(post)}))
            batch += [(tables.post_account, {"post_id": post.id, "account_id": key}) for key in post.account_ids]
            batch += [(tables_writing.likeness, {"post_id": post.id, "print": one}) for one in sorted(prints_of(post))]
            batch.append((tables.approval, approval_rows.values(approval)))
            batch.append((tables.delivery, {**delivery_rows.values(item), "wake_at": item.due_at if item.state == "queued" else None}))
            if len(batch) >= _BATCH:
                yield batch
                batch = []
        yield batch

    def readings(self) -> Iterator[list[tuple[Table, dict[str, Any]]]]:
        """Yield batches of readings of the posts that went out, until the wanted number is reached, and a follower count a day and account."""
        out = int(self._size.posts * BACK / (BACK + AHEAD))
        each = self._size.readings // max(1, out) + 1
        batch: list[tuple[Table, dict[str, Any]]] = []
        left = self._size.readings
        for number in reversed(range(out)):  # the newest first: what a page shows has figures
            likes = 0
            for step in range(min(each, left)):
                likes += self._chance.randint(0, 9)
                values = {"likes": likes, "reposts": likes // 4, "replies": likes // 6}
                at = self._due(number) + timedelta(hours=1 + 20 * step)
                batch.append(
                    (
                        tables.post_reading,
                        {"delivery_id": f"d{number:06}", "taken_at": at, "source": "api", "values": values, "gone": False, "raw": ""},
                    )
                )
            left -= each
            if len(batch) >= _BATCH:
                yield batch
                batch = []
        for day in range(BACK.days):
            at = self._now - timedelta(days=day)
            batch += [
                (
                    tables.account_reading,
                    {"account_id": one.id, "taken_at": at, "source": "api", "values": {"followers": 9_000 - day}, "raw": ""},
                )
                for one in self._accounts
            ]
        yield batch

    def _due(self, number: int) -> datetime:
        share = (BACK + AHEAD) / self._size.posts
        return (self._now - BACK + share * number).replace(second=0, microsecond=0)

    def _one(self, number: int) -> tuple[Post, Delivery, Approval]:
        chance, due = self._chance, self._due(number)
        account = self._accounts[number % len(self._accounts)]
        text = " ".join(chance.choices(_WORDS, k=chance.randint(18, 45))).capitalize() + "."
        post = Post(
            f"p{number:06}", Content(text=text, title=text[:40] if account.platform == "wordpress" else ""), (PostVariant(account.id),), "owner",
            due - timedelta(days=4), due - timedelta(days=3), purpose=chance.choice(("educate", "educate", "thank", "ask")),
            labels=tuple(chance.sample(_LABELS, 2)), state="ready",
        )  # fmt: skip
        digest = post.digest_for(account.id)
        late = due > self._now
        item = Delivery(
            id=f"d{number:06}", post_id=post.id, account_id=account.id, state="queued" if late else "sent", mode="hand", digest=digest,
            approval_id=f"a{number:06}", wall=str(local_wall(due, account.zone)), zone=account.zone, due_at=due, timing="plain",
            created_by="owner", created_at=post.updated_at, updated_at=post.updated_at, sent_at=None if late else due,
            url=None if late else f"https://example.org/{number}",
        )  # fmt: skip
        return post, item, Approval(f"a{number:06}", post.id, account.id, digest, "owner", post.updated_at, own=True)


def _account(number: int, now: datetime) -> Account:
    return Account(
        id=f"acc{number}", owner="Dana Smith", purpose="Helps parents", kind="practice", platform=_PLATFORMS[number], handle=f"Ridge {number}",
        mode="hand", zone="America/Denver", countries=("US",), created_at=now - BACK + timedelta(seconds=number), author="therapist",
        org_type="practice", business_hours=tuple(Window(day, time(9), time(17)) for day in range(5)),
        quiet_hours=tuple(Window(day, time(20), time(8)) for day in range(7)), slots=(Slot(1, time(9)), Slot(3, time(12, 10))),
    )  # fmt: skip


def _write(connection: Connection, batch: list[tuple[Table, dict[str, Any]]]) -> None:
    sorted_rows: dict[Table, list[dict[str, Any]]] = {}
    for table, row in batch:
        sorted_rows.setdefault(table, []).append(row)
    for table, rows in sorted_rows.items():
        connection.execute(table.insert(), rows)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    begun = clock.monotonic()
    numbers = [int(word) for word in sys.argv[2:4]]
    fill(folder, datetime.now(UTC), Size(*numbers))
    sys.stdout.write(f"{folder / 'planner.sqlite'}: {clock.monotonic() - begun:.0f} s\n")
