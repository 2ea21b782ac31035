"""The drafts that a campaign begins by itself: thanks, results, reminders; each once, and each through the gate like any other."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from planner.domain.audit import AuditEvent
from planner.domain.campaign import CampaignLink
from planner.domain.petition import latest
from planner.domain.post import Content, LinkCard, Post, PostVariant
from planner.services.campaign_words import words

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from planner.domain.campaign import Campaign, Role
    from planner.domain.people import Actor
    from planner.ports import Clock, Ids, Transaction


class CampaignDrafts:
    """Writes drafts from the templates of the content bank."""

    def __init__(self, clock: Clock, ids: Ids) -> None:
        """Take the clock and the id maker."""
        self._clock = clock
        self._ids = ids

    def closing(self, tx: Transaction, actor: Actor, campaign: Campaign) -> tuple[Post, ...]:
        """Begin what a campaign ends with: the thanks, the result, and for each petition its closing and its count."""
        told = {"title": campaign.title, "goal": campaign.goal.rstrip("."), "outcome": campaign.outcome}
        begun = [self.begin(tx, actor, campaign, "thanks", told), self.begin(tx, actor, campaign, "result", told)]
        for petition in tx.petitions.all(campaign=campaign.id):
            last = latest(tx.petitions.counts(petition.id))
            said = {"petition": petition.title, "target": petition.target or "Those who decide", "ask": petition.ask.rstrip(".")}
            begun.append(self.begin(tx, actor, campaign, "petition-closing", said, about=petition.id))
            if last is not None:
                said |= {"count": f"{last.count:,}", "counted_on": f"{last.as_of.day} {last.as_of:%B %Y}"}
            template = "petition-result" if last is not None else "petition-result-uncounted"
            begun.append(self.begin(tx, actor, campaign, "petition-result", said, about=petition.id, template=template))
        return tuple(post for post in begun if post is not None)

    def begin(  # noqa: PLR0913 - a draft has that many circumstances
        self,
        tx: Transaction,
        actor: Actor,
        campaign: Campaign,
        role: Role,
        told: Mapping[str, str],
        *,
        about: str = "",
        template: str = "",
        due_at: datetime | None = None,
        link: str = "",
    ) -> Post | None:
        """Begin one draft on the accounts of the campaign, unless there is one already that was not put away."""
        for known in tx.campaigns.links(campaign=campaign.id):
            if (known.role, known.about, known.due_at) == (role, about, due_at) and tx.posts.get(known.post_id).state != "archived":
                return None
        sketch = words("drafts")[template or role]
        now = self._clock.now()
        content = Content(text=sketch["text"].format_map(told).strip(), link=LinkCard(link) if link else None)
        post = Post(
            id=self._ids.new(),
            base=content,
            variants=tuple(PostVariant(account_id) for account_id in accounts_of(tx, campaign)),
            created_by=actor.id,
            created_at=now,
            updated_at=now,
            purpose=sketch["purpose"],
            type=sketch.get("type", "plain"),
            campaign=campaign.id,
            demo=campaign.demo,
        )
        tx.posts.add(post)
        tx.campaigns.link(CampaignLink(post.id, campaign.id, role, about, due_at))
        tx.log.audit(AuditEvent(self._ids.new(), now, actor.id, "campaign.draft", f"post:{post.id}", {"role": role}))
        return post

    def put_away(self, tx: Transaction, post: Post) -> None:
        """Archive a draft that is not wanted any more."""
        tx.posts.swap(post, replace(post, state="archived", version=post.version + 1, updated_at=self._clock.now()))


def accounts_of(tx: Transaction, campaign: Campaign) -> tuple[str, ...]:
    """Return the accounts on which the campaign speaks: those of its posts, or all when it has none yet; none that was put away."""
    there = {account.id for account in tx.accounts.all()}
    used = dict.fromkeys(key for post in reversed(tx.campaigns.posts(campaign.id)) for key in post.account_ids if key in there)
    return tuple(used) or tuple(account.id for account in tx.accounts.all())
