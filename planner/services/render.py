"""From a post's content to what a connector takes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from connectors.base import Link, Media, Variant

if TYPE_CHECKING:
    from datetime import datetime

    from planner.domain.post import Content
    from planner.ports import Transaction


def variant(tx: Transaction, content: Content, scheduled_at: datetime | None = None) -> Variant:
    """Return the connector's variant of a content, image bytes included; raise Missing when an image is gone."""
    media = tuple(_with_alt(tx.media.get(ref.digest), ref.name, ref.alt) for ref in content.media)
    link = Link(content.link.url, content.link.title, content.link.description) if content.link else None
    return Variant(
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
