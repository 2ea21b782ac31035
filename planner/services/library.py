"""The content bank: finding, keeping, checking and using items, and the pillars with what went out of each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from planner.checklist.report import Draft
from planner.domain import library as bank
from planner.domain.audit import AuditEvent
from planner.domain.errors import Blocked, Conflict, Invalid, Missing
from planner.domain.observances import between
from planner.domain.people import authorize
from planner.domain.post import Content, PostVariant
from planner.services.composer import Details
from planner.services.headings import named

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from planner.domain.library import Item, Kind, Pillar, Portion
    from planner.domain.observances import Occasion
    from planner.domain.people import Actor
    from planner.domain.post import Post
    from planner.ports import Checker, Clock, Ids, Store, Transaction
    from planner.services.composer import Composer
    from planner.services.shelf import Shelf


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for; empty values look for everything."""

    kind: Kind | None = None
    words: str = ""
    purpose: str = ""
    category: str = ""
    archived: bool = False


class Library:
    """The bank's items and pillars."""

    def __init__(self, store: Store, checker: Checker, composer: Composer, shelf: Shelf, clock: Clock, ids: Ids) -> None:
        """Take the store, the checklist, the composer, what came with the product, the clock and the id maker."""
        self._store = store
        self._checker = checker
        self._composer = composer
        self._clock = clock
        self._ids = ids
        self.shelf = shelf

    def find(self, wanted: Wanted | None = None) -> tuple[Item, ...]:
        """Return what fits, by title."""
        want = wanted or Wanted()
        with self._store.read() as tx:
            every = self.shelf.with_own(tx.library.items()).values()
        return tuple(sorted((item for item in every if _fits(item, want)), key=lambda item: (item.title.casefold(), item.id)))

    def item(self, item_id: str) -> Item:
        """Return one; raise Missing."""
        with self._store.read() as tx:
            return self._item(tx, item_id)

    def put(self, actor: Actor, item: Item) -> Item:
        """Keep a new item (no id) or a changed one (`version` as it was read); raise Blocked when the checklist blocks its words."""
        authorize(actor, "write")
        fresh = bank.check_item(item)
        self._pass(fresh)
        with self._store.write() as tx:
            return self._store_item(tx, actor, fresh, "bank.put")

    def checked(self, actor: Actor, item_id: str, on: date, *, works: bool = True) -> Item:
        """Keep that somebody has opened and read what the item points to on this day, and whether it still is what it says."""
        authorize(actor, "write")
        if on > self._clock.now().date():
            raise Invalid("checked_on", "That day has not come yet. Give the day on which you looked.")
        with self._store.write() as tx:
            before = self._item(tx, item_id)
            after = bank.check_item(replace(before, checked_on=on, review_on=None, dead=not works))
            return self._store_item(tx, actor, after, "bank.check")

    def archive(self, actor: Actor, item_id: str, *, on: bool = True) -> Item:
        """Put an item away, or bring it back."""
        authorize(actor, "write")
        with self._store.write() as tx:
            return self._store_item(tx, actor, replace(self._item(tx, item_id), archived=on), "bank.archive")

    def start(self, actor: Actor, item_id: str, account_ids: tuple[str, ...] = ()) -> Post:
        """Start a draft from an item and return it."""
        item = self.item(item_id)
        made = self._composer.new(actor, account_ids, Content(text=item.for_post()))
        details = Details(item.purpose, item.type)
        post = self._composer.save(actor, made.id, made.version, made.base, made.variants, details)
        self._used(actor, post.id, item)
        return post

    def insert(self, actor: Actor, post_id: str, version: int, item_id: str, account_id: str = "") -> Post:
        """Put an item's words at the end of a draft (of one account's own version, if named) and return it; raise Conflict for an old version."""
        item = self.item(item_id)
        after = self._append(actor, post_id, version, item.for_post(), account_id, "\n\n")
        self._used(actor, post_id, item)
        return after

    def insert_tag(self, actor: Actor, post_id: str, version: int, tag: str, account_id: str = "") -> Post:
        """Put a hashtag at the end of a draft, once: one that stands there already is left alone."""
        post = self._composer.load(post_id)
        text = (post.content_for(account_id) if account_id else post.base).text
        if f"#{tag.lower()}" in (word.lower().rstrip(".,;:!?") for word in text.split()):
            return post
        return self._append(actor, post_id, version, f"#{tag}", account_id, " ")

    def _append(self, actor: Actor, post_id: str, version: int, words: str, account_id: str, between: str) -> Post:
        post = self._composer.load(post_id)
        before = post.content_for(account_id) if account_id else post.base
        content = replace(before, text=between.join(part for part in (before.text.rstrip(), words) if part))
        if account_id:
            own = tuple(PostVariant(one.account_id, content) if one.account_id == account_id else one for one in post.variants)
            return self._composer.save(actor, post_id, version, post.base, own)
        return self._composer.save(actor, post_id, version, content, post.variants)

    def in_post(self, post_id: str) -> tuple[Item, ...]:
        """Return the items that went into a post."""
        with self._store.read() as tx:
            used = tx.library.used(post_id)
            every = self.shelf.with_own(tx.library.items(used))
        return tuple(every[key] for key in used if key in every)

    def taken_out(self, actor: Actor, post_id: str, item_id: str) -> None:
        """Keep that the item's words are not in the post any more."""
        authorize(actor, "write")
        with self._store.write() as tx:
            tx.posts.get(post_id)
            tx.library.unuse(post_id, item_id)

    def pillars(self) -> tuple[Pillar, ...]:
        """Return the workspace's pillars, the starter ones until somebody has chosen."""
        with self._store.read() as tx:
            return tx.library.pillars() or bank.STARTER

    def set_pillars(self, actor: Actor, pillars: Iterable[Pillar]) -> tuple[Pillar, ...]:
        """Replace the pillars; new ones have no id yet."""
        authorize(actor, "publish")
        found = tuple(replace(one, id=one.id or self._ids.new()) for one in bank.check_pillars(pillars))
        with self._store.write() as tx:
            tx.library.put_pillars(found)
            shares = {one.name: str(one.share) for one in found}
            tx.log.audit(AuditEvent(self._ids.new(), self._clock.now(), actor.id, "bank.pillars", "workspace:pillars", shares))
        return found

    def mix(self, start: datetime, end: datetime) -> tuple[Portion, ...]:
        """Return each pillar with the posts that went out in [start, end): a post counts once, however many accounts carried it."""
        with self._store.read() as tx:
            pillars = tx.library.pillars() or bank.STARTER
            ids = list(dict.fromkeys(item.post_id for item in tx.deliveries.window(start, end, states=("sent",))))
            posts, notes = tx.posts.many(ids), tx.library.notes(ids)
        told = ((notes[key].pillar if key in notes else "", post.purpose) for key, post in posts.items())
        return bank.portions(pillars, told)

    def occasions(self, start: date, end: date) -> tuple[Occasion, ...]:
        """Return the observances that touch [start, end), in the countries of the accounts."""
        with self._store.read() as tx:
            countries = {country for account in tx.accounts.all() for country in account.countries}
        return tuple(between(self.shelf.observances, start, end, countries))

    def _item(self, tx: Transaction, item_id: str) -> Item:
        found = self.shelf.with_own(tx.library.items((item_id,))).get(item_id)
        if found is None:
            raise Missing("There is no such item in the content bank any more. Go back to the list.")
        return found

    def _store_item(self, tx: Transaction, actor: Actor, item: Item, action: str) -> Item:
        now = self._clock.now()
        if item.id:
            before = self._item(tx, item.id)
            if before.version != item.version:
                raise Conflict("Somebody changed this item in between. Reload it, then change it again.")
            item = replace(item, shipped=before.shipped)
        kept = replace(item, id=item.id or self._ids.new(), by=actor.id, at=now, version=item.version + 1)
        tx.library.put_item(kept)
        tx.log.audit(AuditEvent(self._ids.new(), now, actor.id, action, f"item:{kept.id}"))
        return kept

    def _used(self, actor: Actor, post_id: str, item: Item) -> None:
        authorize(actor, "write")
        with self._store.write() as tx:
            tx.library.use(post_id, item.id, self._clock.now())

    def _pass(self, item: Item) -> None:
        """Raise Blocked when the checklist blocks the words, Invalid for a reply that names no other way to be reached."""
        kind = "reply" if item.kind == "reply" else "post"
        report = self._checker.check(Draft(id="item", text=item.for_post(), kind=kind, post_type=item.type))  # type: ignore[arg-type]
        rules = tuple(dict.fromkeys(finding.rule for finding in report.findings if finding.level == "block"))
        if rules:
            raise Blocked(f"The checklist blocks these words ({named(rules)}), so they were not kept. Change them first.", rules)
        channel = item.fields.get("channel", "")
        if item.kind == "reply" and channel.casefold() not in item.text.casefold():
            raise Invalid("channel", f"The reply has to name the other channel in its own words: “{channel[:60]}” does not stand in it.")


def _fits(item: Item, want: Wanted) -> bool:
    text = " ".join((item.title, item.text, item.category, *item.fields.values())).casefold()
    return (
        item.archived == want.archived
        and want.kind in (None, item.kind)
        and want.purpose in ("", item.purpose)
        and want.category in ("", item.category)
        and all(word in text for word in want.words.casefold().split())
    )
