"""Hashtag cards: what a tag means, where it comes from, who uses it, and until when somebody's look at it counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal, get_args

from planner.domain.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

Reach = Literal["popular", "niche"]
REACHES: tuple[Reach, ...] = get_args(Reach)
LASTS = timedelta(days=365)
"""How long a look at a tag counts, unless the card says otherwise."""

_LONGEST = 1_000


@dataclass(frozen=True, slots=True)
class HashtagCard:
    """A card; `id` is the tag in lower case, `tag` how it is written, without #. A starter card comes with the product (`by` is empty)."""

    id: str
    tag: str
    meaning: str
    created_by: str
    created_at: datetime
    origin: str = ""
    used_by: str = ""
    risk: str = ""
    reach: Reach = "niche"
    movement: bool = False
    listen: bool = False
    checked_on: date | None = None
    expires: date | None = None
    version: int = 1

    @property
    def campaign(self) -> str:
        """Return no campaign: a card belongs to the whole workspace."""
        return ""


def plain_tag(tag: str) -> str:
    """Return a tag without its #, raising Invalid when it is none."""
    name = tag.strip().lstrip("#")
    if not name.replace("_", "").isalnum() or name.isdigit():
        raise Invalid("tag", "A hashtag is one word of letters and digits, such as #MentalHealth.")
    return name


def validate(card: HashtagCard) -> None:
    """Raise Invalid when a card cannot be kept."""
    if not card.meaning:
        raise Invalid("meaning", "Say what the tag means to those who use it. Look at what is posted under it first.")
    if card.reach not in REACHES:
        raise Invalid("reach", f"Choose one of: {', '.join(REACHES)}.")
    if max(len(card.meaning), len(card.origin), len(card.used_by), len(card.risk)) > _LONGEST:
        raise Invalid("meaning", f"At most {_LONGEST:,} characters a field, please.")


def last_day(card: HashtagCard) -> date | None:
    """Return the last day on which the look at the tag counts, or None when nobody looked."""
    if card.checked_on is None:
        return None
    return card.expires or card.checked_on + LASTS


def is_valid(card: HashtagCard, today: date) -> bool:
    """Return whether somebody has looked at the tag and the look still counts."""
    last = last_day(card)
    return last is not None and today <= last


@dataclass(frozen=True, slots=True)
class Mix:
    """How many tags are popular, niche, and without a valid card."""

    popular: int
    niche: int
    unknown: int

    @property
    def advice(self) -> str:
        """Return `add-niche`, `add-popular`, or nothing when the mix is fine or there is none."""
        if self.popular and not self.niche:
            return "add-niche"
        return "add-popular" if self.niche and not self.popular else ""


def mix(tags: Sequence[str], cards: Sequence[HashtagCard], today: date) -> Mix:
    """Return the mix of tags by their valid cards."""
    known = {card.id: card for card in cards if is_valid(card, today)}
    reaches = [known[tag.lower()].reach if tag.lower() in known else "" for tag in tags]
    return Mix(reaches.count("popular"), reaches.count("niche"), reaches.count(""))
