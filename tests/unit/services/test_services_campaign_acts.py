"""What campaigns ask and whom they stand with: events, asks, hashtags, partners, the lobbying log, and what the gate makes of it."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from planner.domain.ask import Ask
from planner.domain.errors import Blocked, Conflict, Invalid, Missing, NotReady, Unanswered
from planner.domain.event import Event
from planner.domain.hashtag import HashtagCard, Mix
from planner.domain.library import PostNote
from planner.domain.lobbying import LobbyingEntry
from planner.domain.partner import Partner
from planner.domain.petition import Petition
from planner.domain.post import LinkCard
from planner.domain.schedule import Wall
from planner.services.access import Access
from planner.services.composer import Details
from tests.unit.services.rig import NOW, png
from tests.unit.services.test_services_campaigns import begun, joined, running

if TYPE_CHECKING:
    from planner.domain.account import Account
    from planner.domain.post import Post
    from tests.unit.services.rig import Rig

WEEK = timedelta(days=7)


def hearing(campaign: str, **changes: Any) -> Event:
    fields: dict[str, Any] = {"wall": "2026-12-03T18:00", "zone": "America/Denver", "place": "Town hall", **changes}
    return Event(id="", campaign=campaign, title="Hearing", created_by="", created_at=NOW, **fields)


def reminders(rig: Rig, campaign: str, event: str) -> list[Post]:
    view = rig.campaigns.get(campaign)
    posts = {post.id: post for post in view.posts}
    return [posts[link.post_id] for link in view.links if link.about == event and link.role == "reminder"]


@pytest.mark.clause("C102")
def test_an_event_begins_three_reminders_and_its_cancel_reaches_all(rig: Rig) -> None:
    account = rig.account()
    campaign = running(rig)
    event = rig.campaigns.events.add(
        rig.alone(), hearing(campaign.id, online="Video link", transport="Bus 16.", link="https://town.example")
    )
    series = reminders(rig, campaign.id, event.id)
    assert sorted(post.base.text.split(":")[0] for post in series) == ["In a week", "In two hours", "Tomorrow"]
    assert {(post.type, post.state, post.account_ids) for post in series} == {("event", "draft", (account.id,))}
    assert "Hearing, Thursday 3 December, 18:00 (Denver time), Town hall. Online: Video link. Bus 16." in series[0].base.text
    assert all(post.base.link == LinkCard("https://town.example") for post in series)
    assert rig.campaigns.events.cancel(rig.alone(), event.id, "Ice") is None
    assert {post.state for post in reminders(rig, campaign.id, event.id)} == {"archived"}
    with pytest.raises(NotReady, match="already"):
        rig.campaigns.events.cancel(rig.alone(), event.id, "Ice")
    with pytest.raises(NotReady, match="cancelled"):
        rig.campaigns.events.update(rig.alone(), rig.campaigns.events.all(campaign.id)[0])


@pytest.mark.clause("C102")
def test_a_cancel_takes_reminders_off_the_calendar_and_drafts_a_notice_where_one_is_out(rig: Rig) -> None:
    account = rig.account()
    campaign = running(rig)
    event = rig.campaigns.events.add(rig.alone(), hearing(campaign.id, online="a", transport="b", mobility="c"))
    booked = []
    for number, post in enumerate(reminders(rig, campaign.id, event.id)[:2]):
        rig.submit(post)
        rig.approvals.approve(rig.alone(), post.id, account.id, rig.composer.load(post.id).digest_for(account.id))
        wall = Wall.parse(f"2026-11-{26 + number} 10:00")
        booked.append(rig.calendar.schedule(rig.alone(), post.id, account.id, wall, accepted=frozenset({"near-duplicate"})))
    rig.out(booked[0])
    notice = rig.campaigns.events.cancel(rig.alone(), event.id, "The road is closed.")
    assert notice is not None
    assert notice.base.text == "Hearing, planned for Thursday 3 December, 18:00 (Denver time), will not take place. The road is closed."
    assert [rig.calendar.of_post(item.post_id)[0].state for item in booked] == ["sent", "cancelled"]
    assert rig.composer.load(booked[0].post_id).state == "ready"
    assert rig.composer.load(booked[1].post_id).state == "archived"


def test_a_moved_event_writes_its_reminders_anew(rig: Rig) -> None:
    rig.account()
    campaign = running(rig)
    event = rig.campaigns.events.add(rig.alone(), hearing(campaign.id))
    other = rig.campaigns.events.add(rig.alone(), hearing(campaign.id, wall="2026-11-26T09:00", place="", online="Dial in"))
    rig.campaigns.events.update(rig.alone(), replace(event, wall="2026-12-10T18:00"))
    fresh = [post.base.text for post in reminders(rig, campaign.id, event.id) if post.state == "draft"]
    assert len(fresh) == 3
    assert all("10 December" in text for text in fresh)
    assert [post.state for post in reminders(rig, campaign.id, other.id)] == ["draft", "draft"]
    assert "online: Dial in" in reminders(rig, campaign.id, other.id)[0].base.text
    assert [one.id for one in rig.campaigns.events.all()] == [other.id, event.id]
    with pytest.raises(Invalid, match="passed"):
        rig.campaigns.events.add(rig.alone(), hearing(campaign.id, wall="2026-01-01T10:00"))
    with pytest.raises(Invalid, match="belongs to a campaign"):
        rig.campaigns.events.add(rig.alone(), hearing(""))
    with pytest.raises(Missing):
        rig.campaigns.events.add(rig.alone(), hearing("nobody"))


@pytest.mark.clause("C102")
def test_events_stand_in_the_feed_of_the_whole_workspace_only(rig: Rig) -> None:
    account = rig.account()
    campaign = running(rig)
    rig.campaigns.events.add(rig.alone(), hearing(campaign.id))
    rig.campaigns.events.add(rig.alone(), hearing(campaign.id, wall="2029-12-03T18:00"))
    service = Access(rig.store, rig.workspace, rig.clock, rig.ids)
    _, every = service.make_feed(rig.alone(), "All")
    _, one = service.make_feed(rig.alone(), "One", account.id)
    assert [service.feed(token).count("SUMMARY:Hearing") for token in (every, one)] == [1, 0]


def questions(rig: Rig, post: Post) -> list[str]:
    return [question.id for passage in rig.composer.check(post.id) for question in passage.open_questions]


@pytest.mark.clause("C102", "C112")
def test_an_event_post_without_an_access_line_asks(rig: Rig) -> None:
    account = rig.account()
    campaign = running(rig)
    loose = joined(rig, rig.draft("Come to our open day.", account), "", type="event")
    assert questions(rig, loose) == []  # claims.incomplete-record asks for what stands beside a post without a campaign
    event = rig.campaigns.events.add(rig.alone(), hearing(campaign.id, online="Video", transport="Bus"))
    silent = joined(rig, rig.draft("Our hearing, come all.", account), campaign.id, type="event")
    assert questions(rig, silent) == ["campaign.event-access"]
    said = joined(rig, rig.draft("Our hearing is soon, and there is a ramp.", account), campaign.id, type="event")
    assert questions(rig, said) == []
    beside = joined(rig, rig.draft("Our hearing, all welcome.", account), campaign.id, type="event")
    with rig.store.write() as tx:
        tx.library.put_note(PostNote(beside.id, "", {"access": "Step-free"}))
    assert questions(rig, beside) == []
    with pytest.raises(Unanswered):
        rig.submit(silent)
    rig.composer.answer(rig.alone(), silent.id, account.id, "campaign.event-access", "no")
    assert rig.submit(silent).state == "ready"
    rig.campaigns.events.update(rig.alone(), replace(event, mobility="Step-free"))
    assert questions(rig, joined(rig, rig.draft("Our hearing is soon.", account), campaign.id, type="event")) == []


@pytest.mark.clause("C111")
def test_a_rural_ask_needs_a_step_without_the_web_and_a_version_in_text(rig: Rig) -> None:
    account = rig.account()
    campaign = running(rig, audience="rural")
    ref = rig.images.add(rig.alone(), png(), "A map")
    post = joined(rig, rig.draft("Sign for rural telehealth.", account, media=(ref,)), campaign.id, purpose="ask")
    assert questions(rig, post) == ["campaign.rural-offline", "campaign.rural-text"]
    plain = joined(rig, rig.draft("Sign, or call us and we sign with you.", account), campaign.id, purpose="ask")
    assert questions(rig, plain) == []
    rig.campaigns.asks.add(rig.alone(), Ask("", campaign.id, "sign", "", NOW, verb="Sign", offline="At the library counter"))
    assert questions(rig, post) == ["campaign.rural-text"]
    rig.campaigns.update(rig.alone(), replace(campaign, audience="general"))
    assert questions(rig, post) == []


@pytest.mark.clause("C101")
def test_a_petition_post_without_target_or_link_is_refused(rig: Rig) -> None:
    account = rig.account()
    campaign = running(rig)
    url = "https://change.example/p/telehealth"
    post = joined(rig, rig.draft(f"Sign here: {url}", account), campaign.id, type="petition")
    with pytest.raises(Blocked, match="belongs to a campaign that has a petition"):
        rig.submit(post)
    petition = Petition("p1", "Telehealth", "owner", NOW, campaign.id)
    with rig.store.write() as tx:
        tx.petitions.add(petition)
    with pytest.raises(Blocked, match="whom the petition asks"):
        rig.submit(post)
    with rig.store.write() as tx:
        tx.petitions.swap(petition, replace(petition, target="The committee", version=2))
    with pytest.raises(Blocked, match="the petition's link"):
        rig.submit(post)
    with rig.store.write() as tx:
        tx.petitions.swap(
            replace(petition, target="The committee", version=2), replace(petition, target="The committee", url=url, version=3)
        )
    assert rig.submit(post).state == "ready"
    silent = joined(rig, rig.draft("Please sign our petition.", account), campaign.id, type="petition")
    with pytest.raises(Blocked, match="has to carry"):
        rig.submit(silent)
    alone = joined(rig, rig.draft("Ours", account, link=LinkCard(url)), "", type="petition")
    assert rig.submit(alone).state == "ready"
    noted = joined(rig, rig.draft("Theirs: https://other.example/p", account), "", type="petition")
    with rig.store.write() as tx:
        tx.library.put_note(PostNote(noted.id, "", {"target": "The mayor", "url": "https://other.example/p"}))
    assert rig.submit(noted).state == "ready"


@pytest.mark.clause("C101", "C102")
def test_what_the_campaign_knows_is_not_asked_again(real: Rig) -> None:
    account = real.account()
    campaign = running(real)
    url = "https://change.example/p/telehealth"

    def incomplete(post: Post) -> list[str]:
        found = real.composer.check(post.id)[0].findings
        return [item.finding.message for item in found if item.finding.rule == "claims.incomplete-record"]

    event = joined(real, real.draft("Our hearing is on Thursday.", account), campaign.id, type="event")
    assert len(incomplete(event)) == 1
    kept = real.campaigns.events.add(real.alone(), hearing(campaign.id))
    assert "how people get in" in incomplete(event)[0]
    assert "when it starts" not in incomplete(event)[0]
    real.campaigns.events.update(real.alone(), replace(kept, online="Video", transport="Bus", mobility="Ramp"))
    assert incomplete(event) == []
    petition = Petition("p1", "Telehealth", "owner", NOW, campaign.id, "The committee", "Pay for calls", url)
    with real.store.write() as tx:
        tx.petitions.add(petition)
    post = joined(real, real.draft(f"Sign here: {url}", account), campaign.id, type="petition")
    assert "by when" in incomplete(post)[0]
    with real.store.write() as tx:
        tx.petitions.swap(petition, replace(petition, deadline=date(2026, 12, 31), version=2))
    assert incomplete(post) == []


@pytest.mark.clause("C105")
def test_the_third_ask_to_the_same_readers_in_five_days_is_warned_about(rig: Rig) -> None:
    account = rig.account()
    rural = running(rig, audience="rural", offline_step="Call us")

    def asking(text: str, day: int, campaign: str = "") -> tuple[Post, Wall]:
        post = rig.submit(joined(rig, rig.draft(text, account), campaign, purpose="ask"))
        rig.approvals.approve(rig.alone(), post.id, account.id, post.digest_for(account.id))
        return post, Wall.parse(f"2026-11-{day} 11:00")

    for text, day in (("Call the county.", 25), ("Write to the paper.", 27)):
        post, wall = asking(text, day)
        rig.calendar.schedule(rig.alone(), post.id, account.id, wall)
    third, wall = asking("Come to the hearing.", 26)
    (warning,) = rig.calendar.preview(third.id, account.id, wall).warnings
    assert (warning.kind, "3 asks within five days" in warning.text) == ("ask-pacing", True)
    with pytest.raises(Conflict):
        rig.calendar.schedule(rig.alone(), third.id, account.id, wall)
    assert rig.calendar.schedule(rig.alone(), third.id, account.id, wall, accepted=frozenset({"ask-pacing"})).state == "queued"
    other, wall = asking("Ask your clinic for calls.", 26, rural.id)
    assert "ask-pacing" not in {one.kind for one in rig.calendar.preview(other.id, account.id, wall).warnings}


@pytest.mark.clause("C106")
def test_asks_are_weighed_by_week_and_followed_up(rig: Rig) -> None:
    account = rig.account()
    campaign = running(rig)
    item = rig.scheduled("Sleep and worry feed each other.", account)
    joined(rig, rig.composer.load(item.post_id), campaign.id, purpose="ask")
    rig.scheduled("Grief has no timetable.", account, Wall.parse("2026-11-30 10:00"))
    every = {week.monday: (week.asks, week.others) for week in rig.campaigns.asks.balance()}
    assert (every[date(2026, 11, 23)], every[date(2026, 11, 30)], len(every)) == ((1, 0), (0, 1), 12)
    assert sum(week.asks + week.others for week in rig.campaigns.asks.balance(campaign.id)) == 1
    ask = Ask("", campaign.id, "call", "", NOW, verb="Call", who="your commissioner", by_when=date(2026, 11, 20))
    kept = rig.campaigns.asks.add(rig.alone(), ask)
    assert rig.campaigns.asks.waiting(campaign.id) == (kept,)
    assert rig.campaigns.asks.missing(kept) == ("how to do it", "why it helps")
    with pytest.raises(Invalid, match="what came of it"):
        rig.campaigns.asks.answer(rig.alone(), kept.id, " ")
    thanks = rig.campaigns.asks.answer(rig.alone(), kept.id, "312 calls were counted")
    assert thanks is not None
    assert thanks.purpose == "thank"
    assert thanks.base.text == (
        "You were asked to call your commissioner. What came of it: 312 calls were counted. Thank you to everybody who did."
    )
    assert rig.campaigns.asks.waiting(campaign.id) == ()
    assert rig.campaigns.asks.answer(rig.alone(), kept.id, "313") is None


@pytest.mark.clause("C103", "C104")
def test_an_ask_of_the_library_belongs_to_no_campaign(rig: Rig) -> None:
    kept = rig.campaigns.asks.add(rig.alone(), Ask("", "", "sign", "", NOW))
    assert rig.campaigns.asks.answer(rig.alone(), kept.id, "Done") is None
    (after,) = rig.campaigns.asks.all("")
    assert rig.campaigns.asks.update(rig.alone(), replace(after, verb="Sign it")).verb == "Sign it"
    rig.campaigns.asks.delete(rig.alone(), kept.id)
    assert rig.campaigns.asks.all() == ()
    with pytest.raises(Invalid, match="give money"):
        rig.campaigns.asks.add(rig.alone(), Ask("", "", "donate", "", NOW))


def tags(rig: Rig, text: str, account: Account) -> list[str]:
    post = rig.draft(text, account)
    return [
        item.finding.quote
        for passage in rig.composer.check(post.id)
        for item in passage.findings
        if item.finding.rule.startswith("advocacy.hashtag-un")
    ]


@pytest.mark.clause("C95", "C96")
def test_an_unknown_or_expired_tag_asks_and_a_look_clears_it(real: Rig) -> None:
    account = real.account()
    assert tags(real, "Join us. #LakewoodListens #MentalHealth", account) == ["#LakewoodListens"]
    card = HashtagCard("", "#LakewoodListens", "Neighbors who meet", "", NOW)
    kept = real.campaigns.hashtags.save(real.alone(), card)
    assert (kept.id, kept.checked_on) == ("lakewoodlistens", NOW.date())
    assert tags(real, "Join us. #LakewoodListens", account) == []
    assert real.composer.check_text("Now #Nobody", account.id).findings != ()
    real.clock.on(days=366)
    assert tags(real, "Join us. #LakewoodListens #MentalHealth", account) == ["#LakewoodListens", "#MentalHealth"]
    real.campaigns.hashtags.renew(real.alone(), "lakewoodlistens")
    assert tags(real, "Join us. #LakewoodListens", account) == []


@pytest.mark.clause("C98")
def test_a_movement_tag_beside_a_sale_asks(real: Rig) -> None:
    account = real.account()
    sale = real.draft("Book now, $90 a session #BlackLivesMatter", account)
    fine = real.draft("We stand with families today. #BlackLivesMatter", account)
    found = [{item.finding.rule for item in real.composer.check(post.id)[0].findings} for post in (sale, fine)]
    assert ["advocacy.hashtag-hijack" in rules for rules in found] == [True, False]


@pytest.mark.clause("C99")
def test_the_bank_begins_filled_and_names_tags_to_read(rig: Rig) -> None:
    views = rig.campaigns.hashtags.cards()
    assert {view.card.tag for view in views} == {
        "BlackLivesMatter", "MeToo", "MentalHealthMatters", "MentalHealthAwareness", "SocialWork", "MentalHealth", "SocialJustice",
    }  # fmt: skip
    assert all(view.starter and view.valid and view.last for view in views)
    assert [card.tag for card in rig.campaigns.hashtags.listening()] == ["MentalHealth", "SocialJustice", "SocialWork"]


@pytest.mark.clause("C97")
def test_cards_are_kept_changed_and_taken_back(rig: Rig) -> None:
    bank = rig.campaigns.hashtags
    assert bank.mix(["#MentalHealth", "MeToo"])[0] == Mix(2, 0, 0)
    assert "Add one that fewer people use" in bank.mix(["MentalHealth"])[1]
    assert bank.mix(["MentalHealth", "SocialWork"])[1] == ""
    kept = bank.renew(rig.alone(), "SocialWork")
    assert (kept.created_by, kept.version) == ("owner", 1)
    assert bank.save(rig.alone(), replace(kept, risk="Few")).version == 2
    view = bank.card("socialwork")
    assert view is not None
    assert (view.starter, view.card.risk) == (False, "Few")
    bank.delete(rig.alone(), "SocialWork")
    again = bank.card("SocialWork")
    assert again is not None
    assert again.starter
    with pytest.raises(Invalid, match="no card yet"):
        bank.renew(rig.alone(), "Nobody")
    with pytest.raises(Invalid, match="future"):
        bank.save(rig.alone(), replace(kept, checked_on=date(2027, 1, 1)))


@pytest.mark.clause("C107")
def test_a_paid_partner_without_a_label_blocks_and_an_unpaid_one_does_not(real: Rig) -> None:
    account = real.account()
    campaign = running(real)
    owner = real.alone()
    assert real.campaigns.partners.add(owner, Partner("", campaign.id, "Front Range Library", "", NOW)).signed_at is None
    paid = real.campaigns.partners.add(owner, Partner("", campaign.id, "Calm Pages", "", NOW, paid=True, label="Supported by Calm Pages"))

    def rules(post: Post) -> set[tuple[str, str]]:
        return {(item.finding.rule, item.finding.level) for item in real.composer.check(post.id)[0].blocking}

    block = ("advocacy.undisclosed-partner", "block")
    assert block in rules(real.draft("We like the journal by Calm Pages.", account))
    assert block not in rules(real.draft("Supported by Calm Pages: a journal for the night.", account))
    assert block not in rules(real.draft("Thank you, Front Range Library, for the room.", account))
    together = joined(real, real.draft("Three ways to rest tonight.", account), campaign.id)
    with pytest.raises(NotReady, match="has not signed off yet"):
        real.campaigns.partners.join(owner, paid.id, together.id)
    with pytest.raises(Invalid, match="Say who"):
        real.campaigns.partners.sign(owner, paid.id, "")
    assert real.campaigns.partners.sign(owner, paid.id, "Their director").signed_at == NOW
    real.campaigns.partners.join(owner, paid.id, together.id)
    assert block in rules(together)
    with pytest.raises(Blocked):
        real.submit(together)
    real.campaigns.partners.join(owner, paid.id, together.id, on=False)
    assert block not in rules(together)


def test_a_partners_yes_ends_when_money_comes_in(rig: Rig) -> None:
    campaign = begun(rig)
    partners = rig.campaigns.partners
    added = partners.add(rig.alone(), Partner("", campaign.id, "Library", "", NOW, signed_by="me", signed_at=NOW))
    signed = partners.sign(rig.alone(), added.id, "The director")
    renamed = partners.update(rig.alone(), replace(signed, note="Room for free"))
    assert renamed.signed_by == "The director"
    assert partners.update(rig.alone(), replace(renamed, paid=True, label="#ad")).signed_at is None
    partners.delete(rig.alone(), added.id)
    assert partners.all(campaign.id) == ()


@pytest.mark.clause("C110")
def test_the_lobbying_log_comes_out_as_a_table(rig: Rig) -> None:
    campaign = begun(rig)
    log = rig.campaigns.lobbying
    entry = LobbyingEntry("", campaign.id, date(2026, 11, 25), "HB 1234", "grassroots", 90, "Maya", "", NOW, cents=1205)
    log.add(rig.alone(), entry)
    first = log.add(rig.alone(), replace(entry, day=date(2026, 11, 20), kind="direct", minutes=30, cents=0, note="=1+1"))
    log.add(rig.alone(), replace(entry, campaign="", minutes=10))
    assert log.sums(campaign.id) == {"direct": (30, 0), "grassroots": (90, 1205)}
    assert log.sums()["grassroots"] == (100, 2410)
    rows = list(csv.DictReader(io.StringIO(log.table(rig.alone(), campaign.id), newline="")))
    assert rows[0] == {
        "day": "2026-11-20", "campaign": "Walk-in week", "bill": "HB 1234", "kind": "direct", "hours": "0.50", "cost": "0.00", "who": "Maya",
        "note": "'=1+1",
    }  # fmt: skip
    assert (rows[1]["hours"], rows[1]["cost"]) == ("1.50", "12.05")
    log.delete(rig.alone(), first.id)
    assert len(log.all()) == 2


@pytest.mark.clause("C110")
def test_asking_for_a_bill_passes_and_backing_a_candidate_blocks(real: Rig) -> None:
    account = real.account(org_type="501c3", author="advocacy", kind="advocacy")
    bill = real.draft("Call your representative by Friday, 5 pm, and ask for a yes on HB 1234: it pays for telehealth.", account)
    candidate = real.draft("Vote for Maria Lopez for senate on November 3.", account)
    blocked = [{item.finding.rule for item in real.composer.check(post.id)[0].blocking} for post in (bill, candidate)]
    assert blocked[0] == set()
    assert "advocacy.electioneering" in blocked[1]


@pytest.mark.clause("C109")
def test_giving_a_voice_is_advised_to_amplify(real: Rig) -> None:
    post = real.draft("We give a voice to young carers.", real.account())
    assert "advocacy.speaking-for" in {item.finding.rule for item in real.composer.check(post.id)[0].findings}


def test_details_still_save_without_a_campaign(rig: Rig) -> None:
    post = rig.draft("Hello", rig.account())
    assert rig.composer.save(rig.alone(), post.id, post.version, post.base, post.variants, Details()).campaign == ""
