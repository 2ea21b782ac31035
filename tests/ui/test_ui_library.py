"""The content bank's page: shelves, use in a draft, checks, own items, pillars; and the composer's side of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from planner.domain.library import STARTER
from planner.services.composer import Details
from planner.ui.pages import composer_bank
from tests.ui.conftest import cells, texts

if TYPE_CHECKING:
    from tests.ui.conftest import Desk


@pytest.mark.feature("Templates")
def test_the_templates_are_shown_and_one_starts_a_post(desk: Desk) -> None:
    desk.account()
    app = desk.open("library")
    assert "A colleague's work, recommended" in texts(app)
    app.text_input(key="library.search").set_value("quiet work").run()
    assert "Thanks to a team" in texts(app)
    assert "A colleague's work" not in texts(app)
    app.button(key="bank.new.tpl-thank-team").click().run()
    (post,) = desk.planner.composer.recent()
    assert (post.purpose, post.base.text) == ("thank", "Thank you to {who}. Quiet work is still work, and it shows.")


def test_an_item_goes_into_the_open_draft(desk: Desk) -> None:
    desk.account()
    post = desk.draft("Sleep.")
    app = desk.open("library", shelf="Disclaimers")
    assert not [button for button in app.button if button.label == "Insert into the open draft"]
    app.session_state[composer_bank.OPEN_DRAFT] = post.id
    app.run()
    app.button(key="bank.put.disc-personal").click().run()
    assert desk.planner.composer.load(post.id).base.text == "Sleep.\n\nMy own view, and not that of my employer."


@pytest.mark.clause("C90", "C113")
def test_a_service_is_due_until_somebody_notes_a_check(desk: Desk) -> None:
    app = desk.open("library", shelf="Services")
    assert texts(app).count("nobody has checked it yet") == 4
    app.radio(key="checked.ok.svc-211").set_value("no")
    next(button for button in app.button if button.form_id == "library.check.svc-211").click().run()
    assert "its address did not work at the last check" in texts(app)
    app.radio(key="checked.ok.svc-211").set_value("yes")
    next(button for button in app.button if button.form_id == "library.check.svc-211").click().run()
    assert texts(app).count("Check before use") == 3
    assert "Checked Tue 24 Nov 2026" in texts(app)


@pytest.mark.clause("C91")
@pytest.mark.feature("Responsible messaging")
def test_a_help_line_is_unverified_until_somebody_has_called_it(desk: Desk) -> None:
    app = desk.open("library", shelf="Help lines")
    said = texts(app)
    assert said.count("Unverified, check before you use it.") == 9
    assert "Samaritans" in said
    assert "(unverified, check before you use it)" in said
    next(button for button in app.button if button.form_id == "library.check.line-gb-samaritans").click().run()
    assert texts(app).count("Unverified, check before you use it.") == 8
    assert "Samaritans" not in texts(desk.open("library", shelf="Services"))


@pytest.mark.clause("C131")
def test_an_app_card_is_written_changed_and_put_away(desk: Desk) -> None:
    app = desk.open("library", shelf="Apps")
    assert "No app card yet" in texts(app)
    app.session_state["library.add"] = True
    app.run()
    app.text_input(key="item.title").set_value("Calm Corner")
    app.text_area(key="item.text").set_value("Breathing.")
    app.text_input(key="item.source").set_value("Its maker")
    save = next(button for button in app.button if button.label == "Keep it")
    save.click().run()
    assert "Still missing: what it does with people's data" in texts(app)
    for name in ("privacy", "evidence", "cost", "age"):
        app.text_input(key=f"item.field.{name}").set_value(f"{name} told")
    app.text_input(key="item.field.url").set_value("https://example.org/app")
    next(button for button in app.button if button.label == "Keep it").click().run()
    (item,) = [one for one in desk.planner.library.find() if one.kind == "app"]
    assert (item.title, item.fields["privacy"], item.due(desk.clock.now().date())) == ("Calm Corner", "privacy told", "")
    app.button(key=f"bank.change.{item.id}").click().run()
    app.text_area(key="item.text").set_value("Slow breathing.")
    next(button for button in app.button if button.label == "Keep it").click().run()
    assert desk.planner.library.item(item.id).text == "Slow breathing."
    app.button(key=f"bank.change.{item.id}").click().run()
    app.button(key="library.back").click().run()
    app.button(key=f"bank.away.{item.id}").click().run()
    assert "No app card yet" in texts(app)


@pytest.mark.clause("C128")
def test_pillars_show_target_and_actual_and_can_be_changed(desk: Desk) -> None:
    app = desk.open("library", shelf="Pillars")
    table = cells(app)
    assert [row["Target"] for row in table] == ["50 %", "20 %", "10 %", "20 %"]
    assert [row["Went out"] for row in table] == ["no post yet"] * 4
    app.number_input(key="pillar.share.0").set_value(40)
    app.text_input(key="pillar.name.4").set_value("Grief")
    app.number_input(key="pillar.share.4").set_value(10)
    next(button for button in app.button if button.label == "Keep these pillars").click().run()
    found = desk.planner.library.pillars()
    assert [(one.name, one.share) for one in found] == [
        *((one.name, 40 if one.id == "educate" else one.share) for one in STARTER),
        ("Grief", 10),
    ]


@pytest.mark.clause("C47", "C48")
def test_guidelines_and_observances_are_listed(desk: Desk) -> None:
    desk.account()
    told = texts(desk.open("library", shelf="Guidelines"))
    assert "NASW Code of Ethics" in told
    assert "country: US · profession: social work · checked Sat 14 Nov 2026 · in force" in told
    assert told.count("superseded by swe-5-6, for its history only") == 1
    told = texts(desk.open("library", shelf="Observances"))
    assert "Human Rights Day" in told
    assert "Good Friday" not in told


def test_the_calendar_marks_observances(desk: Desk) -> None:
    desk.account()
    app = desk.open("calendar")
    assert "World Mental Health Day" not in str(app.get("bidi_component")[0].proto.json)
    assert "Thanksgiving" in str(app.get("bidi_component")[0].proto.json)


@pytest.mark.clause("C82", "C84", "C129")
def test_the_composer_keeps_sources_fields_and_pillar(desk: Desk) -> None:
    desk.account()
    post = desk.draft("Come and see us on Thursday.")
    post = desk.planner.composer.save(desk.me, post.id, post.version, post.base, post.variants, Details(type="event"))
    app = desk.open("composer", post=post.id)
    app.session_state["compose.bank"] = app.session_state["compose.sources"] = True
    app.run()
    app.text_input(key="beside.place").set_value("Town library")
    app.selectbox(key="beside.pillar").set_value("ask")
    next(button for button in app.button if button.form_id == f"beside.{post.id}.event").click().run()
    note = desk.planner.sources.note(post.id)
    assert (note.pillar, note.fields) == ("ask", {"place": "Town library"})
    app.text_input(key="source.title").set_value("Sleep survey")
    app.selectbox(key="source.tier").set_value("government")
    next(button for button in app.button if button.label == "Add the source").click().run()
    (source,) = desk.planner.sources.of_post(post.id)
    assert (source.title, source.tier, source.published) == ("Sleep survey", "government", None)
    assert "Public body · no date · not read yet" in texts(app)
    links = [link.proto.url for link in app.get("link_button")]
    assert "https://www.snopes.com/search/?q=Come+and+see+us+on+Thursday." in links
    app.button(key=f"source.drop.{source.id}").click().run()
    assert desk.planner.sources.of_post(post.id) == ()


def test_the_composer_inserts_from_the_bank(desk: Desk) -> None:
    desk.account()
    post = desk.draft("Sleep.")
    app = desk.open("composer", post=post.id)
    app.session_state["compose.bank"] = app.session_state["compose.sources"] = True
    app.run()
    app.selectbox(key="bank.pick").set_value("svc-211").run()
    assert "nobody has checked it yet" in texts(app)
    app.button(key="bank.insert").click().run()
    after = desk.planner.composer.load(post.id)
    assert after.base.text.startswith("Sleep.\n\nFor food, rent")
    assert "In this post: 211" in texts(app)
    app.button(key="bank.out.svc-211").click().run()
    assert desk.planner.library.in_post(post.id) == ()
    assert after == replace(after, version=after.version)


@pytest.mark.clause("C95", "C96")
def test_a_hashtag_card_is_put_into_the_draft_by_a_click(desk: Desk) -> None:
    account = desk.account()
    post = desk.draft("Sleep.")
    view = desk.planner.campaigns.hashtags.cards()[0]
    app = desk.open("composer", post=post.id)
    app.session_state["compose.bank"] = True
    app.run()
    app.selectbox(key="bank.tag").set_value(view.card.tag).run()
    assert view.card.meaning in texts(app)
    app.button(key="bank.tag.insert").click().run()
    after = desk.planner.composer.load(post.id)
    assert after.base.text == f"Sleep. #{view.card.tag}"
    again = desk.planner.library.insert_tag(desk.me, post.id, after.version, view.card.tag.upper())
    assert again == after
    own = desk.planner.library.insert_tag(desk.me, post.id, after.version, "Grief", account.id)
    assert own.content_for(account.id).text == f"Sleep. #{view.card.tag} #Grief"
    assert own.base.text == after.base.text


@pytest.mark.clause("C95", "C96")
def test_hashtag_cards_stand_in_the_bank_and_a_look_is_noted(desk: Desk) -> None:
    app = desk.open("library", shelf="Hashtags")
    view = desk.planner.campaigns.hashtags.cards()[0]
    assert view.card.meaning in texts(app)
    app.button(key=f"tag.renew.{view.card.id}").click().run()
    renewed = desk.planner.campaigns.hashtags.card(view.card.tag)
    assert renewed is not None
    assert (renewed.valid, renewed.card.checked_on) == (True, desk.clock.now().date())
    assert "Looked at; good until" in texts(app)
