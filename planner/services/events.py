"""Events of a campaign: kept with their access line, announced by a series of reminder drafts, and taken back everywhere at once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from planner.domain import delivery as moves
from planner.domain.errors import Invalid, NotReady
from planner.domain.event import Event, reminders, validate
from planner.domain.people import authorize
from planner.domain.schedule import local_wall
from planner.services.campaign_drafts import CampaignDrafts
from planner.services.campaign_words import words
from planner.services.keeping import Keeper

if TYPE_CHECKING:
    from planner.domain.people import Actor
    from planner.domain.post import Post
    from planner.ports import Clock, Ids, Store, Transaction

_WAITING = frozenset({"queued", "held", "missed"})
_OUT = frozenset({"sent", "sending", "unconfirmed"})


class Events:
    """The events."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        """Take the store, the clock and the id maker."""
        self._store = store
        self._clock = clock
        self._drafts = CampaignDrafts(clock, ids)
        self._keeper = Keeper(store, clock, ids, "event", lambda tx: tx.campaigns.events, validate)

    def all(self, campaign: str | None = None) -> tuple[Event, ...]:
        """Return the events (of one campaign), the earliest first."""
        return tuple(sorted(self._keeper.all(campaign), key=lambda event: event.starts_at))

    def add(self, actor: Actor, event: Event) -> Event:
        """Store a new one of a campaign and begin its reminders (7 days, 1 day, 2 hours before) as drafts."""
        authorize(actor, "write")
        if not event.campaign:
            raise Invalid("campaign", "An event belongs to a campaign. Choose one.")
        with self._store.write() as tx:
            fresh = self._keeper.add_in(tx, actor, replace(event, state="planned", reason=""))
            if fresh.starts_at <= self._clock.now():
                raise Invalid("wall", "This time has passed. Choose a later one.")
            self._remind(tx, actor, fresh)
            return fresh

    def update(self, actor: Actor, after: Event) -> Event:
        """Store a changed one (`after.version` as read); its reminders that are not out are written anew, so none tells old news."""
        authorize(actor, "write")
        with self._store.write() as tx:
            before = tx.campaigns.events.get(after.id)
            if before.state == "cancelled":
                raise NotReady("This event was cancelled. Add a new one.")
            kept = self._keeper.update_in(tx, actor, replace(after, campaign=before.campaign, state="planned", reason=""))
            self._withdraw(tx, kept)
            self._remind(tx, actor, kept)
            return kept

    def cancel(self, actor: Actor, event_id: str, reason: str) -> Post | None:
        """Cancel it: waiting reminders leave the calendar, drafts are put away, and where a reminder is out a notice is drafted.

        Return the notice, or None when nobody had been reminded yet.
        """
        authorize(actor, "write")
        with self._store.write() as tx:
            before = tx.campaigns.events.get(event_id)
            if before.state == "cancelled":
                raise NotReady("This event is cancelled already.")
            kept = self._keeper.update_in(tx, actor, replace(before, state="cancelled", reason=reason), "cancel", reason=reason.strip())
            if not self._withdraw(tx, kept):
                return None
            campaign = tx.campaigns.campaigns.get(kept.campaign)
            return self._drafts.begin(tx, actor, campaign, "cancelled", {**_told(kept), "reason": kept.reason}, about=kept.id)

    def _remind(self, tx: Transaction, actor: Actor, event: Event) -> None:
        campaign = tx.campaigns.campaigns.get(event.campaign)
        names = words("drafts")["reminder"]["when_words"]
        for name, due in reminders(event, self._clock.now()).items():
            told = {**_told(event), "when_words": names[name]}
            self._drafts.begin(tx, actor, campaign, "reminder", told, about=event.id, due_at=due, link=event.link)

    def _withdraw(self, tx: Transaction, event: Event) -> bool:
        """Take back every reminder that is not out; return whether one is."""
        now, out = self._clock.now(), False
        for link in tx.campaigns.links(campaign=event.campaign):
            if link.about != event.id or link.role != "reminder":
                continue
            there = tx.deliveries.of_post(link.post_id)
            for item in there:
                if item.state in _WAITING:
                    tx.deliveries.swap(item, moves.cancel(item, now, event.reason or "The event has changed."))
                    tx.ledgers.replace(item.account_id, item.post_id, ())
            if any(item.state in _OUT for item in there):
                out = True
            else:
                self._drafts.put_away(tx, tx.posts.get(link.post_id))
        return out


def _told(event: Event) -> dict[str, str]:
    """Return what the templates say of an event."""
    local = local_wall(event.starts_at, event.zone)
    access = [part for part in (f"Online: {event.online}" if event.online and event.place else "", event.transport, event.mobility) if part]
    return {
        "title": event.title,
        "when": f"{local.day:%A} {local.day.day} {local.day:%B}, {local.at:%H:%M} ({event.zone.rsplit('/', 1)[-1].replace('_', ' ')} time)",
        "place": event.place or f"online: {event.online}",
        "access": " ".join(part.rstrip(".") + "." for part in access),
    }
