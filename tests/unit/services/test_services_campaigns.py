"""Campaigns in use: begun with a goal and a plan, paused with their posts, closed with thanks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from planner.domain.campaign import Campaign
from planner.domain.connection import ConnectionNote
from planner.domain.errors import Conflict, Invalid, Missing, NotAllowed, NotReady
from planner.domain.petition import Petition, SignatureCount
from planner.services.campaigns import camel_case
from planner.services.composer import Details
from planner.services.holds import Holds
from tests.unit.services.rig import NOW

if TYPE_CHECKING:
    from planner.domain.post import Post
    from tests.unit.services.rig import Rig

GOAL = "Families know how to reach the walk-in clinic"


def begun(rig: Rig, **changes: Any) -> Campaign:
    fields: dict[str, Any] = {"title": "Walk-in week", "goal": GOAL, "owner": "owner", "plan_owner": "owner", **changes}
    return rig.campaigns.add(rig.alone(), Campaign(id="", created_by="", created_at=NOW, **fields))


def running(rig: Rig, **changes: Any) -> Campaign:
    return rig.campaigns.start(rig.alone(), begun(rig, **changes).id)


def joined(rig: Rig, post: Post, campaign: str, **details: Any) -> Post:
    return rig.composer.save(rig.alone(), post.id, post.version, post.base, post.variants, Details(campaign=campaign, **details))


@pytest.mark.clause("C124", "C108")
def test_a_campaign_starts_with_a_goal_an_owner_and_a_plan_owner_only(rig: Rig) -> None:
    with pytest.raises(Invalid, match="whether people looked"):
        begun(rig, goal="500 likes in a week")
    bare = begun(rig, goal="", owner="", plan_owner="")
    with pytest.raises(NotReady, match="a goal, an owner, the owner of the backlash plan"):
        rig.campaigns.start(rig.alone(), bare.id)
    without_plan = rig.campaigns.update(rig.alone(), replace(bare, goal=GOAL, owner="owner"))
    with pytest.raises(NotReady, match="needs the owner of the backlash plan"):
        rig.campaigns.start(rig.alone(), without_plan.id)
    whole = rig.campaigns.update(rig.alone(), replace(without_plan, plan_owner="owner"))
    started = rig.campaigns.start(rig.alone(), whole.id)
    assert rig.campaigns.get(started.id).state == "running"
    with pytest.raises(NotReady, match="running already"):
        rig.campaigns.start(rig.alone(), started.id)
    with pytest.raises(NotReady, match="still needs a goal"):
        rig.campaigns.update(rig.alone(), replace(started, goal=""))
    assert rig.actions(f"campaign:{started.id}") == ["campaign.add", "campaign.update", "campaign.update", "campaign.start"]


def test_a_title_is_taken_once_and_a_second_writer_is_told(rig: Rig) -> None:
    first = begun(rig)
    with pytest.raises(Invalid, match="this title"):
        begun(rig, title="walk-in  WEEK")
    rig.campaigns.update(rig.alone(), replace(first, risk=" Anger "))
    assert rig.campaigns.get(first.id).campaign.risk == "Anger"
    with pytest.raises(Conflict):
        rig.campaigns.update(rig.alone(), first)
    with pytest.raises(Missing):
        rig.campaigns.get("nobody")
    with pytest.raises(NotAllowed):
        rig.campaigns.add(rig.member("vera", "viewer"), first)


def test_tags_are_plain_and_unique_and_the_running_come_first(rig: Rig) -> None:
    closed = running(rig, title="Old")
    rig.campaigns.close(rig.alone(), closed.id, "Little")
    planned = begun(rig, tags=("#MentalHealth", "mentalhealth", "Lakewood"))
    live = running(rig, title="Now")
    assert planned.tags == ("mentalhealth", "Lakewood")
    assert [view.campaign.id for view in rig.campaigns.all()] == [live.id, planned.id, closed.id]
    assert rig.campaigns.names() == {closed.id: "Old", planned.id: "Walk-in week", live.id: "Now"}
    assert (camel_case("mentalhealthmatters"), camel_case("SocialWork")) == ("MentalHealthMatters", "SocialWork")


@pytest.mark.clause("C108")
def test_the_plan_owner_pauses_every_post_whatever_their_role(rig: Rig) -> None:
    account = rig.account()
    campaign = running(rig, plan_owner="ada")
    item = rig.scheduled("Sleep and worry feed each other.", account)
    joined(rig, rig.composer.load(item.post_id), campaign.id)
    ada, ben = rig.member("ada"), rig.member("ben")
    with pytest.raises(NotAllowed, match="owner of the backlash plan"):
        rig.campaigns.pause(ben, campaign.id, "Hostile replies")
    hold = rig.campaigns.pause(ada, campaign.id, "Hostile replies", NOW)
    view = rig.campaigns.get(campaign.id)
    assert (view.state, view.hold) == ("paused", hold)
    assert rig.calendar.of_post(item.post_id)[0].state == "held"
    assert rig.campaigns.resume(ada, campaign.id) == 1
    assert rig.calendar.of_post(item.post_id)[0].state == "queued"
    with pytest.raises(NotReady, match="not paused"):
        rig.campaigns.resume(ada, campaign.id)
    rig.campaigns.pause(rig.alone(), campaign.id, "Again")
    Holds(rig.store, rig.clock, rig.ids).lift(rig.alone(), rig.campaigns.get(campaign.id).hold.id)  # type: ignore[union-attr]
    assert rig.campaigns.get(campaign.id).state == "running"
    with pytest.raises(NotReady, match="planned"):
        rig.campaigns.pause(rig.alone(), begun(rig, title="Later").id, "Why not")


@pytest.mark.clause("C124")
def test_the_close_keeps_the_outcome_and_drafts_thanks_and_result_once(rig: Rig) -> None:
    account = rig.account()
    campaign = running(rig)
    joined(rig, rig.draft("The clinic is on Main Street.", account), campaign.id)
    with pytest.raises(Invalid, match="what came of it"):
        rig.campaigns.close(rig.alone(), campaign.id, " ")
    with pytest.raises(NotReady, match="Start it first"):
        rig.campaigns.close(rig.alone(), begun(rig, title="Later").id, "Nothing")
    early = rig.campaigns.prepare(rig.alone(), campaign.id)
    assert [post.purpose for post in early] == ["thank", "educate"]
    assert rig.campaigns.close(rig.alone(), campaign.id, "Three families walked in.") == ()
    view = rig.campaigns.get(campaign.id)
    assert (view.state, view.campaign.outcome, view.campaign.closed_at) == ("closed", "Three families walked in.", NOW)
    assert {post.state for post in view.posts} == {"draft"}
    assert sorted(link.role for link in view.links) == ["result", "thanks"]
    assert all(post.account_ids == (account.id,) for post in view.posts)
    with pytest.raises(NotReady, match="It is over"):
        rig.campaigns.close(rig.alone(), campaign.id, "More")


@pytest.mark.clause("C101")
def test_a_petition_gets_its_closing_and_its_result(rig: Rig) -> None:
    rig.account()
    campaign = running(rig)
    with rig.store.write() as tx:
        for key, title in (("p1", "Telehealth for all"), ("p2", "More buses")):
            tx.petitions.add(Petition(key, title, "owner", NOW, campaign.id, "the committee", "Pay for calls.", "https://change.example/p"))
        tx.petitions.add_count(SignatureCount("p1", NOW, "hand", 1204))
    texts = [post.base.text for post in rig.campaigns.close(rig.alone(), campaign.id, "The committee listens.")]
    assert "The petition “Telehealth for all” closed with 1,204 signatures, counted on 24 November 2026." in texts[3]
    assert (
        texts[5] == "The petition “More buses” has closed. the committee was asked for this: Pay for calls. We will post the answer here."
    )
    assert len(texts) == 6
    assert "{" not in "".join(texts)


@pytest.mark.clause("C109")
def test_who_with_lived_experience_read_it_stands_in_the_audit_log(rig: Rig) -> None:
    campaign = begun(rig)
    with pytest.raises(Invalid, match="who read it"):
        rig.campaigns.voice(rig.alone(), campaign.id, "")
    kept = rig.campaigns.voice(rig.alone(), campaign.id, "Two members of our peer council ")
    assert kept.voice == "Two members of our peer council"
    assert rig.campaigns.update(rig.alone(), replace(kept, voice="")).voice == kept.voice
    with rig.store.read() as tx:
        event = next(one for one in tx.log.events() if one.action == "campaign.voice")
    assert dict(event.details) == {"reviewer": "Two members of our peer council"}


def test_what_came_of_it_is_figures_beside_notes(rig: Rig) -> None:
    account, other = rig.account(), rig.account(handle="@other")
    campaign = running(rig)
    item = rig.scheduled("Sleep and worry feed each other.", account)
    joined(rig, rig.composer.load(item.post_id), campaign.id)
    rig.clock.on(days=2)
    rig.out(item)
    rig.insights.enter(rig.alone(), item.id, {"likes": 4})
    note = ConnectionNote("", account.id, date(2026, 11, 25), "School counselor", "Asked for the handout.", "exchange", "call", "", NOW)
    kept = [rig.connections.note(rig.alone(), one) for one in (note, replace(note, account_id=other.id, delivery_id=item.id))]
    rig.connections.note(rig.alone(), replace(note, account_id=other.id))
    rig.connections.note(rig.alone(), replace(note, day=date(2026, 1, 1)))
    found = rig.campaigns.aftermath(campaign.id)
    assert [(row.total, row.campaign) for row in found.posts] == [(4, "Walk-in week")]
    assert set(found.notes) == set(kept)


def test_old_words_of_posts_stay_readable(rig: Rig) -> None:
    account = rig.account()
    item = rig.scheduled("Sleep and worry feed each other.", account)
    joined(rig, rig.composer.load(item.post_id), "autumn push")
    (entry,) = rig.calendar.window(NOW, item.due_at.replace(year=2027))
    assert entry.campaign == "autumn push"


@pytest.mark.clause("C124")
def test_links_carry_the_campaign_when_a_post_goes_out_and_its_approval_stands(rig: Rig) -> None:
    from planner.services import render  # noqa: PLC0415 - only here

    account = rig.account()
    campaign = running(rig)
    post = rig.draft("Read https://clinic.example/way. Then come.", account)
    digest = post.digest_for(account.id)
    post = joined(rig, post, campaign.id)
    with rig.store.read() as tx:
        sent = render.post(tx, post, account)
    mark = "utm_source=bluesky&utm_medium=social&utm_campaign=walk-in-week"
    assert sent.segments == (f"Read https://clinic.example/way?{mark}. Then come.",)
    assert post.digest_for(account.id) == digest
    linked = rig.draft("Look", account, link=_card())
    with rig.store.read() as tx:
        assert render.post(tx, linked, account).link.url == "https://clinic.example"  # type: ignore[union-attr]
        assert render.post(tx, replace(linked, campaign=campaign.id), account).link.url == f"https://clinic.example?{mark}"  # type: ignore[union-attr]


def _card() -> Any:
    from planner.domain.post import LinkCard  # noqa: PLC0415 - only here

    return LinkCard("https://clinic.example")
