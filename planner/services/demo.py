"""A month of a realistic practice to look around in; it goes into an empty workspace only, and nothing of it is ever sent by API."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from planner.domain.account import Account, Facts, validate
from planner.domain.connection import ConnectionNote
from planner.domain.delivery import Delivery, DeliveryPart, Hold
from planner.domain.errors import NotReady
from planner.domain.library import Item, PostNote, SourceRecord, check_item
from planner.domain.metrics import AccountReading, PostReading
from planner.domain.people import authorize
from planner.domain.post import Content, LinkCard, Post, PostVariant
from planner.domain.review import Approval
from planner.domain.schedule import Slot, Wall, Window, resolve
from planner.services import demo_campaigns
from planner.services.workspace import STARTED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.domain.people import Actor
    from planner.domain.schedule import Moment
    from planner.ports import Clock, Ids, Store, Transaction

_WEEK = range(7)
_WORKDAYS = range(5)
_WRITTEN_BEFORE = 4
"""Days between writing and posting; two of them may fall to a weekend."""


class Demo:
    """Puts the demo practice into an empty workspace. Its words come from the content bank."""

    def __init__(self, store: Store, clock: Clock, ids: Ids, script: Mapping[str, Any]) -> None:
        """Take the store, the clock, the id maker and the parsed script (`content_bank/demo/practice.toml`)."""
        self._store = store
        self._clock = clock
        self._ids = ids
        self._script = script

    def load(self, actor: Actor) -> int:
        """Write the demo practice around today and return how many posts it has; raise NotReady when the workspace is not empty."""
        authorize(actor, "administer")
        with self._store.write() as tx:
            if tx.accounts.all(archived=True) or tx.posts.page(limit=1):
                raise NotReady(
                    "The demo goes into an empty workspace only, so that it never mixes with your own posts. Nothing was changed."
                )
            accounts = {row["key"]: self._account(tx, row) for row in self._script["account"]}
            campaigns = demo_campaigns.write(tx, actor, self._script["campaign"], self._clock.now(), self._ids)
            for row in self._script["post"]:
                self._post(tx, actor, {**row, "campaign": campaigns.get(row.get("campaign", ""), "")}, accounts)
            for row in self._script["followers"]:
                self._followers(tx, row, accounts[row["account"]])
            for row in self._script["note"]:
                self._note(tx, actor, row, accounts[row["account"]])
            for row in self._script.get("bank", ()):
                self._item(tx, actor, row)
            tx.log.put_setting(STARTED, "demo")
        return len(self._script["post"])

    def _account(self, tx: Transaction, row: Mapping[str, Any]) -> Account:
        facts = row["facts"]
        account = Account(
            id=self._ids.new(),
            owner=row["owner"],
            purpose=row["purpose"],
            kind="practice",
            platform=row["platform"],
            handle=row["handle"],
            mode="hand",
            zone=row["zone"],
            countries=tuple(row["countries"]),
            created_at=self._clock.now() - timedelta(days=60),
            org_type="practice",
            author="therapist",
            business_hours=tuple(Window(day, _at(row["opens"]), _at(row["closes"])) for day in _WORKDAYS),
            quiet_hours=tuple(Window(day, _at(row["quiet_from"]), _at(row["quiet_to"])) for day in _WEEK),
            slots=tuple(Slot(day, _at(at)) for day, at in row["slots"]),
            facts=Facts(
                names=tuple(facts["names"]),
                phones=tuple(facts["phones"]),
                town=facts["town"],
                employer=facts["employer"],
                credential_line=facts["credential_line"],
                bio=facts["bio"].strip(),
                photo=facts["photo"],
            ),
            health="ok",
        )
        tx.accounts.add(validate(account))
        return account

    def _post(self, tx: Transaction, actor: Actor, row: Mapping[str, Any], accounts: Mapping[str, Account]) -> None:
        now = self._clock.now()
        chosen = [accounts[key] for key in row["accounts"]]
        link = row.get("link")
        base = Content(text=row["text"].strip(), title=row.get("title", ""), link=LinkCard(**link) if link else None)
        variants = tuple(
            PostVariant(account.id, replace(base, text=row["variant"][key].strip()) if key in row.get("variant", {}) else None)
            for key, account in zip(row["accounts"], chosen, strict=True)
        )
        written = now + timedelta(days=min(row.get("day", 0), 0) - _WRITTEN_BEFORE)
        post = Post(
            id=self._ids.new(),
            base=base,
            variants=variants,
            created_by=actor.id,
            created_at=written,
            updated_at=written,
            purpose=row["purpose"],
            type=row.get("type", "plain"),
            labels=tuple(row.get("labels", ())),
            campaign=row["campaign"],
            state=row["post_state"],
            demo=True,
        )
        tx.posts.add(post)
        self._beside(tx, row, post)
        for state, account in zip(row.get("states", ()), chosen, strict=False):
            self._delivery(tx, actor, row, post, account, state)

    def _beside(self, tx: Transaction, row: Mapping[str, Any], post: Post) -> None:
        """Keep the fields of the post's type and its source; a number of days stands for the day that lies so far from today."""
        if "fields" in row:
            told = {name: value if isinstance(value, str) else self._day(value).isoformat() for name, value in row["fields"].items()}
            tx.library.put_note(PostNote(post.id, "", told))
        if "source" in row:
            told = row["source"]
            tx.library.put_source(
                SourceRecord(
                    self._ids.new(), post.id, told["title"], told["tier"], told["kind"], post.created_by, post.created_at, told["url"],
                    self._day(told["published"]), self._day(told["read"]),
                )
            )  # fmt: skip

    def _item(self, tx: Transaction, actor: Actor, row: Mapping[str, Any]) -> None:
        tx.library.put_item(
            check_item(
                Item(
                    self._ids.new(), row["kind"], row["title"], row["text"], fields=row["fields"], source=row["source"],
                    checked_on=self._day(row["checked"]), by=actor.id, at=self._clock.now(),
                )
            )
        )  # fmt: skip

    def _day(self, from_today: int) -> date:
        return self._clock.now().date() + timedelta(days=from_today)

    def _delivery(self, tx: Transaction, actor: Actor, row: Mapping[str, Any], post: Post, account: Account, state: str) -> None:
        now = self._clock.now()
        moment = self._moment(row, account)
        digest = post.digest_for(account.id)
        approval = Approval(self._ids.new(), post.id, account.id, digest, actor.id, post.updated_at, own=True)
        tx.reviews.add_approval(approval)
        sent = state == "sent"
        item = Delivery(
            id=self._ids.new(),
            post_id=post.id,
            account_id=account.id,
            state=state,  # type: ignore[arg-type]  # the script is checked by a test
            mode="hand",
            digest=digest,
            approval_id=approval.id,
            wall=str(moment.wall),
            zone=account.zone,
            due_at=moment.utc,
            timing=row.get("timing", "plain"),
            created_by=actor.id,
            created_at=post.updated_at,
            updated_at=now,
            reason=row.get("reason"),
            held_scope="delivery" if state == "held" else None,
            resume_at=now + timedelta(days=2) if state == "held" else None,
            sent_at=moment.utc + timedelta(minutes=4) if sent else None,
            url=row.get("url") if sent else None,
            demo=True,
        )
        tx.deliveries.add(item)
        if state == "held":
            tx.deliveries.put_hold(
                Hold(self._ids.new(), "delivery", item.id, row["reason"], actor.id, now - timedelta(hours=3), now + timedelta(days=2))
            )
        if sent:
            self._figures(tx, row, item)

    def _figures(self, tx: Transaction, row: Mapping[str, Any], item: Delivery) -> None:
        tx.deliveries.freeze((DeliveryPart(item.id, 0, "{}", (), item.digest, item.id, f"demo:{item.id}", item.url, item.sent_at),))
        for reading in row.get("figures", ()):
            taken = item.due_at + timedelta(hours=reading["after_hours"])
            if taken <= self._clock.now():
                values = {name: value for name, value in reading.items() if name != "after_hours"}
                tx.readings.add_post(PostReading(item.id, taken, "demo", values))

    def _moment(self, row: Mapping[str, Any], account: Account) -> Moment:
        """Return the moment of a script row; a weekend becomes the workday beside it, on the same side of today."""
        today: date = self._clock.now().astimezone(UTC).date()
        day = today + timedelta(days=row["day"])
        step = timedelta(days=-1 if row["day"] < 0 else 1)
        while day.weekday() not in _WORKDAYS:
            day += step
        return resolve(Wall(day, _at(row["at"])), account.zone)

    def _followers(self, tx: Transaction, row: Mapping[str, Any], account: Account) -> None:
        values: Sequence[int] = row["counts"]
        start = self._clock.now().replace(hour=6, minute=0, second=0, microsecond=0) - timedelta(days=len(values))
        for index, value in enumerate(values):
            if value >= 0:
                at: datetime = start + timedelta(days=index)
                tx.readings.add_account(AccountReading(account.id, at, "demo", {"followers": value}))

    def _note(self, tx: Transaction, actor: Actor, row: Mapping[str, Any], account: Account) -> None:
        now = self._clock.now()
        day = now.date() + timedelta(days=row["day"])
        tx.notes.add(
            ConnectionNote(
                id=self._ids.new(),
                account_id=account.id,
                day=day,
                who=row["who"],
                text=row["text"],
                stage=row["stage"],
                place=row["place"],
                by=actor.id,
                at=now,
                next_step=row.get("next_step", ""),
                demo=True,
            )
        )


def _at(text: str) -> time:
    return time.fromisoformat(text)
