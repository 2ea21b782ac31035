"""Campaigns: started with a goal that is no count of reactions and with a backlash plan, paused with their posts, closed with thanks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from planner.checklist.hashtags import split_tag
from planner.domain.campaign import CampaignLink, counts_reactions, open_items, slug_of, validate
from planner.domain.errors import Invalid, NotAllowed, NotReady
from planner.domain.hashtag import plain_tag
from planner.domain.people import ALLOWED, authorize
from planner.services.asks import Asks
from planner.services.campaign_drafts import CampaignDrafts
from planner.services.campaign_words import words
from planner.services.events import Events
from planner.services.hashtags import Hashtags
from planner.services.holds import Holds
from planner.services.keeping import Keeper
from planner.services.lobbying import Lobbying
from planner.services.partners import Partners

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.domain.campaign import Campaign
    from planner.domain.connection import ConnectionNote
    from planner.domain.delivery import Hold
    from planner.domain.people import Actor
    from planner.domain.post import Post
    from planner.ports import Clock, Ids, Store, Transaction
    from planner.services.insights import Insights, PostFigures

_FIRST = datetime(2000, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CampaignView:
    """A campaign as a page shows it: `state` is planned, running, paused or closed; `hold` pauses it; `missing` stops its start."""

    campaign: Campaign
    state: str
    hold: Hold | None
    posts: tuple[Post, ...]
    links: tuple[CampaignLink, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What came of a campaign: its posts that went out with their figures, and the connection notes that grew beside them."""

    posts: tuple[PostFigures, ...]
    notes: tuple[ConnectionNote, ...]


class Campaigns:
    """The campaigns; what belongs to them is kept by `hashtags`, `events`, `asks`, `partners` and `lobbying`."""

    def __init__(self, store: Store, insights: Insights, clock: Clock, ids: Ids) -> None:
        """Take the store, the figures, the clock and the id maker."""
        self.hashtags = Hashtags(store, clock, ids)
        self.events = Events(store, clock, ids)
        self.asks = Asks(store, clock, ids)
        self.partners = Partners(store, clock, ids)
        self.lobbying = Lobbying(store, clock, ids)
        self._store = store
        self._holds = Holds(store, clock, ids)
        self._insights = insights
        self._clock = clock
        self._drafts = CampaignDrafts(clock, ids)
        self._keeper = Keeper(store, clock, ids, "campaign", lambda tx: tx.campaigns.campaigns, _check)

    def all(self) -> tuple[CampaignView, ...]:
        """Return every campaign, the running ones first, then the planned, then the closed; oldest first in each."""
        order = ("paused", "running", "planned", "closed")
        with self._store.read() as tx:
            views = [_view(tx, campaign) for campaign in tx.campaigns.campaigns.all()]
        return tuple(sorted(views, key=lambda view: order.index(view.state)))

    def get(self, campaign_id: str) -> CampaignView:
        """Return one; raise Missing."""
        with self._store.read() as tx:
            return _view(tx, tx.campaigns.campaigns.get(campaign_id))

    def names(self) -> Mapping[str, str]:
        """Return id -> title of every campaign."""
        with self._store.read() as tx:
            return names(tx)

    def open_names(self) -> Mapping[str, str]:
        """Return id -> title of those that are not closed."""
        with self._store.read() as tx:
            return {one.id: one.title for one in tx.campaigns.campaigns.all() if one.state != "closed"}

    def add(self, actor: Actor, campaign: Campaign) -> Campaign:
        """Store a planned one; raise Invalid for a goal that counts reactions."""
        authorize(actor, "write")
        with self._store.write() as tx:
            fresh = replace(_cleaned(tx, campaign), state="planned", closed_at=None)
            return self._keeper.add_in(tx, actor, fresh)

    def update(self, actor: Actor, after: Campaign) -> Campaign:
        """Store a changed one (`after.version` is the version that was read); its state is changed by its own steps only.

        A running one keeps what it was started with: a goal, an owner and somebody who answers for the backlash plan.
        """
        authorize(actor, "write")
        with self._store.write() as tx:
            before = tx.campaigns.campaigns.get(after.id)
            kept = replace(_cleaned(tx, after), state=before.state, closed_at=before.closed_at, voice=before.voice)
            if before.state == "running":
                _require_start(kept)
            return self._keeper.update_in(tx, actor, kept)

    def start(self, actor: Actor, campaign_id: str) -> Campaign:
        """Begin it; raise NotReady naming what is missing: a goal, an owner, the owner of the backlash plan."""
        authorize(actor, "write")
        with self._store.write() as tx:
            before = tx.campaigns.campaigns.get(campaign_id)
            if before.state != "planned":
                raise NotReady(f"This campaign is {before.state} already.")
            _require_start(before)
            return self._keeper.update_in(tx, actor, replace(before, state="running"), "start")

    def pause(self, actor: Actor, campaign_id: str, reason: str, resume_at: datetime | None = None) -> Hold:
        """Hold every post of a running campaign from this moment; the owner of its backlash plan may, whatever their role."""
        with self._store.write() as tx:
            campaign = tx.campaigns.campaigns.get(campaign_id)
            _require_pause(actor, campaign)
            if campaign.state != "running":
                raise NotReady(f"This campaign is {campaign.state}, so there is nothing to pause.")
            return self._holds.hold_in(tx, actor, "campaign", campaign.id, reason, resume_at)

    def resume(self, actor: Actor, campaign_id: str) -> int:
        """Let the posts go again, the stale ones to review; return how many were queued or moved."""
        with self._store.write() as tx:
            campaign = tx.campaigns.campaigns.get(campaign_id)
            _require_pause(actor, campaign)
            hold = _hold(tx, campaign)
            if hold is None:
                raise NotReady("This campaign is not paused.")
            return self._holds.lift_in(tx, actor, hold)

    def prepare(self, actor: Actor, campaign_id: str) -> tuple[Post, ...]:
        """Begin the thank-you, the result and the petitions' closing drafts before the end; what is there stays as it is."""
        authorize(actor, "write")
        with self._store.write() as tx:
            return self._drafts.closing(tx, actor, tx.campaigns.campaigns.get(campaign_id))

    def close(self, actor: Actor, campaign_id: str, outcome: str) -> tuple[Post, ...]:
        """End it with what came of it in words; return the drafts that were begun. What waits on the calendar is not taken off."""
        authorize(actor, "write")
        if not outcome.strip():
            raise Invalid("outcome", "Say what came of it, also when it was little: the next campaign begins with it.")
        with self._store.write() as tx:
            before = tx.campaigns.campaigns.get(campaign_id)
            if before.state != "running":
                raise NotReady("Only a running campaign is closed. " + ("Start it first." if before.state == "planned" else "It is over."))
            closed = replace(before, state="closed", outcome=outcome, closed_at=self._clock.now())
            kept = self._keeper.update_in(tx, actor, closed, "close")
            return self._drafts.closing(tx, actor, kept)

    def voice(self, actor: Actor, campaign_id: str, who: str) -> Campaign:
        """Keep who with lived experience has read the campaign's words, by role or by the name they chose; the audit log keeps it too."""
        authorize(actor, "write")
        if not who.strip():
            raise Invalid("voice", "Say who read it, such as “member of our peer council”. Use a name only when the person wants that.")
        with self._store.write() as tx:
            before = tx.campaigns.campaigns.get(campaign_id)
            return self._keeper.update_in(tx, actor, replace(before, voice=who), "voice", reviewer=who.strip())

    def aftermath(self, campaign_id: str) -> Aftermath:
        """Return what went out with its figures, and the notes about these posts or of their accounts in the campaign's days."""
        campaign = self.get(campaign_id).campaign
        now = self._clock.now()
        rows = tuple(row for row in self._insights.posts(_FIRST, now + _AHEAD) if row.campaign_id == campaign.id)
        sent = {row.delivery.id for row in rows}
        accounts = {row.account.id for row in rows}
        first, last = campaign.starts or campaign.created_at.date(), (campaign.closed_at or now).date()
        with self._store.read() as tx:
            notes = tx.notes.all()
        return Aftermath(
            rows,
            tuple(one for one in notes if one.delivery_id in sent or (one.account_id in accounts and first <= one.day <= last)),
        )


def names(tx: Transaction) -> Mapping[str, str]:
    """Return id -> title of every campaign."""
    return {campaign.id: campaign.title for campaign in tx.campaigns.campaigns.all()}


def camel_case(tag: str) -> str:
    """Return the tag with each of its words begun by a capital, so that screen readers read words."""
    return "".join(part[:1].upper() + part[1:] for part in split_tag(tag))


def _check(campaign: Campaign) -> None:
    validate(campaign)
    goals = words("words")["goals"]
    if counts_reactions(campaign.goal, goals["counted"], goals["more"]):
        raise Invalid("goal", goals["refused"])


def _cleaned(tx: Transaction, campaign: Campaign) -> Campaign:
    """Return the campaign with tidy title and tags, and the word for its links; raise Invalid for a title that is taken."""
    title = " ".join(campaign.title.split())
    for other in tx.campaigns.campaigns.all():
        if other.id != campaign.id and other.title.casefold() == title.casefold():
            raise Invalid("title", "There is a campaign of this title already. Open that one, or choose another title.")
    tags = {plain_tag(tag).lower(): plain_tag(tag) for tag in campaign.tags}
    return replace(campaign, title=title, tags=tuple(tags.values()), slug=slug_of(campaign.slug or title))


def _view(tx: Transaction, campaign: Campaign) -> CampaignView:
    hold = _hold(tx, campaign)
    state = "paused" if hold and campaign.state == "running" else campaign.state
    posts, links = tx.campaigns.posts(campaign.id), tx.campaigns.links(campaign=campaign.id)
    return CampaignView(campaign, state, hold, posts, links, open_items(campaign))


def _hold(tx: Transaction, campaign: Campaign) -> Hold | None:
    return next((hold for hold in tx.deliveries.holds() if (hold.scope, hold.target) == ("campaign", campaign.id)), None)


def _require_start(campaign: Campaign) -> None:
    missing = open_items(campaign)
    if missing:
        raise NotReady(f"This campaign still needs {', '.join(missing)}. Fill that in, then start it.")


def _require_pause(actor: Actor, campaign: Campaign) -> None:
    if actor.id != campaign.plan_owner and "hold" not in ALLOWED[actor.role]:
        raise NotAllowed("Only the owner of the backlash plan, or somebody who may hold posts, can do this. Ask one of them.")
