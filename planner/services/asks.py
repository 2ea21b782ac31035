"""Asks: complete enough to be done, paced so that readers are not worn out, answered with what came of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from planner.domain.ask import MOST, PACE, Ask, Week, crowded, open_items, validate, weeks
from planner.domain.errors import Invalid
from planner.domain.people import authorize
from planner.domain.schedule import local_wall
from planner.services.campaign_drafts import CampaignDrafts
from planner.services.keeping import Keeper

if TYPE_CHECKING:
    from datetime import datetime

    from planner.domain.people import Actor
    from planner.domain.post import Post
    from planner.ports import Clock, Ids, Store, Transaction

_TAKEN = ("queued", "sending", "sent", "unconfirmed", "held")
_BACK, _AHEAD = timedelta(weeks=8), timedelta(weeks=3)


class Asks:
    """The ask library."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        """Take the store, the clock and the id maker."""
        self._store = store
        self._clock = clock
        self._drafts = CampaignDrafts(clock, ids)
        self._keeper = Keeper(store, clock, ids, "ask", lambda tx: tx.campaigns.asks, validate)

    def all(self, campaign: str | None = None) -> tuple[Ask, ...]:
        """Return the asks (of one campaign), oldest first."""
        return self._keeper.all(campaign)

    def add(self, actor: Actor, ask: Ask) -> Ask:
        """Store a new one; what a reader would still not know is shown, not refused. A donation needs its link."""
        return self._keeper.add(actor, replace(ask, result=""))

    def update(self, actor: Actor, after: Ask) -> Ask:
        """Store a changed one (`after.version` as read)."""
        return self._keeper.update(actor, after)

    def delete(self, actor: Actor, ask_id: str) -> None:
        """Delete one."""
        self._keeper.delete(actor, ask_id)

    def missing(self, ask: Ask) -> tuple[str, ...]:
        """Return in plain words what a reader would still not know."""
        return open_items(ask)

    def waiting(self, campaign: str) -> tuple[Ask, ...]:
        """Return the asks whose day has passed and that nobody has told the end of."""
        today = self._clock.now().date()
        return tuple(ask for ask in self.all(campaign) if ask.by_when and ask.by_when < today and not ask.result)

    def answer(self, actor: Actor, ask_id: str, result: str) -> Post | None:
        """Keep what came of an ask, and begin the post that says so and thanks; None when that was begun before."""
        authorize(actor, "write")
        if not result.strip():
            raise Invalid("result", "Say what came of it, in a sentence that readers may see.")
        with self._store.write() as tx:
            kept = self._keeper.update_in(tx, actor, replace(tx.campaigns.asks.get(ask_id), result=result), "result")
            campaign = tx.campaigns.campaigns.find(kept.campaign)
            if campaign is None:
                return None
            what = " ".join(part for part in (kept.verb, kept.who) if part) or kept.kind
            told = {"verb": what[:1].lower() + what[1:], "result": kept.result.rstrip(".") + "."}
            return self._drafts.begin(tx, actor, campaign, "ask-thanks", told, about=kept.id)

    def balance(self, campaign: str | None = None) -> tuple[Week, ...]:
        """Return asking and other posts by week, scheduled and out, eight weeks back and three ahead; a post counts once."""
        now = self._clock.now()
        with self._store.read() as tx:
            found = tx.deliveries.window(now - _BACK, now + _AHEAD, states=_TAKEN)
            posts = tx.posts.many([item.post_id for item in found])
        first = {item.post_id: local_wall(item.due_at, item.zone).day for item in reversed(found)}
        days = [(day, posts[key].purpose == "ask") for key, day in first.items() if campaign in (None, posts[key].campaign)]
        return weeks(days, (now - _BACK).date(), (now + _AHEAD).date())


def crowding(tx: Transaction, post: Post, due: datetime) -> int:
    """Return how many ask posts to the same audience would stand within five days, this one included; 0 when that is fine."""
    if post.purpose != "ask":
        return 0
    near = tx.deliveries.window(due - PACE, due + PACE, states=_TAKEN)
    posts = tx.posts.many([item.post_id for item in near])
    audiences = {campaign.id: campaign.audience for campaign in tx.campaigns.campaigns.all()}
    mine = audiences.get(post.campaign, "general")
    others = {
        item.post_id: item.due_at
        for item in near
        if item.post_id != post.id
        and posts[item.post_id].purpose == "ask"
        and audiences.get(posts[item.post_id].campaign, "general") == mine
    }
    count = crowded(due, others.values())
    return count if count > MOST else 0
