"""The hashtag bank: a card says what a tag means and who uses it; a tag without a card that still counts is asked about."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from functools import lru_cache
from typing import TYPE_CHECKING

from planner.domain.errors import Invalid
from planner.domain.hashtag import HashtagCard, Mix, is_valid, last_day, mix, plain_tag, validate
from planner.services.campaign_words import words
from planner.services.keeping import Keeper

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from planner.domain.people import Actor
    from planner.ports import Clock, Ids, Store, Transaction


@dataclass(frozen=True, slots=True)
class CardView:
    """A card as a page shows it: `starter` when it came with the product unchanged; `last` is the day until which it counts."""

    card: HashtagCard
    starter: bool
    valid: bool
    last: date | None


class Hashtags:
    """The hashtag bank of the workspace; it begins with the starter cards of the content bank."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        """Take the store, the clock and the id maker."""
        self._store = store
        self._clock = clock
        self._keeper = Keeper(store, clock, ids, "hashtag", lambda tx: tx.campaigns.cards, validate)

    def cards(self) -> tuple[CardView, ...]:
        """Return every card, starter cards among them, in order of their tags."""
        today = self._clock.now().date()
        with self._store.read() as tx:
            found = every_card(tx)
        return tuple(CardView(card, not card.created_by, is_valid(card, today), last_day(card)) for card in found)

    def card(self, tag: str) -> CardView | None:
        """Return the card of a tag, however its letters are written, or None."""
        name = plain_tag(tag).lower()
        return next((view for view in self.cards() if view.card.id == name), None)

    def listening(self) -> tuple[HashtagCard, ...]:
        """Return the tags to read in one's own engagement time; nothing is followed by the product."""
        return tuple(view.card for view in self.cards() if view.card.listen)

    def save(self, actor: Actor, card: HashtagCard) -> HashtagCard:
        """Store a card, new or changed (`version` as it was read); its look is dated today unless the card says when."""
        today = self._clock.now().date()
        tag = plain_tag(card.tag)
        named = replace(card, id=tag.lower(), tag=tag, checked_on=card.checked_on or today)
        if named.checked_on is not None and named.checked_on > today:
            raise Invalid("checked_on", "A look at a tag cannot lie in the future.")
        with self._store.read() as tx:
            known = tx.campaigns.cards.find(named.id)
        return self._keeper.add(actor, named) if known is None else self._keeper.update(actor, named)

    def renew(self, actor: Actor, tag: str) -> HashtagCard:
        """Keep that somebody looked at what is posted under the tag today; raise Invalid when it has no card."""
        view = self.card(tag)
        if view is None:
            raise Invalid("tag", "This tag has no card yet. Write one first.")
        return self.save(actor, replace(view.card, checked_on=self._clock.now().date(), expires=None))

    def delete(self, actor: Actor, tag: str) -> None:
        """Delete a card of one's own; a starter card comes back as it was shipped."""
        self._keeper.delete(actor, plain_tag(tag).lower())

    def mix(self, tags: Sequence[str]) -> tuple[Mix, str]:
        """Return how popular and how niche these tags are, and one sentence of advice or an empty one."""
        found = mix([plain_tag(tag) for tag in tags], [view.card for view in self.cards()], self._clock.now().date())
        return found, words("words")["mix"].get(found.advice, "")


def every_card(tx: Transaction) -> tuple[HashtagCard, ...]:
    """Return the stored cards over the starter cards, in order of their tags."""
    return _over_starters(tx.campaigns.cards.all())


def counting(tx: Transaction, today: date) -> tuple[str, ...]:
    """Return the tags whose cards count today, in order."""
    return _counting(tx.campaigns.cards.all(), today)


@lru_cache(maxsize=2)  # asked for every post that goes out, and the same for all of them
def _counting(stored: tuple[HashtagCard, ...], today: date) -> tuple[str, ...]:
    return tuple(card.tag for card in _over_starters(stored) if is_valid(card, today))


def _over_starters(stored: tuple[HashtagCard, ...]) -> tuple[HashtagCard, ...]:
    found = {card.id: card for card in (*_starters(), *stored)}
    return tuple(found[key] for key in sorted(found))


@lru_cache(maxsize=1)
def _starters() -> tuple[HashtagCard, ...]:
    """Return the cards of the content bank; nobody made them here, so `created_by` is empty."""
    rows = words("hashtags")["card"]
    return tuple(
        HashtagCard(
            id=row["tag"].lower(),
            created_by="",
            created_at=datetime.combine(row["checked_on"], time(), UTC),
            **{**row, "reach": row["reach"]},
        )
        for row in rows
    )
