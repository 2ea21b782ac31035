"""Consents, comments, what a story rests upon, and the audit trail, as people see them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from planner.domain.consent import Consent
from planner.services.composer import Details
from tests.ui.conftest import cells, texts
from tests.ui.ui_house import NOW

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

    from planner.domain.post import Post
    from tests.ui.conftest import Desk

FORM = Consent("", "File *7*", ("Our page",), date(2026, 11, 1), None, written=True, risks_told=True, withdrawal_told=True, by="", at=NOW)
WHY = "The board has decided so."


def click(app: AppTest, label: str) -> AppTest:
    return next(one for one in app.button if one.label == label).click().run()


def story(desk: Desk) -> Post:
    desk.planner.consents.switch_stories(desk.me, on=True, reason=WHY)
    desk.account()
    post = desk.draft("How the garden group began.")
    return desk.planner.composer.save(desk.me, post.id, post.version, post.base, post.variants, Details(type="story"))


@pytest.mark.clause("C9", "C15", "C16")
def test_a_signed_form_comes_into_the_register(desk: Desk) -> None:
    app = desk.open("approvals")
    assert "No consent yet." in texts(app)
    app.text_input(key="consent.pointer").set_value("File 7")
    app.text_area(key="consent.uses").set_value("Our page\nAnnual report")
    app = click(app, "Add to the register")
    assert "Only a signed form counts" in texts(app)
    for name in ("written", "risks", "withdrawal"):
        app.checkbox(key=f"consent.{name}").check()
    app = click(app, "Add to the register")
    (kept,) = desk.planner.consents.register(desk.me)
    assert (kept.pointer, kept.uses) == ("File 7", ("Our page", "Annual report"))
    assert app.text_input(key="consent.pointer").value == ""
    assert "• Annual report" in texts(app)


@pytest.mark.clause("C9", "C94")
def test_a_story_names_its_consent_and_a_withdrawal_lists_what_rests_upon_it(desk: Desk) -> None:
    post = story(desk)
    consent = desk.planner.consents.add(desk.me, FORM)
    app = desk.open("composer", post=post.id)
    assert "consent or composite to choose" in texts(app)
    app.selectbox(key=f"story.{post.id}").select(consent.id).run()
    basis = desk.planner.consents.basis(post.id)
    assert basis is not None
    assert basis.consent_id == consent.id
    app = desk.open("approvals")
    assert "1 story rests upon it" in texts(app)
    assert "How the garden group began." in texts(app)
    app.text_input(key=f"consent.why.{consent.id}").set_value("By phone")
    app = click(app, "The person has withdrawn it")
    said = texts(app)
    assert "Withdrawn. Nothing was waiting to go out. Nothing of it is live." in said
    assert "withdrawn on" in said
    assert "By phone" in said


def test_a_composite_needs_no_paper(desk: Desk) -> None:
    post = story(desk)
    app = desk.open("composer", post=post.id)
    app.selectbox(key=f"story.{post.id}").select("composite").run()
    basis = desk.planner.consents.basis(post.id)
    assert basis is not None
    assert (basis.basis, basis.consent_id) == ("composite", None)


def test_an_ended_consent_says_so_and_cannot_be_chosen(desk: Desk) -> None:
    post = story(desk)
    consent = desk.planner.consents.add(desk.me, replace(FORM, expires_on=date(2026, 11, 25)))
    desk.clock.later(days=2)
    assert consent.id not in desk.open("composer", post=post.id).selectbox(key=f"story.{post.id}").options
    assert "has ended on Wed 25 Nov" in texts(desk.open("approvals"))


@pytest.mark.clause("C10")
def test_stories_are_switched_on_in_settings_with_a_reason(desk: Desk) -> None:
    desk.account()
    post = desk.draft()
    assert "Story of a person" not in desk.open("composer", post=post.id).selectbox(key="details.type").options
    app = desk.open("settings")
    app.text_input(key="stories.reason").set_value(WHY)
    click(app, "Switch stories on")
    assert desk.planner.consents.stories_on()
    assert "Story of a person" in desk.open("composer", post=post.id).selectbox(key="details.type").options


@pytest.mark.feature("Roles and comments")
def test_comments_stand_with_the_draft(desk: Desk) -> None:
    desk.account()
    post = desk.draft()
    app = desk.open("composer", post=post.id)
    app.text_area(key=f"talk.text.{post.id}").set_value("Who *is* this for?")
    app = click(app, "Add the comment")
    assert "Who *is* this for?" in texts(app)
    assert "Comments (1)" in [one.label for one in app.expander]


@pytest.mark.clause("C18")
def test_an_earlier_version_is_shown_against_the_present_one(desk: Desk) -> None:
    desk.account()
    post = desk.draft("First words.")
    saved = desk.planner.composer.save(desk.me, post.id, 1, replace(post.base, text="Second words."), post.variants)
    desk.planner.composer.save(desk.me, post.id, saved.version, saved.base, saved.variants, Details(labels=("x",)))
    app = desk.open("composer", post=post.id)
    assert "The text was the same" not in texts(app)
    app.session_state["compose.history"] = True
    assert "The text was the same" in texts(app.run())
    app.selectbox(key=f"history.{post.id}").select(1).run()
    assert "- First words.\n+ Second words." in [one.value for one in app.code]


@pytest.mark.feature("Second pair of eyes")
def test_a_yes_can_end_by_itself(desk: Desk) -> None:
    account = desk.account()
    post = desk.ready(desk.draft("Sleep well.", account))
    app = desk.open("approvals")
    app.selectbox(key=f"until.{post.id}.{account.id}").select(7)
    click(app, "Yes, exactly this text")
    with desk.planner.store.read() as tx:
        (given,) = tx.reviews.approvals(post.id)
    assert given.expires_at is not None
    assert (given.expires_at - given.at).days == 7


def test_the_trail_shows_who_did_what(desk: Desk) -> None:
    assert "Nothing of that kind" in texts(desk.open("trail", before="nothing"))
    for number in range(51):
        desk.planner.consents.switch_stories(desk.me, on=bool(number % 2), reason=WHY)
    app = desk.open("trail")
    assert len(cells(app)) == 50
    assert cells(app)[0]["What"] == "Stories: switched off"
    app.button(key="trail.older").click().run()
    assert len(cells(app)) < 50
    app.multiselect(key="trail.what").select("stories.on").run()
    assert {row["What"] for row in cells(app)} == {"Stories: switched on"}


def test_the_trail_speaks_in_words_and_names_accounts(desk: Desk) -> None:
    account = desk.account()
    post = desk.ready(desk.draft("Sleep well.", account))
    desk.planner.outside.ask(desk.me, post.id, account.id, post.digest_for(account.id), 3)
    row = cells(desk.open("trail"))[0]
    assert row["What"] == "Reviewer outside: asked"
    assert "account: Ridge Counseling (LinkedIn); until: Fri 27 Nov 2026" in row["Details"]
    assert post.digest_for(account.id)[:12] not in row["Details"]
