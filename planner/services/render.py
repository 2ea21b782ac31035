"""From a post's content to what a connector takes."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from connectors.base import Link, Media, Variant
from planner.domain.campaign import tagged
from planner.domain.making import quickly

if TYPE_CHECKING:
    from datetime import datetime

    from planner.domain.account import Account
    from planner.domain.post import Content, Post
    from planner.ports import Transaction

_made = quickly(Variant)
_LINK = re.compile(r"https?://[^\s<>\"'\u2018-\u201f)\]]*[^\s<>\"'\u2018-\u201f)\].,;:!?…]")
"""An address in a text, without the sign that ends a sentence."""


def post(tx: Transaction, one: Post, account: Account, scheduled_at: datetime | None = None) -> Variant:
    """Return what the account would publish, its links marked with the post's campaign."""
    return variant(tx, marked(tx, one, account), scheduled_at)


def marked(tx: Transaction, one: Post, account: Account) -> Content:
    """Return the account's content with the campaign's mark (utm_...) on its links; without a campaign, as it was written."""
    content = one.content_for(account.id)
    campaign = tx.campaigns.campaigns.find(one.campaign) if one.campaign else None
    if campaign is None:
        return content

    def mark(address: str) -> str:
        return tagged(address, campaign.slug, account.platform)

    return replace(
        content,
        text=_LINK.sub(lambda found: mark(found[0]), content.text),
        link=replace(content.link, url=mark(content.link.url)) if content.link else None,
    )


def variant(tx: Transaction, content: Content, scheduled_at: datetime | None = None) -> Variant:
    """Return the connector's variant of a content, image bytes included; raise Missing when an image is gone."""
    media = tuple(_with_alt(tx.media.get(ref.digest), ref.name, ref.alt) for ref in content.media)
    link = Link(content.link.url, content.link.title, content.link.description) if content.link else None
    return _made(
        segments=content.segments,
        title=content.title or None,
        link=link,
        media=media,
        langs=content.langs,
        content_warning=content.content_warning or None,
        visibility=content.visibility or None,
        reply_control=content.reply_control or None,
        scheduled_at=scheduled_at,
        first_comment=content.first_comment or None,
    )


def _with_alt(media: Media, name: str, alt: str) -> Media:
    return replace(media, name=name, alt=alt)
