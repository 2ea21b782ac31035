"""A campaign: a goal that is no count of reactions, who answers for it and for its backlash plan, and the posts that belong to it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from planner.domain.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

CampaignState = Literal["planned", "running", "closed"]
"""What is stored. A running campaign is paused while a hold of its scope is in force, so that the two can never disagree."""

Audience = Literal["general", "families", "rural", "professionals", "young people"]
AUDIENCES: tuple[Audience, ...] = get_args(Audience)
Role = Literal["thanks", "result", "petition-closing", "petition-result", "reminder", "cancelled", "co-post", "ask-thanks"]
LONGEST = 2_000
_LONGEST_SLUG = 40
_WORDS = ("goal", "title", "risk", "replies_by", "pause_when", "offline_step", "voice", "outcome")


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign. `owner` and `plan_owner` are members' ids; `slug` stands as utm_campaign in its links; `offline_step` needs no web."""

    id: str
    title: str
    created_by: str
    created_at: datetime
    goal: str = ""
    owner: str = ""
    starts: date | None = None
    ends: date | None = None
    audience: Audience = "general"
    state: CampaignState = "planned"
    slug: str = ""
    tags: tuple[str, ...] = ()
    plan_owner: str = ""
    risk: str = ""
    replies_by: str = ""
    pause_when: str = ""
    offline_step: str = ""
    voice: str = ""
    outcome: str = ""
    closed_at: datetime | None = None
    demo: bool = False
    version: int = 1

    @property
    def campaign(self) -> str:
        """Return no campaign: it is one itself."""
        return ""


@dataclass(frozen=True, slots=True)
class CampaignLink:
    """What a post is for a campaign: its thanks, an event's reminder (`about` is the event), a post made with a partner (`about`)."""

    post_id: str
    campaign: str
    role: Role
    about: str = ""
    due_at: datetime | None = None


def validate(campaign: Campaign) -> None:
    """Raise Invalid when a campaign cannot be kept."""
    if not campaign.title:
        raise Invalid("title", "Give the campaign a title, so that posts and people can name it.")
    for name in _WORDS:
        if len(getattr(campaign, name)) > LONGEST:
            raise Invalid(name, f"At most {LONGEST:,} characters, please.")
    if campaign.audience not in AUDIENCES:
        raise Invalid("audience", f"Choose one of: {', '.join(AUDIENCES)}.")
    if campaign.starts and campaign.ends and campaign.ends < campaign.starts:
        raise Invalid("ends", "The campaign ends before it starts. Mend one of the two dates.")


def open_items(campaign: Campaign) -> tuple[str, ...]:
    """Return in plain words what stands between a campaign and its start."""
    needed = {
        "a goal": campaign.goal,
        "an owner": campaign.owner,
        "the owner of the backlash plan": campaign.plan_owner,
    }
    return tuple(words for words, value in needed.items() if not value)


def counts_reactions(goal: str, counted: Sequence[str], more: Sequence[str]) -> bool:
    """Return whether a goal is a number of reactions: one of the `counted` things together with a number or a word of `more`."""
    said = goal.casefold()
    things = re.search(rf"\b(?:{'|'.join(map(re.escape, counted))})\b", said)
    growth = re.search(rf"\d|\b(?:{'|'.join(map(re.escape, more))})\b", said)
    return things is not None and growth is not None


def slug_of(title: str) -> str:
    """Return the word that stands for the campaign in its links: lower case ASCII, at most 40 characters, never empty."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_SLUG].rstrip("-") or "campaign"


def tagged(url: str, slug: str, source: str) -> str:
    """Return the address with utm_source, utm_medium and utm_campaign, those that the author wrote left as they are."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        return url
    told = {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    ours = {"utm_source": source, "utm_medium": "social", "utm_campaign": slug}
    extra = urlencode({name: value for name, value in ours.items() if name not in told})
    return urlunsplit(parts._replace(query="&".join(part for part in (parts.query, extra) if part)))
