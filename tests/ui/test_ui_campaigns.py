"""The campaigns' pages: empty, full, by role; what they write is looked up in the store."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from planner.domain.campaign import Campaign
from planner.domain.partner import Partner
from planner.services.composer import Details
from tests.ui.conftest import texts
from tests.ui.ui_house import NOW

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

    from tests.ui.conftest import Desk

TABS = ("Posts", "Hashtags", "Petitions", "Events", "Asks", "Partners and lobbying", "What came of it")


def begun(desk: Desk, *, run: bool = True, **changes: Any) -> Campaign:
    fields: dict[str, Any] = {"title": "Walk-in week", "goal": "Families know the way", "owner": "owner", "plan_owner": "owner", **changes}
    made = desk.planner.campaigns.add(desk.me, Campaign(id="", created_by="", created_at=NOW, **fields))
    return desk.planner.campaigns.start(desk.me, made.id) if run else made


def press(app: AppTest, label: str) -> AppTest:
    return next(button for button in app.button if button.label.replace("\\", "") == label).click().run()


def tab(desk: Desk, campaign: Campaign, name: str) -> AppTest:
    app = desk.open("campaigns", campaign=campaign.id)
    app.session_state["campaign.tabs"] = name
    return app.run()


@pytest.mark.clause("C124")
def test_an_empty_page_teaches_and_the_form_begins_a_campaign(desk: Desk) -> None:
    app = desk.open("campaigns")
    assert "what will be different, for whom" in texts(app)
    app.text_input(key="campaign.title.new").input("Walk-in week")
    app.text_input(key="campaign.goal.new").input("500 likes")
    app = press(app, "Begin")
    assert "whether anything changed" in texts(app)
    assert desk.planner.campaigns.all() == ()
    app.text_input(key="campaign.goal.new").input("Families know the way")
    app = press(app, "Begin")
    (view,) = desk.planner.campaigns.all()
    assert (view.campaign.title, view.state) == ("Walk-in week", "planned")
    app = press(app, "Start")
    assert "still needs the owner of the backlash plan" in texts(app)
    app.selectbox(key=f"campaign.owner.{view.campaign.id}").select("owner")
    app.selectbox(key=f"campaign.plan_owner.{view.campaign.id}").select("owner")
    app = press(press(app, "Save changes"), "Start")
    assert desk.planner.campaigns.get(view.campaign.id).state == "running"


@pytest.mark.clause("C108")
def test_the_plan_is_written_and_pauses_the_campaign(desk: Desk) -> None:
    campaign = begun(desk)
    app = desk.open("plan", campaign=campaign.id)
    app.text_area(key="plan.risk").input("Anger")
    app.text_area(key="plan.replies_by").input("Maya")
    app = press(app, "Save the plan")
    kept = desk.planner.campaigns.get(campaign.id).campaign
    assert (kept.risk, kept.replies_by) == ("Anger", "Maya")
    app.text_input(key="campaign.pause.why").input("Hostile replies")
    app.date_input(key="campaign.pause.until").set_value(date(2026, 11, 30))
    app = press(app, "Pause now")
    view = desk.planner.campaigns.get(campaign.id)
    assert (view.state, view.hold.reason if view.hold else "") == ("paused", "Hostile replies")
    assert "Hostile replies" in texts(app)
    press(app, "Go on")
    assert desk.planner.campaigns.get(campaign.id).state == "running"


def test_a_plan_without_a_campaign_leads_back(desk: Desk) -> None:
    assert "A plan belongs to a campaign" in texts(desk.open("plan"))


@pytest.mark.parametrize("name", TABS)
def test_each_tab_of_a_new_campaign_opens_and_teaches(desk: Desk, name: str) -> None:
    app = tab(desk, begun(desk, run=False, audience="rural"), name)
    assert not app.exception
    assert not app.error


@pytest.mark.parametrize("name", TABS)
def test_a_users_words_never_reach_markdown(desk: Desk, name: str) -> None:
    probe = "**bold** :smile: <img src=x onerror=alert(1)>"
    app = tab(desk, begun(desk, title=probe, goal=probe), name)
    assert not app.exception
    for kind in ("title", "markdown", "caption", "subheader"):
        assert not [item.value for item in getattr(app, kind) if probe in item.value]


@pytest.mark.clause("C95", "C97")
def test_tags_get_cards_capitals_and_advice(desk: Desk) -> None:
    campaign = begun(desk)
    app = tab(desk, campaign, "Hashtags")
    app.text_input(key="tags.words").input("#mentalhealth #LakewoodListens")
    app = press(app, "Save the tags")
    assert "No card yet: posts with this tag will ask." in texts(app)
    assert "Add one that fewer people use" in texts(app)
    app = press(app, "Write #MentalHealth, which screen readers read as words")
    assert desk.planner.campaigns.get(campaign.id).campaign.tags == ("MentalHealth", "LakewoodListens")
    app.text_input(key="card.tag").input("#LakewoodListens")
    app.text_input(key="card.meaning").input("Neighbors who meet")
    app = press(app, "Save the card")
    view = desk.planner.campaigns.hashtags.card("lakewoodlistens")
    assert view is not None
    assert view.valid
    assert "1 popular, 1 niche" in texts(app)
    press(app, "I looked today")
    assert desk.planner.campaigns.hashtags.card("mentalhealth").starter is False  # type: ignore[union-attr]


@pytest.mark.clause("C101")
def test_a_petition_is_kept_and_counted_by_hand(desk: Desk) -> None:
    campaign = begun(desk)
    app = tab(desk, campaign, "Petitions")
    app.text_input(key="petition.title").input("Telehealth")
    app.text_input(key="petition.target").input("The committee")
    app = press(app, "Add")
    (one,) = desk.planner.petitions.all(campaign.id)
    assert "Still missing: what it asks for, its link, until when." in texts(app)
    app.text_input(key=f"petition.url.{one.petition.id}").input("https://change.example/p")
    app = press(app, "Save the petition")
    assert desk.planner.petitions.get(one.petition.id).petition.url == "https://change.example/p"
    for number, sure in ((50, False), (40, False), (40, True)):
        desk.clock.later(minutes=1)
        app.number_input(key=f"petition.number.{one.petition.id}").set_value(number)
        app.checkbox(key=f"petition.sure.{one.petition.id}").set_value(sure)
        app = press(app, "Keep the count")
    assert [count.count for count in desk.planner.petitions.get(one.petition.id).counts] == [50, 40]
    assert "40 signatures, typed in just now" in texts(app)


@pytest.mark.clause("C102")
def test_an_event_with_reminders_is_added_and_cancelled(desk: Desk) -> None:
    desk.account()
    campaign = begun(desk)
    app = tab(desk, campaign, "Events")
    app.text_input(key="event.title").input("Hearing")
    app.text_input(key="event.place").input("Town hall")
    app.date_input(key="event.day").set_value(date(2026, 12, 8))
    app = press(app, "Add")
    (event,) = desk.planner.campaigns.events.all(campaign.id)
    assert (event.wall, event.zone) == ("2026-12-08T18:00", "America/Denver")
    said = texts(app)
    assert "Its access line is missing how to take part online" in said
    assert "a reminder · for Tue 1 Dec, 18:00 MST, Denver · draft" in said
    app.text_input(key=f"event.mobility.{event.id}").input("Step-free")
    app = press(app, "Save the event")
    assert desk.planner.campaigns.events.all(campaign.id)[0].mobility == "Step-free"
    app.text_input(key=f"event.why.{event.id}").input("Ice")
    press(app, "Cancel it everywhere")
    assert desk.planner.campaigns.events.all(campaign.id)[0].state == "cancelled"


@pytest.mark.clause("C103", "C106")
def test_an_ask_lists_its_gaps_and_gets_its_end(desk: Desk) -> None:
    desk.account()
    campaign = begun(desk)
    item = desk.booked()
    post = desk.planner.composer.load(item.post_id)
    desk.planner.composer.save(desk.me, post.id, post.version, post.base, post.variants, Details(purpose="ask", campaign=campaign.id))
    app = tab(desk, campaign, "Asks")
    app.text_input(key="ask.verb").input("Call")
    app.text_input(key="ask.who").input("your commissioner")
    app = press(app, "Add")
    (ask,) = desk.planner.campaigns.asks.all(campaign.id)
    assert "Still missing: how to do it, by when, why it helps." in texts(app)
    app.text_input(key=f"ask.why.{ask.id}").input("Each call counts")
    app = press(app, "Save the ask")
    assert desk.planner.campaigns.asks.all(campaign.id)[0].why == "Each call counts"
    app.text_input(key=f"ask.result.{ask.id}").input("312 calls")
    app = press(app, "Keep it and draft the thanks")
    assert "What came of it: 312 calls" in texts(app)
    assert "ask-thanks" in {link.role for link in desk.planner.campaigns.get(campaign.id).links}


def test_a_refused_form_keeps_what_was_typed_and_a_stored_one_is_empty_again(desk: Desk) -> None:
    desk.account()
    campaign = begun(desk)
    app = tab(desk, campaign, "Asks")
    app.selectbox(key="ask.kind").set_value("donate")
    app.text_input(key="ask.why").input("It pays the line")
    app = press(app, "Add")
    assert "begin with https://" in texts(app)
    assert app.text_input(key="ask.why").value == "It pays the line"
    app.text_input(key="ask.link").input("https://example.org/give")
    app = press(app, "Add")
    (ask,) = desk.planner.campaigns.asks.all(campaign.id)
    assert (ask.verb, ask.why, ask.link) == ("Donate", "It pays the line", "https://example.org/give")
    assert [field.value for field in app.text_input if field.key in ("ask.why.1", "ask.link.1")] == ["", ""]


@pytest.mark.clause("C107")
def test_a_partner_and_their_yes_are_stored_together(desk: Desk) -> None:
    desk.account()
    campaign = begun(desk)
    app = tab(desk, campaign, "Partners and lobbying")
    app.text_input(key="partner.name").input("Library")
    app.checkbox(key="partner.paid").set_value(True)
    app.text_input(key="partner.label").input("#ad")
    app.text_input(key="partner.yes").input("The director, by mail")
    app = next(button for button in app.button if button.key and "partner.form" in button.key).click().run()
    (partner,) = desk.planner.campaigns.partners.all(campaign.id)
    assert (partner.name, partner.label, partner.signed_by) == ("Library", "#ad", "The director, by mail")
    assert "paid, posts carry #ad · agreed: The director, by mail" in texts(app).replace("\\", "")
    assert app.text_input(key="partner.name.1").value == ""


@pytest.mark.clause("C107", "C109", "C110")
def test_partners_voices_and_the_log_are_kept(desk: Desk) -> None:
    desk.account()
    campaign = begun(desk)
    post = desk.draft()
    desk.planner.composer.save(desk.me, post.id, post.version, post.base, post.variants, Details(campaign=campaign.id))
    partner = desk.planner.campaigns.partners.add(desk.me, Partner("", campaign.id, "Library", "", NOW))
    app = tab(desk, campaign, "Partners and lobbying")
    app.text_input(key=f"partner.who.{partner.id}").input("The director")
    app = press(app, "Keep their yes")
    app.multiselect(key=f"partner.posts.{partner.id}").select(post.id).run()
    app.text_input(key="voice.who").input("Our peer council")
    app = press(app, "Keep it")
    app.text_input(key="lobbying.bill").input("HB 1234")
    app.text_input(key="lobbying.who").input("Maya")
    app.number_input(key="lobbying.hours").set_value(1.5)
    app = next(button for button in app.button if button.key and "lobbying.form" in button.key).click().run()
    view = desk.planner.campaigns.get(campaign.id)
    assert [(link.role, link.about) for link in view.links] == [("co-post", partner.id)]
    assert view.campaign.voice == "Our peer council"
    assert [(one.bill, one.minutes) for one in desk.planner.campaigns.lobbying.all(campaign.id)] == [("HB 1234", 90)]
    assert "direct: 1.50 hours" in texts(app)
    app.text_input(key="partner.name").input("Calm Pages")
    app.checkbox(key="partner.paid").set_value(True)
    app = next(button for button in app.button if button.key and "partner.form" in button.key).click().run()
    assert "say which label its posts carry" in texts(app)


@pytest.mark.clause("C124")
def test_a_campaign_is_closed_with_its_thanks(desk: Desk) -> None:
    desk.account()
    campaign = begun(desk)
    app = press(tab(desk, campaign, "What came of it"), "Draft the closing posts now")
    assert "the thank-you" in texts(app)
    app.text_area(key="close.outcome").input("Three families walked in.")
    app = press(app, "Close the campaign")
    assert desk.planner.campaigns.get(campaign.id).state == "closed"
    assert "Three families walked in." in texts(app)
    assert "Open" in texts(desk.open("campaigns"))


def test_compose_offers_campaigns_and_keeps_an_old_word(desk: Desk) -> None:
    desk.account()
    campaign = begun(desk)
    post = desk.draft()
    desk.planner.composer.save(desk.me, post.id, post.version, post.base, post.variants, Details(campaign="autumn push"))
    app = desk.open("composer", post=post.id)
    box = app.selectbox(key="details.campaign")
    assert (box.value, box.options) == ("autumn push", ["None", "autumn push", "Walk-in week"])
    box.select(campaign.id)
    next(button for button in app.button if button.key and "details." in button.key).click().run()
    assert desk.planner.composer.load(post.id).campaign == campaign.id


def test_a_viewer_has_no_campaigns_page(desk: Desk) -> None:
    from dataclasses import replace  # noqa: PLC0415 - only here

    from planner.ui.navigation import allowed  # noqa: PLC0415 - only here

    names = {role: {entry.name for entry in allowed(replace(desk.me, role=role))} for role in ("viewer", "author")}
    assert ("campaigns" in names["viewer"], {"campaigns", "plan"} <= names["author"]) == (False, True)
