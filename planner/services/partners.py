"""Partners of a campaign: recorded with whether money is in it, signed off, and tied to the posts made with them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from planner.domain.campaign import CampaignLink
from planner.domain.errors import Invalid, NotReady
from planner.domain.partner import Partner, validate
from planner.domain.people import authorize
from planner.services.keeping import Keeper

if TYPE_CHECKING:
    from planner.domain.people import Actor
    from planner.ports import Clock, Ids, Store


class Partners:
    """The partners."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        """Take the store, the clock and the id maker."""
        self._store = store
        self._clock = clock
        self._keeper = Keeper(store, clock, ids, "partner", lambda tx: tx.campaigns.partners, validate)

    def all(self, campaign: str | None = None) -> tuple[Partner, ...]:
        """Return the partners (of one campaign), oldest first."""
        return self._keeper.all(campaign)

    def add(self, actor: Actor, partner: Partner) -> Partner:
        """Store a new one; a paid one needs the label that its posts carry."""
        return self._keeper.add(actor, replace(partner, signed_by="", signed_at=None))

    def update(self, actor: Actor, after: Partner) -> Partner:
        """Store a changed one (`after.version` as read); what was signed off is signed off anew when money comes into it."""
        before = self._keeper.get(after.id)
        signed = ("", None) if after.paid != before.paid else (before.signed_by, before.signed_at)
        return self._keeper.update(actor, replace(after, signed_by=signed[0], signed_at=signed[1]))

    def delete(self, actor: Actor, partner_id: str) -> None:
        """Delete one."""
        self._keeper.delete(actor, partner_id)

    def sign(self, actor: Actor, partner_id: str, who: str) -> Partner:
        """Keep who of the partner has agreed to the campaign, today."""
        authorize(actor, "write")
        if not who.strip():
            raise Invalid("signed_by", "Say who of the partner agreed, such as “their director, by mail”.")
        with self._store.write() as tx:
            before = tx.campaigns.partners.get(partner_id)
            return self._keeper.update_in(tx, actor, replace(before, signed_by=who, signed_at=self._clock.now()), "sign", by=who.strip())

    def join(self, actor: Actor, partner_id: str, post_id: str, *, on: bool = True) -> None:
        """Keep that a post is made together with the partner, or take that back; a partner signs off first."""
        authorize(actor, "write")
        with self._store.write() as tx:
            partner, post = tx.campaigns.partners.get(partner_id), tx.posts.get(post_id)
            link = CampaignLink(post.id, partner.campaign, "co-post", partner.id)
            if not on:
                tx.campaigns.unlink(link)
            elif partner.signed_at is None:
                raise NotReady(f"{partner.name} has not signed off yet. Ask them, keep their yes here, then tie the post to them.")
            else:
                tx.campaigns.link(link)
            self._keeper.audit(tx, actor, "join" if on else "part", partner.id, post=post.id)
