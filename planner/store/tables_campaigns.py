"""The tables of campaigns: the campaigns, what their posts are for them, hashtag cards, events, asks, partners, the lobbying log."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Date, Index, Integer, String, Table, Text

from planner.store.columns import Strings, UtcTime
from planner.store.keys import NAMED, id_column, post_key


def _texts(*names: str) -> list[Column[str]]:
    return [Column(name, Text, nullable=False) for name in names]


def _made() -> list[Column[Any]]:
    """Return who made it, when, and how often it was changed."""
    return [
        Column("created_by", String(64), nullable=False),
        Column("created_at", UtcTime, nullable=False),
        Column("version", Integer, nullable=False),
    ]


campaign = Table(
    "campaign",
    NAMED,
    id_column(),
    *_texts(
        "title", "goal", "owner", "audience", "slug", "plan_owner", "risk", "replies_by", "pause_when", "offline_step", "voice", "outcome"
    ),
    Column("state", String(16), nullable=False),
    Column("starts", Date),
    Column("ends", Date),
    Column("tags", Strings, nullable=False),
    Column("closed_at", UtcTime),
    Column("demo", Boolean, nullable=False),
    *_made(),
)

# The campaign is no foreign key: `post.campaign` has always been any word, and stays readable.
campaign_link = Table(
    "campaign_link",
    NAMED,
    Column("post_id", String(64), post_key(), primary_key=True),
    Column("campaign", String(64), primary_key=True),
    Column("role", String(32), primary_key=True),
    Column("about", String(64), primary_key=True),
    Column("due_at", UtcTime),
    Index("ix_campaign_link_campaign", "campaign"),
)

hashtag_card = Table(
    "hashtag_card",
    NAMED,
    Column("id", Text, primary_key=True),
    *_texts("tag", "meaning", "origin", "used_by", "risk"),
    Column("reach", String(16), nullable=False),
    Column("movement", Boolean, nullable=False),
    Column("listen", Boolean, nullable=False),
    Column("checked_on", Date),
    Column("expires", Date),
    *_made(),
)

event = Table(
    "campaign_event",
    NAMED,
    id_column(),
    Column("campaign", String(64), nullable=False),
    *_texts("title", "wall", "zone", "place", "online", "transport", "mobility", "link", "reason"),
    Column("minutes", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    *_made(),
    Index("ix_campaign_event_campaign", "campaign"),
)

ask = Table(
    "campaign_ask",
    NAMED,
    id_column(),
    Column("campaign", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    *_texts("verb", "who", "how", "why", "link", "offline", "result"),
    Column("by_when", Date),
    *_made(),
    Index("ix_campaign_ask_campaign", "campaign"),
)

partner = Table(
    "campaign_partner",
    NAMED,
    id_column(),
    Column("campaign", String(64), nullable=False),
    *_texts("name", "handle", "label", "note", "signed_by"),
    Column("paid", Boolean, nullable=False),
    Column("signed_at", UtcTime),
    *_made(),
    Index("ix_campaign_partner_campaign", "campaign"),
)

lobbying = Table(
    "lobbying",
    NAMED,
    id_column(),
    Column("campaign", String(64), nullable=False),
    Column("day", Date, nullable=False),
    *_texts("bill", "who", "note"),
    Column("kind", String(16), nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("cents", BigInteger, nullable=False),
    *_made(),
    Index("ix_lobbying_campaign", "campaign"),
)
