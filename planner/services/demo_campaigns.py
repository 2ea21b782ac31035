"""The demo's campaign with its petition, event, ask, partner and log, written around today."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from planner.domain.ask import Ask
from planner.domain.campaign import Campaign, slug_of
from planner.domain.event import Event
from planner.domain.lobbying import LobbyingEntry
from planner.domain.partner import Partner
from planner.domain.petition import Petition, SignatureCount

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from planner.domain.people import Actor
    from planner.ports import Ids, Transaction


def write(tx: Transaction, actor: Actor, rows: list[Mapping[str, Any]], now: datetime, ids: Ids) -> dict[str, str]:
    """Store the campaigns of the script and return key -> id; days count from today, as everywhere in the script."""
    return {row["key"]: _campaign(tx, actor, row, now, ids) for row in rows}


def _campaign(tx: Transaction, actor: Actor, row: Mapping[str, Any], now: datetime, ids: Ids) -> str:
    made: dict[str, Any] = {"created_by": actor.id, "created_at": now}

    def day(offset: int) -> date:
        return now.date() + timedelta(days=offset)

    campaign = Campaign(
        id=ids.new(),
        owner=actor.id,
        plan_owner=actor.id,
        starts=day(row["starts"]),
        ends=day(row["ends"]),
        tags=tuple(row["tags"]),
        slug=slug_of(row["title"]),
        state="running",
        demo=True,
        **{name: row[name] for name in ("title", "goal", "audience", "risk", "replies_by", "pause_when", "offline_step", "voice")},
        **made,
    )
    tx.campaigns.campaigns.add(campaign)
    made["campaign"] = campaign.id
    event, ask, petition, entry = dict(row["event"]), dict(row["ask"]), dict(row["petition"]), dict(row["lobbying"])
    wall = f"{day(event.pop('day'))}T{event.pop('at')}"
    tx.campaigns.events.add(Event(id=ids.new(), wall=wall, **event, **made))
    tx.campaigns.asks.add(Ask(id=ids.new(), by_when=day(ask.pop("by_when")), **ask, **made))
    partner = Partner(id=ids.new(), **row["partner"], **made)
    tx.campaigns.partners.add(replace(partner, signed_at=now))
    tx.campaigns.lobbying.add(LobbyingEntry(id=ids.new(), day=day(entry.pop("day")), **entry, **made))
    counts = petition.pop("counts")
    kept = Petition(id=ids.new(), deadline=day(petition.pop("deadline")), **petition, **made)
    tx.petitions.add(kept)
    for before, count in counts:
        tx.petitions.add_count(SignatureCount(kept.id, now - timedelta(days=before), "hand", count, by=actor.id))
    return campaign.id
