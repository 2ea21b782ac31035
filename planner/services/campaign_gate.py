"""What a post's campaign adds to the gate: cards of hashtags, paid partners, a petition's target and link, access and offline questions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from connectors.base import Problem
from planner.checklist.report import Answer, Profile, Question
from planner.domain.event import access_missing
from planner.domain.making import Maker
from planner.services.campaign_words import words
from planner.services.hashtags import counting

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from planner.domain.event import Event
    from planner.domain.petition import Petition
    from planner.domain.post import Content, Post
    from planner.ports import Transaction


_changed = Maker(Profile).changed


def informed(tx: Transaction, profile: Profile, today: date, post: Post | None = None) -> Profile:
    """Return the profile with the tags whose cards count today, and the paid partners whose posts need a label."""
    paid = [partner for partner in tx.campaigns.partners.all() if partner.paid]
    with_us = {link.about for link in tx.campaigns.links(post_id=post.id)} if post and paid else set()
    return _changed(
        profile,
        hashtag_cards=counting(tx, today),
        paid_partners=tuple(name for partner in paid for name in (partner.name, partner.handle) if name),
        paid_with=tuple(partner.name for partner in paid if partner.id in with_us),
        partner_labels=tuple(partner.label for partner in paid),
    )


def fields(tx: Transaction, post: Post, content: Content) -> dict[str, str]:
    """Return what the campaign knows of the event or the petition that the post is about, by the fields of its type."""
    if post.type == "event":
        event = _event(tx, post)
        if event is None:
            return {}
        access = "" if access_missing(event) else f"{event.online}; {event.transport}; {event.mobility}"
        told = {"starts": f"{event.wall} {event.zone}", "place": event.place or event.online, "access": access}
    elif post.type == "petition":
        one = _petition(tx, post, content)
        deadline = one.deadline.isoformat() if one and one.deadline else ""
        told = {"target": one.target, "ask": one.ask, "url": one.url, "deadline": deadline} if one else {}
    else:
        return {}
    return {name: value for name, value in told.items() if value}


def problems(tx: Transaction, post: Post, content: Content) -> tuple[Problem, ...]:
    """Return why a petition post may not go out: no petition, no target, no link, or the link is not in the post.

    What the author wrote beside the post stands in for a petition of a campaign.
    """
    if post.type != "petition":
        return ()
    said, beside = words("words")["petition"], tx.library.note(post.id).fields
    one = _petition(tx, post, content)
    target, url = beside.get("target") or (one.target if one else ""), beside.get("url") or (one.url if one else "")
    if one is None and not (target or url):
        return (Problem("petition", said["none"]),)
    missing = [name for name, value in (("target", target), ("link", url)) if not value]
    if not missing and url not in _carried(content):
        missing = ["absent"]
    return tuple(Problem("petition", said[name]) for name in missing)


def questions(tx: Transaction, post: Post, content: Content) -> tuple[Question, ...]:
    """Return what the event or the campaign of a post still asks its author; words in the post answer by themselves."""
    return tuple(_question(name) for name in _open(tx, post, content))


def _carried(content: Content) -> str:
    return "\n".join((content.text, content.first_comment, content.link.url if content.link else ""))


def _petition(tx: Transaction, post: Post, content: Content) -> Petition | None:
    """Return the petition that the post is about: the one whose link it carries, else the first of its campaign."""
    carried = _carried(content)
    known = tx.petitions.all(campaign=post.campaign) if post.campaign else tx.petitions.all()
    named = next((petition for petition in known if petition.url and petition.url in carried), None)
    return named or (known[0] if known and post.campaign else None)


def _event(tx: Transaction, post: Post) -> Event | None:
    """Return the event that the post is about: the one it reminds of, else the first that its campaign still plans."""
    about = {link.about for link in tx.campaigns.links(post_id=post.id)}
    events = [event for event in tx.campaigns.events.all(post.campaign) if event.state == "planned"] if post.campaign else []
    return next((event for event in events if event.id in about), events[0] if events else None)


def _open(tx: Transaction, post: Post, content: Content) -> Iterator[str]:
    event = _event(tx, post) if post.type == "event" and not tx.library.note(post.id).fields.get("access") else None
    if event is not None and any(not _says(content, part) for part in access_missing(event)):
        yield "event-access"
    campaign = tx.campaigns.campaigns.find(post.campaign) if post.campaign and post.purpose == "ask" else None
    if campaign is None or campaign.audience != "rural":
        return
    offline = campaign.offline_step or any(ask.offline for ask in tx.campaigns.asks.all(campaign.id))
    if not offline and not _says(content, "offline"):
        yield "rural-offline"
    if all(post.content_for(key).media for key in post.account_ids):
        yield "rural-text"


def _says(content: Content, part: str) -> bool:
    cues = "|".join(map(re.escape, words("words")["cues"][part]))
    return re.search(rf"\b(?:{cues})\b", content.text.casefold()) is not None


def _question(name: str) -> Question:
    said = words("words")["questions"][name]
    answers = (Answer("yes", said["yes"], "clear"), Answer("no", said["no"], "keep"))
    return Question(f"campaign.{name}", said["text"], "standing", answers)
